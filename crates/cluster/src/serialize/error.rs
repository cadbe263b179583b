//! Why an entity cannot be told to a cluster.

use flyte_check::check::{Finding, refused};
use flyte_config::settings::ImageError;
use flyte_core::{
    graph::{CompileError, entity::DuplicateEntity},
    options::CustomError,
    types::TypeError,
};

/// Why an entity has no message. A `place` reads as in "node `n0` of `my_crate.pipeline`".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SerializeError {
    /// A workflow cannot be compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// A cluster would refuse it.
    #[error("{}", refused(.findings))]
    Refused {
        /// What it would refuse, at least one error, and the warnings behind.
        findings: Vec<Finding>,
    },
    /// Two entities have one name.
    #[error(transparent)]
    Duplicate(#[from] DuplicateEntity),
    /// An image is not known.
    #[error("{place}: {source}")]
    Image {
        /// The task or node that asks for it.
        place: String,
        /// What is wrong with it.
        source: Box<ImageError>,
    },
    /// A default or a constant has no form that Flyte can store.
    #[error("the value for `{variable}` of {place} cannot be stored: {source}")]
    Value {
        /// The workflow whose default it is, or the node that is given the constant.
        place: String,
        /// The input or output.
        variable: String,
        /// What is wrong with the value.
        source: Box<TypeError>,
    },
    /// A place in a list beyond what Flyte can count.
    #[error(
        "`{variable}` of {place} is element {index} of a list, and Flyte counts elements up to {max}; pass the list on \
         and take the element in a task",
        max = i32::MAX
    )]
    Index {
        /// The node.
        place: String,
        /// The input or output.
        variable: String,
        /// The place in the list.
        index: usize,
    },
    /// What a task says to its plugin cannot be said.
    #[error("{place}: {source}")]
    Custom {
        /// The task.
        place: String,
        /// What is wrong with it.
        source: Box<CustomError>,
    },
    /// A map over a task whose container is another program's, or that has none.
    #[error(
        "a map over the task `{task}` cannot run on a cluster: each of its containers has to know which element it is \
         for, and what runs \
         the task is not this program; call it in a `#[dynamic]` task, once for each element"
    )]
    Map {
        /// The task.
        task: String,
    },
    /// A node has an id that means something else to Flyte.
    #[error("{place} has an id that Flyte keeps for itself; give it another `node_name`")]
    ReservedNode {
        /// The node.
        place: String,
    },
    /// A node overrides what Flyte has no place for.
    #[error("{place} overrides `{key}`, {reason}")]
    Override {
        /// The node.
        place: String,
        /// The override.
        key: &'static str,
        /// Why it cannot be, and what to do instead.
        reason: &'static str,
    },
}

//! Why an entity cannot be serialised.

use flyte_check::check::{Finding, refused};
use flyte_config::settings::ImageError;
use flyte_core::{
    graph::{CompileError, entity::DuplicateEntity},
    options::CustomError,
    types::TypeError,
};

/// Why an entity cannot be serialised. A `place` reads like "node `n0` of `my_crate.pipeline`".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SerializeError {
    /// A workflow cannot be compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// A cluster would refuse it.
    #[error("{}", refused(.findings))]
    Refused {
        /// At least one error, followed by the warnings.
        findings: Vec<Finding>,
    },
    /// Two entities have the same name.
    #[error(transparent)]
    Duplicate(#[from] DuplicateEntity),
    /// An image that is not configured.
    #[error("{place}: {source}")]
    Image {
        /// The task or node that uses it.
        place: String,
        /// What is wrong with it.
        source: Box<ImageError>,
    },
    /// A default or a constant that Flyte cannot store.
    #[error("the value for `{variable}` of {place} cannot be stored: {source}")]
    Value {
        /// The workflow of the default, or the node that is given the constant.
        place: String,
        /// The input or output.
        variable: String,
        /// What is wrong with the value.
        source: Box<TypeError>,
    },
    /// An index in a list that is too large for Flyte.
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
        /// The index.
        index: usize,
    },
    /// The task's `custom` value cannot be sent to its plugin.
    #[error("{place}: {source}")]
    Custom {
        /// The task.
        place: String,
        /// What is wrong with it.
        source: Box<CustomError>,
    },
    /// A map over a task that does not have a container of this program.
    #[error(
        "a map over the task `{task}` cannot run on a cluster: each of its containers has to know which element it is \
         for, and what runs \
         the task is not this program; call it in a `#[dynamic]` task, once for each element"
    )]
    Map {
        /// The task.
        task: String,
    },
    /// A node has an id that Flyte reserves.
    #[error("{place} has an id that Flyte keeps for itself; give it another `node_name`")]
    ReservedNode {
        /// The node.
        place: String,
    },
    /// A node has an override that Flyte cannot express.
    #[error("{place} overrides `{key}`, {reason}")]
    Override {
        /// The node.
        place: String,
        /// The override.
        key: &'static str,
        /// The reason, and what to do instead.
        reason: &'static str,
    },
    /// Flyte 2 has nothing to express it with.
    #[error("{place} cannot be registered with Flyte 2: {reason}")]
    Flyte2 {
        /// The entity or node, with its place in the source.
        place: String,
        /// The reason, and what to do instead.
        reason: String,
    },
}

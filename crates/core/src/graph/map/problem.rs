//! Mistakes in maps.

/// One mistake in a map over a promise.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MapProblem {
    /// The body calls nothing.
    #[error(
        "its body calls nothing; make it one call that takes the element, such as `xs.map(|x| square(x))`"
    )]
    NoCall,
    /// The body makes several calls.
    #[error(
        "its body makes {calls} nodes, and a map runs one call for each element; make a task of them, or a launch plan \
         of a workflow, \
         or loop over the values in a `#[dynamic]` task"
    )]
    SeveralCalls {
        /// The number of nodes.
        calls: usize,
    },
    /// The call is of an entity that cannot be mapped.
    #[error(
        "`{entity}` is a {kind}, and a map runs a task, a launch plan or a reference to one; {way_out}"
    )]
    Target {
        /// Its name.
        entity: String,
        /// Its kind.
        kind: &'static str,
        /// What to write instead.
        way_out: &'static str,
    },
    /// The body is a map.
    #[error(
        "its body is a map, and a map runs a task, a launch plan or a reference to one; write the map over `{entity}` \
         in a workflow and map a launch plan of it, or write both loops in a `#[dynamic]` task"
    )]
    Nested {
        /// The name of what the inner map runs.
        entity: String,
    },
    /// The mapped entity has several outputs.
    #[error(
        "`{entity}` has {outputs} outputs, and what is mapped has one at most; give a struct that derives `FlyteType`"
    )]
    Outputs {
        /// The name of the task.
        entity: String,
        /// The number of outputs.
        outputs: usize,
    },
    /// The body does not return the result of its call.
    #[error(
        "its body must give what the call in it gives, whole; take parts of it in the task, or of the list after the \
         map"
    )]
    Result,
    /// The call does not take an element.
    #[error(
        "the call of `{entity}` takes no element of the list, so each would be the same; pass the closure's argument on"
    )]
    NoElement {
        /// The name of the task.
        entity: String,
    },
    /// An element inside another value.
    #[error(
        "the input `{input}` of `{entity}` is made of an element and something else; a map passes elements on whole, \
         so do this in the \
         task"
    )]
    NotWhole {
        /// The name of the task.
        entity: String,
        /// The name of the input.
        input: &'static str,
    },
    /// An option of maps on something else.
    #[error(
        "`{option}` changes a map, and is given to something else; write it behind the map it belongs to: \
         `xs.map(square).{option}(..)`"
    )]
    NoMap {
        /// The option.
        option: &'static str,
    },
    /// An option that was already given.
    #[error("{}", twice(option))]
    Twice {
        /// The option.
        option: &'static str,
    },
    /// A concurrency of zero.
    #[error(
        "a concurrency of 0 would run nothing; leave it out to run as many at once as the run may"
    )]
    Concurrency,
    /// An invalid ratio.
    #[error(
        "a ratio of successes of {ratio:?} cannot be; write a number from 0 to below 1, or leave it out if all have to \
         succeed"
    )]
    Ratio {
        /// The ratio.
        ratio: f64,
    },
    /// The list is used in its form from before elements were allowed to fail.
    #[error(
        "its result is used as it was before `min_successes` or `min_success_ratio` made its elements optional; use \
         what these give"
    )]
    BeforeOptional,
    /// A promise inside of a map was used outside of it.
    #[error(
        "`{used_by}` at {used_at} is given a promise that was made in it, and only it can use that; use what the map \
         gives"
    )]
    Left {
        /// The entity that was given the promise.
        used_by: String,
        /// Where it was given the promise.
        used_at: crate::graph::entity::Location,
    },
    /// An option for one element on the whole map.
    #[error(
        "`>>` and `runs_before` inside of it order what only one element has; order the whole map"
    )]
    Ordered,
}

/// What is said of an option that is given twice.
fn twice(option: &str) -> String {
    if option == "concurrency" {
        return "`concurrency` is given twice; keep one of them".to_owned();
    }
    format!(
        "`{option}` is given although `min_successes` or `min_success_ratio` was given before; keep one of them"
    )
}

//! The compiled form of a workflow: nodes, the bindings between them, and how a body builds them.
//!
//! A workflow is called with [promises](Promise) and becomes a [`Graph`], which the method `graph` of an
//! [`Entity`](crate::Entity) returns. The declarations of the tasks, workflows and launch plans in it are in their
//! [`EntityDescriptor`]s.
//!
//! # Branches in code
//!
//! In a workflow's body `if`, `else if`, `else` and `match` on promises make branches. The functions here are for
//! graphs built by hand, and for conditions with their own names:
//!
//! ```
//! use flyte_runtime::{graph::conditional, prelude::*};
//!
//! #[task]
//! fn double(x: i64) -> i64 {
//!     x * 2
//! }
//!
//! #[task]
//! fn half(x: i64) -> i64 {
//!     x / 2
//! }
//!
//! #[workflow]
//! fn towards_ten(x: i64) -> i64 {
//!     conditional("towards ten")
//!         .if_(x.lt(10))
//!         .then(|| double(x))
//!         .elif_(x.gt(10).and(x.lt(1_000)))
//!         .then(|| half(x))
//!         .else_()
//!         .fail("there is no way from here")
//! }
//!
//! assert_eq!(towards_ten(6)?, 12);
//! assert_eq!(towards_ten(600)?, 300);
//! let error = towards_ten(10).unwrap_err();
//! assert!(error.to_string().contains("there is no way from here"));
//! # Ok::<(), flyte_runtime::RunError>(())
//! ```
//!
//! # Graphs made in code
//!
//! Scripts, containers and echoes are tasks too, although they are not functions of the program. Such a task is
//! declared by an attribute on a signature: [`#[shell_task]`](macro@crate::shell_task),
//! [`#[container_task]`](macro@crate::container_task), [`#[echo_task]`](macro@crate::echo_task). Programs that build
//! their graphs in code use the same declarations, where flytekit makes objects of `ShellTask` and `ContainerTask`: a
//! cluster starts a task by name, so it must be known before any graph is built. Differences between calls are inputs
//! of the task, or overrides of its node.
//!
//! ```
//! # #[cfg(unix)]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use flyte_runtime::{graph::WorkflowBuilder, prelude::*};
//!
//! #[shell_task(script = r#"printf '%s' "{inputs.text}" | wc -w > {outputs.o0}"#)]
//! fn count_words(text: String) -> i64;
//!
//! let texts = ["one", "two words"];
//! let mut builder = WorkflowBuilder::new("docs.counts");
//! let counts: Vec<_> = texts
//!     .iter()
//!     .map(|text| builder.add(|| count_words::node(text.to_string())))
//!     .collect();
//! // By its description, where only that is known.
//! let last = builder
//!     .add_entity(count_words::descriptor())
//!     .input::<String>("text", "three more words".to_owned())
//!     .add()
//!     .output::<i64>("o0");
//! builder.add_workflow_output::<Vec<i64>>("counts", counts);
//! builder.add_workflow_output::<i64>("last", last);
//! let counts = builder.build()?;
//!
//! let (counts, last): (Vec<i64>, i64) = counts.call().run()?;
//! assert_eq!((counts, last), (vec![1, 2], 3));
//! # Ok(())
//! # }
//! # #[cfg(not(unix))]
//! # fn main() {}
//! ```

pub use flyte_core::graph::{
    Binding, BranchNode, CompileError, CompileProblem, Element, Graph, IntoBinding, MapNode, Node,
    NodeOutputs, NodeOverrides, NodeTarget, Promise, VoidPromise, WorkflowBuilder,
    condition::{Condition, conditional, fail},
    entity::{EntityDescriptor, EntityKind, LaunchPlan},
    overrides::CacheOverride,
};

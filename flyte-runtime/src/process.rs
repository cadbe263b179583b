//! Running what is no function of this program: scripts, containers, and echoes.
//!
//! Such a task is declared above a signature: [`#[shell_task]`](macro@crate::shell_task),
//! [`#[container_task]`](macro@crate::container_task), [`#[echo_task]`](macro@crate::echo_task). Programs that build their graphs in
//! code do the same, where flytekit makes objects of `ShellTask` and `ContainerTask`: a cluster starts a task by its name, so it has
//! to be known before any graph is, while a graph may come from anywhere. What differs from one call to the next is an input of the
//! task, or an override of its node.
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

pub use flyte_engine::process::ProcessError;

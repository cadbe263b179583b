//! Gates: nodes of a workflow that wait for time to pass or for a person.
//!
//! [`sleep`], [`approve`] and [`wait_for_input`] are called in a workflow's body like tasks. On a cluster Flyte waits;
//! on this machine the answers come from an [`AnswerSource`]: the terminal unless a [`Runner`](crate::Runner::answers)
//! or a context says otherwise. Without a terminal a gate fails, and never hangs. Called by name, as in
//! `approve(item = report, name = "review")`, a gate whose timeout is left out waits for an hour, as flytekit's do.
//! Gates tell the time by the clock of their run, so that a test moves it with
//! [`TestContext::clock`](crate::testing::TestContext::clock) and never sleeps.
//!
//! ```
//! use flyte_runtime::{gate::Answers, prelude::*};
//!
//! #[task]
//! fn draft(words: i64) -> String {
//!     "word ".repeat(words as usize)
//! }
//!
//! #[task]
//! fn publish(text: String, copies: i64) -> String {
//!     format!("{copies} x {text}")
//! }
//!
//! #[workflow]
//! fn newsletter(words: i64) -> String {
//!     let text = approve(draft(words), "review", "1d");
//!     let copies = wait_for_input::<i64>("copies", "1h");
//!     let pause = sleep("10m");
//!     let published = publish(text, copies);
//!     pause >> published;
//!     published
//! }
//!
//! let answers = Answers::new().approve("review").input("copies", 3_i64);
//! let published = Runner::local().answers(answers).run(newsletter::call(1))?;
//! assert_eq!(published, "3 x word ");
//! # Ok::<(), flyte_runtime::RunError>(())
//! ```

pub use flyte_context::question::{Answer, AnswerSource, Asked, Question};
pub use flyte_core::graph::gate::{GateError, approve, sleep, wait_for_input};
pub use flyte_engine::gate::{Answers, Terminal};

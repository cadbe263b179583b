//! For tests of tasks and workflows: a task context made by hand, mocks, and what was written to decks, metrics and
//! logs.
//!
//! A task is a function, so that most tests call it and need nothing from here. A task that asks for its surroundings
//! gets them from a [`TestContext`]; a task that is slow, or on a cluster, is replaced with [`mock`]. Nothing is set
//! for the whole process, so tests run in parallel.
//!
//! ```
//! use flyte_runtime::{prelude::*, testing::{TestContext, mock}};
//!
//! #[task]
//! fn login() -> String {
//!     let me = ctx().unwrap();
//!     let password = me.secrets().unwrap().get("db", "password").unwrap();
//!     me.stats().incr("logins");
//!     format!("me:{}", password.expose().len())
//! }
//!
//! #[reference_task(project = "ml", domain = "production", name = "embed", version = "v1")]
//! fn embed(text: String) -> Vec<f64>;
//!
//! #[workflow]
//! fn embedded() -> Vec<f64> {
//!     embed(login())
//! }
//!
//! let test = TestContext::new().secret("db", "password", "secret");
//! test.run(|| {
//!     // The function alone, and the workflow with the task that is on a cluster replaced.
//!     assert_eq!(login(), "me:6");
//!     let _mocked = mock::<embed>(|text| vec![text.len() as f64]);
//!     assert_eq!(embedded()?, vec![4.0]);
//!     Ok::<(), RunError>(())
//! })?;
//! assert_eq!(test.stats().metrics().len(), 2);
//! # Ok::<(), RunError>(())
//! ```
//!
//! Corresponds to `flytekit.core.testing`, whose mocks stay when a test panics, and to the contexts that tests of
//! flytekit build.

pub use flyte_context::stats::RecordingStats;
pub use flyte_engine::testing::{
    Logs, ManualClock, RecordedEvents, TestContext, mock, mock_result,
};

#[cfg(feature = "dev-server")]
pub mod cluster {
    //! A control plane in this process, for tests of what registers, runs and watches: see [`ControlPlane`].

    pub use flyte_cluster::dev_server::{ControlPlane, ControlPlaneOptions, Fault};
}

//! Test support for tasks and workflows: task contexts made by hand, mocks, and access to decks, metrics and logs.
//!
//! A task is a function, so most tests call it and do not need anything from here. A task that uses its context gets it
//! from a [`TestContext`]; a task that is slow, or on a cluster, is replaced with [`mock`]. No global state is changed,
//! so tests run in parallel.
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
//! Corresponds to `flytekit.core.testing`, whose mocks stay active when a test panics, and to the contexts that
//! flytekit's own tests build.

pub use flyte_context::stats::RecordingStats;
pub use flyte_engine::testing::{
    Logs, ManualClock, RecordedEvents, TestContext, mock, mock_result,
};

#[cfg(feature = "dev-server")]
pub mod cluster {
    //! A control plane in this process, for tests of programs that register, run and watch entities: see
    //! [`ControlPlane`].

    pub use flyte_cluster::dev_server::{ControlPlane, ControlPlaneOptions, Fault};

    pub mod flyte2 {
        //! The same for Flyte 2: see [`ControlPlane`].

        pub use flyte_cluster::dev_server::flyte2::{ActionRecord, ControlPlane};
    }
}

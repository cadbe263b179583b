//! Stored results of tasks that later calls use again: `#[task(cache = "1")]`.

mod clean;
mod entry;
mod explain;
mod key;
mod mode;
mod store;

pub use clean::{CacheStats, Evicted};
pub(crate) use explain::SomeResults;
pub use explain::{Difference, Explanation, policy_of};
pub use key::{CacheKey, CachePolicy};
pub use mode::CacheMode;
pub(crate) use mode::{CacheChoice, InUse};
pub(crate) use mode::{in_container, of_attempt, variables};
pub(crate) use store::Flight;
pub use store::{Cache, CacheError};

//! Flyte 2's custom context and groups: data that a scope passes to every task below it.

use std::collections::BTreeMap;

use super::{ContextGuard, FlyteContext, FlyteContextManager, current};

/// Adds entries to the custom context until the guard is dropped. Every task started meanwhile, directly or by tasks
/// started here, sees them. They are not part of cache keys. Corresponds to Flyte 2's `flyte.custom_context`.
///
/// Unlike in Flyte 2, it also works outside of a task. In async code use [`FlyteContext::with_custom_context`] with a
/// scope.
///
/// ```
/// use flyte_runtime::{context::{custom_context, get_custom_context}, prelude::*};
///
/// #[task]
/// fn tenant() -> Option<String> {
///     get_custom_context().get("tenant").cloned()
/// }
///
/// let inside = custom_context([("tenant", "a")]);
/// assert_eq!(tenant::run()?, Some("a".to_owned()));
/// drop(inside);
/// assert_eq!(tenant::run()?, None);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
#[track_caller]
pub fn custom_context<K: Into<String>, V: Into<String>>(
    entries: impl IntoIterator<Item = (K, V)>,
) -> ContextGuard {
    FlyteContextManager::enter(FlyteContext::current().with_custom_context(entries))
}

/// The entries of the current custom context. Corresponds to Flyte 2's `get_custom_context`.
pub fn get_custom_context() -> BTreeMap<String, String> {
    current::with_current(|context| context.map(|context| context.custom_context().clone()))
        .unwrap_or_default()
}

/// Sets the group of the actions that start before the guard is dropped. Corresponds to Flyte 2's `flyte.group`.
#[track_caller]
pub fn group(name: &str) -> ContextGuard {
    FlyteContextManager::enter(FlyteContext::current().with_group(name))
}

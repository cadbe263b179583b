//! Replaces entities for the duration of a guard.

use std::sync::Arc;

use crate::{Instruments, Mock, WithInstruments as _};
use flyte_context::context::{ContextGuard, FlyteContext, FlyteContextManager};
use flyte_core::{
    error::BoxError,
    graph::{
        TaskOutputs as _,
        entity::{Entity, TaskInputs},
        generated::slot::Slot,
    },
};

/// An entity that can be mocked: anything the macros annotate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be mocked",
    note = "name a task, workflow, launch plan or reference, as in `mock::<square>(|x| x)`"
)]
pub trait Mockable: Entity {}

#[diagnostic::do_not_recommend]
impl<E: Entity> Mockable for E {}

/// The inputs of an entity as a mock receives them: none, one value, or a tuple of up to sixteen.
#[diagnostic::on_unimplemented(
    message = "an entity with more than sixteen inputs cannot be mocked"
)]
pub trait MockInputs {
    /// The type of the values.
    type Values;

    /// Takes the values of one call.
    #[doc(hidden)]
    fn take(inputs: &mut TaskInputs) -> Result<Self::Values, BoxError>;
}

impl MockInputs for () {
    type Values = ();

    fn take(_: &mut TaskInputs) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<S: Slot> MockInputs for (S,) {
    type Values = S::Type;

    fn take(inputs: &mut TaskInputs) -> Result<S::Type, BoxError> {
        inputs.take(0)
    }
}

macro_rules! several_inputs {
    ($($slot:ident $position:literal),* | ) => {
        several_inputs!(@impl $($slot $position),*);
    };
    ($($slot:ident $position:literal),* | $next:ident $place:literal $(, $rest:ident $later:literal)*) => {
        several_inputs!(@impl $($slot $position),*);
        several_inputs!($($slot $position,)* $next $place | $($rest $later),*);
    };
    (@impl $($slot:ident $position:literal),*) => {
        impl<$($slot: Slot),*> MockInputs for ($($slot,)*) {
            type Values = ($($slot::Type,)*);

            fn take(inputs: &mut TaskInputs) -> Result<Self::Values, BoxError> {
                Ok(($(inputs.take::<$slot::Type>($position)?,)*))
            }
        }
    };
}

several_inputs!(
    S0 0, S1 1 | S2 2, S3 3, S4 4, S5 5, S6 6, S7 7, S8 8, S9 9, S10 10, S11 11, S12 12, S13 13, S14 14, S15 15
);

/// Replaces a task, workflow, launch plan or reference until the guard is dropped, in runs started on this thread.
///
/// The closure takes the entity's inputs: one value, or a tuple of several; borrowed parameters come by value. It runs
/// in place of the entity, in its context, and as often as the entity's options allow. Only runs use it: a direct call
/// of the function is a plain call. A workflow is replaced where it is a node of another, not when it is run by itself.
///
/// ```
/// use flyte_runtime::{prelude::*, testing::mock};
///
/// #[task]
/// fn price(item: String) -> i64 {
///     panic!("asks a server about {item}")
/// }
///
/// #[task]
/// fn times(a: i64, b: i64) -> i64 {
///     a * b
/// }
///
/// #[workflow]
/// fn total(item: String, count: i64) -> i64 {
///     times(price(item), count)
/// }
///
/// let _priced = mock::<price>(|item| item.len() as i64);
/// assert_eq!(total("book".into(), 3)?, 12);
/// {
///     let _plus = mock::<times>(|(a, b)| a + b);
///     assert_eq!(total("book".into(), 3)?, 7);
/// }
/// assert_eq!(total("book".into(), 3)?, 12);
/// # Ok::<(), RunError>(())
/// ```
///
/// The guard stays on its thread; in async code use [`TestContext::mock`](super::TestContext::mock) with a scope.
/// Corresponds to `flytekit.testing.task_mock` and `patch`, which apply to the whole process.
#[track_caller]
pub fn mock<E: Mockable>(
    body: impl Fn(<E::Slots as MockInputs>::Values) -> E::Output + Send + Sync + 'static,
) -> ContextGuard
where
    E::Slots: MockInputs,
{
    mock_result::<E>(move |inputs| Ok(body(inputs)))
}

/// As [`mock`], with a closure that may fail, as the task may.
///
/// ```
/// use flyte_runtime::{prelude::*, testing::mock_result};
///
/// #[task(retries = 1)]
/// fn fetch(url: String) -> String {
///     panic!("asks a server for {url}")
/// }
///
/// let _lost = mock_result::<fetch>(|url| Err(format!("{url} is not there").into()));
/// let error = fetch::run("a.html".into()).unwrap_err().to_string();
/// assert!(error.contains("failed in each of 2 attempts: a.html is not there"), "{error}");
/// ```
#[track_caller]
pub fn mock_result<E: Mockable>(
    body: impl Fn(<E::Slots as MockInputs>::Values) -> Result<E::Output, BoxError>
    + Send
    + Sync
    + 'static,
) -> ContextGuard
where
    E::Slots: MockInputs,
{
    let context = FlyteContext::current().new_builder();
    FlyteContextManager::enter(context.with_instruments(|instruments| add::<E>(instruments, body)))
}

/// Sets the replacement of an entity.
pub(super) fn add<E: Mockable>(
    instruments: &mut Instruments,
    body: impl Fn(<E::Slots as MockInputs>::Values) -> Result<E::Output, BoxError>
    + Send
    + Sync
    + 'static,
) where
    E::Slots: MockInputs,
{
    let mock: Mock = Arc::new(move |inputs, outputs| {
        body(E::Slots::take(inputs)?)?.into_values(outputs);
        Ok(())
    });
    instruments.mock(E::descriptor(), mock);
}

//! A typed call as data.

use std::{fmt, marker::PhantomData};

use crate::{
    Runner, Start,
    cache::{CacheError, CacheKey},
    error::RunError,
};
use flyte_core::{
    graph::{entity::Entity, generated::named::Named},
    types::Value,
};

/// A task or workflow with its inputs, ready to run.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// let call = square::call(7);
/// assert_eq!(Runner::local().jobs(2).run(call)?, 49);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
pub struct Call<E> {
    inputs: Vec<Value>,
    entity: PhantomData<fn() -> E>,
}

impl<E> Clone for Call<E> {
    fn clone(&self) -> Self {
        Self {
            inputs: self.inputs.clone(),
            entity: PhantomData,
        }
    }
}

impl<E: Entity> Call<E> {
    /// A call with inputs in declaration order; generated code checks their types.
    #[doc(hidden)]
    pub fn new(inputs: Vec<Value>) -> Self {
        Self {
            inputs,
            entity: PhantomData,
        }
    }

    /// The inputs in declaration order.
    pub fn inputs(&self) -> &[Value] {
        &self.inputs
    }

    pub(crate) fn into_inputs(self) -> Vec<Value> {
        self.inputs
    }

    /// Runs the call here with the default runner, and waits for the result.
    ///
    /// # Errors
    ///
    /// If the workflow cannot be compiled or a task fails.
    pub fn run(self) -> Result<E::Output, RunError> {
        Runner::local().run(self)
    }

    /// Starts the call here with the default runner. The future returns the result.
    pub fn start(self) -> Start<E::Output> {
        Runner::local().start(self)
    }
}

/// Awaiting a call starts it: `square::call(x).await`, or several at once under `join!`.
///
/// This is how an `#[eager]` task calls others. Dropping the future cancels the call.
impl<E: Entity> IntoFuture for Call<E> {
    type Output = Result<E::Output, RunError>;
    type IntoFuture = Start<E::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.start()
    }
}

impl<E: Entity> fmt::Debug for Call<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entity = E::descriptor();
        write!(f, "{}(", entity.name())?;
        for (index, (input, value)) in entity.inputs().iter().zip(&self.inputs).enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(
                f,
                "{separator}{} = {}",
                input.name,
                input.info.preview(value)
            )?;
        }
        f.write_str(")")
    }
}

impl CacheKey {
    /// The key of a call.
    ///
    /// # Errors
    ///
    /// [`CacheError::NotCached`] if the task declares no `cache`, [`CacheError::Value`] if an input has no literal
    /// form.
    pub fn of<E: Entity>(call: &Call<E>) -> Result<Self, CacheError> {
        Self::of_values(E::descriptor(), call.inputs())
    }
}

/// A call with its inputs by name, as generated code makes it.
#[doc(hidden)]
pub fn by_name<E: Entity>(named: Named<E, Value>) -> Call<E> {
    Call::new(named.values())
}

//! The inputs of one attempt of a task.

use std::sync::Arc;

use super::EntityDescriptor;
use crate::{
    error::BoxError,
    panic,
    types::{FlyteType, TypeInfo, Value},
};

/// The inputs of one attempt, which a task's function takes one by one.
#[derive(Debug, Default)]
pub struct TaskInputs {
    /// One for each input of the task, in declaration order.
    pub values: Vec<Input>,
    /// Whether another attempt may need the values, so none is moved.
    pub keep: bool,
}

/// One input: present, or moved into the function; its preview is kept for an error report.
#[derive(Debug)]
pub enum Input {
    /// It has not been moved.
    Present(Value),
    /// It has been moved; this is its preview.
    Moved(String),
}

/// An input of another type than the function's: a bug in the engine, reported instead of raised.
#[derive(Debug, thiserror::Error)]
#[error("input {position} is not a `{expected}`; this is a bug in flyte-runtime")]
struct WrongInput {
    position: usize,
    expected: &'static str,
}

/// The values may be the user's, and are dropped wherever an attempt ends.
impl Drop for TaskInputs {
    fn drop(&mut self) {
        if !self.values.is_empty() {
            self.discard();
        }
    }
}

impl TaskInputs {
    /// Takes the input at `position` for a parameter by value: moved when this is its last use, cloned otherwise or
    /// while another attempt may need it.
    ///
    /// # Errors
    ///
    /// When the engine passed a value of another type.
    pub fn take<T: FlyteType>(&mut self, position: usize) -> Result<T, BoxError> {
        let wrong = || WrongInput {
            position,
            expected: std::any::type_name::<T>(),
        };
        let slot = self.values.get_mut(position).ok_or_else(wrong)?;
        let Input::Present(value) = slot else {
            return Err(wrong().into());
        };
        // A plain copy leaves the value for an error report; a value that owns memory is moved if it is not shared.
        if !std::mem::needs_drop::<T>() || self.keep || !value.is_unique() {
            return Ok(value.downcast_ref::<T>().ok_or_else(wrong)?.clone());
        }
        let preview = TypeInfo::of::<T>().preview(value);
        let Input::Present(value) = std::mem::replace(slot, Input::Moved(preview)) else {
            return Err(wrong().into());
        };
        value.into_owned::<T>().map_err(|_| wrong().into())
    }

    /// The inputs once more, for code that may keep them; the values themselves are shared.
    #[inline]
    pub fn shared(&self) -> Vec<Input> {
        let inputs = self.values.iter().map(|input| match input {
            Input::Present(value) => Input::Present(value.clone()),
            Input::Moved(preview) => Input::Moved(preview.clone()),
        });
        inputs.collect()
    }

    /// Drops all of them, one by one: if two are dropped together and both panic, the process ends. After a panic the
    /// others are still here.
    #[inline]
    pub fn clear(&mut self) {
        while let Some(others) = self.values.len().checked_sub(1) {
            self.values.truncate(others);
        }
    }

    /// Drops all of them, and catches panics of the drops.
    #[cold]
    pub fn discard(&mut self) {
        self.values.drain(..).for_each(panic::discard);
    }

    /// All inputs that have not been taken.
    #[inline]
    pub fn present(&self) -> impl Iterator<Item = &Value> {
        self.values.iter().filter_map(|input| match input {
            Input::Present(value) => Some(value),
            Input::Moved(_) => None,
        })
    }

    /// Shares the input at `position` for a borrowed parameter.
    ///
    /// # Errors
    ///
    /// When the engine passed a value of another type.
    pub fn share<T: FlyteType>(&self, position: usize) -> Result<Arc<T>, BoxError> {
        let wrong = || WrongInput {
            position,
            expected: std::any::type_name::<T>(),
        };
        match self.values.get(position) {
            Some(Input::Present(value)) => {
                value.clone().downcast::<T>().map_err(|_| wrong().into())
            }
            _ => Err(wrong().into()),
        }
    }

    /// Name and shortened value of every input.
    pub fn previews(&self, entity: &EntityDescriptor) -> Vec<(&'static str, String)> {
        let previews = entity
            .inputs()
            .iter()
            .zip(&self.values)
            .map(|(input, value)| {
                let text = match value {
                    Input::Present(value) => input.info.preview(value),
                    Input::Moved(preview) => preview.clone(),
                };
                (input.name, text)
            });
        previews.collect()
    }
}

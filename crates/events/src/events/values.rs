//! The values of an event.

use std::fmt;

use flyte_core::{
    graph::{OutputVariable, entity::EntityDescriptor},
    types::{Literal, TypeError, TypeInfo, Value},
};

/// Inputs or outputs by name, in their order. Nothing is encoded until an observer asks.
#[derive(Clone, Default)]
pub struct Values {
    values: Vec<(Box<str>, TypeInfo, Value)>,
}

impl Values {
    /// No values.
    pub fn none() -> Self {
        Self::default()
    }

    /// The inputs of an entity, by name; values come in declaration order.
    pub fn inputs<'v>(
        entity: &EntityDescriptor,
        values: impl IntoIterator<Item = &'v Value>,
    ) -> Self {
        let inputs = entity.inputs().iter().zip(values);
        let values = inputs.map(|(input, value)| (input.name.into(), input.info, value.clone()));
        Self {
            values: values.collect(),
        }
    }

    /// The outputs, by name; values come in declaration order.
    pub fn outputs<'v>(
        variables: &[OutputVariable],
        values: impl IntoIterator<Item = &'v Value>,
    ) -> Self {
        let outputs = variables.iter().zip(values);
        // A map of a task has a list of the task's outputs: a value of another type than declared does not have a name
        // here.
        let outputs = outputs.filter(|(output, value)| output.info.holds(value));
        let values =
            outputs.map(|(output, value)| (output.name.into(), output.info, value.clone()));
        Self {
            values: values.collect(),
        }
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, ..)| &**name)
    }

    /// The value with this name, if it exists and is a `T`.
    pub fn get<T: flyte_core::types::FlyteType>(&self, name: &str) -> Option<&T> {
        let mut values = self.values.iter();
        let (_, _, value) = values.find(|(own, ..)| &**own == name)?;
        value.downcast_ref()
    }

    /// The literal with this name, converted now; `None` if there is no such value.
    ///
    /// # Errors
    ///
    /// When the value does not have a literal form, such as a number beyond Flyte's integers.
    pub fn literal(&self, name: &str) -> Option<Result<Literal, TypeError>> {
        let mut values = self.values.iter();
        let (_, info, value) = values.find(|(own, ..)| &**own == name)?;
        Some(info.to_literal(value))
    }

    /// The name and up to 80 characters of each value.
    pub fn previews(&self) -> impl Iterator<Item = (&str, String)> {
        let values = self.values.iter();
        values.map(|(name, info, value)| (&**name, info.preview(value)))
    }

    /// The name, type and value of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TypeInfo, &Value)> {
        let values = self.values.iter();
        values.map(|(name, info, value)| (&**name, info, value))
    }
}

/// The names alone: values are shown when an observer asks for them.
impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

//! Data for plugins in generated code.

use serde::Serialize;
use serde_json::Value as Json;

/// A value for `custom = ..`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be told to the plugin of a task",
    label = "does not implement `serde::Serialize`",
    note = "derive `serde::Serialize` for a struct of your own, or write `serde_json::json!({{..}})`"
)]
pub trait CustomValue {
    /// The value as JSON.
    ///
    /// # Errors
    ///
    /// When the value has no JSON form.
    fn to_json(&self) -> Result<Json, serde_json::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> CustomValue for T {
    fn to_json(&self) -> Result<Json, serde_json::Error> {
        serde_json::to_value(self)
    }
}

/// The value of the expression of `custom = ..` as JSON.
///
/// # Errors
///
/// When the value has no JSON form.
pub fn custom<T: CustomValue>(value: T) -> Result<Json, serde_json::Error> {
    value.to_json()
}

//! Structs whose fields are promises.

use super::Promise;

/// A struct whose fields can be picked from a promise of it; derived together with
/// [`FlyteType`](crate::types::FlyteType).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields that a promise could give",
    note = "`fields()` works on promises of structs that derive `FlyteType`"
)]
pub trait FlyteFields: Sized + 'static {
    /// A struct with one promise for each field.
    type Fields: Copy;

    #[doc(hidden)]
    fn fields(promise: Promise<Self>) -> Self::Fields;
}

//! Fields of what a call gives: outputs that have names are promises in a struct, and a promise of a struct has none.

#[cfg(rust_analyzer)]
use crate::graph::{Promise, VoidPromise};

/// What a call gives that has a field for each output.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields of its own",
    label = "not a field of a promise",
    note = "what a promise of a struct will hold are promises, too: write `.fields()` before the field, as in `report.fields().mean`"
)]
pub trait HasFields {
    /// The struct.
    type Fields;

    #[doc(hidden)]
    fn __fields(&self) -> &Self::Fields;
}

/// What a call gives, as it is.
pub fn lent<P>(promises: &P) -> &P {
    promises
}

// What is being typed is completed with all that a promise has.
#[cfg(rust_analyzer)]
impl<T> HasFields for Promise<T> {
    type Fields = Self;

    fn __fields(&self) -> &Self {
        self
    }
}

#[cfg(rust_analyzer)]
impl HasFields for VoidPromise {
    type Fields = Self;

    fn __fields(&self) -> &Self {
        self
    }
}

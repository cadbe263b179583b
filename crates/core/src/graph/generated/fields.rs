//! Fields of a call's result: named outputs are promises in a struct, but a promise of a struct does not have fields.

use crate::graph::VoidPromise;

/// The result of a call with a field for each output.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields of its own",
    label = "not a field of a promise",
    note = "what a promise of a struct will hold are promises, too: write `.fields()` before the field, as in \
            `report.fields().mean`"
)]
pub trait HasFields {
    /// The struct.
    type Fields;

    #[doc(hidden)]
    fn __fields(&self) -> &Self::Fields;
}

/// Implemented by nothing: what `#[derive(FlyteOutputs)]` names are several values.
#[diagnostic::on_unimplemented(
    message = "the outputs `{Self}` are several values, and the graph needs one `{T}` here",
    label = "expected `{T}` or a promise of it",
    note = "pass on one of them by its name: `outputs.name`",
    note = "a struct that travels as one value derives `FlyteType` instead of `FlyteOutputs`"
)]
pub trait PassedOnWhole<T> {}

/// The result of a call, unchanged.
pub fn lent<P>(promises: &P) -> &P {
    promises
}

/// Results without fields to name; the compiler reports a wrong field best.
macro_rules! as_they_are {
    ($([$($generics:ident),*] $type:ty;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics),*> HasFields for $type {
            type Fields = Self;

            fn __fields(&self) -> &Self {
                self
            }
        }
    )* };
}

as_they_are! {
    [] VoidPromise;
    [A, B] (A, B);
    [A, B, C] (A, B, C);
    [A, B, C, D] (A, B, C, D);
    [A, B, C, D, E] (A, B, C, D, E);
    [A, B, C, D, E, F] (A, B, C, D, E, F);
    [A, B, C, D, E, F, G] (A, B, C, D, E, F, G);
    [A, B, C, D, E, F, G, H] (A, B, C, D, E, F, G, H);
}

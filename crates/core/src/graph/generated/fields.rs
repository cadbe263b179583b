//! Fields of what a call gives: outputs that have names are promises in a struct, and a promise of a struct has none.

#[cfg(rust_analyzer)]
use crate::graph::Promise;
use crate::graph::VoidPromise;

/// What a call gives that has a field for each output.
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

/// What a call gives, as it is.
pub fn lent<P>(promises: &P) -> &P {
    promises
}

/// These have no fields to name, which the compiler says best.
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

// What is being typed is completed with all that a promise has.
#[cfg(rust_analyzer)]
as_they_are! {
    [T] Promise<T>;
}

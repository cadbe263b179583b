//! Fields of a call's result: named outputs are promises in a struct, but a promise of a struct does not have fields.

use crate::graph::VoidPromise;

/// The result of a call with a field for each output.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields of its own",
    label = "not a field of a promise",
    note = "the parts of a promise of a struct are promises, too: write `.fields()` before the field, as in \
            `report.fields().mean`",
    note = "a promise of one value, such as a number, has no fields: write `let name = f(x);`"
)]
pub trait HasFields {
    /// The struct.
    type Fields;

    #[doc(hidden)]
    fn __fields(&self) -> &Self::Fields;
}

/// Implemented by nothing: what `#[derive(FlyteOutputs)]` names are several values.
#[diagnostic::on_unimplemented(
    message = "the outputs `{O}` are several values, and the graph needs one `{Self}` here",
    label = "expected `{Self}` or a promise of it",
    note = "pass on one of its fields: `f(x).field`",
    note = "a struct that travels as one value derives `FlyteType` instead of `FlyteOutputs`"
)]
pub trait PassedOnWhole<O> {}

/// Implemented by nothing: what `#[derive(FlyteOutputs)]` names has no positions.
#[diagnostic::on_unimplemented(
    message = "the outputs `{Self}` have names, and a pattern of a tuple takes outputs without names",
    label = "gives `{Self}`",
    note = "take them by name: `let {Self} {{ field, .. }} = f(x);`, or `f(x).field`"
)]
pub trait TakenByPosition<P> {}

/// What `let (a, b) = f(x);` takes apart into the outputs `P`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken apart by this pattern",
    label = "gives `{Self}`",
    note = "write a name for each output: `let y = f(x);` for one, `let (a, b) = f(x);` for two, `let (a, ..) = f(x);` \
            for some of several, and no `let` for a task that returns nothing",
    note = "an input, and a variable that holds one output, is one value: use it as it is",
    note = "a promise of a list has no parts yet: write `xs.at(0)`"
)]
pub trait TakenApart<P> {
    /// The outputs.
    fn outputs(self) -> P;
}

macro_rules! taken_apart {
    ($($output:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<$($output),+> TakenApart<($($output,)+)> for ($($output,)+) {
            fn outputs(self) -> Self {
                self
            }
        }
    };
}

taken_apart!(A B);
taken_apart!(A B C);
taken_apart!(A B C D);
taken_apart!(A B C D E);
taken_apart!(A B C D E F);
taken_apart!(A B C D E F G);
taken_apart!(A B C D E F G H);

/// The outputs of a call, as many as the pattern names; any number where `P` is left open.
pub fn apart<P>(outputs: impl TakenApart<P>) -> P {
    outputs.outputs()
}

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

//! A program of a thousand entities, whose registration is measured.

#![allow(
    dead_code,
    reason = "a workflow is registered, and nothing calls it here"
)]

use flyte_runtime::prelude::ExitCode;

/// A task, and a workflow with its launch plan, in a module of each name.
macro_rules! modules {
    ($($name:ident)*) => {$(
        mod $name {
            use flyte_runtime::prelude::*;

            /// One more.
            #[task]
            pub(crate) fn more(x: i64) -> i64 {
                x + 1
            }

            /// Two more.
            #[workflow]
            pub(crate) fn twice(x: i64) -> i64 {
                more(more(x))
            }
        }
    )*};
}

/// Nineteen modules in a module of each name.
macro_rules! groups {
    ($($name:ident)*) => {$(
        mod $name {
            modules!(a b c d e f g h i j k l m n o p q r s);
        }
    )*};
}

groups!(a b c d e f g h i j k l m n o p q r);

fn main() -> ExitCode {
    flyte_runtime::main()
}

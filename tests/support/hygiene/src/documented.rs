//! Links to tasks: [`square`] is the function, and no second thing of that name.

use flyte_runtime::prelude::*;

/// Square of one number; see [`pipeline`].
#[task]
pub fn square(x: i64) -> i64 {
    x * x
}

/// Squares twice, with [`square`].
#[workflow]
pub fn pipeline(x: i64) -> i64 {
    square(square(x))
}

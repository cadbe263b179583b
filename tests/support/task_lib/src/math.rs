//! A public module.

use flyte_runtime::prelude::*;

/// Square of one number.
#[task]
pub fn square(x: i64) -> i64 {
    x * x
}

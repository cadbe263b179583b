//! A library of tasks in nested modules.

use flyte_runtime::prelude::*;

mod deep;
pub mod math;

/// Both together, from the root of the crate.
#[workflow]
pub fn both(x: i64) -> i64 {
    math::square(deep::deeper::half(x))
}

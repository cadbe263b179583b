//! Branches whose cases have several nodes.

use flyte_runtime::prelude::*;

/// Twice as much.
#[task]
pub fn doubled(x: i64) -> i64 {
    x * 2
}

/// A sum.
#[task]
pub fn plus(a: i64, b: i64) -> i64 {
    a + b
}

/// Each case has several nodes.
#[workflow]
pub fn sized(x: i64, limit: i64) -> i64 {
    if x > limit {
        let twice = doubled(x);
        plus(twice, doubled(twice))
    } else if x == 0 {
        let one = plus(x, 1);
        doubled(plus(one, one))
    } else {
        plus(doubled(x), limit)
    }
}

/// Branches inside of branches, and a case that fails.
#[workflow]
pub fn routed(x: i64, way: String) -> i64 {
    let found = if x > 0 {
        match way {
            "up" => plus(doubled(x), 1),
            "down" => doubled(plus(x, -1)),
            _ => fail("neither up nor down"),
        }
    } else {
        let y = plus(x, x);
        if y < -10 { doubled(y) } else { plus(y, 1) }
    };
    plus(found, 1000)
}

//! Generated code takes the edition of the user's crate; this one is of 2021.

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

/// One value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
pub struct Point {
    /// Along.
    pub x: i64,
}

/// Two outputs.
#[derive(Debug, PartialEq, FlyteOutputs)]
pub struct Ends {
    /// Where it begins.
    pub from: Point,
    /// How far it goes.
    pub length: i64,
}

/// A keyword of the next edition as a name.
#[task]
pub fn gen(from: i64) -> Point {
    Point { x: from }
}

/// Async, fallible, borrowing.
#[task]
pub async fn length(points: &[Point]) -> Result<i64, std::num::TryFromIntError> {
    i64::try_from(points.len())
}

/// Both outputs.
#[workflow]
pub fn ends(from: i64) -> Ends {
    let from = gen(from = from);
    Ends {
        length: length(vec![from, from]),
        from,
    }
}

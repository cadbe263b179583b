//! Tasks in a crate that depends on a re-export of the runtime alone.

use reexport::flyte::{FlyteOutputs, FlyteType, task, workflow};
use serde::{Deserialize, Serialize};

pub use reexport::renamed;

/// A struct that is one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
#[flyte(crate = ::reexport::flyte)]
pub struct Point {
    /// Along.
    pub x: i64,
}

/// Two outputs.
#[derive(Debug, PartialEq, FlyteOutputs)]
#[flyte(crate = ::reexport::flyte)]
pub struct Ends {
    /// Where it begins.
    pub from: Point,
    /// Where it ends.
    pub to: Point,
}

/// Moves a point.
#[task(crate = ::reexport::flyte, retries = 1, timeout = "1m", requests(cpu = "1", mem = "1Gi"), cache = "1")]
pub fn shift(point: Point, #[default(1)] by: i64) -> Point {
    Point { x: point.x + by }
}

/// The sum of all places.
#[task(crate = ::reexport::flyte)]
pub async fn sum(points: &[Point], name: &str) -> Result<i64, std::num::TryFromIntError> {
    Ok(points.iter().map(|point| point.x).sum::<i64>() + i64::try_from(name.len())?)
}

/// Uses everything that a body can.
#[workflow(crate = ::reexport::flyte)]
pub fn ends(from: Point) -> Ends {
    let to = shift(point = from, by = from.fields().x);
    let total = sum(vec![from, to], "ab").with_overrides(|o| o.retries(2));
    to >> total;
    Ends { from, to }
}

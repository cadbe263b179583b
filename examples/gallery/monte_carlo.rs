//! Estimates pi with random points until the error is small enough: an eager function starts a round of samples,
//! several at a time, looks at the result, and decides whether another round is needed.
//!
//! ```console
//! $ cargo run --example monte_carlo -- run pi --error 0.002
//! 3.14[..] after 2 rounds of 400000 points
//! ```

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

/// How many of some points are inside of the circle.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, FlyteType)]
struct Hits {
    inside: u64,
    points: u64,
}

impl Hits {
    fn pi(self) -> f64 {
        4.0 * self.inside as f64 / self.points as f64
    }

    /// The standard error of the estimate.
    fn error(self) -> f64 {
        let share = self.inside as f64 / self.points as f64;
        4.0 * (share * (1.0 - share) / self.points as f64).sqrt()
    }
}

/// Throws points at a square. The same seed throws the same points, so a cached result is right.
#[task(cache = "1")]
fn throw(seed: u64, points: u64) -> Hits {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut coordinate = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let is_inside = |_: &u64| coordinate().powi(2) + coordinate().powi(2) <= 1.0;
    Hits {
        inside: (0..points).filter(is_inside).count() as u64,
        points,
    }
}

#[task]
fn add(rounds: &[Hits]) -> Hits {
    Hits {
        inside: rounds.iter().map(|hits| hits.inside).sum(),
        points: rounds.iter().map(|hits| hits.points).sum(),
    }
}

/// Four samples at the same time.
#[workflow]
fn round(seeds: Vec<u64>, points: u64) -> Hits {
    add(seeds.map(|seed| throw(seed, points)))
}

/// Estimates pi up to a standard error.
#[eager]
async fn pi(#[default(0.002)] error: f64) -> Result<String, RunError> {
    const POINTS: u64 = 100_000;
    let mut all = Hits::default();
    let mut rounds = 0;
    while rounds == 0 || all.error() > error {
        let seeds = (4 * rounds..4 * rounds + 4).map(|seed| seed + 1).collect();
        let hits = round::call(seeds, POINTS).await?;
        all = add::call(&[all, hits]).await?;
        rounds += 1;
    }
    Ok(format!(
        "{:.5} after {rounds} rounds of {} points",
        all.pi(),
        4 * POINTS
    ))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}

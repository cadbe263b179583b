//! Searches for the lowest point of a bumpy function by successive halving: many candidates get little effort, the
//! better half gets twice as much, and so on. A dynamic task builds a round, and calls itself for the next one.
//!
//! ```console
//! $ cargo run --example parameter_search -- run search
//! x = [..], value [..]
//! ```

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

/// A place, and the function's value there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Candidate {
    x: f64,
    value: f64,
}

/// The function: its lowest point is near 2.2, among many others that are almost as low.
fn height(x: f64) -> f64 {
    0.1 * (x - 2.0).powi(2) + (5.0 * x).sin()
}

/// Where the search begins.
#[task]
fn candidates(count: u32) -> Vec<Candidate> {
    let places = (0..count).map(|number| -4.0 + 12.0 * f64::from(number) / f64::from(count));
    places
        .map(|x| Candidate {
            x,
            value: height(x),
        })
        .collect()
}

/// Walks downhill from a place for some steps.
#[task]
fn descend(from: Candidate, steps: u32) -> Candidate {
    let mut x = from.x;
    for _ in 0..steps {
        let slope = (height(x + 1e-6) - height(x - 1e-6)) / 2e-6;
        x -= 0.01 * slope;
    }
    Candidate {
        x,
        value: height(x),
    }
}

/// The better half.
#[task]
fn better_half(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| a.value.total_cmp(&b.value));
    candidates.truncate(candidates.len().div_ceil(2));
    candidates
}

/// One round for these candidates, and the rounds after it for the better half.
#[dynamic]
fn halve(candidates: Vec<Candidate>, steps: u32) -> Vec<Candidate> {
    if candidates.len() == 1 {
        candidates
    } else {
        let mut walked = Vec::new();
        for candidate in candidates {
            walked.push(descend(candidate, steps));
        }
        halve(better_half(walked), 2 * steps)
    }
}

#[task]
fn say(best: &[Candidate]) -> Result<String, &'static str> {
    let best = best.first().ok_or("there were no candidates")?;
    Ok(format!("x = {:.3}, value {:.3}", best.x, best.value))
}

/// Searches from some places on.
#[workflow]
fn search(#[default(32)] count: u32, #[default(4)] steps: u32) -> String {
    say(halve(candidates(count), steps))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}

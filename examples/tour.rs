//! The program of the tour in [the book](../docs/book/src/tour.md), which starts with one task and ends with a workflow
//! that is cached, retried, mapped and branched.
//!
//! ```console
//! $ cargo run --example tour -- run warning
//! heat: 28.25 degrees
//! ```

// ANCHOR: imports
use flyte_runtime::{BoxError, TaskError, prelude::*};
// ANCHOR_END: imports

// ANCHOR: mean
#[task]
fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}
// ANCHOR_END: mean

// ANCHOR: day
/// The temperatures that a station measured, one for every three hours.
#[task]
fn measure(station: &str) -> Vec<f64> {
    let base = station.bytes().map(f64::from).sum::<f64>() % 17.0 + 10.0;
    let hours = [0.0, -1.5, 0.5, 4.0, 6.25, 5.0, 2.5, 1.0];
    hours.iter().map(|change| base + change).collect()
}

/// The mean temperature of a day.
#[workflow]
fn day(station: String) -> f64 {
    mean(measure(station))
}
// ANCHOR_END: day

// ANCHOR: fetch
/// As `measure`, from a station that does not answer the first time.
#[task(retries(count = 3, backoff = "50ms"), timeout = "10s")]
fn fetch(station: &str) -> Result<Vec<f64>, BoxError> {
    if station.is_empty() {
        return Err(TaskError::fatal("a station needs a name").into());
    }
    match ctx().map_or(1, |ctx| ctx.attempt_number()) {
        0 => Err(format!("{station} does not answer").into()),
        _ => Ok(measure(station)),
    }
}
// ANCHOR_END: fetch

// ANCHOR: maxima
#[task]
fn highest(xs: &[f64]) -> f64 {
    xs.iter().copied().fold(f64::MIN, f64::max)
}

/// The highest temperature of each station, all stations at the same time.
#[workflow]
fn maxima(stations: Vec<String>) -> Vec<f64> {
    stations
        .map(|station| fetch(station))
        .map(|temperatures| highest(temperatures))
}
// ANCHOR_END: maxima

// ANCHOR: warning
#[task]
fn say(what: &str, degrees: f64) -> String {
    format!("{what}: {degrees} degrees")
}

/// Says how hot it got, in words that depend on it.
#[workflow]
fn warning(#[default(vec!["Oslo".to_owned(), "Rome".to_owned()])] stations: Vec<String>) -> String {
    let hottest = highest(maxima(stations));
    if hottest > 28.0 {
        say("heat", hottest)
    } else if hottest < 0.0 {
        say("frost", hottest)
    } else {
        say("nothing special", hottest)
    }
}
// ANCHOR_END: warning

// ANCHOR: climate
/// The mean of many years, which takes a while to compute and does not change.
#[task(cache = "1")]
fn climate(station: &str) -> f64 {
    std::thread::sleep(std::time::Duration::from_secs(1));
    mean(&measure(station)) - 0.5
}

#[task]
fn difference(a: f64, b: f64) -> f64 {
    a - b
}

/// By how much a day was warmer than the days of many years.
#[workflow]
fn anomaly(station: String) -> f64 {
    difference(mean(fetch(station)), climate(station))
}
// ANCHOR_END: climate

// ANCHOR: main
fn main() -> ExitCode {
    flyte_runtime::main()
}
// ANCHOR_END: main

// ANCHOR: tests
#[cfg(test)]
mod tests {
    use flyte_runtime::testing::mock;

    use super::*;

    #[test]
    fn the_mean_of_three() {
        assert_eq!(mean(&[1.0, 2.0, 6.0]), 3.0);
    }

    #[test]
    fn a_hot_day_is_a_heat_warning() {
        let _desert = mock::<fetch>(|_| vec![44.0, 47.5]);
        let said = warning(vec!["Kebili".to_owned()]).expect("it runs");
        assert_eq!(said, "heat: 47.5 degrees");
    }
}
// ANCHOR_END: tests

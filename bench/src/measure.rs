//! Medians of repeated work.

use std::time::{Duration, Instant};

/// How long a row is measured, once it has been warmed up.
const BUDGET: Duration = Duration::from_millis(1_500);

/// A row has at least so many samples, however long they take.
const FEWEST: usize = 5;

/// Measures work that does something `items` times, and prints the microseconds for one of them.
pub fn row(name: &str, subject: &str, items: usize, mut work: impl FnMut()) {
    row_with(name, subject, items, || (), |()| work());
}

/// The same for work that needs something made beforehand, which is not measured.
pub fn row_with<T>(
    name: &str,
    subject: &str,
    items: usize,
    mut make: impl FnMut() -> T,
    mut work: impl FnMut(T),
) {
    work(make());
    let mut samples = Vec::new();
    let start = Instant::now();
    while samples.len() < FEWEST || start.elapsed() < BUDGET {
        let given = make();
        let begin = Instant::now();
        work(given);
        samples.push(begin.elapsed().as_secs_f64() * 1e6 / items as f64);
    }
    samples.sort_by(f64::total_cmp);
    let at = |part: usize| samples[(samples.len() - 1) * part / 10];
    println!(
        "{}",
        serde_json::json!({
            "row": name, "subject": subject, "median": at(5), "low": at(1), "high": at(9), "samples": samples.len(),
        })
    );
}

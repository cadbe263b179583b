//! Maps: one call for each element of a list that only exists when the workflow runs.
//!
//! ```console
//! $ cargo run --example maps -- run lengths --texts '["one two", "three"]' --factor 10
//! [20,10]
//! $ cargo run --example maps -- run --jobs 1 lengths --texts '["one two", "", "three"]' --factor 10
//! error: task `maps.count` failed (node n0[1] of `maps.lengths`): there is nothing to count
//!   with: text = ""
//!   task at examples/maps.rs:[..]
//! 2 nodes did not run
//! $ cargo run --example maps -- run most --texts '["one two", "", "three"]'
//! 2 of 3 texts have words
//! $ cargo run --example maps -- describe most
//! ...
//! Nodes:
//!   n0  map maps.count, 4 at once, 0.5 of them must succeed            text = texts
//!   n1  maps.summary                                         after n0  counts = n0.o0
//! ...
//! ```

use flyte_runtime::prelude::*;

// ANCHOR: count
/// How many words there are.
#[task]
fn count(text: &str) -> Result<i64, String> {
    match text.split_whitespace().count() {
        0 => Err("there is nothing to count".to_owned()),
        words => Ok(words as i64),
    }
}
// ANCHOR_END: count

#[task]
fn times(x: i64, factor: i64) -> i64 {
    x * factor
}

#[task]
fn summary(counts: Vec<Option<i64>>) -> String {
    let known = counts.iter().flatten().count();
    format!("{known} of {} texts have words", counts.len())
}

// ANCHOR: lengths
/// Each text is counted on its own, side by side; `factor` is the same for all.
#[workflow]
fn lengths(texts: Vec<String>, factor: i64) -> Vec<i64> {
    let counts = texts.map(count);
    counts.map(|words| times(words, factor))
}
// ANCHOR_END: lengths

// ANCHOR: most
/// Half of the texts have to be counted; of the others there is `None`.
#[workflow]
fn most(texts: Vec<String>) -> String {
    let counts = texts.map(count).concurrency(4).min_success_ratio(0.5);
    summary(counts)
}
// ANCHOR_END: most

// ANCHOR: products
/// Two lists side by side, which must have the same length.
#[workflow]
fn products(xs: Vec<i64>, ys: Vec<i64>) -> Vec<i64> {
    xs.zip(ys).map(|(x, y)| times(x, y))
}
// ANCHOR_END: products

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order() {
        let products = products(vec![1, 2, 3], vec![4, 5, 6]).expect("it runs");
        assert_eq!(products, [4, 10, 18]);
    }
}

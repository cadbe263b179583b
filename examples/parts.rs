//! Parts of results: the fields of a struct, the elements of a list, the values of a map, each a promise of its own.
//!
//! ```console
//! $ cargo run --example parts -- run pick
//! o0 = 2.0
//! o1 = three numbers
//! o2 = 3
//! o3 = 6
//! ```
//!
//! A part that turns out not to be there fails the run, and the report names it:
//!
//! ```console
//! $ cargo run --example parts -- run pick --numbers "[5]"
//! error: [..]at n0.o0.sorted: expected an element 2, found a list of 1 element
//! ...
//! ```

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

// ANCHOR: Statistics
/// A struct becomes a value between tasks by deriving `FlyteType`; `fields()` gives a promise of each of its fields.
#[derive(Clone, Debug, Serialize, Deserialize, FlyteType)]
struct Statistics {
    mean: f64,
    label: String,
    sorted: Vec<i64>,
}
// ANCHOR_END: Statistics

#[task]
fn statistics(numbers: &[i64]) -> Statistics {
    let words = ["no", "one", "two", "three"];
    let count = words.get(numbers.len()).copied().unwrap_or("many");
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    Statistics {
        mean: numbers.iter().sum::<i64>() as f64 / numbers.len() as f64,
        label: format!("{count} numbers"),
        sorted,
    }
}

#[task]
fn sums(numbers: &[i64]) -> BTreeMap<String, i64> {
    BTreeMap::from([("total".to_owned(), numbers.iter().sum())])
}

// ANCHOR: pick
/// Picks four parts of what two tasks give.
#[workflow]
fn pick(#[default(vec![3, 1, 2])] numbers: Vec<i64>) -> (f64, String, i64, i64) {
    let fields = statistics(numbers).fields();
    (
        fields.mean,
        fields.label,
        fields.sorted.at(2),
        sums(numbers).get("total"),
    )
}
// ANCHOR_END: pick

fn main() -> ExitCode {
    flyte_runtime::main()
}

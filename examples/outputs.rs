//! Several outputs: tuples, whose parts are `o0`, `o1` and so on, and structs that name them.
//!
//! ```console
//! $ cargo run --example outputs -- run divide
//! o0 = 3
//! o1 = 2
//! $ cargo run --example outputs -- run measure
//! total = 6
//! text = [1, 2, 3]
//! $ cargo run --example outputs -- run renamed
//! total = 106
//! text = [1, 2, 3]
//! $ cargo run --example outputs -- run --json measure
//! {"total":6,"text":"[1, 2, 3]"}
//! ```

use flyte_runtime::prelude::*;

// ANCHOR: divide
/// A tuple is several outputs.
#[task]
fn divide(#[default(17)] a: i64, #[default(5)] b: i64) -> Result<(i64, i64), String> {
    let quotient = a.checked_div(b).ok_or("nothing can be divided by 0")?;
    Ok((quotient, a % b))
}
// ANCHOR_END: divide

// ANCHOR: Summary
/// A struct that derives `FlyteOutputs` is several outputs, too, and its fields are their names.
///
/// A struct that is *one* value derives `FlyteType` instead.
#[derive(Debug, PartialEq, FlyteOutputs)]
struct Summary {
    /// The sum of all numbers.
    total: i64,
    /// The numbers, written down.
    text: String,
}
// ANCHOR_END: Summary

// ANCHOR: measure
#[task]
fn measure(#[default(vec![1, 2, 3])] numbers: Vec<i64>) -> Summary {
    Summary {
        total: numbers.iter().sum(),
        text: format!("{numbers:?}"),
    }
}
// ANCHOR_END: measure

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

// ANCHOR: renamed
/// In a body, the outputs of a call are the fields of a struct of promises. A workflow's own output is written as the
/// struct, from promises and values.
#[workflow]
fn renamed(#[default(vec![1, 2, 3])] numbers: Vec<i64>) -> Summary {
    let measured = measure(numbers);
    Summary {
        total: add(measured.total, 100),
        text: measured.text,
    }
}
// ANCHOR_END: renamed

// ANCHOR: remainder
/// The outputs of a tuple are taken apart like any tuple.
#[workflow]
fn remainder(#[default(17)] a: i64) -> i64 {
    let (_, remainder) = divide(a, 5);
    remainder
}
// ANCHOR_END: remainder

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_come_back_as_the_types_they_were_declared_as() {
        assert_eq!(divide::run(17, 5).ok(), Some((3, 2)));
        assert_eq!(remainder(17).ok(), Some(2));
        let summary = Summary {
            total: 103,
            text: "[3]".into(),
        };
        assert_eq!(renamed(vec![3]).ok(), Some(summary));
    }
}

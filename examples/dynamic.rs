//! Dynamic tasks: graphs whose shape depends on a value.
//!
//! ```console
//! $ cargo run --example dynamic -- run sorted
//! [1,1,2,3,4,5,6,9]
//! $ cargo run --example dynamic -- run sorted --numbers [2,1]
//! [1,2]
//! $ cargo run --example dynamic -- describe merge_sort
//! dynamic task dynamic.merge_sort
//! ...
//! ```

use flyte_runtime::prelude::*;

/// Sorts a short list.
#[task]
fn sort_here(mut numbers: Vec<i64>) -> Vec<i64> {
    numbers.sort_unstable();
    numbers
}

/// Merges two sorted lists.
#[task]
fn merge(left: &[i64], right: &[i64]) -> Vec<i64> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let smaller = if a <= b { left.next() } else { right.next() };
        merged.extend(smaller);
    }
    merged.extend(left);
    merged.extend(right);
    merged
}

// ANCHOR: merge_sort
/// Sorts a list by sorting its halves side by side.
///
/// The list is there when the graph is built, so its length decides how the graph looks. A workflow cannot contain
/// itself; a dynamic task can.
#[dynamic]
fn merge_sort(numbers: &[i64], #[default(2)] small: usize) -> Vec<i64> {
    if numbers.len() <= small {
        sort_here(numbers.to_vec())
    } else {
        let (left, right) = numbers.split_at(numbers.len() / 2);
        let left = merge_sort(left.to_vec(), small);
        let right = merge_sort(right.to_vec(), small);
        merge(left, right)
    }
}
// ANCHOR_END: merge_sort

// ANCHOR: sorted
/// In a workflow a dynamic task is one node.
#[workflow]
fn sorted(#[default(vec![3, 1, 4, 1, 5, 9, 2, 6])] numbers: Vec<i64>) -> Vec<i64> {
    merge_sort(numbers, 2)
}
// ANCHOR_END: sorted

fn main() -> ExitCode {
    flyte_runtime::main()
}

//! Ordinary Rust in a workflow's body: it runs while the graph is built, so that loops unroll and `if` chooses nodes.
//!
//! ```console
//! $ cargo run --example unrolled_loops -- run tree
//! 36
//! $ cargo run --example unrolled_loops -- run polynomial --x 2
//! 17
//! ```

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn multiply(a: i64, b: i64) -> i64 {
    a * b
}

// ANCHOR: tree
/// Adds the numbers from 1 to 8 in pairs, the pairs in pairs, and so on: seven nodes, three after one another.
///
/// The promises are in a `Vec` like any value. What a promise will hold is not known here, so a loop or an `if` can
/// look at plain values alone.
#[workflow]
fn tree() -> i64 {
    let mut level = Vec::new();
    for n in (1..=8).step_by(2) {
        level.push(add(n, n + 1));
    }
    while level.len() > 1 {
        level = level.chunks(2).map(|pair| add(pair[0], pair[1])).collect();
    }
    level[0]
}
// ANCHOR_END: tree

const COEFFICIENTS: [i64; 3] = [3, 1, 3];

// ANCHOR: is_used
/// An ordinary function. A call of it is written in parentheses, `(is_used)(..)`: without them it would be a node. A
/// task cannot be called like this.
fn is_used(coefficient: i64) -> bool {
    coefficient != 0
}
// ANCHOR_END: is_used

// ANCHOR: polynomial
/// `3x² + x + 3`, with no more nodes than it needs. Closures and methods are ordinary Rust and need no parentheses.
#[workflow]
fn polynomial(x: i64) -> i64 {
    let times = |promise, factor| multiply(promise, factor);
    let mut terms = Vec::new();
    for (power, coefficient) in COEFFICIENTS.into_iter().rev().enumerate() {
        if !(is_used)(coefficient) {
            continue;
        }
        terms.push(match power {
            0 => multiply(coefficient, 1),
            1 if coefficient == 1 => x,
            1 => times(x, coefficient),
            _ => times(square(x), coefficient),
        });
    }
    add(terms[0], add(terms[1], terms[2]))
}
// ANCHOR_END: polynomial

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_has_the_nodes_its_loops_made() {
        let nodes = |graph: Result<std::sync::Arc<flyte_runtime::graph::Graph>, _>| {
            graph.map(|graph| graph.nodes().len())
        };
        assert_eq!(nodes(tree::graph()).ok(), Some(7));
        assert_eq!(nodes(polynomial::graph()).ok(), Some(5));
    }
}

//! Workflows inside workflows: a workflow is called like a task, and becomes one node of the outer graph.
//!
//! ```console
//! $ cargo run --example sub_workflows -- run compare
//! steep: 6, flat: 3
//! $ cargo run --example sub_workflows -- run slope --points "[1, 9]"
//! 8
//! $ cargo run --example sub_workflows -- graph slope
//! slope  examples/sub_workflows.rs:[..]
//!
//!     (points: Vec<i64>)
//!              │
//!       ╭──────┴───────╮
//! ╭─────▼────╮    ╭────▼───╮
//! │ highest  │    │ lowest │
//! ╰─────┬────╯    ╰────┬───╯
//!       │              │
//!    a: i64         b: i64
//!       │              │
//!       ╰─────╮ ╭──────╯
//!        ╭────▼─▼───╮
//!        │ subtract │
//!        ╰─────┬────╯
//!              │
//!              ▼
//!         (o0: i64)
//! ```

use flyte_runtime::prelude::*;

#[task]
fn lowest(points: &[i64]) -> Result<i64, &'static str> {
    points.iter().min().copied().ok_or("there are no points")
}

#[task]
fn highest(points: &[i64]) -> Result<i64, &'static str> {
    points.iter().max().copied().ok_or("there are no points")
}

#[task]
fn subtract(a: i64, b: i64) -> i64 {
    a - b
}

#[task]
fn describe(steep: i64, flat: i64) -> String {
    format!("steep: {steep}, flat: {flat}")
}

// ANCHOR: slope
/// How far the points reach. The two ends are found at the same time.
#[workflow]
fn slope(points: Vec<i64>) -> i64 {
    subtract(highest(points), lowest(points))
}
// ANCHOR_END: slope

// ANCHOR: compare
/// Both slopes are computed at the same time, too: the nodes of inner workflows are scheduled like all others.
#[workflow]
fn compare(
    #[default(vec![1, 4, 7])] steep: Vec<i64>,
    #[default(vec![2, 3, 5])] flat: Vec<i64>,
) -> String {
    describe(slope(steep), slope(flat))
}
// ANCHOR_END: compare

fn main() -> ExitCode {
    flyte_runtime::main()
}

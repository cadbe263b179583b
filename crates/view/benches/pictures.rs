//! How long the layout of large graphs takes.

use divan::{Bencher, black_box};
use flyte_view::picture::layout::Spacing;

#[path = "../../../tests/pictures/generate.rs"]
#[allow(dead_code, reason = "the tests need the rest")]
mod generate;

fn main() {
    divan::main();
}

/// Boxes, with twice as many edges.
#[divan::bench(args = [100, 1_000, 10_000, 100_000], max_time = 20)]
fn layout(bencher: Bencher<'_, '_>, boxes: usize) {
    let sketch = generate::large(boxes, 1);
    bencher.bench_local(|| black_box(&sketch).lay_out(&Spacing::PIXELS));
}

/// 100 boxes with about so many edges each, and 1,000 in clusters: they take longer than their size says.
#[divan::bench(args = [(100, 3, 0), (100, 3, 8), (100, 6, 0), (1_000, 2, 60)])]
fn dense(bencher: Bencher<'_, '_>, (boxes, edges, clusters): (usize, usize, usize)) {
    let sketch = generate::dense(boxes, edges, clusters);
    bencher.bench_local(|| black_box(&sketch).lay_out(&Spacing::PIXELS));
}

/// The graphs that are compared with Graphviz, with clusters and without.
#[divan::bench(args = [2, 5, 10, 19])]
fn workflows(bencher: Bencher<'_, '_>, seed: u64) {
    let sketch = generate::workflow(seed);
    bencher.bench_local(|| black_box(&sketch).lay_out(&Spacing::PIXELS));
}

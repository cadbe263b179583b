//! What holds of drawings of graphs, whatever the graph.

#![allow(missing_docs, reason = "a test has no users and shows what failed")]

mod generate;
#[allow(
    dead_code,
    reason = "the comparison with Graphviz is a program of its own"
)]
mod judge;

use flyte_view::picture::layout::{Group, Line, Shape, Sketch, Spacing};

/// Boxes and labels do not overlap, edges go down and past other boxes, clusters contain what is theirs and nothing
/// else, and the same graph gives the same drawing.
#[test]
fn a_thousand_graphs() {
    for seed in 0..1_000 {
        let sketch = generate::small(seed);
        let drawing = sketch.lay_out(&Spacing::PIXELS);
        judge::check(&sketch, &drawing);
        if seed.is_multiple_of(10) {
            assert_eq!(drawing, sketch.lay_out(&Spacing::PIXELS), "seed {seed}");
        }
    }
}

/// The counter of crossings that the order is found with agrees with one that only looks at lines.
#[test]
fn crossings_are_those_of_the_lines() {
    for seed in (1..40).step_by(2) {
        let mut sketch = generate::workflow(seed);
        sketch.nodes.truncate(30);
        sketch.edges.retain(|edge| edge.to < 30);
        let drawing = sketch.lay_out(&Spacing::PIXELS);
        let lines = judge::lines_of(&drawing);
        let counted = judge::crossings(&sketch, &lines) as u64;
        // Edges with an end in common are not counted by the lines.
        assert!(
            counted <= drawing.crossings,
            "{counted} of {}",
            drawing.crossings
        );
        assert!(
            drawing.crossings - counted <= 2,
            "{counted} of {}",
            drawing.crossings
        );
    }
}

fn node(cluster: Option<usize>) -> Shape {
    Shape {
        width: 80.0,
        height: 28.0,
        cluster,
    }
}

fn edge(from: usize, to: usize) -> Line {
    Line {
        from,
        to,
        label: None,
    }
}

/// A chain is one straight line, with a cluster around its middle or not.
#[test]
fn a_chain_is_straight() {
    for clusters in [vec![], vec![Group::default()]] {
        let inside = (!clusters.is_empty()).then_some(0);
        let sketch = Sketch {
            nodes: vec![node(None), node(inside), node(inside), node(None)],
            edges: vec![edge(0, 1), edge(1, 2), edge(2, 3)],
            clusters,
        };
        let drawing = sketch.lay_out(&Spacing::PIXELS);
        for route in &drawing.edges {
            assert!(
                route.runs.iter().all(|run| run.x == route.runs[0].x),
                "{route:?}"
            );
        }
    }
}

/// Two groups of boxes that are all linked to each other can be drawn apart, whatever the order they are given in.
#[test]
fn groups_that_have_nothing_to_do_with_each_other_do_not_cross() {
    let mut sketch = Sketch::default();
    sketch.nodes.resize(12, node(None));
    for index in 0..12 {
        let next = index + 2;
        if next < 12 {
            sketch.edges.push(edge(index, next));
        }
    }
    sketch.edges.push(edge(0, 10));
    sketch.edges.push(edge(1, 11));
    assert_eq!(sketch.lay_out(&Spacing::PIXELS).crossings, 0);
}

/// An empty graph, one box, and a cluster without boxes have a drawing, too.
#[test]
fn the_smallest_graphs() {
    let empty = Sketch::default().lay_out(&Spacing::PIXELS);
    assert_eq!((empty.width, empty.height), (0.0, 0.0));
    let sketch = Sketch {
        nodes: vec![node(None)],
        edges: Vec::new(),
        clusters: vec![Group::default()],
    };
    let drawing = sketch.lay_out(&Spacing::PIXELS);
    assert_eq!((drawing.width, drawing.height), (80.0, 28.0));
    judge::check(&sketch, &drawing);
}

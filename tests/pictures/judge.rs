//! What a drawing is judged by: crossings of straight pieces, counted the same way for every layout, and Graphviz.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{self, Write as _},
    process::{Command, Stdio},
};

use flyte_view::picture::layout::{Drawing, Sketch};

/// A point.
pub(crate) type Point = (f64, f64);

/// The corners of each edge.
pub(crate) fn lines_of(drawing: &Drawing) -> Vec<Vec<Point>> {
    let routes = drawing.edges.iter();
    routes
        .map(|route| {
            route
                .runs
                .iter()
                .flat_map(|run| [(run.x, run.top), (run.x, run.bottom)])
                .collect()
        })
        .collect()
}

/// How often edges cross that have no end in common.
pub(crate) fn crossings(sketch: &Sketch, lines: &[Vec<Point>]) -> usize {
    let mut crossings = 0;
    for (index, (a, edge)) in lines.iter().zip(&sketch.edges).enumerate() {
        for (b, other) in lines.iter().zip(&sketch.edges).skip(index + 1) {
            let shared = edge.from == other.from
                || edge.to == other.to
                || edge.from == other.to
                || edge.to == other.from;
            if !shared {
                let pieces = a.windows(2).flat_map(|a| b.windows(2).map(move |b| (a, b)));
                crossings += pieces
                    .filter(|(a, b)| cross(a[0], a[1], b[0], b[1]))
                    .count();
            }
        }
    }
    crossings
}

/// Whether the pieces from `a` to `b` and from `c` to `d` cross; touching is not crossing.
fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    let apart = |a: f64, b: f64, c: f64, d: f64| a.max(b) < c.min(d) || c.max(d) < a.min(b);
    !apart(a.0, b.0, c.0, d.0)
        && !apart(a.1, b.1, c.1, d.1)
        && side(a, b, c) * side(a, b, d) < 0.0
        && side(c, d, a) * side(c, d, b) < 0.0
}

/// What Graphviz reads.
pub(crate) fn source(sketch: &Sketch, splines: &str) -> String {
    fn cluster(sketch: &Sketch, around: Option<usize>, text: &mut String) {
        for (index, _) in sketch
            .clusters
            .iter()
            .enumerate()
            .filter(|(_, group)| group.parent == around)
        {
            let _ = writeln!(
                text,
                "subgraph cluster_{index} {{ label=\"cluster {index}\""
            );
            cluster(sketch, Some(index), text);
            text.push_str("}\n");
        }
        for (index, shape) in sketch
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, shape)| shape.cluster == around)
        {
            let (width, height) = (shape.width / 72.0, shape.height / 72.0);
            let _ = writeln!(text, "n{index} [width={width} height={height}]");
        }
    }
    let mut text =
        format!("digraph {{ splines={splines}\nnode [shape=box fixedsize=true label=\"\"]\n");
    cluster(sketch, None, &mut text);
    for edge in &sketch.edges {
        let _ = writeln!(text, "n{} -> n{} [arrowhead=none]", edge.from, edge.to);
    }
    text + "}\n"
}

/// The crossings and the area that Graphviz comes to: with splines or with pieces, whichever crosses less.
pub(crate) fn graphviz(sketch: &Sketch) -> io::Result<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for splines in ["true", "polyline"] {
        let text = dot(&source(sketch, splines))?;
        let mut area = 0.0;
        let mut lines: Vec<Vec<Point>> = vec![Vec::new(); sketch.edges.len()];
        let mut taken = BTreeSet::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let number = |index: usize| words[index].parse::<f64>().unwrap_or(0.0) * 72.0;
            match words[0] {
                "graph" => area = number(2) * number(3),
                "edge" => {
                    let node =
                        |word: &str| word.trim_start_matches('n').parse().unwrap_or(usize::MAX);
                    let (from, to) = (node(words[1]), node(words[2]));
                    let count: usize = words[3].parse().unwrap_or(0);
                    let points =
                        (0..count).map(|index| (number(4 + 2 * index), number(5 + 2 * index)));
                    let edge = sketch.edges.iter().enumerate().position(|(index, edge)| {
                        edge.from == from && edge.to == to && !taken.contains(&index)
                    });
                    if let Some(edge) = edge {
                        taken.insert(edge);
                        lines[edge] = flat(&points.collect::<Vec<_>>());
                    }
                }
                _ => {}
            }
        }
        let crossings = crossings(sketch, &lines);
        if best.is_none_or(|(least, _)| crossings < least) {
            best = Some((crossings, area));
        }
    }
    best.ok_or_else(|| io::Error::other("Graphviz was not asked"))
}

fn dot(source: &str) -> io::Result<String> {
    let mut dot = Command::new("dot")
        .arg("-Tplain")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(stdin) = dot.stdin.as_mut() {
        stdin.write_all(source.as_bytes())?;
    }
    let output = dot.wait_with_output()?;
    // A line that is too long goes on after a backslash.
    Ok(String::from_utf8_lossy(&output.stdout).replace("\\\n", ""))
}

/// Straight pieces of a spline of Bezier curves, eight for each.
fn flat(points: &[Point]) -> Vec<Point> {
    let mut line: Vec<Point> = points.first().copied().into_iter().collect();
    for start in (0..points.len().saturating_sub(3)).step_by(3) {
        let [a, b, c, d] = [
            points[start],
            points[start + 1],
            points[start + 2],
            points[start + 3],
        ];
        for step in 1..=8 {
            let t = f64::from(step) / 8.0;
            let s = 1.0 - t;
            let at = |a: f64, b: f64, c: f64, d: f64| {
                s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
            };
            line.push((at(a.0, b.0, c.0, d.0), at(a.1, b.1, c.1, d.1)));
        }
    }
    line
}

/// What holds for every drawing.
///
/// # Panics
///
/// When it does not.
pub(crate) fn check(sketch: &Sketch, drawing: &Drawing) {
    let mut rects = drawing.nodes.clone();
    rects.extend(drawing.edges.iter().filter_map(|route| route.label));
    let mut sorted: Vec<_> = rects.iter().collect();
    sorted.sort_by(|a, b| a.y.total_cmp(&b.y));
    for (index, a) in sorted.iter().enumerate() {
        for b in sorted[index + 1..]
            .iter()
            .take_while(|b| b.y < a.y + a.height)
        {
            assert!(!a.overlaps(b), "{a:?} overlaps {b:?}");
        }
    }
    for (edge, route) in sketch.edges.iter().zip(&drawing.edges) {
        let (from, to) = (drawing.nodes[edge.from], drawing.nodes[edge.to]);
        assert!(from.y + from.height <= to.y, "{from:?} is not above {to:?}");
        for (a, b) in route.runs.iter().zip(route.runs.iter().skip(1)) {
            assert!(
                a.top <= a.bottom && a.bottom <= b.top && b.top <= b.bottom,
                "{route:?}"
            );
        }
        let (first, last) = (route.runs[0], route.runs[route.runs.len() - 1]);
        assert!(
            (from.x..=from.x + from.width).contains(&first.x) && first.top == from.y + from.height
        );
        assert!((to.x..=to.x + to.width).contains(&last.x) && last.bottom == to.y);
        for run in &route.runs {
            for (index, node) in drawing.nodes.iter().enumerate() {
                let is_end = index == edge.from || index == edge.to;
                let beside = run.x <= node.x || run.x >= node.x + node.width;
                let apart = run.bottom <= node.y || run.top >= node.y + node.height;
                assert!(is_end || beside || apart, "{run:?} goes through {node:?}");
            }
        }
    }
    for (index, cluster) in drawing.clusters.iter().enumerate() {
        let is_inside = |mut inner: Option<usize>| loop {
            match inner {
                Some(inner) if inner == index => break true,
                Some(other) => inner = sketch.clusters[other].parent,
                None => break false,
            }
        };
        for (shape, rect) in sketch.nodes.iter().zip(&drawing.nodes) {
            if is_inside(shape.cluster) {
                assert!(
                    cluster.contains(rect),
                    "{cluster:?} does not contain {rect:?}"
                );
            } else {
                assert!(!cluster.overlaps(rect), "{cluster:?} overlaps {rect:?}");
            }
        }
        let clusters = drawing.clusters.iter().enumerate();
        // One without boxes has no place.
        for (other, rect) in clusters.filter(|(_, rect)| rect.width > 0.0) {
            if is_inside(Some(other)) {
                assert!(
                    cluster.contains(rect),
                    "{cluster:?} does not contain {rect:?}"
                );
            } else if !{
                let mut around = sketch.clusters[index].parent;
                loop {
                    match around {
                        Some(around) if around == other => break true,
                        Some(next) => around = sketch.clusters[next].parent,
                        None => break false,
                    }
                }
            } {
                assert!(!cluster.overlaps(rect), "{cluster:?} overlaps {rect:?}");
            }
        }
    }
}

//! Rows from ranks, and the ways of edges.
//!
//! Between two rows there are the lower edges of clusters that end, a channel, and the titles of clusters that begin.
//! Edges go to the side in channels alone, and straight down everywhere else, so that they pass no box and no title.

use super::{
    Drawing, Rect, Route, Run, Sketch, Spacing,
    clusters::Clusters,
    layers::{Kind, Layers},
};

/// An end is moved by this much at most to make an edge straight.
const SNAP: f64 = 8.0;

/// Puts everything where it belongs.
pub(super) fn draw(
    sketch: &Sketch,
    layers: &Layers,
    clusters: &Clusters,
    xs: &[f64],
    spacing: &Spacing,
    crossings: u64,
) -> Drawing {
    let ports = Ports::of(sketch, layers, xs, spacing);
    let nesting = Nesting::of(layers, clusters);
    let rows = Rows::of(sketch, layers, &nesting, &ports, xs, spacing);
    let mut drawing = Drawing {
        crossings,
        ..Drawing::default()
    };
    for (index, shape) in sketch.nodes.iter().enumerate() {
        let row = rows.rows[layers.rank[index] as usize];
        drawing.nodes.push(Rect {
            x: xs[index] - shape.width / 2.0,
            y: row.top + ((row.bottom - row.top - shape.height) / 2.0).floor(),
            width: shape.width,
            height: shape.height,
        });
    }
    for (index, (edge, &(first, length))) in sketch.edges.iter().zip(&layers.chains).enumerate() {
        let (from, to) = (drawing.nodes[edge.from], drawing.nodes[edge.to]);
        let row_of = |place: usize| rows.rows[layers.rank[place] as usize];
        let mut route = Route::default();
        route.runs.push(Run {
            x: ports.out[index],
            top: from.y + from.height,
            bottom: row_of(edge.from).below,
        });
        for place in first..first + length {
            let (x, row) = (xs[place as usize], row_of(place as usize));
            route.runs.push(Run {
                x,
                top: row.above,
                bottom: row.below,
            });
            if let (Kind::Label, Some((width, height))) = (layers.kind[place as usize], edge.label)
            {
                route.label = Some(Rect {
                    x: x - width / 2.0,
                    y: row.top + ((row.bottom - row.top - height) / 2.0).floor(),
                    width,
                    height,
                });
            }
        }
        route.runs.push(Run {
            x: ports.into[index],
            top: row_of(edge.to).above,
            bottom: to.y,
        });
        drawing.edges.push(route);
    }
    for cluster in 0..clusters.len() {
        let (first, last) = layers.spans[cluster];
        if first > last {
            drawing.clusters.push(Rect::default());
            continue;
        }
        let (left, right) = layers.borders[cluster];
        let (left, right) = (xs[left as usize], xs[right as usize]);
        let top = rows.rows[first as usize].top - f64::from(nesting.above[cluster]) * spacing.title;
        let bottom =
            rows.rows[last as usize].bottom + f64::from(nesting.below[cluster]) * spacing.padding;
        drawing.clusters.push(Rect {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
        });
    }
    fit(&mut drawing);
    drawing
}

/// Moves the drawing to where coordinates begin, and measures it.
fn fit(drawing: &mut Drawing) {
    let labels = drawing.edges.iter().filter_map(|route| route.label);
    let rects = drawing
        .nodes
        .iter()
        .chain(&drawing.clusters)
        .copied()
        .chain(labels);
    let runs = drawing
        .edges
        .iter()
        .flat_map(|route| &route.runs)
        .map(|run| (run.x, run.x));
    let (left, right) = rects
        .clone()
        .map(|rect| (rect.x, rect.x + rect.width))
        .chain(runs)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |a, b| {
            (a.0.min(b.0), a.1.max(b.1))
        });
    let (top, bottom) = rects
        .map(|rect| (rect.y, rect.y + rect.height))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |a, b| {
            (a.0.min(b.0), a.1.max(b.1))
        });
    let shift = |rect: &mut Rect| {
        rect.x -= left;
        rect.y -= top;
    };
    drawing
        .nodes
        .iter_mut()
        .chain(&mut drawing.clusters)
        .for_each(shift);
    for route in &mut drawing.edges {
        route.label.iter_mut().for_each(shift);
        for run in &mut route.runs {
            run.x -= left;
            run.top -= top;
            run.bottom -= top;
        }
    }
    drawing.width = right - left;
    drawing.height = bottom - top;
}

/// How many clusters begin above a cluster in its first rank, and end below it in its last one, with itself.
struct Nesting {
    above: Vec<u32>,
    below: Vec<u32>,
}

impl Nesting {
    fn of(layers: &Layers, clusters: &Clusters) -> Self {
        let mut nesting = Self {
            above: vec![1; clusters.len()],
            below: vec![1; clusters.len()],
        };
        // Inner clusters stand behind those around them.
        for inner in (0..clusters.len()).rev() {
            let Some(&around) = layers.spans.get(clusters.parent(inner as u32) as usize) else {
                continue;
            };
            let parent = clusters.parent(inner as u32) as usize;
            let (first, last) = layers.spans[inner];
            if first == around.0 {
                nesting.above[parent] = nesting.above[parent].max(nesting.above[inner] + 1);
            }
            if last == around.1 {
                nesting.below[parent] = nesting.below[parent].max(nesting.below[inner] + 1);
            }
        }
        nesting
    }
}

/// From where to where a rank goes.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    /// Where the titles above it begin.
    above: f64,
    /// Where its boxes begin.
    top: f64,
    /// Where they end.
    bottom: f64,
    /// Where the lower edges of its clusters end.
    below: f64,
}

struct Rows {
    rows: Vec<Row>,
}

impl Rows {
    fn of(
        sketch: &Sketch,
        layers: &Layers,
        nesting: &Nesting,
        ports: &Ports,
        xs: &[f64],
        spacing: &Spacing,
    ) -> Self {
        let depth = layers.layers.len();
        let mut heights = vec![0.0_f64; depth];
        let mut grow = |rank: u32, height: f64| {
            let row = &mut heights[rank as usize];
            *row = row.max(height);
        };
        for (shape, &rank) in sketch.nodes.iter().zip(&layers.rank) {
            grow(rank, shape.height);
        }
        // How far the edges below a rank go to the side.
        let mut aside = vec![0.0_f64; depth];
        for (index, (edge, &(first, length))) in sketch.edges.iter().zip(&layers.chains).enumerate()
        {
            let mut x = ports.out[index];
            let mut rank = layers.rank[edge.from] as usize;
            for place in first..first + length {
                aside[rank] = aside[rank].max((xs[place as usize] - x).abs());
                x = xs[place as usize];
                rank += 1;
                if let (Kind::Label, Some((_, height))) = (layers.kind[place as usize], edge.label)
                {
                    grow(rank as u32, height);
                }
            }
            aside[rank] = aside[rank].max((ports.into[index] - x).abs());
        }
        let mut before = vec![0_u32; depth];
        let mut after = vec![0_u32; depth];
        for (cluster, &(first, last)) in layers.spans.iter().enumerate() {
            if first <= last {
                let (first, last) = (first as usize, last as usize);
                before[first] = before[first].max(nesting.above[cluster]);
                after[last] = after[last].max(nesting.below[cluster]);
            }
        }
        let has_labels = sketch.edges.iter().any(|edge| edge.label.is_some());
        let mut y = 0.0;
        let mut rows = Vec::with_capacity(depth);
        for rank in 0..depth {
            let top = y + f64::from(before[rank]) * spacing.title;
            let bottom = top + heights[rank];
            let below = bottom + f64::from(after[rank]) * spacing.padding;
            rows.push(Row {
                above: y,
                top,
                bottom,
                below,
            });
            let least = if has_labels {
                (spacing.ranks * 0.6).round()
            } else {
                spacing.ranks
            };
            let gap = (aside[rank] * 0.1).clamp(least, spacing.ranks_most.max(least));
            y = below + gap.round();
        }
        Self { rows }
    }
}

/// Where edges begin and end at their boxes.
struct Ports {
    out: Vec<f64>,
    into: Vec<f64>,
}

impl Ports {
    fn of(sketch: &Sketch, layers: &Layers, xs: &[f64], spacing: &Spacing) -> Self {
        let count = sketch.edges.len();
        let mut out = Vec::with_capacity(count);
        let mut into = Vec::with_capacity(count);
        for (index, (edge, &(first, length))) in sketch.edges.iter().zip(&layers.chains).enumerate()
        {
            let (next, last) = match length {
                0 => (edge.to as u32, edge.from as u32),
                _ => (first, first + length - 1),
            };
            out.push((edge.from, next, index));
            into.push((edge.to, last, index));
        }
        Self {
            out: spread(out, sketch, layers, xs, spacing),
            into: spread(into, sketch, layers, xs, spacing),
        }
    }
}

/// Gives each of the edges at one side of each box a place, in the order of where they go.
fn spread(
    mut ends: Vec<(usize, u32, usize)>,
    sketch: &Sketch,
    layers: &Layers,
    xs: &[f64],
    spacing: &Spacing,
) -> Vec<f64> {
    let mut ports = vec![0.0; ends.len()];
    let pos = |place: u32| layers.pos[place as usize];
    ends.sort_unstable_by_key(|&(node, other, index)| (node, pos(other), index));
    for group in ends.chunk_by(|a, b| a.0 == b.0) {
        let (node, other, index) = group[0];
        let room = (sketch.nodes[node].width / 2.0 - spacing.ports).max(0.0);
        if group.len() == 1 {
            // A bend can be met straight below a box that is wide enough.
            let aside = xs[other as usize] - xs[node];
            let is_bend = layers.kind[other as usize] != Kind::Node;
            let straight = aside.abs() <= if is_bend { room } else { SNAP.min(room) };
            ports[index] = xs[node] + if straight && is_bend { aside } else { 0.0 };
            continue;
        }
        let steps = (group.len() - 1) as f64;
        let step = spacing.ports.min(2.0 * room / steps);
        for (number, &(_, _, index)) in group.iter().enumerate() {
            ports[index] = xs[node] + (number as f64 - steps / 2.0) * step;
        }
    }
    ports
}

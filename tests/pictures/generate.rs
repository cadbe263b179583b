//! Graphs from seeds, as workflows have them: boxes as wide as names, edges to what came shortly before, clusters.

use flyte_view::picture::layout::{Group, Line, Shape, Sketch};

/// Numbers that look as if by chance, the same for the same seed (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// Begins with a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}

fn shape(random: &mut Random, cluster: Option<usize>) -> Shape {
    Shape {
        width: 60.0 + 8.0 * random.below(14) as f64,
        height: 28.0 + 16.0 * random.below(3) as f64,
        cluster,
    }
}

fn link(sketch: &mut Sketch, from: usize, to: usize) {
    let line = Line {
        from,
        to,
        label: None,
    };
    if from != to && !sketch.edges.contains(&line) {
        sketch.edges.push(line);
    }
}

/// One of the graphs that drawings are compared on: 12 to 145 boxes; those of even seeds have clusters.
pub(crate) fn workflow(seed: u64) -> Sketch {
    let mut random = Random::new(seed);
    let count = 12 + 7 * seed as usize % 140;
    let mut sketch = Sketch::default();
    if seed.is_multiple_of(2) {
        let clusters = 2 + random.below(2 + count / 12);
        for index in 0..clusters {
            let inside = index > 1 && random.below(3) == 0;
            sketch.clusters.push(Group {
                parent: inside.then(|| random.below(index)),
                width: 80.0,
            });
        }
    }
    // The boxes of a cluster stand together, as the calls of a workflow do.
    let part = 3 + random.below(6);
    let mut cluster = None;
    for index in 0..count {
        if index % part == 0 {
            let chosen = random.below(sketch.clusters.len() * 3 / 2 + 1);
            cluster = (chosen < sketch.clusters.len()).then_some(chosen);
        }
        let shape = shape(&mut random, cluster);
        sketch.nodes.push(shape);
    }
    // What a box comes from is near, seldom far, and often the same for its neighbours.
    let reach = 4 + random.below(8);
    for to in 1..count {
        for _ in 0..1 + random.below(2 + usize::from(seed.is_multiple_of(3))) {
            let back = match random.below(8) {
                0 => 1 + random.below(to),
                _ => 1 + random.below(reach.min(to)),
            };
            link(&mut sketch, to - back, to);
        }
    }
    sketch
}

/// A small graph of which some edges have labels, for what holds of all drawings.
pub(crate) fn small(seed: u64) -> Sketch {
    let mut random = Random::new(seed ^ 0x5eed);
    let count = 1 + random.below(24);
    let mut sketch = Sketch::default();
    for index in 0..random.below(5) {
        let inside = index > 0 && random.below(2) == 0;
        sketch.clusters.push(Group {
            parent: inside.then(|| random.below(index)),
            width: 40.0 + 20.0 * random.below(10) as f64,
        });
    }
    for _ in 0..count {
        let chosen = random.below(2 * sketch.clusters.len() + 1);
        let shape = shape(
            &mut random,
            (chosen < sketch.clusters.len()).then_some(chosen),
        );
        sketch.nodes.push(shape);
    }
    for _ in 0..random.below(2 * count) {
        let to = random.below(count);
        if to > 0 {
            let from = random.below(to);
            link(&mut sketch, from, to);
        }
    }
    if seed.is_multiple_of(2) {
        for edge in &mut sketch.edges {
            let width = 20.0 + 2.0 * random.below(40) as f64;
            edge.label = (random.below(2) == 0).then_some((width, 16.0));
        }
    }
    sketch
}

/// A large graph: `count` boxes in ranks of about as many, and twice as many edges, which go to the next rank or past
/// it.
pub(crate) fn large(count: usize, seed: u64) -> Sketch {
    let mut random = Random::new(seed);
    let mut sketch = Sketch::default();
    let width = ((count as f64).sqrt() * 1.6) as usize;
    for _ in 0..count {
        let shape = shape(&mut random, None);
        sketch.nodes.push(shape);
    }
    while sketch.edges.len() < 2 * count {
        let to = width + random.below(count - width);
        let (rank, column) = (to / width, to % width);
        let back = 1 + random.below(2).min(rank - 1);
        let aside = (column + width + random.below(9) - 4) % width;
        let from = (rank - back) * width + aside;
        sketch.edges.push(Line {
            from,
            to,
            label: None,
        });
    }
    sketch
}

/// A graph with `count` boxes as [`workflow`] has them, and for each about `edges` edges, which come from near.
pub(crate) fn dense(count: usize, edges: usize, clusters: usize) -> Sketch {
    let mut random = Random::new(7);
    let mut sketch = Sketch::default();
    for index in 0..clusters {
        let inside = index > 1 && random.below(3) == 0;
        sketch.clusters.push(Group {
            parent: inside.then(|| random.below(index)),
            width: 80.0,
        });
    }
    let part = (count / (clusters * 3 / 2 + 1)).clamp(3, 12);
    let mut cluster = None;
    for index in 0..count {
        if index.is_multiple_of(part) {
            let chosen = random.below(clusters * 3 / 2 + 1);
            cluster = (chosen < clusters).then_some(chosen);
        }
        let shape = shape(&mut random, cluster);
        sketch.nodes.push(shape);
    }
    for to in 1..count {
        for _ in 0..1 + random.below(2 * edges - 1) {
            let back = match random.below(40) {
                0 => 1 + random.below(to),
                _ => 1 + random.below(12.min(to)),
            };
            link(&mut sketch, to - back, to);
        }
    }
    sketch
}

//! Nodes that wait for each other.

use super::{CompileProblem, Graph};

impl Graph {
    /// Finds a cycle that `>>` closed; data alone cannot make one, because a promise exists only after its node.
    pub(super) fn cycle(&self) -> Option<CompileProblem> {
        let nodes = &self.nodes;
        let forward = |index: usize| nodes[index].waits_for().all(|up| up < index);
        if (0..nodes.len()).all(forward) {
            return None;
        }
        // 0: not seen, 1: on the path, 2: done. Iterative, because a chain may be a hundred thousand nodes long.
        let mut state = vec![0u8; nodes.len()];
        for root in 0..nodes.len() {
            let mut path = Vec::new();
            if state[root] == 0 {
                state[root] = 1;
                path.push((root, nodes[root].waits_for()));
            }
            while let Some((node, waits_for)) = path.last_mut() {
                let node = *node;
                match waits_for.next() {
                    None => {
                        state[node] = 2;
                        path.pop();
                    }
                    Some(up) => match state[up] {
                        0 => {
                            state[up] = 1;
                            path.push((up, nodes[up].waits_for()));
                        }
                        1 => {
                            let start = path.iter().position(|(node, _)| *node == up).unwrap_or(0);
                            let mut ids: Vec<String> = path[start..]
                                .iter()
                                .rev()
                                .map(|(node, _)| nodes[*node].id.clone())
                                .collect();
                            ids.insert(0, nodes[up].id.clone());
                            return Some(CompileProblem::Cycle { nodes: ids });
                        }
                        _ => {}
                    },
                }
            }
        }
        None
    }
}

//! The nodes that are ready or have started, and have not ended, by their paths.

use std::mem;

use rustc_hash::FxHashMap;

/// What is known of each node. The last new one has a place of its own: in a chain of tasks, it ends before there is
/// another.
#[derive(Debug)]
pub(super) struct Nodes<T> {
    /// The last new one, if it has not ended, with its path.
    newest: Option<T>,
    path: String,
    others: FxHashMap<Box<str>, T>,
}

impl<T> Default for Nodes<T> {
    fn default() -> Self {
        Self {
            newest: None,
            path: String::new(),
            others: FxHashMap::default(),
        }
    }
}

impl<T> Nodes<T> {
    pub(super) fn get(&self, path: &str) -> Option<&T> {
        match &self.newest {
            Some(newest) if self.path == path => Some(newest),
            _ => self.others.get(path),
        }
    }

    pub(super) fn get_mut(&mut self, path: &str) -> Option<&mut T> {
        match &mut self.newest {
            Some(newest) if self.path == path => Some(newest),
            _ => self.others.get_mut(path),
        }
    }

    /// Adds a node that is not there.
    pub(super) fn add(&mut self, path: &str, node: T) {
        if let Some(before) = self.newest.replace(node) {
            let own = mem::take(&mut self.path);
            self.others.insert(own.into(), before);
        }
        path.clone_into(&mut self.path);
    }

    pub(super) fn remove(&mut self, path: &str) -> Option<T> {
        match self.newest.is_some() && self.path == path {
            true => self.newest.take(),
            false => self.others.remove(path),
        }
    }

    pub(super) fn clear(&mut self) {
        self.newest = None;
        self.others.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        let newest = self.newest.iter().map(|node| (self.path.as_str(), node));
        let others = self.others.iter().map(|(path, node)| (&**path, node));
        newest.chain(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_node_is_one_like_the_others() {
        let mut nodes = Nodes::default();
        for (number, path) in ["n0", "n1", "n2"].iter().enumerate() {
            nodes.add(path, number);
        }
        let all = |nodes: &Nodes<usize>| {
            let mut all: Vec<_> = nodes
                .iter()
                .map(|(path, node)| (path.to_owned(), *node))
                .collect();
            all.sort();
            all
        };
        let named = |path: &str, node| (path.to_owned(), node);
        assert_eq!(
            all(&nodes),
            [named("n0", 0), named("n1", 1), named("n2", 2)]
        );
        assert_eq!(
            (nodes.get("n0"), nodes.get("n2"), nodes.get("n3")),
            (Some(&0), Some(&2), None)
        );
        for path in ["n1", "n2"] {
            *nodes.get_mut(path).expect("it is there") += 10;
        }
        assert_eq!(
            (nodes.remove("n2"), nodes.remove("n2"), nodes.remove("n1")),
            (Some(12), None, Some(11))
        );
        nodes.add("n2", 5);
        assert_eq!(all(&nodes), [named("n0", 0), named("n2", 5)]);
        nodes.clear();
        assert_eq!(all(&nodes), []);
    }
}

//! The name of a map.

use md5::{Digest, Md5};

use super::{MapNode, Successes};
use crate::hexadecimal::hexadecimal;

impl MapNode {
    /// Sets flytekit's name, which follows from the inputs and options: maps of one task with the same bound inputs and
    /// options are one task on a cluster.
    pub(super) fn rename(&mut self) {
        let name = self.entity.name();
        self.name = if self.is_own_task() {
            let hash = hexadecimal(&Md5::digest(self.told()));
            let (module, function) = match name.rsplit_once('.') {
                Some((module, function)) => (format!("{module}."), function),
                None => (String::new(), name),
            };
            format!("{module}map_{function}_{hash}-arraynode")
        } else {
            name.to_owned()
        };
    }

    /// Bound inputs and options, as Python writes them.
    fn told(&self) -> String {
        let concurrency = option(self.concurrency);
        let (number, ratio) = match self.successes {
            Successes::All => (option(None), 1.0),
            Successes::Number(number) => (option(Some(number)), 1.0),
            Successes::Ratio(ratio) => (option(None), ratio),
        };
        let bound = self.bound_inputs().join(",");
        format!("{bound}{concurrency}{number}{ratio:?}")
    }
}

fn option(number: Option<usize>) -> String {
    number.map_or_else(|| "None".to_owned(), |number| number.to_string())
}

//! The bodies of dynamic tasks, which their seeds give.

use flyte_runtime::prelude::*;

use crate::{build, generate, types::Kind};

/// The inputs of a dynamic task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grown {
    pub(crate) seed: i64,
    /// How many dynamic tasks may be inside of one another.
    pub(crate) depth: i64,
    pub(crate) x: i64,
}

impl Grown {
    /// Makes the nodes, and gives what the last one gives.
    pub(crate) fn result<T: Kind>(self) -> Promise<T> {
        let body = generate::dynamic_body(self.seed as u64, self.depth, T::TY);
        build::dynamic(&body, self.x)
    }
}

//! A run that is one attempt of a task, which a cluster has started in a container.

use std::{
    fs::File,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use flyte_config::identifier::ActionId;
use flyte_core::graph::Graph;

/// What is different in a container: the task is told what the parameters around the run say, and it is the cluster
/// that makes another attempt.
#[derive(Clone, Debug)]
#[doc(hidden)]
pub struct Container {
    /// What identifies the attempt's execution in Flyte 2's words.
    pub action: ActionId,
    /// Where the graph goes that a dynamic task builds, when the cluster runs it; else it runs in the container.
    pub built: Option<Arc<OnceLock<Arc<Graph>>>>,
    /// Where the directories of its attempts are, which stay until the outputs are where they go.
    pub directory: PathBuf,
    /// It is the process of an isolated attempt: the run that has started it writes what every page has.
    pub is_isolated: bool,
    /// No cluster ends an attempt that takes longer than its `timeout`: the container does.
    pub keeps_timeout: bool,
    /// The same for the `deadline`, as far as this attempt alone takes longer.
    pub keeps_deadline: bool,
    /// What keeps the files of the cache that the attempt uses, which its outputs may name, until the outputs are where
    /// they go.
    pub held_files: Arc<OnceLock<Option<File>>>,
}

impl Container {
    /// Leaves a graph to the cluster, if the cluster runs it; one without nodes has nothing to run, and gives its
    /// outputs here.
    pub(super) fn takes(&self, graph: &Arc<Graph>) -> bool {
        match &self.built {
            Some(built) if !graph.nodes().is_empty() => built.set(Arc::clone(graph)).is_ok(),
            _ => false,
        }
    }
}

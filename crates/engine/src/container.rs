//! A run that consists of one attempt of a task, started by a cluster in a container.

use std::{
    fs::File,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use flyte_config::identifier::ActionId;
use flyte_core::graph::Graph;

/// The settings of a run in a container. The task sees the parameters of the outer context, and the cluster makes
/// further attempts.
#[derive(Clone, Debug)]
#[doc(hidden)]
pub struct Container {
    /// The id of the attempt's action in Flyte 2.
    pub action: ActionId,
    /// Receives the graph that a dynamic task builds if the cluster runs it; otherwise the container runs it.
    pub built: Option<Arc<OnceLock<Arc<Graph>>>>,
    /// The parent of the attempts' directories, which stay until the outputs are uploaded.
    pub directory: PathBuf,
    /// This is the process of an isolated attempt: the run that started it writes the standard parts of the page.
    pub is_isolated: bool,
    /// The container enforces `timeout`, because no cluster does.
    pub keeps_timeout: bool,
    /// The container enforces `deadline`, as far as this attempt alone exceeds it.
    pub keeps_deadline: bool,
    /// Locks the cache files that the attempt uses, which its outputs may refer to, until the outputs are uploaded.
    pub held_files: Arc<OnceLock<Option<File>>>,
}

impl Container {
    /// Leaves a graph to the cluster if the cluster runs it. A graph without nodes has nothing to run, so its outputs
    /// are made here.
    pub(super) fn takes(&self, graph: &Arc<Graph>) -> bool {
        match &self.built {
            Some(built) if !graph.nodes().is_empty() => built.set(Arc::clone(graph)).is_ok(),
            _ => false,
        }
    }
}

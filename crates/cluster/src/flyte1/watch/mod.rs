//! What goes on in an execution.
//!
//! [`look`] asks a cluster how an execution stands and makes a [`tree`] of its nodes, which [`names`] says the entities
//! of. [`told`] turns what has changed between two looks into events, and [`pace`] says when to look again.

mod look;
mod names;
mod pace;
mod told;
mod tree;

use flyte_events::events::Event;

use super::error::ClusterError;
use pace::Pace;
use told::Told;

pub(super) use look::Watcher;
pub(super) use names::named;
pub(super) use told::state_of;
pub use tree::{AttemptRun, ExecutionTree, NodeRun};
pub(super) use tree::{Place, flat};

impl Watcher {
    /// Tells an observer what happens until the execution ends. While the cluster does not answer it is waited for.
    pub(super) async fn watch(
        &mut self,
        observer: &(dyn Fn(&Event) + Send + Sync),
    ) -> Result<ExecutionTree, ClusterError> {
        let (mut told, mut pace) = (Told::default(), Pace::default());
        loop {
            match self.look().await {
                Ok(tree) => {
                    let changes = told.tell(&tree, observer);
                    if tree.record.status.is_end() {
                        return Ok(tree);
                    }
                    pace.looked(changes);
                }
                Err(error) if error.is_absence() => {
                    if pace.is_answered() {
                        let name = &self.execution().name;
                        told.notice(name, format!("{error}; still trying"), observer);
                    }
                    pace.missed();
                }
                Err(error) => return Err(error),
            }
            tokio::time::sleep(pace.pause()).await;
        }
    }
}

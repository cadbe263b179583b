//! An execution with its nodes, as it stands at one time.

use std::time::{Duration, SystemTime};

use flyte_idl::flyteidl::core::NodeExecutionIdentifier;
use serde_json::{Value as Json, json};

use crate::flyte1::fetch::{ExecutionRecord, Status};
use flyte_events::events::{NodeKind, time_text};

/// An attempt of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptRun {
    /// Which, counted from zero.
    pub number: u32,
    /// How it stands.
    pub status: Status,
    /// When it started.
    pub started: Option<SystemTime>,
    /// How long it took.
    pub took: Option<Duration>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// The links to what it has printed, with their names.
    pub logs: Vec<(String, String)>,
}

/// A node of an execution, with those inside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeRun {
    /// The ids of the nodes from the outermost workflow down to this one, joined by `/`; elements of maps in brackets.
    /// As in a run on this machine a launch plan has a node `n0` for its workflow, which has the others inside.
    pub path: String,
    /// What it runs.
    pub entity: String,
    /// What it is: `task`, `gate`, `workflow`, `branch` or `map`.
    pub kind: NodeKind,
    /// How it stands.
    pub status: Status,
    /// When it started.
    pub started: Option<SystemTime>,
    /// How long it took.
    pub took: Option<Duration>,
    /// The attempts of a task. Of nodes that have succeeded those of the first 500 are known.
    pub attempts: Vec<AttemptRun>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// The execution that it has started, if it is a launch plan's.
    pub execution: Option<String>,
    /// Where the cluster's store has the page with its decks, if there is one.
    pub deck: Option<String>,
    /// The nodes inside.
    pub nodes: Vec<NodeRun>,
    /// How many tasks and gates it adds to those that were known before it started.
    pub(super) tasks: usize,
    /// Where the cluster has it.
    pub(in crate::flyte1) place: Place,
}

/// Where a cluster has a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::flyte1) enum Place {
    /// It is a node of an execution.
    Node {
        id: NodeExecutionIdentifier,
        /// Where the file with its inputs is; empty if nothing says it.
        inputs: String,
        /// Where the file with its outputs is; empty if nothing says it.
        outputs: String,
    },
    /// It is the workflow of a launch plan: a cluster has its nodes alone.
    Workflow,
    /// It is an element of a map, which is the node around: a cluster has no node for it.
    Element(u32),
}

impl NodeRun {
    /// The last part of its path.
    pub(in crate::flyte1) fn id(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        let attempts = self.attempts.iter().map(|attempt| {
            let logs = attempt.logs.iter();
            let logs = logs.map(|(name, uri)| json!({"name": name, "uri": uri}));
            json!({
                "attempt": attempt.number,
                "status": attempt.status.name(),
                "started": attempt.started.map(time_text),
                "seconds": attempt.took.map(|took| took.as_secs_f64()),
                "error": attempt.error,
                "logs": logs.collect::<Vec<_>>(),
            })
        });
        json!({
            "node": self.path,
            "entity": self.entity,
            "kind": self.kind.to_string(),
            "status": self.status.name(),
            "started": self.started.map(time_text),
            "seconds": self.took.map(|took| took.as_secs_f64()),
            "attempts": attempts.collect::<Vec<_>>(),
            "error": self.error,
            "execution": self.execution,
            "deck": self.deck,
            "nodes": self.nodes.iter().map(Self::to_json).collect::<Vec<_>>(),
        })
    }
}

/// An execution with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionTree {
    /// How it stands.
    pub record: ExecutionRecord,
    /// Its page in the cluster's console.
    pub url: String,
    /// Its nodes.
    pub nodes: Vec<NodeRun>,
    /// How many tasks and gates it has, without those that branches, maps, dynamic tasks and launch plans add.
    pub(super) tasks: usize,
}

/// Nodes with those inside, each before those inside of it.
pub(in crate::flyte1) fn flat(nodes: &[NodeRun]) -> impl Iterator<Item = &NodeRun> {
    let mut left: Vec<&NodeRun> = nodes.iter().rev().collect();
    std::iter::from_fn(move || {
        let node = left.pop()?;
        left.extend(node.nodes.iter().rev());
        Some(node)
    })
}

impl ExecutionTree {
    /// All nodes, each before those inside of it.
    pub fn all_nodes(&self) -> impl Iterator<Item = &NodeRun> {
        flat(&self.nodes)
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        let mut json = self.record.to_json();
        json["url"] = self.url.as_str().into();
        json["nodes"] = self.nodes.iter().map(NodeRun::to_json).collect();
        json
    }
}

//! What a server keeps: tasks, runs and their actions.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
    time::SystemTime,
};

use tokio::sync::watch;

use super::{super::faults::Faults, ActionRecord};
use flyte_core::lock::lock;
use flyte_engine::process::{Killer, Reason};
use flyte_idl::{
    flyteidl2::{
        common::{ActionIdentifier, ActionPhase, RunIdentifier},
        core::{CatalogCacheStatus, ExecutionError, execution_error::ErrorKind},
        task::{RunSpec, TaskIdentifier, TaskSpec, TraceSpec},
        workflow::{ActionUpdate, RunSource},
    },
    prost_types::Timestamp,
};

/// The name of the action that a run begins with.
pub(super) const ROOT: &str = "a0";

/// What does not change.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) program: PathBuf,
    pub(super) directory: PathBuf,
}

/// The state, which all services have.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) faults: Faults,
    /// The address of the services, for containers.
    pub(super) address: String,
    rows: Mutex<Rows>,
    /// Counts changes, for those who wait for one.
    pub(super) changes: watch::Sender<u64>,
}

/// Project, domain, name and version of a task.
pub(super) type TaskKey = (String, String, String, String);

pub(super) fn key(id: &TaskIdentifier) -> TaskKey {
    let TaskIdentifier {
        org: _,
        project,
        domain,
        name,
        version,
    } = id.clone();
    (project, domain, name, version)
}

#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) tasks: Vec<(TaskIdentifier, TaskSpec)>,
    pub(super) runs: BTreeMap<String, Run>,
    /// The directories of results by their keys.
    pub(super) cache: BTreeMap<String, String>,
    pub(super) number: u64,
    pub(super) is_over: bool,
}

impl Rows {
    pub(super) fn task(&self, id: &TaskIdentifier) -> Option<&TaskSpec> {
        let wanted = key(id);
        let mut tasks = self.tasks.iter();
        tasks
            .find(|(id, _)| key(id) == wanted)
            .map(|(_, spec)| spec)
    }

    pub(super) fn action(&mut self, id: Option<&ActionIdentifier>) -> Option<&mut Action> {
        let id = id?;
        let run = self.runs.get_mut(&id.run.as_ref()?.name)?;
        run.action(&id.name)
    }
}

#[derive(Debug)]
pub(super) struct Run {
    pub(super) id: RunIdentifier,
    pub(super) number: u64,
    pub(super) spec: RunSpec,
    pub(super) source: RunSource,
    pub(super) started: SystemTime,
    pub(super) actions: Vec<Action>,
    /// Everything that was told of its actions, in order, with the action's parent.
    pub(super) updates: Vec<(String, ActionUpdate)>,
}

impl Run {
    pub(super) fn action(&mut self, name: &str) -> Option<&mut Action> {
        self.actions.iter_mut().find(|action| action.name == name)
    }

    /// Records where an action stands, and tells its parent.
    pub(super) fn tell(&mut self, name: &str) {
        let id = self.id.clone();
        let Some(action) = self.action(name) else {
            return;
        };
        let told = (action.parent.clone(), action.update(&id));
        self.updates.push(told);
    }
}

#[derive(Debug)]
pub(super) struct Action {
    pub(super) name: String,
    pub(super) parent: String,
    pub(super) group: String,
    pub(super) kind: Kind,
    pub(super) input_uri: String,
    pub(super) phase: ActionPhase,
    pub(super) attempts: Vec<Attempt>,
    pub(super) processes: usize,
    pub(super) error: Option<ExecutionError>,
    pub(super) abort_reason: Option<String>,
    pub(super) is_aborted: bool,
    pub(super) output_uri: String,
    pub(super) cache_status: CatalogCacheStatus,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    pub(super) killer: Option<Killing>,
}

/// What ends a process.
pub(super) struct Killing(pub(super) Killer);

impl std::fmt::Debug for Killing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Killing")
    }
}

#[derive(Debug)]
pub(super) enum Kind {
    Task {
        id: TaskIdentifier,
        spec: Box<TaskSpec>,
        cache_key: Option<String>,
    },
    Trace {
        name: String,
        spec: Option<TraceSpec>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) phase: ActionPhase,
    pub(super) output_uri: String,
    pub(super) error: Option<ExecutionError>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
}

impl Action {
    pub(super) fn is_over(&self) -> bool {
        is_over(self.phase)
    }

    pub(super) fn update(&self, run: &RunIdentifier) -> ActionUpdate {
        ActionUpdate {
            action_id: Some(self.id(run)),
            phase: self.phase.into(),
            error: self
                .error
                .clone()
                .filter(|_| self.phase == ActionPhase::Failed),
            output_uri: self.output_uri.clone(),
            ..ActionUpdate::default()
        }
    }

    pub(super) fn id(&self, run: &RunIdentifier) -> ActionIdentifier {
        ActionIdentifier {
            run: Some(RunIdentifier {
                // Answers leave it out.
                org: String::new(),
                ..run.clone()
            }),
            name: self.name.clone(),
        }
    }
}

pub(super) fn is_over(phase: ActionPhase) -> bool {
    matches!(
        phase,
        ActionPhase::Succeeded | ActionPhase::Failed | ActionPhase::Aborted | ActionPhase::TimedOut
    )
}

pub(super) fn now() -> Option<Timestamp> {
    Some(SystemTime::now().into())
}

/// An error of a container, as the engine tells it.
pub(super) fn error(code: &str, message: impl Into<String>, kind: ErrorKind) -> ExecutionError {
    ExecutionError {
        code: code.to_owned(),
        message: message.into(),
        kind: kind.into(),
        timestamp: now(),
        ..ExecutionError::default()
    }
}

impl Shared {
    pub(super) fn new(settings: Settings, address: String) -> Arc<Self> {
        Arc::new(Self {
            settings,
            faults: Faults::default(),
            address,
            rows: Mutex::default(),
            changes: watch::Sender::new(0),
        })
    }

    pub(super) fn rows(&self) -> MutexGuard<'_, Rows> {
        lock(&self.rows)
    }

    /// Wakes those who wait for a change.
    pub(super) fn changed(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    pub(super) fn records(&self, run: &str) -> Vec<ActionRecord> {
        let rows = self.rows();
        let Some(run) = rows.runs.get(run) else {
            return Vec::new();
        };
        let records = run.actions.iter().map(|action| ActionRecord {
            name: action.name.clone(),
            task: match &action.kind {
                Kind::Task { id, .. } => id.name.clone(),
                Kind::Trace { name, .. } => name.clone(),
            },
            parent: action.parent.clone(),
            group: action.group.clone(),
            phase: action
                .phase
                .as_str_name()
                .trim_start_matches("ACTION_PHASE_")
                .to_owned(),
            processes: action.processes,
            attempts: action.attempts.len() as u32,
        });
        records.collect()
    }

    pub(super) fn kill(&self, run: &str, action: &str) -> bool {
        let mut rows = self.rows();
        let action = rows.runs.get_mut(run).and_then(|run| run.action(action));
        match action.and_then(|action| action.killer.as_ref()) {
            Some(killing) => {
                killing.0.kill(Reason::Cancelled);
                true
            }
            None => false,
        }
    }

    /// Ends all processes.
    pub(super) fn end(&self) {
        let mut rows = self.rows();
        rows.is_over = true;
        let actions = rows.runs.values().flat_map(|run| &run.actions);
        for killing in actions.filter_map(|action| action.killer.as_ref()) {
            killing.0.kill(Reason::Cancelled);
        }
    }
}

//! What the services share: all that a server would keep in its database.

use std::{
    collections::BTreeMap,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard},
    time::SystemTime,
};

use flyte_idl::flyteidl::{admin, core};

use super::{ControlPlaneOptions, faults::Faults, store::Store};
use flyte_core::{graph::entity::EntityDescriptor, lock::lock, types::Literal};
use flyte_engine::CancellationToken;

/// The state, as the services have it.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<State>);

impl Deref for Shared {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) options: ControlPlaneOptions,
    /// What executions run, by name.
    pub(super) entities: BTreeMap<String, &'static EntityDescriptor>,
    pub(super) faults: Faults,
    pub(super) store: Store,
    rows: Mutex<Rows>,
}

/// The name and version of something, with its project and domain.
pub(super) type Key = (String, String, String, String);

pub(super) fn key(id: &core::Identifier) -> Key {
    (
        id.project.clone(),
        id.domain.clone(),
        id.name.clone(),
        id.version.clone(),
    )
}

#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) tasks: BTreeMap<Key, admin::TaskSpec>,
    pub(super) workflows: BTreeMap<Key, admin::WorkflowSpec>,
    pub(super) plans: BTreeMap<Key, (admin::LaunchPlanSpec, bool)>,
    /// When tasks, workflows and launch plans were registered, and after how many others.
    pub(super) registered:
        BTreeMap<(core::ResourceType, Key), (u64, Option<prost_types::Timestamp>)>,
    pub(super) executions: BTreeMap<String, Execution>,
    /// The inputs by the names of executions, which one that is refused replaces all the same.
    pub(super) inputs: BTreeMap<String, core::LiteralMap>,
    pub(super) number: u64,
}

#[derive(Debug)]
pub(super) struct Execution {
    /// The number of its row.
    pub(super) number: u64,
    pub(super) info: admin::Execution,
    pub(super) nodes: Vec<Node>,
    pub(super) token: CancellationToken,
    /// The outputs, in the form of the file that they are in.
    pub(super) outputs: Vec<u8>,
    /// The gates that wait or have waited.
    pub(super) signals: Vec<admin::Signal>,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) parent: String,
    pub(super) info: admin::NodeExecution,
    pub(super) attempts: Vec<admin::TaskExecution>,
    /// What it was given, in the form of the file that it is in.
    pub(super) inputs: Vec<u8>,
    /// What it has given, in the same form.
    pub(super) outputs: Vec<u8>,
    /// Of a map, what its elements have given.
    pub(super) elements: BTreeMap<u32, BTreeMap<String, Literal>>,
}

impl Rows {
    /// Keeps the time of something that is registered now.
    pub(super) fn register(&mut self, resource_type: core::ResourceType, key: Key) {
        self.number += 1;
        self.registered
            .insert((resource_type, key), (self.number, now()));
    }

    /// When something was registered.
    pub(super) fn time_of(
        &self,
        resource_type: core::ResourceType,
        key: &Key,
    ) -> Option<prost_types::Timestamp> {
        self.registered.get(&(resource_type, key.clone()))?.1
    }
}

impl Shared {
    pub(super) fn new(
        options: ControlPlaneOptions,
        entities: BTreeMap<String, &'static EntityDescriptor>,
        store: Store,
    ) -> Self {
        Self(Arc::new(State {
            options,
            entities,
            faults: Faults::default(),
            store,
            rows: Mutex::default(),
        }))
    }
}

impl State {
    pub(super) fn rows(&self) -> MutexGuard<'_, Rows> {
        lock(&self.rows)
    }

    /// Ends what runs.
    pub(super) fn end(&self) {
        for execution in self.rows().executions.values() {
            execution.token.cancel();
        }
    }
}

pub(super) fn now() -> Option<prost_types::Timestamp> {
    Some(SystemTime::now().into())
}

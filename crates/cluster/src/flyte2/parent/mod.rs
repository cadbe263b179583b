//! A parent action: the engine of this process runs the graph, and the cluster its tasks.
//!
//! The engine decides what starts, as in a local run. What it would run here it hands to [`Parent`], a
//! [`Launcher`], which enqueues a child with a name that is made of the call. A parent that is started again makes the
//! same names, finds its children in the first part of the stream of updates, and enqueues only what is not in it.

mod child;
mod end;
mod enqueue;
mod place;
mod watch;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Runtime};

use super::names::Sequence;
use crate::flyte1::Client;
use flyte_config::{config::Environment, settings::SerializationSettings};
use flyte_context::storage::FileAccessProvider;
use flyte_core::{
    error::BoxError,
    graph::entity::{EntityDescriptor, TaskFuture},
    lock::lock,
};
use flyte_engine::{Launch, Launcher};

use child::Spec;
pub(crate) use place::Place;
use watch::Watched;

/// How long the end of a parent waits until the children that it no longer needs are told to end.
const LAST_ABORTS: Duration = Duration::from_secs(10);

/// What enqueues the tasks of a graph as children of this action.
pub(crate) struct Parent {
    inner: Arc<Inner>,
    /// It outlives no attempt, and never blocks one.
    runtime: Option<Runtime>,
}

struct Inner {
    client: Client,
    place: Place,
    settings: SerializationSettings,
    /// What starts this program in a container.
    program: String,
    files: FileAccessProvider,
    sequence: Mutex<Sequence>,
    specs: Mutex<HashMap<&'static str, Arc<Spec>>>,
    watched: Watched,
    /// How many calls that end children are under way.
    aborting: Mutex<usize>,
    runtime: tokio::runtime::Handle,
}

impl Parent {
    /// Connects to the cluster in which this container runs.
    pub(crate) fn start(
        place: Place,
        settings: SerializationSettings,
        program: String,
        files: FileAccessProvider,
        environment: &Environment,
    ) -> Result<Self, BoxError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("flyte-parent")
            .enable_all()
            .build()?;
        // A channel belongs to the runtime in which it is made.
        let client = {
            let _entered = runtime.enter();
            place.connect(environment)?
        };
        let inner = Arc::new(Inner {
            client,
            place,
            settings,
            program,
            files,
            sequence: Mutex::default(),
            specs: Mutex::default(),
            watched: Watched::new(),
            aborting: Mutex::new(0),
            runtime: runtime.handle().clone(),
        });
        runtime.spawn(watch::follow(Arc::clone(&inner)));
        Ok(Self {
            inner,
            runtime: Some(runtime),
        })
    }

    /// Waits until the children that are no longer needed know it.
    pub(crate) fn close(&self) {
        let end = Instant::now() + LAST_ABORTS;
        while *lock(&self.inner.aborting) > 0 && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Launcher for Parent {
    fn launch(&self, launch: Launch<'_>) -> Result<TaskFuture, BoxError> {
        child::launch(&self.inner, launch)
    }
}

impl Inner {
    /// The specification of a task as the node asks for it.
    fn spec(
        &self,
        entity: &'static EntityDescriptor,
        overrides: Option<&flyte_core::graph::NodeOverrides>,
    ) -> Result<Arc<Spec>, BoxError> {
        if let Some(overrides) = overrides {
            return Ok(Arc::new(Spec::of(self, entity, Some(overrides))?));
        }
        if let Some(spec) = lock(&self.specs).get(entity.name()) {
            return Ok(Arc::clone(spec));
        }
        let spec = Arc::new(Spec::of(self, entity, None)?);
        lock(&self.specs).insert(entity.name(), Arc::clone(&spec));
        Ok(spec)
    }
}

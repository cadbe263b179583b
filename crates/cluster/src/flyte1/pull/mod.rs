//! Brings an execution home: it becomes a run in the history of this machine, which is shown and resumed as any other.
//!
//! [`place`] finds the nodes of the execution in the program here, [`data`] fetches what they were given and have
//! returned, [`graphs`] what dynamic tasks have built, [`compare`] says how the program that ran differs from the one
//! here, and [`write`] records all of it as the events of a run.

mod compare;
mod data;
mod graphs;
mod place;
mod write;

use std::{collections::BTreeSet, sync::Arc, time::SystemTime};

use serde_json::{Value as Json, json};

use super::{
    client::Client,
    error::ClusterError,
    execution::{self, Execution},
    fetch::Status,
    watch::Watcher,
};
use flyte_core::{graph::entity::EntityDescriptor, registry::Registry};
use flyte_events::{
    events::RunInfo,
    history::{History, HistoryError, RunOrigin},
};
use place::Places;
use write::Writer;

/// A run that an execution has become.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pulled {
    /// The id of the run.
    pub run: String,
    /// What it runs.
    pub entity: String,
    /// How the execution ended.
    pub status: Status,
    /// How many nodes it has.
    pub nodes: usize,
    /// The run that it replaces, which the same execution was before.
    pub replaced: Option<String>,
    /// Why it cannot be resumed here: the program that ran is another.
    pub difference: Option<String>,
    /// What could not be brought, and what the program here cannot read.
    pub notices: Vec<String>,
}

impl Pulled {
    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({
            "run": self.run,
            "entity": self.entity,
            "status": self.status.name(),
            "nodes": self.nodes,
            "replaced": self.replaced,
            "difference": self.difference,
            "notices": self.notices,
        })
    }
}

pub(super) async fn pull(
    client: &Client,
    execution: &Execution,
    registry: &Registry,
    history: &History,
) -> Result<Pulled, ClusterError> {
    let tree = Watcher::new(client, execution)
        .all_attempts()
        .look()
        .await?;
    let (record, name) = (&tree.record, &execution.name);
    if !record.status.is_end() {
        return Err(ClusterError::Setting(format!(
            "execution {name} is {}, and is brought here when it has ended: `runs watch {name} --remote` waits for \
             that, `runs abort {name} --remote` ends it",
            record.status.name()
        )));
    }
    let entity = entity_of(registry, &record.entity, name)?;
    let mut origin = RunOrigin::new(
        client.address().authority(),
        (&execution.project, &execution.domain),
        name,
        &record.version,
    );
    let before = before(history, &origin)?;
    let info = execution::get(client, execution).await?;
    origin.difference = compare::difference(client, &info, entity, registry).await?;
    let mut notices = BTreeSet::new();
    let whole = data::of_execution(client, execution, &mut notices).await?;
    let places = Places::of(entity, registry, &tree)?;
    let data = data::of_nodes(client, &places, &mut notices).await?;
    let graphs = graphs::built(client, &places).await?;
    let inputs = data::inputs(entity, &whole).map_err(|problem| {
        ClusterError::Setting(format!(
            "execution {name} cannot be brought here: {problem}"
        ))
    })?;
    let graph = entity
        .graph()
        .map_err(|error| ClusterError::Setting(error.to_string()))?;
    let started = record.created.unwrap_or_else(SystemTime::now);
    let difference = origin.difference.clone();
    let recording = history.bring(&graph, &inputs, started, origin);
    let recording = recording.map_err(unusable)?;
    let run = RunInfo::new(recording.id().to_owned(), entity.name(), started, false);
    let mut writer = Writer::new(&recording, Arc::new(run), &data, &mut notices);
    writer.begin(inputs);
    graphs
        .into_iter()
        .for_each(|graph| recording.graph_brought(graph));
    let nodes = writer.nodes(&places, record);
    writer.end(entity, record, &whole);
    let id = recording.id().to_owned();
    while let Some(problem) = recording.problem() {
        notices.insert(problem);
    }
    drop(recording);
    if let Some(before) = &before {
        match history.remove(before) {
            // Room had to be made for another run, or another process has removed it.
            Ok(()) | Err(HistoryError::NoRun { .. }) => {}
            Err(error) => return Err(unusable(error)),
        }
    }
    Ok(Pulled {
        run: id,
        entity: entity.name().to_owned(),
        status: record.status,
        nodes,
        replaced: before,
        difference,
        notices: notices.into_iter().collect(),
    })
}

fn entity_of(
    registry: &Registry,
    entity: &str,
    execution: &str,
) -> Result<&'static EntityDescriptor, ClusterError> {
    match registry.find(entity) {
        // A name of the cluster is whole.
        Ok(found) if found.name() == entity => Ok(found),
        Err(error) if registry.entities().any(|own| own.name() == entity) => {
            Err(ClusterError::Setting(error.to_string()))
        }
        _ => Err(ClusterError::Setting(format!(
            "execution {execution} is one of `{entity}`, which this program has not: bring it here with the program \
             that has it"
        ))),
    }
}

/// The run that the execution was brought here as before.
fn before(history: &History, origin: &RunOrigin) -> Result<Option<String>, ClusterError> {
    let runs = history.runs().map_err(unusable)?;
    let mut runs = runs.iter();
    let before = runs.find(|run| run.origin().is_some_and(|other| other.is_same(origin)));
    let Some(before) = before else {
        return Ok(None);
    };
    let id = before.id().to_owned();
    if before.resumed() > 0 {
        return Err(ClusterError::Setting(format!(
            "execution {} is here already as run {id}, which was resumed: `runs prune {id}` removes it, and what it \
             has done here with it",
            origin.execution
        )));
    }
    Ok(Some(id))
}

fn unusable(error: HistoryError) -> ClusterError {
    ClusterError::Setting(error.to_string())
}

//! The graphs that are made in a container for the cluster to run: those of dynamic tasks, and of tasks that graphs get
//! for a cluster.

use std::sync::{Arc, OnceLock};

use super::{
    Attempt,
    arguments::Dialect,
    built_in::{self, Made},
    error_document::{Ending, Problem},
    identity,
    values::Given,
};
use flyte_config::settings::{SERIALIZED_CONTEXT_ENV_VAR, SerializationSettings};
use flyte_core::{graph::Graph, registry::Registry};

/// What a dynamic task leaves to the cluster.
pub(super) struct Job {
    settings: SerializationSettings,
    built: Arc<OnceLock<Arc<Graph>>>,
}

impl Job {
    /// That of an attempt whose graph a cluster would run.
    pub(super) fn of(attempt: &Attempt<'_>) -> Result<Option<Self>, Problem> {
        let settings = attempt.settings()?;
        Ok(settings.map(|settings| Self {
            settings,
            built: Arc::default(),
        }))
    }

    /// Where the engine leaves the graph.
    pub(super) fn graph(&self) -> Arc<OnceLock<Arc<Graph>>> {
        Arc::clone(&self.built)
    }

    /// The bytes of `futures.pb`, if there is a graph.
    pub(super) fn bytes(&self) -> Result<Option<Vec<u8>>, Problem> {
        let graph = self.built.get();
        graph
            .map(|graph| job(&self.settings, graph, true))
            .transpose()
    }
}

impl Attempt<'_> {
    /// Runs a task that a graph got for a cluster.
    pub(super) fn run_built_in(
        &self,
        registry: &Registry,
        told: &str,
        ending: &Ending,
    ) -> Result<(), Problem> {
        let literals = Given::read(self.arguments, self.files)?.loaded(self.files)?;
        match built_in::run(registry, told, literals)? {
            Made::Outputs(bytes) => ending.succeed("outputs.pb", &bytes),
            Made::Graph(graph) => {
                let settings = self.settings()?.ok_or_else(|| {
                    let message = format!("the variable {SERIALIZED_CONTEXT_ENV_VAR} is missing");
                    Problem::system_text(message)
                })?;
                // The map that it is made of was checked, and the type of its list is not known here.
                ending.succeed("futures.pb", &job(&settings, &graph, false)?)
            }
        }
    }

    /// What a dynamic task serialises its graph with, where the cluster runs it.
    fn settings(&self) -> Result<Option<SerializationSettings>, Problem> {
        // The run that has isolated the attempt runs the graph itself.
        if self.is_isolated() {
            return Ok(None);
        }
        let text = self.environment.var(SERIALIZED_CONTEXT_ENV_VAR);
        let text = text.filter(|text| !text.is_empty());
        let (Dialect::Flyte1, Some(text)) = (self.arguments.dialect(), text) else {
            return Ok(None);
        };
        let settings = SerializationSettings::from_transport(&text)
            .map_err(|error| Problem::system(&error))?;
        Ok(Some(identity::complete(
            settings,
            self.arguments,
            self.environment,
        )))
    }
}

/// The graph as the cluster reads it; `checked` if it is to be looked at first.
#[cfg(feature = "remote")]
fn job(settings: &SerializationSettings, graph: &Graph, checked: bool) -> Result<Vec<u8>, Problem> {
    use crate::{
        bundle::{LAUNCHED_BY, Launcher},
        serialize::Serializer,
    };
    use flyte_idl::prost::Message as _;

    let mut serializer = Serializer::new(settings);
    // The tasks of a graph that is made here are started as this one was, by the same program.
    if let Some(program) = std::env::args().next() {
        serializer = serializer.program(program);
    }
    let launcher = std::env::var(LAUNCHED_BY).ok();
    if let Some(launcher) = launcher.and_then(|text| Launcher::parse(&text)) {
        serializer = serializer.launcher(launcher);
    }
    if !checked {
        serializer = serializer.unchecked();
    }
    let job = serializer
        .dynamic_job(graph)
        .map_err(|error| Problem::user("USER:CompileError", &error))?;
    Ok(job.encode_to_vec())
}

/// Nothing here writes graphs.
#[cfg(not(feature = "remote"))]
fn job(_: &SerializationSettings, graph: &Graph, _: bool) -> Result<Vec<u8>, Problem> {
    Err(Problem::user_text(
        "USER:RuntimeError",
        format!(
            "`{}` has made a graph, and this program is built without the feature `remote` of flyte-runtime, with \
             which a container gives a graph to the cluster; add it in Cargo.toml",
            graph.entity.name()
        ),
    ))
}

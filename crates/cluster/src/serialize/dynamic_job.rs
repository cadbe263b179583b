//! Serialises the graph that the cluster runs in place of a dynamic task.

use std::collections::BTreeMap;

use flyte_idl::flyteidl::core;

use super::{SerializeError, Serializer, names::Names, workflow::targets};
use flyte_check::lower::lower_ref;
use flyte_core::graph::{Graph, NodeTarget};

impl Serializer<'_> {
    /// The graph that a dynamic task has built, with the templates of all its tasks and workflows, each once. The
    /// container of a dynamic task writes this as `futures.pb`.
    ///
    /// As in flytekit, all nodes must succeed. A graph without nodes is not a job: its outputs are constants.
    ///
    /// # Errors
    ///
    /// [`SerializeError`] if something in it cannot be compiled, or the cluster would refuse it.
    pub fn dynamic_job(&self, graph: &Graph) -> Result<core::DynamicJobSpec, SerializeError> {
        let own = self.checked_alone(|check| Ok(check.built(graph)))?;
        let lowered = (!own.as_written)
            .then(|| lower_ref(graph, true).0)
            .flatten();
        let graph = lowered.as_ref().unwrap_or(graph);
        let nodes = own.nodes(graph)?;
        let workflows = own.inner_workflows(graph)?;
        let mut tasks = BTreeMap::new();
        let mut names = Names::default();
        for graph in std::iter::once(graph).chain(workflows.iter().map(|inner| &*inner.graph)) {
            for target in targets(graph) {
                let name = target.name();
                let task = match target {
                    NodeTarget::Task(task) if task.reference().is_none() => {
                        match names.take(name, (*task).into(), task.location())? {
                            true => own.task(task)?,
                            false => continue,
                        }
                    }
                    NodeTarget::Map(map) if map.is_own_task() => {
                        match names.take(name, (&**map).into(), map.location())? {
                            true => own.map_task(map)?,
                            false => continue,
                        }
                    }
                    _ => continue,
                };
                tasks.insert(name, task.template.unwrap_or_default());
            }
        }
        Ok(core::DynamicJobSpec {
            min_successes: i64::try_from(nodes.len()).unwrap_or(i64::MAX),
            nodes,
            outputs: own.outputs(graph)?,
            tasks: tasks.into_values().collect(),
            subworkflows: workflows.into_iter().map(|inner| inner.template).collect(),
        })
    }
}

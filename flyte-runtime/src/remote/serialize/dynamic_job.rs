//! What a dynamic task tells the cluster to run in its place.

use flyte_idl::flyteidl::core;

use super::{SerializeError, Serializer, workflow::targets};
use crate::{
    entity::EntityDescriptor,
    graph::{Graph, NodeTarget},
};

impl Serializer<'_> {
    /// The graph that a dynamic task has built, with everything it needs: the templates of all tasks and workflows in
    /// it, each once. What the container of a dynamic task writes as `futures.pb`.
    ///
    /// All nodes have to succeed, as in flytekit. A graph without nodes is no job: its outputs are constants.
    ///
    /// # Errors
    ///
    /// [`SerializeError`] if something in it cannot be compiled, or says what Flyte cannot store.
    pub fn dynamic_job(&self, graph: &Graph) -> Result<core::DynamicJobSpec, SerializeError> {
        let nodes = self.nodes(graph)?;
        let workflows = self.inner_workflows(graph)?;
        let mut used: Vec<&'static EntityDescriptor> = Vec::new();
        for graph in std::iter::once(graph).chain(workflows.iter().map(|inner| &*inner.graph)) {
            used.extend(
                targets(graph)
                    .into_iter()
                    .filter_map(|target| match target {
                        NodeTarget::Task(task) if task.reference().is_none() => Some(*task),
                        _ => None,
                    }),
            );
        }
        used.sort_by_key(|task| task.name());
        used.dedup_by_key(|task| task.name());
        let tasks: Result<Vec<_>, SerializeError> = used
            .into_iter()
            .map(|task| Ok(self.task(task)?.template.unwrap_or_default()))
            .collect();
        Ok(core::DynamicJobSpec {
            min_successes: i64::try_from(nodes.len()).unwrap_or(i64::MAX),
            nodes,
            outputs: self.outputs(graph)?,
            tasks: tasks?,
            subworkflows: workflows.into_iter().map(|inner| inner.template).collect(),
        })
    }
}

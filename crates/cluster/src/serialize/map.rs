//! Maps: the array node, and the second task that a cluster needs for a map over a task.

use flyte_idl::flyteidl::{
    admin,
    core::{
        self,
        array_node::{DataMode, ExecutionMode, ParallelismOption, SuccessCriteria},
        node::Target,
        workflow_node::Reference,
    },
};

use super::{SerializeError, Serializer, interface::typed_interface};
use flyte_check::check::graph::knows_its_element;
use flyte_config::identifier::ResourceType;
use flyte_core::{
    graph::{Graph, MapNode, Node, Successes, dnsify::dnsify, entity::EntityKind},
    no_other_variant,
};

/// Says that the container of a task of this type knows which element it is for.
const TASK_TYPE_VERSION: i32 = 1;

impl Serializer<'_> {
    /// The array node of a map, without what every node has.
    pub(super) fn array_node(
        &self,
        graph: &Graph,
        node: &Node,
        map: &MapNode,
    ) -> Result<Target, SerializeError> {
        let is_own_task = map.is_own_task();
        let is_task = map.entity().kind() == EntityKind::Task;
        let (id, target) = if is_own_task {
            let reference = self.identifier(ResourceType::Task, map.name());
            let task = core::TaskNode {
                overrides: Some(self.task_overrides(graph, node)?),
                reference: Some(core::task_node::Reference::ReferenceId(reference)),
            };
            (map.name().to_owned(), Target::TaskNode(task))
        } else if is_task {
            (
                self.element_id(map),
                self.task_node(graph, node, map.entity())?,
            )
        } else {
            let plan = self.entity_identifier(ResourceType::LaunchPlan, map.entity());
            let target = super::node::workflow_node(Reference::LaunchplanRef(plan));
            (self.element_id(map), target)
        };
        let element = core::Node {
            id,
            metadata: Some(self.element_metadata(node)?),
            inputs: self.inputs(graph, node)?,
            target: Some(target),
            ..Default::default()
        };
        // What a cluster cannot count is as good as no limit.
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (execution_mode, data_mode) = match (is_own_task, is_task) {
            (true, _) => (ExecutionMode::MinimalState, DataMode::SingleInputFile),
            (false, true) => (ExecutionMode::MinimalState, DataMode::IndividualInputFiles),
            (false, false) => (ExecutionMode::FullState, DataMode::SingleInputFile),
        };
        let bound = map.bound_inputs();
        Ok(Target::ArrayNode(Box::new(core::ArrayNode {
            node: Some(Box::new(element)),
            execution_mode: execution_mode.into(),
            // The second task of a map has lists already.
            is_original_sub_node_interface: Some(!is_own_task),
            data_mode: data_mode.into(),
            bound_inputs: bound.into_iter().map(str::to_owned).collect(),
            run_all_sub_nodes: false,
            parallelism_option: map
                .concurrency()
                .map(|elements| ParallelismOption::Parallelism(number(elements))),
            success_criteria: Some(match map.successes() {
                Successes::All => SuccessCriteria::MinSuccessRatio(1.0),
                Successes::Number(elements) => SuccessCriteria::MinSuccesses(number(elements)),
                // Flyte's ratio has half of the digits.
                Successes::Ratio(ratio) => SuccessCriteria::MinSuccessRatio(ratio as f32),
                _ => no_other_variant!(Successes),
            }),
        })))
    }

    fn element_id(&self, map: &MapNode) -> String {
        let registered = map.entity().reference();
        dnsify(registered.map_or(map.name(), |reference| reference.name))
    }

    /// The task that a map over a task runs: it takes and gives lists, and its container takes one element out of them.
    ///
    /// # Errors
    ///
    /// [`SerializeError::Image`] if the image of the task is not known, [`SerializeError::Map`] if no container of this
    /// program runs it.
    pub(super) fn map_task(&self, map: &MapNode) -> Result<admin::TaskSpec, SerializeError> {
        let entity = map.entity();
        if !knows_its_element(entity) {
            return Err(SerializeError::Map {
                task: entity.name().to_owned(),
            });
        }
        let mut task = self.task(entity)?;
        // That of the task is told with the task.
        task.description = None;
        if let Some(template) = &mut task.template {
            template.id = Some(self.identifier(ResourceType::Task, map.name()));
            template.interface = Some(typed_interface(&map.interface()));
            template.task_type_version = TASK_TYPE_VERSION;
            if let Some(core::task_template::Target::Container(container)) = &mut template.target {
                let bound = map.bound_inputs().join(",");
                let args = &mut container.args;
                // In front of what says which task it is: `-- task NAME`.
                let loader = args.len() - 3;
                args.splice(
                    loader..=loader,
                    ["--map", "--", "vars", &bound].map(str::to_owned),
                );
            }
        }
        Ok(task)
    }
}

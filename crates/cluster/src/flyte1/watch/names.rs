//! What the nodes of an execution run: the engine tells of their ids alone.

use std::collections::HashMap;

use flyte_idl::flyteidl::core::{self, node::Target, task_node, workflow_node};

use crate::flyte1::register::inside_of;
use flyte_events::events::NodeKind;

/// What the nodes of workflows run, by the names of the workflows and the ids of the nodes.
#[derive(Debug, Default)]
pub(super) struct Names {
    nodes: HashMap<(String, String), Named>,
    /// The names of the outermost workflows, by those of executions.
    pub(super) outermost: HashMap<String, String>,
    /// For each workflow how many tasks and gates are among its nodes, and the workflows that its other nodes run.
    counts: HashMap<String, (usize, Vec<String>)>,
}

#[derive(Clone, Debug)]
pub(in crate::flyte1) struct Named {
    pub(in crate::flyte1) entity: String,
    pub(in crate::flyte1) kind: NodeKind,
    /// The workflow whose nodes are inside.
    pub(super) inner: Option<String>,
}

/// How deep workflows are followed into each other.
const DEPTH: usize = 64;

impl Names {
    pub(super) fn add(&mut self, closure: &core::CompiledWorkflowClosure) {
        let all = closure.primary.iter().chain(&closure.sub_workflows);
        for template in all.filter_map(|compiled| compiled.template.as_ref()) {
            let workflow = template
                .id
                .as_ref()
                .map(|id| id.name.as_str())
                .unwrap_or_default();
            let named_nodes = template.nodes.iter().map(|node| named(node, workflow));
            let (mut tasks, mut workflows) = (0, Vec::new());
            for node in named_nodes {
                match (node.kind, node.inner) {
                    (NodeKind::Task, _) if node.entity.is_empty() => {}
                    (NodeKind::Task | NodeKind::Gate, _) => tasks += 1,
                    (NodeKind::Workflow, inner) => workflows.extend(inner),
                    _ => {}
                }
            }
            self.counts.insert(workflow.to_owned(), (tasks, workflows));
            let mut left: Vec<_> = template
                .nodes
                .iter()
                .chain(&template.failure_node)
                .collect();
            while let Some(node) = left.pop() {
                if let Some(Target::BranchNode(branch)) = &node.target {
                    left.extend(inside_of(branch));
                }
                let key = (workflow.to_owned(), node.id.clone());
                self.nodes.insert(key, named(node, workflow));
            }
        }
    }

    pub(super) fn get(&self, workflow: &str, node: &str) -> Option<&Named> {
        self.nodes.get(&(workflow.to_owned(), node.to_owned()))
    }

    /// How many tasks and gates a workflow has, with those of the workflows in it.
    pub(super) fn tasks(&self, workflow: &str) -> usize {
        self.tasks_down_to(workflow, DEPTH, &mut HashMap::new())
    }

    /// Each workflow is counted once, however often it is run: what doubles at every level would take forever.
    fn tasks_down_to<'n>(
        &'n self,
        workflow: &str,
        depth: usize,
        counted: &mut HashMap<&'n str, usize>,
    ) -> usize {
        if let Some(tasks) = counted.get(workflow) {
            return *tasks;
        }
        // A cluster's engine runs a single task as a workflow that is never registered.
        let Some((name, (own, workflows))) = self.counts.get_key_value(workflow) else {
            return usize::from(workflow.starts_with(".flytegen."));
        };
        let Some(depth) = depth.checked_sub(1) else {
            return *own;
        };
        let inner = workflows.iter();
        let inner = inner.map(|inner| self.tasks_down_to(inner, depth, counted));
        let tasks = inner.fold(*own, usize::saturating_add);
        counted.insert(name, tasks);
        tasks
    }

    /// How many tasks and gates the case that a branch has taken adds.
    pub(super) fn tasks_of_case(&self, workflow: &str, case: &str) -> usize {
        match self.get(workflow, case) {
            Some(named) => match (named.kind, &named.inner) {
                (NodeKind::Task | NodeKind::Gate, _) => 1,
                (NodeKind::Workflow, Some(inner)) => self.tasks(inner),
                _ => 0,
            },
            None => 0,
        }
    }
}

pub(in crate::flyte1) fn named(node: &core::Node, workflow: &str) -> Named {
    let id_of = |node: &core::Node| match &node.target {
        Some(Target::TaskNode(task)) => {
            let reference = task.reference.as_ref();
            reference.map(|task_node::Reference::ReferenceId(id)| (id.name.clone(), false))
        }
        Some(Target::WorkflowNode(inner)) => match &inner.reference {
            Some(workflow_node::Reference::LaunchplanRef(id)) => Some((id.name.clone(), false)),
            Some(workflow_node::Reference::SubWorkflowRef(id)) => Some((id.name.clone(), true)),
            None => None,
        },
        _ => None,
    };
    let (entity, is_inner) = match &node.target {
        Some(Target::ArrayNode(array)) => array.node.as_deref().and_then(id_of),
        _ => id_of(node),
    }
    .unwrap_or_else(|| {
        let name = node.metadata.as_ref().map(|metadata| metadata.name.clone());
        (name.unwrap_or_default(), false)
    });
    let entity = match &node.target {
        Some(Target::ArrayNode(_)) => mapped(&entity).unwrap_or(entity),
        _ => entity,
    };
    let kind = match &node.target {
        Some(Target::WorkflowNode(_)) => NodeKind::Workflow,
        Some(Target::BranchNode(_)) => NodeKind::Branch,
        Some(Target::ArrayNode(_)) => NodeKind::Map,
        Some(Target::GateNode(_)) => NodeKind::Gate,
        _ => NodeKind::Task,
    };
    let inner = match kind {
        NodeKind::Branch => Some(workflow.to_owned()),
        _ => is_inner.then(|| entity.clone()),
    };
    Named {
        entity,
        kind,
        inner,
    }
}

/// The task that a map of this name runs: `module.map_task_<md5>-arraynode` is one of `module.task`.
pub(super) fn mapped(name: &str) -> Option<String> {
    let (module, function) = match name.rsplit_once('.') {
        Some((module, function)) => (format!("{module}."), function),
        None => (String::new(), name),
    };
    let function = function
        .strip_prefix("map_")?
        .strip_suffix("-arraynode")?
        .rsplit_once('_')?
        .0;
    Some(format!("{module}{function}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workflow(name: &str, nodes: Vec<Target>) -> core::CompiledWorkflow {
        let nodes = nodes.into_iter().enumerate();
        let nodes = nodes.map(|(number, target)| core::Node {
            id: format!("n{number}"),
            target: Some(target),
            ..Default::default()
        });
        core::CompiledWorkflow {
            template: Some(core::WorkflowTemplate {
                id: Some(id(name)),
                nodes: nodes.collect(),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    fn id(name: &str) -> core::Identifier {
        core::Identifier {
            name: name.to_owned(),
            ..Default::default()
        }
    }

    fn task(name: &str) -> Target {
        Target::TaskNode(core::TaskNode {
            reference: Some(task_node::Reference::ReferenceId(id(name))),
            ..Default::default()
        })
    }

    fn inner(name: &str) -> Target {
        Target::WorkflowNode(core::WorkflowNode {
            reference: Some(workflow_node::Reference::SubWorkflowRef(id(name))),
        })
    }

    /// Each of forty workflows runs the next one twice: the number of tasks is known, and soon.
    #[test]
    fn tasks_are_counted_through_workflows_that_are_run_often() {
        let mut names = Names::default();
        let last = workflow("w40", vec![task("one"), task("two")]);
        let others = (0..40).map(|level| {
            let next = format!("w{}", level + 1);
            workflow(&format!("w{level}"), vec![inner(&next), inner(&next)])
        });
        names.add(&core::CompiledWorkflowClosure {
            primary: Some(last),
            sub_workflows: others.collect(),
            ..Default::default()
        });
        assert_eq!(names.tasks("w0"), 2 << 40);
        assert_eq!(names.tasks(".flytegen.some.task"), 1);
        assert_eq!(names.tasks("unknown"), 0);
    }

    #[test]
    fn the_name_of_a_map_says_which_task_it_runs() {
        let map = "maps.map_one_count_6b3bd0353da5de6e84d7982921ead2b3-arraynode";
        assert_eq!(mapped(map).as_deref(), Some("maps.one_count"));
        assert_eq!(mapped("map_count_6b3b-arraynode").as_deref(), Some("count"));
        assert_eq!(mapped("maps.count"), None);
    }
}

//! The notice about options that have no effect on this machine.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ptr,
};

use super::{Action, DefaultPlan, Plan, PlanNode};
use flyte_core::{
    graph::{Node, NodeTarget, entity::EntityDescriptor},
    options::{LaunchPlanOptions, LocalEffect, LocalOption, TaskOptions, WorkflowOptions},
};

/// Options by their owner, such as "task `a.b`".
#[derive(Default)]
struct Recorded {
    is_isolated: bool,
    options: BTreeMap<String, BTreeSet<&'static str>>,
    seen: HashSet<*const EntityDescriptor>,
    plans: HashSet<*const Plan>,
}

/// The options in a plan, and in all plans inside it, that are recorded but have no effect; usually `None`.
pub(super) fn of(plan: &Plan, is_isolated: bool) -> Option<String> {
    let mut recorded = Recorded {
        is_isolated,
        ..Recorded::default()
    };
    recorded.plan(plan);
    if recorded.options.is_empty() {
        return None;
    }
    let owners = recorded.options.into_iter().map(|(owner, options)| {
        let options: Vec<_> = options.iter().map(|name| format!("`{name}`")).collect();
        format!("{} of {owner}", options.join(", "))
    });
    let owners: Vec<_> = owners.collect();
    Some(format!(
        "kept for a cluster, and without effect on this machine: {}",
        owners.join("; ")
    ))
}

impl Recorded {
    fn plan(&mut self, plan: &Plan) {
        if !self.plans.insert(ptr::from_ref(plan)) {
            return;
        }
        self.entity(plan.graph.entity());
        for node in plan.graph.nodes().iter().chain(plan.graph.failure_node()) {
            self.node(node);
        }
        for node in plan.nodes.iter().chain(&plan.on_failure) {
            self.inside(node);
        }
    }

    fn inside(&mut self, node: &PlanNode) {
        self.entity(node.entity);
        match &node.action {
            Action::Task(_) => {}
            Action::Workflow(plan) => self.plan(plan),
            Action::Map(map) => map
                .element()
                .nodes
                .iter()
                .for_each(|node| self.inside(node)),
            Action::Branch(branch) => {
                for (_, case) in &branch.cases {
                    self.plan(&case.plan);
                }
                if let DefaultPlan::Case(case) = &branch.default {
                    self.plan(&case.plan);
                }
            }
        }
    }

    fn entity(&mut self, entity: &'static EntityDescriptor) {
        if !self.seen.insert(ptr::from_ref(entity)) {
            return;
        }
        let task = entity.task_options().map(TaskOptions::local_effects);
        let workflow = entity.workflow_options();
        let workflow = workflow.map(WorkflowOptions::local_effects);
        let launch_plan = entity.launch_plan_options();
        let launch_plan = launch_plan.map(LaunchPlanOptions::local_effects);
        let options = task.or(workflow).or(launch_plan).unwrap_or_default();
        self.options(options, || format!("{} `{}`", entity.kind(), entity.name()));
    }

    fn node(&mut self, node: &Node) {
        let Some(overrides) = node.overrides() else {
            return;
        };
        let is_task = matches!(node.target(), NodeTarget::Task(_) | NodeTarget::Map(_));
        self.options(overrides.local_effects(is_task), || {
            format!("node `{}`", node.id())
        });
    }

    fn options(&mut self, options: Vec<LocalOption>, owner: impl Fn() -> String) {
        for option in options {
            let effect = match self.is_isolated {
                true => option.isolated,
                false => option.effect,
            };
            if option.is_set && effect == LocalEffect::Recorded {
                self.options.entry(owner()).or_default().insert(option.name);
            }
        }
    }
}

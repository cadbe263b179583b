//! From graphs to plans.

use std::sync::Arc;

use super::policy;
use super::{
    Action, Arg, AttemptPolicy, BranchPlan, CasePlan, DefaultPlan, MapPlan, Plan, PlanNode,
    wiring::{Arguments, Wiring, hand_on},
};
use crate::gate;
use flyte_core::{
    complete::{complete_dynamic, next_level},
    graph::{
        BindingData, BranchElse, BranchNode, CaseNode, CompileError, CompileProblem, Graph, Node,
        NodeTarget, case_graph,
        entity::{EntityBody, EntityDescriptor},
    },
    no_other_variant,
    options::FailurePolicy,
};

/// What is kept with an entity.
struct Planned(Result<Arc<Plan>, CompileError>);

/// The graph of an entity in the engine's form, with everything that it contains; made at the first call.
pub(crate) fn plan_of(entity: &'static EntityDescriptor) -> Result<Arc<Plan>, CompileError> {
    // What it contains is planned on the way, so a plan is kept only when it is made.
    known(entity).unwrap_or_else(|| keep(entity, plan(entity)))
}

fn known(entity: &EntityDescriptor) -> Option<Result<Arc<Plan>, CompileError>> {
    let Planned(plan) = entity.prepared()?;
    Some(plan.clone())
}

fn keep(
    entity: &EntityDescriptor,
    plan: Result<Arc<Plan>, CompileError>,
) -> Result<Arc<Plan>, CompileError> {
    match entity.keep_prepared(Planned(plan.clone())) {
        Some(Planned(kept)) => kept.clone(),
        None => plan,
    }
}

/// Makes the plan whether it was made before or not, from the graph that is kept; for benchmarks.
#[doc(hidden)]
pub fn plan_again(entity: &'static EntityDescriptor) -> Result<(), CompileError> {
    plan(entity).map(drop)
}

/// Plans an entity and everything it contains.
fn plan(entity: &'static EntityDescriptor) -> Result<Arc<Plan>, CompileError> {
    flyte_core::complete::complete(entity)?;
    Planner { level: 0 }.plan(entity)
}

/// Plans the graph that a dynamic task has built, and everything the graph contains.
pub(crate) fn plan_dynamic(graph: &Arc<Graph>) -> Result<Arc<Plan>, CompileError> {
    complete_dynamic(graph)?;
    let plan = Planner { level: 0 }.nodes(graph);
    plan.map(Arc::new)
        .map_err(|problem| CompileError::of(graph.entity(), problem))
}

/// Makes plans of graphs that are complete.
struct Planner {
    /// How many workflows are around the current graph.
    level: usize,
}

impl Planner {
    fn plan(&mut self, entity: &'static EntityDescriptor) -> Result<Arc<Plan>, CompileError> {
        let graph = entity.graph()?;
        self.level += 1;
        let plan = next_level(self.level, || self.nodes(&graph));
        self.level -= 1;
        plan.map(Arc::new)
            .map_err(|problem| CompileError::of(entity, problem))
    }

    fn nodes(&mut self, graph: &Arc<Graph>) -> Result<Plan, CompileProblem> {
        let inputs = graph.interface().inputs.len() as u32;
        let mut first_slots = Vec::with_capacity(graph.nodes().len());
        let mut slots = inputs;
        for node in graph.nodes() {
            first_slots.push(slots);
            slots += node.target().output_count() as u32;
        }
        let mut wiring = Wiring::new(graph, first_slots, slots);
        let mut nodes = Vec::with_capacity(graph.nodes().len());
        for (index, node) in graph.nodes().iter().enumerate() {
            let first_slot = wiring.first_slots[index];
            nodes.push(self.node(node, first_slot, &mut wiring)?);
        }
        for (index, node) in graph.nodes().iter().enumerate() {
            for up in node.waits_for() {
                nodes[up].successors.push(index as u32);
            }
        }
        let roots = nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.waits_for == 0)
            .map(|(index, _)| index as u32)
            .collect();
        let last_nodes = nodes.iter().filter(|node| node.successors.is_empty());
        let last_nodes = last_nodes.count() as u32;
        // Workflows in workflows in workflows can be more than a number holds.
        let tasks = nodes.iter().map(PlanNode::tasks);
        let tasks = tasks.fold(0, usize::saturating_add);
        let outputs = graph
            .outputs()
            .iter()
            .map(|binding| wiring.arg(&binding.data))
            .collect();
        let on_failure = match graph.failure_node() {
            Some(node) => {
                let mut handler = self.node(node, slots, &mut wiring)?;
                let of_workflow =
                    |name| graph.interface().inputs.iter().any(|own| own.name == name);
                let inputs = handler.entity.inputs().iter().zip(&mut handler.args);
                for (input, arg) in inputs {
                    if input.is_failure() && !of_workflow(input.name) {
                        *arg = Arg::Failure(input.info);
                    }
                }
                Some(handler)
            }
            None => None,
        };
        let failure_policy = graph
            .entity()
            .workflow_options()
            .map_or_else(FailurePolicy::default, |options| options.failure_policy);
        hand_on(&mut nodes, graph, &wiring.uses);
        Ok(Plan {
            graph: Arc::clone(graph),
            nodes,
            roots,
            last_nodes,
            tasks,
            slot_uses: wiring.uses,
            outputs,
            failure_policy,
            on_failure,
            notices: Default::default(),
        })
    }

    fn node(
        &mut self,
        node: &Node,
        first_slot: u32,
        wiring: &mut Wiring<'_>,
    ) -> Result<PlanNode, CompileProblem> {
        let (entity, action, args) = match node.target() {
            NodeTarget::Branch(branch) => {
                let (plan, args) = self.branch(node, branch, wiring)?;
                (wiring.graph.entity(), Action::Branch(Box::new(plan)), args)
            }
            NodeTarget::Inlined(graph) => {
                let inputs = graph.interface().inputs.iter();
                let args = inputs.filter_map(|input| wiring.bound(node, &input.name));
                let args = args.collect();
                let plan = Arc::new(self.nodes(graph)?);
                (graph.entity(), Action::Workflow(plan), args)
            }
            NodeTarget::Map(map) => {
                let inputs = map.inputs.iter();
                let args = inputs.filter_map(|input| wiring.bound(node, input.name));
                let args = args.collect();
                let element = PlanNode {
                    entity: map.entity(),
                    action: self.action(map.entity())?,
                    policy: AttemptPolicy::of(map.entity(), node.overrides()),
                    memory: policy::memory(map.entity(), node.overrides()),
                    args: Vec::new(),
                    first_slot: 0,
                    waits_for: 0,
                    successors: Vec::new(),
                    hands_on: None,
                };
                let plan = MapPlan::new(map, wiring.graph, element);
                (map.entity(), Action::Map(Box::new(plan)), args)
            }
            NodeTarget::Task(entity)
            | NodeTarget::Workflow(entity)
            | NodeTarget::LaunchPlan(entity)
            | NodeTarget::Gate(entity) => {
                let action = self.action(entity)?;
                // Bindings are sorted by name, a function's inputs are in the order of its declaration.
                let inputs = entity.inputs().iter();
                let args = inputs.filter_map(|input| wiring.bound(node, input.name));
                (*entity, action, args.collect())
            }
            _ => no_other_variant!(NodeTarget),
        };
        Ok(PlanNode {
            entity,
            action,
            policy: match node.target() {
                NodeTarget::Task(entity) => AttemptPolicy::of(entity, node.overrides()),
                _ => None,
            },
            memory: match node.target() {
                NodeTarget::Task(entity) => policy::memory(entity, node.overrides()),
                _ => None,
            },
            args,
            first_slot,
            waits_for: node.waits_for().count() as u32,
            successors: Vec::new(),
            hands_on: None,
        })
    }

    /// What a node of an entity does.
    fn action(&mut self, entity: &'static EntityDescriptor) -> Result<Action, CompileProblem> {
        Ok(match entity.body() {
            EntityBody::Task { run, .. }
            | EntityBody::Reference { run, .. }
            | EntityBody::BuiltIn { run, .. } => Action::Task(*run),
            EntityBody::Gate { gate, instead } => {
                Action::Task(instead.unwrap_or_else(|| gate::task(gate)))
            }
            EntityBody::Workflow { .. }
            | EntityBody::LaunchPlan { .. }
            | EntityBody::Imperative(_) => Action::Workflow(self.sub_plan(entity)?),
        })
    }

    /// A branch node. Its arguments are the whole values that anything in it uses, each once.
    fn branch(
        &mut self,
        node: &Node,
        branch: &BranchNode,
        wiring: &mut Wiring<'_>,
    ) -> Result<(BranchPlan, Vec<Arg>), CompileProblem> {
        let mut arguments = Arguments::default();
        let mut cases = Vec::with_capacity(branch.cases().len());
        for case in branch.cases() {
            let test = arguments.test(&case.condition, node, wiring)?;
            let then = self.case(branch, &case.then, &mut arguments, wiring)?;
            cases.push((test, then));
        }
        let default = match branch.default() {
            BranchElse::Node(case) => {
                DefaultPlan::Case(self.case(branch, case, &mut arguments, wiring)?)
            }
            BranchElse::Fail(message) => DefaultPlan::Fail(message.clone()),
            _ => no_other_variant!(BranchElse),
        };
        let plan = BranchPlan {
            name: branch.name().to_owned(),
            location: branch.location(),
            cases,
            default,
        };
        Ok((plan, arguments.into_args()))
    }

    fn case(
        &mut self,
        branch: &BranchNode,
        case: &CaseNode,
        arguments: &mut Arguments,
        wiring: &mut Wiring<'_>,
    ) -> Result<CasePlan, CompileProblem> {
        let (graph, bindings) = case_graph(wiring.graph, branch, case);
        let plan = Arc::new(self.nodes(&Arc::new(graph))?);
        let slots = bindings.iter().filter_map(|binding| match &binding.data {
            BindingData::Promise(reference) => Some(reference),
            _ => None,
        });
        let arguments = slots.map(|reference| arguments.of(reference, wiring).0);
        Ok(CasePlan {
            plan,
            arguments: arguments.collect(),
        })
    }

    fn sub_plan(&mut self, entity: &'static EntityDescriptor) -> Result<Arc<Plan>, CompileProblem> {
        known(entity)
            .unwrap_or_else(|| keep(entity, self.plan(entity)))
            .map_err(|error| CompileProblem::SubWorkflow(Box::new(error)))
    }
}

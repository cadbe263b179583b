//! From graphs to plans.

use std::{panic::resume_unwind, sync::Arc, thread};

#[cfg(feature = "remote")]
use super::policy;
use super::{
    Action, Arg, AttemptPolicy, BranchPlan, CasePlan, DefaultPlan, MapPlan, Plan, PlanNode,
    wiring::{Arguments, Wiring, hand_on},
};
use crate::{
    entity::{EntityBody, EntityDescriptor, FailurePolicy, FlyteEntities},
    graph::{
        BindingData, BranchElse, BranchNode, CaseNode, CompileError, CompileProblem, Graph,
        MapProblem, Node, NodeTarget, case_graph,
    },
};

/// Plans an entity and everything it contains.
pub(crate) fn plan(entity: &'static EntityDescriptor) -> Result<Arc<Plan>, CompileError> {
    Planner { path: Vec::new() }.plan(entity)
}

/// Plans the graph that a dynamic task has built, and everything the graph contains.
pub(in crate::engine) fn plan_dynamic(graph: &Arc<Graph>) -> Result<Arc<Plan>, CompileError> {
    let plan = Planner { path: Vec::new() }.nodes(graph);
    plan.map(Arc::new).map_err(|problem| CompileError {
        workflow: graph.entity().name().to_owned(),
        location: graph.entity().location(),
        problems: vec![problem],
    })
}

/// How deep workflows may be nested.
const MAX_LEVELS: usize = 256;

/// How many levels are planned on one stack. The smallest in use, those of test threads and async workers, hold three times as
/// many in a build without optimisations.
const LEVELS_A_STACK: usize = 64;

/// Goes on in a thread of its own, and waits for it.
fn on_another_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

struct Planner {
    /// The workflows around the current one; seeing one again means that it contains itself.
    path: Vec<&'static EntityDescriptor>,
}

impl Planner {
    fn plan(&mut self, entity: &'static EntityDescriptor) -> Result<Arc<Plan>, CompileError> {
        let graph = entity.graph()?;
        let fail = |problem| CompileError {
            workflow: entity.name().to_owned(),
            location: entity.location(),
            problems: vec![problem],
        };
        if let Some(duplicate) = FlyteEntities::registry().duplicate_of(entity) {
            return Err(fail(CompileProblem::Duplicate(duplicate.clone())));
        }
        if let Some(start) = self
            .path
            .iter()
            .position(|around| std::ptr::eq(*around, entity))
        {
            let path = self.path[start..]
                .iter()
                .chain([&entity])
                .map(|entity| entity.name().to_owned())
                .collect();
            return Err(fail(CompileProblem::Recursion { path }));
        }
        if self.path.len() == MAX_LEVELS {
            return Err(fail(CompileProblem::TooDeep { levels: MAX_LEVELS }));
        }
        self.path.push(entity);
        let plan = if self.path.len().is_multiple_of(LEVELS_A_STACK) {
            on_another_stack(|| self.nodes(&graph))
        } else {
            self.nodes(&graph)
        };
        self.path.pop();
        plan.map(Arc::new).map_err(fail)
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
        for (node, first_slot) in graph.nodes().iter().zip(&wiring.first_slots) {
            if let NodeTarget::Map(map) = node.target()
                && map.is_tolerant()
                && !map.outputs.is_empty()
                && wiring
                    .uses
                    .get(*first_slot as usize)
                    .is_some_and(|uses| *uses > 0)
            {
                return Err(CompileProblem::Map {
                    location: map.location(),
                    problem: MapProblem::BeforeOptional,
                });
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
                    #[cfg(feature = "remote")]
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
        };
        Ok(PlanNode {
            entity,
            action,
            policy: match node.target() {
                NodeTarget::Task(entity) => AttemptPolicy::of(entity, node.overrides()),
                _ => None,
            },
            #[cfg(feature = "remote")]
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
        if let Some(duplicate) = FlyteEntities::registry().duplicate_of(entity) {
            return Err(CompileProblem::Duplicate(duplicate.clone()));
        }
        Ok(match entity.body() {
            EntityBody::Task { run, .. }
            | EntityBody::Reference { run, .. }
            | EntityBody::Gate { run, .. }
            | EntityBody::BuiltIn { run, .. } => Action::Task(*run),
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
        match entity.known_plan() {
            Some(plan) => plan,
            None => {
                let plan = self.plan(entity);
                // What contains itself is reported once, for the workflow that was asked for.
                if plan.is_ok() {
                    entity.keep_plan(plan)
                } else {
                    plan
                }
            }
        }
        .map_err(|error| match error.problems.as_slice() {
            [problem @ (CompileProblem::Recursion { .. } | CompileProblem::TooDeep { .. })] => {
                problem.clone()
            }
            _ => CompileProblem::SubWorkflow(Box::new(error)),
        })
    }
}

//! A graph in the form the engine walks: indices instead of names, everything counted beforehand.

use std::sync::Arc;

use crate::{
    entity::{EntityBody, EntityDescriptor, FailurePolicy, FlyteEntities, RunTask},
    graph::{
        Assemble, BindingData, CompileError, CompileProblem, Graph, PathStep, Producer, Projection,
    },
    types::Value,
};

/// Where an argument comes from.
pub(crate) enum Arg {
    /// The value of a slot.
    Slot(u32),
    /// A constant of the body.
    Constant(Value),
    /// Something made of several values.
    Computed(Box<Computed>),
}

/// An argument that is made when it is needed.
pub(crate) enum Computed {
    /// A part of the value of a slot.
    Part {
        slot: u32,
        path: Vec<(PathStep, Projection)>,
    },
    /// A list or an `Option`.
    Collection { items: Vec<Arg>, assemble: Assemble },
    /// A map.
    Map {
        keys: Vec<String>,
        items: Vec<Arg>,
        assemble: fn(Vec<(String, Value)>) -> Option<Value>,
    },
}

/// What a node does.
pub(crate) enum Action {
    /// Runs a task.
    Task(RunTask),
    /// Runs another graph.
    Workflow(Arc<Plan>),
}

/// One node.
pub(crate) struct PlanNode {
    pub(crate) entity: &'static EntityDescriptor,
    pub(crate) action: Action,
    /// One for each input, in declaration order.
    pub(crate) args: Vec<Arg>,
    /// The slot of its first output; the others follow.
    pub(crate) first_slot: u32,
    /// How many nodes have to be done first.
    pub(crate) waits_for: u32,
    /// The nodes that wait for this one.
    pub(crate) successors: Vec<u32>,
}

/// A graph ready to be executed, with everything it contains.
///
/// The values of a frame live in slots: first the inputs of the graph, then the outputs of each node.
pub(crate) struct Plan {
    pub(crate) graph: Arc<Graph>,
    pub(crate) nodes: Vec<PlanNode>,
    /// The nodes that wait for nothing.
    pub(crate) roots: Vec<u32>,
    /// For each slot how many arguments and outputs read it.
    pub(crate) slot_uses: Vec<u32>,
    /// One for each output of the graph.
    pub(crate) outputs: Vec<Arg>,
    pub(crate) failure_policy: FailurePolicy,
    /// The failure handler.
    pub(crate) on_failure: Option<PlanNode>,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("graph", &self.graph)
            .finish_non_exhaustive()
    }
}

/// Plans an entity and everything it contains.
pub(crate) fn plan(entity: &'static EntityDescriptor) -> Result<Arc<Plan>, CompileError> {
    Planner { path: Vec::new() }.plan(entity)
}

/// Plans the graph that a dynamic task has built, and everything the graph contains.
pub(crate) fn plan_dynamic(graph: &Arc<Graph>) -> Result<Arc<Plan>, CompileError> {
    let plan = Planner { path: Vec::new() }.nodes(graph);
    plan.map(Arc::new).map_err(|problem| CompileError {
        workflow: graph.entity().name().to_owned(),
        location: graph.entity().location(),
        problems: vec![problem],
    })
}

/// How deep workflows may be nested. The smallest stacks in use, those of test threads and async workers, hold twice as many.
const MAX_LEVELS: usize = 256;

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
        let plan = self.nodes(&graph);
        self.path.pop();
        plan.map(Arc::new).map_err(fail)
    }

    fn nodes(&mut self, graph: &Arc<Graph>) -> Result<Plan, CompileProblem> {
        let inputs = graph.interface().inputs.len() as u32;
        let mut first_slots = Vec::with_capacity(graph.nodes().len());
        let mut slots = inputs;
        for node in graph.nodes() {
            first_slots.push(slots);
            slots += node.target().entity().outputs().len() as u32;
        }
        let mut wiring = Wiring {
            graph,
            first_slots,
            uses: vec![0; slots as usize],
        };
        let mut nodes = Vec::with_capacity(graph.nodes().len());
        for (index, node) in graph.nodes().iter().enumerate() {
            let first_slot = wiring.first_slots[index];
            nodes.push(self.node(node, first_slot, &mut wiring)?);
        }
        for (index, node) in graph.nodes().iter().enumerate() {
            for &up in node.upstream() {
                nodes[up].successors.push(index as u32);
            }
        }
        let roots = nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.waits_for == 0)
            .map(|(index, _)| index as u32)
            .collect();
        let outputs = graph
            .outputs()
            .iter()
            .map(|binding| wiring.arg(&binding.data))
            .collect();
        let on_failure = match graph.failure_node() {
            Some(node) => Some(self.node(node, slots, &mut wiring)?),
            None => None,
        };
        let failure_policy = graph
            .entity()
            .workflow_options()
            .map_or_else(FailurePolicy::default, |options| options.failure_policy);
        Ok(Plan {
            graph: Arc::clone(graph),
            nodes,
            roots,
            slot_uses: wiring.uses,
            outputs,
            failure_policy,
            on_failure,
        })
    }

    fn node(
        &mut self,
        node: &crate::graph::Node,
        first_slot: u32,
        wiring: &mut Wiring<'_>,
    ) -> Result<PlanNode, CompileProblem> {
        let entity = node.target().entity();
        if let Some(duplicate) = FlyteEntities::registry().duplicate_of(entity) {
            return Err(CompileProblem::Duplicate(duplicate.clone()));
        }
        let action = match entity.body() {
            EntityBody::Task { run, .. }
            | EntityBody::Reference { run, .. }
            | EntityBody::Gate { run } => Action::Task(*run),
            _ => Action::Workflow(self.sub_plan(entity)?),
        };
        // Bindings are sorted by name, a function's inputs are in the order of its declaration.
        let args = entity.inputs().iter().map(|input| {
            let binding = node
                .bindings()
                .iter()
                .find(|binding| binding.var == input.name);
            binding.map(|binding| wiring.arg(&binding.data))
        });
        Ok(PlanNode {
            entity,
            action,
            args: args.flatten().collect(),
            first_slot,
            waits_for: node.upstream().len() as u32,
            successors: Vec::new(),
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

/// From bindings to slots.
struct Wiring<'a> {
    graph: &'a Graph,
    first_slots: Vec<u32>,
    uses: Vec<u32>,
}

impl Wiring<'_> {
    fn arg(&mut self, data: &BindingData) -> Arg {
        match data {
            BindingData::Promise(reference) => {
                let reference = self.graph.resolve(reference);
                let slot = reference.output as u32
                    + match reference.producer {
                        Producer::Start => 0,
                        Producer::Node(node) => self.first_slots[node],
                    };
                self.uses[slot as usize] += 1;
                if reference.is_whole() {
                    return Arg::Slot(slot);
                }
                let path = reference
                    .path
                    .into_iter()
                    .zip(reference.projections)
                    .collect();
                Arg::Computed(Box::new(Computed::Part { slot, path }))
            }
            BindingData::Constant(constant) => Arg::Constant(constant.value.clone()),
            BindingData::Collection { items, assemble } => {
                let items = items.iter().map(|item| self.arg(item)).collect();
                Arg::Computed(Box::new(Computed::Collection {
                    items,
                    assemble: *assemble,
                }))
            }
            BindingData::Map { items, assemble } => {
                let keys = items.keys().cloned().collect();
                let items = items.values().map(|item| self.arg(item)).collect();
                Arg::Computed(Box::new(Computed::Map {
                    keys,
                    items,
                    assemble: *assemble,
                }))
            }
            BindingData::Optional { item, assemble } => {
                let items = vec![self.arg(item)];
                Arg::Computed(Box::new(Computed::Collection {
                    items,
                    assemble: *assemble,
                }))
            }
        }
    }
}

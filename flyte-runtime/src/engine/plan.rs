//! A graph in the form the engine walks: indices instead of names, everything counted beforehand.

use std::sync::{Arc, OnceLock};

#[cfg(feature = "remote")]
use super::isolated;
use super::{
    branches::{BranchPlan, DefaultPlan, Side, Test},
    maps::MapPlan,
    notice,
    retries::AttemptPolicy,
};
use crate::{
    entity::{EntityBody, EntityDescriptor, FailurePolicy, RunTask},
    gate,
    graph::{
        Assemble, Binding, BindingData, BooleanExpression, BranchElse, BranchNode, CaseNode,
        CompileError, CompileProblem, Graph, Node, NodeTarget, Operand, PathStep, Producer,
        Projection, RawReference, case_graph, complete_dynamic, next_level,
    },
    types::{TypeInfo, Value},
};

/// Where an argument comes from.
pub(crate) enum Arg {
    /// The value of a slot.
    Slot(u32),
    /// A constant of the body.
    Constant(Value),
    /// The failure that a handler is told of, as a value of this type.
    Failure(TypeInfo),
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
    /// What is of another Rust type with the same form in Flyte.
    Converted {
        item: Arg,
        from: TypeInfo,
        to: TypeInfo,
    },
}

/// What a node does.
pub(crate) enum Action {
    /// Runs a task.
    Task(RunTask),
    /// Runs another graph.
    Workflow(Arc<Plan>),
    /// Runs one of several graphs.
    Branch(Box<BranchPlan>),
    /// Runs something for each element of a list.
    Map(Box<MapPlan>),
}

/// A case of a branch: a graph of its own.
pub(crate) struct CasePlan {
    pub(crate) plan: Arc<Plan>,
    /// For each of its inputs which argument of the branch node it is; no argument twice.
    pub(crate) arguments: Vec<usize>,
}

/// One node.
pub(crate) struct PlanNode {
    /// What it runs; for a branch and a case of one the workflow that they are written in, for a map what runs for each element.
    pub(crate) entity: &'static EntityDescriptor,
    pub(crate) action: Action,
    /// One for each input, in declaration order; for a branch one for each value that its conditions and cases use.
    pub(crate) args: Vec<Arg>,
    /// What is to be done about its attempts besides making one; `None` for most.
    pub(crate) policy: Option<Box<AttemptPolicy>>,
    /// How much memory its attempts may have that are processes, in bytes.
    #[cfg(feature = "remote")]
    pub(super) memory: Option<u64>,
    /// The slot of its first output; the others follow.
    pub(crate) first_slot: u32,
    /// How many nodes have to be done first.
    pub(crate) waits_for: u32,
    /// The nodes that wait for this one.
    pub(crate) successors: Vec<u32>,
    /// The slot of its only output, when nobody reads that but the only node that waits for this one, and that node waits for no
    /// other: whoever runs both hands the value on without the slot.
    pub(crate) hands_on: Option<u32>,
}

/// A graph ready to be executed, with everything it contains.
///
/// The values of a frame live in slots: first the inputs of the graph, then the outputs of each node.
pub(crate) struct Plan {
    pub(crate) graph: Arc<Graph>,
    pub(crate) nodes: Vec<PlanNode>,
    /// The nodes that wait for nothing.
    pub(crate) roots: Vec<u32>,
    /// How many nodes no other waits for.
    pub(crate) last_nodes: u32,
    /// For each slot how many arguments and outputs read it.
    pub(crate) slot_uses: Vec<u32>,
    /// One for each output of the graph.
    pub(crate) outputs: Vec<Arg>,
    pub(crate) failure_policy: FailurePolicy,
    /// The failure handler.
    pub(crate) on_failure: Option<PlanNode>,
    /// For runs in this process and for isolated ones, each made at the first.
    pub(super) notices: [OnceLock<Option<String>>; 2],
}

impl Plan {
    /// What a run says about options that have no effect on this machine.
    pub(crate) fn notice(&self, is_isolated: bool) -> Option<&str> {
        let notice = &self.notices[usize::from(is_isolated)];
        let made = notice.get_or_init(|| notice::of(self, is_isolated));
        made.as_deref()
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("graph", &self.graph)
            .finish_non_exhaustive()
    }
}

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
    entity.complete()?;
    Planner { level: 0 }.plan(entity)
}

/// Plans the graph that a dynamic task has built, and everything the graph contains.
pub(crate) fn plan_dynamic(graph: &Arc<Graph>) -> Result<Arc<Plan>, CompileError> {
    complete_dynamic(graph)?;
    let plan = Planner { level: 0 }.nodes(graph);
    plan.map(Arc::new).map_err(|problem| CompileError {
        workflow: graph.entity().name().to_owned(),
        location: graph.entity().location(),
        problems: vec![problem],
    })
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
        plan.map(Arc::new).map_err(|problem| CompileError {
            workflow: entity.name().to_owned(),
            location: entity.location(),
            problems: vec![problem],
        })
    }

    fn nodes(&mut self, graph: &Arc<Graph>) -> Result<Plan, CompileProblem> {
        let inputs = graph.interface().inputs.len() as u32;
        let mut first_slots = Vec::with_capacity(graph.nodes().len());
        let mut slots = inputs;
        for node in graph.nodes() {
            first_slots.push(slots);
            slots += node.target().output_count() as u32;
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
                    memory: isolated::memory(map.entity(), node.overrides()),
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
                NodeTarget::Task(entity) => isolated::memory(entity, node.overrides()),
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
        };
        let plan = BranchPlan {
            name: branch.name().to_owned(),
            location: branch.location(),
            cases,
            default,
        };
        Ok((plan, arguments.slots.into_iter().map(Arg::Slot).collect()))
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

/// The slots that a branch node reads.
#[derive(Default)]
struct Arguments {
    slots: Vec<u32>,
}

impl Arguments {
    /// Which argument the whole value behind a reference is, and the way to the part.
    fn of(
        &mut self,
        reference: &RawReference,
        wiring: &mut Wiring<'_>,
    ) -> (usize, Vec<(PathStep, Projection)>) {
        let (slot, path) = wiring.slot(reference);
        let known = self.slots.iter().position(|known| *known == slot);
        let argument = known.unwrap_or_else(|| {
            wiring.uses[slot as usize] += 1;
            self.slots.push(slot);
            self.slots.len() - 1
        });
        (argument, path)
    }

    fn test(
        &mut self,
        expression: &BooleanExpression,
        node: &Node,
        wiring: &mut Wiring<'_>,
    ) -> Result<Test, CompileProblem> {
        Ok(match expression {
            BooleanExpression::Comparison {
                operator,
                left,
                right,
            } => Test::Compare(
                *operator,
                self.side(left, node, wiring)?,
                self.side(right, node, wiring)?,
            ),
            BooleanExpression::Conjunction { operator, terms } => {
                let terms = terms.iter().map(|term| self.test(term, node, wiring));
                Test::Join(*operator, terms.collect::<Result<_, _>>()?)
            }
        })
    }

    fn side(
        &mut self,
        operand: &Operand,
        node: &Node,
        wiring: &mut Wiring<'_>,
    ) -> Result<Side, CompileProblem> {
        match operand {
            Operand::Constant(constant) => match constant.to_literal() {
                Ok(literal) => Ok(Side::Constant(literal)),
                Err(error) => Err(CompileProblem::Condition { error }),
            },
            Operand::Variable { name, info } => {
                let bound = |binding: &&Binding| binding.var == name.as_str();
                let binding = node.bindings().iter().find(bound);
                let Some(BindingData::Promise(reference)) = binding.map(|binding| &binding.data)
                else {
                    unreachable!("each variable of a condition is a binding of its node")
                };
                let (argument, path) = self.of(reference, wiring);
                Ok(Side::Argument {
                    argument,
                    path,
                    info: *info,
                })
            }
        }
    }
}

/// Finds the nodes whose output goes to the next one alone.
fn hand_on(nodes: &mut [PlanNode], graph: &Graph, uses: &[u32]) {
    for index in 0..nodes.len() {
        let node = &nodes[index];
        let &[successor] = node.successors.as_slice() else {
            continue;
        };
        let (slot, next) = (node.first_slot, &nodes[successor as usize]);
        let reads = |arg: &Arg| matches!(arg, Arg::Slot(read) if *read == slot);
        if graph.nodes()[index].target().output_count() == 1
            && uses[slot as usize] == 1
            && next.waits_for == 1
            && next.args.iter().any(reads)
        {
            nodes[index].hands_on = Some(slot);
        }
    }
}

/// From bindings to slots.
struct Wiring<'a> {
    graph: &'a Arc<Graph>,
    first_slots: Vec<u32>,
    uses: Vec<u32>,
}

impl Wiring<'_> {
    /// The argument for an input of a node.
    fn bound(&mut self, node: &Node, input: &str) -> Option<Arg> {
        let mut bindings = node.bindings().iter();
        let binding = bindings.find(|binding| binding.var == input)?;
        Some(self.arg(&binding.data))
    }

    /// The slot of the whole value behind a reference, and the way to the part.
    fn slot(&self, reference: &RawReference) -> (u32, Vec<(PathStep, Projection)>) {
        let reference = self.graph.resolve(reference);
        let slot = reference.output as u32
            + match reference.producer {
                Producer::Start => 0,
                Producer::Node(node) => self.first_slots[node],
            };
        let path = reference.path.into_iter().zip(reference.projections);
        (slot, path.collect())
    }

    fn arg(&mut self, data: &BindingData) -> Arg {
        match data {
            BindingData::Promise(reference) => {
                let (slot, path) = self.slot(reference);
                self.uses[slot as usize] += 1;
                if path.is_empty() {
                    return Arg::Slot(slot);
                }
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
            BindingData::Converted { item, from, to } => {
                Arg::Computed(Box::new(Computed::Converted {
                    item: self.arg(item),
                    from: *from,
                    to: *to,
                }))
            }
            BindingData::Cast { item, assemble } => {
                let items = vec![self.arg(item)];
                Arg::Computed(Box::new(Computed::Collection {
                    items,
                    assemble: *assemble,
                }))
            }
        }
    }
}

//! Compiles a workflow's body to its graph.

use std::sync::Arc;

use super::{
    Binding, BindingData, Graph, Interface, IntoBinding, Node, NodeRef, WorkflowBody,
    builder::NodeList, node::RawReference, overrides::OverrideError, plain_call,
};
use crate::{
    error::BoxError,
    graph::{
        compilation::{Building, CompilationState, with_node_list},
        entity::{EntityBody, EntityDescriptor, Location},
        gate::GateCondition,
    },
    panic::{self, Panic},
    text::hanging,
    types::{FlyteError, LiteralType, TypeError},
};
use flyte_scope as scope;
use flyte_scope::Entry;

/// A workflow that cannot be compiled, with everything that is wrong with it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{workflow}` ({location}) cannot be compiled:{}", list(.problems))]
#[non_exhaustive]
pub struct CompileError {
    /// The workflow's name.
    pub workflow: String,
    /// Where it is defined.
    pub location: Location,
    /// What is wrong, at least one.
    pub problems: Vec<CompileProblem>,
}

impl CompileError {
    /// An error with one problem, which the engine found in an entity.
    #[doc(hidden)]
    pub fn of(entity: &EntityDescriptor, problem: CompileProblem) -> Self {
        Self {
            workflow: entity.name().to_owned(),
            location: entity.location(),
            problems: vec![problem],
        }
    }
}

fn list(problems: &[CompileProblem]) -> String {
    match problems {
        [problem] => format!(" {problem}"),
        problems => problems
            .iter()
            .map(|problem| format!("\n  - {problem}"))
            .collect(),
    }
}

/// One mistake that only running a workflow's body can show.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileProblem {
    /// A promise was used in another workflow than the one that made it.
    #[error(
        "`{used_by}` is given a promise that was made in another workflow; pass the value through an input instead"
    )]
    ForeignPromise {
        /// The entity whose call was given the promise.
        used_by: String,
    },
    /// A part of something that is known while the graph is built, which has no such part.
    #[error(
        "the part `{part}` of a value that is known while the graph is built cannot be taken: {reason}"
    )]
    PartOfKnown {
        /// The part.
        part: String,
        /// Why.
        reason: String,
    },
    /// A promise that was made in a case of a branch was used outside of it.
    #[error(
        "`{used_by}` at {used_at} is given a promise that was made in one case of the branch at {branch}, and only \
         that case \
         can use it; make it what the branch gives"
    )]
    LeftBranch {
        /// The entity whose call was given the promise.
        used_by: String,
        /// Where it was given the promise.
        used_at: Location,
        /// Where the branch is in whose case the promise was made.
        branch: Location,
    },
    /// A case of a branch calls tasks before it fails.
    #[error(
        "the case of the branch at {location} that fails with {message:?} calls tasks, too, which would never run; \
         remove the calls"
    )]
    FailingBranchCalls {
        /// The message it fails with.
        message: String,
        /// Where the branch is.
        location: Location,
    },
    /// Every case of a branch with a value fails.
    #[error(
        "every case of the branch at {location} fails, so there is nothing that it could give; call a task that fails \
         instead, or end \
         one of the cases with a value"
    )]
    AllCasesFail {
        /// Where the branch is.
        location: Location,
    },
    /// A condition without `else_`, for which nothing was built.
    #[error(
        "the condition `{name}` at {location} has no `else_`: end it with `.else_().then(..)` or `.else_().fail(..)`"
    )]
    UnfinishedCondition {
        /// The name of the condition.
        name: String,
        /// Where it is.
        location: Location,
    },
    /// A condition in which groups of `&&` and `||` alternate too deeply.
    #[error(
        "a condition of the branch at {location} has `&&` inside of `||` inside of `&&` more than {levels} deep; let a \
         task look at the values and give a `bool`"
    )]
    ConditionTooDeep {
        /// Where the branch is.
        location: Location,
        /// The deepest nesting allowed.
        levels: u32,
    },
    /// A constant that Flyte's form cannot hold, in a condition.
    #[error("a constant in a condition: {error}")]
    Condition {
        /// What is wrong with it.
        error: TypeError,
    },
    /// `>>` or `runs_before` with a value that does not come from a node.
    #[error("{}", match foreign {
        true => "`>>` orders a result of another workflow",
        false => "nothing can run before an input of the workflow, which is there from the start",
    })]
    OrderedInput {
        /// Whether the promise is from another workflow.
        foreign: bool,
    },
    /// `with_overrides` on an input of the workflow.
    #[error("`with_overrides` changes a call, and an input of the workflow is not a call")]
    OverriddenInput,
    /// `with_overrides` in a branch on a call outside of it.
    #[error(
        "`with_overrides` in a case of a branch changes a call outside of the branch, which is made once for all \
         cases; change it \
         where it is called"
    )]
    OverriddenOutside,
    /// `with_overrides` on the result of a branch, with options that only tasks have.
    #[error(
        "node `{node}` is a branch, which has an id and a name and no other option to override; override the calls in \
         it"
    )]
    OverriddenBranch {
        /// The id of the node.
        node: String,
    },
    /// `with_overrides` on the combined results of several calls.
    #[error(
        "`with_overrides` changes one call, and this is the result of {nodes}; change each on its own"
    )]
    OverriddenSeveral {
        /// The number of calls.
        nodes: usize,
    },
    /// An override with an impossible value.
    #[error("node `{node}`: {error}")]
    Override {
        /// The id of the node.
        node: String,
        /// What is wrong with the value.
        error: OverrideError,
    },
    /// Two nodes with the same id.
    #[error("two nodes have the id `{id}`; give one of them another `node_name`")]
    DuplicateNode {
        /// The id.
        id: String,
    },
    /// Nodes that wait for each other.
    #[error("nodes wait for each other: {}", .nodes.join(" >> "))]
    Cycle {
        /// The ids along the cycle; the last repeats the first.
        nodes: Vec<String>,
    },
    /// A workflow that contains itself.
    #[error(
        "a workflow cannot contain itself: {}; a recursion that ends depends on a value, so write it as a `#[dynamic]` \
         task, whose inputs are values",
        .path.join(" -> ")
    )]
    Recursion {
        /// The names along the way.
        path: Vec<String>,
    },
    /// Workflows nested too deeply to walk on a thread's stack.
    #[error(
        "workflows are nested more than {levels} deep; call some of them side by side instead of one inside the other"
    )]
    TooDeep {
        /// The deepest nesting allowed.
        levels: usize,
    },
    /// A nested workflow cannot be compiled.
    #[error(transparent)]
    SubWorkflow(Box<CompileError>),
    /// Two entities share the name of an entity that this workflow needs.
    #[error(transparent)]
    Duplicate(crate::graph::entity::DuplicateEntity),
    /// The handler of `on_failure` cannot be called with the workflow's inputs.
    #[error(
        "the failure handler `{handler}` has inputs that do not align with the workflow's: {reason}; it must take \
         every input of \
         the workflow, and its others must be optional"
    )]
    FailureHandler {
        /// The handler's name.
        handler: String,
        /// Which input is wrong and how.
        reason: String,
    },
    /// A workflow built in code without a name.
    #[error(
        "the workflow has no name; give `WorkflowBuilder::new` one, such as `my_crate.pipeline`"
    )]
    NoName,
    /// A workflow built in code without a call.
    #[error("nothing is called; a workflow needs at least one node")]
    NoNodes,
    /// An input of a workflow built in code that is never read.
    #[error("nothing reads the input `{name}`; remove it, or pass it to a call")]
    UnusedInput {
        /// The input's name.
        name: String,
    },
    /// Two inputs with the same name.
    #[error("two inputs are named `{name}`")]
    DuplicateInput {
        /// The name.
        name: String,
    },
    /// An invalid map.
    #[error("the map at {location}: {problem}")]
    Map {
        /// Where the map or its option is written.
        location: Location,
        /// What is wrong with it.
        problem: super::MapProblem,
    },
    /// Two outputs with the same name.
    #[error("two outputs are named `{name}`")]
    DuplicateOutput {
        /// The name.
        name: String,
    },
    /// A call by name gives an input that the entity does not declare.
    #[error("`{entity}` has no input `{name}`; its inputs are: {known}")]
    UnknownInput {
        /// The entity's name.
        entity: String,
        /// The name that was given.
        name: String,
        /// The declared names.
        known: String,
    },
    /// A call by name gives an input twice.
    #[error("the input `{name}` of `{entity}` is given twice")]
    InputTwice {
        /// The entity's name.
        entity: String,
        /// The input's name.
        name: String,
    },
    /// A call by name gives an input of another type.
    #[error("the input `{name}` of `{entity}` is `{expected}`, and `{found}` is given")]
    InputType {
        /// The entity's name.
        entity: String,
        /// The input's name.
        name: String,
        /// The declared type.
        expected: &'static str,
        /// The type of the given value.
        found: &'static str,
    },
    /// A call by name gives a value of a type that Flyte casts to the input's type, but this value cannot be cast.
    #[error("the input `{name}` of `{entity}` cannot be given: {source}")]
    InputValue {
        /// The entity's name.
        entity: String,
        /// The input's name.
        name: String,
        /// What is wrong with the value.
        source: TypeError,
    },
    /// A call by name leaves out a required input.
    #[error("the input `{name}` of `{entity}` is required and not given")]
    MissingInput {
        /// The entity's name.
        entity: String,
        /// The input's name.
        name: String,
    },
    /// A requested output that the entity does not have.
    #[error("`{entity}` has no output `{name}`; its outputs are: {known}")]
    UnknownOutput {
        /// The entity's name.
        entity: String,
        /// The requested name.
        name: String,
        /// The names that the entity has.
        known: String,
    },
    /// An output was requested with another type.
    #[error("the output `{name}` of `{entity}` is `{declared}`, and is asked for as `{asked}`")]
    OutputType {
        /// The entity's name.
        entity: String,
        /// The output's name.
        name: String,
        /// The declared type.
        declared: &'static str,
        /// The requested type.
        asked: &'static str,
    },
    /// A schedule passes its time to an input that is not a point in time.
    #[error(
        "the schedule gives its time to `{input}`, which is `{rust_name}`; its type must be a point in time, such as \
         `SystemTime`"
    )]
    KickoffTime {
        /// The input's name.
        input: &'static str,
        /// Its type.
        rust_name: &'static str,
    },
    /// An approval of a workflow input, which the user who started the workflow has given.
    #[error(
        "the gate `{gate}` approves an input of the workflow, which whoever started it has chosen; approve what a task \
         makes of it"
    )]
    ApprovedInput {
        /// The gate's name.
        gate: String,
    },
    /// Two gates with the same name; one answer would open both.
    #[error(
        "two gates are named `{gate}`, and a cluster could not tell their answers apart; give one of them another name"
    )]
    DuplicateGate {
        /// The name.
        gate: String,
    },
    /// An invalid duration of a gate.
    #[error("the gate `{gate}`: {error}")]
    GateTime {
        /// The gate's name.
        gate: String,
        /// What is wrong with the duration.
        error: OverrideError,
    },
    /// A gate that times out before a user can answer.
    #[error(
        "the gate `{gate}` has a timeout of zero, so nobody could answer it; write for example `\"1h\"`"
    )]
    GateWithoutTime {
        /// The gate's name.
        gate: String,
    },
    /// The body calls a task's plain function where the macro cannot see the call.
    #[error(
        "{}`{task}` would run while the graph is built: a call is a node where the name of the task stands before the \
         parentheses, by itself or behind the name of a module in lower case, so write \
         `{function}(..)` in the body{}, or `|x| {function}(x)` where a function is passed on, and make a helper that \
         calls it a task \
         or a workflow",
        place(.at), by_name(.function)
    )]
    PlainCall {
        /// The path of the task's function.
        task: String,
        /// Its name.
        function: String,
        /// The statement of the body that makes the call.
        at: Option<Location>,
    },
    /// The body panicked.
    #[error("its body panicked at {place}: {}", hanging(message))]
    Panicked {
        /// The panic's message.
        message: String,
        /// File and line.
        place: String,
    },
}

/// How to call a task that has too many inputs for the macro to recognise it by them.
fn by_name(function: &str) -> String {
    let is_asked = !function.starts_with(|first: char| first == '_' || first.is_lowercase());
    let is_asked = is_asked || function == "drop";
    // The number is `MOST_ASKED` of the macros.
    let shown = || format!(" (of more than 16 inputs, name each: `{function}(a = .., ..)`)");
    is_asked.then(shown).unwrap_or_default()
}

fn place(at: &Option<Location>) -> String {
    at.map_or_else(String::new, |at| format!("at {at} "))
}

/// Runs a workflow's body in a fresh compilation state and returns the graph; a task becomes a graph of one node.
///
/// The state is fresh so that ids do not depend on which workflow was compiled first.
pub fn compile(entity: &'static EntityDescriptor) -> Result<Arc<Graph>, CompileError> {
    let state = CompilationState::new("").of_workflow();
    let mut body = state.with_nodes(|list| {
        list.of_entity(entity);
        WorkflowBody::new(list)
    });
    let (built, _) = scope::within(Building::new(state.clone()), || {
        panic::catch(|| {
            plain_call::refused_in(None, || build(entity, &mut body));
            body
        })
    });
    let mut list = state.into_nodes();
    let body = match built {
        Ok(body) => Some(body),
        Err(panic) => {
            // A refused call panics; its problem is already in the list.
            if !list.problems.iter().any(|problem| {
                matches!(problem, CompileProblem::PlainCall { .. })
                    && problem.to_string() == panic.message
            }) {
                list.problems.push(CompileProblem::Panicked {
                    message: panic.message,
                    place: panic.place,
                });
            }
            None
        }
    };
    let interface = entity.interface();
    let data = body.map(|body| body.outputs.data).unwrap_or_default();
    graph(entity, interface, list, data, FailureNodeId::Numbered)
}

/// Why the body of a dynamic task built no graph.
pub enum NotBuilt {
    /// It panicked.
    Panicked(Panic),
    /// Its inputs could not be converted for it.
    Failed(BoxError),
    /// The graph it built is invalid.
    Wrong(CompileError),
}

/// Runs the body of a dynamic task in the context that `enter` makes of a state, and returns the graph it builds. The
/// graph has the task's outputs and no inputs.
///
/// # Errors
///
/// When the body panics, its inputs cannot be converted for it, or the graph it builds is invalid.
pub fn compile_dynamic<E: Entry>(
    entity: &'static EntityDescriptor,
    enter: impl FnOnce(CompilationState) -> Arc<E>,
    build: impl FnOnce(&mut WorkflowBody) -> Result<(), BoxError>,
) -> Result<Arc<Graph>, NotBuilt> {
    let state = CompilationState::new(DYNAMIC_PREFIX);
    let entry = enter(state.clone());
    let mut body = state.with_nodes(|list| {
        list.of_entity(entity);
        WorkflowBody::new(list)
    });
    let (built, _) = scope::within(entry, || panic::catch(|| build(&mut body).map(|()| body)));
    let built = built.map_err(NotBuilt::Panicked)?;
    let data = built.map_err(NotBuilt::Failed)?.outputs.data;
    let interface = Interface {
        inputs: Vec::new(),
        outputs: entity.interface().outputs,
    };
    graph(
        entity,
        interface,
        state.into_nodes(),
        data,
        FailureNodeId::Numbered,
    )
    .map_err(NotBuilt::Wrong)
}

/// The prefix of the ids of nodes that a dynamic task makes.
const DYNAMIC_PREFIX: &str = "d";

/// flytekit's id for the node of a failure handler.
#[derive(Clone, Copy)]
pub(super) enum FailureNodeId {
    /// `fn0`, after the prefix of the graph.
    Numbered,
    /// `efn`, in workflows that are built in code.
    Imperative,
}

/// Makes the graph from the nodes of a body.
pub(super) fn graph(
    entity: &'static EntityDescriptor,
    interface: Interface,
    mut list: NodeList,
    data: Vec<BindingData>,
    failure_node_id: FailureNodeId,
) -> Result<Arc<Graph>, CompileError> {
    list.check_outputs(&data, entity);
    let outputs: Vec<Binding> = interface
        .outputs
        .iter()
        .zip(data)
        .map(|(output, data)| Binding {
            var: output.name.clone(),
            data,
        })
        .collect();
    let failure_node = failure_node(entity, &interface, failure_node_id, &mut list);
    list.settle_upstream();
    list.apply_overrides();
    check_gates(&mut list);
    check_kickoff_time(entity, &mut list);
    list.check_ids(failure_node.as_ref());
    let NodeList {
        nodes,
        parts,
        problems,
        ..
    } = list;
    let graph = Graph {
        entity,
        name: None,
        interface,
        nodes,
        outputs,
        failure_node,
        parts,
    };
    let mut problems = problems;
    problems.extend(graph.cycle());
    if problems.is_empty() {
        return Ok(Arc::new(graph));
    }
    Err(CompileError {
        workflow: entity.name().to_owned(),
        location: entity.location(),
        problems,
    })
}

fn build(entity: &'static EntityDescriptor, body: &mut WorkflowBody) {
    match entity.body() {
        EntityBody::Workflow { build, .. } | EntityBody::LaunchPlan { build, .. } => build(body),
        EntityBody::Imperative(_) => {
            unreachable!("a workflow that was built in code has its graph from the start")
        }
        // A single task is a workflow of one node that passes all inputs and outputs through.
        EntityBody::Task { .. }
        | EntityBody::Reference { .. }
        | EntityBody::Gate { .. }
        | EntityBody::BuiltIn { .. } => {
            single_node(entity, body);
        }
    }
}

fn single_node(entity: &'static EntityDescriptor, body: &mut WorkflowBody) {
    with_node_list(|list| {
        let Some(list) = list else { return };
        let start = |position: usize| reference(list.start(), position);
        let arguments = (0..entity.inputs().len()).map(start).collect();
        let node = list.add_node(entity, arguments, entity.location());
        body.outputs.data = (0..entity.outputs().len())
            .map(|position| reference(node, position))
            .collect();
    });
}

fn reference(node: NodeRef, position: usize) -> BindingData {
    BindingData::Promise(RawReference {
        node,
        output: Ok(position as u32),
    })
}

/// The node of `on_failure`: the handler, with the workflow's inputs and with the error in an input named `err`.
fn failure_node(
    entity: &'static EntityDescriptor,
    interface: &Interface,
    id: FailureNodeId,
    list: &mut NodeList,
) -> Option<Node> {
    let handler = entity.failure_handler()?;
    let mut problem = |reason: String| {
        list.problems.push(CompileProblem::FailureHandler {
            handler: handler.name().to_owned(),
            reason,
        });
    };
    for input in &interface.inputs {
        match handler
            .inputs()
            .iter()
            .find(|candidate| candidate.name == input.name)
        {
            None => problem(format!("it does not take `{}`", input.name)),
            Some(candidate) if candidate.info != input.info => problem(format!(
                "`{}` is `{}` in the workflow and `{}` in the handler",
                input.name,
                input.info.rust_name(),
                candidate.info.rust_name()
            )),
            Some(_) => {}
        }
    }
    let mut arguments = Vec::new();
    for input in handler.inputs() {
        let position = interface
            .inputs
            .iter()
            .position(|own| own.name == input.name);
        match (position, input.missing()) {
            (Some(position), _) => arguments.push(reference(list.start(), position)),
            // The failure replaces it when it has happened.
            (None, None) if input.is_failure() => {
                arguments.push(IntoBinding::<FlyteError>::into_binding(
                    FlyteError::default(),
                ));
            }
            (None, Some(constant)) => arguments.push(BindingData::Constant(constant)),
            (None, None) => {
                list.problems.push(CompileProblem::FailureHandler {
                    handler: handler.name().to_owned(),
                    reason: format!("the workflow has no input `{}` to give it", input.name),
                });
                return None;
            }
        }
    }
    let id = match id {
        FailureNodeId::Numbered => format!("{}fn0", list.prefix()),
        FailureNodeId::Imperative => "efn".to_owned(),
    };
    Some(list.make_node(id, handler, arguments, entity.location()))
}

/// Checks that gate names are unique, because an answer finds its gate by name alone.
fn check_gates(list: &mut NodeList) {
    let gates = list.nodes.iter().filter_map(Node::gate);
    let asking = gates.filter(|gate| !matches!(gate.condition(), GateCondition::Sleep(_)));
    let mut seen = std::collections::HashSet::new();
    let twice: Vec<_> = asking
        .filter(|gate| !seen.insert(gate.name()))
        .map(|gate| CompileProblem::DuplicateGate {
            gate: gate.name().to_owned(),
        })
        .collect();
    list.problems.extend(twice);
}

/// Checks that the input for the scheduled time of an execution is a point in time.
fn check_kickoff_time(entity: &EntityDescriptor, list: &mut NodeList) {
    let Some(options) = entity.launch_plan_options() else {
        return;
    };
    let schedules = options.schedule.iter().chain(&options.trigger);
    for name in schedules.filter_map(|schedule| schedule.kickoff_time_input) {
        let input = entity.inputs().iter().find(|input| input.name == name);
        if let Some(input) = input
            && !matches!(
                input.info.literal_type(),
                LiteralType::Datetime | LiteralType::Date
            )
        {
            list.problems.push(CompileProblem::KickoffTime {
                input: name,
                rust_name: input.info.rust_name(),
            });
        }
    }
}

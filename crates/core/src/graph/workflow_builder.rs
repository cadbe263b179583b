//! Builds workflows step by step in code, for graphs that do not follow from a function's body.

use std::sync::Arc;

use super::{
    BindingData, CompileError, CompileProblem, Graph, IntoBinding, Node, NodeOutputs, NodeRef,
    NodeTarget, OutputVariable, Promise, Variable,
    binding::Constant,
    compile::{self, FailureNodeId},
};
use crate::{
    graph::{
        compilation::{Building, CompilationState},
        entity::{Built, Entity, EntityDescriptor, InputDescriptor, Location},
    },
    options::WorkflowOptions,
    types::{FlyteType, TypeError, TypeInfo},
};
use flyte_scope as scope;

/// Builds a workflow in code: inputs, calls and outputs one by one.
///
/// It does what `#[workflow]` does with a function's body, for graphs that come from data: a file, a registry, another
/// program. Mistakes are collected, and [`build`](Self::build) reports them all at once. Corresponds to flytekit's
/// `ImperativeWorkflow`.
///
/// ```
/// use flyte_runtime::{graph::WorkflowBuilder, prelude::*};
///
/// #[task]
/// fn shout(text: String) -> String {
///     text.to_uppercase()
/// }
///
/// #[task]
/// fn join(words: &[String]) -> String {
///     words.join(" ")
/// }
///
/// let mut builder = WorkflowBuilder::new("docs.shouts");
/// let name = builder.add_workflow_input::<String>("name");
/// // With the type at hand, a call is checked by the compiler …
/// let shouted = builder.add(|| shout::node(name));
/// // … and one that is known only at run time when the workflow is built.
/// let joined = builder
///     .add_entity(join::descriptor())
///     .input::<Vec<String>>("words", vec![name, shouted])
///     .add()
///     .output::<String>("o0");
/// builder.add_workflow_output::<String>("text", joined);
/// let shouts = builder.build()?;
///
/// let text: String = shouts.call().input("name", "hey".to_owned()).run()?;
/// assert_eq!(text, "hey HEY");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct WorkflowBuilder {
    /// Made at the start, because the graphs of branches refer to the workflow that contains them.
    entity: &'static EntityDescriptor,
    options: WorkflowOptions,
    state: CompilationState,
    building: Arc<Building>,
    inputs: Vec<(String, TypeInfo)>,
    outputs: Vec<(String, TypeInfo, BindingData)>,
    on_failure: Option<&'static EntityDescriptor>,
}

impl WorkflowBuilder {
    /// An empty workflow with this name.
    ///
    /// The description of a workflow is never freed, even if the workflow is never built.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        let name: &'static str = name.into().leak();
        let entity: &'static EntityDescriptor = Box::leak(Box::new(EntityDescriptor::imperative(
            name,
            Location::caller(),
        )));
        let state = CompilationState::new("");
        state.with_nodes(|list| list.of_entity(entity));
        Self {
            entity,
            options: WorkflowOptions::new(),
            building: Building::new(state.clone()),
            state,
            inputs: Vec::new(),
            outputs: Vec::new(),
            on_failure: None,
        }
    }

    /// Failure policy, interruptibility and documentation.
    #[must_use]
    pub fn with_options(mut self, options: WorkflowOptions) -> Self {
        self.options = options;
        self
    }

    /// Adds an input and returns its promise. Corresponds to `add_workflow_input`.
    pub fn add_workflow_input<T: FlyteType>(&mut self, name: impl Into<String>) -> Promise<T> {
        let name = name.into();
        if self.inputs.iter().any(|(taken, _)| *taken == name) {
            self.problem(CompileProblem::DuplicateInput { name: name.clone() });
        }
        let position = self.inputs.len() as u32;
        let info = TypeInfo::of::<T>();
        let start = self.state.with_nodes(|list| {
            list.inputs.push(Variable {
                name: name.clone().into(),
                info,
                description: "",
            });
            list.start()
        });
        self.inputs.push((name, info));
        Promise::new(start, position)
    }

    /// The names of the inputs, in the order in which they were added.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(|(name, _)| name.as_str())
    }

    /// Adds the calls that `body` makes, as a workflow's body would: `square::node(x)` or `a.runs_before(&b)`.
    pub fn add<R>(&mut self, body: impl FnOnce() -> R) -> R {
        scope::within(Arc::clone(&self.building), body).0
    }

    /// Begins a call of an entity that is known only at run time. Corresponds to `add_entity`, `add_task`, `add_subwf`.
    #[track_caller]
    pub fn add_entity(&mut self, entity: &'static EntityDescriptor) -> NodeInputs {
        NodeInputs::new(entity, self.state.clone(), Location::caller())
    }

    /// Adds an output: a promise, a value, or a collection of promises. Corresponds to `add_workflow_output`.
    pub fn add_workflow_output<T: FlyteType>(
        &mut self,
        name: impl Into<String>,
        source: impl IntoBinding<T>,
    ) {
        let name = name.into();
        if self.outputs.iter().any(|(taken, ..)| *taken == name) {
            self.problem(CompileProblem::DuplicateOutput { name: name.clone() });
        }
        self.outputs
            .push((name, TypeInfo::of::<T>(), source.into_binding()));
    }

    /// Sets the task or workflow that runs when this one fails. It takes every input of the workflow; its other inputs
    /// must be optional. Corresponds to `add_on_failure_handler`.
    pub fn add_on_failure_handler<E: Entity>(&mut self) {
        self.on_failure = Some(E::descriptor());
    }

    /// Whether there is at least one call and every input is used; [`build`](Self::build) requires both.
    pub fn ready(&self) -> bool {
        let used = self.used_inputs();
        used.iter().all(|used| *used) && !self.state.with_nodes(|list| list.nodes.is_empty())
    }

    fn problem(&self, problem: CompileProblem) {
        self.state.with_nodes(|list| list.problems.push(problem));
    }

    /// For each input, whether a call or an output reads it.
    fn used_inputs(&self) -> Vec<bool> {
        // The values that a case of a branch reads are bound to the node of the case.
        fn with_cases<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
            found.push(node);
            if let NodeTarget::Branch(branch) = node.target() {
                let cases = branch.case_nodes();
                cases.for_each(|case| with_cases(case.node(), found));
            }
        }
        let mut used = vec![false; self.inputs.len()];
        self.state.with_nodes(|list| {
            let mut nodes = Vec::with_capacity(list.nodes.len());
            list.nodes
                .iter()
                .for_each(|node| with_cases(node, &mut nodes));
            let arguments = nodes
                .into_iter()
                .flat_map(Node::bindings)
                .map(|binding| &binding.data);
            let outputs = self.outputs.iter().map(|(_, _, data)| data);
            for data in arguments.chain(outputs) {
                list.inputs_read_by(data, &mut |position| {
                    if let Some(used) = used.get_mut(position) {
                        *used = true;
                    }
                });
            }
        });
        used
    }

    /// Builds the workflow.
    ///
    /// Like every workflow, it is never freed: build each one only once.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it: no call, an input that nothing reads, duplicate names, inputs or outputs of
    /// calls that do not exist or have another type, and all the mistakes that a `#[workflow]` can contain.
    pub fn build(self) -> Result<ImperativeWorkflow, CompileError> {
        for ((name, _), used) in self.inputs.iter().zip(self.used_inputs()) {
            if !used {
                self.problem(CompileProblem::UnusedInput { name: name.clone() });
            }
        }
        if self.entity.name().is_empty() {
            self.problem(CompileProblem::NoName);
        }
        let mut list = self.state.into_nodes();
        if list.nodes.is_empty() {
            list.problems.push(CompileProblem::NoNodes);
        }
        let inputs = self.inputs.into_iter().map(|(name, info)| InputDescriptor {
            name: name.leak(),
            description: "",
            info,
            default: None,
        });
        let (outputs, data): (Vec<_>, Vec<_>) = self
            .outputs
            .into_iter()
            .map(|(name, info, data)| {
                let output = OutputVariable {
                    name: name.leak(),
                    info,
                    description: "",
                };
                (output, data)
            })
            .unzip();
        let entity = self.entity;
        let built = Built {
            inputs: inputs.collect::<Vec<_>>().leak(),
            outputs,
            options: self.options,
            on_failure: self.on_failure,
        };
        entity.keep_built(built);
        let graph = compile::graph(
            entity,
            entity.interface(),
            list,
            data,
            FailureNodeId::Imperative,
        )?;
        entity.keep_graph(graph);
        Ok(ImperativeWorkflow(entity))
    }
}

/// A workflow that a [`WorkflowBuilder`] has built.
#[derive(Clone, Copy, Debug)]
pub struct ImperativeWorkflow(&'static EntityDescriptor);

impl ImperativeWorkflow {
    /// Its description: for a registry, for [`WorkflowBuilder::add_entity`] of another workflow, and for its graph.
    pub fn descriptor(self) -> &'static EntityDescriptor {
        self.0
    }

    /// The compiled graph.
    ///
    /// # Errors
    ///
    /// None: it was compiled when the workflow was built.
    pub fn graph(self) -> Result<Arc<Graph>, CompileError> {
        self.0.graph()
    }

    /// Begins a call of it in the body of a workflow.
    ///
    /// # Panics
    ///
    /// Outside of a workflow's body, where there is no graph to add to.
    #[track_caller]
    pub fn node(self) -> NodeInputs {
        let state = scope::find(|state: Option<&CompilationState>| state.cloned());
        match state {
            Some(state) => NodeInputs::new(self.0, state, Location::caller()),
            None => panic!(
                "cannot create a node of `{}` while no workflow is being compiled; use `call()` to run it",
                self.0.name()
            ),
        }
    }
}

/// Binds an input by Flyte's casting rules.
///
/// # Errors
///
/// `None` if no value of the one type can be cast to the other; otherwise the error of this value.
fn converted(
    data: BindingData,
    from: TypeInfo,
    to: TypeInfo,
) -> Result<BindingData, Option<TypeError>> {
    if from == to {
        return Ok(data);
    }
    if !to.literal_type().accepts(&from.literal_type()) {
        return Err(None);
    }
    if let BindingData::Constant(constant) = &data {
        let value = constant
            .to_literal()
            .and_then(|literal| to.from_literal(literal))
            .map_err(Some)?;
        return Ok(BindingData::Constant(Constant { value, info: to }));
    }
    let item = Box::new(data);
    Ok(BindingData::Converted { item, from, to })
}

/// A call of an entity that is known only at run time, which collects its inputs.
#[derive(Debug)]
#[must_use = "the call becomes a node with `add`"]
pub struct NodeInputs {
    entity: &'static EntityDescriptor,
    state: CompilationState,
    given: Vec<Option<BindingData>>,
    at: Location,
}

impl NodeInputs {
    fn new(entity: &'static EntityDescriptor, state: CompilationState, at: Location) -> Self {
        Self {
            at,
            entity,
            state,
            given: vec![None; entity.inputs().len()],
        }
    }

    /// Gives an input: a promise, a value, or a collection of promises.
    ///
    /// Its type is the declared one, or one that Flyte casts to it
    /// ([`LiteralType::accepts`](crate::types::LiteralType::accepts)): an `i32` for an `i64`, an enum for a string, a
    /// `T` for an `Option<T>`. A value that does not fit the declared type, such as 300 for a `u8`, is an error of
    /// [`build`](WorkflowBuilder::build) if it is known then, and otherwise of the run.
    pub fn input<T: FlyteType>(mut self, name: &str, source: impl IntoBinding<T>) -> Self {
        let mut inputs = self.entity.inputs().iter();
        let problem = match inputs.position(|input| input.name == name) {
            None => CompileProblem::UnknownInput {
                entity: self.entity.name().to_owned(),
                name: name.to_owned(),
                known: names(self.entity.inputs().iter().map(|input| input.name)),
            },
            Some(position) => {
                let (to, from) = (self.entity.inputs()[position].info, TypeInfo::of::<T>());
                match converted(source.into_binding(), from, to) {
                    Ok(data) => match self.given[position].replace(data) {
                        None => return self,
                        Some(_) => CompileProblem::InputTwice {
                            entity: self.entity.name().to_owned(),
                            name: name.to_owned(),
                        },
                    },
                    Err(None) => CompileProblem::InputType {
                        entity: self.entity.name().to_owned(),
                        name: name.to_owned(),
                        expected: to.rust_name(),
                        found: from.rust_name(),
                    },
                    Err(Some(source)) => CompileProblem::InputValue {
                        entity: self.entity.name().to_owned(),
                        name: name.to_owned(),
                        source,
                    },
                }
            }
        };
        self.state.with_nodes(|list| list.problems.push(problem));
        self
    }

    /// Adds the node. Inputs that were not given take their defaults.
    pub fn add(self) -> AddedNode {
        let mut arguments = Vec::with_capacity(self.given.len());
        let mut problems = Vec::new();
        for (input, given) in self.entity.inputs().iter().zip(self.given) {
            match given.or_else(|| input.missing().map(BindingData::Constant)) {
                Some(data) => arguments.push(data),
                None => problems.push(CompileProblem::MissingInput {
                    entity: self.entity.name().to_owned(),
                    name: input.name.to_owned(),
                }),
            }
        }
        let node = self.state.with_nodes(|list| {
            list.problems.extend(problems);
            list.add_node(self.entity, arguments, self.at)
        });
        AddedNode {
            entity: self.entity,
            state: self.state,
            node,
        }
    }
}

/// A node that was added through the description of its entity.
#[derive(Clone, Debug)]
pub struct AddedNode {
    entity: &'static EntityDescriptor,
    state: CompilationState,
    node: NodeRef,
}

impl AddedNode {
    /// The promise of an output. Corresponds to `node.outputs["name"]`.
    ///
    /// A missing output or another type is reported when the workflow is built.
    pub fn output<T: FlyteType>(&self, name: &str) -> Promise<T> {
        let mut outputs = self.entity.outputs().iter();
        let problem = match outputs.position(|output| output.name == name) {
            Some(position) if self.entity.outputs()[position].info == TypeInfo::of::<T>() => {
                return Promise::new(self.node, position as u32);
            }
            Some(position) => CompileProblem::OutputType {
                entity: self.entity.name().to_owned(),
                name: name.to_owned(),
                declared: self.entity.outputs()[position].info.rust_name(),
                asked: TypeInfo::of::<T>().rust_name(),
            },
            None => CompileProblem::UnknownOutput {
                entity: self.entity.name().to_owned(),
                name: name.to_owned(),
                known: names(self.entity.outputs().iter().map(|output| output.name)),
            },
        };
        self.state.with_nodes(|list| list.problems.push(problem));
        Promise::new(self.node, 0)
    }
}

impl NodeOutputs for AddedNode {
    fn for_each_node(&self, each: &mut dyn FnMut(NodeRef)) {
        each(self.node);
    }
}

/// Lists names for a message: `a`, `b` or nothing.
fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

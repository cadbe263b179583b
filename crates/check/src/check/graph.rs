//! Graphs, as the compiler goes through them: each node after those in front of it, the nodes of a branch's cases
//! inside of it, and the workflows that nodes are, each once.

use std::{collections::HashMap, ptr, rc::Rc};

use super::{
    Finding, Rule, Walk,
    bindings::{Problem, Promised, Promises, check},
    interfaces::{NodeInterface, Typed},
    overrides,
    subject::Subject,
    values::{LONG, SHORTER, is_time},
};
use crate::lower::{self, NodePath};
use flyte_core::no_other_variant;
pub use flyte_core::{
    graph::{
        Binding, BindingData, BranchNode, CaseNode, Graph, MapNode, Node, NodeTarget, Producer,
        RawReference,
        entity::{EntityDescriptor, EntityKind},
        gate::{Gate, GateCondition},
    },
    options::Process,
    types::LiteralType,
};

/// The ids of a workflow's ends, and the one that failure nodes alone may have.
pub const RESERVED_IDS: [&str; 3] = ["start-node", "end-node", "efn"];

/// The output of a gate that waits for a value.
const GATE_OUTPUT: &str = "o0";

/// A workflow while it is gone through.
pub(super) struct Template<'t> {
    pub(super) subject: &'t Subject,
    graph: &'t Graph,
    /// Where it is in the graph that was lowered.
    path: NodePath,
    inputs: Rc<NodeInterface>,
    /// Of the nodes so far; nothing where one is wrong.
    interfaces: Vec<Option<Rc<NodeInterface>>>,
}

impl Promises for Template<'_> {
    fn promised(&self, reference: &RawReference) -> Promised {
        let resolved = self.graph.resolve(reference);
        let name = self.graph.output_name(&resolved);
        let (name, whole) = match resolved.producer {
            Producer::Start => (name.clone(), self.inputs.input(&name).cloned()),
            Producer::Node(index) => {
                let interface = self.interfaces.get(index).and_then(Option::as_ref);
                let whole = interface.and_then(|found| found.output(&name)).cloned();
                // Whoever reads it calls it by its alias.
                let overrides = self.graph.nodes()[index].overrides();
                let alias = overrides.and_then(|overrides| overrides.aliases.get(&*name));
                (alias.map_or(name, |alias| alias.clone().into()), whole)
            }
        };
        Promised {
            name: name.into_owned(),
            whole,
            path: resolved.path,
        }
    }
}

impl Template<'_> {
    pub(super) fn at(&self, node: &Node) -> NodePath {
        self.path.child(node.id())
    }
}

/// What of the compiler's is remembered from one graph to the next.
#[derive(Default)]
pub(super) struct Known {
    interfaces: HashMap<*const EntityDescriptor, Rc<NodeInterface>>,
}

impl Walk<'_> {
    fn interface_of(&mut self, entity: &'static EntityDescriptor) -> Rc<NodeInterface> {
        let known = self.known.interfaces.entry(ptr::from_ref(entity));
        Rc::clone(known.or_insert_with(|| NodeInterface::of_entity(entity)))
    }

    /// The graph of a subject, or one inside of it, which is at `path`.
    pub(super) fn template(&mut self, subject: &Subject, graph: &Graph, path: NodePath) {
        // A graph without nodes that a dynamic task has built is not run: its outputs are known.
        if graph.nodes().is_empty() && !(subject.is_dynamic && path.is_empty()) {
            let (reason, instead) = match path.is_empty() {
                true => (
                    "it calls nothing, and a workflow without nodes is refused",
                    "call a task that gives its result",
                ),
                false => (
                    "this case of the branch calls nothing, and a workflow without nodes is refused",
                    "call a task that gives the value of the case",
                ),
            };
            self.find(subject.finding(Rule::NoNodes, &path, reason, instead));
        }
        let mut template = Template {
            subject,
            graph,
            inputs: NodeInterface::of(graph.interface()),
            path,
            interfaces: Vec::with_capacity(graph.nodes().len()),
        };
        self.ids(&template, graph);
        for node in graph.nodes() {
            let interface = self.node(&template, node, &template.at(node));
            template.interfaces.push(interface);
        }
        if let Some(handler) = graph.failure_node() {
            self.node(&template, handler, &template.at(handler));
        }
        let outputs = NodeInterface::of(graph.interface());
        for binding in graph.outputs() {
            let expected = outputs.output(&binding.var);
            if expected.is_some_and(is_time) {
                let at = template.path.clone();
                self.times_in_structs(&template, binding, &at);
            }
            if let Err(problem) = check(&binding.data, expected, &template) {
                let what = format!("the output `{}`", binding.var);
                let at = template.path.clone();
                self.problem(
                    &template,
                    &at,
                    &what,
                    expected,
                    &problem,
                    Rule::BindingTypes,
                );
            }
        }
    }

    /// A node with what is in it, and the sources of its inputs.
    fn node(
        &mut self,
        template: &Template<'_>,
        node: &Node,
        at: &NodePath,
    ) -> Option<Rc<NodeInterface>> {
        self.options_of(template, node, at);
        let handler = template.graph.failure_node();
        if RESERVED_IDS.contains(&node.id()) && !handler.is_some_and(|own| ptr::eq(own, node)) {
            let reason = format!("Flyte keeps the id `{}` for itself", node.id());
            let instead = "give it another `node_name`";
            let finding = template
                .subject
                .finding(Rule::ReservedNodeId, at, reason, instead);
            self.find(finding);
        }
        let interface = self.interface(template, node, at)?;
        let rule = match node.target() {
            // What a branch looks at was looked at with its conditions.
            NodeTarget::Branch(_) => return Some(interface),
            NodeTarget::Gate(_) => Rule::ApprovesPart,
            _ => Rule::BindingTypes,
        };
        let mut gives_part = false;
        for binding in node.bindings() {
            let Some(expected) = interface.input(&binding.var) else {
                continue;
            };
            if let NodeTarget::LaunchPlan(plan) = node.target() {
                self.given_to_plan(template, plan, binding, expected, at);
            }
            if let Err(problem) = check(&binding.data, Some(expected), template) {
                let what = match template.subject.added_by(at) {
                    // The names of its inputs are not those of anything in the source.
                    Some(lower::Change::Condition | lower::Change::ComputedCondition) => {
                        "what a condition looks at".to_owned()
                    }
                    Some(lower::Change::Approval) => "what a gate approves".to_owned(),
                    Some(lower::Change::Constant) => "what several nodes are given".to_owned(),
                    _ => format!("the input `{}`", binding.var),
                };
                self.problem(template, at, &what, Some(expected), &problem, rule);
                gives_part |= problem.rule(rule) == Rule::ApprovesPart;
            }
        }
        // The compiler has the gate give the whole value, which nobody means: what follows from it is not told.
        (!gives_part).then_some(interface)
    }

    /// What a node takes and gives; nothing if that cannot be told.
    fn interface(
        &mut self,
        template: &Template<'_>,
        node: &Node,
        at: &NodePath,
    ) -> Option<Rc<NodeInterface>> {
        let subject = template.subject;
        match node.target() {
            NodeTarget::Task(task) => {
                if subject.is_dynamic && task.reference().is_some() {
                    self.find(subject.finding(
                        Rule::ReferenceInDynamic,
                        at,
                        "what a dynamic task builds has the tasks of this program, and no others are looked for",
                        "call the `#[reference_task]` in a workflow, and that by a launch plan, or declare the task in this program",
                    ));
                    return None;
                }
                let inputs = task.inputs().len();
                let options = task.task_options();
                if inputs > 1 && options.is_some_and(|o| o.process == Some(Process::Echo)) {
                    self.find(subject.finding(
                        Rule::EchoInputs,
                        at,
                        format!(
                            "an echo task with {inputs} inputs is registered and fails when it runs"
                        ),
                        "use an echo task for each value, or pass the values on without one",
                    ));
                }
                Some(self.interface_of(task))
            }
            NodeTarget::LaunchPlan(plan) => Some(self.interface_of(plan)),
            NodeTarget::Workflow(workflow) if workflow.reference().is_some() => {
                self.find(subject.finding(
                    Rule::ReferenceWorkflow,
                    at,
                    "a workflow of the cluster cannot be a part of another one",
                    "declare its launch plan, which has its name, with `#[reference_launch_plan]`, and call that",
                ));
                None
            }
            NodeTarget::Workflow(workflow) => {
                self.workflow(workflow, subject.is_dynamic);
                Some(self.interface_of(workflow))
            }
            NodeTarget::Inlined(inner) => {
                self.template(subject, inner, at.clone());
                Some(NodeInterface::of(inner.interface()))
            }
            NodeTarget::Gate(gate) => Some(match gate.gate().map(Gate::condition) {
                Some(GateCondition::Approve) => self.approval(template, node, at),
                Some(GateCondition::Signal(info)) => {
                    let literal_type = info.literal_type();
                    self.gate_of_option(subject, &literal_type, at);
                    Rc::new(NodeInterface {
                        inputs: Vec::new(),
                        outputs: vec![Typed {
                            name: GATE_OUTPUT.into(),
                            literal_type,
                        }],
                    })
                }
                Some(GateCondition::Sleep(_)) | None => Rc::default(),
                Some(_) => no_other_variant!(GateCondition),
            }),
            NodeTarget::Map(map) if map.is_own_task() => {
                if !knows_its_element(map.entity()) {
                    let reason = format!(
                        "each container of a map has to know which element it is for, and `{}` is not run by this program",
                        map.entity().name()
                    );
                    let instead = "call it in a `#[dynamic]` task, once for each element";
                    self.find(subject.finding(Rule::MapWithoutProgram, at, reason, instead));
                }
                Some(NodeInterface::of(&map.interface()))
            }
            NodeTarget::Map(map) => {
                // A name that cannot be read hides the types.
                self.looked_at(template, node, at);
                self.find(map_over(subject, map, at));
                None
            }
            NodeTarget::Branch(branch) => self.branch(template, node, branch, at),
            _ => no_other_variant!(NodeTarget),
        }
    }

    /// The whole values that a branch's conditions or an approval look at, by the names that they have there.
    fn looked_at(&mut self, template: &Template<'_>, node: &Node, at: &NodePath) -> Vec<Typed> {
        let mut found = Vec::with_capacity(node.bindings().len());
        for Binding { var, data, .. } in node.bindings() {
            if let Err(problem) = check(data, None, template) {
                let what = format!("`{}`", var.trim_start_matches('.'));
                self.problem(template, at, &what, None, &problem, Rule::BindingTypes);
                continue;
            }
            let BindingData::Promise(reference) = data else {
                continue;
            };
            if let Some(literal_type) = template.promised(reference).whole {
                found.push(Typed {
                    name: var.clone(),
                    literal_type,
                });
            }
        }
        found
    }

    fn approval(
        &mut self,
        template: &Template<'_>,
        node: &Node,
        at: &NodePath,
    ) -> Rc<NodeInterface> {
        let item = self.looked_at(template, node, at);
        Rc::new(NodeInterface {
            inputs: item.clone(),
            outputs: item,
        })
    }

    fn branch(
        &mut self,
        template: &Template<'_>,
        node: &Node,
        branch: &BranchNode,
        at: &NodePath,
    ) -> Option<Rc<NodeInterface>> {
        let inputs = self.looked_at(template, node, at);
        let cases = branch.case_nodes().map(CaseNode::node);
        let cases: Vec<_> = cases
            .map(|case| self.node(template, case, &at.child(case.id())))
            .collect();
        let mut outputs: Option<Vec<Typed>> = None;
        for case in cases.iter().flatten() {
            let Some(common) = &mut outputs else {
                outputs = Some(case.outputs.clone());
                continue;
            };
            common.retain(|output| case.output(&output.name).is_some());
            for output in &*common {
                let Some(other) = case.output(&output.name) else {
                    continue;
                };
                if !super::types::is_same(&output.literal_type, other) {
                    let reason = format!(
                        "its cases give `{}` as {} and as {other}",
                        output.name, output.literal_type
                    );
                    let instead =
                        "give the outputs of the tasks in its cases other names, or one type";
                    self.find(
                        template
                            .subject
                            .finding(Rule::CaseOutputs, at, reason, instead),
                    );
                }
            }
        }
        self.conditions(template, node, branch, &inputs, at);
        // A case that is wrong has been told of.
        let outputs = outputs.filter(|_| cases.iter().all(Option::is_some))?;
        Some(Rc::new(NodeInterface { inputs, outputs }))
    }

    /// What an entity or an override says that Flyte takes otherwise, or not at all.
    fn options_of(&mut self, template: &Template<'_>, node: &Node, at: &NodePath) {
        let mut found = Vec::new();
        overrides::of(node, &mut |rule, reason, instead| {
            found.push(template.subject.finding(rule, at, reason, instead));
        });
        found.into_iter().for_each(|finding| self.find(finding));
    }

    fn problem(
        &mut self,
        template: &Template<'_>,
        at: &NodePath,
        what: &str,
        expected: Option<&LiteralType>,
        problem: &Problem,
        types: Rule,
    ) {
        let rule = problem.rule(types);
        let expected =
            expected.map_or_else(String::new, |expected| format!(", which is {expected},"));
        let (reason, instead) = match problem {
            Problem::Types { found } if rule == Rule::ApprovesPart => (
                format!("a gate hands on whole values, and {what} is a part of one: {found}"),
                "approve what a task makes of it".to_owned(),
            ),
            Problem::Types { found } => (
                format!("{what}{expected} is given {found}, and Flyte does not cast that to it"),
                "let a task make one of the other".to_owned(),
            ),
            Problem::Ambiguous { found } => (
                format!("{what}{expected} is given {found}, which fits several of its variants"),
                "let a task give the variant that is meant".to_owned(),
            ),
            Problem::Enum { value } => (
                format!("{what}{expected} is given {value:?}, which is none of its values"),
                "give one of its values".to_owned(),
            ),
            Problem::Name(name) => (
                format!(
                    "{what} is made of `{name}`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output \
                     or of a workflow's input"
                ),
                format!("rename `{name}` with ASCII letters, digits and `_`"),
            ),
            Problem::Unstorable(error) => (
                format!("the value for {what} cannot be stored: {error}"),
                "give a value that Flyte can store".to_owned(),
            ),
            Problem::Long => (format!("{what} {LONG}"), SHORTER.to_owned()),
            Problem::Index(index) => (
                format!(
                    "{what} is element {index} of a list, and Flyte counts elements up to {}",
                    i32::MAX
                ),
                "pass the list on and take the element in a task".to_owned(),
            ),
        };
        self.find(template.subject.finding(rule, at, reason, instead));
    }
}

/// Whether what runs a task of a map knows the element that it is for: a container of this program, or the engine
/// itself, which gives back the one input of an echo task.
pub fn knows_its_element(task: &EntityDescriptor) -> bool {
    let Some(options) = task.task_options() else {
        return true;
    };
    let runs_program = options.plugin.is_none_or(|plugin| plugin.has_container);
    match options.process {
        None | Some(Process::Shell(_)) => runs_program,
        Some(Process::Echo) => task.inputs().len() == 1,
        Some(Process::Container(_)) => false,
        Some(_) => no_other_variant!(Process),
    }
}

fn map_over(subject: &Subject, map: &MapNode, at: &NodePath) -> Finding {
    let name = map.entity().name();
    match map.entity().kind() {
        EntityKind::Task => subject.finding(
            Rule::MapOverReference,
            at,
            format!("a map over `{name}`, a task of the cluster, is given lists where the task takes elements"),
            "map without `min_successes` and `min_success_ratio`, and not in a `#[dynamic]` task, or map a task of this program",
        ),
        _ => subject.finding(
            Rule::MapOverLaunchPlan,
            at,
            format!("a map over the launch plan `{name}` is given lists where the launch plan takes elements"),
            "map without `min_successes` and `min_success_ratio`, or call the launch plan for each element in a `#[dynamic]` task",
        ),
    }
}

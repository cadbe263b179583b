//! What is left of a workflow without its names: no two cases may be about the same.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    fmt,
};

use flyte_idl::flyteidl::core::{
    BindingData, BooleanExpression, ConjunctionExpression, IfBlock, IfElseBlock, Node, Operand,
    TaskTemplate, TypedInterface, WorkflowTemplate, binding_data, boolean_expression, gate_node,
    if_else_block, node, operand, task_node, workflow_node,
};
use flyte_runtime::remote::serialize::{EntityMessage, SerializedEntity};

use super::{report::Report, suite::message_of};
use crate::case::Case;

/// Finds entities of different cases with one shape. What is only known when something has run, such as the graph of a
/// dynamic task, is a part of it by the outline of the local run.
pub(crate) fn check(
    cases: &[impl AsRef<Case>],
    outlines: &BTreeMap<usize, String>,
    entities: &[SerializedEntity],
    report: &mut Report,
) {
    let shapes = Shapes {
        entities,
        known: RefCell::default(),
    };
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (number, case) in cases.iter().enumerate() {
        let case = case.as_ref();
        let name = case.entity.name();
        let kinds = ["launch plan", "workflow", "task"];
        let Some(message) = kinds
            .iter()
            .find_map(|kind| message_of(entities, name, kind))
        else {
            continue;
        };
        let outline = outlines.get(&number).map_or("", String::as_str);
        let way = format!("{:?}", case.way);
        let way = way.split('(').next().unwrap_or_default();
        let shape = format!("{}\n{outline}\n{way}", shapes.entity(message));
        match seen.get(&*shape) {
            Some(other) if *other != name => {
                report.problems.push(format!(
                    "{name} differs from {other} only in names and constants"
                ));
            }
            _ => {
                seen.insert(shape, name);
            }
        }
    }
}

struct Shapes<'e> {
    entities: &'e [SerializedEntity],
    known: RefCell<HashMap<(String, String), String>>,
}

/// A message without its texts and numbers of constants.
fn plain(message: impl fmt::Debug) -> String {
    let text = format!("{message:?}");
    let (mut plain, mut is_text, mut is_escaped) = (String::new(), false, false);
    for letter in text.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => {
                is_text = !is_text;
                if is_text {
                    plain.push('_');
                }
            }
            _ if is_text => {}
            letter => plain.push(letter),
        }
    }
    plain
}

/// The same, of a constant: its value is no part of the shape.
fn constant(message: impl fmt::Debug) -> String {
    plain(message).replace(
        |letter: char| letter.is_ascii_digit() || letter == '-' || letter == '.',
        "",
    )
}

fn sorted(mut parts: Vec<String>) -> String {
    parts.sort();
    format!("[{}]", parts.join("; "))
}

fn interface(interface: Option<&TypedInterface>) -> String {
    let types = |is_input: bool| {
        let interface = interface.cloned().unwrap_or_default();
        let variables = if is_input {
            interface.inputs
        } else {
            interface.outputs
        };
        let variables = variables.unwrap_or_default().variables;
        sorted(
            variables
                .values()
                .map(|variable| plain(&variable.r#type))
                .collect(),
        )
    };
    format!("{} -> {}", types(true), types(false))
}

impl Shapes<'_> {
    fn entity(&self, message: &EntityMessage) -> String {
        match message {
            EntityMessage::Task(spec) => spec
                .template
                .as_ref()
                .map(|template| self.task(template))
                .unwrap_or_default(),
            EntityMessage::Workflow(spec) => {
                let Some(template) = &spec.template else {
                    return String::new();
                };
                self.workflow(template, &spec.sub_workflows)
            }
            EntityMessage::LaunchPlan(plan) => {
                let spec = plan.spec.clone().unwrap_or_default();
                let name = spec.workflow_id.clone().unwrap_or_default().name;
                let workflow = self.named("workflow", &name);
                // The plan that every workflow has says no more than the workflow.
                if plan.id.as_ref().is_some_and(|id| id.name == name) {
                    return workflow;
                }
                format!(
                    "plan {} {} of {workflow}",
                    sorted(
                        spec.fixed_inputs
                            .unwrap_or_default()
                            .literals
                            .values()
                            .map(constant)
                            .collect()
                    ),
                    sorted(
                        spec.default_inputs
                            .unwrap_or_default()
                            .parameters
                            .values()
                            .map(constant)
                            .collect()
                    ),
                )
            }
            _ => String::new(),
        }
    }

    /// The shape of an entity that a node refers to.
    fn named(&self, kind: &str, name: &str) -> String {
        let key = (kind.to_owned(), name.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let shape = match message_of(self.entities, name, kind) {
            Some(message) => self.entity(message),
            // It is registered somewhere else.
            None => format!("other {kind}"),
        };
        self.known.borrow_mut().insert(key, shape.clone());
        shape
    }

    fn task(&self, template: &TaskTemplate) -> String {
        let mut metadata = template.metadata.clone().unwrap_or_default();
        metadata.runtime = None;
        format!(
            "task {} {} {} {} {}",
            template.r#type,
            interface(template.interface.as_ref()),
            plain(metadata),
            plain(&template.security_context),
            plain(&template.custom)
        )
    }

    fn workflow(&self, template: &WorkflowTemplate, inner: &[WorkflowTemplate]) -> String {
        let graph = Graph {
            shapes: self,
            inner,
            nodes: template
                .nodes
                .iter()
                .enumerate()
                .map(|(index, node)| (node.id.as_str(), index))
                .collect(),
            variables: RefCell::default(),
        };
        let nodes: Vec<_> = template.nodes.iter().map(|node| graph.node(node)).collect();
        let outputs = template
            .outputs
            .iter()
            .map(|output| graph.data(output.binding.as_ref()))
            .collect();
        format!(
            "workflow {} {{{}}} {} {} {}",
            interface(template.interface.as_ref()),
            nodes.join(" | "),
            sorted(outputs),
            template
                .metadata
                .as_ref()
                .map_or(0, |metadata| metadata.on_failure),
            template
                .failure_node
                .as_ref()
                .map(|node| graph.node(node))
                .unwrap_or_default()
        )
    }
}

/// A graph whose nodes and variables are known by numbers.
struct Graph<'s> {
    shapes: &'s Shapes<'s>,
    inner: &'s [WorkflowTemplate],
    nodes: HashMap<&'s str, usize>,
    variables: RefCell<HashMap<(String, String), usize>>,
}

impl Graph<'_> {
    fn number(&self, node: &str) -> String {
        match self.nodes.get(node) {
            Some(number) => format!("n{number}"),
            None => "in".to_owned(),
        }
    }

    fn node(&self, node: &Node) -> String {
        let mut metadata = node.metadata.clone().unwrap_or_default();
        metadata.name = String::new();
        let inputs = node
            .inputs
            .iter()
            .map(|input| self.data(input.binding.as_ref()))
            .collect();
        let upstream = node
            .upstream_node_ids
            .iter()
            .map(|id| self.number(id))
            .collect();
        format!(
            "{} {} {} {} {}",
            self.target(node),
            sorted(inputs),
            sorted(upstream),
            plain(metadata),
            node.output_aliases.len()
        )
    }

    fn target(&self, node: &Node) -> String {
        match &node.target {
            Some(node::Target::TaskNode(task)) => {
                let Some(task_node::Reference::ReferenceId(id)) = &task.reference else {
                    return "no task".to_owned();
                };
                format!(
                    "{} {}",
                    self.shapes.named("task", &id.name),
                    plain(&task.overrides)
                )
            }
            Some(node::Target::WorkflowNode(workflow)) => match &workflow.reference {
                Some(workflow_node::Reference::SubWorkflowRef(id)) => {
                    let mut inner = self.inner.iter();
                    let found = inner
                        .find(|inner| inner.id.as_ref().is_some_and(|other| other.name == id.name));
                    match found {
                        Some(template) => self.shapes.workflow(template, self.inner),
                        None => self.shapes.named("workflow", &id.name),
                    }
                }
                Some(workflow_node::Reference::LaunchplanRef(id)) => {
                    self.shapes.named("launch plan", &id.name)
                }
                None => "no workflow".to_owned(),
            },
            Some(node::Target::BranchNode(branch)) => match &branch.if_else {
                Some(cases) => self.branch(cases),
                None => "no cases".to_owned(),
            },
            Some(node::Target::GateNode(gate)) => match &gate.condition {
                Some(gate_node::Condition::Sleep(sleep)) => {
                    let is_long = sleep
                        .duration
                        .is_some_and(|duration| duration != Default::default());
                    format!("sleep {is_long}")
                }
                condition => format!("gate {}", plain(condition)),
            },
            Some(node::Target::ArrayNode(array)) => {
                let element = array
                    .node
                    .as_ref()
                    .map(|node| self.node(node))
                    .unwrap_or_default();
                format!(
                    "array {:?} {:?} {} {element}",
                    array.parallelism_option,
                    array.success_criteria,
                    array.bound_inputs.len()
                )
            }
            None => "nothing".to_owned(),
        }
    }

    fn branch(&self, cases: &IfElseBlock) -> String {
        let all = cases.case.iter().map(|case| &**case).chain(&cases.other);
        let all: Vec<_> = all.map(|case| self.case(case)).collect();
        let default = match &cases.default {
            Some(if_else_block::Default::ElseNode(node)) => self.node(node),
            Some(if_else_block::Default::Error(_)) => "fail".to_owned(),
            None => "none".to_owned(),
        };
        format!("if {} else {default}", all.join(" elif "))
    }

    fn case(&self, case: &IfBlock) -> String {
        let node = case
            .then_node
            .as_ref()
            .map(|node| self.node(node))
            .unwrap_or_default();
        format!("{} then {node}", self.condition(case.condition.as_ref()))
    }

    fn condition(&self, condition: Option<&BooleanExpression>) -> String {
        match condition.and_then(|condition| condition.expr.as_ref()) {
            Some(boolean_expression::Expr::Comparison(comparison)) => {
                let operand = |operand: &Option<Operand>| match operand
                    .as_ref()
                    .and_then(|operand| operand.val.as_ref())
                {
                    Some(operand::Val::Var(name)) => format!("v{}", self.variable("", name)),
                    other => constant(other),
                };
                let (left, right) = (
                    operand(&comparison.left_value),
                    operand(&comparison.right_value),
                );
                format!("({left} {} {right})", comparison.operator)
            }
            Some(boolean_expression::Expr::Conjunction(both)) => {
                let ConjunctionExpression {
                    operator,
                    left_expression,
                    right_expression,
                } = &**both;
                let (left, right) = (
                    self.condition(left_expression.as_deref()),
                    self.condition(right_expression.as_deref()),
                );
                format!("({left} {operator} {right})")
            }
            None => "none".to_owned(),
        }
    }

    /// The number of a variable, in the order in which they are met.
    fn variable(&self, node: &str, name: &str) -> usize {
        let mut variables = self.variables.borrow_mut();
        let next = variables.keys().filter(|(of, _)| of == node).count();
        *variables
            .entry((node.to_owned(), name.to_owned()))
            .or_insert(next)
    }

    fn data(&self, data: Option<&BindingData>) -> String {
        match data.and_then(|data| data.value.as_ref()) {
            Some(binding_data::Value::Promise(promise)) => {
                let path: Vec<_> = promise.attr_path.iter().map(constant).collect();
                let number = self.number(&promise.node_id);
                format!(
                    "{number}.{}{}",
                    self.variable(&promise.node_id, &promise.var),
                    path.concat()
                )
            }
            Some(binding_data::Value::Collection(list)) => {
                let items: Vec<_> = list
                    .bindings
                    .iter()
                    .map(|item| self.data(Some(item)))
                    .collect();
                format!("list {items:?}")
            }
            Some(binding_data::Value::Map(map)) => {
                format!(
                    "map {}",
                    sorted(
                        map.bindings
                            .values()
                            .map(|item| self.data(Some(item)))
                            .collect()
                    )
                )
            }
            other => constant(other),
        }
    }
}

//! Tasks that graphs get for a cluster: comparing what Flyte does not compare, and calling a launch plan for each
//! element of a list.

use std::{collections::BTreeMap, time::Duration};

use super::error_document::Problem;
pub(crate) use flyte_check::lower::built_in::{BuiltIn, Comparison, Each, caller};
use flyte_core::{
    graph::{
        Binding, BindingData, Constant, Graph, Interface, Node, NodeOverrides, NodeRef, NodeTarget,
        RawReference, Variable,
        entity::{EntityDescriptor, EntityKind, InputDescriptor},
        next_graph,
    },
    registry::Registry,
    types::{Literal, LiteralValue, TypeError, wire},
};
use flyte_engine::compare;

/// What such a task makes.
pub(super) enum Made {
    /// The bytes of its outputs.
    Outputs(Vec<u8>),
    /// The graph that runs in its place.
    Graph(Box<Graph>),
}

pub(super) fn run(
    registry: &Registry,
    told: &str,
    inputs: BTreeMap<String, Literal>,
) -> Result<Made, Problem> {
    let told = serde_json::from_str(told).map_err(|error| {
        let message = format!(
            "this program cannot do {told:?} ({error}); register the version of the program that runs"
        );
        Problem::user_text("USER:RuntimeError", message)
    })?;
    match told {
        BuiltIn::Compare(comparisons) => compared(&comparisons, &inputs),
        BuiltIn::Each(each) => graph(registry, &each, inputs),
    }
}

fn compared(
    comparisons: &[Comparison],
    inputs: &BTreeMap<String, Literal>,
) -> Result<Made, Problem> {
    let mut outputs = Vec::with_capacity(comparisons.len());
    for (index, comparison) in comparisons.iter().enumerate() {
        let wrong = |error| Problem::user("USER:TypeError", &error);
        let side = |name: &str| {
            let given = inputs.get(&format!("{name}{index}")).cloned();
            comparison.of.plain(given.unwrap_or(Literal::NONE))
        };
        let (left, right) = (side("a").map_err(wrong)?, side("b").map_err(wrong)?);
        let holds = compare(comparison.operator.into(), &left, &right).map_err(wrong)?;
        outputs.push((
            format!("o{index}"),
            Literal::from(LiteralValue::Boolean(holds)),
        ));
    }
    let outputs = outputs.iter();
    let outputs = outputs.map(|(name, literal)| (name.as_str(), literal));
    Ok(Made::Outputs(wire::encode_map(outputs)))
}

/// A node for each element, each of which calls the launch plan; the list of their outputs without a node where there
/// is no element.
fn graph(
    registry: &Registry,
    each: &Each,
    mut inputs: BTreeMap<String, Literal>,
) -> Result<Made, Problem> {
    let plan = registry
        .find(&each.plan)
        .map_err(|error| Problem::user("USER:RuntimeError", &error))?;
    // A task of a cluster is called by a workflow, whose default launch plan has its name.
    let called = match &each.through {
        None => (plan.kind() == EntityKind::LaunchPlan).then_some(plan),
        Some(workflow) => caller(plan, workflow.clone()),
    };
    let Some(plan) = called else {
        let message = format!(
            "`{}` is a {}, and not what it was when the workflow was registered",
            plan.name(),
            plan.kind()
        );
        return Err(Problem::user_text("USER:RuntimeError", message));
    };
    let mut lists = BTreeMap::new();
    for name in &each.lists {
        lists.insert(name.as_str(), elements(name, inputs.remove(name))?);
    }
    let lengths: Vec<_> = lists.values().map(Vec::len).collect();
    let count = lengths.first().copied().unwrap_or_default();
    if lengths.iter().any(|length| *length != count) {
        let message =
            format!("lists that are mapped side by side have different lengths: {lengths:?}");
        return Err(Problem::user_text("USER:ValueError", message));
    }
    let output = plan.outputs().first();
    if count == 0 {
        let empty = Literal::from(LiteralValue::Collection(Vec::new()));
        let outputs = output.map(|output| (output.name, &empty));
        return Ok(Made::Outputs(wire::encode_map(outputs)));
    }
    let constant = |input: &InputDescriptor, literal| {
        let value = input.info.from_literal(literal)?;
        let info = input.info;
        Ok(BindingData::Constant(Constant { value, info }))
    };
    // What is the same for all elements is read once: their nodes share it.
    let mut shared = BTreeMap::new();
    for input in plan.inputs() {
        if let Some(literal) = inputs.remove(input.name) {
            let value = constant(input, literal).map_err(|error: TypeError| {
                let message = format!("input `{}`: {error}", input.name);
                Problem::user_text("USER:TypeError", message)
            })?;
            shared.insert(input.name, value);
        }
    }
    let mut nodes = Vec::with_capacity(count);
    for index in 0..count {
        let mut bindings = Vec::with_capacity(plan.inputs().len());
        for input in plan.inputs() {
            let data = match lists.get_mut(input.name) {
                Some(elements) => {
                    let literal = std::mem::replace(&mut elements[index], Literal::NONE);
                    constant(input, literal).map_err(|error| {
                        let message = format!("input `{}` of element {index}: {error}", input.name);
                        Problem::user_text("USER:TypeError", message)
                    })?
                }
                None => match shared.get(input.name) {
                    Some(data) => data.clone(),
                    None => continue,
                },
            };
            bindings.push(Binding::new(input.name, data));
        }
        bindings.sort_by(|a, b| a.var.cmp(&b.var));
        // Lanes: an element starts when the one so many before it is done.
        let before = each
            .concurrency
            .and_then(|most| index.checked_sub(most.max(1)));
        let target = NodeTarget::LaunchPlan(plan);
        let id = format!("dn{index}");
        let mut node = Node::new(id, plan.node_name(), target, plan.location());
        node.bindings = bindings;
        node.upstream.extend(before);
        node.overrides = overrides(each);
        nodes.push(node);
    }
    Ok(Made::Graph(Box::new(gathered(plan, nodes))))
}

fn overrides(each: &Each) -> Option<Box<NodeOverrides>> {
    let mut overrides = NodeOverrides::new();
    if let Some(milliseconds) = each.timeout_ms {
        overrides = overrides.timeout(Duration::from_millis(milliseconds));
    }
    if let Some(retries) = each.retries {
        overrides = overrides.retries(retries);
    }
    if let Some(interruptible) = each.interruptible {
        overrides = overrides.interruptible(interruptible);
    }
    (overrides != NodeOverrides::default()).then(|| Box::new(overrides))
}

/// The graph of the calls, which gives the list of their outputs.
fn gathered(plan: &'static EntityDescriptor, nodes: Vec<Node>) -> Graph {
    let own = next_graph();
    let items = (0..nodes.len())
        .map(|index| BindingData::Promise(RawReference::new(NodeRef::new(own, index as u32), 0)));
    let items: Vec<_> = items.collect();
    let mut graph = Graph::new(plan, Interface::default(), nodes);
    if let Some(output) = plan.outputs().first() {
        let variable = Variable::new(output.name, output.info);
        graph.interface.outputs.push(variable);
        let list = BindingData::Collection {
            items,
            // The cluster makes the list.
            assemble: |_| None,
        };
        graph.outputs.push(Binding::new(output.name, list));
    }
    graph
}

fn elements(name: &str, literal: Option<Literal>) -> Result<Vec<Literal>, Problem> {
    let literal = literal.unwrap_or(Literal::NONE);
    let kind = literal.kind();
    match literal.into_plain() {
        Ok(LiteralValue::Collection(items)) => Ok(items),
        Ok(_) => {
            let message = format!("input `{name}` is {kind}, and a map takes a list");
            Err(Problem::user_text("USER:TypeError", message))
        }
        Err(error) => Err(Problem::user("USER:TypeError", &error)),
    }
}

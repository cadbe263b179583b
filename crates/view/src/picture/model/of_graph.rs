//! Reading a compiled graph.
//!
//! Values are followed through workflows that are opened and through cases of branches: a link goes from the step that
//! gives a value to the step that takes it.

mod branch;
mod opening;
mod sources;

use std::collections::BTreeMap;

use flyte_core::{
    graph::{
        Graph, Node, NodeTarget, Producer, Successes, Variable,
        entity::{EntityDescriptor, ExecutionBehavior, InputDescriptor},
    },
    no_other_variant,
};

use super::{Flow, Frame, Kind, Link, Model, Step, Why};
use crate::picture::marks;

use opening::{legible, opened};
use sources::{Source, bound, sources};

impl Model {
    /// Reads a graph. Without a depth, workflows in it are opened as far as that stays legible.
    pub(in crate::picture) fn of(graph: &Graph, depth: Option<usize>) -> Self {
        let depth = depth.unwrap_or_else(|| legible(graph));
        let entity = graph.entity();
        let mut reader = Reader {
            model: Self {
                name: graph.name().to_owned(),
                short_name: graph.short_name().to_owned(),
                facts: marks::facts(entity),
                docs: entity.docs(),
                location: entity.location(),
                steps: Vec::new(),
                links: Vec::new(),
                frames: Vec::new(),
            },
            links: BTreeMap::new(),
        };
        reader.read(graph, depth);
        let links = reader.links.into_iter();
        reader.model.links = links
            .map(|((from, to), (why, flows))| Link {
                from,
                to,
                why,
                flows,
            })
            .collect();
        reader.model
    }
}

/// What became of a node.
#[derive(Default)]
struct Drawn {
    /// By output.
    outputs: Vec<Vec<Source>>,
    /// What runs first in it, and last.
    first: Vec<usize>,
    last: Vec<usize>,
}

/// Where the reading is.
#[derive(Clone, Copy)]
struct Place<'a> {
    graph: &'a Graph,
    /// By input of the graph.
    inputs: &'a [Vec<Source>],
    /// The ids of the nodes around.
    around: &'a str,
    group: Option<usize>,
    depth: usize,
}

struct Reader {
    model: Model,
    links: BTreeMap<(usize, usize), (Why, Vec<Flow>)>,
}

impl Reader {
    fn read(&mut self, graph: &Graph, depth: usize) {
        let descriptors = graph.entity().inputs();
        let mut inputs = Vec::new();
        for variable in &graph.interface().inputs {
            let of = variable.info.short_name();
            let descriptor = descriptors.iter().find(|input| input.name == variable.name);
            let default = descriptor.and_then(InputDescriptor::missing);
            let value = match default {
                Some(default) => format!("{of} = {}", default.preview()),
                None => of.clone(),
            };
            let step = self.end(
                Kind::Input,
                &variable.name,
                value,
                variable.description,
                graph,
            );
            let name = variable.name.clone().into_owned();
            inputs.push(vec![Source::step(step, name, of)]);
        }
        let place = Place {
            graph,
            inputs: &inputs,
            around: "",
            group: None,
            depth,
        };
        let drawn = self.graph(place);
        if let Some(node) = graph.failure_node() {
            let before = self.model.steps.len();
            let last = self.last_of(before);
            let handler = self.node(place, &[], node, "on failure");
            for step in &mut self.model.steps[before..] {
                step.on_failure = true;
            }
            // It stands behind all that can fail.
            for from in last {
                for &to in &handler.first {
                    self.link(from, to, Why::Failure, None);
                }
            }
        }
        for (variable, sources) in graph.interface().outputs.iter().zip(drawn) {
            let of = variable.info.short_name();
            let step = self.end(
                Kind::Output,
                &variable.name,
                of,
                variable.description,
                graph,
            );
            self.connect(&variable.name, &sources, step);
        }
    }

    /// The steps of the first `count` that no other comes after; without what fails anyway.
    fn last_of(&self, count: usize) -> Vec<usize> {
        let is_last = |step: &usize| !self.links.keys().any(|(from, _)| from == step);
        (0..count)
            .filter(is_last)
            .filter(|&step| !matches!(self.model.steps[step].kind, Kind::Input | Kind::Failure))
            .collect()
    }

    /// An input or an output of the workflow.
    fn end(
        &mut self,
        kind: Kind,
        name: &str,
        value: String,
        docs: &'static str,
        graph: &Graph,
    ) -> usize {
        self.step(Step {
            value,
            docs,
            location: Some(graph.entity().location()),
            ..Step::new(name, kind, name)
        })
    }

    fn step(&mut self, step: Step) -> usize {
        self.model.steps.push(step);
        self.model.steps.len() - 1
    }

    /// All nodes of a graph; the sources of its outputs.
    fn graph(&mut self, place: Place<'_>) -> Vec<Vec<Source>> {
        let mut drawn: Vec<Drawn> = Vec::new();
        for node in place.graph.nodes() {
            let one = self.node(place, &drawn, node, "");
            drawn.push(one);
        }
        let outputs = place.graph.outputs().iter();
        outputs
            .map(|binding| sources(place, &drawn, &binding.data))
            .collect()
    }

    fn node(&mut self, place: Place<'_>, before: &[Drawn], node: &Node, caption: &str) -> Drawn {
        let id = format!("{}{}", place.around, node.id());
        let inner = match node.target() {
            NodeTarget::Branch(branch) => {
                return self.branch(place, before, node, branch, id, caption);
            }
            target => opened(target, place.depth),
        };
        let Some((inner, depth)) = inner else {
            return self.closed(place, before, node, id, caption);
        };
        // A case of a branch has its condition as title, a workflow its name.
        let entity = node.target().runs();
        let (title, mark) = match node.target() {
            NodeTarget::Inlined(_) => (caption.to_owned(), ""),
            NodeTarget::Map(_) => (node.metadata().name.clone(), "for each element"),
            _ => (node.metadata().name.clone(), "workflow"),
        };
        let title = match caption {
            "" => title,
            caption if title != caption => format!("{caption}: {title}"),
            _ => title,
        };
        self.model.frames.push(Frame {
            id: id.clone(),
            title,
            mark,
            parent: place.group,
            docs: entity.map_or("", EntityDescriptor::docs),
            location: Some(node.location()),
        });
        let group = self.model.frames.len() - 1;
        let given: BTreeMap<&str, Vec<Source>> = node
            .bindings()
            .iter()
            .map(|binding| (&*binding.var, bound(place, before, node, binding)))
            .collect();
        let inputs: Vec<Vec<Source>> = inner
            .interface()
            .inputs
            .iter()
            .map(|variable| given.get(&*variable.name).cloned().unwrap_or_default())
            .collect();
        let from = self.model.steps.len();
        let outputs = self.graph(Place {
            graph: &inner,
            inputs: &inputs,
            around: &format!("{id}/"),
            group: Some(group),
            depth,
        });
        let own: Vec<usize> = (from..self.model.steps.len()).collect();
        let has = |step: usize, incoming: bool| {
            self.links.keys().any(|&(a, b)| {
                let (end, other) = if incoming { (b, a) } else { (a, b) };
                end == step && other >= from
            })
        };
        let first: Vec<usize> = own
            .iter()
            .copied()
            .filter(|&step| !has(step, true))
            .collect();
        let last: Vec<usize> = own
            .iter()
            .copied()
            .filter(|&step| !has(step, false))
            .collect();
        self.order(place, before, node, &first);
        let outputs = match node.target() {
            // Promises name it as a list of values, or of options.
            NodeTarget::Map(_) => [outputs.clone(), outputs].concat(),
            _ => outputs,
        };
        Drawn {
            outputs,
            first,
            last,
        }
    }

    /// A node as one step.
    fn closed(
        &mut self,
        place: Place<'_>,
        before: &[Drawn],
        node: &Node,
        id: String,
        caption: &str,
    ) -> Drawn {
        let entity = node.target().runs();
        let (kind, mark) = kind_of(node);
        let name = match (node.gate(), node.target()) {
            (Some(gate), _) => gate.to_string(),
            (None, NodeTarget::Map(map)) if node.metadata().name.contains("map_") => {
                map.entity().short_name().to_owned()
            }
            _ => node.metadata().name.clone(),
        };
        let mut options = Vec::new();
        if let NodeTarget::Map(map) = node.target() {
            options.extend(map.concurrency().map(|most| format!("{most} at once")));
            match map.successes() {
                Successes::All => {}
                Successes::Number(number) => options.push(format!("{number} must succeed")),
                Successes::Ratio(ratio) => {
                    options.push(format!("{} % must succeed", ratio * 100.0));
                }
                _ => no_other_variant!(Successes),
            }
        }
        options.extend(marks::of(entity, node.overrides()));
        let step = self.step(Step {
            mark,
            caption: caption.to_owned(),
            entity: entity.map_or("", EntityDescriptor::name).to_owned(),
            options,
            docs: entity.map_or("", EntityDescriptor::docs),
            location: Some(node.location()),
            group: place.group,
            ..Step::new(&id, kind, &name)
        });
        for binding in node.bindings() {
            let sources = bound(place, before, node, binding);
            self.connect(&binding.var, &sources, step);
        }
        self.order(place, before, node, &[step]);
        let outputs = outputs_of(node);
        Drawn {
            outputs: outputs
                .into_iter()
                .map(|variable| {
                    let of = variable.info.short_name();
                    vec![Source::step(step, variable.name.into_owned(), of)]
                })
                .collect(),
            first: vec![step],
            last: vec![step],
        }
    }

    fn link(&mut self, from: usize, to: usize, why: Why, flow: Option<Flow>) {
        let (known, flows) = self.links.entry((from, to)).or_insert((why, Vec::new()));
        *known = why.min(*known);
        flows.extend(flow);
    }

    /// Draws what has to be done before, where no value says so.
    fn order(&mut self, place: Place<'_>, before: &[Drawn], node: &Node, first: &[usize]) {
        let mut told = Vec::new();
        for binding in node.bindings() {
            binding.data.for_each_reference(&mut |reference| {
                if let Producer::Node(index) = place.graph.resolve(reference).producer {
                    told.push(index);
                }
            });
        }
        for index in node.upstream().iter().filter(|index| !told.contains(index)) {
            let Some(earlier) = before.get(*index) else {
                continue;
            };
            for &from in &earlier.last {
                for &to in first {
                    self.link(from, to, Why::Order, None);
                }
            }
        }
    }
}

/// What the outputs of a node are called, and their types.
fn outputs_of(node: &Node) -> Vec<Variable> {
    match node.target() {
        NodeTarget::Task(entity)
        | NodeTarget::Workflow(entity)
        | NodeTarget::LaunchPlan(entity)
        | NodeTarget::Gate(entity) => entity.interface().outputs,
        NodeTarget::Branch(branch) => branch.outputs().to_vec(),
        // Promises name its one output as a list of values, or of options.
        NodeTarget::Map(map) => {
            let outputs = map.interface().outputs;
            outputs.iter().chain(&outputs).cloned().collect()
        }
        NodeTarget::Inlined(graph) => graph.interface().outputs.clone(),
        _ => no_other_variant!(NodeTarget),
    }
}

fn kind_of(node: &Node) -> (Kind, String) {
    let entity = node.target().runs();
    let reference = entity
        .and_then(|entity| entity.reference())
        .map(|_| "reference ");
    let reference = reference.unwrap_or_default();
    let (kind, mark) = match node.target() {
        NodeTarget::Task(entity) => match entity.execution_behavior() {
            None | Some(ExecutionBehavior::Default) => (Kind::Task, marks::runs_in(entity)),
            Some(behavior) => (Kind::Dynamic, behavior.to_string()),
        },
        NodeTarget::Workflow(_) | NodeTarget::Inlined(_) => (Kind::Workflow, "workflow".to_owned()),
        NodeTarget::LaunchPlan(_) => (Kind::LaunchPlan, "launch plan".to_owned()),
        NodeTarget::Gate(_) => (Kind::Gate, "gate".to_owned()),
        NodeTarget::Branch(_) => (Kind::Branch, String::new()),
        NodeTarget::Map(_) => (Kind::Map, "map".to_owned()),
        _ => no_other_variant!(NodeTarget),
    };
    (kind, format!("{reference}{mark}").trim_end().to_owned())
}

//! Reading a compiled graph.
//!
//! Values are followed through workflows that are opened and through cases of branches: a link goes from the step that
//! gives a value to the step that takes it.

use std::collections::BTreeMap;

use flyte_core::{
    graph::{
        BindingData, BranchElse, BranchNode, CaseNode, Graph, MapNode, Node, NodeTarget, PathStep,
        Producer, Successes, Variable,
        entity::{EntityDescriptor, ExecutionBehavior, InputDescriptor},
    },
    no_other_variant,
};

use super::{Flow, Frame, Kind, Link, Model, Step, Why};
use crate::picture::{condition, marks};

/// How many steps a picture has at most before workflows in it stay closed.
const LEGIBLE: usize = 100;

/// How deep the search for what can be opened goes.
const DEEPEST: usize = 16;

impl Model {
    /// Reads a graph. Without a depth, workflows in it are opened as far as that stays legible.
    pub(in crate::picture) fn of(graph: &Graph, depth: Option<usize>) -> Self {
        let depth = depth.unwrap_or_else(|| legible(graph));
        let entity = graph.entity();
        let mut reader = Reader {
            model: Self {
                name: graph.name().to_owned(),
                short_name: graph.short_name().to_owned(),
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

/// How deep workflows can be opened while there are not too many steps.
fn legible(graph: &Graph) -> usize {
    let mut depth = 0;
    let mut steps = count(graph, 0);
    while depth < DEEPEST {
        let more = count(graph, depth + 1);
        if more > LEGIBLE || more == steps {
            break;
        }
        depth += 1;
        steps = more;
    }
    depth
}

fn count(graph: &Graph, depth: usize) -> usize {
    graph
        .nodes()
        .iter()
        .map(|node| count_node(node, depth))
        .sum()
}

fn count_node(node: &Node, depth: usize) -> usize {
    match node.target() {
        NodeTarget::Branch(branch) => {
            1 + branch
                .case_nodes()
                .map(|case| count_node(case.node(), depth))
                .sum::<usize>()
        }
        target => match opened(target, depth) {
            Some((inner, depth)) => count(inner.as_ref(), depth),
            None => 1,
        },
    }
}

/// The graph of what is opened, and how much deeper it goes.
fn opened(target: &NodeTarget, depth: usize) -> Option<(std::sync::Arc<Graph>, usize)> {
    let entity = match target {
        // A case of a branch is part of the workflow around it.
        NodeTarget::Inlined(graph) => return Some((graph.clone(), depth)),
        NodeTarget::Workflow(entity) => entity,
        NodeTarget::Map(map) => workflow_of(map)?,
        _ => return None,
    };
    let depth = depth.checked_sub(1)?;
    // A reference has no graph here, and one that does not compile is told of elsewhere.
    let graph = entity.has_graph().then(|| entity.graph().ok()).flatten()?;
    (!graph.nodes().is_empty()).then_some((graph, depth))
}

/// The workflow that a map runs for each element.
fn workflow_of(map: &MapNode) -> Option<&'static EntityDescriptor> {
    map.entity().has_graph().then_some(map.entity())
}

/// Where a value comes from.
#[derive(Clone)]
enum Source {
    /// An output of a step, with the type that it has.
    Step {
        step: usize,
        output: String,
        of: String,
    },
    /// Known beforehand.
    Constant(String),
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
            inputs.push(vec![Source::Step {
                step,
                output: variable.name.clone().into_owned(),
                of,
            }]);
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
            self.node(place, &[], node, "on failure");
            for step in &mut self.model.steps[before..] {
                step.on_failure = true;
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
            id: name.to_owned(),
            kind,
            name: name.to_owned(),
            mark: String::new(),
            caption: String::new(),
            entity: String::new(),
            value,
            constants: Vec::new(),
            options: Vec::new(),
            docs,
            location: Some(graph.entity().location()),
            group: None,
            on_failure: false,
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
            .map(|binding| (&*binding.var, sources(place, before, &binding.data)))
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
            id,
            kind,
            name,
            mark,
            caption: caption.to_owned(),
            entity: entity.map_or("", EntityDescriptor::name).to_owned(),
            value: String::new(),
            constants: Vec::new(),
            options,
            docs: entity.map_or("", EntityDescriptor::docs),
            location: Some(node.location()),
            group: place.group,
            on_failure: false,
        });
        for binding in node.bindings() {
            let sources = sources(place, before, &binding.data);
            self.connect(&binding.var, &sources, step);
        }
        self.order(place, before, node, &[step]);
        let outputs = outputs_of(node);
        Drawn {
            outputs: outputs
                .into_iter()
                .map(|variable| {
                    vec![Source::Step {
                        step,
                        output: variable.name.into_owned(),
                        of: variable.info.short_name(),
                    }]
                })
                .collect(),
            first: vec![step],
            last: vec![step],
        }
    }

    fn branch(
        &mut self,
        place: Place<'_>,
        before: &[Drawn],
        node: &Node,
        branch: &BranchNode,
        id: String,
        caption: &str,
    ) -> Drawn {
        let step = self.step(Step {
            id: id.clone(),
            kind: Kind::Branch,
            name: branch.name().to_owned(),
            mark: String::new(),
            caption: caption.to_owned(),
            entity: String::new(),
            value: String::new(),
            constants: Vec::new(),
            options: Vec::new(),
            docs: "",
            location: Some(branch.location()),
            group: place.group,
            on_failure: false,
        });
        for binding in node.bindings() {
            let sources = sources(place, before, &binding.data);
            self.connect("", &sources, step);
        }
        self.order(place, before, node, &[step]);
        let mut drawn = Drawn {
            outputs: vec![Vec::new(); branch.outputs().len()],
            first: vec![step],
            last: Vec::new(),
        };
        let inside = format!("{id}/");
        let place = Place {
            around: &inside,
            ..place
        };
        let cases = branch.cases().iter().map(|case| {
            (
                format!("if {}", condition::text(&case.condition, place.graph)),
                &case.then,
            )
        });
        let default = match branch.default() {
            BranchElse::Node(case) => Some(("else".to_owned(), &**case)),
            BranchElse::Fail(_) => None,
            _ => no_other_variant!(BranchElse),
        };
        for (when, case) in cases.chain(default) {
            self.case(place, before, case, &when, step, &mut drawn);
        }
        if let BranchElse::Fail(message) = branch.default() {
            let fail = self.step(Step {
                id: format!("{inside}fail"),
                kind: Kind::Failure,
                name: format!("fail {message:?}"),
                mark: String::new(),
                caption: "else".to_owned(),
                entity: String::new(),
                value: String::new(),
                constants: Vec::new(),
                options: Vec::new(),
                docs: "",
                location: Some(branch.location()),
                group: place.group,
                on_failure: false,
            });
            self.link(step, fail, Why::Case, None);
        }
        drawn
    }

    fn case(
        &mut self,
        place: Place<'_>,
        before: &[Drawn],
        case: &CaseNode,
        when: &str,
        branch: usize,
        drawn: &mut Drawn,
    ) {
        let own = self.node(place, before, case.node(), when);
        for &first in &own.first {
            self.link(branch, first, Why::Case, None);
        }
        drawn.last.extend(own.last);
        for (sources, &output) in drawn.outputs.iter_mut().zip(case.outputs()) {
            sources.extend(
                own.outputs
                    .get(output as usize)
                    .cloned()
                    .unwrap_or_default(),
            );
        }
    }

    /// Draws what an input of a step comes from; what is known beforehand is written into the step.
    fn connect(&mut self, input: &str, sources: &[Source], to: usize) {
        let mut constants = Vec::new();
        let mut links = 0;
        for source in sources {
            match source {
                Source::Step { step, output, of } => {
                    links += 1;
                    let flow = Flow {
                        output: output.clone(),
                        input: input.to_owned(),
                        of: of.clone(),
                    };
                    self.link(*step, to, Why::Value, Some(flow));
                }
                Source::Constant(text) => constants.push(text.as_str()),
            }
        }
        if links == 0 && !constants.is_empty() && !input.is_empty() {
            let text = format!("{input} = {}", constants.join(", "));
            self.model.steps[to].constants.push(text);
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

/// Where a value comes from; a collection comes from all of its parts.
fn sources(place: Place<'_>, drawn: &[Drawn], data: &BindingData) -> Vec<Source> {
    match data {
        BindingData::Promise(reference) => {
            let reference = place.graph.resolve(reference);
            let of_producer = match reference.producer {
                Producer::Start => place.inputs.get(reference.output),
                Producer::Node(index) => drawn
                    .get(index)
                    .and_then(|node| node.outputs.get(reference.output)),
            };
            let part: String = reference.path.iter().map(PathStep::to_string).collect();
            let mut sources = of_producer.cloned().unwrap_or_default();
            if !part.is_empty() {
                for source in &mut sources {
                    match source {
                        // What type a part has is not known to the graph.
                        Source::Step { output, of, .. } => {
                            output.push_str(&part);
                            of.clear();
                        }
                        Source::Constant(text) => text.push_str(&part),
                    }
                }
            }
            sources
        }
        BindingData::Constant(constant) => vec![Source::Constant(constant.preview())],
        BindingData::Collection { items, .. } => items
            .iter()
            .flat_map(|item| sources(place, drawn, item))
            .collect(),
        BindingData::Map { items, .. } => items
            .values()
            .flat_map(|item| sources(place, drawn, item))
            .collect(),
        BindingData::Cast { item, .. } | BindingData::Converted { item, .. } => {
            sources(place, drawn, item)
        }
    }
}

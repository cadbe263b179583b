//! What only a look at a whole workflow shows, with all that it contains.

use std::{panic::resume_unwind, thread};

use crate::{
    graph::{
        BooleanExpression, BranchElse, BranchNode, CompileError, CompileProblem, Graph, MapNode,
        MapProblem, Node, NodeTarget, Operand, Producer, entity::EntityDescriptor,
    },
    registry::Registry,
};

/// How deep workflows may be nested.
const MAX_LEVELS: usize = 256;

/// How many levels are walked on one stack. The smallest in use, those of test threads and async workers, hold three
/// times as many in a build without optimisations.
const LEVELS_A_STACK: usize = 64;

/// Goes one level down in what contains one another. On a stack that has enough levels, in a thread of its own, which
/// is waited for.
pub fn next_level<R: Send>(level: usize, work: impl FnOnce() -> R + Send) -> R {
    if !level.is_multiple_of(LEVELS_A_STACK) {
        return work();
    }
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

/// Compiles the graph of an entity, and those of everything that it contains; each at the first call.
///
/// # Errors
///
/// When one of them cannot be compiled, and when the workflow contains itself, or an entity that has the name of
/// another.
pub fn complete(entity: &'static EntityDescriptor) -> Result<(), CompileError> {
    // What a workflow contains is walked on the way, and may be the workflow itself again.
    entity
        .known_complete()
        .unwrap_or_else(|| entity.keep_complete(Walk::new().entity(entity)))
}

/// The same of the graph that a dynamic task has built.
pub fn complete_dynamic(graph: &Graph) -> Result<(), CompileError> {
    let walked = Walk::new().graph(graph);
    walked.map_err(|problem| error(graph.entity(), problem))
}

fn error(entity: &EntityDescriptor, problem: CompileProblem) -> CompileError {
    CompileError {
        workflow: entity.name().to_owned(),
        location: entity.location(),
        problems: vec![problem],
    }
}

struct Walk {
    /// The workflows around the current one; seeing one again means that it contains itself.
    path: Vec<&'static EntityDescriptor>,
    registry: &'static Registry,
}

impl Walk {
    fn new() -> Self {
        Self {
            path: Vec::new(),
            registry: Registry::of_program(),
        }
    }

    fn entity(&mut self, entity: &'static EntityDescriptor) -> Result<(), CompileError> {
        let graph = entity.graph()?;
        let fail = |problem| error(entity, problem);
        self.unique(entity).map_err(fail)?;
        let is_entity = |around: &&EntityDescriptor| std::ptr::eq(*around, entity);
        if let Some(start) = self.path.iter().position(is_entity) {
            let path = self.path[start..].iter().chain([&entity]);
            let path = path.map(|entity| entity.name().to_owned()).collect();
            return Err(fail(CompileProblem::Recursion { path }));
        }
        if self.path.len() == MAX_LEVELS {
            return Err(fail(CompileProblem::TooDeep { levels: MAX_LEVELS }));
        }
        self.path.push(entity);
        let walked = next_level(self.path.len(), || self.graph(&graph));
        self.path.pop();
        walked.map_err(fail)
    }

    fn graph(&mut self, graph: &Graph) -> Result<(), CompileProblem> {
        let mut is_tolerant = false;
        let is_unique = !self.registry.has_duplicates();
        for node in graph.nodes() {
            // Most nodes, of which there is nothing else to ask.
            if is_unique && matches!(node.target(), NodeTarget::Task(_)) {
                continue;
            }
            is_tolerant |= tolerant(node).is_some();
            self.node(node)?;
        }
        if is_tolerant {
            tolerant_maps(graph)?;
        }
        graph.failure_node().map_or(Ok(()), |node| self.node(node))
    }

    fn node(&mut self, node: &Node) -> Result<(), CompileProblem> {
        match node.target() {
            NodeTarget::Branch(branch) => self.branch(branch),
            NodeTarget::Inlined(graph) => self.graph(graph),
            NodeTarget::Map(map) => self.used(map.entity()),
            NodeTarget::Task(entity)
            | NodeTarget::Workflow(entity)
            | NodeTarget::LaunchPlan(entity)
            | NodeTarget::Gate(entity) => self.used(entity),
        }
    }

    fn branch(&mut self, branch: &BranchNode) -> Result<(), CompileProblem> {
        for case in branch.cases() {
            condition(&case.condition)?;
            self.node(case.then.node())?;
        }
        match branch.default() {
            BranchElse::Node(case) => self.node(case.node()),
            BranchElse::Fail(_) => Ok(()),
        }
    }

    /// An entity that a node runs.
    fn used(&mut self, entity: &'static EntityDescriptor) -> Result<(), CompileProblem> {
        self.unique(entity)?;
        if !entity.has_graph() {
            return Ok(());
        }
        let walked = entity.known_complete().unwrap_or_else(|| {
            let walked = self.entity(entity);
            // What contains itself is told once, of the workflow that was asked for.
            match walked {
                Ok(()) => entity.keep_complete(Ok(())),
                Err(_) => walked,
            }
        });
        walked.map_err(|error| match error.problems.as_slice() {
            [problem @ (CompileProblem::Recursion { .. } | CompileProblem::TooDeep { .. })] => {
                problem.clone()
            }
            _ => CompileProblem::SubWorkflow(Box::new(error)),
        })
    }

    fn unique(&self, entity: &EntityDescriptor) -> Result<(), CompileProblem> {
        match self.registry.duplicate_of(entity) {
            Some(duplicate) => Err(CompileProblem::Duplicate(duplicate.clone())),
            None => Ok(()),
        }
    }
}

/// Conditions are compared in Flyte's form, which each constant has to have.
fn condition(expression: &BooleanExpression) -> Result<(), CompileProblem> {
    match expression {
        BooleanExpression::Comparison { left, right, .. } => {
            for operand in [left, right] {
                if let Operand::Constant(constant) = operand
                    && let Err(error) = constant.to_literal()
                {
                    return Err(CompileProblem::Condition { error });
                }
            }
            Ok(())
        }
        BooleanExpression::Conjunction { terms, .. } => terms.iter().try_for_each(condition),
    }
}

/// A map whose elements may fail.
fn tolerant(node: &Node) -> Option<&MapNode> {
    match node.target() {
        NodeTarget::Map(map) if map.is_tolerant() && !map.outputs.is_empty() => Some(map),
        _ => None,
    }
}

/// Of a map whose elements may fail only the optional values are there to be read.
fn tolerant_maps(graph: &Graph) -> Result<(), CompileProblem> {
    let mut read = vec![false; graph.nodes().len()];
    let mut waiting: Vec<&Node> = graph.nodes().iter().collect();
    while let Some(node) = waiting.pop() {
        for binding in node.bindings() {
            binding.data.for_each_reference(&mut |reference| {
                let reference = graph.resolve(reference);
                if let (Producer::Node(index), 0) = (reference.producer, reference.output) {
                    read[index] = true;
                }
            });
        }
        if let NodeTarget::Branch(branch) = node.target() {
            waiting.extend(branch.case_nodes().map(crate::graph::CaseNode::node));
        }
    }
    let mut maps = graph.nodes().iter().zip(read);
    match maps.find_map(|(node, is_read)| tolerant(node).filter(|_| is_read)) {
        Some(map) => Err(CompileProblem::Map {
            location: map.location(),
            problem: MapProblem::BeforeOptional,
        }),
        None => Ok(()),
    }
}

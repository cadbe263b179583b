//! Checks that need a whole workflow with everything it contains.

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

/// How many levels are walked on one stack. The smallest stacks in use, those of test threads and async workers, hold
/// three times as many in a build without optimisations.
const LEVELS_A_STACK: usize = 64;

/// Goes one level deeper into nested entities, in a new thread (which it waits for) when this stack has enough levels.
pub fn next_level<R: Send>(level: usize, work: impl FnOnce() -> R + Send) -> R {
    if !level.is_multiple_of(LEVELS_A_STACK) {
        return work();
    }
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

/// Compiles the graph of an entity and of everything it contains, each on first use.
///
/// # Errors
///
/// When one of them cannot be compiled, or the workflow contains itself or two entities with the same name.
pub fn complete(entity: &'static EntityDescriptor) -> Result<(), CompileError> {
    // This walks what the workflow contains, which may be the workflow itself again.
    entity
        .known_complete()
        .unwrap_or_else(|| entity.keep_complete(Walk::new().entity(entity)))
}

/// As [`complete`], for the graph that a dynamic task has built.
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
            // Most nodes run a plain task, which needs no other check.
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

    /// Checks an entity that a node runs.
    fn used(&mut self, entity: &'static EntityDescriptor) -> Result<(), CompileProblem> {
        self.unique(entity)?;
        if !entity.has_graph() {
            return Ok(());
        }
        let walked = entity.known_complete().unwrap_or_else(|| {
            let walked = self.entity(entity);
            // Recursion is reported once, for the outermost workflow.
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

/// Checks that Flyte's form can hold each constant of a condition, because conditions are compared in that form.
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

/// The map of a node, if its elements may fail.
fn tolerant(node: &Node) -> Option<&MapNode> {
    match node.target() {
        NodeTarget::Map(map) if map.is_tolerant() && !map.outputs.is_empty() => Some(map),
        _ => None,
    }
}

/// Checks that only the optional values of a map whose elements may fail are used.
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

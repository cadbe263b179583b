//! Checks before registration what a Flyte 1 cluster would refuse, and what it does differently from a local run.

mod bindings;
mod conditions;
mod entities;
mod explanation;
mod finding;
pub mod graph;
mod guards;
mod ids;
mod interfaces;
mod kubernetes_names;
mod literals;
mod lowering;
pub mod overrides;
mod resources;
mod rule;
mod schemas;
mod subject;
mod types;
mod values;

use std::{
    collections::{BTreeSet, HashSet},
    ptr,
    sync::Arc,
};

use crate::lower::NodePath;
use flyte_core::{
    graph::{
        CaseNode, CompileError, Graph, Node, NodeTarget,
        entity::{EntityDescriptor, EntityKind},
    },
    no_other_variant,
    registry::Registry,
    types::LiteralType,
};

pub use finding::{Finding, Refused, refused};
pub use rule::{RefusedBy, Rule, Severity};
pub use values::shows_its_type;

use graph::Known;
use subject::Subject;

/// The default maximum number of nodes of a workflow on a server.
pub const MAX_NODES: usize = 100;

/// Whether Flyte's compiler accepts a value of type `from` where the type `to` is expected.
pub fn casts(from: &LiteralType, to: &LiteralType) -> bool {
    types::is_castable(from.into(), to.into())
}

/// Checks entities by the rules of a cluster.
#[derive(Clone, Debug)]
pub struct Check {
    max_nodes: usize,
    as_written: bool,
    without: BTreeSet<Rule>,
}

impl Default for Check {
    fn default() -> Self {
        Self::new()
    }
}

impl Check {
    /// A check for a cluster with Flyte's default configuration.
    pub fn new() -> Self {
        Self {
            max_nodes: MAX_NODES,
            as_written: false,
            without: BTreeSet::new(),
        }
    }

    /// Sets the maximum number of nodes of a workflow on the server (`registration.maxWorkflowNodes`); the default is
    /// [`MAX_NODES`].
    #[must_use]
    pub fn max_nodes(mut self, nodes: usize) -> Self {
        self.max_nodes = nodes;
        self
    }

    /// Suppresses the warnings of a rule.
    #[must_use]
    pub fn allow(mut self, rule: Rule) -> Self {
        if rule.severity() == Severity::Warning {
            self.without.insert(rule);
        }
        self
    }

    /// Checks graphs as written instead of their lowered form: for tests of the rules.
    #[doc(hidden)]
    #[must_use]
    pub fn as_written(mut self) -> Self {
        self.as_written = true;
        self
    }

    /// Disables a rule, also one for errors: for tests of the rules.
    #[doc(hidden)]
    #[must_use]
    pub fn without(mut self, rule: Rule) -> Self {
        self.without.insert(rule);
        self
    }

    /// Checks the declaration of a task.
    pub fn task(&self, task: &'static EntityDescriptor) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        walk.task(task);
        walk.findings
    }

    /// Checks a workflow and its nested workflows.
    pub fn workflow(&self, workflow: &'static EntityDescriptor) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        walk.workflow(workflow, false);
        walk.findings
    }

    /// Checks the declaration of a launch plan; for a workflow, of its default one.
    pub fn launch_plan(
        &self,
        entity: &'static EntityDescriptor,
    ) -> Result<Vec<Finding>, CompileError> {
        let mut walk = Walk::new(self);
        walk.launch_plan(entity)?;
        Ok(walk.findings)
    }

    /// Checks everything in a registry; an error if it cannot be compiled.
    pub fn compiled(&self, registry: &Registry) -> Result<Vec<Finding>, CompileError> {
        let mut walk = Walk::new(self);
        for entity in registry.entities() {
            walk.visit(entity)?;
        }
        walk.never_called(registry);
        Ok(walk.findings)
    }

    /// Checks everything in a registry and everything it uses.
    pub fn registry(&self, registry: &Registry) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        for duplicate in registry.duplicates() {
            let first = duplicate.first;
            walk.find(Finding::new(
                Rule::DoesNotCompile,
                format!("`{}`", duplicate.name),
                first,
                duplicate.to_string(),
                "",
            ));
        }
        for entity in registry.entities() {
            if let Err(error) = walk.visit(entity) {
                walk.not_compiled(entity, &error);
            }
        }
        walk.never_called(registry);
        walk.findings
    }

    /// Checks an entity and everything it uses.
    pub fn entity(&self, entity: &'static EntityDescriptor) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        if let Err(error) = walk.visit(entity) {
            walk.not_compiled(entity, &error);
        }
        walk.findings
    }

    /// Checks the graph that a dynamic task has built.
    #[doc(hidden)]
    pub fn built(&self, graph: &Graph) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        walk.graph(&Arc::new(graph.clone()), true);
        walk.findings
    }
}

/// Visits entities, each one once.
struct Walk<'c> {
    check: &'c Check,
    findings: Vec<Finding>,
    told: HashSet<(Rule, String, String)>,
    seen: HashSet<*const EntityDescriptor>,
    /// The workflows whose graphs were checked, each with whether it was part of a dynamic task's graph.
    graphs: HashSet<(*const EntityDescriptor, bool)>,
    /// The entities that workflows call.
    called: HashSet<*const EntityDescriptor>,
    /// Whether a task builds a graph, or calls tasks, at run time: its calls are then not known.
    calls_while_running: bool,
    known: Known,
}

impl<'c> Walk<'c> {
    fn new(check: &'c Check) -> Self {
        Self {
            check,
            findings: Vec::new(),
            told: HashSet::new(),
            seen: HashSet::new(),
            graphs: HashSet::new(),
            called: HashSet::new(),
            calls_while_running: false,
            known: Known::default(),
        }
    }

    fn find(&mut self, finding: Finding) {
        let is_new = || {
            let Finding {
                rule,
                place,
                reason,
                ..
            } = &finding;
            (*rule, place.clone(), reason.clone())
        };
        if !self.check.without.contains(&finding.rule) && self.told.insert(is_new()) {
            self.findings.push(finding);
        }
    }

    /// Checks an entity and everything it uses.
    fn visit(&mut self, entity: &'static EntityDescriptor) -> Result<(), CompileError> {
        let mut waiting = vec![entity];
        while let Some(entity) = waiting.pop() {
            if entity.reference().is_some() || !self.seen.insert(ptr::from_ref(entity)) {
                continue;
            }
            // A default that panics would do so again at every use.
            if !self.makes_defaults(entity) && entity.kind() != EntityKind::Task {
                continue;
            }
            match entity.kind() {
                EntityKind::Task => self.task(entity),
                EntityKind::Workflow => {
                    // Recursion of workflows is found only by a check of the whole.
                    flyte_core::complete::complete(entity)?;
                    self.declared_workflow(entity);
                    self.workflow(entity, false);
                    self.uses(&*entity.graph()?, &mut waiting);
                }
                EntityKind::LaunchPlan => {
                    flyte_core::complete::complete(entity)?;
                    self.launch_plan(entity)?;
                    self.uses(&*entity.graph()?, &mut waiting);
                }
                EntityKind::Gate => {}
                _ => no_other_variant!(EntityKind),
            }
        }
        Ok(())
    }

    /// The entities that the nodes of a graph run.
    fn uses(&mut self, graph: &Graph, found: &mut Vec<&'static EntityDescriptor>) {
        let mut waiting: Vec<&Node> = graph.nodes().iter().chain(graph.failure_node()).collect();
        while let Some(node) = waiting.pop() {
            let entity = match node.target() {
                NodeTarget::Branch(branch) => {
                    waiting.extend(branch.case_nodes().map(CaseNode::node));
                    continue;
                }
                NodeTarget::Inlined(inner) => {
                    waiting.extend(inner.nodes());
                    continue;
                }
                NodeTarget::Map(map) => map.entity(),
                NodeTarget::Task(entity)
                | NodeTarget::Workflow(entity)
                | NodeTarget::LaunchPlan(entity)
                | NodeTarget::Gate(entity) => entity,
                _ => no_other_variant!(NodeTarget),
            };
            self.called.insert(ptr::from_ref(entity));
            found.push(entity);
        }
    }

    /// Checks the graph of a workflow, on its own or as a part of a dynamic task's graph.
    fn workflow(&mut self, workflow: &'static EntityDescriptor, is_dynamic: bool) {
        if !self.graphs.insert((ptr::from_ref(workflow), is_dynamic)) {
            return;
        }
        // A workflow that cannot be compiled is reported where it is used.
        if let Ok(graph) = workflow.graph() {
            self.graph(&graph, is_dynamic);
        }
    }

    fn graph(&mut self, source: &Arc<Graph>, is_dynamic: bool) {
        let subject = Subject::of(source, self.check.as_written, is_dynamic);
        self.lowerings(&subject);
        self.guards(&subject, source);
        let graph = Arc::clone(subject.graph());
        let nodes = graph.nodes().len();
        if !is_dynamic && nodes > self.check.max_nodes {
            let most = self.check.max_nodes;
            let added = nodes.saturating_sub(source.nodes().len());
            let added = match added {
                0 => String::new(),
                added => format!(", {added} of them added for the cluster"),
            };
            let reason = format!("it has {nodes} nodes{added}, and the server takes {most}");
            self.find(subject.finding(
                Rule::TooManyNodes,
                &NodePath::default(),
                reason,
                "put some of them into a workflow and call that, use a map, or say what your server takes: \
                 `--max-nodes`",
            ));
        }
        self.template(&subject, &graph, NodePath::default());
    }
}

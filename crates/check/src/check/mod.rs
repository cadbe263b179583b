//! What a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine, told before anything is
//! registered.

mod bindings;
mod conditions;
mod entities;
mod finding;
pub mod graph;
mod guards;
mod ids;
mod interfaces;
mod literals;
mod lowering;
mod names;
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
};

pub use finding::{Finding, Refused, refused};
pub use rule::{RefusedBy, Rule, Severity};
pub use values::shows_its_type;

use graph::Known;
use subject::Subject;

/// How many nodes a workflow may have on a server whose configuration says nothing about it.
pub const MAX_NODES: usize = 100;

/// Looks at entities as a cluster does.
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
    /// As a cluster whose configuration is that of Flyte.
    pub fn new() -> Self {
        Self {
            max_nodes: MAX_NODES,
            as_written: false,
            without: BTreeSet::new(),
        }
    }

    /// How many nodes a workflow may have on the server (`registration.maxWorkflowNodes`); the default is
    /// [`MAX_NODES`].
    #[must_use]
    pub fn max_nodes(mut self, nodes: usize) -> Self {
        self.max_nodes = nodes;
        self
    }

    /// Says nothing of a warning that is known.
    #[must_use]
    pub fn allow(mut self, rule: Rule) -> Self {
        if rule.severity() == Severity::Warning {
            self.without.insert(rule);
        }
        self
    }

    /// Looks at graphs as they are written, and not at what is made of them for a cluster: for tests of the rules.
    #[doc(hidden)]
    #[must_use]
    pub fn as_written(mut self) -> Self {
        self.as_written = true;
        self
    }

    /// Leaves a rule out, whatever it is: for tests of the rules.
    #[doc(hidden)]
    #[must_use]
    pub fn without(mut self, rule: Rule) -> Self {
        self.without.insert(rule);
        self
    }

    /// What a task declares.
    pub fn task(&self, task: &'static EntityDescriptor) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        walk.task(task);
        walk.findings
    }

    /// A workflow, and the workflows inside of it.
    pub fn workflow(&self, workflow: &'static EntityDescriptor) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        walk.workflow(workflow, false);
        walk.findings
    }

    /// What a launch plan declares; of a workflow its default one.
    pub fn launch_plan(
        &self,
        entity: &'static EntityDescriptor,
    ) -> Result<Vec<Finding>, CompileError> {
        let mut walk = Walk::new(self);
        walk.launch_plan(entity)?;
        Ok(walk.findings)
    }

    /// Everything in a registry, if it can be compiled.
    pub fn compiled(&self, registry: &Registry) -> Result<Vec<Finding>, CompileError> {
        let mut walk = Walk::new(self);
        for entity in registry.entities() {
            walk.visit(entity)?;
        }
        walk.never_called(registry);
        Ok(walk.findings)
    }

    /// Everything in a registry, and what it uses.
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

    /// An entity, and what it uses.
    pub fn entity(&self, entity: &'static EntityDescriptor) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        if let Err(error) = walk.visit(entity) {
            walk.not_compiled(entity, &error);
        }
        walk.findings
    }

    /// What a dynamic task has built.
    #[doc(hidden)]
    pub fn built(&self, graph: &Graph) -> Vec<Finding> {
        let mut walk = Walk::new(self);
        walk.graph(&Arc::new(graph.clone()), true);
        walk.findings
    }
}

/// Goes through entities, each once.
struct Walk<'c> {
    check: &'c Check,
    findings: Vec<Finding>,
    told: HashSet<(Rule, String, String)>,
    seen: HashSet<*const EntityDescriptor>,
    /// The workflows whose graphs were looked at, and whether for a dynamic task.
    graphs: HashSet<(*const EntityDescriptor, bool)>,
    /// What workflows call.
    called: HashSet<*const EntityDescriptor>,
    /// Whether a task builds a graph, or calls tasks, when it runs: what those are is not known.
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

    /// An entity, and what it uses.
    fn visit(&mut self, entity: &'static EntityDescriptor) -> Result<(), CompileError> {
        let mut waiting = vec![entity];
        while let Some(entity) = waiting.pop() {
            if entity.reference().is_some() || !self.seen.insert(ptr::from_ref(entity)) {
                continue;
            }
            // What panics would do so wherever it is asked for.
            if !self.makes_defaults(entity) && entity.kind() != EntityKind::Task {
                continue;
            }
            match entity.kind() {
                EntityKind::Task => self.task(entity),
                EntityKind::Workflow => {
                    // A circle of workflows is found by a look at the whole alone.
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

    /// What the nodes of a graph run.
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

    /// The graph of a workflow, as one of its own or as a part of what a dynamic task has built.
    fn workflow(&mut self, workflow: &'static EntityDescriptor, is_dynamic: bool) {
        if !self.graphs.insert((ptr::from_ref(workflow), is_dynamic)) {
            return;
        }
        // What cannot be compiled was told of where it is used.
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
                "put some of them into a workflow and call that, use a map, or say what your server takes: `--max-nodes`",
            ));
        }
        self.template(&subject, &graph, NodePath::default());
    }
}

//! Where the nodes of an execution are in the program here.
//!
//! A cluster runs what was lowered, gives the cases of branches the ids of their branches, too, and has no nodes for
//! the elements of maps nor for the workflow of a launch plan.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use crate::flyte1::{
    error::ClusterError,
    watch::{ExecutionTree, NodeRun, Place},
};
use flyte_check::lower::{Lowered, NodePath, Origin, lower};
use flyte_core::{
    graph::{
        MapNode, NodeTarget,
        entity::{EntityDescriptor, EntityKind, LaunchPlan},
    },
    no_other_variant,
    registry::Registry,
};
use flyte_events::events::{NodeInfo, NodeKind};

/// A node of an execution as a node of the run here.
pub(super) struct Placed<'t> {
    pub(super) info: Arc<NodeInfo>,
    /// `None` for the workflow of a launch plan, which a cluster has no node for.
    pub(super) run: Option<&'t NodeRun>,
    /// Whose inputs and outputs it has; `None` for a branch, a map, and what the program does not have.
    pub(super) entity: Option<&'static EntityDescriptor>,
    /// What its elements take of its inputs, if it is a map of this program.
    pub(super) map: Option<Arc<MapNode>>,
    pub(super) inside: Vec<Self>,
}

/// The nodes of an execution.
pub(super) struct Places<'t>(pub(super) Vec<Placed<'t>>);

impl<'t> Places<'t> {
    pub(super) fn of(
        entity: &'static EntityDescriptor,
        registry: &Registry,
        tree: &'t ExecutionTree,
    ) -> Result<Self, ClusterError> {
        let finder = Finder {
            registry,
            lowered: RefCell::default(),
        };
        let mut placed = Vec::new();
        match entity.kind() {
            EntityKind::Task => {
                let graph = entity.graph();
                let graph = graph.map_err(|error| ClusterError::Setting(error.to_string()))?;
                if let (Some(node), Some(run)) = (graph.nodes().first(), tree.nodes.first()) {
                    let info = (node.id().to_owned(), entity.name(), entity.name());
                    placed.push(finder.task(info, Some(entity), run));
                }
            }
            _ => finder.workflow(entity, "", &tree.nodes, &mut placed),
        }
        Ok(Self(placed))
    }
}

/// The nodes around.
#[derive(Clone)]
struct Level {
    /// The workflow that they are in; `None` if the program does not have its graph.
    graph: Option<Arc<Lowered>>,
    /// The nodes around in that graph.
    within: NodePath,
    /// What is in front of the ids of its nodes.
    base: String,
    workflow: String,
    /// The id of the branch around, on the cluster.
    branch: Option<String>,
}

struct Finder<'r> {
    registry: &'r Registry,
    lowered: RefCell<HashMap<String, Arc<Lowered>>>,
}

impl Finder<'_> {
    /// Finds the nodes inside of a workflow or a launch plan, whose node has this path.
    fn workflow<'t>(
        &self,
        entity: &'static EntityDescriptor,
        path: &str,
        nodes: &'t [NodeRun],
        placed: &mut Vec<Placed<'t>>,
    ) {
        let base = match path {
            "" => String::new(),
            path => format!("{path}/"),
        };
        let plan = match entity.kind() {
            EntityKind::LaunchPlan => LaunchPlan::of(entity).ok().flatten(),
            _ => None,
        };
        if let Some(plan) = plan
            && let Ok(graph) = entity.graph()
            && let [node] = graph.nodes()
        {
            // Here a launch plan has a node of its own around those of its workflow.
            let (path, workflow) = (format!("{base}{}", node.id()), plan.workflow());
            let nodes = match nodes {
                [around] if around.place == Place::Workflow => &around.nodes,
                nodes => nodes,
            };
            let mut inside = Vec::new();
            self.workflow(workflow, &path, nodes, &mut inside);
            placed.push(Placed {
                info: info((path, workflow.name(), entity.name()), NodeKind::Workflow),
                run: None,
                entity: Some(workflow),
                map: None,
                inside,
            });
            return;
        }
        let level = Level {
            graph: self.lowered(entity),
            within: NodePath::default(),
            base,
            workflow: entity.name().to_owned(),
            branch: None,
        };
        self.nodes(&level, nodes, placed);
    }

    fn lowered(&self, entity: &'static EntityDescriptor) -> Option<Arc<Lowered>> {
        if let Some(known) = self.lowered.borrow().get(entity.name()) {
            return Some(Arc::clone(known));
        }
        let graph = entity.graph().ok()?;
        let lowered = Arc::new(lower(&graph));
        let name = entity.name().to_owned();
        self.lowered.borrow_mut().insert(name, Arc::clone(&lowered));
        Some(lowered)
    }

    fn nodes<'t>(&self, level: &Level, nodes: &'t [NodeRun], placed: &mut Vec<Placed<'t>>) {
        for run in nodes {
            self.node(level, run, placed);
        }
    }

    fn node<'t>(&self, level: &Level, run: &'t NodeRun, placed: &mut Vec<Placed<'t>>) {
        let own = run.id();
        let branch = level.branch.as_deref();
        let case = branch.and_then(|branch| own.strip_prefix(branch)?.strip_prefix('-'));
        let id = case.unwrap_or(own);
        let within = level.within.child(id);
        let Some(lowered) = &level.graph else {
            return placed.push(self.by_name(level, id, run));
        };
        let inside = |branch: Option<&str>| Level {
            within: within.clone(),
            branch: branch.map(str::to_owned),
            ..level.clone()
        };
        let source = match lowered.source_of(&within) {
            Some(Origin {
                added_by: Some(_), ..
            }) => {
                // Nodes of the source may have been moved into it.
                return self.nodes(&inside(None), &run.nodes, placed);
            }
            Some(origin) => origin.node,
            None => return placed.push(self.by_name(level, id, run)),
        };
        let Some(node) = source.find_in(lowered.source()) else {
            return placed.push(self.by_name(level, id, run));
        };
        let path = format!("{}{source}", level.base);
        let workflow = level.workflow.as_str();
        let named = |name| (path.clone(), name, workflow);
        placed.push(match node.target() {
            NodeTarget::Task(entity) => self.task(named(entity.name()), Some(entity), run),
            NodeTarget::Gate(entity) => Placed {
                info: info(named(entity.name()), NodeKind::Gate),
                run: Some(run),
                entity: Some(entity),
                map: None,
                inside: Vec::new(),
            },
            NodeTarget::Workflow(entity) | NodeTarget::LaunchPlan(entity) => {
                self.inner(named(entity.name()), entity, run)
            }
            NodeTarget::Branch(_) | NodeTarget::Inlined(_) => {
                let is_branch = matches!(node.target(), NodeTarget::Branch(_));
                let mut nodes = Vec::new();
                self.nodes(&inside(is_branch.then_some(own)), &run.nodes, &mut nodes);
                Placed {
                    info: info(
                        named(workflow),
                        match is_branch {
                            true => NodeKind::Branch,
                            false => NodeKind::Workflow,
                        },
                    ),
                    run: Some(run),
                    entity: None,
                    map: None,
                    inside: nodes,
                }
            }
            NodeTarget::Map(map) => self.map(named(map.entity().name()), Some(map), run),
            _ => no_other_variant!(NodeTarget),
        });
    }

    /// A task, with what it has built if it is a dynamic one.
    fn task<'t>(
        &self,
        named: (String, &str, &str),
        entity: Option<&'static EntityDescriptor>,
        run: &'t NodeRun,
    ) -> Placed<'t> {
        let level = Level {
            graph: None,
            within: NodePath::default(),
            base: format!("{}/", named.0),
            workflow: named.1.to_owned(),
            branch: None,
        };
        let mut inside = Vec::new();
        self.nodes(&level, &run.nodes, &mut inside);
        Placed {
            info: info(named, NodeKind::Task),
            run: Some(run),
            entity,
            map: None,
            inside,
        }
    }

    /// The node of a workflow or of a launch plan.
    fn inner<'t>(
        &self,
        named: (String, &str, &str),
        entity: &'static EntityDescriptor,
        run: &'t NodeRun,
    ) -> Placed<'t> {
        let mut inside = Vec::new();
        self.workflow(entity, &named.0, &run.nodes, &mut inside);
        Placed {
            info: info(named, NodeKind::Workflow),
            run: Some(run),
            entity: Some(entity),
            map: None,
            inside,
        }
    }

    fn map<'t>(
        &self,
        named: (String, &str, &str),
        map: Option<&Arc<MapNode>>,
        run: &'t NodeRun,
    ) -> Placed<'t> {
        let (path, name, workflow) = &named;
        let entity = map.map(|map| map.entity());
        let entity = entity.or_else(|| self.find(name));
        let elements = run.nodes.iter().map(|element| {
            let index = element.path.rfind('[').unwrap_or(element.path.len());
            let named = (
                format!("{path}{}", &element.path[index..]),
                *name,
                *workflow,
            );
            match entity {
                Some(entity) if entity.kind() != EntityKind::Task => {
                    self.inner(named, entity, element)
                }
                entity => self.task(named, entity, element),
            }
        });
        let inside = elements.collect();
        Placed {
            info: info(named.clone(), NodeKind::Map),
            run: Some(run),
            entity: None,
            map: map.map(Arc::clone),
            inside,
        }
    }

    /// A node of a graph that the program does not have: one that a dynamic task has built, or that is not there any
    /// more. It is what the cluster says.
    fn by_name<'t>(&self, level: &Level, id: &str, run: &'t NodeRun) -> Placed<'t> {
        let path = format!("{}{id}", level.base);
        let workflow = level.workflow.as_str();
        let name = match run.kind {
            NodeKind::Branch => workflow.to_owned(),
            _ if run.entity.is_empty() => path.clone(),
            _ => run.entity.clone(),
        };
        let named = (path.clone(), name.as_str(), workflow);
        match (run.kind, self.find(&name)) {
            (NodeKind::Map, _) => self.map(named, None, run),
            (NodeKind::Workflow, Some(entity)) => self.inner(named, entity, run),
            (NodeKind::Task, entity) => self.task(named, entity, run),
            (kind, _) => {
                let level = Level {
                    graph: None,
                    within: NodePath::default(),
                    base: format!("{path}/"),
                    workflow: workflow.to_owned(),
                    branch: (kind == NodeKind::Branch).then(|| run.id().to_owned()),
                };
                let mut inside = Vec::new();
                self.nodes(&level, &run.nodes, &mut inside);
                Placed {
                    info: info(named, kind),
                    run: Some(run),
                    entity: None,
                    map: None,
                    inside,
                }
            }
        }
    }

    /// An entity of the program by its whole name.
    fn find(&self, name: &str) -> Option<&'static EntityDescriptor> {
        let found = self.registry.find(name).ok();
        found.filter(|entity| entity.name() == name)
    }
}

fn info((path, entity, workflow): (String, &str, &str), kind: NodeKind) -> Arc<NodeInfo> {
    Arc::new(NodeInfo::new(path, entity, kind, workflow))
}

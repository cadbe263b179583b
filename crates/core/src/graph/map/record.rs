//! Turns the body of a map into its node.

use std::sync::Arc;

use super::{Collect, ListType, MapInput, MapNode, MapProblem, Successes};
use crate::graph::{
    BindingData, CompileProblem, Node, NodeList, NodeRef, NodeTarget, Variable,
    entity::{EntityDescriptor, EntityKind, ExecutionBehavior, Location},
    node::RawReference,
};

impl NodeList {
    /// Begins the body of a map over these lists and returns the number of its graph.
    pub(super) fn enter_map(
        &mut self,
        lists: &[(BindingData, ListType)],
        location: Location,
    ) -> u32 {
        for (source, _) in lists {
            self.check_reference(source, "a map", location);
        }
        self.enter_case(0);
        self.inputs = lists
            .iter()
            .map(|(_, list)| Variable {
                name: "element".into(),
                info: list.element,
                description: "",
            })
            .collect();
        self.graph()
    }

    /// Ends the body of a map and adds the node of the map.
    pub(super) fn leave_map(
        &mut self,
        location: Location,
        mut lists: &[(BindingData, ListType)],
        result: &RawReference,
        collect: Option<Collect>,
    ) -> NodeRef {
        let mut body = self
            .leave_case(location)
            .expect("the body of a map was entered before it was left");
        self.mark_map(body.graph());
        if !body.waits_for.is_empty() {
            self.map_problem(location, MapProblem::Ordered);
        }
        let calls = body.nodes.len();
        if calls == 0 {
            self.map_problem(location, MapProblem::NoCall);
            // Any node will do, because the graph is not going to be used.
            return result.node;
        }
        if calls > 1 {
            self.map_problem(location, MapProblem::SeveralCalls { calls });
        }
        let mut node = body.nodes.swap_remove(0);
        let of_call = NodeRef {
            graph: body.graph(),
            node: 0,
        };
        if calls == 1 && (result.node != of_call || result.output != Ok(0)) {
            self.map_problem(location, MapProblem::Result);
        }
        let entity = match node.target.entity() {
            Some(entity) => {
                if let Some(problem) = refuse(entity) {
                    self.map_problem(location, problem);
                }
                entity
            }
            None => {
                let problem = match &node.target {
                    NodeTarget::Map(inner) => MapProblem::Nested {
                        entity: inner.entity().name().to_owned(),
                    },
                    other => MapProblem::Target {
                        entity: other.name().to_owned(),
                        kind: "branch",
                        way_out: "put it into a workflow and map a launch plan of it",
                    },
                };
                self.map_problem(location, problem);
                node.bindings.clear();
                // What takes the elements is inside, so nothing is said of it.
                lists = &[];
                self.workflow()
            }
        };
        let inputs = self.map_inputs(&mut node, entity, body.graph(), lists, location);
        let outputs = match (collect, entity.outputs()) {
            (Some(collect), [output, ..]) => [collect.all, collect.optional]
                .map(|info| Variable {
                    name: output.name.into(),
                    info,
                    description: output.description,
                })
                .to_vec(),
            _ => Vec::new(),
        };
        let mut map = MapNode {
            entity,
            location,
            name: String::new(),
            inputs,
            collect,
            outputs,
            concurrency: None,
            successes: Successes::default(),
        };
        map.rename();
        map.node_name().clone_into(&mut node.metadata.name);
        node.id = self.next_id();
        node.target = NodeTarget::Map(Arc::new(map));
        node.upstream.clear();
        let graph = self.graph();
        for binding in &node.bindings {
            binding.data.for_each_reference(&mut |reference| {
                let RawReference { node: from, .. } = reference;
                if from.graph == graph && from.node != NodeRef::START {
                    node.upstream.push(from.node as usize);
                }
            });
        }
        self.push(node)
    }

    /// The value of each input of the call; the bindings use lists in place of their elements.
    fn map_inputs(
        &mut self,
        node: &mut Node,
        entity: &'static EntityDescriptor,
        body: u32,
        lists: &[(BindingData, ListType)],
        location: Location,
    ) -> Vec<MapInput> {
        let mut inputs: Vec<MapInput> = entity
            .inputs()
            .iter()
            .map(|input| MapInput {
                name: input.name,
                info: input.info,
                list: None,
            })
            .collect();
        let mut used = vec![false; lists.len()];
        for binding in &mut node.bindings {
            let Some(input) = inputs.iter_mut().find(|input| input.name == binding.var) else {
                continue;
            };
            if let BindingData::Promise(RawReference {
                node: from,
                output: Ok(list),
            }) = &binding.data
                && from.graph == body
                && from.node == NodeRef::START
            {
                let (source, list_type) = &lists[*list as usize];
                used[*list as usize] = true;
                binding.data = source.clone();
                input.list = Some(*list_type);
                continue;
            }
            let mut inside = false;
            binding
                .data
                .for_each_reference(&mut |reference| inside |= reference.node.graph == body);
            if inside {
                used.fill(true);
                let problem = MapProblem::NotWhole {
                    entity: entity.name().to_owned(),
                    input: input.name,
                };
                self.map_problem(location, problem);
            }
        }
        if used.contains(&false) {
            let problem = MapProblem::NoElement {
                entity: entity.name().to_owned(),
            };
            self.map_problem(location, problem);
        }
        inputs
    }

    pub(super) fn map_problem(&mut self, location: Location, problem: MapProblem) {
        self.problems
            .push(CompileProblem::Map { location, problem });
    }

    /// The map at a node of this list.
    pub(super) fn map_at(&mut self, node: NodeRef) -> Option<&mut Node> {
        let here = node.graph == self.graph() && node.node != NodeRef::START;
        let found = self.nodes.get_mut(node.node as usize).filter(|_| here)?;
        matches!(found.target, NodeTarget::Map(_)).then_some(found)
    }

    /// Changes an option of a map.
    pub(super) fn change_map(
        &mut self,
        of: &RawReference,
        at: Location,
        option: &'static str,
        change: impl FnOnce(&mut MapNode) -> Result<(), MapProblem>,
    ) {
        let whole = of.output.is_ok();
        let changed = match self.map_at(of.node).filter(|_| whole) {
            Some(node) => {
                let NodeTarget::Map(map) = &mut node.target else {
                    unreachable!("only maps are found")
                };
                let map = Arc::make_mut(map);
                let changed = change(map);
                map.rename();
                map.node_name().clone_into(&mut node.metadata.name);
                changed
            }
            None => Err(MapProblem::NoMap { option }),
        };
        if let Err(problem) = changed {
            self.map_problem(at, problem);
        }
    }
}

/// Why an entity cannot be mapped.
fn refuse(entity: &EntityDescriptor) -> Option<MapProblem> {
    let target = |kind, way_out| MapProblem::Target {
        entity: entity.name().to_owned(),
        kind,
        way_out,
    };
    match entity.kind() {
        EntityKind::Workflow => {
            return Some(target("workflow", "map a launch plan of it"));
        }
        EntityKind::Gate => return Some(target("gate", "wait before the map or behind it")),
        EntityKind::Task | EntityKind::LaunchPlan => {}
    }
    let way_out = "call it in a workflow and map a launch plan of that";
    match entity.execution_behavior() {
        Some(ExecutionBehavior::Dynamic) => return Some(target("dynamic task", way_out)),
        Some(ExecutionBehavior::Eager) => return Some(target("eager task", way_out)),
        Some(ExecutionBehavior::Default) | None => {}
    }
    let outputs = entity.outputs().len();
    (outputs > 1).then(|| MapProblem::Outputs {
        entity: entity.name().to_owned(),
        outputs,
    })
}

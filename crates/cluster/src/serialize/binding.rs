//! Serialises the sources of node inputs and workflow outputs.

use std::{collections::BTreeMap, fmt};

use flyte_idl::flyteidl::core::{self, binding_data::Value, literal, promise_attribute, scalar};

use super::{SerializeError, Serializer, overrides::NodePlace};
use crate::literal::to_proto;
use flyte_core::{
    graph::{Binding, BindingData, Constant, Graph, Node, OutputReference, PathStep, Producer},
    types::Literal,
};

impl Serializer<'_> {
    pub(super) fn inputs(
        &self,
        graph: &Graph,
        node: &Node,
    ) -> Result<Vec<core::Binding>, SerializeError> {
        bindings(graph, Some(node), node.bindings())
    }

    pub(super) fn outputs(&self, graph: &Graph) -> Result<Vec<core::Binding>, SerializeError> {
        bindings(graph, None, graph.outputs())
    }
}

fn bindings(
    graph: &Graph,
    node: Option<&Node>,
    bindings: &[Binding],
) -> Result<Vec<core::Binding>, SerializeError> {
    let mut bound = Vec::with_capacity(bindings.len());
    for binding in bindings {
        let place = Place {
            graph,
            node,
            variable: &binding.var,
        };
        bound.push(core::Binding {
            var: binding.var.clone().into_owned(),
            binding: Some(place.data(&binding.data)?),
        });
    }
    Ok(bound)
}

/// The input or output being bound, for an error.
struct Place<'a> {
    graph: &'a Graph,
    node: Option<&'a Node>,
    variable: &'a str,
}

impl Place<'_> {
    fn data(&self, source: &BindingData) -> Result<core::BindingData, SerializeError> {
        Ok(match source {
            BindingData::Promise(reference) => data(Value::Promise(
                self.promise(&self.graph.resolve(reference))?,
            )),
            BindingData::Constant(constant) => constant_data(to_proto(&self.literal(constant)?)),
            BindingData::Collection { items, .. } => {
                let bindings: Result<_, _> = items.iter().map(|item| self.data(item)).collect();
                collection(bindings?)
            }
            BindingData::Map { items, .. } => {
                let bound = |(key, item): (&String, _)| Ok((key.clone(), self.data(item)?));
                let bindings: Result<_, SerializeError> = items.iter().map(bound).collect();
                map(bindings?)
            }
            // The cluster casts values that are computed at run time.
            BindingData::Cast { item, .. } | BindingData::Converted { item, .. } => {
                self.data(item)?
            }
        })
    }

    fn literal(&self, constant: &Constant) -> Result<Literal, SerializeError> {
        constant
            .to_literal()
            .map_err(|source| SerializeError::Value {
                place: self.to_string(),
                variable: self.variable.to_owned(),
                source: Box::new(source),
            })
    }

    fn promise(
        &self,
        reference: &OutputReference,
    ) -> Result<core::OutputReference, SerializeError> {
        let node_id = match reference.producer {
            // The id of the start node is empty.
            Producer::Start => String::new(),
            Producer::Node(node) => self.graph.nodes()[node].id().to_owned(),
        };
        let attr_path: Result<_, _> = reference
            .path
            .iter()
            .filter_map(|step| self.step(step).transpose())
            .collect();
        let name = self.graph.output_name(reference);
        // An output with an alias is referred to only by the alias.
        let alias = match reference.producer {
            Producer::Start => None,
            Producer::Node(node) => self.graph.nodes()[node].overrides(),
        };
        let alias = alias.and_then(|overrides| overrides.aliases.get(&*name));
        Ok(core::OutputReference {
            node_id,
            var: alias.cloned().unwrap_or_else(|| name.into_owned()),
            attr_path: attr_path?,
        })
    }

    fn step(&self, step: &PathStep) -> Result<Option<core::PromiseAttribute>, SerializeError> {
        let value = match step {
            PathStep::Same => return Ok(None),
            PathStep::Field(name) => promise_attribute::Value::StringValue((*name).to_owned()),
            PathStep::Key(key) => promise_attribute::Value::StringValue(key.clone()),
            PathStep::Index(index) => match i32::try_from(*index) {
                Ok(index) => promise_attribute::Value::IntValue(index),
                Err(_) => {
                    return Err(SerializeError::Index {
                        place: self.to_string(),
                        variable: self.variable.to_owned(),
                        index: *index,
                    });
                }
            },
        };
        Ok(Some(core::PromiseAttribute { value: Some(value) }))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let graph = self.graph;
        match self.node {
            Some(node) => NodePlace { graph, node }.fmt(f),
            None => write!(f, "`{}`", graph.name()),
        }
    }
}

fn data(value: Value) -> core::BindingData {
    core::BindingData {
        value: Some(value),
        union: None,
    }
}

fn collection(bindings: Vec<core::BindingData>) -> core::BindingData {
    data(Value::Collection(core::BindingDataCollection { bindings }))
}

fn map(bindings: BTreeMap<String, core::BindingData>) -> core::BindingData {
    data(Value::Map(core::BindingDataMap { bindings }))
}

/// A constant as a binding: as in flytekit, lists and maps become lists and maps of bindings, even if the type is a
/// union.
fn constant_data(literal: core::Literal) -> core::BindingData {
    match literal.value {
        Some(literal::Value::Scalar(scalar)) => match scalar.value {
            Some(scalar::Value::Union(union)) if holds_container(&union) => union
                .value
                .map(|inner| constant_data(*inner))
                .unwrap_or_default(),
            value => data(Value::Scalar(core::Scalar { value })),
        },
        Some(literal::Value::Collection(items)) => {
            collection(items.literals.into_iter().map(constant_data).collect())
        }
        Some(literal::Value::Map(items)) => {
            let bound = |(key, item)| (key, constant_data(item));
            map(items.literals.into_iter().map(bound).collect())
        }
        Some(literal::Value::OffloadedMetadata(metadata)) => {
            data(Value::OffloadedMetadata(metadata))
        }
        None => core::BindingData::default(),
    }
}

fn holds_container(union: &core::Union) -> bool {
    let value = union
        .value
        .as_ref()
        .and_then(|literal| literal.value.as_ref());
    matches!(
        value,
        Some(literal::Value::Collection(_) | literal::Value::Map(_))
    )
}

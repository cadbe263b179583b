//! The inputs and outputs of a node, as the compiler sees them.

use std::{borrow::Cow, rc::Rc};

use flyte_core::{
    graph::{Interface, Variable, entity::EntityDescriptor},
    types::LiteralType,
};

/// An input or an output.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) name: Cow<'static, str>,
    pub(super) literal_type: LiteralType,
}

/// The inputs and outputs of a node.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeInterface {
    pub(super) inputs: Vec<Typed>,
    pub(super) outputs: Vec<Typed>,
}

impl NodeInterface {
    pub(super) fn of(interface: &Interface) -> Rc<Self> {
        let typed = |variable: &Variable| Typed {
            name: variable.name.clone(),
            literal_type: variable.literal_type(),
        };
        Rc::new(Self {
            inputs: interface.inputs.iter().map(typed).collect(),
            outputs: interface.outputs.iter().map(typed).collect(),
        })
    }

    pub(super) fn of_entity(entity: &EntityDescriptor) -> Rc<Self> {
        Self::of(&entity.interface())
    }

    pub(super) fn input(&self, name: &str) -> Option<&LiteralType> {
        find(&self.inputs, name)
    }

    pub(super) fn output(&self, name: &str) -> Option<&LiteralType> {
        find(&self.outputs, name)
    }
}

fn find<'t>(all: &'t [Typed], name: &str) -> Option<&'t LiteralType> {
    let found = all.iter().find(|typed| typed.name == name);
    found.map(|found| &found.literal_type)
}

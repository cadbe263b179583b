//! Map nodes: one call for each element of a list.

mod author;
mod name;
mod problem;
mod record;

use std::fmt;

pub use author::{Element, MapKnown, MapLists, MapNamed, MapResult, Zipped};
pub use problem::MapProblem;

use super::Variable;
use crate::{
    graph::entity::{EntityDescriptor, EntityKind, Location},
    types::{FlyteType, TypeInfo, Value},
};

/// A node that runs a task or launch plan once for each element of a list (`flyteidl.core.ArrayNode`).
///
/// The compiled form of `xs.map(|x| f(x, k))`. The bindings of its [`Node`](super::Node) are those of the inputs of
/// `f`: a list for each input that takes an element, and one value for all elements for each other input. Corresponds
/// to flytekit's `map_task` and `array_node`.
#[derive(Clone, Debug)]
pub struct MapNode {
    pub(crate) entity: &'static EntityDescriptor,
    pub(crate) location: Location,
    name: String,
    /// One for each input of the entity, in declaration order.
    pub inputs: Vec<MapInput>,
    /// Makes the lists of outputs; `None` when the entity has no output.
    pub collect: Option<Collect>,
    /// The list of the outputs in its two forms: with a value for each element, and with `None` for elements that
    /// failed.
    pub(crate) outputs: Vec<Variable>,
    /// How many elements may run at once; `None` without a limit of its own.
    pub concurrency: Option<usize>,
    /// How many elements must succeed.
    pub successes: Successes,
}

/// How many elements of a map must succeed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Successes {
    /// All of them.
    #[default]
    All,
    /// This many (`min_successes`).
    Number(usize),
    /// This fraction of them (`min_success_ratio`), below 1.
    Ratio(f64),
}

impl Successes {
    /// How many of `elements` must succeed.
    pub fn of(self, elements: usize) -> usize {
        match self {
            Self::All => elements,
            Self::Number(number) => number,
            // At most `elements`, because the ratio is below one.
            Self::Ratio(ratio) => (ratio * elements as f64).ceil() as usize,
        }
    }
}

/// An input of the mapped entity.
#[derive(Clone, Debug)]
pub struct MapInput {
    /// The input's name.
    pub name: &'static str,
    /// Its type.
    pub(crate) info: TypeInfo,
    /// The list, if the input takes an element.
    pub list: Option<ListType>,
}

/// The operations of a mapped list.
#[derive(Clone, Copy)]
pub struct ListType {
    pub(crate) info: TypeInfo,
    pub(crate) element: TypeInfo,
    /// The length of a list; `None` if the value is not such a list.
    pub len: fn(&Value) -> Option<usize>,
    /// The element at an index; `None` if it does not exist.
    pub get: fn(&Value, usize) -> Option<Value>,
}

impl fmt::Debug for ListType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.info.fmt(f)
    }
}

impl ListType {
    pub(crate) fn of<T: FlyteType>() -> Self {
        Self {
            info: TypeInfo::of::<Vec<T>>(),
            element: TypeInfo::of::<T>(),
            len: |list| list.downcast_ref::<Vec<T>>().map(Vec::len),
            get: |list, index| {
                let items = list.downcast_ref::<Vec<T>>()?;
                items.get(index).cloned().map(Value::new)
            },
        }
    }
}

/// The values of the elements, in order; `None` for one that failed.
type Collected<'a> = &'a mut dyn Iterator<Item = Option<Value>>;

/// Makes the list of the outputs.
#[derive(Clone, Copy)]
pub struct Collect {
    all: TypeInfo,
    optional: TypeInfo,
    /// Makes a list with a value for each element; `None` if one failed or is of another type.
    pub values: fn(Collected<'_>) -> Option<Value>,
    /// Makes a list with `None` for each element that failed; `None` if a value is of another type.
    pub options: fn(Collected<'_>) -> Option<Value>,
}

impl fmt::Debug for Collect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.all.fmt(f)
    }
}

impl Collect {
    pub(crate) fn of<T: FlyteType>() -> Self {
        Self {
            all: TypeInfo::of::<Vec<T>>(),
            optional: TypeInfo::of::<Vec<Option<T>>>(),
            values: |items| {
                let items: Option<Vec<T>> =
                    items.map(|item| item?.into_owned::<T>().ok()).collect();
                items.map(Value::new)
            },
            options: |items| {
                let items: Option<Vec<Option<T>>> = items
                    .map(|item| match item {
                        Some(item) => item.into_owned::<T>().ok().map(Some),
                        None => Some(None),
                    })
                    .collect();
                items.map(Value::new)
            },
        }
    }
}

impl MapNode {
    /// The mapped entity.
    pub fn entity(&self) -> &'static EntityDescriptor {
        self.entity
    }

    /// Where the map is written.
    pub fn location(&self) -> Location {
        self.location
    }

    /// The name under which a map over a task is registered, `<module>.map_<task>_<md5>-arraynode`; for any other map,
    /// the name of the mapped entity.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many elements may run at once; `None` for as many as the run allows.
    pub fn concurrency(&self) -> Option<usize> {
        self.concurrency
    }

    /// How many elements must succeed.
    pub fn successes(&self) -> Successes {
        self.successes
    }

    /// The inputs that take one value for all elements, sorted (`bound_inputs`).
    pub fn bound_inputs(&self) -> Vec<&'static str> {
        let bound = self.inputs.iter().filter(|input| input.list.is_none());
        let mut names: Vec<_> = bound.map(|input| input.name).collect();
        names.sort_unstable();
        names
    }

    /// Its inputs and outputs: lists where the mapped entity has single values.
    pub fn interface(&self) -> super::Interface {
        let of_entity = self.entity.interface();
        let inputs = of_entity.inputs.into_iter().zip(&self.inputs);
        super::Interface {
            inputs: inputs
                .map(|(variable, input)| Variable {
                    info: input.list.map_or(input.info, |list| list.info),
                    ..variable
                })
                .collect(),
            outputs: self
                .outputs
                .get(self.output())
                .cloned()
                .into_iter()
                .collect(),
        }
    }

    /// Whether failed elements are `None` instead of failing the map.
    pub(crate) fn is_tolerant(&self) -> bool {
        self.successes != Successes::All
    }

    /// The index in [`outputs`](Self::outputs) of the form that exists.
    pub(crate) fn output(&self) -> usize {
        usize::from(self.is_tolerant())
    }

    /// The name of its node.
    pub fn node_name(&self) -> &str {
        let reference = self.entity.reference();
        reference.map_or(self.name(), |reference| reference.name)
    }

    /// Whether it maps a task of this program, for which a second task with lists is registered.
    pub fn is_own_task(&self) -> bool {
        self.entity.kind() == EntityKind::Task && self.entity.reference().is_none()
    }
}

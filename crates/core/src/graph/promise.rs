//! Promises: typed placeholders for values while a workflow's graph is built.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    marker::PhantomData,
    ops::Shr,
};

use super::{
    BindingData, CompileProblem, Constant, FlyteFields, NodeOutputs, PathStep, Projection,
    node::RawReference, ordering::run_in_order,
};
use crate::{
    graph::compilation::with_node_list,
    types::{FlyteType, TypeError, TypeInfo, Value},
};

/// The node of a promise: its position in one graph under construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeRef {
    /// The graph's number; promises of one graph mean nothing in another.
    pub graph: u32,
    /// The node's index, or [`NodeRef::START`] for an input of the workflow.
    pub node: u32,
}

impl NodeRef {
    /// The node that stands for the workflow's inputs.
    pub const START: u32 = u32::MAX;

    /// For graphs that are made for a cluster.
    #[doc(hidden)]
    pub const fn new(graph: u32, node: u32) -> Self {
        Self { graph, node }
    }

    /// The node that stands for what is known while the graph is built; the outputs are indices into the list of it.
    pub(crate) const KNOWN: u32 = u32::MAX - 1;

    /// Whether it is the node of a call.
    pub(crate) fn is_of_a_call(self) -> bool {
        self.node != Self::START && self.node != Self::KNOWN
    }
}

/// A value of type `T` that a node will produce, or an input of the workflow.
///
/// Small and `Copy`: it can be passed to any number of tasks. Corresponds to flytekit's `Promise`, but the compiler
/// knows its type, so a wrong connection does not compile.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn double(x: i64) -> i64 {
///     x * 2
/// }
///
/// #[workflow]
/// fn quadruple(x: i64) -> i64 {
///     let doubled: Promise<i64> = double(x);
///     double(doubled)
/// }
///
/// assert_eq!(quadruple(3)?, 12);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
pub struct Promise<T> {
    node: NodeRef,
    /// The output of the node; with [`PROJECTED`] set, an index into the graph's list of parts.
    output: u32,
    marker: PhantomData<fn() -> T>,
}

/// What stands for something that is known while the graph is built, as promises stand for what is not.
pub(crate) fn know<P>(known: Vec<BindingData>, promise: impl FnOnce(NodeRef, u32) -> P) -> P {
    let place = with_node_list(|list| list.map(|list| list.know(known)));
    let (node, output) = place.expect("a value becomes a promise in the body of a workflow alone");
    promise(node, output)
}

/// Marks a promise of a part of an output.
const PROJECTED: u32 = 1 << 31;

impl<T> Clone for Promise<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Promise<T> {}

impl<T> fmt::Debug for Promise<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Promise<{}>", std::any::type_name::<T>())
    }
}

impl<T> Promise<T> {
    pub(crate) fn new(node: NodeRef, output: u32) -> Self {
        Self {
            node,
            output,
            marker: PhantomData,
        }
    }

    /// The promise of an output; for derived code.
    #[doc(hidden)]
    pub fn __of(node: NodeRef, output: u32) -> Self {
        Self::new(node, output)
    }

    pub(crate) fn node_ref(self) -> NodeRef {
        self.node
    }

    /// What it stands for: an output, or what was known when the promise was made.
    #[inline]
    pub(crate) fn source(self) -> BindingData {
        if self.node.node == NodeRef::KNOWN
            && let Some(known) = with_node_list(|list| list?.known(self.node, self.output))
        {
            return known;
        }
        BindingData::Promise(RawReference::of(self))
    }

    /// The output this promise names, or the index of the part in the list of its graph.
    pub(crate) fn output(self) -> Result<u32, usize> {
        if self.output & PROJECTED == 0 {
            Ok(self.output)
        } else {
            Err((self.output & !PROJECTED) as usize)
        }
    }

    /// A promise of a part of this one; `fields()`, `at` and `get` use it.
    #[doc(hidden)]
    pub fn project<U: FlyteType>(self, step: PathStep, project: Projection) -> Promise<U> {
        if self.node.node == NodeRef::KNOWN {
            return self.project_known(&step, project);
        }
        let base = self;
        with_node_list(|list| match list {
            Some(list) => Promise::new(base.node, PROJECTED | list.add_part(base, step, project)),
            // Outside a workflow's body there is no graph to hold the part; the next use of the promise reports that.
            None => Promise::new(base.node, base.output),
        })
    }
}

impl<T> Promise<T> {
    /// A part of what is known, which is known itself.
    fn project_known<U: FlyteType>(self, step: &PathStep, project: Projection) -> Promise<U> {
        let known = match self.source() {
            // It stands for a promise.
            BindingData::Promise(reference) => {
                let output = match reference.output {
                    Ok(output) => output,
                    Err(part) => PROJECTED | part as u32,
                };
                return Promise::<T>::new(reference.node, output).project(step.clone(), project);
            }
            known => known,
        };
        let part = known.known().and_then(|value| match value {
            Some(value) => project(&value, step).map(Some),
            None => Ok(None),
        });
        let reason = match part {
            Ok(Some(value)) => {
                let info = TypeInfo::of::<U>();
                return know(
                    vec![BindingData::Constant(Constant { value, info })],
                    Promise::new,
                );
            }
            Ok(None) => "some of it is the result of a call".to_owned(),
            Err(error) => error.to_string(),
        };
        with_node_list(|list| {
            if let Some(list) = list {
                let part = step.to_string();
                list.problems
                    .push(CompileProblem::PartOfKnown { part, reason });
            }
        });
        Promise::new(self.node, self.output)
    }
}

impl<T: FlyteFields> Promise<T> {
    /// Promises of the struct's fields: `report.fields().mean`.
    pub fn fields(self) -> T::Fields {
        T::fields(self)
    }
}

impl<T: FlyteType> Promise<Vec<T>> {
    /// A promise of the element at `index`, counted from zero.
    ///
    /// The run fails if the list is shorter.
    pub fn at(self, index: usize) -> Promise<T> {
        self.project(PathStep::Index(index), |value, step| {
            let (Some(items), PathStep::Index(index)) = (value.downcast_ref::<Vec<T>>(), step)
            else {
                return Err(TypeError::mismatch("list", "a value of another type"));
            };
            match items.get(*index) {
                Some(item) => Ok(Value::new(item.clone())),
                None => Err(TypeError::mismatch(
                    format!("an element {index}"),
                    format!(
                        "a list of {}",
                        crate::types::counted(items.len(), "element")
                    ),
                )),
            }
        })
    }
}

macro_rules! map_parts {
    ($($map:ident),*) => { $(
        impl<T: FlyteType> Promise<$map<String, T>> {
            /// A promise of the value under `key`.
            ///
            /// The run fails if the map does not have the key.
            pub fn get(self, key: impl Into<String>) -> Promise<T> {
                self.project(PathStep::Key(key.into()), |value, step| {
                    let (Some(items), PathStep::Key(key)) = (value.downcast_ref::<$map<String, T>>(), step) else {
                        return Err(TypeError::mismatch("map", "a value of another type"));
                    };
                    match items.get(key) {
                        Some(item) => Ok(Value::new(item.clone())),
                        None => Err(TypeError::mismatch(
                            format!("the key {key:?}"),
                            format!("a map of {}", crate::types::counted(items.len(), "other key")),
                        )),
                    }
                })
            }
        }
    )* };
}

map_parts!(BTreeMap, HashMap);

/// `a >> b`: the node of `a` runs before the node of `b`; the value is `b`.
impl<T, N: NodeOutputs> Shr<N> for Promise<T> {
    type Output = N;

    fn shr(self, then: N) -> N {
        run_in_order(self, then)
    }
}

/// The result of calling a task without outputs: it can be ordered, but has no value.
///
/// Corresponds to flytekit's `VoidPromise`.
#[derive(Clone, Copy, Debug)]
pub struct VoidPromise {
    node: NodeRef,
}

impl VoidPromise {
    pub(crate) fn new(node: NodeRef) -> Self {
        Self { node }
    }

    pub(crate) fn node_ref(self) -> NodeRef {
        self.node
    }
}

/// `a >> b`: the node of `a` runs before the node of `b`; the value is `b`.
impl<N: NodeOutputs> Shr<N> for VoidPromise {
    type Output = N;

    fn shr(self, then: N) -> N {
        run_in_order(self, then)
    }
}

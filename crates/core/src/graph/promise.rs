//! Promises: the typed stand-ins for values while a workflow's graph is built.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    marker::PhantomData,
    ops::Shr,
};

use super::{FlyteFields, NodeOutputs, PathStep, Projection, ordering::run_in_order};
use crate::{
    graph::compilation::with_node_list,
    types::{FlyteType, TypeError, Value},
};

/// The node a promise comes from: its place in one graph under construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeRef {
    /// Which graph; promises of one graph mean nothing in another.
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
}

/// A value of type `T` that a node will produce, or an input of the workflow.
///
/// Small and `Copy`: it can be passed to as many tasks as one likes. Corresponds to flytekit's `Promise`, with the type
/// known to the compiler, so that a wrong link does not compile.
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

    /// The output this promise names, or the index of the part in the list of its graph.
    pub(crate) fn output(self) -> Result<u32, usize> {
        if self.output & PROJECTED == 0 {
            Ok(self.output)
        } else {
            Err((self.output & !PROJECTED) as usize)
        }
    }

    /// A promise of a part of this one; what `fields()`, `at` and `get` are made of.
    #[doc(hidden)]
    pub fn project<U>(self, step: PathStep, project: Projection) -> Promise<U> {
        let base = self;
        with_node_list(|list| match list {
            Some(list) => Promise::new(base.node, PROJECTED | list.add_part(base, step, project)),
            // Outside a workflow body there is no graph to hold the part; the next use of the promise says so.
            None => Promise::new(base.node, base.output),
        })
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
    /// The run fails if the list turns out to be shorter.
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
            /// The run fails if the map turns out not to have the key.
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

/// What a call of a task without outputs gives: something to order by, and no value.
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

//! The interface for writing maps: `xs.map(|x| f(x, k))`.

use std::{fmt, marker::PhantomData};

use super::{Collect, ListType, MapProblem, Successes};
use crate::{
    graph::{
        BindingData, IntoBinding, NodeList, NodeRef, Promise, VoidPromise,
        compilation::with_node_list, entity::Location, node::RawReference,
    },
    types::FlyteType,
};

/// An element of a mapped list, in the body of the map.
///
/// It can be passed, whole, to the one call there.
pub struct Element<T> {
    map: u32,
    list: u32,
    marker: PhantomData<fn() -> T>,
}

impl<T> Element<T> {
    /// The element of the next list of a map.
    fn next(map: u32, next: &mut u32) -> Self {
        let list = *next;
        *next += 1;
        Self {
            map,
            list,
            marker: PhantomData,
        }
    }
}

impl<T> Clone for Element<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Element<T> {}

impl<T> fmt::Debug for Element<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element<{}>", std::any::type_name::<T>())
    }
}

impl<T> IntoBinding<T> for Element<T> {
    fn into_binding(self) -> BindingData {
        BindingData::Promise(RawReference {
            node: NodeRef {
                graph: self.map,
                node: NodeRef::START,
            },
            output: Ok(self.list),
        })
    }
}

/// A task that borrows its parameter is called with a reference in ordinary code; the same call works in a map.
#[diagnostic::do_not_recommend]
impl<T> IntoBinding<T> for &Element<T> {
    fn into_binding(self) -> BindingData {
        (*self).into_binding()
    }
}

/// One list, or several that are iterated in parallel: a promise of one, or a `Vec` of values or of promises.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list",
    label = "expected a promise of a `Vec`, or a `Vec` of values or of promises",
    note = "`zip` walks lists side by side; what is the same for each element is an argument in the body of the map: \
            `xs.map(|x| f(x, k))`"
)]
pub trait MapLists {
    /// The arguments of the map's body: an [`Element`] of each list.
    type Elements;

    #[doc(hidden)]
    fn lists(&self, lists: &mut Vec<(BindingData, ListType)>);

    #[doc(hidden)]
    fn elements(&self, map: u32, next: &mut u32) -> Self::Elements;
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> MapLists for Promise<Vec<T>> {
    type Elements = Element<T>;

    fn lists(&self, lists: &mut Vec<(BindingData, ListType)>) {
        let source = IntoBinding::<Vec<T>>::into_binding(*self);
        lists.push((source, ListType::of::<T>()));
    }

    fn elements(&self, map: u32, next: &mut u32) -> Element<T> {
        Element::next(map, next)
    }
}

/// Lists that are known while the graph is built, or whose elements have sources of their own.
macro_rules! known_lists {
    ($([$($generics:tt)*] $list:ty => $element:ty;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> MapLists for $list {
            type Elements = Element<$element>;

            fn lists(&self, lists: &mut Vec<(BindingData, ListType)>) {
                let source = IntoBinding::<Vec<$element>>::into_binding(self.clone());
                lists.push((source, ListType::of::<$element>()));
            }

            fn elements(&self, map: u32, next: &mut u32) -> Element<$element> {
                Element::next(map, next)
            }
        }

        impl<$($generics)*> MapKnown for $list {}
    )* };
}

known_lists! {
    [T: FlyteType] Vec<T> => T;
    [T: FlyteType] Vec<Promise<T>> => T;
    [] Vec<&str> => String;
    [T: FlyteType] &Vec<T> => T;
    [T: FlyteType] &Vec<Promise<T>> => T;
    [T: FlyteType] &[T] => T;
    [T: FlyteType] &[Promise<T>] => T;
    [T: FlyteType, const N: usize] [T; N] => T;
    [T: FlyteType, const N: usize] [Promise<T>; N] => T;
    [const N: usize] [&str; N] => String;
}

/// `map` and `zip` of lists that are no promises, in bodies: `vec![1, 2].map(|x| square(x))` is one node.
///
/// An array has a `map` of its own, which makes a call for each element; the body's macro writes `__map` for it where
/// an option of maps follows.
pub trait MapKnown: MapLists + Sized {
    /// As [`Promise::map`].
    #[track_caller]
    fn map<R: MapResult>(self, body: impl FnOnce(Self::Elements) -> R) -> R::Lists {
        map(&self, Location::caller(), body)
    }

    /// As [`Promise::zip`].
    fn zip<L: MapLists>(self, other: L) -> Zipped<Self, L> {
        Zipped(self, other)
    }
}

/// The same under a name that no type has for something else.
pub trait MapNamed: MapLists + Sized {
    #[doc(hidden)]
    #[track_caller]
    fn __map<R: MapResult>(self, body: impl FnOnce(Self::Elements) -> R) -> R::Lists {
        map(&self, Location::caller(), body)
    }
}

impl<L: MapLists> MapNamed for L {}

/// Lists that are iterated in parallel: `xs.zip(ys)`.
///
/// The run fails if their lengths differ.
#[derive(Clone, Copy, Debug)]
#[must_use = "lists side by side do nothing before `map`"]
pub struct Zipped<A, B>(A, B);

#[diagnostic::do_not_recommend]
impl<A: MapLists, B: MapLists> MapLists for Zipped<A, B> {
    type Elements = (A::Elements, B::Elements);

    fn lists(&self, lists: &mut Vec<(BindingData, ListType)>) {
        self.0.lists(lists);
        self.1.lists(lists);
    }

    fn elements(&self, map: u32, next: &mut u32) -> Self::Elements {
        (self.0.elements(map, next), self.1.elements(map, next))
    }
}

/// A value with which the body of a map may end: the result of its one call.
#[diagnostic::on_unimplemented(
    message = "the body of a map ends with `{Self}`, and must end with the result of a call that has one output at \
               most",
    label = "not the result of one call",
    note = "a map runs one task, launch plan or reference for each element: `xs.map(|x| square(x))`",
    note = "a task with several outputs can give a struct that derives `FlyteType` instead"
)]
pub trait MapResult {
    /// The result of the map: a promise of the list of results, or nothing if the call has no output.
    type Lists;

    #[doc(hidden)]
    fn __map_source(&self) -> (RawReference, Option<Collect>);

    #[doc(hidden)]
    fn lists(node: NodeRef) -> Self::Lists;
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> MapResult for Promise<T> {
    type Lists = Promise<Vec<T>>;

    fn __map_source(&self) -> (RawReference, Option<Collect>) {
        (RawReference::of(*self), Some(Collect::of::<T>()))
    }

    fn lists(node: NodeRef) -> Promise<Vec<T>> {
        Promise::new(node, 0)
    }
}

#[diagnostic::do_not_recommend]
impl MapResult for VoidPromise {
    type Lists = VoidPromise;

    fn __map_source(&self) -> (RawReference, Option<Collect>) {
        let reference = RawReference {
            node: self.node_ref(),
            output: Ok(0),
        };
        (reference, None)
    }

    fn lists(node: NodeRef) -> VoidPromise {
        VoidPromise::new(node)
    }
}

fn with_list<R>(with: impl FnOnce(&mut NodeList) -> R) -> R {
    let result = with_node_list(|list| list.map(with));
    result.expect("a list can only be mapped over in the body of a workflow or of a dynamic task")
}

/// The body of a map while it runs; dropped also when it panics.
struct Body {
    location: Location,
    open: bool,
}

impl Drop for Body {
    fn drop(&mut self) {
        if self.open {
            with_node_list(|list| {
                let _left = list.and_then(|list| list.leave_case(self.location));
            });
        }
    }
}

fn map<L: MapLists, R: MapResult>(
    over: &L,
    location: Location,
    body: impl FnOnce(L::Elements) -> R,
) -> R::Lists {
    let mut lists = Vec::new();
    over.lists(&mut lists);
    let map = with_list(|list| list.enter_map(&lists, location));
    let mut scope = Body {
        location,
        open: true,
    };
    let result = body(over.elements(map, &mut 0));
    scope.open = false;
    let (result, collect) = result.__map_source();
    let node = with_list(|list| list.leave_map(location, &lists, &result, collect));
    R::lists(node)
}

impl<T: FlyteType> Promise<Vec<T>> {
    /// Calls a task, a launch plan or a reference to one for each element, and returns the promise of the list of
    /// results, in the order of the elements.
    ///
    /// The body is exactly one call, which takes the element whole; its other arguments are the same for each element.
    /// Elements run concurrently. On a cluster a map over a task is an array node (`flyteidl.core.ArrayNode`), which
    /// cannot run anything else for an element. A map over anything else is a task that makes a graph with an execution
    /// for each element. Corresponds to flytekit's `map_task` and `array_node`.
    ///
    /// In the body of a `#[workflow]` write `xs.map(|x| square(x))` or `xs.map(square)`; in code, `square::node(x)` in
    /// the closure:
    ///
    /// ```
    /// use flyte_runtime::{graph::WorkflowBuilder, prelude::*};
    ///
    /// #[task]
    /// fn times(x: i64, factor: i64) -> i64 {
    ///     x * factor
    /// }
    ///
    /// #[workflow]
    /// fn all_times(xs: Vec<i64>, factor: i64) -> Vec<i64> {
    ///     xs.map(|x| times(x, factor)).concurrency(8)
    /// }
    ///
    /// assert_eq!(all_times(vec![1, 2, 3], 10)?, [10, 20, 30]);
    ///
    /// let mut builder = WorkflowBuilder::new("docs.all_times_in_code");
    /// let xs = builder.add_workflow_input::<Vec<i64>>("xs");
    /// let results = builder.add(|| xs.map(|x| times::node(x, 10)));
    /// builder.add_workflow_output::<Vec<i64>>("results", results);
    /// let in_code = builder.build()?;
    /// let results: Vec<i64> = in_code.call().input("xs", vec![1_i64, 2]).run()?;
    /// assert_eq!(results, [10, 20]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn map<R: MapResult>(self, body: impl FnOnce(Element<T>) -> R) -> R::Lists {
        map(&self, Location::caller(), body)
    }

    /// Iterates over this list and another in parallel: `xs.zip(ys).map(|(x, y)| add(x, y))`. The other may be a `Vec`.
    ///
    /// The run fails if their lengths differ.
    pub fn zip<L: MapLists>(self, other: L) -> Zipped<Self, L> {
        Zipped(self, other)
    }

    /// How many elements of a map may run at once (`parallelism`); by default, as many as the run allows.
    #[track_caller]
    #[must_use = "the promise of the list is what this gives"]
    pub fn concurrency(self, elements: usize) -> Self {
        concurrency(RawReference::of(self), elements);
        self
    }

    /// How many elements of a map must succeed; the others may fail and are then `None` (`min_successes`).
    ///
    /// The run fails with the error of the element that makes this number unreachable; with 0 no element can fail it.
    /// On Flyte 1 only the program's own tasks can be mapped like this.
    #[track_caller]
    #[must_use = "the promise of the list with options is what this gives"]
    pub fn min_successes(self, elements: usize) -> Promise<Vec<Option<T>>> {
        successes(
            RawReference::of(self),
            "min_successes",
            Successes::Number(elements),
        );
        self.optional()
    }

    /// The fraction of a map's elements that must succeed, rounded up; the others may fail and are then `None`
    /// (`min_success_ratio`).
    ///
    /// The ratio is below 1 and at least 0; with 0, all elements may fail. flytekit takes 0 for "all have to succeed"
    /// when it runs a workflow itself; a cluster does not. On Flyte 1 only the program's own tasks can be mapped like
    /// this.
    #[track_caller]
    #[must_use = "the promise of the list with options is what this gives"]
    pub fn min_success_ratio(self, ratio: f64) -> Promise<Vec<Option<T>>> {
        successes(
            RawReference::of(self),
            "min_success_ratio",
            Successes::Ratio(ratio),
        );
        self.optional()
    }

    /// The promise of the list with options in it.
    fn optional(self) -> Promise<Vec<Option<T>>> {
        // If this is not a map, the problem is already reported, and any output will do.
        let is_map = with_list(|list| list.map_at(self.node_ref()).is_some());
        Promise::new(self.node_ref(), u32::from(is_map))
    }
}

impl VoidPromise {
    /// How many elements of a map may run at once; see [`Promise::concurrency`].
    #[track_caller]
    #[must_use = "what the map gives is what this gives"]
    pub fn concurrency(self, elements: usize) -> Self {
        concurrency(self.raw(), elements);
        self
    }

    /// How many elements of a map have to succeed; see [`Promise::min_successes`].
    #[track_caller]
    #[must_use = "what the map gives is what this gives"]
    pub fn min_successes(self, elements: usize) -> Self {
        successes(self.raw(), "min_successes", Successes::Number(elements));
        self
    }

    /// The fraction of a map's elements that must succeed; see [`Promise::min_success_ratio`].
    #[track_caller]
    #[must_use = "what the map gives is what this gives"]
    pub fn min_success_ratio(self, ratio: f64) -> Self {
        successes(self.raw(), "min_success_ratio", Successes::Ratio(ratio));
        self
    }

    fn raw(self) -> RawReference {
        RawReference {
            node: self.node_ref(),
            output: Ok(0),
        }
    }
}

impl<A: MapLists, B: MapLists> Zipped<A, B> {
    /// Calls a task, a launch plan or a reference to one for the elements at each index; see [`Promise::map`].
    #[track_caller]
    pub fn map<R: MapResult>(self, body: impl FnOnce((A::Elements, B::Elements)) -> R) -> R::Lists {
        map(&self, Location::caller(), body)
    }

    /// Iterates over one more list in parallel: `xs.zip(ys).zip(zs).map(|((x, y), z)| add(x, y, z))`.
    pub fn zip<L: MapLists>(self, other: L) -> Zipped<Self, L> {
        Zipped(self, other)
    }
}

#[track_caller]
fn concurrency(of: RawReference, elements: usize) {
    let at = Location::caller();
    with_list(|list| {
        list.change_map(&of, at, "concurrency", |map| {
            if elements == 0 {
                return Err(MapProblem::Concurrency);
            }
            if map.concurrency.replace(elements).is_some() {
                return Err(MapProblem::Twice {
                    option: "concurrency",
                });
            }
            Ok(())
        });
    });
}

#[track_caller]
fn successes(of: RawReference, option: &'static str, successes: Successes) {
    let at = Location::caller();
    with_list(|list| {
        list.change_map(&of, at, option, |map| {
            if let Successes::Ratio(ratio) = successes
                && !(0.0..1.0).contains(&ratio)
            {
                return Err(MapProblem::Ratio { ratio });
            }
            if map.is_tolerant() {
                return Err(MapProblem::Twice { option });
            }
            map.successes = successes;
            Ok(())
        });
    });
}

//! Checks the body of a map over a promise, which is more restricted than that of a map over an iterator.
//!
//! A macro cannot know which of the two a `map` is. So it emits a check where a map over a promise would be wrong. The
//! check is a method: on elements of a promise it has a bound that nothing meets, on everything else it has no bound.

use crate::graph::Element;
pub use crate::graph::{MapBinding, MapKnown, MapNamed};

/// An argument of the closure that is given to `map`.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a, T>(pub &'a T);

impl<T> Body<'_, Element<T>> {
    /// Checks a body with several calls.
    pub fn makes_one_call(&self)
    where
        Element<T>: OneCall,
    {
    }

    /// Checks a body that passes on a value made from an element.
    pub fn passes_elements_whole(&self)
    where
        Element<T>: Whole,
    {
    }

    /// Checks a body that ends with a value made from the result of its call.
    pub fn gives_what_it_calls(&self)
    where
        Element<T>: GivenWhole,
    {
    }
}

/// As the methods of `Body`, for an argument that is not an element of a promise: everything is allowed.
pub trait OfNoMap {
    /// Allows a body with several calls.
    fn makes_one_call(&self) {}

    /// Allows a body that passes on a value made from an element.
    fn passes_elements_whole(&self) {}

    /// Allows a body that ends with a value made from the result of its call.
    fn gives_what_it_calls(&self) {}
}

impl<T> OfNoMap for Body<'_, T> {}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "a map over a promise runs one call for each element, and this is another",
    label = "the second call for an element",
    note = "a call that takes no element goes in front of the map: `let k = f(k); xs.map(|x| g(x, k))`",
    note = "two maps run one after the other: `xs.map(f).map(g)`",
    note = "for more than that write a task that does it, or a workflow, and map a launch plan of it"
)]
pub trait OneCall {}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "a map over a promise passes its elements on whole, and this is made of one",
    label = "not the whole element",
    note = "the element does not exist yet when the graph is built: take it apart in the task, or make of it what is \
            needed there"
)]
pub trait Whole {}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "a map over a promise gives what its call gives, whole",
    label = "takes a part of it",
    note = "let the task give what is needed, or take it out of the list in a task behind the map"
)]
pub trait GivenWhole {}

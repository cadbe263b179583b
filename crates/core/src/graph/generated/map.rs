//! What the body of a map over a promise cannot do, and that of a map over an iterator can.
//!
//! A macro cannot know which of them a `map` is. So it puts a check where something would be wrong in a map over a
//! promise; the check is a method that elements of a promise have with a bound that nothing meets, and everything else
//! has without.

use crate::graph::Element;
pub use crate::graph::{MapBinding, MapKnown, MapNamed};

/// An argument of a closure that is given to `map`.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a, T>(pub &'a T);

impl<T> Body<'_, Element<T>> {
    /// Of a body with several calls.
    pub fn makes_one_call(&self)
    where
        Element<T>: OneCall,
    {
    }

    /// Of a body that passes on something that is made of an element.
    pub fn passes_elements_whole(&self)
    where
        Element<T>: Whole,
    {
    }

    /// Of a body that ends with something that is made of what its call gives.
    pub fn gives_what_it_calls(&self)
    where
        Element<T>: GivenWhole,
    {
    }
}

/// The same for what is no element of a promise: nothing is wrong.
pub trait OfNoMap {
    /// Of a body with several calls.
    fn makes_one_call(&self) {}

    /// Of a body that passes on something that is made of an element.
    fn passes_elements_whole(&self) {}

    /// Of a body that ends with something that is made of what its call gives.
    fn gives_what_it_calls(&self) {}
}

impl<T> OfNoMap for Body<'_, T> {}

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "a map over a promise runs one call for each element, and this is another",
    label = "the second call for an element",
    note = "a call that takes no element goes in front of the map: `let k = f(k); xs.map(|x| g(x, k))`",
    note = "two maps run one after the other: `xs.map(f).map(g)`",
    note = "for more than that write a task that does it, or a workflow, and map a launch plan of it"
)]
pub trait OneCall {}

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "a map over a promise passes its elements on whole, and this is made of one",
    label = "not the whole element",
    note = "the element does not exist yet when the graph is built: take it apart in the task, or make of it what is \
            needed there"
)]
pub trait Whole {}

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "a map over a promise gives what its call gives, whole",
    label = "takes a part of it",
    note = "let the task give what is needed, or take it out of the list in a task behind the map"
)]
pub trait GivenWhole {}

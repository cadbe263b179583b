//! `fail("…")` at the end of a case, and tasks that are named like it.
//!
//! The macro sees a name and no more. What it emits for `fail(x)` at the end of a case asks the type of that name,
//! which is [`fail`](struct@fail) or that of a task, and takes what that gives for what it is.

use super::{
    BranchValue, SameAs,
    dispatch::{Gives, Nothing, Plain, Recording},
};
use crate::graph::{BindingData, IntoBinding};

/// How a case of a branch ends that fails the run: `if x < 0 { fail("below zero") } else { square(x) }` in a workflow's
/// body.
///
/// It is the last expression of a case, takes the message, and has the type of the other cases. In a branch on a plain
/// value it is a panic, so that there is no graph.
#[allow(
    non_camel_case_types,
    reason = "called like a task in the bodies of workflows"
)]
#[derive(Debug)]
pub struct fail {}

impl fail {
    #[doc(hidden)]
    pub fn node<M: EndsACase>(message: M) -> Failing {
        Failing(message.message())
    }
}

/// What [`fail`](struct@fail) is given at the end of a case, and nowhere else.
#[diagnostic::on_unimplemented(
    message = "`fail(..)` is how a case of a branch ends",
    label = "not the end of a case",
    note = "make it the last expression of a case of `if` or `match` on a promise"
)]
pub trait EndsACase {
    #[doc(hidden)]
    fn message(self) -> String;
}

/// What stands in the parentheses of a `fail(..)` at the end of a case. To a task of that name it is what was written.
#[derive(Debug)]
pub struct Message<M>(pub M);

#[diagnostic::do_not_recommend]
impl<M: Into<String>> EndsACase for Message<M> {
    fn message(self) -> String {
        self.0.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T, M: IntoBinding<T>> IntoBinding<T> for Message<M> {
    fn into_binding(self) -> BindingData {
        self.0.into_binding()
    }
}

/// The end of a case that fails.
#[derive(Debug)]
pub struct Failing(String);

/// What a case ends with, of which only the type says whether it fails.
#[derive(Debug)]
pub struct Tail<T>(pub T);

impl Tail<Failing> {
    /// The case fails, where cases give something.
    pub fn value<R, C: Fails<R>>(self, cases: &C) -> R {
        cases.__fail(self.0.0)
    }

    /// The case fails, where they do not.
    pub fn nothing<R, C: Fails<R>>(self, cases: &C) -> R {
        cases.__fail(self.0.0)
    }

    /// The case fails, whatever is written behind it.
    pub fn statement<R, C: Fails<R>>(self, cases: &C) -> R {
        cases.__fail(self.0.0)
    }
}

/// The same for what does not fail: what a task gives.
pub trait TailOfATask<T> {
    /// What the case gives.
    fn value<C: Takes<T>>(self, cases: &C) -> C::End;

    /// The end of a case in a branch that gives nothing.
    fn nothing<C: TakesNothing<T>>(self, cases: &C) -> C::End;

    /// The end of a case with `;`.
    fn statement<C: Takes<()>>(self, cases: &C) -> C::End;
}

impl<T> TailOfATask<T> for Tail<T> {
    fn value<C: Takes<T>>(self, cases: &C) -> C::End {
        cases.__value(self.0)
    }

    fn nothing<C: TakesNothing<T>>(self, cases: &C) -> C::End {
        cases.__nothing(self.0)
    }

    fn statement<C: Takes<()>>(self, cases: &C) -> C::End {
        cases.__value(())
    }
}

/// Cases that may fail.
pub trait Fails<R> {
    #[doc(hidden)]
    fn __fail(&self, message: String) -> R;
}

impl<R> Fails<R> for Plain {
    fn __fail(&self, message: String) -> R {
        self.fail(message)
    }
}

impl<O> Fails<Gives<O>> for Recording<O> {
    fn __fail(&self, message: String) -> Gives<O> {
        self.fail(message)
    }
}

/// Cases that may give a value.
pub trait Takes<T> {
    /// How the case ends.
    type End;

    #[doc(hidden)]
    fn __value(&self, value: T) -> Self::End;
}

impl<T> Takes<T> for Plain {
    type End = T;

    fn __value(&self, value: T) -> T {
        self.value(value)
    }
}

#[diagnostic::do_not_recommend]
impl<O, V> Takes<V> for Recording<O>
where
    V: BranchValue,
    V::Outputs: SameAs<O>,
{
    type End = Gives<O>;

    fn __value(&self, value: V) -> Gives<O> {
        self.value(value)
    }
}

/// Cases whose values go nowhere.
pub trait TakesNothing<T> {
    /// How the case ends.
    type End;

    #[doc(hidden)]
    fn __nothing(&self, value: T) -> Self::End;
}

#[diagnostic::do_not_recommend]
impl<T: Nothing> TakesNothing<T> for Plain {
    type End = ();

    fn __nothing(&self, value: T) {
        self.nothing(value);
    }
}

impl<T: Nothing> TakesNothing<T> for Recording<crate::graph::VoidPromise> {
    type End = Gives<crate::graph::VoidPromise>;

    fn __nothing(&self, value: T) -> Self::End {
        self.nothing(value)
    }
}

//! `fail("…")` at the end of a case, and tasks with the same name.
//!
//! The macro sees only the name. The code it emits for `fail(x)` at the end of a case uses the type with that name,
//! which is [`fail`](struct@fail) or a task, and the traits here decide by that type.

use super::{
    BranchValue, SameAs,
    if_else::{Gives, Nothing, Plain, Recording},
};
use crate::graph::{BindingData, IntoBinding};

/// Ends a case of a branch and fails the run: `if x < 0 { fail("below zero") } else { square(x) }` in a workflow's
/// body.
///
/// It is the last expression of a case, takes the message, and has the type of the other cases. In a branch on a plain
/// value it panics, so the workflow does not compile.
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

/// The argument type of [`fail`](struct@fail), which exists only at the end of a case.
#[diagnostic::on_unimplemented(
    message = "`fail(..)` is how a case of a branch ends",
    label = "not the end of a case",
    note = "make it the last expression of a case of `if` or `match` on a promise"
)]
pub trait EndsACase {
    #[doc(hidden)]
    fn message(self) -> String;
}

/// The argument of a `fail(..)` at the end of a case. For a task with that name it is the expression as written.
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

/// The last expression of a case; only its type says whether it fails.
#[derive(Debug)]
pub struct Tail<T>(pub T);

impl Tail<Failing> {
    /// Fails the case, in a branch with a value.
    pub fn value<R, C: Fails<R>>(self, cases: &C) -> R {
        cases.__fail(self.0.0)
    }

    /// Fails the case, in a branch without a value.
    pub fn nothing<R, C: Fails<R>>(self, cases: &C) -> R {
        cases.__fail(self.0.0)
    }

    /// Fails the case, whatever follows the call.
    pub fn statement<R, C: Fails<R>>(self, cases: &C) -> R {
        cases.__fail(self.0.0)
    }
}

/// As the methods of `Tail<Failing>`, for an expression that does not fail: the result of a task.
pub trait TailOfATask<T> {
    /// The value of the case.
    fn value<C: Takes<T>>(self, cases: &C) -> C::End;

    /// The end of a case in a branch without a value.
    fn nothing<C: TakesNothing<T>>(self, cases: &C) -> C::End;

    /// The end of a case that ends with `;`.
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
    /// The end of the case.
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

/// Cases whose values are not used.
pub trait TakesNothing<T> {
    /// The end of the case.
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

//! The expansion of `if` and `match` in a workflow's body: the type of the condition decides what they do.
//!
//! On a `bool` the construct is the plain `if`, and the compiler can see that: the jump back for another round is dead
//! code, so each body runs once, may move values, and may initialise a variable. On a [`Condition`] the loop runs once
//! for each case and records its calls. In both cases each body is compiled once.

use std::{cell::Cell, convert::Infallible, marker::PhantomData};

use super::{
    BranchOutputs, BranchValue, Condition, SameAs,
    recorder::{Ended, Recorder},
    value::Sources,
};
use crate::{
    graph::{NodeRef, Promise, SomeBinding, VoidPromise, entity::Location, know},
    types::{FlyteType, TypeInfo},
};

/// A condition that `if` accepts.
#[diagnostic::on_unimplemented(
    message = "`if` cannot look at `{Self}`",
    label = "expected a `bool`, a promise of one, or a comparison",
    note = "compare it: `if x > 0`, `if text == \"a\"`, `if option.is_some()`"
)]
pub trait Select {
    /// The iteration over the cases.
    type Cases;

    /// Begins the iteration.
    fn __select(self, name: &'static str) -> Self::Cases;
}

#[diagnostic::do_not_recommend]
impl Select for bool {
    type Cases = Plain;

    fn __select(self, _name: &'static str) -> Plain {
        Plain {
            case: usize::from(!self),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Select for Condition {
    type Cases = Recording<Undecided>;

    #[track_caller]
    fn __select(self, name: &'static str) -> Recording<Undecided> {
        Recording::new(name, Location::caller(), vec![(0, Some(self)), (1, None)])
    }
}

#[diagnostic::do_not_recommend]
impl Select for Promise<bool> {
    type Cases = Recording<Undecided>;

    #[track_caller]
    fn __select(self, name: &'static str) -> Recording<Undecided> {
        self.is_true().__select(name)
    }
}

/// Something that is known while the graph is built, where there may be a promise too.
pub fn constant<V: BranchValue>(value: V) -> V::Outputs {
    let mut sources = Sources::default();
    value.__bind(&mut sources);
    know(sources.data, |node, mut next| {
        V::Outputs::__promises(node, &mut next)
    })
}

/// A value that is known while the graph is built and can be a promise of `T`.
#[diagnostic::on_unimplemented(
    message = "this is a `{Self}`, and another case gives a promise of `{T}`",
    label = "expected a value of type `{T}`",
    note = "all cases must give the same type: write a value of type `{T}` here, call a task that makes one of it, or \
            end the case with `fail(\"..\")`"
)]
pub trait KnownBeside<T> {
    #[doc(hidden)]
    fn __constant(self) -> Promise<T>;
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> KnownBeside<T> for T {
    fn __constant(self) -> Promise<T> {
        constant(self)
    }
}

#[diagnostic::do_not_recommend]
impl KnownBeside<String> for &str {
    fn __constant(self) -> Promise<String> {
        constant(self)
    }
}

// What plain code builds of calls, such as the result of `collect`, is known as far as it can be, too.

#[diagnostic::do_not_recommend]
impl<T: FlyteType> KnownBeside<T> for Promise<T> {
    fn __constant(self) -> Promise<T> {
        constant(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> KnownBeside<Vec<T>> for Vec<Promise<T>> {
    fn __constant(self) -> Promise<Vec<T>> {
        constant(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType, const N: usize> KnownBeside<Vec<T>> for [Promise<T>; N] {
    fn __constant(self) -> Promise<Vec<T>> {
        constant(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> KnownBeside<Option<T>> for Option<Promise<T>> {
    fn __constant(self) -> Promise<Option<T>> {
        constant(self)
    }
}

/// The type of no promise. With it the compiler does not take the type of a value for that of the promises beside it,
/// which come later.
#[derive(Debug)]
pub enum OfNoPromise {}

#[diagnostic::do_not_recommend]
impl<V> KnownBeside<OfNoPromise> for V {
    fn __constant(self) -> Promise<OfNoPromise> {
        unreachable!("there are no such promises")
    }
}

/// The same where a promise stands beside it, which says what type it has.
pub fn constant_beside<T>(value: impl KnownBeside<T>) -> Promise<T> {
    value.__constant()
}

/// The same of a value whose type only the promise beside it says.
pub fn constant_of<T: FlyteType>(value: T) -> Promise<T> {
    constant(value)
}

/// What is looked at, of a variable that may be looked at again.
pub fn kept<C: Clone>(condition: &C) -> C {
    condition.clone()
}

/// The result of one round.
#[derive(Debug)]
pub enum Flow<O, A> {
    /// The value of the whole branch.
    Done(O),
    /// Another case has to be built.
    Again(A),
}

/// A call that never returns if there is no other case, which makes the code after it dead.
pub fn again<A>(again: A) -> A {
    again
}

/// The cases of an `if` or a `match` on a plain value: one of them runs.
#[derive(Debug)]
pub struct Plain {
    pub(super) case: usize,
}

#[allow(
    clippy::unused_self,
    missing_docs,
    reason = "the same methods as `Recording`, where they do something and say what"
)]
impl Plain {
    #[must_use]
    pub fn cases(self) -> Self {
        self
    }

    pub fn case(&mut self) -> usize {
        self.case
    }

    pub fn value<T>(&self, value: T) -> T {
        value
    }

    pub fn beside_promise<V: BranchValue>(&self, value: V) -> V::Outputs {
        constant(value)
    }

    pub fn nothing<V: Nothing>(&self, _nothing: V) {}

    pub fn some<T>(&self, value: T) -> Option<T> {
        Some(value)
    }

    pub fn none<T>(&self) -> Option<T> {
        None
    }

    pub fn never<T>(&self) -> T {
        unreachable!("what is before it does not come to an end")
    }

    pub fn fail<T>(&self, message: impl Into<String>) -> T {
        panic!("{}", message.into())
    }

    pub fn else_if(&self) {}

    pub fn hold<T>(&self, _outer: T) {}

    pub fn push<T>(&mut self, value: T) -> Flow<T, Infallible> {
        Flow::Done(value)
    }

    pub fn is_graph(&self) -> bool {
        false
    }

    pub fn in_graph(&self) -> Infallible {
        unreachable!("asked for after `is_graph` alone")
    }

    pub fn in_plain(&self) {}

    pub fn copy_of<T>(&self, _variable: &T) -> T {
        unreachable!("behind `in_graph`")
    }

    pub fn before<T>(&mut self, _merge: &mut Merge<T>, _variable: &mut T) {}

    pub fn after<T>(&mut self, _variable: &T) {}

    pub fn merged<T>(&mut self, _variable: &mut T) {}
}

/// The type of a branch without cases so far.
#[derive(Debug)]
pub enum Undecided {}

/// The cases of an `if` or a `match` on a promise: all of them are built, one after the other, and each gives `O`.
#[derive(Debug)]
pub struct Recording<O> {
    recorder: Recorder,
    /// For each case, its index in the source and its condition; the last one is `else`.
    conditions: Vec<(usize, Option<Condition>)>,
    case: usize,
    else_if: Cell<bool>,
    /// The values of the assigned variables at the end of the case.
    variables: Sources,
    /// When the branch is done: its node and the index of the next output.
    done: Option<(NodeRef, u32)>,
    outputs: PhantomData<fn() -> O>,
}

/// The end of a case in a branch that gives `O`.
#[derive(Debug)]
pub struct Gives<O> {
    end: Ended,
    outputs: PhantomData<fn() -> O>,
}

impl<O> Gives<O> {
    fn new(end: Ended) -> Self {
        Self {
            end,
            outputs: PhantomData,
        }
    }
}

impl Recording<Undecided> {
    pub(super) fn new(
        name: &'static str,
        at: Location,
        conditions: Vec<(usize, Option<Condition>)>,
    ) -> Self {
        Self {
            recorder: Recorder::new(name, at),
            conditions,
            case: 0,
            else_if: Cell::new(false),
            variables: Sources::default(),
            done: None,
            outputs: PhantomData,
        }
    }

    /// The cases; the first one with a value determines the type of all.
    pub fn cases<O>(self) -> Recording<O> {
        Recording {
            recorder: self.recorder,
            conditions: self.conditions,
            case: self.case,
            else_if: self.else_if,
            variables: self.variables,
            done: self.done,
            outputs: PhantomData,
        }
    }
}

impl<O> Recording<O> {
    /// Begins the next case.
    pub fn case(&mut self) -> usize {
        self.recorder.enter();
        self.else_if.set(false);
        self.conditions[self.case].0
    }

    /// Ends the case with a value.
    pub fn value<V>(&self, value: V) -> Gives<O>
    where
        V: BranchValue,
        V::Outputs: SameAs<O>,
    {
        let mut sources = Sources::default();
        value.__bind(&mut sources);
        Gives::new(Ended::Gives(sources))
    }

    /// Ends the case with a value where another case ends with a promise.
    pub fn beside_promise<V>(&self, value: V) -> Gives<O>
    where
        V: BranchValue,
        V::Outputs: SameAs<O>,
    {
        self.value(value)
    }

    /// Ends the case without a value.
    pub fn nothing<V: Nothing>(&self, _nothing: V) -> Gives<VoidPromise> {
        Gives::new(Ended::Gives(Sources::default()))
    }

    /// `Some(value)`, where the value may be or contain a promise.
    pub fn some<V>(&self, value: V) -> SomeBinding<V> {
        SomeBinding(value)
    }

    /// `None`, whose type the other cases decide.
    pub fn none<T>(&self) -> NoneOf<T> {
        NoneOf(PhantomData)
    }

    /// The end of a case that diverges, for its type only: this is never called.
    pub fn never(&self) -> Gives<O> {
        unreachable!("what is before it does not come to an end")
    }

    /// Marks the case as a failure.
    pub fn fail(&self, message: impl Into<String>) -> Gives<O> {
        Gives::new(Ended::Fails(message.into()))
    }

    /// Marks the case as the one that follows `else` in `else if`.
    pub fn else_if(&self) {
        self.else_if.set(true);
    }

    /// Keeps outer variables unchanged while a case is built; all cases start with the same values.
    pub fn hold<T>(&self, outer: T) -> CasesOfABranchOnAPromiseCannotChangeWhatIsOutside<T> {
        CasesOfABranchOnAPromiseCannotChangeWhatIsOutside(outer)
    }

    /// Ends the case.
    pub fn push(&mut self, arm: Gives<O>) -> Flow<O, ()>
    where
        O: BranchOutputs,
    {
        let variables = std::mem::take(&mut self.variables);
        let end = match arm.end {
            Ended::Gives(mut sources) => {
                sources.data.extend(variables.data);
                sources.infos.extend(variables.infos);
                Ended::Gives(sources)
            }
            fails => fails,
        };
        let last = self.case + 1 == self.conditions.len();
        let condition = self.conditions[self.case].1.take();
        self.recorder
            .leave(condition.filter(|_| !last), end, last && self.else_if.get());
        self.case += 1;
        if !last {
            return Flow::Again(());
        }
        let node = self.recorder.finish();
        let mut next = 0;
        let outputs = O::__promises(node, &mut next);
        self.recorder.gives(node, next);
        self.done = Some((node, next));
        Flow::Done(outputs)
    }

    /// Whether the cases become part of a graph.
    pub fn is_graph(&self) -> bool {
        true
    }

    /// Does nothing; on a plain value it never returns, which makes the code after it dead.
    pub fn in_graph(&self) {}

    /// Never returns here, which makes the code after it dead; only the cases of a plain value call it.
    pub fn in_plain(&self) -> Infallible {
        unreachable!("asked for when `is_graph` does not hold")
    }

    /// A copy of an outer variable; the other cases start with the same value.
    pub fn copy_of<T>(&self, variable: &T) -> T
    where
        Self: Copies<T>,
    {
        Self::__copy(variable)
    }

    /// Restores the value that a variable had before the first case, for a variable that cases assign.
    pub fn before<T: Merged>(&mut self, merge: &mut Merge<T>, variable: &mut T) {
        match merge.0 {
            None => merge.0 = Some(*variable),
            Some(before) => *variable = before,
        }
    }

    /// Records the value of a variable at the end of the case.
    pub fn after<T: Merged>(&mut self, variable: &T) {
        variable.__source(&mut self.variables);
    }

    /// Sets a variable to the value from the chosen case.
    pub fn merged<T: Merged>(&mut self, variable: &mut T) {
        if let Some((node, next)) = &mut self.done {
            *variable = T::__output(*node, *next);
            *next += 1;
            self.recorder.gives(*node, *next);
        }
    }
}

/// Borrows for as long as a case is built. The compiler shows its name in errors.
#[derive(Debug)]
pub struct CasesOfABranchOnAPromiseCannotChangeWhatIsOutside<T>(T);

impl<T> Drop for CasesOfABranchOnAPromiseCannotChangeWhatIsOutside<T> {
    fn drop(&mut self) {}
}

/// An outer value that a case of a branch on a promise may move. The trait is on the cases and not on `T`, because for
/// a bound on `T` the compiler would suggest passing a reference.
#[diagnostic::on_unimplemented(
    message = "a case of a branch on a promise moves a `{T}`, and the other cases need it too",
    label = "the code of every case runs while the graph is built, and this cannot be copied",
    note = "pass on something that is `Clone`, or make it inside of the case"
)]
pub trait Copies<T> {
    #[doc(hidden)]
    fn __copy(variable: &T) -> T;
}

#[diagnostic::do_not_recommend]
impl<O, T: Clone> Copies<T> for Recording<O> {
    fn __copy(variable: &T) -> T {
        variable.clone()
    }
}

/// The value of a variable before the first case.
#[derive(Debug, Default)]
pub struct Merge<T>(Option<T>);

impl<T> Merge<T> {
    /// No value recorded yet.
    pub const fn new() -> Self {
        Self(None)
    }
}

/// A variable type that cases of a branch on a promise may assign.
#[diagnostic::on_unimplemented(
    message = "a variable of type `{Self}` is assigned in a case of a branch on a promise",
    label = "which case runs is not known while the graph is built, so only promises can be assigned",
    note = "declare the variable as a promise, or make what it holds the value of the `if`: `let x = if .. {{ .. }} \
            else {{ .. }};`"
)]
pub trait Merged: Copy {
    #[doc(hidden)]
    fn __source(&self, sources: &mut Sources);

    #[doc(hidden)]
    fn __output(node: NodeRef, output: u32) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> Merged for Promise<T> {
    fn __source(&self, sources: &mut Sources) {
        sources.push::<T>(*self);
    }

    fn __output(node: NodeRef, output: u32) -> Self {
        Self::__of(node, output)
    }
}

/// The value with which a case may end when the value is not used.
#[diagnostic::on_unimplemented(
    message = "this branch has no `else`, or its value goes nowhere, and a case of it ends with `{Self}`",
    label = "this value goes nowhere",
    note = "write `;` behind it to drop it, or `let` in front of the branch and an `else` that gives a value of the \
            same type"
)]
pub trait Nothing {}

#[diagnostic::do_not_recommend]
impl Nothing for () {}

#[diagnostic::do_not_recommend]
impl Nothing for VoidPromise {}

/// `None` in a case of a branch.
#[derive(Debug)]
pub struct NoneOf<T>(PhantomData<fn() -> T>);

#[diagnostic::do_not_recommend]
impl<T: FlyteType> BranchValue for NoneOf<T> {
    type Outputs = Promise<Option<T>>;

    fn __bind(self, sources: &mut Sources) {
        sources.push::<Option<T>>(None::<T>);
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType, V: BranchValue<Outputs = Promise<T>>> BranchValue for SomeBinding<V> {
    type Outputs = Promise<Option<T>>;

    fn __bind(self, sources: &mut Sources) {
        let mut inside = Sources::default();
        self.0.__bind(&mut inside);
        for data in inside.data {
            sources.data.push(crate::graph::optional::<T>(data));
            sources.infos.push(TypeInfo::of::<Option<T>>());
        }
    }
}

/// Where a variable may be initialised.
#[diagnostic::on_unimplemented(
    message = "a variable gets its first value in a case of a branch on a promise",
    label = "which case runs is not known while the graph is built, so there has to be a value before",
    note = "declare it `mut` and with a value, or make what it holds the value of the branch: `let x = if .. {{ .. }} \
            else {{ .. }};`"
)]
pub trait FirstValue {}

#[diagnostic::do_not_recommend]
impl FirstValue for Plain {}

/// Checks that a case may initialise a variable.
pub fn first_value(_cases: &impl FirstValue) {}

/// Cases that `break` or `continue` may leave.
#[diagnostic::on_unimplemented(
    message = "a case of a branch on a promise cannot leave the loop around it",
    label = "which case runs is not known while the graph is built, so both are built to their end",
    note = "decide by a value that is known while the graph is built, or let a task loop"
)]
pub trait Leave {}

#[diagnostic::do_not_recommend]
impl Leave for Plain {}

/// Checks that the cases may be left.
pub fn leave(_cases: &impl Leave) {}

/// A condition that a loop accepts.
#[diagnostic::on_unimplemented(
    message = "`while` cannot look at `{Self}`, which is not known while the graph is built",
    label = "expected a `bool`",
    note = "let a task loop, or a `#[dynamic]` task whose inputs are values"
)]
pub trait Known {
    #[doc(hidden)]
    fn __known(self) -> bool;
}

#[diagnostic::do_not_recommend]
impl Known for bool {
    fn __known(self) -> bool {
        self
    }
}

/// Checks that a loop's condition is known.
pub fn known(known: impl Known) -> bool {
    known.__known()
}

//! Branches without `if`: `conditional("name").if_(..).then(..)…`.

use std::marker::PhantomData;

use super::{
    BranchOutputs, BranchValue, Condition, SameAs,
    recorder::{Ended, Recorder},
    value::Sources,
};
use crate::graph::entity::Location;

/// Begins a branch. Corresponds to flytekit's `conditional`.
///
/// `.if_(condition)`, any number of `.elif_(condition)`, and `.else_()` are each followed by `.then(|| …)` or
/// `.fail("…")`. The closures are called immediately, one after the other; the calls in them become the nodes of the
/// case, and only the nodes of the chosen case run. A value is returned only after `.else_()`, so an unfinished branch
/// cannot be used; see the [module](crate::graph::condition) for an example.
///
/// # Panics
///
/// Outside of a workflow's body, where there is no graph to add to.
#[track_caller]
#[must_use = "a branch is made by `.if_(..).then(..)…` and ends with `.else_()`"]
pub fn conditional(name: impl Into<String>) -> Conditional {
    Conditional {
        recorder: Recorder::new(name, Location::caller()),
    }
}

/// The same name in the type namespace, where bodies look up callees: a task named `conditional` is found first.
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    reason = "called like a task in the bodies of workflows"
)]
#[derive(Debug)]
pub struct conditional {}

impl conditional {
    /// Begins a branch.
    #[track_caller]
    #[must_use = "a branch is made by `.if_(..).then(..)…` and ends with `.else_()`"]
    pub fn node(name: impl Into<String>) -> Conditional {
        conditional(name)
    }
}

/// A branch without cases.
#[derive(Debug)]
#[must_use = "a branch is made by `.if_(..).then(..)…` and ends with `.else_()`"]
pub struct Conditional {
    recorder: Recorder,
}

/// A condition that needs its case next.
#[derive(Debug)]
#[must_use = "a condition is followed by `.then(..)` or `.fail(..)`"]
pub struct Case<O> {
    recorder: Recorder,
    condition: Condition,
    outputs: PhantomData<fn() -> O>,
}

/// An unfinished branch with cases.
#[derive(Debug)]
#[must_use = "a branch ends with `.else_().then(..)` or `.else_().fail(..)`; without it nothing is made"]
pub struct Cases<O> {
    recorder: Recorder,
    outputs: PhantomData<fn() -> O>,
}

/// The last case, which must follow.
#[derive(Debug)]
#[must_use = "`else_()` is followed by `.then(..)` or `.fail(..)`"]
pub struct Else<O> {
    recorder: Recorder,
    outputs: PhantomData<fn() -> O>,
}

impl Conditional {
    /// The first condition.
    pub fn if_<O>(self, condition: impl Into<Condition>) -> Case<O> {
        Case {
            recorder: self.recorder,
            condition: condition.into(),
            outputs: PhantomData,
        }
    }
}

impl<O: BranchOutputs> Case<O> {
    /// The case that runs if this condition is the first that holds.
    pub fn then<V>(mut self, case: impl FnOnce() -> V) -> Cases<O>
    where
        V: BranchValue,
        V::Outputs: SameAs<O>,
    {
        let sources = build(&mut self.recorder, case);
        self.end(Ended::Gives(sources))
    }

    /// Fails the run with this message if this condition is the first that holds.
    pub fn fail(mut self, message: impl Into<String>) -> Cases<O> {
        self.recorder.enter();
        self.end(Ended::Fails(message.into()))
    }

    fn end(mut self, end: Ended) -> Cases<O> {
        self.recorder.leave(Some(self.condition), end, false);
        Cases {
            recorder: self.recorder,
            outputs: PhantomData,
        }
    }
}

impl<O: BranchOutputs> Cases<O> {
    /// Another condition, tried if none of those before holds.
    pub fn elif_(self, condition: impl Into<Condition>) -> Case<O> {
        Case {
            recorder: self.recorder,
            condition: condition.into(),
            outputs: PhantomData,
        }
    }

    /// The last case, for when no condition holds.
    pub fn else_(self) -> Else<O> {
        Else {
            recorder: self.recorder,
            outputs: PhantomData,
        }
    }
}

impl<O: BranchOutputs> Else<O> {
    /// The case that runs if no condition holds. Returns the value of the branch.
    pub fn then<V>(mut self, case: impl FnOnce() -> V) -> O
    where
        V: BranchValue,
        V::Outputs: SameAs<O>,
    {
        let sources = build(&mut self.recorder, case);
        self.end(Ended::Gives(sources))
    }

    /// Fails the run with this message if no condition holds. Returns the value of the branch.
    pub fn fail(mut self, message: impl Into<String>) -> O {
        self.recorder.enter();
        self.end(Ended::Fails(message.into()))
    }

    fn end(mut self, end: Ended) -> O {
        self.recorder.leave(None, end, false);
        let (node, mut next) = (self.recorder.finish(), 0);
        let outputs = O::__promises(node, &mut next);
        self.recorder.gives(node, next);
        outputs
    }
}

fn build<V: BranchValue>(recorder: &mut Recorder, case: impl FnOnce() -> V) -> Sources {
    recorder.enter();
    let mut sources = Sources::default();
    case().__bind(&mut sources);
    sources
}

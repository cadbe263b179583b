//! Results that are kept: looked up before the first attempt of a task, stored when its outputs are known.

use std::fmt;

use super::Execution;
use crate::{
    cache::{CacheError, CacheKey, CachePolicy, Flight, InUse},
    run::{frame::Frame, observe, services::Services},
};
use flyte_core::{
    graph::entity::{EntityDescriptor, Input, TaskInputs},
    panic::{self, Each},
    text,
    types::Value,
};

/// A call that was not in the cache, and will be.
pub(crate) struct Caching {
    key: CacheKey,
    /// Held while nobody else is to run an equal call.
    _flight: Option<Flight>,
}

/// A call that is to run alone, while an equal one is being run.
pub(crate) struct Awaited {
    key: CacheKey,
}

/// What the cache says about a call.
pub(crate) enum LookedUp {
    /// These are its outputs.
    Hit(Vec<Value>),
    /// It has to be run, and is to be kept if this says so.
    Miss(Option<Box<Caching>>),
    /// An equal call is being run, in whatever thread or process.
    Busy(Box<Awaited>),
}

impl LookedUp {
    const UNCACHED: Self = Self::Miss(None);

    fn missed(entity: &EntityDescriptor, key: CacheKey, flight: Option<Flight>) -> Self {
        tracing::debug!(task = entity.name(), key = key.flytekit, "not in the cache");
        let _flight = flight;
        Self::Miss(Some(Box::new(Caching { key, _flight })))
    }
}

/// What can be wrong with the cache. It is told once a run, or once for each task that it is about, however many calls
/// there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Problem {
    /// Calls have no key.
    Key,
    /// Equal calls cannot wait for one another.
    Lock,
    /// A result that is there is of no use.
    Result,
    /// Results cannot be kept.
    Store,
    /// Others can look at results, or replace them.
    Open,
}

impl Problem {
    fn message(self, task: Option<&EntityDescriptor>, why: &dyn fmt::Display) -> String {
        let of = task.map(|task| format!(" of task `{}`", task.name()));
        let of = of.unwrap_or_default();
        match self {
            Self::Key => format!("calls{of} are not looked up in the cache: {why}"),
            Self::Lock => format!("equal calls{of} do not wait for one another: {why}"),
            Self::Result => format!("a result{of} in the cache is made again: {why}"),
            Self::Store => format!("results{of} are not kept in the cache: {why}"),
            Self::Open => format!("results{of} in the cache are open to others: {why}"),
        }
    }
}

/// Tells of a problem with the cache, unless it is known.
#[cold]
fn report(
    services: &Services,
    problem: Problem,
    task: Option<&'static EntityDescriptor>,
    why: &dyn fmt::Display,
) {
    let name = task.map(EntityDescriptor::name);
    if services.first_time(format!("{problem:?} {}", name.unwrap_or_default())) {
        services.notice(problem.message(task, &text::bounded(why)));
    }
}

/// Looks a call up.
pub(crate) fn look_up(
    execution: &Execution,
    policy: &CachePolicy,
    inputs: &TaskInputs,
) -> LookedUp {
    let services = &execution.frame().run.services;
    let entity = execution.plan_node().entity;
    // In a container the cluster has looked already, and what stands for a task in a test is not the task.
    let mocked = services.mock(entity).is_some();
    if execution.frame().container().is_some() || mocked {
        return LookedUp::UNCACHED;
    }
    let Some(cache) = services.cache() else {
        return LookedUp::UNCACHED;
    };
    let values = inputs.values.iter().map(|input| match input {
        Input::Present(value) => Some(value),
        Input::Moved(_) => None,
    });
    // Before the first attempt nothing has taken an input; without one the others have no key.
    let Some(values) = values.collect::<Option<Vec<_>>>() else {
        return LookedUp::UNCACHED;
    };
    // The literal form of a value may be the user's code.
    let key = match panic::catch(|| policy.key(entity, values)) {
        Ok(Ok(key)) => key,
        Ok(Err(error)) => {
            report(services, Problem::Key, Some(entity), &error);
            return LookedUp::UNCACHED;
        }
        Err(panic) => {
            report(services, Problem::Key, Some(entity), &panic.message);
            return LookedUp::UNCACHED;
        }
    };
    if let Some(outputs) = found(execution, cache, &key) {
        return hit(execution, &key, outputs);
    }
    if policy.serialize {
        return look_alone(execution, cache, Box::new(Awaited { key }));
    }
    missed(execution, cache, &key);
    LookedUp::missed(entity, key, None)
}

/// Looks a call up again that has waited for an equal one.
pub(crate) fn look_again(execution: &Execution, awaited: Box<Awaited>) -> LookedUp {
    let Some(cache) = execution.frame().run.services.cache() else {
        return LookedUp::UNCACHED;
    };
    look_alone(execution, cache, awaited)
}

fn look_alone(execution: &Execution, cache: &InUse, awaited: Box<Awaited>) -> LookedUp {
    let entity = execution.plan_node().entity;
    let flight = match cache.cache.fly(&awaited.key) {
        Ok(Some(flight)) => Some(flight),
        Ok(None) => return LookedUp::Busy(awaited),
        Err(error) => {
            let services = &execution.frame().run.services;
            report(services, Problem::Lock, None, &error);
            None
        }
    };
    // Whoever had the right before has stored it.
    match found(execution, cache, &awaited.key) {
        Some(outputs) => hit(execution, &awaited.key, outputs),
        None => {
            missed(execution, cache, &awaited.key);
            LookedUp::missed(entity, awaited.key, flight)
        }
    }
}

fn hit(execution: &Execution, key: &CacheKey, outputs: Vec<Value>) -> LookedUp {
    let (frame, node) = (execution.frame(), execution.node());
    observe::cache_asked(frame, node, &key.flytekit, true, Vec::new);
    LookedUp::Hit(outputs)
}

/// Tells why a call has to be run.
fn missed(execution: &Execution, cache: &InUse, key: &CacheKey) {
    let (frame, node) = (execution.frame(), execution.node());
    observe::cache_asked(frame, node, &key.flytekit, false, || {
        if cache.refreshes || is_refreshed(frame) {
            return vec!["the run makes results of the cache again".to_owned()];
        }
        frame.run.services.why_missed(cache, key)
    });
}

/// Whether a launch plan around the node says `overwrite_cache`.
fn is_refreshed(frame: &Frame) -> bool {
    let mut around = Some(frame);
    while let Some(frame) = around {
        let options = frame.plan.graph.entity().launch_plan_options();
        if options.is_some_and(|options| options.overwrite_cache) {
            return true;
        }
        around = frame.parent.as_ref().map(|(parent, _)| &**parent);
    }
    false
}

/// The outputs of a call that are in the cache and may be used.
fn found(execution: &Execution, cache: &InUse, key: &CacheKey) -> Option<Vec<Value>> {
    if cache.refreshes || is_refreshed(execution.frame()) {
        return None;
    }
    let entity = execution.plan_node().entity;
    let services = &execution.frame().run.services;
    let mut literals = match cache.cache.look_up(key, || services.hold_files(cache)) {
        Ok(literals) => literals?,
        Err(problem) => {
            report(services, Problem::Result, Some(entity), &problem);
            return None;
        }
    };
    let values = entity.outputs().iter().map(|output| {
        let literal = literals.remove(output.name)?;
        output.info.from_literal(literal).ok()
    });
    let values = values.map(|value| value.ok_or(()));
    let values = panic::catch(|| Each::collect(values));
    let values = values.ok().and_then(Result::ok).map(Each::into_inner);
    match &values {
        Some(_) => tracing::debug!(task = entity.name(), key = key.flytekit, "from the cache"),
        None => report(
            services,
            Problem::Result,
            Some(entity),
            &"it is not what the task gives now",
        ),
    }
    values
}

impl Caching {
    /// Keeps the outputs of the call.
    pub(crate) fn store(&self, execution: &Execution, outputs: &[Value]) {
        let Some(cache) = execution.frame().run.services.cache() else {
            return;
        };
        let entity = execution.plan_node().entity;
        let encode = || {
            let values = entity.outputs().iter().zip(outputs);
            let literals = values.map(|(output, value)| {
                let literal = output.info.to_literal(value);
                let literal = literal.map_err(|error| error.at(format!("`{}`", output.name)));
                Ok((output.name, literal?))
            });
            literals.collect()
        };
        let stored = panic::catch(|| cache.cache.store(&self.key, encode));
        let services = &execution.frame().run.services;
        match stored {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(why))) => report(services, Problem::Open, None, &why),
            // That nothing can be written has nothing to do with the task.
            Ok(Err(error @ CacheError::Io { .. })) => {
                report(services, Problem::Store, None, &error);
            }
            Ok(Err(error)) => report(services, Problem::Store, Some(entity), &error),
            Err(panic) => report(services, Problem::Store, Some(entity), &panic.message),
        }
    }
}

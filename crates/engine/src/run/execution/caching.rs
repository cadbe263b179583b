//! The cache in an execution: it is looked up before the first attempt, and the outputs are stored once they are known.

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

/// A call that was not in the cache and will be stored.
pub(crate) struct Caching {
    key: CacheKey,
    /// Held while no equal call may run.
    _flight: Option<Flight>,
}

/// A call with exclusive execution, while an equal one is running.
pub(crate) struct Awaited {
    key: CacheKey,
}

/// The result of a cache lookup.
pub(crate) enum LookedUp {
    /// These are its outputs.
    Hit(Vec<Value>),
    /// The task must run; its result is stored if this is set.
    Miss(Option<Box<Caching>>),
    /// Another thread or process is running an equal call.
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

/// What can be wrong with the cache. Each problem is reported once for a run, or once for each task concerned, however
/// many calls there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Problem {
    /// Calls have no key.
    Key,
    /// Equal calls cannot wait for one another.
    Lock,
    /// A stored result cannot be used.
    Result,
    /// Results cannot be stored.
    Store,
    /// Other users can read or replace the results.
    Open,
}

impl Problem {
    fn message(self, task: Option<&EntityDescriptor>, why: &dyn fmt::Display) -> String {
        let of = task.map(|task| format!(" of task `{}`", task.name()));
        let of = of.unwrap_or_default();
        match self {
            Self::Key => format!("calls{of} are not looked up in the cache: {why}"),
            Self::Lock => format!("equal calls{of} do not wait for one another: {why}"),
            Self::Result => {
                format!("a cached result{of} cannot be used, so the task runs again: {why}")
            }
            Self::Store => format!("results{of} are not kept in the cache: {why}"),
            Self::Open => format!("other users can access cached results{of}: {why}"),
        }
    }
}

/// Reports a problem with the cache unless it was reported before.
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
    // In a container the cluster has looked already, and a test's mock is not the task.
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
    // Before the first attempt all inputs are still there. If one is missing, the call has no key.
    let Some(values) = values.collect::<Option<Vec<_>>>() else {
        return LookedUp::UNCACHED;
    };
    // Converting a value to its literal may run user code.
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

/// Looks up a call again that waited for an equal one.
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
    // The call that had the right before has stored its result.
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

/// Whether an enclosing launch plan sets `overwrite_cache`.
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

/// The usable outputs of a call in the cache.
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
            &"its outputs do not match the task's output types",
        ),
    }
    values
}

impl Caching {
    /// Stores the outputs of the call.
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
            // A failed write to the cache is not the task's failure.
            Ok(Err(error @ CacheError::Io { .. })) => {
                report(services, Problem::Store, None, &error);
            }
            Ok(Err(error)) => report(services, Problem::Store, Some(entity), &error),
            Err(panic) => report(services, Problem::Store, Some(entity), &panic.message),
        }
    }
}

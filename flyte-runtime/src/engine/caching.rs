//! Results that are kept: looked up before the first attempt of a task, stored when its outputs are known.

use super::execution::Execution;
use crate::{
    attempt,
    cache::{CacheKey, CachePolicy, Flight, InUse},
    entity::{EntityDescriptor, Input, TaskInputs},
    types::Value,
};

/// A call that was not in the cache, and will be.
pub(super) struct Caching {
    key: CacheKey,
    /// Held while nobody else is to run an equal call.
    _flight: Option<Flight>,
}

/// What the cache says about a call.
pub(super) enum LookedUp {
    /// These are its outputs.
    Hit(Vec<Value>),
    /// It has to be run, and is to be kept if this says so.
    Miss(Option<Box<Caching>>),
}

impl LookedUp {
    const UNCACHED: Self = Self::Miss(None);
}

/// Looks a call up; waits for an equal one first where the task says so.
pub(super) fn look_up(
    execution: &Execution,
    policy: &CachePolicy,
    inputs: &TaskInputs,
) -> LookedUp {
    let run = &execution.frame().run;
    let entity = execution.plan_node().entity;
    // In a container the cluster has looked already, and what stands for a task in a test is not the task.
    let is_clusters = run.container.is_some() && execution.frame().parent.is_none();
    let mocked = run
        .watch
        .as_ref()
        .is_some_and(|watch| watch.mock(entity).is_some());
    if is_clusters || mocked {
        return LookedUp::UNCACHED;
    }
    let Some(cache) = run.cache() else {
        return LookedUp::UNCACHED;
    };
    let values = inputs.values.iter().filter_map(|input| match input {
        Input::Present(value) => Some(value),
        Input::Moved(_) => None,
    });
    // The literal form of a value may be the user's code.
    let key = match attempt::catch(|| policy.key(entity, values)) {
        Ok(Ok(key)) => key,
        Ok(Err(error)) => {
            tracing::warn!(task = entity.name(), %error, "the call cannot be looked up in the cache: an input has no literal form");
            return LookedUp::UNCACHED;
        }
        Err(panic) => {
            tracing::warn!(task = entity.name(), error = %panic.message, "the call cannot be looked up in the cache: an input panics");
            return LookedUp::UNCACHED;
        }
    };
    if let Some(outputs) = found(cache, entity, &key) {
        return LookedUp::Hit(outputs);
    }
    let mut flight = None;
    if policy.serialize {
        // Who waits needs no place; the run may have none but this.
        let waited = run
            .jobs
            .without_place(|| cache.cache.fly(&key, || run.is_cancelled()));
        match waited {
            Ok(flown) => flight = flown,
            Err(error) => {
                tracing::warn!(task = entity.name(), %error, "equal calls cannot wait for each other");
            }
        }
        // Whoever was waited for has stored it.
        if let Some(outputs) = found(cache, entity, &key) {
            return LookedUp::Hit(outputs);
        }
    }
    tracing::debug!(task = entity.name(), key = key.flytekit, "not in the cache");
    LookedUp::Miss(Some(Box::new(Caching {
        key,
        _flight: flight,
    })))
}

/// The outputs of a call that are in the cache.
fn found(cache: &InUse, entity: &EntityDescriptor, key: &CacheKey) -> Option<Vec<Value>> {
    if cache.refreshes {
        return None;
    }
    let mut literals = cache.cache.look_up(key)?;
    let values = entity.outputs().iter().map(|output| {
        let literal = literals.remove(output.name)?;
        output.info.from_literal(literal).ok()
    });
    let values = attempt::catch(|| values.collect::<Option<Vec<_>>>())
        .ok()
        .flatten();
    match &values {
        Some(_) => tracing::debug!(task = entity.name(), key = key.flytekit, "from the cache"),
        None => {
            tracing::warn!(
                task = entity.name(),
                "a result in the cache cannot be read, and is made again"
            );
        }
    }
    values
}

impl Caching {
    /// Keeps the outputs of the call.
    pub(super) fn store(&self, execution: &Execution, outputs: &[Value]) {
        let Some(cache) = execution.frame().run.cache() else {
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
        let stored = attempt::catch(|| cache.cache.store(&self.key, encode));
        let error = match stored {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(panic) => panic.message,
        };
        tracing::warn!(
            task = entity.name(),
            error,
            "the result is not kept in the cache"
        );
    }
}

//! The secrets that an attempt's process receives.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    io,
    sync::Arc,
};

use crate::{process, run::execution::Execution};
use flyte_context::{context::FlyteContext, secrets::SecretBytes};
use flyte_core::{
    graph::entity::{EntityDescriptor, ExecutionBehavior},
    options::{MountRequirement, SecretRequest},
    registry::Registry,
};

/// The environment variables with secrets: those that the task requests, as for a script. A task that runs others in
/// its own process, dynamic or eager, gets the secrets of all tasks in the program, because it is not known in advance
/// which tasks it runs.
pub(super) fn of(
    execution: &Execution,
    entity: &EntityDescriptor,
) -> io::Result<Vec<(String, Option<SecretBytes>)>> {
    let asked = |entity: &EntityDescriptor| {
        let options = entity.task_options();
        options.map_or(&[][..], |options| options.secret_requests)
    };
    let own = asked(entity);
    let runs_others = !matches!(
        entity.execution_behavior(),
        None | Some(ExecutionBehavior::Default)
    );
    let others = || Registry::of_program().tasks().filter(|_| runs_others);
    // The task's code may also ask for secrets by name. One that is not found by name is left out here.
    let by_name: Vec<_> = own
        .iter()
        .chain(others().flat_map(asked))
        .map(|request| {
            let mut request = *request;
            request.env_var = None;
            request.mount_requirement = MountRequirement::Any;
            request
        })
        .collect();
    let look = || -> Result<_, process::ProcessError> {
        let mut secrets = process::secrets(own)?;
        let in_variables = others().flat_map(asked).filter(|r| r.env_var.is_some());
        secrets.extend(named_by_others(&secrets, in_variables));
        for request in by_name {
            let found = process::secrets(&[request]).unwrap_or_default();
            secrets.extend(found.into_iter().filter(|(_, secret)| secret.is_some()));
        }
        Ok(secrets)
    };
    FlyteContext::run_in(Arc::clone(execution.context()), look).map_err(io::Error::other)
}

/// The variables that other tasks name for their secrets. If two tasks mean different secrets by one variable, it is
/// not set.
fn named_by_others<'r>(
    own: &[(String, Option<SecretBytes>)],
    requests: impl Iterator<Item = &'r SecretRequest>,
) -> Vec<(String, Option<SecretBytes>)> {
    let mut named: BTreeMap<String, Option<SecretBytes>> = BTreeMap::new();
    for request in requests {
        let found = process::secrets(&[*request]).unwrap_or_default();
        let found = found.into_iter().filter_map(|(name, it)| Some((name, it?)));
        for (name, secret) in found {
            match named.entry(name) {
                Entry::Vacant(place) => drop(place.insert(Some(secret))),
                Entry::Occupied(mut place) => {
                    let same = |known: &SecretBytes| known.expose() == secret.expose();
                    if !place.get().as_ref().is_some_and(same) {
                        place.insert(None);
                    }
                }
            }
        }
    }
    let is_own = |name: &str| {
        own.iter()
            .any(|(own, secret)| own == name && secret.is_some())
    };
    named.retain(|name, secret| secret.is_some() && !is_own(name));
    named.into_iter().collect()
}

//! Whether the references of a program fit what a cluster has: their signatures against the interfaces that are
//! registered.

mod compare;

use std::collections::BTreeSet;

use flyte_idl::flyteidl::core;
use tokio::task::JoinSet;

pub use compare::{ReferenceCheck, ReferenceDifference};
use compare::{Registered, compared};

use super::{
    client::Client,
    error::ClusterError,
    fetch,
    register::{identifier, reaches_unknown},
    remote::{BlockingRemote, Remote, blocking},
};
use crate::serialize::entities_in;
use flyte_core::{
    graph::entity::{EntityDescriptor, EntityKind},
    registry::Registry,
};

/// How many references are looked up at once.
const AT_ONCE: usize = 8;

/// Looks up what a reference refers to, and compares.
async fn checked(
    client: &Client,
    entity: &'static EntityDescriptor,
) -> Result<ReferenceCheck, ClusterError> {
    let Some(reference) = entity.reference() else {
        unreachable!("only references are looked up");
    };
    let place = client.within(reference.project, reference.domain);
    let id = |resource_type| identifier(&place, resource_type, reference.name, reference.version);
    let check = |differences| ReferenceCheck {
        kind: reference.kind,
        id: reference.to_string(),
        name: entity.name().to_owned(),
        location: entity.location().to_string(),
        differences,
    };
    let none = BTreeSet::new();
    let registered = match reference.kind {
        EntityKind::Task => fetch::task(&place, id(core::ResourceType::Task))
            .await
            .map(|task| Registered {
                interface: task.interface,
                fixed: none,
            }),
        kind => {
            if kind == EntityKind::Workflow {
                let workflow = fetch::fetched_workflow(&place, id(core::ResourceType::Workflow));
                if let Err(error) = workflow.await {
                    return absence(error).map(|difference| check(vec![difference]));
                }
            }
            match fetch::launch_plan(&place, id(core::ResourceType::LaunchPlan)).await {
                Ok(plan) => Ok(Registered {
                    interface: plan.interface,
                    fixed: plan.fixed_inputs.into_keys().collect(),
                }),
                Err(ClusterError::Absent { .. }) if kind == EntityKind::Workflow => {
                    return Ok(check(vec![ReferenceDifference::NoLaunchPlan]));
                }
                Err(error) => Err(error),
            }
        }
    };
    match registered {
        Ok(registered) => Ok(check(compared(entity, &registered))),
        Err(error) => absence(error).map(|difference| check(vec![difference])),
    }
}

/// What is not registered is a difference; that the cluster cannot say it is an error.
fn absence(error: ClusterError) -> Result<ReferenceDifference, ClusterError> {
    match error {
        ClusterError::Absent(absent) => Ok(ReferenceDifference::Absent {
            versions: absent.versions,
        }),
        error => Err(error),
    }
}

/// All of these references, in this order.
async fn all_checked(
    client: &Client,
    references: Vec<&'static EntityDescriptor>,
) -> Result<Vec<ReferenceCheck>, ClusterError> {
    let mut checks: Vec<Option<ReferenceCheck>> = vec![None; references.len()];
    let (mut left, mut under_way) = (references.into_iter().enumerate(), JoinSet::new());
    loop {
        while under_way.len() < AT_ONCE
            && let Some((number, entity)) = left.next()
        {
            let client = client.clone();
            under_way.spawn(async move { (number, checked(&client, entity).await) });
        }
        match under_way.join_next().await {
            None => return Ok(checks.into_iter().flatten().collect()),
            Some(Ok((number, check))) => checks[number] = Some(check?),
            // A task that panics has no result, and nothing here does.
            Some(Err(_)) => {}
        }
    }
}

/// The references in the graphs of these entities and of all that they use.
fn reached(
    entities: impl IntoIterator<Item = &'static EntityDescriptor>,
) -> Vec<&'static EntityDescriptor> {
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    let mut left: Vec<_> = entities.into_iter().collect();
    while let Some(entity) = left.pop() {
        if !seen.insert(entity.name().to_owned()) {
            continue;
        }
        if entity.reference().is_some() {
            found.push(entity);
            continue;
        }
        left.extend(entity.uses());
        left.extend(entity.failure_handler());
        // What cannot be compiled is told of when it is serialised.
        if entity.has_graph()
            && let Ok(graph) = entity.graph()
        {
            left.extend(entities_in(&graph));
        }
    }
    found.sort_by(|one, other| one.name().cmp(other.name()));
    found
}

/// Refuses what uses references that do not fit, which a server would refuse in fewer words.
pub(super) async fn refuse_misfits(
    client: &Client,
    entities: impl IntoIterator<Item = &'static EntityDescriptor>,
) -> Result<(), ClusterError> {
    let own = entities
        .into_iter()
        .filter(|entity| entity.reference().is_none());
    let checks = all_checked(client, reached(own)).await?;
    let misfits: Vec<_> = checks.into_iter().filter(|check| !check.fits()).collect();
    match misfits.is_empty() {
        true => Ok(()),
        false => Err(ClusterError::References(misfits)),
    }
}

impl Remote {
    /// Compares the references of a program with what this cluster has, in the order of their names: all of them, or
    /// those that these entities reach. What dynamic and eager tasks call is known when they run, so that with one of
    /// these it is all of them.
    ///
    /// ```no_run
    /// # use flyte_runtime::{Registry, cluster::{ClusterError, Remote}};
    /// # async fn run(remote: Remote) -> Result<(), ClusterError> {
    /// for check in remote.check_references(Registry::of_program(), &[]).await? {
    ///     assert!(check.fits(), "{check}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ClusterError`] if the cluster cannot say what it has; a reference that does not fit is not an error.
    pub async fn check_references(
        &self,
        registry: &Registry,
        only: &[&'static EntityDescriptor],
    ) -> Result<Vec<ReferenceCheck>, ClusterError> {
        let is_all = only.is_empty() || only.iter().any(|entity| reaches_unknown(entity));
        let references = match is_all {
            true => reached(registry.references()),
            false => reached(only.iter().copied()),
        };
        all_checked(&self.client, references).await
    }
}

blocking! {
    check_references(registry: &Registry, only: &[&'static EntityDescriptor]) -> Vec<ReferenceCheck>;
}

//! The versions of what is registered.

use std::time::SystemTime;

use flyte_events::events::time_text;
use flyte_idl::{flyteidl::core, prost_types::Timestamp};
use serde_json::{Value as Json, json};

use super::{
    client::Client,
    entities::word,
    error::ClusterError,
    fetch::time,
    launch_plans::{self, LaunchPlanRecord},
    pages::{newest_first, paged},
};
use flyte_core::{graph::entity::EntityKind, no_other_variant};

/// A version of something that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntityVersion {
    /// What it is.
    pub kind: EntityKind,
    /// Its name.
    pub name: String,
    /// The version.
    pub version: String,
    /// When it was registered.
    pub created: Option<SystemTime>,
    /// Whether it is the active version of a launch plan.
    pub is_active: bool,
}

impl EntityVersion {
    pub(super) fn of(
        kind: EntityKind,
        id: Option<core::Identifier>,
        created: Option<Timestamp>,
    ) -> Self {
        let id = id.unwrap_or_default();
        Self {
            kind,
            name: id.name,
            version: id.version,
            created: created.and_then(time),
            is_active: false,
        }
    }

    pub(super) fn of_plan(plan: LaunchPlanRecord) -> Self {
        Self {
            kind: EntityKind::LaunchPlan,
            name: plan.name,
            version: plan.version,
            created: plan.created,
            is_active: plan.is_active,
        }
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({
            "kind": word(self.kind),
            "name": self.name,
            "version": self.version,
            "created": self.created.map(time_text),
            "active": self.is_active,
        })
    }
}

/// The newest versions of a name, and at most so many.
pub(super) async fn versions(
    client: &Client,
    kind: EntityKind,
    name: &str,
    most: usize,
) -> Result<Vec<EntityVersion>, ClusterError> {
    macro_rules! listed {
        ($method:ident, $items:ident) => {{
            let all = paged!(client, admin, $method, $items, most, |limit, token| {
                newest_first(client, name, limit, token)
            });
            let all = all.into_iter().map(|one| {
                let created = one.closure.and_then(|closure| closure.created_at);
                EntityVersion::of(kind, one.id, created)
            });
            all.collect()
        }};
    }
    Ok(match kind {
        EntityKind::Task => listed!(list_tasks, tasks),
        EntityKind::Workflow => listed!(list_workflows, workflows),
        EntityKind::LaunchPlan => {
            let plans = launch_plans::versions(client, name, most).await?;
            let plans = plans.iter().map(LaunchPlanRecord::of);
            plans.map(EntityVersion::of_plan).collect()
        }
        // A part of a workflow has no versions of its own.
        EntityKind::Gate => Vec::new(),
        _ => no_other_variant!(EntityKind),
    })
}

/// The version that was registered last, if there is one.
pub(super) async fn newest(
    client: &Client,
    kind: EntityKind,
    name: &str,
) -> Result<Option<String>, ClusterError> {
    let newest = versions(client, kind, name, 1).await?;
    Ok(newest.into_iter().next().map(|newest| newest.version))
}

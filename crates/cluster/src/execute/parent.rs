//! A workflow, dynamic or eager task in a container of Flyte 2: its tasks become children of its action.

use std::sync::Arc;

use super::{Attempt, Dialect, error_document::Problem};
use flyte_core::graph::entity::{EntityDescriptor, EntityKind};
use flyte_engine::Launcher;

/// What has the cluster run the tasks of this one.
pub(super) struct Parent(Inner);

#[cfg(feature = "cluster")]
type Inner = Arc<crate::flyte2::parent::Parent>;
#[cfg(not(feature = "cluster"))]
type Inner = std::convert::Infallible;

impl Parent {
    /// That of an attempt, if it has tasks that the cluster runs.
    ///
    /// A dynamic or eager task in a container that knows no cluster runs its tasks itself. A workflow has nothing else
    /// to do, so it fails then.
    pub(super) fn of(
        attempt: &Attempt<'_>,
        entity: &'static EntityDescriptor,
    ) -> Result<Option<Self>, Problem> {
        let is_on_flyte_2 = attempt.arguments.dialect() == Dialect::Flyte2;
        if !is_on_flyte_2 || attempt.is_isolated() || !is_parent(entity) {
            return Ok(None);
        }
        match start(attempt) {
            Ok(parent) => Ok(Some(parent)),
            Err(NoParent::Place(reason)) if entity.kind() == EntityKind::Task => {
                tracing::warn!(
                    reason,
                    "the tasks of `{}` run in this container",
                    entity.name()
                );
                Ok(None)
            }
            Err(NoParent::Place(reason)) => Err(Problem::user_text("USER:RuntimeError", reason)),
            #[cfg(feature = "cluster")]
            Err(NoParent::Other(problem)) => Err(problem),
        }
    }

    pub(super) fn launcher(&self) -> Arc<dyn Launcher> {
        #[cfg(feature = "cluster")]
        return self.0.clone();
        #[cfg(not(feature = "cluster"))]
        match self.0 {}
    }

    /// Waits until the cluster knows of children that are no longer needed.
    pub(super) fn close(self) {
        #[cfg(feature = "cluster")]
        self.0.close();
        #[cfg(not(feature = "cluster"))]
        match self.0 {}
    }
}

/// Why there is none.
enum NoParent {
    /// The container does not know the cluster.
    Place(String),
    #[cfg(feature = "cluster")]
    Other(Problem),
}

/// Whether an entity runs others.
fn is_parent(entity: &EntityDescriptor) -> bool {
    use flyte_core::graph::entity::ExecutionBehavior::{Dynamic, Eager};

    entity.kind() != EntityKind::Task
        || matches!(entity.execution_behavior(), Some(Dynamic | Eager))
}

#[cfg(feature = "cluster")]
fn start(attempt: &Attempt<'_>) -> Result<Parent, NoParent> {
    use super::identity;
    use crate::flyte2::parent::{Parent as Enqueuing, Place};
    use flyte_config::settings::{SERIALIZED_CONTEXT_ENV_VAR, SerializationSettings};

    let (arguments, environment) = (attempt.arguments, attempt.environment);
    let place = Place::of(&identity::action(arguments, environment), environment);
    let place = place.map_err(|error| NoParent::Place(error.to_string()))?;
    let text = environment
        .var(SERIALIZED_CONTEXT_ENV_VAR)
        .unwrap_or_default();
    if text.is_empty() {
        let reason = format!(
            "the variable {SERIALIZED_CONTEXT_ENV_VAR}, with the images of its tasks, is missing; register the program \
             again"
        );
        return Err(NoParent::Place(reason));
    }
    let settings = SerializationSettings::from_transport(&text)
        .map_err(|error| NoParent::Other(Problem::system(&error)))?;
    let settings = identity::complete(settings, arguments, environment);
    let program = std::env::args()
        .next()
        .unwrap_or_else(crate::serialize::program_name);
    let parent = Enqueuing::start(place, settings, program, attempt.files.clone(), environment);
    match parent {
        Ok(parent) => Ok(Parent(Arc::new(parent))),
        Err(error) => Err(NoParent::Other(Problem::system_text(error.to_string()))),
    }
}

#[cfg(not(feature = "cluster"))]
fn start(_: &Attempt<'_>) -> Result<Parent, NoParent> {
    Err(NoParent::Place(
        "this program is built without the feature `cluster` of flyte-runtime, with which the tasks of a workflow are \
         enqueued; add it in Cargo.toml"
            .to_owned(),
    ))
}

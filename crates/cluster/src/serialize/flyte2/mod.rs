//! Tasks for Flyte 2, which has neither workflows nor launch plans: those are tasks that run others.

#[cfg(feature = "cluster")]
mod overrides;
mod task;

pub use task::file_names;

use flyte_idl::{flyteidl2::core, prost::Message, prost_types};

use super::{SerializeError, Serializer, duration, metadata};
use flyte_core::{
    graph::entity::EntityDescriptor,
    options::{Backoff, TaskOptions},
};

impl Serializer<'_> {
    /// Flyte 2's metadata of how a task runs (`flyteidl2.core.TaskMetadata`): everything that Flyte 1 has, plus the
    /// wait before the next attempt (`backoff`, without `jitter`, which does not have a field) and the `deadline` for
    /// all attempts. [`flyte2_task`](Self::flyte2_task) adds what its servers need besides.
    ///
    /// ```
    /// use flyte_runtime::{
    ///     compat::settings::SerializationSettings, prelude::*, remote::serialize::Serializer,
    /// };
    ///
    /// #[task(retries(count = 5, backoff = "2s", factor = 3, cap = "1m"), deadline = "10m")]
    /// fn fetch(url: String) -> i64 {
    ///     url.len() as i64
    /// }
    ///
    /// let settings = SerializationSettings::for_image("registry.example.com/fetch:v1", "v1")?;
    /// let metadata = Serializer::new(&settings).flyte2_metadata(fetch::descriptor());
    /// let retries = metadata.retries.unwrap();
    /// assert_eq!((retries.retries, retries.backoff.unwrap().factor), (5, Some(3.0)));
    /// assert_eq!(metadata.timeouts.unwrap().deadline.unwrap().seconds, 600);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// When `entity` is not a task.
    pub fn flyte2_metadata(&self, entity: &'static EntityDescriptor) -> core::TaskMetadata {
        let Some(options) = entity.task_options() else {
            panic!("`{}` is a {}, not a task", entity.name(), entity.kind());
        };
        self.metadata_of(entity, options)
    }

    fn metadata_of(&self, entity: &EntityDescriptor, options: &TaskOptions) -> core::TaskMetadata {
        let told = metadata::metadata(options, entity.execution_behavior()).encode_to_vec();
        let told = core::TaskMetadata::decode(&*told);
        let mut metadata = told.expect("Flyte 2's message has the fields of Flyte 1's");
        let retries = metadata.retries.get_or_insert_default();
        retries.backoff = options.backoff.map(backoff);
        metadata.timeouts = options.deadline.map(|deadline| core::TimeoutStrategy {
            queued_timeout: None,
            deadline: duration(Some(deadline)),
        });
        metadata
    }
}

fn backoff(backoff: Backoff) -> core::Backoff {
    let wait = |wait| -> Option<prost_types::Duration> { duration(Some(wait)) };
    core::Backoff {
        base: wait(backoff.base),
        factor: Some(f64::from(backoff.factor_thousandths) / 1000.0),
        cap: backoff.cap.and_then(wait),
    }
}

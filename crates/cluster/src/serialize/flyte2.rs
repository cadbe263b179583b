//! What Flyte 2 is told of a task, and Flyte 1 has no place for.

use flyte_idl::{flyteidl2::core, prost::Message, prost_types};

use super::{Serializer, duration, metadata};
use flyte_core::{graph::entity::EntityDescriptor, options::Backoff};

impl Serializer<'_> {
    /// What Flyte 2 is told about how a task runs (`flyteidl2.core.TaskMetadata`): all that Flyte 1 is told, and
    /// besides that how long the next attempt waits (`backoff`, without `jitter`, which it has no field for) and the
    /// `deadline` for all attempts.
    ///
    /// Registering with Flyte 2 is not a part of this library; this is for programs that do.
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
    /// let settings = SerializationSettings::for_image("ghcr.io/acme/fetch:v1", "v1")?;
    /// let metadata = Serializer::new(&settings).flyte2_metadata(fetch::descriptor());
    /// let retries = metadata.retries.unwrap();
    /// assert_eq!((retries.retries, retries.backoff.unwrap().factor), (5, Some(3.0)));
    /// assert_eq!(metadata.timeouts.unwrap().deadline.unwrap().seconds, 600);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// When `entity` is no task.
    pub fn flyte2_metadata(&self, entity: &'static EntityDescriptor) -> core::TaskMetadata {
        let Some(options) = entity.task_options() else {
            panic!("`{}` is a {}, not a task", entity.name(), entity.kind());
        };
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

//! Metadata that a task attaches to its outputs.

use flyte_core::lock::lock;
use std::{
    collections::BTreeMap,
    error::Error,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::SystemTime,
};

/// Data that travels with a literal as a key and a text.
///
/// Corresponds to `flytekit.core.context_manager.SerializableToString`. flytekit passes the context as an argument; an
/// implementation here can ask for the current one.
pub trait SerializableToString: fmt::Debug + Send + Sync {
    /// The key and the text for the metadata of the literal of the output `variable_name`.
    ///
    /// # Errors
    ///
    /// When it cannot be written as text; the task then fails.
    fn serialize_to_string(
        &self,
        variable_name: &str,
    ) -> Result<(String, String), Box<dyn Error + Send + Sync>>;
}

/// A key and a text as they are.
impl SerializableToString for (String, String) {
    fn serialize_to_string(
        &self,
        _variable_name: &str,
    ) -> Result<(String, String), Box<dyn Error + Send + Sync>> {
        Ok(self.clone())
    }
}

/// The artifact that an output becomes a version of.
///
/// Corresponds to the use of `OutputMetadata.artifact` (a `flytekit.Artifact`): its key and version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ArtifactReference {
    /// The project of the artifact; `None` means the execution's.
    pub project: Option<String>,
    /// The domain of the artifact; `None` means the execution's.
    pub domain: Option<String>,
    /// Its name.
    pub name: String,
    /// Its version; `None` lets the platform choose.
    pub version: Option<String>,
}

/// The metadata of one output.
///
/// Corresponds to `flytekit.core.context_manager.OutputMetadata`. flytekit requires the artifact and the partitions;
/// here every part is optional, as in Flyte's own examples.
#[derive(Clone, Debug, Default)]
pub struct OutputMetadata {
    artifact: Option<ArtifactReference>,
    dynamic_partitions: BTreeMap<String, String>,
    time_partition: Option<SystemTime>,
    additional_items: Vec<Arc<dyn SerializableToString>>,
}

impl OutputMetadata {
    /// Empty metadata.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the output a version of an artifact.
    #[must_use]
    pub fn with_artifact(mut self, artifact: ArtifactReference) -> Self {
        self.artifact = Some(artifact);
        self
    }

    /// Puts the artifact into a partition that is known only at run time, such as `region` = `us-east-1`.
    #[must_use]
    pub fn with_dynamic_partition(
        mut self,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.dynamic_partitions.insert(key.into(), value.into());
        self
    }

    /// Puts the artifact into the partition of a point in time.
    #[must_use]
    pub fn with_time_partition(mut self, time: SystemTime) -> Self {
        self.time_partition = Some(time);
        self
    }

    /// Attaches one more item.
    #[must_use]
    pub fn with_item(mut self, item: impl SerializableToString + 'static) -> Self {
        self.additional_items.push(Arc::new(item));
        self
    }

    /// The artifact that the output is a version of.
    pub fn artifact(&self) -> Option<&ArtifactReference> {
        self.artifact.as_ref()
    }

    /// The artifact's partitions.
    pub fn dynamic_partitions(&self) -> &BTreeMap<String, String> {
        &self.dynamic_partitions
    }

    /// The artifact's point in time.
    pub fn time_partition(&self) -> Option<SystemTime> {
        self.time_partition
    }

    /// The items, in the order in which they were attached.
    pub fn additional_items(&self) -> &[Arc<dyn SerializableToString>] {
        &self.additional_items
    }

    /// The items for the metadata of the literal of the output `variable_name`. If two items have the same key, the
    /// later one counts, as in flytekit.
    ///
    /// # Errors
    ///
    /// [`OutputMetadataError::Item`] if an item cannot be written as text.
    pub fn literal_metadata(
        &self,
        variable_name: &str,
    ) -> Result<BTreeMap<String, String>, OutputMetadataError> {
        self.additional_items
            .iter()
            .map(|item| item.serialize_to_string(variable_name))
            .collect::<Result<_, _>>()
            .map_err(|source| OutputMetadataError::Item {
                output: variable_name.to_owned(),
                source,
            })
    }
}

/// Identifies an output of a task by its position from 0 or by its name.
///
/// Unnamed outputs are called `o0`, `o1` and so on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MetadataHandle {
    /// The output at this position, from 0.
    Position(usize),
    /// The output with this name.
    Name(Arc<str>),
}

impl MetadataHandle {
    /// The position of the output among the names of a task's outputs.
    fn position_in(&self, outputs: &[&str]) -> Option<usize> {
        match self {
            Self::Position(position) => {
                Some(*position).filter(|position| *position < outputs.len())
            }
            Self::Name(name) => outputs.iter().position(|output| **output == **name),
        }
    }
}

impl fmt::Display for MetadataHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(position) => write!(f, "number {position}"),
            Self::Name(name) => write!(f, "`{name}`"),
        }
    }
}

impl From<usize> for MetadataHandle {
    fn from(position: usize) -> Self {
        Self::Position(position)
    }
}

impl From<&str> for MetadataHandle {
    fn from(name: &str) -> Self {
        Self::Name(name.into())
    }
}

/// The metadata of the outputs of one task execution.
///
/// Corresponds to `flytekit.core.context_manager.OutputMetadataTracker`; the [module](self) describes the handles that
/// replace its keys. Clones share their contents, so a task can attach metadata through the clone that its context
/// returns. Every execution of a task has its own tracker.
#[derive(Clone, Debug, Default)]
pub struct OutputMetadataTracker {
    /// In the order of attachment, one per handle.
    attached: Arc<Mutex<Vec<(MetadataHandle, OutputMetadata)>>>,
}

impl OutputMetadataTracker {
    /// An empty tracker.
    pub fn new() -> Self {
        Self::default()
    }

    /// Attaches metadata to an output; it replaces the earlier metadata of the same handle.
    pub fn add(&self, output: impl Into<MetadataHandle>, metadata: OutputMetadata) {
        let output = output.into();
        let mut attached = self.lock();
        attached.retain(|(known, _)| *known != output);
        attached.push((output, metadata));
    }

    /// The metadata attached with this handle. `0` and `"o0"` are different handles until the task's outputs are known.
    pub fn get(&self, output: impl Into<MetadataHandle>) -> Option<OutputMetadata> {
        let output = output.into();
        self.lock()
            .iter()
            .find(|(known, _)| *known == output)
            .map(|(_, metadata)| metadata.clone())
    }

    /// A separate tracker with these contents (flytekit's `with_params`); `None` copies the contents of this one.
    #[must_use]
    pub fn with_params(&self, attached: Option<Vec<(MetadataHandle, OutputMetadata)>>) -> Self {
        let attached = attached.unwrap_or_else(|| self.lock().clone());
        Self {
            attached: Arc::new(Mutex::new(attached)),
        }
    }

    /// Whether the tracker is empty.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// The metadata of every output of a task, in the order of `outputs`, which are their names.
    ///
    /// If one output was identified by position and by name, the later attachment counts.
    ///
    /// # Errors
    ///
    /// [`OutputMetadataError::NoSuchOutput`] if something is attached to an output that the task does not have.
    pub fn for_outputs(
        &self,
        outputs: &[&str],
    ) -> Result<Vec<Option<OutputMetadata>>, OutputMetadataError> {
        let mut found = vec![None; outputs.len()];
        for (handle, metadata) in self.lock().iter() {
            let Some(position) = handle.position_in(outputs) else {
                return Err(OutputMetadataError::NoSuchOutput {
                    handle: handle.clone(),
                    outputs: describe(outputs),
                });
            };
            found[position] = Some(metadata.clone());
        }
        Ok(found)
    }

    /// A panic elsewhere cannot leave the list half changed, so its contents are used.
    fn lock(&self) -> MutexGuard<'_, Vec<(MetadataHandle, OutputMetadata)>> {
        lock(&self.attached)
    }
}

fn describe(outputs: &[&str]) -> String {
    match outputs {
        [] => "the task has no outputs; remove the metadata".to_owned(),
        outputs => format!(
            "name one of `{}`, or a position from 0",
            outputs.join("`, `")
        ),
    }
}

/// Metadata that cannot be attached.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputMetadataError {
    /// Attached to an output that the task does not have.
    #[error("metadata was attached to the output {handle}, which does not exist; {outputs}")]
    NoSuchOutput {
        /// The output it was attached to.
        handle: MetadataHandle,
        /// The outputs of the task, as a hint.
        outputs: String,
    },
    /// An item cannot be written as text.
    #[error("an item attached to the output `{output}` cannot be written as text: {source}")]
    Item {
        /// The output.
        output: String,
        /// The item's error.
        source: Box<dyn Error + Send + Sync>,
    },
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn note(text: &str) -> OutputMetadata {
        OutputMetadata::new().with_item(("note".to_owned(), text.to_owned()))
    }

    fn notes(tracker: &OutputMetadataTracker, outputs: &[&str]) -> Vec<Option<String>> {
        let attached = tracker.for_outputs(outputs).unwrap();
        attached
            .iter()
            .zip(outputs)
            .map(|(metadata, output)| {
                metadata
                    .as_ref()?
                    .literal_metadata(output)
                    .unwrap()
                    .remove("note")
            })
            .collect()
    }

    #[test]
    fn equal_values_carry_different_metadata() {
        // Both outputs are 7, which is one object in Python.
        let tracker = OutputMetadataTracker::new();
        tracker.add(0, note("first"));
        tracker.add(1, note("second"));
        assert_eq!(
            notes(&tracker, &["o0", "o1"]),
            [Some("first".to_owned()), Some("second".to_owned())]
        );
    }

    #[test]
    fn outputs_are_named_by_position_or_name() {
        let tracker = OutputMetadataTracker::new();
        tracker.add("label", note("by name"));
        assert_eq!(
            notes(&tracker, &["mean", "label"]),
            [None, Some("by name".to_owned())]
        );
        tracker.add(1, note("by position"));
        assert_eq!(
            notes(&tracker, &["mean", "label"]),
            [None, Some("by position".to_owned())],
            "the later one"
        );
        tracker.add("label", note("by name again"));
        assert_eq!(
            notes(&tracker, &["mean", "label"]),
            [None, Some("by name again".to_owned())]
        );
        assert!(
            tracker.get("label").is_some() && tracker.get(1).is_some() && tracker.get(0).is_none()
        );
    }

    #[test]
    fn metadata_of_outputs_that_do_not_exist_is_an_error() {
        let tracker = OutputMetadataTracker::new();
        tracker.add("lable", note("typo"));
        assert_eq!(
            tracker
                .for_outputs(&["mean", "label"])
                .unwrap_err()
                .to_string(),
            "metadata was attached to the output `lable`, which does not exist; name one of `mean`, `label`, or a \
             position from 0"
        );
        let tracker = OutputMetadataTracker::new();
        tracker.add(2, note("beyond"));
        assert!(tracker.for_outputs(&["o0", "o1"]).is_err());
        let error = tracker.for_outputs(&[]).unwrap_err().to_string();
        assert!(
            error.ends_with("the task has no outputs; remove the metadata"),
            "{error}"
        );
    }

    #[test]
    fn items_know_their_output_and_may_fail() {
        #[derive(Debug)]
        struct Upper;
        impl SerializableToString for Upper {
            fn serialize_to_string(
                &self,
                variable: &str,
            ) -> Result<(String, String), Box<dyn Error + Send + Sync>> {
                if variable == "bad" {
                    return Err("no text for this".into());
                }
                Ok(("upper".to_owned(), variable.to_uppercase()))
            }
        }
        let metadata = note("a")
            .with_item(Upper)
            .with_item(("note".to_owned(), "b".to_owned()));
        let written = metadata.literal_metadata("mean").unwrap();
        assert_eq!(
            written,
            BTreeMap::from(
                [("note", "b"), ("upper", "MEAN")].map(|(k, v)| (k.to_owned(), v.to_owned()))
            )
        );
        let error = metadata.literal_metadata("bad").unwrap_err();
        assert_eq!(error.source().unwrap().to_string(), "no text for this");
    }

    #[test]
    fn clones_share_and_copies_do_not() {
        let tracker = OutputMetadataTracker::new();
        let copy = tracker.with_params(None);
        tracker.clone().add(0, note("shared"));
        assert!(!tracker.is_empty() && copy.is_empty());
        let other = tracker.with_params(Some(vec![(1.into(), note("other"))]));
        assert!(other.get(0).is_none() && other.get(1).is_some() && tracker.get(1).is_none());
        std::thread::scope(|scope| {
            for position in 0..8 {
                let tracker = &tracker;
                scope.spawn(move || tracker.add(position, note("from a thread")));
            }
        });
        let names: Vec<String> = (0..8).map(|position| format!("o{position}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(
            tracker
                .for_outputs(&names)
                .unwrap()
                .iter()
                .all(Option::is_some)
        );
    }

    #[test]
    fn an_artifact_has_partitions() {
        let artifact = ArtifactReference {
            name: "report".to_owned(),
            ..ArtifactReference::default()
        };
        let metadata = OutputMetadata::new()
            .with_artifact(artifact.clone())
            .with_dynamic_partition("region", "eu")
            .with_dynamic_partition("region", "us")
            .with_time_partition(SystemTime::UNIX_EPOCH);
        assert_eq!(metadata.artifact(), Some(&artifact));
        assert_eq!(
            metadata
                .dynamic_partitions()
                .get("region")
                .map(String::as_str),
            Some("us")
        );
        assert_eq!(metadata.time_partition(), Some(SystemTime::UNIX_EPOCH));
    }
}

//! Metadata that a task attaches to its outputs.
//!
//! While it runs, a task can attach metadata to an output: the artifact to which it belongs, or anything else that
//! should travel with the literal. It identifies the output by position or by name:
//!
//! ```
//! use flyte_runtime::compat::output_metadata::{OutputMetadata, OutputMetadataTracker};
//!
//! let tracker = OutputMetadataTracker::new(); // in a task: the one of its context
//! tracker.add(0, OutputMetadata::new().with_dynamic_partition("region", "us-east-1"));
//! tracker.add("o1", OutputMetadata::new().with_item(("rows".to_owned(), "31".to_owned())));
//!
//! let attached = tracker.for_outputs(&["o0", "o1", "o2"])?;
//! assert_eq!(attached[0].as_ref().and_then(|metadata| metadata.dynamic_partitions().get("region")).unwrap(), "us-east-1");
//! assert!(attached[2].is_none());
//! # Ok::<(), flyte_runtime::compat::output_metadata::OutputMetadataError>(())
//! ```
//!
//! flytekit keys the metadata by `id(obj)`, the address of the returned object. There, two outputs that happen to be
//! one object (two equal small integers) both get the metadata of either, and a copy of the object gets none. Here a
//! [`MetadataHandle`] identifies the output, so two equal values can have different metadata.

pub use flyte_context::output_metadata::{
    ArtifactReference, MetadataHandle, OutputMetadata, OutputMetadataError, OutputMetadataTracker,
    SerializableToString,
};

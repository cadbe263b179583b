//! The records of a run.

use std::{collections::BTreeMap, time::SystemTime};

use serde::{Deserialize, Serialize};

use super::{files::StoredFile, program::Program};

/// A record of an event.
#[derive(Debug, Serialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(crate) enum Record {
    Run(Box<Begun>),
    Resumed(Resumed),
    NodeStarted(NodeStarted),
    AttemptFailed(AttemptFailed),
    NodeEnded(NodeEnded),
    Ended(Ended),
}

/// The kind of a record. Kinds that a later release adds are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Run,
    Resumed,
    NodeStarted,
    AttemptFailed,
    NodeEnded,
    Ended,
    #[serde(other)]
    Unknown,
}

/// The kind of a record's text. Much faster than reading the record.
pub(super) fn kind_of(text: &[u8]) -> serde_json::Result<Kind> {
    #[derive(Deserialize)]
    struct Tag {
        record: Kind,
    }
    serde_json::from_slice(text).map(|Tag { record }| record)
}

impl Record {
    /// Reads a record of this kind; `None` if this release does not know the kind.
    ///
    /// serde would copy an internally tagged enum as a whole before reading it.
    pub(super) fn read(kind: Kind, text: &[u8]) -> serde_json::Result<Option<Self>> {
        Ok(Some(match kind {
            Kind::Run => Self::Run(serde_json::from_slice(text)?),
            Kind::Resumed => Self::Resumed(serde_json::from_slice(text)?),
            Kind::NodeStarted => Self::NodeStarted(serde_json::from_slice(text)?),
            Kind::AttemptFailed => Self::AttemptFailed(serde_json::from_slice(text)?),
            Kind::NodeEnded => Self::NodeEnded(serde_json::from_slice(text)?),
            Kind::Ended => Self::Ended(serde_json::from_slice(text)?),
            Kind::Unknown => return Ok(None),
        }))
    }
}

/// The first record.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) id: String,
    pub(super) entity: String,
    pub(super) started: Moment,
    /// The release that wrote it.
    pub(super) runtime: String,
    pub(super) program: Program,
    pub(super) inputs: Vec<StoredValue>,
}

/// Another process resumes the run.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Resumed {
    pub(super) at: Moment,
}

/// A node starts.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct NodeStarted {
    pub(super) node: String,
    pub(super) entity: String,
    pub(super) kind: String,
    pub(super) at: Moment,
    pub(super) inputs: Vec<StoredValue>,
}

/// An attempt that was not the last, or that failed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AttemptFailed {
    pub(super) node: String,
    pub(super) attempt: u32,
    pub(super) at: Moment,
    pub(super) error: String,
}

/// A node has ended.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct NodeEnded {
    pub(super) node: String,
    pub(super) entity: String,
    pub(super) kind: String,
    pub(super) at: Moment,
    pub(super) state: String,
    pub(super) attempts: u32,
    /// The hash of its inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// The state of the files to which its inputs refer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) given: Vec<StoredFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) outputs: Vec<StoredValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

/// The run has ended.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ended {
    pub(super) at: Moment,
    pub(super) state: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) outputs: Vec<StoredValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

/// A named value: the hash of its literal, under which it is in the file, or why it does not have one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredValue {
    pub(super) name: String,
    /// A hash of its type: a struct with the same name may have other fields when the run is resumed.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
    /// The local files to which an output refers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<StoredFile>,
}

/// A point in time, to the nanosecond.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Moment(jiff::Timestamp);

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.0.to_string()
    }
}

impl TryFrom<String> for Moment {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, jiff::Error> {
        text.parse().map(Self)
    }
}

impl Moment {
    pub(super) fn now() -> Self {
        Self::of(SystemTime::now())
    }

    /// Times outside of the calendar become the nearest time inside it.
    pub(super) fn of(time: SystemTime) -> Self {
        Self(
            jiff::Timestamp::try_from(time).unwrap_or(match time < SystemTime::UNIX_EPOCH {
                true => jiff::Timestamp::MIN,
                false => jiff::Timestamp::MAX,
            }),
        )
    }

    /// Since 1970.
    pub(super) fn milliseconds(self) -> i64 {
        self.0.as_millisecond()
    }

    pub(super) fn time(self) -> SystemTime {
        self.0.into()
    }
}

/// Entities by name, or nodes by id.
pub(super) type Names = BTreeMap<String, String>;

//! The records of a run.

use std::{collections::BTreeMap, time::SystemTime};

use serde::{Deserialize, Serialize};

use super::{graph::RecordedGraph, origin::RunOrigin, program::Program, stored::StoredValue};

/// A record of an event.
#[derive(Debug, Serialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(crate) enum Record {
    Run(Box<Begun>),
    Resumed(Resumed),
    Graph(Box<GraphTold>),
    Ended(Ended),
}

/// The kind of a record. Kinds that a later release adds are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Run,
    Resumed,
    Graph,
    Ended,
    /// What happened to nodes, which is not JSON.
    #[serde(skip)]
    Rows,
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
            Kind::Graph => Self::Graph(serde_json::from_slice(text)?),
            Kind::Ended => Self::Ended(serde_json::from_slice(text)?),
            Kind::Rows | Kind::Unknown => return Ok(None),
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
    /// Where it was, if it was brought here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) origin: Option<RunOrigin>,
}

/// Another process resumes the run.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Resumed {
    pub(super) at: Moment,
}

/// The nodes of workflows, before any of them starts.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GraphTold {
    /// The dynamic task that has built the first of them, or the call that runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) node: Option<String>,
    pub(super) graphs: Vec<RecordedGraph>,
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

    /// Nanoseconds since 1970; the nearest that there are for times some centuries away.
    pub(super) fn nanoseconds(time: SystemTime) -> i64 {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => since.as_nanos().try_into().unwrap_or(i64::MAX),
            Err(before) => {
                let before = i64::try_from(before.duration().as_nanos());
                before.map_or(i64::MIN, |before| -before)
            }
        }
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

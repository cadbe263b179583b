//! What is written about a run.

use std::{collections::BTreeMap, time::SystemTime};

use serde::{Deserialize, Serialize};

use super::{files::StoredFile, program::Program};

/// One thing that has happened. What a later release adds is passed over.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(super) enum Record {
    /// The first record.
    Run {
        id: String,
        entity: String,
        started: Moment,
        /// The release that has written it.
        runtime: String,
        program: Program,
        inputs: Vec<StoredValue>,
    },
    /// Another process goes on with the run.
    Resumed { at: Moment },
    NodeStarted {
        node: String,
        entity: String,
        kind: String,
        at: Moment,
        inputs: Vec<StoredValue>,
    },
    /// An attempt that was not the last, or that failed.
    AttemptFailed {
        node: String,
        attempt: u32,
        at: Moment,
        error: String,
    },
    NodeEnded {
        node: String,
        entity: String,
        kind: String,
        at: Moment,
        state: String,
        attempts: u32,
        /// What its inputs are known by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// What the files were like that its inputs name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        given: Vec<StoredFile>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        outputs: Vec<StoredValue>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    Ended {
        at: Moment,
        state: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        outputs: Vec<StoredValue>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    #[serde(other)]
    Unknown,
}

/// A value by name: the hash of its literal, under which it is in the file, or why it has none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredValue {
    pub(super) name: String,
    /// A hash of its type: a struct of the same name may have other fields when the run is resumed.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
    /// What an output names on this machine.
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

    /// Times that no calendar has are the nearest that one has.
    pub(super) fn of(time: SystemTime) -> Self {
        Self(
            jiff::Timestamp::try_from(time).unwrap_or(match time < SystemTime::UNIX_EPOCH {
                true => jiff::Timestamp::MIN,
                false => jiff::Timestamp::MAX,
            }),
        )
    }

    pub(super) fn time(self) -> SystemTime {
        self.0.into()
    }
}

/// Entities by name, or nodes by id.
pub(super) type Names = BTreeMap<String, String>;

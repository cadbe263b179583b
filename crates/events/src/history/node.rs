//! A node of a recorded run.

use std::{
    path::PathBuf,
    time::{Duration, SystemTime},
};

use serde_json::{Value as Json, json};

use super::{
    graph::GraphValue,
    run::{RunStatus, StoredValues},
};
use crate::events::time_text;

/// A node of a recorded run, as in its last execution.
#[derive(Debug)]
#[non_exhaustive]
pub struct NodeRecord {
    /// The ids of the nodes from the outermost workflow down to this one, as in
    /// [`NodeInfo`](crate::events::NodeInfo::path).
    pub path: String,
    /// The name of its entity.
    pub entity: String,
    /// Its kind, as [`NodeKind`](crate::events::NodeKind) is written.
    pub kind: String,
    /// Its status.
    pub status: RunStatus,
    /// When the last of what it needs had ended, or the node around it had started.
    pub ready: Option<SystemTime>,
    /// When it started; `None` if it never did.
    pub started: Option<SystemTime>,
    /// When it ended.
    pub ended: Option<SystemTime>,
    /// The number of completed attempts in the last process that ran it.
    pub attempts: u32,
    /// Its attempts in the last process that ran it.
    pub tried: Vec<AttemptRecord>,
    /// The errors of attempts that were followed by another.
    pub failed_attempts: Vec<String>,
    /// The error, if it failed.
    pub error: Option<String>,
    /// What it waited for after it had started, besides its next attempt.
    pub waits: Vec<WaitRecord>,
    /// What the cache said, if it was asked.
    pub cache: Option<CacheRecord>,
    /// Where its inputs come from, in the graph of the node around it; empty for a call and an element of a map.
    pub sources: Vec<GraphValue>,
    /// Its inputs.
    pub inputs: StoredValues,
    /// Its outputs.
    pub outputs: StoredValues,
}

/// An attempt of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptRecord {
    /// Its number, counted from zero.
    pub number: u32,
    /// When it started; `None` if only lines or a deck of it are known.
    pub started: Option<SystemTime>,
    /// When it ended; `None` if it did not.
    pub ended: Option<SystemTime>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// What it wrote.
    pub lines: LinesRecord,
    /// The file with its decks.
    pub deck: Option<PathBuf>,
}

/// What an attempt wrote: the beginning and the end of it if that was much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinesRecord {
    /// The beginning.
    pub first: String,
    /// The number of bytes between the beginning and the end that are not recorded.
    pub left_out: u64,
    /// The end; empty if all is in the beginning.
    pub last: String,
}

/// A wait of a node that has started. It ends with the next thing that happens to the node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitRecord {
    /// When it began.
    pub started: SystemTime,
    /// What it was for, as [`WaitReason`](crate::events::WaitReason) is written.
    pub reason: String,
}

/// What the cache said of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheRecord {
    /// The key of the call.
    pub key: String,
    /// Whether the outputs were there.
    pub hit: bool,
    /// Why it ran, if it did: how the call differs from the most similar one that was there.
    pub why: Vec<String>,
}

impl AttemptRecord {
    pub(super) fn new(number: u32) -> Self {
        Self {
            number,
            started: None,
            ended: None,
            error: None,
            lines: LinesRecord::default(),
            deck: None,
        }
    }

    /// How long it took.
    pub fn took(&self) -> Option<Duration> {
        between(self.started, self.ended)
    }

    fn to_json(&self) -> Json {
        let mut json = json!({
            "attempt": self.number,
            "started": text(self.started),
            "ended": text(self.ended),
            "seconds": seconds(self.took()),
            "error": self.error,
        });
        if !self.lines.is_empty() {
            json["lines"] = json!({"first": self.lines.first});
            if !self.lines.last.is_empty() {
                json["lines"]["left_out"] = self.lines.left_out.into();
                json["lines"]["last"] = self.lines.last.as_str().into();
            }
        }
        if let Some(deck) = &self.deck {
            json["deck"] = deck.to_string_lossy().into();
        }
        json
    }
}

impl LinesRecord {
    /// Adds more, after so many bytes that were left out.
    pub(super) fn add(&mut self, left_out: u64, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        if left_out == 0 && self.last.is_empty() {
            self.first += &text;
        } else {
            self.left_out += left_out;
            self.last += &text;
        }
    }

    /// All of it; what is left out is told where it was.
    pub fn text(&self) -> String {
        match self.left_out {
            0 => format!("{}{}", self.first, self.last),
            left_out => format!(
                "{}\n[{left_out} bytes are not recorded]\n{}",
                self.first, self.last
            ),
        }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty() && self.last.is_empty()
    }
}

impl NodeRecord {
    /// How long it took.
    pub fn took(&self) -> Option<Duration> {
        between(self.started, self.ended)
    }

    /// How long it waited until it was started, or until its first attempt was: for a permit, or for an equal call.
    pub fn waited(&self) -> Option<Duration> {
        let first = self.tried.first().and_then(|attempt| attempt.started);
        between(self.ready, first.or(self.started))
    }

    /// How long its attempts took together.
    pub fn ran(&self) -> Duration {
        self.tried.iter().filter_map(AttemptRecord::took).sum()
    }

    /// How long it waited between its attempts.
    pub fn backed_off(&self) -> Duration {
        let pairs = self.tried.iter().zip(self.tried.iter().skip(1));
        let waits = pairs.filter_map(|(before, after)| between(before.ended, after.started));
        waits.sum()
    }

    pub(super) fn to_json(&self) -> Json {
        let mut json = json!({
            "node": self.path,
            "entity": self.entity,
            "kind": self.kind,
            "status": self.status.to_string(),
            "ready": text(self.ready),
            "started": text(self.started),
            "ended": text(self.ended),
            "attempts": self.attempts,
            "failed_attempts": self.failed_attempts,
            "error": self.error,
            "inputs": self.inputs.to_json(),
            "outputs": self.outputs.to_json(),
        });
        if self.started.is_some() {
            json["seconds"] = json!({
                "waited": seconds(self.waited()),
                "ran": self.ran().as_secs_f64(),
                "backed_off": self.backed_off().as_secs_f64(),
            });
        }
        if !self.tried.is_empty() {
            json["tried"] = self.tried.iter().map(AttemptRecord::to_json).collect();
        }
        if !self.waits.is_empty() {
            let waits = self.waits.iter();
            let waits = waits
                .map(|wait| json!({"started": time_text(wait.started), "reason": wait.reason}));
            json["waits"] = waits.collect();
        }
        if let Some(CacheRecord { key, hit, why }) = &self.cache {
            json["cache"] = json!({"key": key, "hit": hit, "why": why});
        }
        json
    }
}

fn between(from: Option<SystemTime>, until: Option<SystemTime>) -> Option<Duration> {
    until?.duration_since(from?).ok()
}

fn text(time: Option<SystemTime>) -> Option<String> {
    time.map(time_text)
}

fn seconds(time: Option<Duration>) -> Option<f64> {
    time.map(|time| time.as_secs_f64())
}

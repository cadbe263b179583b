//! What is found.

use std::fmt;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Rule, Severity};
use flyte_core::{graph::entity::Location, text::hanging};

/// One thing that a cluster refuses, or does otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// How bad that is.
    pub severity: Severity,
    /// What breaks it, such as "node `n0` of `my_crate.pipeline`".
    pub place: String,
    /// Where that is written.
    pub location: Option<Location>,
    /// What is wrong.
    pub reason: String,
    /// What to write instead; empty where nothing can be done.
    pub instead: String,
}

impl Finding {
    /// For the checks of other crates.
    #[doc(hidden)]
    pub fn new(
        rule: Rule,
        place: impl Into<String>,
        location: impl Into<Option<Location>>,
        reason: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity: rule.severity(),
            place: place.into(),
            location: location.into(),
            reason: reason.into(),
            instead: instead.into(),
        }
    }

    /// What a strict run says of it, in a line.
    pub fn notice(&self) -> String {
        let Self {
            rule,
            place,
            location,
            reason,
            ..
        } = self;
        let at = location.map_or_else(String::new, |location| format!(" at {location}"));
        format!("on a cluster, {place}{at}: {reason} ({rule})")
    }

    /// Whether a cluster refuses it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// As compilers report: the rule and the reason, the place, and what to write instead, on a line each.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            severity,
            place,
            location,
            reason,
            instead,
        } = self;
        write!(f, "{severity}[{rule}]: {}\n  ", hanging(reason))?;
        match location {
            Some(location) => write!(f, "at {location}, {place}")?,
            None => write!(f, "in {place}")?,
        }
        if !instead.is_empty() {
            write!(f, "\n  instead: {}", hanging(instead))?;
        }
        Ok(())
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rule", &self.rule)?;
        map.serialize_entry("severity", &self.severity)?;
        map.serialize_entry("place", &self.place)?;
        if let Some(location) = self.location {
            map.serialize_entry("file", location.file)?;
            map.serialize_entry("line", &location.line)?;
        }
        map.serialize_entry("reason", &self.reason)?;
        if !self.instead.is_empty() {
            map.serialize_entry("instead", &self.instead)?;
        }
        map.end()
    }
}

/// A line for how many there are, and the errors.
pub fn refused(findings: &[Finding]) -> String {
    let errors = || findings.iter().filter(|finding| finding.is_error());
    let count = errors().count();
    let errors: Vec<_> = errors().map(ToString::to_string).collect();
    let plural = if count == 1 { "" } else { "s" };
    format!(
        "a cluster would refuse this, with {count} error{plural}\n\n{}",
        errors.join("\n\n")
    )
}

/// What a dynamic task has built, and a cluster would refuse.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", refused(.findings))]
pub struct Refused {
    /// What the cluster would refuse.
    pub findings: Vec<Finding>,
}

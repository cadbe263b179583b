//! Declared options of launch plans, as constants.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::options::{Documentation, Pairs, as_map, as_text, is_empty, is_false};

/// What `#[launch_plan(..)]` declares; like [`TaskOptions`](super::TaskOptions), construct it with
/// `..LaunchPlanOptions::new()`.
///
/// All of these are for clusters: locally, nothing starts a launch plan on schedule and no notification is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LaunchPlanOptions {
    /// When it starts automatically.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// The schedule as a launch condition; flytekit's `trigger = OnSchedule(..)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Schedule>,
    /// Who is notified when an execution ends.
    #[serde(skip_serializing_if = "is_empty")]
    pub notifications: &'static [Notification],
    /// Labels of its executions.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    pub labels: Pairs,
    /// Annotations of its executions.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    pub annotations: Pairs,
    /// How many nodes of one execution may run at once; `None` leaves it to the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallelism: Option<u32>,
    /// How many of its executions may run at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
    /// Where files and offloaded data are written; `None` uses the platform's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_output_prefix: Option<&'static str>,
    /// The identity that its executions run as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_context: Option<SecurityContext>,
    /// Whether tasks run even if they have cached results, and replace them.
    #[serde(skip_serializing_if = "is_false")]
    pub overwrite_cache: bool,
    /// Whether registering a version makes it the active one.
    #[serde(skip_serializing_if = "is_false")]
    pub auto_activate: bool,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<Documentation>,
}

impl LaunchPlanOptions {
    /// No options, for generated code: evaluated once instead of once per entity.
    #[doc(hidden)]
    pub const NONE: &'static Self = &Self::new();

    /// The options of `#[launch_plan]` without arguments and of every default launch plan.
    pub const fn new() -> Self {
        Self {
            schedule: None,
            trigger: None,
            notifications: &[],
            labels: &[],
            annotations: &[],
            max_parallelism: None,
            concurrency: None,
            raw_output_prefix: None,
            security_context: None,
            overwrite_cache: false,
            auto_activate: false,
            docs: None,
        }
    }
}

/// When a launch plan starts automatically (`flyteidl.admin.Schedule`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// The times.
    #[serde(flatten)]
    pub when: When,
    /// The input that receives the scheduled time of the execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kickoff_time_input: Option<&'static str>,
}

impl Schedule {
    /// A schedule that does not pass its time to the executions.
    pub const fn new(when: When) -> Self {
        Self {
            when,
            kickoff_time_input: None,
        }
    }
}

/// The times of a [`Schedule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At the times of a cron expression (`CronSchedule`).
    Cron {
        /// Five fields, or an alias such as `@daily`; in UTC.
        expression: &'static str,
        /// A delay after those times.
        #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
        offset: Option<Duration>,
    },
    /// At regular intervals (`FixedRate`).
    Rate {
        /// How many units.
        value: u32,
        /// The largest unit that divides the written interval.
        unit: RateUnit,
    },
}

/// The unit of a fixed rate (`flyteidl.admin.FixedRateUnit`). The numbers are those of the Flyte protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateUnit {
    /// 60 seconds.
    Minute = 0,
    /// 60 minutes.
    Hour = 1,
    /// 24 hours.
    Day = 2,
}

/// Who is notified when an execution ends (`flyteidl.admin.Notification`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// How the message is sent.
    pub channel: Channel,
    /// The phases that cause a notification.
    pub phases: &'static [Phase],
    /// The email addresses; Slack and PagerDuty assign one to a room or service.
    pub recipients: &'static [&'static str],
}

/// How a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An email.
    Email,
    /// A Slack room, by mail.
    Slack,
    /// A PagerDuty service, by mail.
    PagerDuty,
}

/// How an execution can end (the terminal phases of `flyteidl.core.WorkflowExecution`). The numbers are those of the
/// Flyte protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// With its outputs.
    Succeeded = 4,
    /// Because of a failure.
    Failed = 6,
    /// A user aborted it.
    Aborted = 7,
    /// It took too long.
    TimedOut = 8,
}

/// How many executions of a launch plan may run at once (`flyteidl.admin.ConcurrencyPolicy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Concurrency {
    /// The most that may.
    pub max: u32,
    /// What happens to further executions.
    pub behavior: ConcurrencyBehavior,
}

impl Concurrency {
    /// At most `max`; further executions are not started.
    pub const fn new(max: u32) -> Self {
        Self {
            max,
            behavior: ConcurrencyBehavior::Skip,
        }
    }
}

/// What happens to an execution when `max` are running. The numbers are those of the Flyte protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConcurrencyBehavior {
    /// It is not started.
    #[default]
    Skip = 0,
}

/// The identity that executions run as (`flyteidl.core.Identity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SecurityContext {
    /// The cloud's IAM role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iam_role: Option<&'static str>,
    /// The Kubernetes service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<&'static str>,
}

impl SecurityContext {
    /// The platform's default identity.
    pub const fn new() -> Self {
        Self {
            iam_role: None,
            service_account: None,
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.when {
            When::Cron { expression, offset } => {
                f.write_str(expression)?;
                match offset {
                    Some(offset) => write!(f, " and {}", flyte_grammar::duration::format(offset)),
                    None => Ok(()),
                }
            }
            When::Rate { value, unit } => {
                let unit = match unit {
                    RateUnit::Minute => "minute",
                    RateUnit::Hour => "hour",
                    RateUnit::Day => "day",
                };
                let plural = if value == 1 { "" } else { "s" };
                write!(f, "every {value} {unit}{plural}")
            }
        }
    }
}

//! What is declared about a launch plan, and what a run on this machine does about it.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Documentation, LocalOption, Pairs, as_map, as_text,
    declare::options,
    is_empty, is_false,
    local_effects::{NOT_YET, enforced, recorded},
};

options! {
    /// What `#[launch_plan(..)]` declares; like [`TaskOptions`](super::TaskOptions), made of
    /// [`new`](Self::new).
    ///
    /// All of it is for a cluster: on this machine nothing starts a launch plan by itself, and nobody is notified.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
    pub struct LaunchPlanOptions as LaunchPlanOptionsFields;

    /// The options of `#[launch_plan]` without arguments and of every default launch plan.
    new();

    /// When it starts automatically.
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: [Option<Schedule>] = None,
    /// The schedule as a launch condition; flytekit's `trigger = OnSchedule(..)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: [Option<Schedule>] = None,
    /// Who is notified when an execution ends.
    #[serde(skip_serializing_if = "is_empty")]
    notifications: [&'static [Notification]] = &[],
    /// Labels of its executions.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    labels: [Pairs] = &[],
    /// Annotations of its executions.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    annotations: [Pairs] = &[],
    /// How many nodes of one execution may run at once; `None` leaves it to the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_parallelism: [Option<u32>] = None,
    /// How many of its executions may run at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrency: [Option<Concurrency>] = None,
    /// Where files and offloaded data are written; `None` uses the platform's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_output_prefix: [Option<&'static str>] = None,
    /// The identity that its executions run as.
    #[serde(skip_serializing_if = "Option::is_none")]
    security_context: [Option<SecurityContext>] = None,
    /// Whether tasks run even if they have cached results, and replace them.
    #[serde(skip_serializing_if = "is_false")]
    overwrite_cache: [bool] = false,
    /// Whether registering a version makes it the active one.
    #[serde(skip_serializing_if = "is_false")]
    auto_activate: [bool] = false,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    docs: [Option<Documentation>] = None,
}

impl LaunchPlanOptions {
    /// No options, for generated code: evaluated once instead of once per entity.
    #[doc(hidden)]
    pub const NONE: &'static Self = &Self::new();

    /// What a run on this machine does about each option.
    pub fn local_effects(&self) -> Vec<LocalOption> {
        let Self {
            schedule,
            trigger,
            notifications,
            labels,
            annotations,
            max_parallelism,
            concurrency,
            raw_output_prefix,
            security_context,
            overwrite_cache,
            auto_activate,
            docs,
        } = self;
        vec![
            recorded(
                "schedule",
                schedule.is_some(),
                "it runs only when it is called",
            )
            .on_clusters("it starts the launch plan", NOT_YET),
            recorded(
                "trigger",
                trigger.is_some(),
                "it runs only when it is called",
            )
            .on_clusters("sent", NOT_YET),
            recorded(
                "notifications",
                !notifications.is_empty(),
                "no notification is sent",
            )
            .on_clusters("sent", NOT_YET),
            recorded(
                "labels",
                !labels.is_empty(),
                "there is no execution to label",
            )
            .on_clusters("executions have them, at most 16", NOT_YET),
            recorded(
                "annotations",
                !annotations.is_empty(),
                "there is no execution to annotate",
            )
            .on_clusters("executions have them", NOT_YET),
            recorded(
                "max_parallelism",
                max_parallelism.is_some(),
                "the run's `jobs` limits how much runs at once",
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "concurrency",
                concurrency.is_some(),
                "runs are independent of one another",
            )
            .on_clusters("sent", NOT_YET),
            recorded(
                "raw_output_prefix",
                raw_output_prefix.is_some(),
                "files are in the run's directory",
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "security_context",
                security_context.is_some(),
                "it runs as your user",
            )
            .on_clusters("executions run under this identity", NOT_YET),
            enforced(
                "overwrite_cache",
                *overwrite_cache,
                "results are computed again and replace the stored ones",
            )
            .on_clusters("enforced", NOT_YET),
            recorded("auto_activate", *auto_activate, "nothing is registered")
                .on_clusters("for the tool that registers it", NOT_YET),
            enforced("docs", docs.is_some(), "`describe` shows it")
                .on_clusters("no field in the messages", NOT_YET),
        ]
    }
}

options! {
    /// When a launch plan starts by itself (`flyteidl.admin.Schedule`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub struct Schedule as ScheduleFields;

    /// A schedule that does not pass its time to the executions.
    new(when: When);

    /// The times.
    #[serde(flatten)]
    when: [When] = when,
    /// The input that receives the scheduled time of the execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    kickoff_time_input: [Option<&'static str>] = None,
}

/// The times of a [`Schedule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
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
#[non_exhaustive]
pub enum RateUnit {
    /// 60 seconds.
    Minute = 0,
    /// 60 minutes.
    Hour = 1,
    /// 24 hours.
    Day = 2,
}

options! {
    /// Who is told when an execution has ended (`flyteidl.admin.Notification`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub struct Notification as NotificationFields;

    /// A message to these recipients after these ends.
    new(channel: Channel, phases: &'static [Phase], recipients: &'static [&'static str]);

    /// How the message is sent.
    channel: [Channel] = channel,
    /// The phases that cause a notification.
    phases: [&'static [Phase]] = phases,
    /// The email addresses; Slack and PagerDuty assign one to a room or service.
    recipients: [&'static [&'static str]] = recipients,
}

/// How a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
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
#[non_exhaustive]
pub enum Phase {
    /// With its outputs.
    Succeeded = 4,
    /// Because of a failure.
    Failed = 6,
    /// Because a user ended it.
    Aborted = 7,
    /// It took too long.
    TimedOut = 8,
}

options! {
    /// How many executions of a launch plan may run at once (`flyteidl.admin.ConcurrencyPolicy`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub struct Concurrency as ConcurrencyFields;

    /// At most `max`; further executions are not started.
    new(max: u32);

    /// The most that may.
    max: [u32] = max,
    /// What happens to further executions.
    behavior: [ConcurrencyBehavior] = ConcurrencyBehavior::Skip,
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

options! {
    /// As whom executions run (`flyteidl.core.Identity`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
    pub struct SecurityContext as SecurityContextFields;

    /// The platform's default identity.
    new();

    /// The cloud's IAM role.
    #[serde(skip_serializing_if = "Option::is_none")]
    iam_role: [Option<&'static str>] = None,
    /// The Kubernetes service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    service_account: [Option<&'static str>] = None,
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

//! Backfills: an execution of a launch plan for each time of the past at which its schedule would have started one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flyte_events::events::time_text;
use flyte_idl::{
    flyteidl::{admin, core},
    prost_types,
};
use serde_json::{Value as Json, json};
use tokio::task::JoinSet;

use super::{
    client::{Again, Client, call},
    entities::unknown,
    error::{ClusterError, ExecutionEnd},
    execution::{self, Execution},
    fetch::instead,
    launch_plans,
    register::identifier,
    remote::{BlockingRemote, Remote, blocking},
    schedule::PlanSchedule,
    versions::newest,
};
use flyte_core::graph::entity::EntityKind;

/// How many executions are started at once if nobody waits for their ends.
const AT_ONCE: usize = 8;

/// Which times a backfill has, and how it is done.
#[derive(Clone, Debug)]
#[must_use]
pub struct BackfillOptions {
    from: SystemTime,
    to: SystemTime,
    version: Option<String>,
    parallel: Option<usize>,
    dry_run: bool,
}

impl BackfillOptions {
    /// The times from one on and before another.
    pub fn new(from: SystemTime, to: SystemTime) -> Self {
        Self {
            from,
            to,
            version: None,
            parallel: None,
            dry_run: false,
        }
    }

    /// Starts this version of the launch plan; without this the active one.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Lets at most so many executions go on at once, and waits for their ends; without this all are started, and the
    /// cluster decides.
    pub fn parallel(mut self, most: usize) -> Self {
        self.parallel = Some(most.max(1));
        self
    }

    /// Starts nothing, and says what would be started.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

/// An execution of a backfill.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackfillRun {
    /// The time that it is for.
    pub scheduled: SystemTime,
    /// The execution.
    pub execution: Execution,
    /// Whether this backfill has started it, or would start it: if not, it was there already.
    pub is_new: bool,
    /// How it ended without outputs, if that was waited for.
    pub failure: Option<ExecutionEnd>,
}

impl BackfillRun {
    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({
            "scheduled": time_text(self.scheduled),
            "execution": self.execution.name,
            "url": self.execution.url,
            "new": self.is_new,
            "failure": self.failure.as_ref().map(ToString::to_string),
        })
    }
}

impl Remote {
    /// Starts a launch plan for each time in a window at which its schedule starts it, with the time as the input that
    /// the schedule names. A fixed rate counts from the beginning of the window.
    ///
    /// The name of an execution is made of the version of the launch plan and the time, as the cluster's scheduler
    /// makes it. So a second backfill starts nothing twice, nor what the schedule has started itself.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if there is no such launch plan, it has no schedule, or the window has too many times;
    /// other [`ClusterError`]s. What was started goes on, and the next try goes on after it.
    pub async fn backfill(
        &self,
        plan: &str,
        options: &BackfillOptions,
    ) -> Result<Vec<BackfillRun>, ClusterError> {
        self.backfill_told(plan, options, |_| {}).await
    }

    /// The same, where each execution is told of when it was started, or has ended if that is waited for.
    ///
    /// # Errors
    ///
    /// As [`backfill`](Self::backfill).
    pub async fn backfill_told(
        &self,
        plan: &str,
        options: &BackfillOptions,
        told: impl Fn(&BackfillRun) + Send + Sync,
    ) -> Result<Vec<BackfillRun>, ClusterError> {
        let found = find(&self.client, plan, options.version.as_deref()).await?;
        let id = found.id.clone().unwrap_or_default();
        let schedule = found.spec.as_ref().and_then(PlanSchedule::of);
        let schedule = schedule.ok_or_else(|| {
            ClusterError::Setting(format!(
                "launch plan `{plan}` has no schedule in version {}, so there are no times to start it for; \
                 `plans list {plan}` shows its versions",
                id.version
            ))
        })?;
        let times = schedule.times(options.from, options.to)?;
        let most = options.parallel.unwrap_or(AT_ONCE);
        let waits = options.parallel.is_some();
        let (mut runs, mut under_way, mut failed) = (Vec::new(), JoinSet::new(), None);
        let mut times = times.into_iter();
        loop {
            while failed.is_none() && under_way.len() < most {
                let Some(time) = times.next() else {
                    break;
                };
                let one = One {
                    remote: self.clone(),
                    plan: id.clone(),
                    input: schedule.kickoff_time_input.clone(),
                    time,
                };
                let is_dry = options.dry_run;
                under_way.spawn(async move { one.run(is_dry, waits).await });
            }
            let Some(ended) = under_way.join_next().await else {
                break;
            };
            match ended {
                Ok(Ok(run)) => {
                    told(&run);
                    runs.push(run);
                }
                // What is under way is awaited: the next try finds it.
                Ok(Err(error)) => failed = failed.or(Some(error)),
                Err(error) => {
                    let reason = format!("an execution of `{plan}` was not started: {error}");
                    failed = failed.or(Some(ClusterError::Setting(reason)));
                }
            }
        }
        runs.sort_by_key(|run| run.scheduled);
        match failed {
            Some(error) => Err(error),
            None => Ok(runs),
        }
    }
}

blocking! {
    backfill(plan: &str, options: &BackfillOptions) -> Vec<BackfillRun>;
}

/// The launch plan to start.
async fn find(
    client: &Client,
    name: &str,
    version: Option<&str>,
) -> Result<admin::LaunchPlan, ClusterError> {
    let kind = EntityKind::LaunchPlan;
    if let Some(version) = version {
        let id = identifier(client, core::ResourceType::LaunchPlan, name, version);
        return match launch_plans::of_version(client, name, version).await {
            Ok(plan) => Ok(plan),
            Err(error) => Err(instead(client, error, &id).await),
        };
    }
    let active = launch_plans::active_version(client, name).await?;
    if active.is_none() && newest(client, kind, name).await?.is_none() {
        return Err(unknown(client, name, Some(kind)).await);
    }
    active.ok_or_else(|| {
        ClusterError::Setting(format!(
            "no version of launch plan `{name}` is active; give a `--version`, or activate one with \
             `plans activate {name}`; `plans list {name}` shows the versions"
        ))
    })
}

/// One time of a backfill.
struct One {
    remote: Remote,
    plan: core::Identifier,
    input: Option<String>,
    time: SystemTime,
}

impl One {
    async fn run(self, is_dry: bool, waits: bool) -> Result<BackfillRun, ClusterError> {
        let client = &self.remote.client;
        let seconds = seconds(self.time);
        let execution = execution::named(client, &name(&self.plan, seconds));
        let is_new = match execution::free(client, Some(&execution.name)).await {
            Ok(_) if is_dry => true,
            Ok(_) => self.start(&execution, seconds).await?,
            Err(ClusterError::Taken { .. }) => false,
            Err(error) => return Err(error),
        };
        let mut failure = None;
        if waits && !is_dry {
            match self.remote.wait(&execution).await {
                Ok(_) => {}
                Err(ClusterError::Ended(end)) => failure = Some(*end),
                Err(error) => return Err(error),
            }
        }
        Ok(BackfillRun {
            scheduled: self.time,
            execution,
            is_new,
            failure,
        })
    }

    /// Whether it was started, and not by another backfill meanwhile.
    async fn start(&self, execution: &Execution, seconds: i64) -> Result<bool, ClusterError> {
        let time = prost_types::Timestamp { seconds, nanos: 0 };
        let literal = core::Literal {
            value: Some(core::literal::Value::Scalar(Box::new(core::Scalar {
                value: Some(core::scalar::Value::Primitive(core::Primitive {
                    value: Some(core::primitive::Value::Datetime(time)),
                })),
            }))),
            ..Default::default()
        };
        let inputs = self
            .input
            .iter()
            .map(|input| (input.clone(), literal.clone()));
        let request = admin::ExecutionCreateRequest {
            project: execution.project.clone(),
            domain: execution.domain.clone(),
            name: execution.name.clone(),
            spec: Some(admin::ExecutionSpec {
                launch_plan: Some(self.plan.clone()),
                metadata: Some(admin::ExecutionMetadata {
                    mode: admin::execution_metadata::ExecutionMode::Manual.into(),
                    scheduled_at: Some(time),
                    ..Default::default()
                }),
                ..Default::default()
            }),
            inputs: Some(core::LiteralMap {
                literals: inputs.collect(),
            }),
            org: String::new(),
        };
        // The name and the inputs are always the same, so that it may be asked for again.
        let (client, mut tries, mut may_be_there) = (&self.remote.client, 0, false);
        loop {
            match call!(client, admin, create_execution, Again::No, request.clone()) {
                Ok(_) => return Ok(true),
                Err(error)
                    if error.is_absence() && tries < *client.config().platform.rpc_retries =>
                {
                    tries += 1;
                    may_be_there |= error.may_be_done();
                    tokio::time::sleep(Duration::from_millis(100 << tries.min(5))).await;
                }
                Err(ClusterError::Refused { code, .. }) if code == "AlreadyExists" => {
                    return Ok(may_be_there);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

fn seconds(time: SystemTime) -> i64 {
    let whole = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => whole(after.as_secs()),
        Err(before) => -whole(before.duration().as_secs()),
    }
}

/// The name that Flyte's scheduler gives to the execution of a launch plan for a time: the FNV-1 digest of both, as the
/// beginning of a UUID.
fn name(plan: &core::Identifier, seconds: i64) -> String {
    let core::Identifier {
        project,
        domain,
        name,
        version,
        ..
    } = plan;
    let text = format!("{project}:{domain}:{name}:{version}:{seconds}");
    let digest = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
            digest.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
        });
    let digest = super::auth::hex(&digest.to_le_bytes());
    format!("f{digest}000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_scheduler() {
        let plan = core::Identifier {
            project: "flytesnacks".to_owned(),
            domain: "development".to_owned(),
            name: "nightly".to_owned(),
            version: "v1".to_owned(),
            ..Default::default()
        };
        let made = name(&plan, 1_767_247_200);
        assert_eq!(made, "f415af4c16fa3bbe3000");
    }
}

//! Actions as processes, with the arguments and variables of a pod.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    sync::Arc,
    thread,
    time::Duration,
};

use super::{
    outcome::{self, Outcome},
    state::{Action, Attempt, Killing, Kind, Run, Shared, error, is_over, now},
};
use flyte_engine::process::{Group, Watched};
use flyte_idl::flyteidl2::{
    common::ActionPhase,
    core::{
        CatalogCacheStatus, Container, ExecutionError, execution_error::ErrorKind,
        task_template::Target,
    },
    task::TaskSpec,
};

/// The wait before a process that has died is started again.
const RESTART: Duration = Duration::from_millis(20);

/// Runs an action on a thread of its own.
pub(super) fn start(shared: &Arc<Shared>, run: &str, action: &str) {
    let (shared, run, action) = (Arc::clone(shared), run.to_owned(), action.to_owned());
    let name = format!("action {action}");
    let spawned = thread::Builder::new().name(name).spawn({
        let (shared, run, action) = (Arc::clone(&shared), run.clone(), action.clone());
        move || {
            Job {
                shared,
                run,
                action,
            }
            .execute();
        }
    });
    if let Err(reason) = spawned {
        let job = Job {
            shared,
            run,
            action,
        };
        let told = error("SYSTEM", reason.to_string(), ErrorKind::System);
        job.end(ActionPhase::Failed, Some(told));
    }
}

struct Job {
    shared: Arc<Shared>,
    run: String,
    action: String,
}

impl Job {
    /// Changes the action, and tells of it. Nothing, and `None`, once it is over.
    fn change<R>(&self, change: impl FnOnce(&mut Action) -> R) -> Option<R> {
        let mut rows = self.shared.rows();
        if rows.is_over {
            return None;
        }
        let run = rows.runs.get_mut(&self.run)?;
        let action = run.action(&self.action)?;
        if is_over(action.phase) {
            return None;
        }
        let changed = change(action);
        // A server tells most things twice.
        run.tell(&self.action);
        run.tell(&self.action);
        drop(rows);
        self.shared.changed();
        Some(changed)
    }

    fn end(&self, phase: ActionPhase, error: Option<ExecutionError>) {
        self.change(|action| {
            action.phase = phase;
            action.error.clone_from(&error);
            action.end = now();
            if let Some(attempt) = action.attempts.last_mut() {
                (attempt.phase, attempt.error, attempt.end) = (phase, error, now());
            }
        });
    }

    fn execute(self) {
        if self.is_cached() {
            return;
        }
        loop {
            let directory = self.change(|action| {
                let number = action.attempts.len() + 1;
                let directory = self.directory().join(number.to_string());
                action.phase = ActionPhase::Queued;
                action.output_uri = directory.display().to_string();
                action.attempts.push(Attempt {
                    phase: ActionPhase::Queued,
                    output_uri: action.output_uri.clone(),
                    error: None,
                    start: now(),
                    end: None,
                });
                action.start = action.start.or_else(now);
                (directory, number)
            });
            let Some((directory, number)) = directory else {
                return;
            };
            match self.attempt(&directory, number as u32 - 1) {
                Some(Outcome::Succeeded) => {
                    self.keep(&directory);
                    return self.end(ActionPhase::Succeeded, None);
                }
                Some(Outcome::Failed(error)) => return self.end(ActionPhase::Failed, Some(error)),
                Some(Outcome::Retried(error)) if number as u32 > self.retries() => {
                    return self.end(ActionPhase::Failed, Some(error));
                }
                Some(Outcome::Retried(_)) => {}
                Some(Outcome::Restarted) | None => return,
            }
        }
    }

    /// One attempt, whose process is started again when it dies. `None` when the action has ended meanwhile.
    fn attempt(&self, directory: &Path, number: u32) -> Option<Outcome> {
        loop {
            let started = self.spawn(directory, number);
            let mut group = match started {
                Ok(Some(group)) => group,
                Ok(None) => return None,
                Err(reason) => {
                    let told = error("SYSTEM", reason.to_string(), ErrorKind::System);
                    return Some(Outcome::Failed(told));
                }
            };
            let waited = group.wait();
            let status: Option<ExitStatus> = group.end().ok();
            self.change(|action| action.killer = None)?;
            let outcome = outcome::of(directory, status.filter(|_| waited.is_ok()));
            if !matches!(outcome, Outcome::Restarted) {
                return Some(outcome);
            }
            thread::sleep(RESTART);
        }
    }

    fn spawn(&self, directory: &Path, number: u32) -> io::Result<Option<Group>> {
        fs::create_dir_all(directory)?;
        let Some(mut command) = self.command(directory, number)? else {
            return Ok(None);
        };
        let group = Group::spawn(&mut command, &Watched::Itself)?;
        let killer = group.killer();
        let is_running = self.change(|action| {
            action.phase = ActionPhase::Running;
            action.processes += 1;
            action.killer = Some(Killing(killer));
            if let Some(attempt) = action.attempts.last_mut() {
                attempt.phase = ActionPhase::Running;
            }
        });
        // Dropping it kills it.
        Ok(is_running.map(|()| group))
    }

    fn command(&self, directory: &Path, number: u32) -> io::Result<Option<Command>> {
        let mut rows = self.shared.rows();
        let Some(run) = rows.runs.get_mut(&self.run) else {
            return Ok(None);
        };
        let place = Place {
            shared: &self.shared,
            directory,
            number,
        };
        place.command(run, &self.action).map(Some)
    }

    fn directory(&self) -> PathBuf {
        let runs = self.shared.settings.directory.join("outputs");
        runs.join(&self.run).join(&self.action)
    }

    fn retries(&self) -> u32 {
        let mut rows = self.shared.rows();
        let action = rows
            .runs
            .get_mut(&self.run)
            .and_then(|run| run.action(&self.action));
        let retries = action.and_then(|action| match &action.kind {
            Kind::Task { spec, .. } => {
                let metadata = spec.task_template.as_ref()?.metadata.as_ref()?;
                Some(metadata.retries.as_ref()?.retries)
            }
            Kind::Trace { .. } => None,
        });
        retries.unwrap_or(0)
    }

    /// The key of the action in the cache, if its task is cached.
    fn cache_key(&self) -> Option<String> {
        let mut rows = self.shared.rows();
        let action = rows.runs.get_mut(&self.run)?.action(&self.action)?;
        let Kind::Task {
            spec, cache_key, ..
        } = &action.kind
        else {
            return None;
        };
        let metadata = spec.task_template.as_ref()?.metadata.as_ref()?;
        cache_key
            .clone()
            .filter(|key| metadata.discoverable && !key.is_empty())
    }

    /// Whether the outputs are those of an earlier action.
    fn is_cached(&self) -> bool {
        let Some(key) = self.cache_key() else {
            return false;
        };
        let Some(earlier) = self.shared.rows().cache.get(&key).cloned() else {
            self.change(|action| action.cache_status = CatalogCacheStatus::CacheMiss);
            return false;
        };
        let directory = self.directory().join("1");
        let copied = fs::create_dir_all(&directory).and_then(|()| {
            fs::copy(
                Path::new(&earlier).join("outputs.pb"),
                directory.join("outputs.pb"),
            )
        });
        if copied.is_err() {
            return false;
        }
        self.change(|action| {
            action.cache_status = CatalogCacheStatus::CacheHit;
            action.output_uri = directory.display().to_string();
            action.start = now();
        });
        self.end(ActionPhase::Succeeded, None);
        true
    }

    /// Keeps the outputs in the cache, if the task is cached.
    fn keep(&self, directory: &Path) {
        if let Some(key) = self.cache_key() {
            let directory = directory.display().to_string();
            self.shared.rows().cache.insert(key, directory);
            self.change(|action| action.cache_status = CatalogCacheStatus::CachePopulated);
        }
    }
}

/// Where an attempt is.
struct Place<'a> {
    shared: &'a Shared,
    directory: &'a Path,
    number: u32,
}

impl Place<'_> {
    fn command(&self, run: &mut Run, action: &str) -> io::Result<Command> {
        let (id, started) = (run.id.clone(), run.started);
        let envs = run.spec.envs.clone().unwrap_or_default();
        let action = run.action(action).ok_or(io::ErrorKind::NotFound)?;
        let Kind::Task { id: task, spec, .. } = &action.kind else {
            return Err(io::Error::other("it is not a task"));
        };
        let container = container(spec)?;
        let started = jiff::Timestamp::try_from(started).map_err(io::Error::other)?;
        let started = started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let directory = self.directory.display().to_string();
        let inputs = match action.input_uri.ends_with("inputs.pb") {
            true => action.input_uri.clone(),
            false => format!("{}/inputs.pb", action.input_uri.trim_end_matches('/')),
        };
        let before = match action.attempts.len() {
            0 | 1 => "\"\"".to_owned(),
            count => format!(
                "{}/_flytecheckpoints",
                action.attempts[count - 2].output_uri
            ),
        };
        let rendered = |text: &String| {
            text.replace("{{.input}}", &inputs)
                .replace("{{.outputPrefix}}", &directory)
                .replace("{{.rawOutputDataPrefix}}", &directory)
                .replace(
                    "{{.checkpointOutputPrefix}}",
                    &format!("{directory}/_flytecheckpoints"),
                )
                .replace("{{.prevCheckpointPrefix}}", &before)
                .replace("{{.runStartTime}}", &started)
        };
        let words: Vec<_> = container
            .command
            .iter()
            .chain(&container.args)
            .map(rendered)
            .collect();
        let mut command = Command::new(&self.shared.settings.program);
        command.args(words.iter().skip(1));
        let variables = envs.values.iter().chain(&container.env);
        command.envs(variables.map(|variable| (&variable.key, &variable.value)));
        let base = self.shared.settings.directory.join("runs").join(&id.name);
        let own = [
            ("ACTION_NAME", action.name.as_str()),
            ("RUN_NAME", &id.name),
            ("_U_ORG_NAME", "local"),
            ("_U_RUN_BASE", &format!("{}/", base.display())),
            ("_U_EP_OVERRIDE", &self.shared.address),
            ("_U_INSECURE", "true"),
            ("FLYTE_ATTEMPT_NUMBER", &self.number.to_string()),
            ("FLYTE_INTERNAL_EXECUTION_ID", &id.name),
            ("FLYTE_INTERNAL_EXECUTION_PROJECT", &id.project),
            ("FLYTE_INTERNAL_EXECUTION_DOMAIN", &id.domain),
            ("FLYTE_INTERNAL_TASK_PROJECT", &task.project),
            ("FLYTE_INTERNAL_TASK_DOMAIN", &task.domain),
            ("FLYTE_INTERNAL_TASK_NAME", &task.name),
            ("FLYTE_INTERNAL_TASK_VERSION", &task.version),
        ];
        command.envs(own);
        let said = File::options()
            .create(true)
            .append(true)
            .open(self.directory.join("container.log"))?;
        command.stdout(said.try_clone()?).stderr(said);
        Ok(command)
    }
}

fn container(spec: &TaskSpec) -> io::Result<&Container> {
    let template = spec.task_template.as_ref();
    match template.and_then(|template| template.target.as_ref()) {
        Some(Target::Container(container)) => Ok(container),
        _ => Err(io::Error::other("the task has no container")),
    }
}

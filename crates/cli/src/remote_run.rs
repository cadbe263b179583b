//! `run --remote`: an entity on a cluster.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    sync::Arc,
    task::Poll,
};

use clap::{ArgMatches, Command, parser::ValueSource};
use serde_json::json;

use super::{
    Cli, Exit, Reply, cluster,
    display::{Asked, Display},
    failure::Failure,
    options, outputs, plans,
    register::{options_of, progress},
    remote_args::{
        self, ANNOTATION, CLUSTER_POOL, ENV, IMAGE, INTERRUPTIBLE, LABEL, LAUNCHER,
        MAX_PARALLELISM, NO_WAIT, OVERWRITE_CACHE, PROGRAM, RAW_OUTPUT_PREFIX, REMOTE, RUN_NAME,
        SERVICE_ACCOUNT, TAG, VERSION, WAIT,
    },
    serialize::variables,
};
use flyte_cluster::flyte1::{
    BlockingRemote, ClusterError, ExecuteOptions, Execution, ExecutionTree, Registration, Remote,
};
use flyte_context::context::instead_of_the_end;
use flyte_core::{graph::entity::EntityDescriptor, text, types::Value};
use flyte_events::events::{Event, Observer as _};

/// The options of `run` that are for runs on this machine.
const LOCAL: [&str; 12] = [
    options::JOBS,
    options::STRICT,
    options::ISOLATE,
    options::TIMEOUT,
    options::MAX_ABANDONED_THREADS,
    options::DECK,
    options::CACHE,
    options::CACHE_DIRECTORY,
    options::ANSWER,
    options::RESUME,
    options::NO_HISTORY,
    options::EVENTS,
];

/// What is run, and what was said about it.
pub(super) struct Run<'a> {
    pub(super) cli: &'a Cli<'a>,
    pub(super) bin: &'a str,
    pub(super) entity: &'static EntityDescriptor,
    pub(super) json: bool,
    pub(super) given: &'a [&'a ArgMatches],
}

impl Run<'_> {
    fn option<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Option<T> {
        cluster::first(self.given, id)
    }

    fn flag(&self, id: &str) -> bool {
        cluster::flag(self.given, id)
    }
}

/// The reply of a run on a cluster, if that is what is asked for.
pub(super) fn reply(run: &Run<'_>, values: &[Value]) -> Option<Reply> {
    let is_remote = run.flag(REMOTE);
    let is_given = |id: &str| {
        run.given.iter().any(|options| {
            let known = options.try_contains_id(id).is_ok();
            known && options.value_source(id) == Some(ValueSource::CommandLine)
        })
    };
    let problem = match is_remote {
        true => LOCAL
            .iter()
            .find(|id| is_given(id))
            .map(|id| format!("`{id}` is for runs on this machine; leave it out, or `{REMOTE}`")),
        false => {
            let args = remote_args::args();
            let mut others = args.iter().map(|arg| arg.get_id().as_str());
            others
                .find(|id| is_given(id))
                .map(|id| format!("`{id}` is for runs on a cluster; give `{REMOTE}`, too"))
        }
    };
    if let Some(problem) = problem {
        let error = options::run(run.bin).error(clap::error::ErrorKind::ArgumentConflict, problem);
        return Some(Reply::failed(&error.into(), run.json));
    }
    if !is_remote {
        return None;
    }
    let mut stderr = String::new();
    let mut reply = match start(run, values, &mut stderr) {
        Ok((stdout, exit)) => Reply {
            exit,
            ..Reply::success(stdout)
        },
        Err(failure) => Reply::failed(&failure, run.json),
    };
    reply.stderr.insert_str(0, &stderr);
    Some(reply)
}

/// Registers, starts, and waits if that is asked for.
fn start(run: &Run<'_>, values: &[Value], stderr: &mut String) -> Result<(String, Exit), Failure> {
    let mut command = options::run(run.bin);
    let (config, remote) = cluster::connect(run.given)?;
    let options = execute_options(run, &mut command)?;
    let images = cluster::all(run.given, IMAGE);
    let launcher = run.option::<String>(LAUNCHER);
    let version = run.option::<String>(VERSION);
    let version = match version {
        // What is registered as a version need not be registered again, and without an image it cannot be.
        Some(version) if images.is_empty() && launcher.is_none() => version,
        version => {
            let mut own = options_of(&config, &images, run.given, &mut command)?.only(run.entity);
            if let Some(version) = version {
                own = own.version(version);
            }
            if let Some(program) = run.option::<String>(PROGRAM) {
                own = own.program(program);
            }
            let told = progress(run.cli.terminal);
            let registered: Result<Registration, ClusterError> = remote
                .wait_for(async |remote| remote.register_told(run.cli.registry, &own, told).await);
            let registration = registered?;
            if registration.sent() > 0 {
                say(
                    run,
                    stderr,
                    &format!(
                        "registered {} entities as {}\n",
                        registration.sent(),
                        registration.version
                    ),
                );
            }
            registration.version
        }
    };
    if let Some(note) = plans::note(&remote, run.entity, &version)? {
        say(run, stderr, &note);
    }
    let started = remote.wait_for(async |remote| {
        remote
            .execute_values(run.entity, values, &version, &options)
            .await
    });
    let execution = started?;
    say(
        run,
        stderr,
        &format!("execution {}: {}\n", execution.name, execution.url),
    );
    let waits = match (run.flag(WAIT), run.flag(NO_WAIT)) {
        (_, true) => false,
        (true, false) => true,
        (false, false) => run.cli.terminal,
    };
    if !waits {
        return Ok((started_text(run, &execution, &version), Exit::Success));
    }
    let display = Display::start(&Asked::of(run.given), run.cli.terminal);
    match watched(&remote, &execution, &display, run.cli.has_signals)? {
        None => Ok((started_text(run, &execution, &version), Exit::Interrupted)),
        Some(_) => Ok((
            printed(&remote, run.entity, &execution, run.json)?,
            Exit::Success,
        )),
    }
}

/// What people should see at once is written at once; others get it with the rest.
fn say(run: &Run<'_>, stderr: &mut String, line: &str) {
    if run.cli.terminal {
        // A terminal that is gone has nobody to be told.
        let _ = io::stderr().write_all(text::visible(line).as_bytes());
    } else {
        *stderr += line;
    }
}

fn started_text(run: &Run<'_>, execution: &Execution, version: &str) -> String {
    match run.json {
        true => {
            let document = json!({
                "execution": execution.name,
                "project": execution.project,
                "domain": execution.domain,
                "version": version,
                "url": execution.url,
            });
            format!("{document}\n")
        }
        false => format!("{}\n", execution.name),
    }
}

fn execute_options(run: &Run<'_>, command: &mut Command) -> Result<ExecuteOptions, Failure> {
    let mut options = ExecuteOptions::new().overwrite_cache(run.flag(OVERWRITE_CACHE));
    if let Some(name) = run.option::<String>(RUN_NAME) {
        options = options.name(name);
    }
    let pairs = |id: &str, command: &mut Command| {
        let pairs = cluster::all(run.given, id).into_iter().map(|pair| {
            let parts = pair.split_once('=').filter(|(key, _)| !key.is_empty());
            parts.ok_or_else(|| {
                let problem = format!("`{id} {pair}` is not `{id} KEY=VALUE`");
                Failure::from(command.error(clap::error::ErrorKind::ValueValidation, problem))
            })
        });
        pairs.collect::<Result<Vec<_>, Failure>>()
    };
    for (key, value) in pairs(LABEL, command)? {
        options = options.label(key, value);
    }
    for (key, value) in pairs(ANNOTATION, command)? {
        options = options.annotation(key, value);
    }
    for (name, value) in variables(&cluster::all(run.given, ENV), command)?.iter() {
        options = options.env(name, value);
    }
    for tag in cluster::all(run.given, TAG) {
        options = options.tag(tag);
    }
    if let Some(interruptible) = run.option::<bool>(INTERRUPTIBLE) {
        options = options.interruptible(interruptible);
    }
    if let Some(most) = run.option::<u32>(MAX_PARALLELISM) {
        options = options.max_parallelism(most);
    }
    if let Some(prefix) = run.option::<String>(RAW_OUTPUT_PREFIX) {
        options = options.raw_output_prefix(prefix);
    }
    if let Some(account) = run.option::<String>(SERVICE_ACCOUNT) {
        options = options.service_account(account);
    }
    if let Some(pool) = run.option::<String>(CLUSTER_POOL) {
        options = options.cluster_pool(pool);
    }
    Ok(options)
}

/// The outputs as those of a run on this machine are printed.
pub(super) fn printed(
    remote: &BlockingRemote,
    entity: &'static EntityDescriptor,
    execution: &Execution,
    as_json: bool,
) -> Result<String, Failure> {
    let values = remote.wait_for(async |remote| remote.output_values(entity, execution).await);
    outputs::show(entity, &values?, as_json)
}

/// Waits for the end of an execution that succeeds; `None` if Ctrl-C has ended the wait and nothing else.
pub(super) fn watched(
    remote: &BlockingRemote,
    execution: &Execution,
    display: &Display,
    has_signals: bool,
) -> Result<Option<ExecutionTree>, Failure> {
    let interrupted = Arc::new(sign::Sign::default());
    if has_signals {
        let interrupted = Arc::clone(&interrupted);
        // Another handler has Ctrl-C, or it is ignored: then it does not end the wait.
        let _taken = instead_of_the_end(Arc::new(move || interrupted.notify()));
    }
    let ended = remote.wait_for(async |remote: &Remote| {
        let told = |event: &Event| display.event(event);
        let mut watch = std::pin::pin!(remote.wait_told(execution, told));
        std::future::poll_fn(|cx| {
            if interrupted.is_notified(cx.waker()) {
                return Poll::Ready(None);
            }
            watch.as_mut().poll(cx).map(Some)
        })
        .await
    });
    display.finish();
    match ended {
        Some(ended) => Ok(Some(ended?)),
        None => {
            left(remote, execution)?;
            Ok(None)
        }
    }
}

/// Asks what is to become of an execution that nobody waits for any more.
fn left(remote: &BlockingRemote, execution: &Execution) -> Result<(), Failure> {
    let mut stderr = io::stderr();
    let name = &execution.name;
    let mut answer = String::new();
    if io::stdin().is_terminal() && stderr.is_terminal() {
        let _ = write!(stderr, "\nexecution {name} goes on; end it, too? [y/N] ");
        let _ = stderr.flush();
        // Nothing can be read: then nothing is ended.
        let _ = io::stdin().lock().read_line(&mut answer);
    }
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        let _ = match remote.terminate(execution, "ended by Ctrl-C")? {
            None => writeln!(stderr, "execution {name} is being ended"),
            Some(ended) => {
                let status = ended.status.name();
                writeln!(
                    stderr,
                    "execution {name} has ended meanwhile: it is {status}"
                )
            }
        };
    } else {
        let _ = writeln!(
            stderr,
            "execution {name} goes on; `runs abort {name} --remote` ends it"
        );
    }
    Ok(())
}

/// A sign from the thread of a signal to a future.
mod sign {
    use std::{sync::Mutex, task::Waker};

    use flyte_core::lock::lock;

    #[derive(Default)]
    pub(super) struct Sign(Mutex<(bool, Option<Waker>)>);

    impl Sign {
        pub(super) fn notify(&self) {
            let mut state = lock(&self.0);
            state.0 = true;
            if let Some(waker) = state.1.take() {
                waker.wake();
            }
        }

        pub(super) fn is_notified(&self, waker: &Waker) -> bool {
            let mut state = lock(&self.0);
            state.1 = Some(waker.clone());
            state.0
        }
    }
}

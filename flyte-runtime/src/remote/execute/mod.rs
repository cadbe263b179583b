//! The container entry point: one attempt of one task, for a cluster.
//!
//! A cluster starts the program with `flyte-execute` and what [`Arguments`] holds, and reads afterwards what is in the
//! directory of the outputs. That is exactly one of
//!
//! * `outputs.pb`, the outputs as `flyteidl.core.LiteralMap`, when the task has given them;
//! * `futures.pb`, a `flyteidl.core.DynamicJobSpec`, when the task is a dynamic one: the graph that it has built, which the
//!   cluster runs. What the graph is serialised with is in the variable `_F_SS_C`, where registering a dynamic task puts it;
//!   without it, and on Flyte 2, which runs no graphs, the graph runs in this container and `outputs.pb` is written;
//! * `error.pb`, a `flyteidl.core.ErrorDocument`, when not, for whatever reason: an error or a panic of the task, an input of
//!   the wrong type, a file that cannot be read or written, `SIGTERM`.
//!
//! Beside it are `deck.html` when the task has `enable_deck`, and outputs that are too large for `outputs.pb`.
//!
//! Graphs for a cluster have tasks that nobody has declared, see [`cluster::lower`](mod@crate::cluster::lower). Behind `--` their containers have
//! `built-in` and what to do, in the place of `task` and a name.
//!
//! # What an error says
//!
//! | What happened | code | kind | origin |
//! |-|-|-|-|
//! | the task has returned an error, or panicked | `USER:RuntimeError` | as `retry_on` and [`TaskError`](crate::TaskError) say | user |
//! | … marked by [`TaskError::recoverable`](crate::TaskError::recoverable) | `USER:Recoverable` | recoverable | user |
//! | the attempt has taken longer than its `timeout` | `USER:TimedOut` | as `retry_on` says | user |
//! | … longer than its `deadline` | `USER:TimedOut` | not recoverable | user |
//! | an input or output is of another type, or missing | `USER:TypeError`, `USER:ValueError` | not recoverable | user |
//! | there is no such task, or it cannot be compiled | `USER:RuntimeError`, `USER:CompileError` | not recoverable | user |
//! | a file cannot be read or written | `SYSTEM` | recoverable | system |
//! | the process of the task died: `exit`, `abort`, a stack overflow, a signal | `USER:ProcessDied` | as `retry_on` says | user |
//! | `SIGTERM` | `SYSTEM:Unavailable` | recoverable | system |
//!
//! Two of these differ from flytekit, on purpose. A plain error is recoverable unless the task has `retry_on = recoverable`:
//! `retries` then means the same here as on this machine, and as in Flyte 2. And a value of a wrong type is the user's
//! error, where flytekit blames the system.
//!
//! Flyte 1 ends attempts of nodes by itself, whose `timeout` may be another than that of their task. A task that was started alone has no
//! node, so its `timeout` is kept here. A `deadline` has no place in Flyte 1's messages: an attempt that alone takes longer than that is
//! over here, but what earlier attempts have taken is not known.
//!
//! A message longer than 48 KiB is cut there, at a letter: Flyte 1 cuts a longer one at a byte, and loses the error if a letter is there.
//!
//! # A parent for the task
//!
//! On Unix, in a program whose `main` returns [`flyte_runtime::main()`](crate::main()) or that has a
//! [`Cli::supervised`](crate::cli::Cli::supervised), the task runs in a child: this program again, with the same arguments. The process that
//! the cluster has started writes `error.pb` when the child ends without having done so, passes SIGTERM on, reaps what the task leaves
//! behind where it is the first process of the container, and kills what still runs when the child has ended. A cluster tries an attempt
//! without `error.pb` several times more, whatever `retries` says. It still does so when this process itself is killed, as by the
//! out-of-memory killer where that ends all of a container (`memory.oom.group`, which Kubernetes sets from 1.28 on with cgroup v2). The child ends
//! then, too. If no child can be started, the task runs in the process that is there. The processes of isolated attempts have a parent
//! already, and no other.
//!
//! The exit code is 0 also after a failure, which `error.pb` tells. It is 1 when `FLYTE_FAIL_ON_ERROR` is set, and when not
//! even `error.pb` can be written.
//!
//! # What is different for Flyte 2
//!
//! * The origin of a recoverable error is unknown instead of the system. Flyte 2 does not count attempts that the system is to blame for, and
//!   would start them for ever.
//! * The exit code is always 0. Flyte 2 takes any other for a fault of the machine, with the same result; an attempt that writes nothing has
//!   failed.
//! * An `error.pb` that is there at the start is removed: an attempt that is started again writes to the same place, and the error would hide
//!   its outputs.
//! * A task that ends with [`IgnoreOutputs`](crate::IgnoreOutputs) writes empty outputs.

mod arguments;
mod built_in;
mod error_document;
mod identity;
mod interrupt;
mod report;
#[cfg(all(unix, feature = "cli"))]
mod supervise;
mod values;

use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock, Weak},
};

use flyte_idl::prost::Message;

pub use arguments::{Arguments, ArgumentsError, Dialect};
#[cfg(feature = "cli")]
pub(crate) use interrupt::fails_on_error;
#[cfg(all(unix, feature = "cli"))]
pub(crate) use {
    report::Reporter,
    supervise::{Outcome, is_supervised, supervise},
};

use crate::{
    attempt::catch,
    config::{Config, Environment},
    context::{ExecutionParameters, FlyteContext, FlyteContextManager},
    data::{FileAccessProvider, TempSandbox},
    deck::{self, DeckError, Decks, Pages, SharedSink, Sink},
    engine::{Container, DECKS, Runner, WithInstruments as _},
    entity::{EntityDescriptor, Registry},
    graph::Graph,
    output_metadata::OutputMetadataTracker,
    remote::serialize::Serializer,
    settings::{SERIALIZED_CONTEXT_ENV_VAR, SerializationSettings},
    stats::Stats,
};
use built_in::Made;
use error_document::{Ending, Problem};
use interrupt::{ExitCodes, Flushed};
use values::Given;

/// How an execution ended, for the exit code of the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Executed {
    /// The outputs are written, or there is nothing to write.
    Done,
    /// It failed, and `error.pb` says why.
    Failed,
}

/// Executes one attempt of a task, and writes what came of it.
///
/// # Errors
///
/// When not even `error.pb` can be written; the text says what happened, and why it could not.
pub fn execute(
    registry: &Registry,
    arguments: &Arguments,
    environment: &Environment,
) -> Result<Executed, String> {
    let files = files(arguments, environment).map_err(|error| error.to_string())?;
    let ending = Arc::new(Ending::new(files.clone(), arguments, environment));
    let checkpoint = arguments.checkpoint(&files).map(Flushed::new);
    let pages = PagesOfRun::default();
    let codes = ExitCodes::new(arguments, environment);
    let _waiting = interrupt::on_terminate(&ending, checkpoint.as_ref(), pages.clone(), codes);
    let attempt = Attempt {
        arguments,
        environment,
        files: &files,
        checkpoint,
        pages,
    };
    let ended = match attempt.run(registry, &ending) {
        Ok(()) => Ok(Executed::Done),
        Err(problem) => ending.fail(&problem).map(|_| Executed::Failed),
    };
    arguments.report(ended.as_ref().ok().copied());
    ended
}

/// Where files of this attempt go: a directory that goes with it, and the prefix for its data. Stores are reached with the
/// settings of the environment.
fn files(
    arguments: &Arguments,
    environment: &Environment,
) -> Result<FileAccessProvider, crate::data::DataError> {
    let config = Config::loader().environment(environment.clone()).load();
    // Settings that cannot be read are told in `error.pb`, which has to be written first.
    let data = config.map(|config| config.data).unwrap_or_default();
    let files = match arguments.is_isolated() {
        // It may be killed, and the run that has started it removes this directory.
        true => FileAccessProvider::in_sandbox(TempSandbox::in_dir(arguments.output_prefix()))?,
        false => FileAccessProvider::temporary()?,
    };
    let files = files.with_data_config(data);
    Ok(match arguments.raw_output_prefix() {
        Some(prefix) => files.with_raw_output_prefix(prefix),
        None => files,
    })
}

struct Attempt<'a> {
    arguments: &'a Arguments,
    environment: &'a Environment,
    files: &'a FileAccessProvider,
    checkpoint: Option<Flushed>,
    pages: PagesOfRun,
}

impl Attempt<'_> {
    fn run(&self, registry: &Registry, ending: &Ending) -> Result<(), Problem> {
        ending.begin()?;
        if let Some(told) = self.arguments.built_in() {
            return catch(|| self.run_built_in(registry, told, ending))
                .unwrap_or_else(|panic| Err(Problem::of_panic_outside(panic)));
        }
        let entity = registry
            .find(self.arguments.task())
            .map_err(|error| Problem::user("USER:RuntimeError", &error))?;
        // The task's own panics are failures of its run. Around it are those of the user's types, on their way from literals and back.
        catch(|| self.run_task(entity, ending))
            .unwrap_or_else(|panic| Err(Problem::of_panic(entity, panic)))
    }

    fn run_task(&self, entity: &'static EntityDescriptor, ending: &Ending) -> Result<(), Problem> {
        let given = Given::read(self.arguments, self.files)?;
        let custom_context = given.context().clone();
        let (arguments, environment) = (self.arguments, self.environment);
        let inputs = values::read_inputs(entity, arguments, given, environment, self.files)?;
        let tracker = OutputMetadataTracker::new();
        let parameters = self.parameters(entity)?;
        let context = FlyteContext::current();
        let state = context
            .new_execution_state()
            .with_user_space_params(parameters);
        let mut builder = context
            .with_execution_state(state)
            .with_custom_context(custom_context)
            .with_file_access(self.files.clone())
            .with_output_metadata_tracker(tracker.clone());
        if let Some(page) = self.page(entity) {
            let sink = SharedSink::new(page);
            builder = builder.with_instruments(|instruments| instruments.deck_sink = Some(sink));
        }
        let settings = self.settings()?;
        let built = Arc::new(OnceLock::new());
        let container = Container {
            action: identity::action(self.arguments, self.environment),
            built: settings.is_some().then(|| Arc::clone(&built)),
            directory: self.files.local_sandbox_dir().join("attempt"),
            is_isolated: self.is_isolated(),
            keeps_timeout: self.is_on_flyte_1() && identity::is_alone(self.environment),
            keeps_deadline: self.is_on_flyte_1(),
            held_files: Arc::default(),
        };
        let runner = Runner::local().in_container(container, self.environment);
        let result =
            FlyteContextManager::with_context(builder, |_| runner.run_values(entity, inputs));
        if let (Some(settings), Some(graph)) = (&settings, built.get()) {
            let job = dynamic_job(&serializer(settings), graph)?;
            return ending.succeed("futures.pb", &job);
        }
        let outputs = match result {
            Ok(outputs) => outputs,
            Err(error) if error_document::ignores_outputs(&error) => {
                return match self.arguments.dialect() {
                    Dialect::Flyte1 => Ok(()),
                    // It takes an attempt that wrote nothing for one that failed.
                    Dialect::Flyte2 => ending.succeed("outputs.pb", &[]),
                };
            }
            Err(error) => return Err(Problem::of_run(entity, error, self.is_isolated())),
        };
        let prefix = self.arguments.output_prefix();
        let bytes = values::encode_outputs(entity, &outputs, &tracker, prefix, self.files)?;
        ending.succeed("outputs.pb", &bytes)
    }

    /// Runs a task that a graph got for a cluster.
    fn run_built_in(
        &self,
        registry: &Registry,
        told: &str,
        ending: &Ending,
    ) -> Result<(), Problem> {
        let literals = Given::read(self.arguments, self.files)?.loaded(self.files)?;
        match built_in::run(registry, told, literals)? {
            Made::Outputs(bytes) => ending.succeed("outputs.pb", &bytes),
            Made::Graph(graph) => {
                let settings = self.settings()?.ok_or_else(|| {
                    let message = format!("the variable {SERIALIZED_CONTEXT_ENV_VAR} is missing");
                    Problem::system_text(message)
                })?;
                // The map that it is made of was checked, and the type of its list is not known here.
                let serializer = serializer(&settings).unchecked();
                ending.succeed("futures.pb", &dynamic_job(&serializer, &graph)?)
            }
        }
    }

    /// What a dynamic task serialises its graph with, where the cluster runs it.
    fn settings(&self) -> Result<Option<SerializationSettings>, Problem> {
        let text = self.environment.var(SERIALIZED_CONTEXT_ENV_VAR);
        let text = text.filter(|text| !text.is_empty());
        let (Dialect::Flyte1, Some(text)) = (self.arguments.dialect(), text) else {
            return Ok(None);
        };
        let settings = SerializationSettings::from_transport(&text)
            .map_err(|error| Problem::system(&error))?;
        Ok(Some(identity::complete(
            settings,
            self.arguments,
            self.environment,
        )))
    }

    /// What the task is told about itself.
    fn parameters(&self, entity: &EntityDescriptor) -> Result<ExecutionParameters, Problem> {
        let config = Config::loader()
            .environment(self.environment.clone())
            .load()
            .map_err(|error| Problem::system(&error))?;
        let (arguments, environment) = (self.arguments, self.environment);
        let mut builder = ExecutionParameters::builder()
            .execution_id(identity::execution(environment))
            .task_id(identity::task(entity, arguments, environment))
            .attempt_number(identity::attempt(environment))
            .execution_date(arguments.run_start_time())
            .output_metadata_prefix(arguments.output_prefix())
            .stats(Stats::from_config(&config.stats, ""));
        if let Some(workflow) = identity::workflow(environment) {
            builder = builder.workflow(&workflow);
        }
        if let Some(prefix) = arguments.raw_output_prefix() {
            builder = builder.raw_output_prefix(prefix);
        }
        if let Some(checkpoint) = &self.checkpoint {
            builder = builder.checkpoint(checkpoint.clone());
        }
        Ok(builder.build())
    }

    /// Whether the process belongs to a run of the same program, which wants the decks themselves.
    fn is_isolated(&self) -> bool {
        self.arguments.is_isolated()
    }

    /// Whether the engine of Flyte 1 has started the process: it has no place for a deadline, and knows the timeouts of nodes alone.
    fn is_on_flyte_1(&self) -> bool {
        self.arguments.dialect() == Dialect::Flyte1 && !self.is_isolated()
    }

    /// Where the page of the task goes, if it has one.
    fn page(&self, entity: &EntityDescriptor) -> Option<Page> {
        let is_handed_over = self.is_isolated();
        let enabled = entity.task_options()?.enable_deck == Some(true);
        let name = match is_handed_over {
            true => DECKS,
            false => self.arguments.dialect().deck_file(),
        };
        (enabled || is_handed_over).then(|| Page {
            files: self.files.clone(),
            prefix: self.arguments.output_prefix().to_owned(),
            name,
            is_handed_over,
            pages: self.pages.clone(),
        })
    }
}

/// The page beside the outputs: that of the task, with those of tasks that it runs in the same container.
struct Page {
    files: FileAccessProvider,
    prefix: String,
    name: &'static str,
    /// As data, and not as a page.
    is_handed_over: bool,
    pages: PagesOfRun,
}

/// The pages of the container's run, once there are any that go somewhere.
#[derive(Clone, Default)]
struct PagesOfRun(Arc<OnceLock<Weak<Pages>>>);

impl PagesOfRun {
    /// Writes the page as it is when the container is taken away.
    fn end(&self) {
        if let Some(pages) = self.0.get().and_then(Weak::upgrade) {
            pages.end_below("");
            pages.finish();
        }
    }
}

impl Sink for Page {
    fn attach(&self, pages: &Arc<Pages>) {
        self.pages.0.get_or_init(|| Arc::downgrade(pages));
    }

    fn publish(&self, _page: &Decks, all: &Pages) -> Result<(), DeckError> {
        self.finish(all)
    }

    /// The end of the run follows.
    fn end(&self, _page: &Decks, _all: &Pages) -> Result<(), DeckError> {
        Ok(())
    }

    fn finish(&self, all: &Pages) -> Result<(), DeckError> {
        let page = match self.is_handed_over {
            true => deck::hand_over(all).map_err(|error| error.to_string()),
            false => Ok(deck::render_all(&all.all()).into_bytes()),
        };
        let written = page.and_then(|page| put(&self.files, &self.prefix, self.name, &page));
        written.map_err(|reason| DeckError {
            to: format!("{}/{}", self.prefix.trim_end_matches('/'), self.name),
            reason,
        })
    }
}

/// The tasks of a graph that is made here are started as this one was, by the same program.
fn serializer(settings: &SerializationSettings) -> Serializer<'_> {
    let serializer = Serializer::new(settings);
    match std::env::args().next() {
        Some(program) => serializer.program(program),
        None => serializer,
    }
}

/// The graph of a dynamic task as the cluster reads it.
fn dynamic_job(serializer: &Serializer<'_>, graph: &Graph) -> Result<Vec<u8>, Problem> {
    let job = serializer
        .dynamic_job(graph)
        .map_err(|error| Problem::user("USER:CompileError", &error))?;
    Ok(job.encode_to_vec())
}

/// Writes a file beside the outputs.
fn put(files: &FileAccessProvider, prefix: &str, name: &str, bytes: &[u8]) -> Result<(), String> {
    let told = |error: &(dyn std::error::Error + 'static)| error_document::with_causes(error);
    let staged = files
        .get_random_local_directory()
        .map_err(|error| told(&error))?
        .join(Path::new(name));
    fs::write(&staged, bytes).map_err(|error| told(&error))?;
    let to = format!("{}/{name}", prefix.trim_end_matches('/'));
    let written = files.put_data(&staged, &to, false);
    written.map(drop).map_err(|error| told(&error))
}

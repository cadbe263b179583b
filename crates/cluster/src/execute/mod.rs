//! The container entry point: one attempt of one task, for a cluster, or for the run that has isolated it.
//!
//! Graphs that the cluster is to run, and being told that the container is taken away, need the feature `remote`.

mod arguments;
mod built_in;
mod dynamic;
mod error_document;
mod identity;
mod interrupt;
mod parent;
mod report;
#[cfg(unix)]
mod sigterm;
#[cfg(unix)]
mod supervise;
mod values;

use std::{
    num::NonZero,
    sync::{Arc, OnceLock, Weak},
};

pub use arguments::{Arguments, ArgumentsError, Dialect};
pub use interrupt::fails_on_error;
pub use report::Reporter;
#[cfg(unix)]
pub use report::is_supervised;
#[cfg(unix)]
pub use supervise::{Outcome, supervise};

use error_document::{Ending, Problem};
use flyte_config::config::{Config, Environment};
use flyte_context::{
    context::{ExecutionParameters, FlyteContext, FlyteContextManager},
    deck::{self, DeckError, Decks, Pages, SharedSink, Sink},
    output_metadata::OutputMetadataTracker,
    stats::Stats,
    storage::{FileAccessProvider, TempSandbox},
};
use flyte_core::{
    graph::entity::{EntityDescriptor, EntityKind},
    panic::catch,
    registry::Registry,
};
use flyte_engine::{Container, DECKS, Runner, WithInstruments as _};
use interrupt::{ExitCodes, Flushed};
use parent::Parent;
use values::Given;

use crate::transfer::put;

/// How an execution ended; determines the exit code of the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Executed {
    /// The outputs are written, or there is nothing to write.
    Done,
    /// It failed, and `error.pb` contains the error.
    Failed,
}

/// Executes one attempt of a task, and writes the result.
///
/// # Errors
///
/// When not even `error.pb` can be written; the text contains the original error and the reason.
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

/// The file access of this attempt: a directory that is removed with it, and the prefix for its data. Stores are
/// accessed with the settings in the environment.
fn files(
    arguments: &Arguments,
    environment: &Environment,
) -> Result<FileAccessProvider, flyte_context::storage::DataError> {
    let config = Config::loader().environment(environment.clone()).load();
    // Settings that cannot be read are reported in `error.pb`, which must be writable first.
    let data = config.map(|config| config.data).unwrap_or_default();
    let files = match arguments.is_isolated() {
        // The process may be killed; the run that started it removes this directory.
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
        // Panics of the task itself are failures of its run. This catches panics of the user's types during conversions
        // to and from literals.
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
        let job = dynamic::Job::of(self)?;
        let container = Container {
            action: identity::action(self.arguments, self.environment),
            built: job.as_ref().map(dynamic::Job::graph),
            directory: self.files.local_sandbox_dir().join("attempt"),
            is_isolated: self.is_isolated(),
            keeps_timeout: self.is_on_flyte_1() && identity::is_alone(self.environment),
            keeps_deadline: self.is_on_flyte_1(),
            held_files: Arc::default(),
        };
        let parent = Parent::of(self, entity)?;
        if let Some(parent) = &parent {
            let launcher = parent.launcher();
            builder = builder.with_instruments(|instruments| instruments.launcher = Some(launcher));
        }
        let mut runner = Runner::local();
        // The graph of a workflow is not an attempt: the attempts are its tasks', elsewhere.
        if entity.kind() == EntityKind::Task {
            runner = runner.in_container(container, self.environment);
        }
        if parent.is_some() {
            // With a single job nothing would overlap, and waiting for children keeps no core busy.
            let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
            runner = runner.jobs(cores.max(2));
        }
        let result =
            FlyteContextManager::with_context(builder, |_| runner.run_values(entity, inputs));
        if let Some(parent) = parent {
            parent.close();
        }
        if let Some(job) = job.map_or(Ok(None), |job| job.bytes())? {
            return ending.succeed("futures.pb", &job);
        }
        let outputs = match result {
            Ok(outputs) => outputs,
            Err(error) if error_document::ignores_outputs(&error) => {
                return match self.arguments.dialect() {
                    Dialect::Flyte1 => Ok(()),
                    // Flyte 2 treats an attempt that wrote nothing as failed.
                    Dialect::Flyte2 => ending.succeed("outputs.pb", &[]),
                };
            }
            Err(error) => return Err(Problem::of_run(entity, error, self.is_isolated())),
        };
        let prefix = self.arguments.output_prefix();
        let bytes = values::encode_outputs(entity, &outputs, &tracker, prefix, self.files)?;
        ending.succeed("outputs.pb", &bytes)
    }

    /// The execution parameters of the task.
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

    /// Whether the process belongs to a run of the same program, which needs the decks as data.
    fn is_isolated(&self) -> bool {
        self.arguments.is_isolated()
    }

    /// Whether Flyte 1's engine started the process: it does not support deadlines, and knows only the timeouts of
    /// nodes.
    fn is_on_flyte_1(&self) -> bool {
        self.arguments.dialect() == Dialect::Flyte1 && !self.is_isolated()
    }

    /// Where the page of the task is written, if it has one.
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
    /// Written as data instead of HTML.
    is_handed_over: bool,
    pages: PagesOfRun,
}

/// The pages of the container's run, after the first one with a destination exists.
#[derive(Clone, Default)]
struct PagesOfRun(Arc<OnceLock<Weak<Pages>>>);

impl PagesOfRun {
    /// Writes the current page when the container is terminated.
    #[cfg(all(unix, feature = "remote"))]
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

    /// The end of the run follows, which writes it.
    fn end(&self, _page: &Decks, _all: &Pages) -> Result<(), DeckError> {
        Ok(())
    }

    fn finish(&self, all: &Pages) -> Result<(), DeckError> {
        let page = match self.is_handed_over {
            true => deck::hand_over(all).map_err(|error| error.to_string()),
            false => Ok(deck::render_all(&all.all()).into_bytes()),
        };
        let written = page.and_then(|page| put(&self.files, &self.prefix, self.name, &page));
        written.map_err(|reason| {
            let to = format!("{}/{}", self.prefix.trim_end_matches('/'), self.name);
            DeckError::new(to, reason)
        })
    }
}

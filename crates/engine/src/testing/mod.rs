//! For tests of tasks and workflows: a task context made by hand, mocks, and a record of decks, metrics and logs.

mod events;
mod logs;
mod mock;

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use tracing::{Dispatch, instrument::WithSubscriber as _};

pub use events::RecordedEvents;
pub use logs::{LogLine, Logs};
pub use mock::{MockInputs, Mockable, mock, mock_result};

pub use crate::clock::ManualClock;

use crate::{ContextInstruments as _, Instruments, WithInstruments as _, clock::Clock};
use flyte_config::config::{Environment, SecretsConfig};
use flyte_context::{
    checkpoint::Checkpoint,
    context::{
        ExecutionParameters, ExecutionParametersBuilder, ExecutionState, ExecutionStateError,
        FlyteContext, Mode,
    },
    deck::Decks,
    secrets::SecretsManager,
    stats::{RecordingStats, Stats},
    storage::TempSandbox,
};

/// A task context made by hand.
///
/// Code inside [`run`](Self::run) or [`scope`](Self::scope) runs as if in a task, with the settings of this context and
/// nothing from the machine: it finds only the secrets that were added, and metrics, decks and logs are recorded here.
/// Runs started inside use all of this too. Their values are treated as in a [strict](crate::Runner::strict) run, so
/// that a test that passes also passes on a cluster. Whether a cluster accepts the graphs is a question for
/// [`check`](flyte_check::check).
pub struct TestContext {
    parameters: ExecutionParametersBuilder,
    environment: Environment,
    /// An empty directory in which no files with secrets are found.
    no_directory: TempSandbox,
    secrets: Option<SecretsManager>,
    custom_context: Vec<(String, String)>,
    instruments: Instruments,
    stats: RecordingStats,
    decks: Decks,
    logs: Logs,
    /// Created at the first use.
    context: OnceLock<FlyteContext>,
}

impl Default for TestContext {
    fn default() -> Self {
        Self::new()
    }
}

impl TestContext {
    /// A task that starts now, with a directory of its own and without secrets.
    pub fn new() -> Self {
        let (stats, decks, logs) = (RecordingStats::new(), Decks::new(), Logs::default());
        let instruments = Instruments::of_test(logs.dispatch());
        Self {
            parameters: ExecutionParameters::builder()
                .in_task()
                .enable_deck(true)
                .stats(Stats::new(stats.clone()))
                .decks(decks.clone()),
            environment: Environment::empty(),
            no_directory: TempSandbox::new(),
            secrets: None,
            custom_context: Vec::new(),
            instruments,
            stats,
            decks,
            logs,
            context: OnceLock::new(),
        }
    }

    /// Adds a secret. Use an empty key for the secret of a whole group.
    #[must_use]
    pub fn secret(mut self, group: &str, key: &str, value: &str) -> Self {
        let parts = ["_FSEC", group, key];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let name = parts.join("_").to_uppercase();
        self.environment = self.environment.with_var(name, value);
        self
    }

    /// Takes secrets from this manager instead of those that were added, for binary secrets and versions.
    #[must_use]
    pub fn secrets(mut self, secrets: SecretsManager) -> Self {
        self.secrets = Some(secrets);
        self
    }

    /// Sets the checkpoint of the task. Tasks of inner runs share it; without one, each attempt has its own.
    #[must_use]
    pub fn checkpoint(self, checkpoint: impl Checkpoint + 'static) -> Self {
        self.parameters(|parameters| parameters.checkpoint(checkpoint))
    }

    /// Sets the clock of inner runs: a [`ManualClock`], or a time that stands still, which becomes a clock that skips
    /// the waits between attempts. The start time of tasks (`execution_date`) is the time of this clock. By default the
    /// clock is the system's, and the waits between attempts are skipped too.
    #[must_use]
    pub fn clock(mut self, clock: impl Into<ManualClock>) -> Self {
        let clock = clock.into();
        let started = clock.now();
        self.instruments.clock = Clock::Manual(clock);
        self.parameters(|parameters| parameters.execution_date(started))
    }

    /// Sets the seed of the random numbers of inner runs: the same seed gives the same waits between attempts.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.instruments.seed = Some(seed);
        self
    }

    /// Sets the task's directory, which is left unchanged afterwards. Tasks of inner runs have directories of their
    /// own.
    ///
    /// # Errors
    ///
    /// If the path is empty.
    pub fn working_directory(
        mut self,
        directory: impl Into<PathBuf>,
    ) -> Result<Self, ExecutionStateError> {
        self.parameters = self.parameters.working_directory(directory)?;
        Ok(self)
    }

    /// Adds entries to the custom context.
    #[must_use]
    pub fn custom_context<K: Into<String>, V: Into<String>>(
        mut self,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()));
        self.custom_context.extend(entries);
        self
    }

    /// Changes any other parameter of the task: ids, the attempt's number, attributes.
    #[must_use]
    pub fn parameters(
        mut self,
        change: impl FnOnce(ExecutionParametersBuilder) -> ExecutionParametersBuilder,
    ) -> Self {
        self.parameters = change(self.parameters);
        self
    }

    /// Sets whether inner runs convert values to literals and back. They do by default.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.instruments.strict = strict;
        self
    }

    /// Replaces a task, workflow or reference in inner runs; see [`mock`].
    #[must_use]
    pub fn mock<E: Mockable>(
        mut self,
        body: impl Fn(<E::Slots as MockInputs>::Values) -> E::Output + Send + Sync + 'static,
    ) -> Self
    where
        E::Slots: MockInputs,
    {
        mock::add::<E>(&mut self.instruments, move |inputs| Ok(body(inputs)));
        self
    }

    /// Runs code as if in the task.
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        let context = Arc::new(self.context());
        self.instruments
            .logged(|| FlyteContext::run_in(context, work))
    }

    /// Runs a future as if in the task, wherever it is polled.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        let scope = self.context().scope(future);
        let logs = self.instruments.logs.clone();
        scope.with_subscriber(logs.unwrap_or_else(Dispatch::none))
    }

    /// The metrics sent by the task and by tasks of inner runs. Tasks prefix their names:
    /// `<project>.<domain>.<task>.user_stats`.
    pub fn stats(&self) -> &RecordingStats {
        &self.stats
    }

    /// The decks written by the task and by tasks of inner runs that have ended.
    pub fn decks(&self) -> &Decks {
        &self.decks
    }

    /// The `tracing` events and spans of the code inside, from every thread of a run.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The context of the task, with the mocks of the outer context.
    fn context(&self) -> FlyteContext {
        let context = self.context.get_or_init(|| self.build());
        match FlyteContext::current().instruments() {
            None => context.clone(),
            Some(around) => context
                .new_builder()
                .with_instruments(|instruments| instruments.mock_as(around))
                .build(),
        }
    }

    fn build(&self) -> FlyteContext {
        let secrets = self.secrets.clone().unwrap_or_else(|| {
            let directory = self.no_directory.path().display().to_string();
            let config = SecretsConfig::default().default_dir(directory);
            SecretsManager::of_test(config, self.environment.clone())
        });
        let parameters = self.parameters.clone().secrets(secrets).build();
        let state = ExecutionState::empty()
            .with_mode(Mode::LocalTaskExecution)
            .with_user_space_params(parameters);
        FlyteContext::new_root()
            .with_execution_state(state)
            .with_custom_context(self.custom_context.clone())
            .with_instruments(|instruments| *instruments = self.instruments.clone())
            .build()
    }
}

/// Omits the settings, which may be secret.
impl fmt::Debug for TestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestContext")
            .field("instruments", &self.instruments)
            .finish_non_exhaustive()
    }
}

//! For tests of tasks and workflows: a task context made by hand, mocks, and what was written to decks, metrics and
//! logs.

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
/// Code inside of [`run`](Self::run) or [`scope`](Self::scope) finds itself in a task, with what this was given and
/// with nothing of the machine: the only secrets are those that were given, and metrics, decks and logs are kept here.
/// Runs that are started inside have all of it too. Their values are those of a [strict](crate::Runner::strict) run, so
/// that what passes in a test passes on a cluster; whether a cluster takes the graphs, [`check`](flyte_check::check)
/// says.
pub struct TestContext {
    parameters: ExecutionParametersBuilder,
    environment: Environment,
    /// Where files with secrets are not.
    no_directory: TempSandbox,
    secrets: Option<SecretsManager>,
    custom_context: Vec<(String, String)>,
    instruments: Instruments,
    stats: RecordingStats,
    decks: Decks,
    logs: Logs,
    /// Made at the first use.
    context: OnceLock<FlyteContext>,
}

impl Default for TestContext {
    fn default() -> Self {
        Self::new()
    }
}

impl TestContext {
    /// A task with a directory of its own, without secrets, that starts now.
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

    /// Adds a secret; that of a whole group has an empty key.
    #[must_use]
    pub fn secret(mut self, group: &str, key: &str, value: &str) -> Self {
        let parts = ["_FSEC", group, key];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let name = parts.join("_").to_uppercase();
        self.environment = self.environment.with_var(name, value);
        self
    }

    /// Takes secrets from this manager, in place of those that were added; for binary secrets and versions.
    #[must_use]
    pub fn secrets(mut self, secrets: SecretsManager) -> Self {
        self.secrets = Some(secrets);
        self
    }

    /// Sets the checkpoint of the task. Tasks of runs below share it; without one each attempt has its own.
    #[must_use]
    pub fn checkpoint(self, checkpoint: impl Checkpoint + 'static) -> Self {
        self.parameters(|parameters| parameters.checkpoint(checkpoint))
    }

    /// Sets what the runs below tell the time by: a [`ManualClock`], or a time that stands still, from which one is
    /// made that does not wait between attempts. Tasks say that they were started at what it shows (`execution_date`).
    /// Without it the time is the system's, and nothing is waited for between attempts either.
    #[must_use]
    pub fn clock(mut self, clock: impl Into<ManualClock>) -> Self {
        let clock = clock.into();
        let started = clock.now();
        self.instruments.clock = Clock::Manual(clock);
        self.parameters(|parameters| parameters.execution_date(started))
    }

    /// Sets what the randomness of runs below begins with: the same number gives the same waits between attempts.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.instruments.seed = Some(seed);
        self
    }

    /// Sets the task's directory, which stays as it is afterwards. Tasks of runs below have directories of their own.
    ///
    /// # Errors
    ///
    /// When the path is empty.
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

    /// Changes anything else that the task is told about itself: ids, the number of the attempt, attributes.
    #[must_use]
    pub fn parameters(
        mut self,
        change: impl FnOnce(ExecutionParametersBuilder) -> ExecutionParametersBuilder,
    ) -> Self {
        self.parameters = change(self.parameters);
        self
    }

    /// Whether runs below send values through their literals; they do unless this says `false`.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.instruments.strict = strict;
        self
    }

    /// Replaces a task, workflow or reference in the runs below; see [`mock`].
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

    /// Runs code in the task.
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        let context = Arc::new(self.context());
        self.instruments
            .logged(|| FlyteContext::run_in(context, work))
    }

    /// A future that runs in the task, wherever it is polled.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        let scope = self.context().scope(future);
        let logs = self.instruments.logs.clone();
        scope.with_subscriber(logs.unwrap_or_else(Dispatch::none))
    }

    /// The metrics that were sent, by the task and by those of runs below. Tasks put a prefix on their names:
    /// `<project>.<domain>.<task>.user_stats`.
    pub fn stats(&self) -> &RecordingStats {
        &self.stats
    }

    /// The decks that were written, by the task and by those of runs below that have ended.
    pub fn decks(&self) -> &Decks {
        &self.decks
    }

    /// The events and spans of `tracing` that code inside has made, on whatever thread of a run.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The context of the task, with what was mocked around it.
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

/// Without what it was given, which may be secret.
impl fmt::Debug for TestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestContext")
            .field("instruments", &self.instruments)
            .finish_non_exhaustive()
    }
}

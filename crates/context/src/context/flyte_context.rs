//! One context: an immutable answer to "where am I".

use std::{
    any::Any,
    collections::BTreeMap,
    fmt,
    panic::Location,
    sync::{Arc, OnceLock},
};

use super::{
    Attempt, ContextGuard, ExecutionParameters, ExecutionState, FlyteContextManager, Mode, Scope,
    attempt::AttemptSource, current,
};
use crate::{
    deck::{self, Decks},
    output_metadata::{OutputMetadataError, OutputMetadataTracker},
    question::{AnswerSource, SharedAnswers},
    storage::{self, DataError, FileAccessProvider},
};
use flyte_config::settings::SerializationSettings;
use flyte_core::{
    graph::{compilation::CompilationState, entity::EntityDescriptor},
    registry::resolver::DefaultTaskResolver,
};
use flyte_scope as scope;
use flyte_scope::Chain;

/// A connection to a Flyte cluster, as a context carries it. Corresponds to flytekit's `SynchronousFlyteClient`.
pub trait FlyteClient: Any + fmt::Debug + Send + Sync {
    /// The address it talks to.
    fn endpoint(&self) -> &str;
}

/// Where the calls of an eager task go. Corresponds to flytekit's `Controller`, known to contexts as `worker_queue`.
pub trait WorkerQueue: Any + fmt::Debug + Send + Sync {}

/// Where the current code runs. Immutable; a changed context is a new one, made with a builder.
///
/// Corresponds to flytekit's `FlyteContext`.
#[derive(Clone, Debug)]
pub struct FlyteContext {
    level: usize,
    in_a_condition: bool,
    origin_stackframe: Option<&'static Location<'static>>,
    compilation_state: Option<CompilationState>,
    execution_state: Option<ExecutionState>,
    output_metadata_tracker: Option<OutputMetadataTracker>,
    /// What seldom changes, behind one reference count, so that entering a context is cheap.
    inherited: Arc<Inherited>,
}

/// The parts of a context that tasks inherit and hardly ever change.
#[derive(Clone, Debug, Default)]
struct Inherited {
    /// Shared by all contexts made from one another, until one sets its own.
    file_access: Arc<OnceLock<FileAccessProvider>>,
    flyte_client: Option<Arc<dyn FlyteClient>>,
    serialization_settings: Option<Arc<SerializationSettings>>,
    worker_queue: Option<Arc<dyn WorkerQueue>>,
    custom_context: BTreeMap<String, String>,
    data: BTreeMap<String, String>,
    group: Option<Arc<str>>,
    raw_data_path: Option<Arc<str>>,
    /// Who answers gates; nobody is the terminal.
    answers: Option<SharedAnswers>,
    /// What layers above want to find again.
    carried: Chain,
}

impl FlyteContext {
    fn blank() -> Self {
        storage::provide_blob_store();
        Self {
            level: 0,
            in_a_condition: false,
            origin_stackframe: None,
            compilation_state: None,
            execution_state: None,
            output_metadata_tracker: None,
            inherited: Arc::default(),
        }
    }

    /// The context of a thread that entered none: level 1, an execution state without a mode.
    pub(crate) fn outermost() -> Self {
        let state = ExecutionState::empty().with_user_space_params(ExecutionParameters::local());
        FlyteContextBuilder {
            context: Self::blank(),
        }
        .with_execution_state(state)
        .build()
    }

    /// A context that has nothing of the current one.
    pub fn new_root() -> FlyteContextBuilder {
        FlyteContextBuilder {
            context: Self::blank(),
        }
    }

    /// The context of one attempt of a task, inside the context in which the run was started.
    ///
    /// What a task in a container says about its outputs goes to the tracker of whoever writes them.
    #[inline]
    pub fn of_attempt(&self, state: ExecutionState) -> Self {
        let in_container = state.is_in_container();
        let tracker = self.output_metadata_tracker.as_ref();
        Self {
            level: self.level + 1,
            in_a_condition: false,
            origin_stackframe: None,
            compilation_state: None,
            execution_state: Some(state),
            output_metadata_tracker: tracker.filter(|_| in_container).cloned(),
            inherited: Arc::clone(&self.inherited),
        }
    }

    /// Whether what the attempt has said about its outputs is about outputs that `task` has, and can be written beside
    /// them.
    pub fn check_output_metadata(
        &self,
        task: &EntityDescriptor,
    ) -> Result<(), OutputMetadataError> {
        let attempt = self
            .execution_state
            .as_ref()
            .and_then(ExecutionState::attempt);
        match attempt.and_then(Attempt::said_about_outputs) {
            None => Ok(()),
            Some(said) => {
                let names: Vec<&str> = task.outputs().iter().map(|output| output.name).collect();
                for (name, said) in names.iter().zip(said.for_outputs(&names)?) {
                    if let Some(said) = said {
                        said.literal_metadata(name)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// The context of the attempt after the one that this is the context of.
    pub fn next_attempt(&self) -> Arc<Self> {
        let attempt = self
            .execution_state
            .as_ref()
            .and_then(ExecutionState::attempt);
        let state = attempt.map(|attempt| {
            let around = self.execution_state.as_ref();
            let state = ExecutionState::of_attempt(attempt.next(), around);
            match around.and_then(ExecutionState::mode) {
                Some(mode) => state.with_mode(mode),
                None => state,
            }
        });
        Arc::new(Self {
            execution_state: state,
            compilation_state: self.compilation_state.clone(),
            output_metadata_tracker: self.output_metadata_tracker.clone(),
            inherited: Arc::clone(&self.inherited),
            ..*self
        })
    }

    /// The context in which a dynamic task, whose context this is, builds its graph.
    pub fn building(&self, state: CompilationState) -> Arc<Self> {
        let execution = self
            .execution_state()
            .cloned()
            .unwrap_or_else(ExecutionState::empty);
        let mode = match execution.is_in_container() {
            true => Mode::DynamicTaskExecution,
            false => Mode::LocalDynamicTaskExecution,
        };
        let context = self
            .with_execution_state(execution.with_mode(mode))
            .with_compilation_state(state);
        Arc::new(context.build())
    }

    /// Makes this the context of another attempt of the same source, as if it were new; false when it is no attempt's.
    pub fn reuse_for<S: AttemptSource>(&mut self, source: &Arc<S>, node: u32) -> bool {
        let attempt = self
            .execution_state
            .as_mut()
            .and_then(ExecutionState::attempt_mut);
        attempt.is_some_and(|attempt| attempt.reuse_for(source, node))
    }

    /// The context the calling code runs in. Corresponds to `FlyteContext.current_context()`.
    pub fn current() -> Arc<Self> {
        FlyteContextManager::current_context()
    }

    /// Reads the current context without touching its reference count: the cheapest way to look something up.
    pub fn with_current<R>(read: impl FnOnce(&Self) -> R) -> R {
        let mut read = Some(read);
        let seen = current::with_current(|context| {
            context.and_then(|context| read.take().map(|read| read(context)))
        });
        match (seen, read) {
            (Some(seen), _) => seen,
            (None, Some(read)) => read(&current::outermost()),
            (None, None) => unreachable!("`read` is taken only together with a result"),
        }
    }

    /// Runs `work` with `context` as the current one.
    pub fn run_in<R>(context: Arc<Self>, work: impl FnOnce() -> R) -> R {
        scope::within(context, work).0
    }

    /// Makes this context the current one of the thread until the guard is dropped. In async code use
    /// [`scope`](Self::scope).
    ///
    /// ```
    /// use flyte_runtime::context::{FlyteContext, get_custom_context};
    ///
    /// let entered = FlyteContext::current().with_custom_context([("tenant", "a")]).build().enter();
    /// assert_eq!(get_custom_context()["tenant"], "a");
    /// drop(entered);
    /// assert!(get_custom_context().is_empty());
    /// ```
    #[track_caller]
    pub fn enter(self) -> ContextGuard {
        FlyteContextManager::push_context(self)
    }

    /// A future that runs in this context wherever it is polled.
    ///
    /// ```
    /// use flyte_runtime::context::{FlyteContext, get_custom_context};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let context = FlyteContext::current().with_custom_context([("tenant", "a")]).build();
    /// let seen = context.scope(async { get_custom_context() }).await;
    /// assert_eq!(seen["tenant"], "a");
    /// assert!(get_custom_context().is_empty());
    /// # });
    /// ```
    pub fn scope<F: Future>(self, future: F) -> Scope<F> {
        Scope::new(Arc::new(self), future)
    }

    /// A builder of a context one level deeper that differs in what is set on it.
    pub fn new_builder(&self) -> FlyteContextBuilder {
        let context = Self {
            origin_stackframe: None,
            compilation_state: self.compilation_state.clone(),
            execution_state: self.execution_state.clone(),
            output_metadata_tracker: self.output_metadata_tracker.clone(),
            inherited: Arc::clone(&self.inherited),
            ..*self
        };
        FlyteContextBuilder { context }
    }

    /// How many contexts lie below this one; the outermost has level 1.
    pub fn level(&self) -> usize {
        self.level
    }

    /// Whether the code is inside a condition of a workflow's body.
    pub fn in_a_condition(&self) -> bool {
        self.in_a_condition
    }

    /// Where the context was entered.
    pub fn origin_stackframe(&self) -> Option<&'static Location<'static>> {
        self.origin_stackframe
    }

    /// Where the context was entered, as text; empty when that is not known.
    pub fn get_origin_stackframe_repr(&self) -> String {
        match self.origin_stackframe {
            Some(origin) => format!("StackOrigin({}, {})", origin.line(), origin.file()),
            None => String::new(),
        }
    }

    /// The same context, entered at `place`.
    pub(crate) fn at(mut self, place: &'static Location<'static>) -> Self {
        self.origin_stackframe = Some(place);
        self
    }

    /// The graph being built, while a workflow's body is compiled.
    #[inline]
    pub fn compilation_state(&self) -> Option<&CompilationState> {
        self.compilation_state.as_ref()
    }

    /// The execution, while a workflow or task runs.
    #[inline]
    pub fn execution_state(&self) -> Option<&ExecutionState> {
        self.execution_state.as_ref()
    }

    /// What the running task is told about itself.
    #[inline]
    pub fn user_space_params(&self) -> Option<&ExecutionParameters> {
        self.execution_state
            .as_ref()
            .and_then(ExecutionState::user_space_params)
    }

    /// Files of this machine and of stores: what was set, else a temporary place that is removed with the last context
    /// made from the one in which it was first used. Asking creates nothing.
    ///
    /// # Errors
    ///
    /// When the path of the system's directory for temporary files is not UTF-8.
    pub fn file_access(&self) -> Result<&FileAccessProvider, DataError> {
        if let Some(provider) = self.inherited.file_access.get() {
            return Ok(provider);
        }
        let provider = FileAccessProvider::temporary()?;
        Ok(self.inherited.file_access.get_or_init(|| provider))
    }

    /// The access to files that was set or made, if one was.
    pub fn given_file_access(&self) -> Option<&FileAccessProvider> {
        self.inherited.file_access.get()
    }

    /// The page of what was written to the decks of this context, here and by the tasks of runs that were started in
    /// it; what a notebook would show. Each task has a part of its own, whether it has succeeded or failed.
    ///
    /// A run leaves its decks when it ends, in place of those of runs that were over when it began. So the page shows
    /// the last of runs that follow each other, and all of runs at the same time.
    pub fn get_deck(&self) -> String {
        match self.user_space_params() {
            Some(parameters) => deck::render(parameters.decks()),
            None => deck::render(&Decks::new()),
        }
    }

    /// How entities are to be serialised, when they are.
    pub fn serialization_settings(&self) -> Option<&SerializationSettings> {
        self.inherited.serialization_settings.as_deref()
    }

    /// The connection to a cluster.
    pub fn flyte_client(&self) -> Option<&Arc<dyn FlyteClient>> {
        self.inherited.flyte_client.as_ref()
    }

    /// Where the calls of an eager task go.
    pub fn worker_queue(&self) -> Option<&Arc<dyn WorkerQueue>> {
        self.inherited.worker_queue.as_ref()
    }

    /// What the running task says about its outputs; every attempt has a tracker of its own unless a context inside it
    /// sets another.
    pub fn output_metadata_tracker(&self) -> Option<&OutputMetadataTracker> {
        let attempt = || Some(self.execution_state.as_ref()?.attempt()?.output_metadata());
        self.output_metadata_tracker.as_ref().or_else(attempt)
    }

    /// What [`custom_context`](super::custom_context) put here and around.
    pub fn custom_context(&self) -> &BTreeMap<String, String> {
        &self.inherited.custom_context
    }

    /// What [`with_data`](Self::with_data) has attached here and around.
    pub fn data(&self) -> &BTreeMap<String, String> {
        &self.inherited.data
    }

    /// The group of actions the code belongs to; see [`group`](super::group()).
    pub fn group(&self) -> Option<&str> {
        self.inherited.group.as_deref()
    }

    /// Who answers gates.
    pub fn answers(&self) -> Option<&SharedAnswers> {
        self.inherited.answers.as_ref()
    }

    /// What layers above have put here or around, by its type.
    pub fn carried(&self) -> &Chain {
        &self.inherited.carried
    }

    /// Where offloaded data goes, if a context says so.
    pub fn raw_data_path(&self) -> Option<&str> {
        self.inherited.raw_data_path.as_deref()
    }

    /// A compilation state without nodes and with the default resolver.
    pub fn new_compilation_state(&self, prefix: &str) -> CompilationState {
        CompilationState::new(prefix).with_task_resolver(Arc::new(DefaultTaskResolver::default()))
    }

    /// An execution state of no mode with the current parameters.
    pub fn new_execution_state(&self) -> ExecutionState {
        match self.user_space_params() {
            Some(parameters) => ExecutionState::empty().with_user_space_params(parameters.clone()),
            None => ExecutionState::empty(),
        }
    }

    /// A builder with a fresh compilation state that has the default resolver.
    pub fn with_new_compilation_state(&self) -> FlyteContextBuilder {
        self.with_compilation_state(self.new_compilation_state(""))
    }

    /// A builder of the context of a condition.
    ///
    /// While compiling, its nodes are counted from zero, with the same prefix, mode and resolver. While executing
    /// locally, its branches are skipped until one is taken; inside a skipped branch all of it is.
    pub fn enter_conditional_section(&self) -> FlyteContextBuilder {
        let mut builder = self.new_builder();
        builder.context.in_a_condition = true;
        if let Some(state) = &self.compilation_state {
            builder.context.compilation_state = Some(state.with_params(None));
        } else if let Some(state) = self
            .execution_state
            .as_ref()
            .filter(|state| state.is_local_execution())
        {
            builder.context.execution_state = Some(state.in_branches());
        }
        builder
    }
}

macro_rules! forwarded {
    ($($(#[$doc:meta])* $name:ident($argument:ident: $type:ty);)*) => {
        /// Each gives a builder with one thing changed, as the method of the same name on [`FlyteContextBuilder`].
        impl FlyteContext {
            $(
                $(#[$doc])*
                pub fn $name(&self, $argument: $type) -> FlyteContextBuilder {
                    self.new_builder().$name($argument)
                }
            )*
        }
    };
}

forwarded! {
    /// A builder with another graph being built.
    with_compilation_state(state: CompilationState);
    /// A builder with another execution.
    with_execution_state(state: ExecutionState);
    /// A builder with another access to files.
    with_file_access(provider: FileAccessProvider);
    /// A builder with other serialization settings.
    with_serialization_settings(settings: SerializationSettings);
    /// A builder with another tracker of output metadata.
    with_output_metadata_tracker(tracker: OutputMetadataTracker);
    /// A builder with another connection.
    with_client(client: Arc<dyn FlyteClient>);
    /// A builder with another queue for the calls of an eager task.
    with_worker_queue(queue: Arc<dyn WorkerQueue>);
    /// A builder with another place for offloaded data.
    with_raw_data_path(path: &str);
    /// A builder with another group of actions.
    with_group(name: &str);
}

impl FlyteContext {
    /// A builder whose custom context has these entries besides the current ones.
    pub fn with_custom_context<K: Into<String>, V: Into<String>>(
        &self,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> FlyteContextBuilder {
        self.new_builder().with_custom_context(entries)
    }

    /// A builder that attaches these entries besides the current ones, for
    /// [`TaskContext::data`](super::TaskContext::data).
    pub fn with_data<K: Into<String>, V: Into<String>>(
        &self,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> FlyteContextBuilder {
        self.new_builder().with_data(entries)
    }
}

/// Makes a [`FlyteContext`] from another. Corresponds to flytekit's `FlyteContext.Builder`.
#[derive(Clone, Debug)]
#[must_use]
pub struct FlyteContextBuilder {
    context: FlyteContext,
}

impl FlyteContextBuilder {
    /// Sets the graph being built.
    pub fn with_compilation_state(mut self, state: CompilationState) -> Self {
        self.context.compilation_state = Some(state);
        self
    }

    /// Sets a graph being built that has no nodes and, unlike the context's method of this name, no resolver.
    pub fn with_new_compilation_state(self) -> Self {
        let state = self.new_compilation_state("");
        self.with_compilation_state(state)
    }

    /// A compilation state without nodes and without a resolver.
    pub fn new_compilation_state(&self, prefix: &str) -> CompilationState {
        CompilationState::new(prefix)
    }

    /// Sets the execution.
    pub fn with_execution_state(mut self, state: ExecutionState) -> Self {
        self.context.execution_state = Some(state);
        self
    }

    /// An execution state of no mode and without parameters.
    pub fn new_execution_state(&self) -> ExecutionState {
        ExecutionState::empty()
    }

    /// Sets the access to files.
    pub fn with_file_access(mut self, provider: FileAccessProvider) -> Self {
        self.inherited().file_access = Arc::new(OnceLock::from(provider));
        self
    }

    /// Sets the serialization settings.
    pub fn with_serialization_settings(mut self, settings: SerializationSettings) -> Self {
        self.inherited().serialization_settings = Some(Arc::new(settings));
        self
    }

    /// Sets the tracker of output metadata.
    pub fn with_output_metadata_tracker(mut self, tracker: OutputMetadataTracker) -> Self {
        self.context.output_metadata_tracker = Some(tracker);
        self
    }

    /// Sets the connection.
    pub fn with_client(mut self, client: Arc<dyn FlyteClient>) -> Self {
        self.inherited().flyte_client = Some(client);
        self
    }

    /// Sets where the calls of an eager task go.
    pub fn with_worker_queue(mut self, queue: Arc<dyn WorkerQueue>) -> Self {
        self.inherited().worker_queue = Some(queue);
        self
    }

    /// Sets where offloaded data goes.
    pub fn with_raw_data_path(mut self, path: &str) -> Self {
        self.inherited().raw_data_path = Some(path.into());
        self
    }

    /// Sets the group of actions.
    pub fn with_group(mut self, name: &str) -> Self {
        self.inherited().group = Some(name.into());
        self
    }

    /// Adds entries to the custom context; of two with one key the new one stands.
    pub fn with_custom_context<K: Into<String>, V: Into<String>>(
        mut self,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()));
        self.inherited().custom_context.extend(entries);
        self
    }

    /// Attaches entries that tasks below can read; of two with one key the new one stands.
    pub fn with_data<K: Into<String>, V: Into<String>>(
        mut self,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()));
        self.inherited().data.extend(entries);
        self
    }

    /// Has gates of runs below answered by this source; see `Runner::answers`.
    pub fn with_answers(self, source: impl AnswerSource) -> Self {
        self.with_shared_answers(SharedAnswers::new(source))
    }

    /// The same with a source that several contexts share.
    pub fn with_shared_answers(mut self, answers: SharedAnswers) -> Self {
        self.inherited().answers = Some(answers);
        self
    }

    /// What layers above have put here or around, to put more there.
    pub fn carried(&mut self) -> &mut Chain {
        &mut self.inherited().carried
    }

    fn inherited(&mut self) -> &mut Inherited {
        Arc::make_mut(&mut self.context.inherited)
    }

    /// The context, one level deeper than the one the builder came from.
    pub fn build(mut self) -> FlyteContext {
        self.context.level += 1;
        self.context
    }
}

//! A cluster from code: [`Remote`] for async programs, [`BlockingRemote`] for others.

use std::{collections::BTreeMap, pin::Pin, sync::Arc};

use tokio::runtime::{Builder, Runtime};

use super::{
    auth::ConnectOptions,
    client::Client,
    error::ClusterError,
    execution::{self, ExecuteOptions, Execution},
    fetch::{self, ExecutionFilter, ExecutionRecord, Status},
    logs, outputs,
    pull::{self, Pulled},
    register::{self, RegisterOptions, Registration, RegistrationStep},
    relaunch::{self, RelaunchOptions},
    signals::{self, Signal},
    watch::{ExecutionTree, NodeRun, Watcher},
};
use flyte_config::config::{Config, Environment};
use flyte_core::{
    graph::{
        TaskOutputs as _,
        entity::{Entity, EntityDescriptor},
    },
    registry::Registry,
    types::{FlyteType, Literal, TypeInfo, Value, literal_from_text},
};
use flyte_engine::runner::call::Call;
use flyte_events::{events::Event, history::History};

/// A Flyte 1 cluster: registers, starts, watches and fetches, for the project and domain of the settings.
///
/// ```no_run
/// use flyte_runtime::{
///     cluster::{ExecuteOptions, RegisterOptions, Remote}, compat::settings::ImageConfig, config::Config, prelude::*,
/// };
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let remote = Remote::connect(&Config::auto(None)?).await?;
/// let images = ImageConfig::validate_image("--image", &["registry.example.com/hello:v1"])?;
/// let registration = remote.register(flyte_runtime::Registry::of_program(), &RegisterOptions::new(images)).await?;
/// let execution = remote.execute(&square::call(7), &registration.version, &ExecuteOptions::new()).await?;
/// println!("{}", execution.url);
/// remote.wait(&execution).await?;
/// assert_eq!(remote.outputs::<square>(&execution).await?, 49);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Remote {
    pub(super) client: Client,
}

impl Remote {
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// A cluster by these settings. The connection is made at the first call, and made again when it breaks.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if a setting is not usable.
    pub async fn connect(config: &Config) -> Result<Self, ClusterError> {
        Self::connect_with(config, &ConnectOptions::new()).await
    }

    /// The same with options: how a user signs in, and where tokens are kept.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn connect_with(
        config: &Config,
        options: &ConnectOptions,
    ) -> Result<Self, ClusterError> {
        Ok(Self {
            client: Client::new(config, options)?,
        })
    }

    /// The same in another environment, which says where tokens are kept.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn connect_in(
        config: &Config,
        environment: &Environment,
    ) -> Result<Self, ClusterError> {
        let options = ConnectOptions::new().environment(environment.clone());
        Self::connect_with(config, &options).await
    }

    /// The same cluster for another project and domain: what is fetched, listed and started there.
    #[must_use]
    pub fn within(&self, project: &str, domain: &str) -> Self {
        Self {
            client: self.client.within(project, domain),
        }
    }

    /// Registers what a program has. What is there already is not sent again.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Conflict`] for versions that have another structure, with what differs and where it is written;
    /// other [`ClusterError`]s. What was sent before stays registered, and the next try goes on after it.
    pub async fn register(
        &self,
        registry: &Registry,
        options: &RegisterOptions,
    ) -> Result<Registration, ClusterError> {
        register::register(&self.client, registry, options, &|_| {}).await
    }

    /// The same, told step by step.
    ///
    /// # Errors
    ///
    /// As [`register`](Self::register).
    pub async fn register_told(
        &self,
        registry: &Registry,
        options: &RegisterOptions,
        told: impl Fn(&RegistrationStep<'_>) + Send + Sync,
    ) -> Result<Registration, ClusterError> {
        register::register(&self.client, registry, options, &told).await
    }

    /// Starts a call of an entity that is registered as a version. Files among the inputs are sent to the cluster.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Taken`] if there is an execution of the name that is asked for; other [`ClusterError`]s.
    pub async fn execute<E: Entity>(
        &self,
        call: &Call<E>,
        version: &str,
        options: &ExecuteOptions,
    ) -> Result<Execution, ClusterError> {
        self.execute_values(E::descriptor(), call.inputs(), version, options)
            .await
    }

    /// The same for values in the order of the declaration.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn execute_values(
        &self,
        entity: &'static EntityDescriptor,
        values: &[Value],
        version: &str,
        options: &ExecuteOptions,
    ) -> Result<Execution, ClusterError> {
        let mut inputs = BTreeMap::new();
        for (input, value) in entity.inputs().iter().zip(values) {
            let literal = input.info.to_literal(value).map_err(|error| {
                let (input, entity) = (input.name, entity.name());
                ClusterError::Setting(format!("input `{input}` of `{entity}`: {error}"))
            })?;
            inputs.insert(input.name.to_owned(), literal);
        }
        execution::create(&self.client, entity, version, inputs, options).await
    }

    /// An execution by its name. Nobody is asked whether it is there.
    pub fn execution(&self, name: &str) -> Execution {
        execution::named(&self.client, name)
    }

    /// Waits for the end of an execution.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Ended`] if it has ended without outputs; other [`ClusterError`]s. While the cluster does not
    /// answer it is waited for.
    pub async fn wait(&self, execution: &Execution) -> Result<ExecutionTree, ClusterError> {
        self.wait_told(execution, |_| {}).await
    }

    /// The same, where an observer is told what happens meanwhile, as by [`watch`](Self::watch).
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn wait_told(
        &self,
        execution: &Execution,
        observer: impl Fn(&Event) + Send + Sync,
    ) -> Result<ExecutionTree, ClusterError> {
        let tree = self.watch(execution, observer).await?;
        match tree.record.status {
            Status::Succeeded => Ok(tree),
            _ => {
                // A list says the beginning of an error alone; the execution itself says all.
                let info = execution::get(&self.client, execution).await?;
                let closure = info.closure.unwrap_or_default();
                Err(ClusterError::Ended(Box::new(fetch::end_of(
                    &execution.name,
                    &closure,
                ))))
            }
        }
    }

    /// Tells an observer what happens in an execution, as in a run on this machine, until it ends.
    ///
    /// # Errors
    ///
    /// [`ClusterError`]; however the execution ends is not one. While the cluster does not answer it is waited for.
    pub async fn watch(
        &self,
        execution: &Execution,
        observer: impl Fn(&Event) + Send + Sync,
    ) -> Result<ExecutionTree, ClusterError> {
        Watcher::new(&self.client, execution).watch(&observer).await
    }

    /// How an execution and its nodes stand now. Of large executions not all nodes that have succeeded are asked for
    /// their attempts; see [`show_all`](Self::show_all).
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such execution.
    pub async fn show(&self, execution: &Execution) -> Result<ExecutionTree, ClusterError> {
        Watcher::new(&self.client, execution).look().await
    }

    /// As [`show`](Self::show), with the attempts of all nodes: a call for each task that was not cached.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn show_all(&self, execution: &Execution) -> Result<ExecutionTree, ClusterError> {
        let mut watcher = Watcher::new(&self.client, execution).all_attempts();
        watcher.look().await
    }

    /// The last executions, the newest first, and at most so many.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such project or domain.
    pub async fn executions(&self, most: usize) -> Result<Vec<ExecutionRecord>, ClusterError> {
        fetch::executions(&self.client, &ExecutionFilter::new(), most).await
    }

    /// What an execution of an entity has given. Outputs that are too large for an answer are read from the store.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Ended`] if it has ended without outputs; other [`ClusterError`]s.
    pub async fn outputs<E: Entity>(
        &self,
        execution: &Execution,
    ) -> Result<E::Output, ClusterError> {
        let values = self.output_values(E::descriptor(), execution).await?;
        let outputs = E::Output::from_values(values);
        outputs.ok_or_else(|| {
            let entity = E::descriptor().name();
            let name = &execution.name;
            ClusterError::Setting(format!("execution {name} is not one of `{entity}`"))
        })
    }

    /// The same as values in the order of the declaration.
    ///
    /// # Errors
    ///
    /// As [`outputs`](Self::outputs).
    pub async fn output_values(
        &self,
        entity: &'static EntityDescriptor,
        execution: &Execution,
    ) -> Result<Vec<Value>, ClusterError> {
        let mut literals = self.output_literals(execution).await?;
        let mut values = Vec::new();
        for output in entity.outputs() {
            let wrong = |reason: String| {
                let (name, output) = (&execution.name, output.name);
                ClusterError::Setting(format!(
                    "output `{output}` of execution {name} is not what `{}` gives: {reason}",
                    entity.name()
                ))
            };
            let literal = literals.remove(output.name);
            let literal = literal.ok_or_else(|| wrong("it is not there".to_owned()))?;
            let value = output.info.from_literal(literal);
            values.push(value.map_err(|error| wrong(error.to_string()))?);
        }
        Ok(values)
    }

    /// The same by name, whatever the execution is of.
    ///
    /// # Errors
    ///
    /// As [`outputs`](Self::outputs).
    pub async fn output_literals(
        &self,
        execution: &Execution,
    ) -> Result<BTreeMap<String, Literal>, ClusterError> {
        outputs::outputs(&self.client, execution).await
    }

    /// The text behind a link to a log, of an [attempt](super::AttemptRun::logs).
    ///
    /// # Errors
    ///
    /// [`ClusterError::Transfer`] if it is not text, or is not at an address of http or https or `file://`, whose file
    /// is a regular one of at most 64 MiB; other [`ClusterError`]s.
    pub async fn log_text(&self, uri: &str) -> Result<String, ClusterError> {
        logs::text(&self.client, uri).await
    }

    /// What a log has from a byte on, to follow it: where that ends the next part begins, after so many bytes more. A
    /// server that can send a part of a file is asked for no more.
    ///
    /// # Errors
    ///
    /// As [`log_text`](Self::log_text).
    pub async fn log_text_after(&self, uri: &str, byte: u64) -> Result<String, ClusterError> {
        logs::text_after(&self.client, uri, byte).await
    }

    /// The page with the decks of a node that has [one](NodeRun::deck), as HTML.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if it has none; other [`ClusterError`]s.
    pub async fn deck(&self, node: &NodeRun) -> Result<Vec<u8>, ClusterError> {
        logs::deck(&self.client, node).await
    }

    /// Brings an execution that has ended into a history of this machine: its graph, and of every node its inputs,
    /// outputs, errors and attempts; files stay where they are. The run is shown as any other, and resumed by the
    /// program that has brought it.
    ///
    /// An execution that was brought before is brought again, and replaces the run that it was.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if it has not ended, if the registry does not have its entity, if the run that it was
    /// has been resumed here, or if the history cannot be written; other [`ClusterError`]s.
    pub async fn pull(
        &self,
        execution: &Execution,
        registry: &Registry,
        history: &History,
    ) -> Result<Pulled, ClusterError> {
        pull::pull(&self.client, execution, registry, history).await
    }

    /// Ends an execution. One that has ended already stays what it is, and is returned; `None` if it is being ended.
    ///
    /// # Errors
    ///
    /// [`ClusterError::NoExecution`] if there is no such execution; other [`ClusterError`]s.
    pub async fn terminate(
        &self,
        execution: &Execution,
        cause: &str,
    ) -> Result<Option<ExecutionRecord>, ClusterError> {
        execution::terminate(&self.client, execution, cause).await
    }

    /// Starts what an execution has run once more, with the same inputs.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Taken`] if there is an execution of the name that is asked for; other [`ClusterError`]s.
    pub async fn relaunch(
        &self,
        execution: &Execution,
        options: &RelaunchOptions,
    ) -> Result<Execution, ClusterError> {
        relaunch::relaunch(&self.client, execution, options).await
    }

    /// The same, where nodes that have succeeded do not run again.
    ///
    /// # Errors
    ///
    /// As [`relaunch`](Self::relaunch).
    pub async fn recover(
        &self,
        execution: &Execution,
        options: &RelaunchOptions,
    ) -> Result<Execution, ClusterError> {
        relaunch::recover(&self.client, execution, options).await
    }

    /// The gates of an execution that wait or have waited, in the order in which they began to.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such execution.
    pub async fn signals(&self, execution: &Execution) -> Result<Vec<Signal>, ClusterError> {
        signals::list(&self.client, execution).await
    }

    /// Says yes to a gate that waits for an approval.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if no such gate waits, if it waits for a value, or if it has another answer already;
    /// other [`ClusterError`]s.
    pub async fn approve(&self, execution: &Execution, gate: &str) -> Result<(), ClusterError> {
        signals::approve(&self.client, execution, gate, true).await
    }

    /// Says no to a gate that waits for an approval, and the execution fails.
    ///
    /// # Errors
    ///
    /// As [`approve`](Self::approve).
    pub async fn reject(&self, execution: &Execution, gate: &str) -> Result<(), ClusterError> {
        signals::approve(&self.client, execution, gate, false).await
    }

    /// Gives a gate the value that it waits for.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if no such gate waits, if it waits for a value of another type, or if it has another
    /// answer already; other [`ClusterError`]s.
    pub async fn set_input<T: FlyteType>(
        &self,
        execution: &Execution,
        gate: &str,
        value: T,
    ) -> Result<(), ClusterError> {
        let info = TypeInfo::of::<T>();
        let literal = info.to_literal(&Value::new(value));
        let literal = literal.map_err(|error| {
            ClusterError::Setting(format!("the answer of gate `{gate}`: {error}"))
        })?;
        let signal = signals::find(&self.client, execution, gate).await?;
        signals::answer(&self.client, execution, &signal, &literal).await
    }

    /// Gives a gate the value that it waits for, as people write it: see [`literal_from_text`].
    ///
    /// # Errors
    ///
    /// As [`set_input`](Self::set_input).
    pub async fn set_input_text(
        &self,
        execution: &Execution,
        gate: &str,
        text: &str,
    ) -> Result<(), ClusterError> {
        let signal = signals::find(&self.client, execution, gate).await?;
        let literal = literal_from_text(text, &signal.literal_type)
            .map_err(|error| ClusterError::Setting(format!("gate `{gate}`: {error}")))?;
        signals::answer(&self.client, execution, &signal, &literal).await
    }
}

/// [`Remote`] for programs that are not async: each method waits on its thread.
#[derive(Debug)]
pub struct BlockingRemote {
    runtime: Arc<Runtime>,
    remote: Remote,
}

impl BlockingRemote {
    /// A cluster by these settings, as [`Remote::connect`].
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if a setting is not usable, or no thread can be started.
    ///
    /// # Panics
    ///
    /// Its methods do so on a thread of an async runtime, which they would block: there [`Remote`] is to be used.
    pub fn connect(config: &Config) -> Result<Self, ClusterError> {
        Self::connect_with(config, &ConnectOptions::new())
    }

    /// The same in another environment, which says where tokens are kept.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_in(config: &Config, environment: &Environment) -> Result<Self, ClusterError> {
        let options = ConnectOptions::new().environment(environment.clone());
        Self::connect_with(config, &options)
    }

    /// The same with options: how a user signs in, and where tokens are kept.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_with(config: &Config, options: &ConnectOptions) -> Result<Self, ClusterError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime
            .map_err(|error| ClusterError::Setting(format!("no thread can be started: {error}")))?;
        let remote = block_on(&runtime, Remote::connect_with(config, options))?;
        Ok(Self {
            runtime: Arc::new(runtime),
            remote,
        })
    }

    /// As [`Remote::within`].
    #[must_use]
    pub fn within(&self, project: &str, domain: &str) -> Self {
        Self {
            runtime: Arc::clone(&self.runtime),
            remote: self.remote.within(project, domain),
        }
    }

    pub(super) fn remote(&self) -> &Remote {
        &self.remote
    }

    /// Waits for anything of the async interface.
    pub fn wait_for<T>(&self, work: impl AsyncFnOnce(&Remote) -> T) -> T {
        block_on(&self.runtime, work(&self.remote))
    }
}

/// Waits for a future. The runtime sees it in a box, since it has several loops that would each hold its code.
pub(super) fn block_on<T>(runtime: &Runtime, work: impl Future<Output = T>) -> T {
    let mut result = None;
    let kept = &mut result;
    drive(runtime, Box::pin(async move { *kept = Some(work.await) }));
    result.expect("the runtime returns when the work has ended")
}

fn drive(runtime: &Runtime, work: Pin<Box<dyn Future<Output = ()> + '_>>) {
    runtime.block_on(work);
}

/// Methods of [`Remote`] as those of [`BlockingRemote`].
macro_rules! blocking {
    ($($name:ident $(<$E:ident: $bound:ident>)? ($($arg:ident: $ty:ty),*) -> $result:ty;)*) => {
        impl BlockingRemote {
            $(
                #[doc = concat!("As [`Remote::", stringify!($name), "`].")]
                ///
                /// # Errors
                ///
                /// As there.
                pub fn $name $(<$E: $bound>)? (&self, $($arg: $ty),*) -> Result<$result, ClusterError> {
                    self.wait_for(async |remote| remote.$name $(::<$E>)? ($($arg),*).await)
                }
            )*
        }
    };
}
pub(super) use blocking;

blocking! {
    sign_in() -> bool;
    sign_out() -> bool;
    user() -> Option<String>;
    register(registry: &Registry, options: &RegisterOptions) -> Registration;
    execute<E: Entity>(call: &Call<E>, version: &str, options: &ExecuteOptions) -> Execution;
    wait(execution: &Execution) -> ExecutionTree;
    show(execution: &Execution) -> ExecutionTree;
    show_all(execution: &Execution) -> ExecutionTree;
    executions(most: usize) -> Vec<ExecutionRecord>;
    outputs<E: Entity>(execution: &Execution) -> E::Output;
    log_text(uri: &str) -> String;
    log_text_after(uri: &str, byte: u64) -> String;
    deck(node: &NodeRun) -> Vec<u8>;
    pull(execution: &Execution, registry: &Registry, history: &History) -> Pulled;
    terminate(execution: &Execution, cause: &str) -> Option<ExecutionRecord>;
    relaunch(execution: &Execution, options: &RelaunchOptions) -> Execution;
    recover(execution: &Execution, options: &RelaunchOptions) -> Execution;
    signals(execution: &Execution) -> Vec<Signal>;
    approve(execution: &Execution, gate: &str) -> ();
    reject(execution: &Execution, gate: &str) -> ();
    set_input<T: FlyteType>(execution: &Execution, gate: &str, value: T) -> ();
    set_input_text(execution: &Execution, gate: &str, text: &str) -> ();
}

impl BlockingRemote {
    /// An execution by its name. Nobody is asked whether it is there.
    pub fn execution(&self, name: &str) -> Execution {
        self.remote.execution(name)
    }
}

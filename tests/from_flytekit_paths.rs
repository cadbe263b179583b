//! Every path of `docs/from-flytekit.md`, used so that it compiles only if it exists.
//!
//! - `item`: a type, a trait, a variant, a free function, a module or a macro; it is imported.
//! - `value`: a method or a constant; it is taken as a value. A generic one is called, with arguments that settle the
//!   types, or with the type that it gives. (Nothing here runs.)
//! - `field`: a public field; it is read.

#![allow(
    unused_imports,
    reason = "that the import compiles is all that is asked of it"
)]

use std::future::Ready;

use flyte_runtime::{
    checkpoint::SyncCheckpoint,
    compat::DefaultTaskResolver,
    files::{DataError, FlyteDirectory, FlyteFile},
    graph::VoidPromise,
};

/// An argument of whatever type is wanted, for code that is compiled and never run.
fn any<T>() -> T {
    unreachable!("nothing in this file is run")
}

/// An entity, for methods that name one.
#[flyte_runtime::task]
fn nothing() {}

/// A struct, for the parts of its promises.
#[derive(Clone, flyte_runtime::FlyteType)]
struct Parts {
    part: i64,
}

use flyte_runtime::{
    compat::{Case, Cases, Else},
    graph::Promise,
};

type Text = &'static str;
type Pairs = [(Text, Text); 0];

macro_rules! used {
    (item ($($path:tt)+)) => {
        const _: () = {
            use $($path)+ as _;
        };
    };
    (value ($($path:tt)+)) => {
        const _: fn() = || {
            let _ = $($path)+;
        };
    };
    (value ($($path:tt)+) ($($argument:expr),*)) => {
        const _: fn() = || {
            let _ = || $($path)+($($argument),*);
        };
    };
    (value ($($path:tt)+) ($($argument:expr),*) -> $result:ty) => {
        const _: fn() = || {
            let _ = || -> $result { $($path)+($($argument),*) };
        };
    };
    (field ($($path:tt)+) $field:ident) => {
        const _: fn() = || {
            let _ = |it: &$($path)+| {
                let _ = &it.$field;
            };
        };
    };
}

macro_rules! paths {
    ($(
        $kind:ident $($segment:ident)::+ $(::<$generic:ty>)? $(. $field:ident)? $(($($argument:expr),*))?
        $(-> $result:ty)?;
    )*) => {
        $(used!($kind ($($segment)::+ $(::<$generic>)?) $($field)? $(($($argument),*))? $(-> $result)?);)*

        /// All of them, as the document writes them.
        pub(crate) fn all() -> Vec<String> {
            let paths: &[&[&str]] = &[$(&[$(stringify!($segment),)+ $(stringify!($field))?],)*];
            paths.iter().map(|segments| segments.join("::")).collect()
        }
    };
}

paths! {
    item flyte_runtime::workflow;
    field flyte_runtime::compat::options::InputDescriptor.default;
    item flyte_runtime::FlyteOutputs;
    item flyte_runtime::FlyteType;
    value flyte_runtime::graph::Promise::at(any::<Promise<Vec<i64>>>(), 0);
    value flyte_runtime::graph::Promise::fields(any::<Promise<Parts>>());
    item flyte_runtime::types::FlyteError;
    item flyte_runtime::compat::options::WorkflowOptions;
    item flyte_runtime::checkpoint::AsyncCheckpoint;
    value flyte_runtime::checkpoint::AsyncCheckpoint::load;
    value flyte_runtime::checkpoint::AsyncCheckpoint::save(any(), "");
    value flyte_runtime::checkpoint::AsyncCheckpoint::write(any(), "");
    value flyte_runtime::checkpoint::SyncCheckpoint::with_file_access;
    value flyte_runtime::checkpoint::Checkpoint::load(any::<&SyncCheckpoint>());
    item flyte_runtime::testing::RecordingStats;
    value flyte_runtime::Runner::deck_dir(any(), "");
    value flyte_runtime::Runner::cache;
    value flyte_runtime::Runner::cache_mode;
    value flyte_runtime::Runner::strict;
    value flyte_runtime::Runner::history;
    value flyte_runtime::Runner::resume(any(), "");
    item flyte_runtime::history::History;
    item flyte_runtime::cache::Cache;
    item flyte_runtime::graph;
    item flyte_runtime::compat;
    value flyte_runtime::context::FlyteContext::enter;
    value flyte_runtime::cache::Cache::clear;
    value flyte_runtime::cache::Cache::evict;
    value flyte_runtime::cache::Cache::explain;
    value flyte_runtime::cache::Cache::stats;
    field flyte_runtime::cache::CacheKey.flytekit;
    value flyte_runtime::cache::CacheKey::id;
    item flyte_runtime::cache::CacheMode;
    item flyte_runtime::cache::CacheMode::Off;
    item flyte_runtime::cache::CacheMode::Refresh;
    item flyte_runtime::types::Hashed;
    item flyte_runtime::compat::options::CacheOptions;
    field flyte_runtime::compat::options::TaskOptions.cache;
    item flyte_runtime::testing::Logs;
    item flyte_runtime::testing::TestContext;
    value flyte_runtime::testing::TestContext::stats;
    item flyte_runtime::testing::mock;
    item flyte_runtime::testing::mock_result;
    value flyte_runtime::context::TaskContext::async_checkpoint;
    value flyte_runtime::checkpoint::Checkpoint::prev_exists(any::<&SyncCheckpoint>());
    value flyte_runtime::checkpoint::Checkpoint::read(any::<&SyncCheckpoint>());
    value flyte_runtime::checkpoint::Checkpoint::restore(any::<&SyncCheckpoint>(), any());
    value flyte_runtime::checkpoint::Checkpoint::save_path(any::<&SyncCheckpoint>(), any());
    value flyte_runtime::checkpoint::Checkpoint::save_reader(any::<&SyncCheckpoint>(), any());
    value flyte_runtime::checkpoint::Checkpoint::write(any::<&SyncCheckpoint>(), any());
    item flyte_runtime::checkpoint::Checkpoint;
    value flyte_runtime::checkpoint::SyncCheckpoint::SRC_LOCAL_FOLDER;
    value flyte_runtime::checkpoint::SyncCheckpoint::TMP_DST_PATH;
    value flyte_runtime::checkpoint::SyncCheckpoint::new("");
    value flyte_runtime::checkpoint::SyncCheckpoint::with_source(any(), "");
    item flyte_runtime::checkpoint::SyncCheckpoint;
    field flyte_runtime::config::Config.data;
    field flyte_runtime::config::Config.local_sandbox_path;
    field flyte_runtime::config::Config.platform;
    field flyte_runtime::config::Config.secrets;
    field flyte_runtime::config::Config.stats;
    value flyte_runtime::config::Config::auto;
    value flyte_runtime::config::Config::for_endpoint("", any());
    value flyte_runtime::config::Config::for_sandbox;
    value flyte_runtime::config::Config::loader;
    value flyte_runtime::config::Config::with_endpoint(any(), "", any());
    value flyte_runtime::config::Config::with_params;
    item flyte_runtime::config::Config;
    item flyte_runtime::config::ConfigError;
    item flyte_runtime::compat::ConfigFile;
    item flyte_runtime::compat::ConfigParams;
    item flyte_runtime::compat::DataConfig;
    item flyte_runtime::compat::PlatformConfig;
    field flyte_runtime::compat::SecretsConfig.default_dir;
    field flyte_runtime::compat::SecretsConfig.env_prefix;
    field flyte_runtime::compat::SecretsConfig.file_prefix;
    item flyte_runtime::compat::SecretsConfig;
    item flyte_runtime::compat::Sourced;
    item flyte_runtime::compat::StatsConfig;
    item flyte_runtime::compat::BranchEvalMode::BranchActive;
    item flyte_runtime::compat::BranchEvalMode::BranchSkipped;
    item flyte_runtime::compat::BranchEvalMode;
    value flyte_runtime::compat::CompilationState::add_node;
    value flyte_runtime::compat::CompilationState::mode;
    value flyte_runtime::compat::CompilationState::new;
    value flyte_runtime::compat::CompilationState::nodes;
    value flyte_runtime::compat::CompilationState::prefix;
    value flyte_runtime::compat::CompilationState::task_resolver;
    value flyte_runtime::compat::CompilationState::with_mode;
    value flyte_runtime::compat::CompilationState::with_params;
    value flyte_runtime::compat::CompilationState::with_task_resolver;
    item flyte_runtime::compat::CompilationState;
    item flyte_runtime::context::ContextGuard;
    item flyte_runtime::compat::DefaultTaskResolver;
    value flyte_runtime::compat::ExecutionParameters::attempt_number;
    value flyte_runtime::compat::ExecutionParameters::builder;
    value flyte_runtime::compat::ExecutionParameters::checkpoint;
    value flyte_runtime::compat::ExecutionParameters::decks;
    value flyte_runtime::compat::ExecutionParameters::default_deck;
    value flyte_runtime::compat::ExecutionParameters::enable_deck;
    value flyte_runtime::compat::ExecutionParameters::execution_date;
    value flyte_runtime::compat::ExecutionParameters::execution_id;
    value flyte_runtime::compat::ExecutionParameters::get::<()>;
    value flyte_runtime::compat::ExecutionParameters::has_attr;
    value flyte_runtime::compat::ExecutionParameters::logging;
    value flyte_runtime::compat::ExecutionParameters::new_builder;
    value flyte_runtime::compat::ExecutionParameters::output_metadata_prefix;
    value flyte_runtime::compat::ExecutionParameters::raw_output_prefix;
    value flyte_runtime::compat::ExecutionParameters::secrets;
    value flyte_runtime::compat::ExecutionParameters::stats;
    value flyte_runtime::compat::ExecutionParameters::task_id;
    value flyte_runtime::compat::ExecutionParameters::timeline_deck;
    value flyte_runtime::compat::ExecutionParameters::with_enable_deck;
    value flyte_runtime::compat::ExecutionParameters::with_task_sandbox;
    value flyte_runtime::compat::ExecutionParameters::working_directory;
    item flyte_runtime::compat::ExecutionParameters;
    value flyte_runtime::compat::ExecutionParametersBuilder::add_attr(any(), "", ());
    value flyte_runtime::compat::ExecutionParametersBuilder::build;
    value flyte_runtime::compat::ExecutionParametersBuilder::enable_deck;
    value flyte_runtime::compat::ExecutionParametersBuilder::execution_date;
    value flyte_runtime::compat::ExecutionParametersBuilder::execution_id;
    value flyte_runtime::compat::ExecutionParametersBuilder::logging;
    value flyte_runtime::compat::ExecutionParametersBuilder::output_metadata_prefix(any(), "");
    value flyte_runtime::compat::ExecutionParametersBuilder::raw_output_prefix(any(), "");
    value flyte_runtime::compat::ExecutionParametersBuilder::stats;
    value flyte_runtime::compat::ExecutionParametersBuilder::task_id;
    value flyte_runtime::compat::ExecutionParametersBuilder::working_directory(any(), "");
    item flyte_runtime::compat::ExecutionParametersBuilder;
    value flyte_runtime::compat::ExecutionState::branch_complete;
    value flyte_runtime::compat::ExecutionState::branch_eval_mode;
    value flyte_runtime::compat::ExecutionState::engine_dir;
    value flyte_runtime::compat::ExecutionState::in_branches;
    value flyte_runtime::compat::ExecutionState::is_local_execution;
    value flyte_runtime::compat::ExecutionState::mode;
    value flyte_runtime::compat::ExecutionState::new("");
    value flyte_runtime::compat::ExecutionState::take_branch;
    value flyte_runtime::compat::ExecutionState::user_space_params;
    value flyte_runtime::compat::ExecutionState::with_engine_dir(any(), "");
    value flyte_runtime::compat::ExecutionState::with_mode;
    value flyte_runtime::compat::ExecutionState::with_user_space_params;
    value flyte_runtime::compat::ExecutionState::with_working_dir(any(), "");
    value flyte_runtime::compat::ExecutionState::working_dir;
    item flyte_runtime::compat::ExecutionState;
    item flyte_runtime::compat::ExecutionStateError;
    item flyte_runtime::compat::FlyteClient;
    value flyte_runtime::context::FlyteContext::compilation_state;
    value flyte_runtime::context::FlyteContext::current;
    value flyte_runtime::context::FlyteContext::enter_conditional_section;
    value flyte_runtime::context::FlyteContext::execution_state;
    value flyte_runtime::context::FlyteContext::file_access;
    value flyte_runtime::context::FlyteContext::flyte_client;
    value flyte_runtime::context::FlyteContext::get_deck;
    value flyte_runtime::context::FlyteContext::get_origin_stackframe_repr;
    value flyte_runtime::context::FlyteContext::in_a_condition;
    value flyte_runtime::context::FlyteContext::level;
    value flyte_runtime::context::FlyteContext::new_builder;
    value flyte_runtime::context::FlyteContext::new_compilation_state;
    value flyte_runtime::context::FlyteContext::new_execution_state;
    value flyte_runtime::context::FlyteContext::origin_stackframe;
    value flyte_runtime::context::FlyteContext::output_metadata_tracker;
    value flyte_runtime::context::FlyteContext::raw_data_path;
    value flyte_runtime::context::FlyteContext::scope(any(), any::<Ready<()>>());
    value flyte_runtime::context::FlyteContext::serialization_settings;
    value flyte_runtime::context::FlyteContext::user_space_params;
    value flyte_runtime::context::FlyteContext::with_client;
    value flyte_runtime::context::FlyteContext::with_compilation_state;
    value flyte_runtime::context::FlyteContext::with_custom_context(any(), any::<Pairs>());
    value flyte_runtime::context::FlyteContext::with_data(any(), any::<Pairs>());
    value flyte_runtime::context::FlyteContext::with_execution_state;
    value flyte_runtime::context::FlyteContext::with_file_access;
    value flyte_runtime::context::FlyteContext::with_group;
    value flyte_runtime::context::FlyteContext::with_new_compilation_state;
    value flyte_runtime::context::FlyteContext::with_output_metadata_tracker;
    value flyte_runtime::context::FlyteContext::with_raw_data_path;
    value flyte_runtime::context::FlyteContext::with_serialization_settings;
    value flyte_runtime::context::FlyteContext::with_worker_queue;
    value flyte_runtime::context::FlyteContext::worker_queue;
    item flyte_runtime::context::FlyteContext;
    value flyte_runtime::context::FlyteContextBuilder::build;
    value flyte_runtime::context::FlyteContextBuilder::new_compilation_state;
    value flyte_runtime::context::FlyteContextBuilder::new_execution_state;
    value flyte_runtime::context::FlyteContextBuilder::with_client;
    value flyte_runtime::context::FlyteContextBuilder::with_compilation_state;
    value flyte_runtime::context::FlyteContextBuilder::with_execution_state;
    value flyte_runtime::context::FlyteContextBuilder::with_file_access;
    value flyte_runtime::context::FlyteContextBuilder::with_new_compilation_state;
    value flyte_runtime::context::FlyteContextBuilder::with_output_metadata_tracker;
    value flyte_runtime::context::FlyteContextBuilder::with_serialization_settings;
    value flyte_runtime::context::FlyteContextBuilder::with_worker_queue;
    item flyte_runtime::context::FlyteContextBuilder;
    value flyte_runtime::compat::FlyteContextManager::add_signal_handler(|| ());
    value flyte_runtime::compat::FlyteContextManager::current_context;
    value flyte_runtime::compat::FlyteContextManager::enter;
    value flyte_runtime::compat::FlyteContextManager::get_origin_stackframe;
    value flyte_runtime::compat::FlyteContextManager::initialize;
    value flyte_runtime::compat::FlyteContextManager::pop_context;
    value flyte_runtime::compat::FlyteContextManager::push_context;
    value flyte_runtime::compat::FlyteContextManager::size;
    value flyte_runtime::compat::FlyteContextManager::with_context(any(), |_| ());
    item flyte_runtime::compat::FlyteContextManager;
    item flyte_runtime::compat::PopContextError;
    value flyte_runtime::TaskError::recoverable("");
    value flyte_runtime::TaskError::fatal("");
    item flyte_runtime::compat::LoadTaskError;
    item flyte_runtime::compat::Mode::DynamicTaskExecution;
    item flyte_runtime::compat::Mode::EagerExecution;
    item flyte_runtime::compat::Mode::EagerLocalExecution;
    item flyte_runtime::compat::Mode::LocalDynamicTaskExecution;
    item flyte_runtime::compat::Mode::LocalTaskExecution;
    item flyte_runtime::compat::Mode::LocalWorkflowExecution;
    item flyte_runtime::compat::Mode::TaskExecution;
    item flyte_runtime::compat::Mode;
    item flyte_runtime::compat::RawDataPathError;
    item flyte_runtime::context::RunMode;
    item flyte_runtime::compat::SignalHandlerError;
    value flyte_runtime::context::TaskContext::action;
    value flyte_runtime::context::TaskContext::attempt_number;
    value flyte_runtime::context::TaskContext::checkpoint;
    value flyte_runtime::context::TaskContext::custom_context;
    value flyte_runtime::context::TaskContext::data;
    value flyte_runtime::context::TaskContext::group;
    value flyte_runtime::context::TaskContext::mode;
    value flyte_runtime::context::TaskContext::raw_data_path;
    value flyte_runtime::context::TaskContext::replace_data(any(), any::<Pairs>());
    value flyte_runtime::context::TaskContext::run_start_time;
    value flyte_runtime::context::TaskContext::version;
    item flyte_runtime::context::TaskContext;
    value flyte_runtime::compat::TaskResolver::get_all_tasks(any::<&DefaultTaskResolver>());
    value flyte_runtime::compat::TaskResolver::load_task(any::<&DefaultTaskResolver>(), any());
    value flyte_runtime::compat::TaskResolver::loader_args(any::<&DefaultTaskResolver>(), any(), any());
    value flyte_runtime::compat::TaskResolver::location(any::<&DefaultTaskResolver>());
    value flyte_runtime::compat::TaskResolver::name(any::<&DefaultTaskResolver>());
    value flyte_runtime::compat::TaskResolver::task_name(any::<&DefaultTaskResolver>(), any());
    item flyte_runtime::compat::TaskResolver;
    item flyte_runtime::compat::UnknownAttributeError;
    item flyte_runtime::compat::WorkerQueue;
    item flyte_runtime::compat::contextual_run;
    item flyte_runtime::context::ctx;
    item flyte_runtime::compat::current_context;
    item flyte_runtime::context::custom_context;
    item flyte_runtime::context::get_custom_context;
    item flyte_runtime::context::group;
    item flyte_runtime::context::spawn;
    item flyte_runtime::context::spawn_blocking;
    item flyte_runtime::context::thread::spawn;
    item flyte_runtime::files::DataError;
    item flyte_runtime::files::Csv;
    item flyte_runtime::files::FileFormat;
    item flyte_runtime::files::FlyteDirectory;
    value flyte_runtime::files::FlyteDirectory::create("") -> Result<FlyteDirectory, DataError>;
    value flyte_runtime::files::FlyteDirectory::list(any::<&FlyteDirectory>());
    value flyte_runtime::files::FlyteDirectory::new_dir(any::<&FlyteDirectory>(), "");
    value flyte_runtime::files::FlyteDirectory::new_file(any::<&FlyteDirectory>(), "");
    value flyte_runtime::files::FlyteDirectory::new_remote(None, None) -> Result<FlyteDirectory, DataError>;
    value flyte_runtime::files::FlyteDirectory::walk(any::<&FlyteDirectory>());
    item flyte_runtime::files::FlyteFile;
    value flyte_runtime::files::FlyteFile::create("") -> Result<FlyteFile, DataError>;
    value flyte_runtime::files::FlyteFile::from_path("") -> FlyteFile;
    value flyte_runtime::files::FlyteFile::from_uri("") -> FlyteFile;
    value flyte_runtime::files::FlyteFile::async_path(any::<&FlyteFile>());
    value flyte_runtime::files::FlyteFile::metadata(any::<&FlyteFile>());
    value flyte_runtime::files::FlyteFile::new_remote(None, None) -> Result<FlyteFile, DataError>;
    value flyte_runtime::files::FlyteFile::open(any::<&FlyteFile>());
    value flyte_runtime::files::FlyteFile::path(any::<&FlyteFile>());
    value flyte_runtime::files::FlyteFile::remote_source(any::<&FlyteFile>());
    value flyte_runtime::files::FlyteFile::with_metadata(any::<FlyteFile>(), "", "");
    value flyte_runtime::files::FlyteFile::with_remote_path(any::<FlyteFile>(), "");
    value flyte_runtime::files::FlyteFile::without_upload(any::<FlyteFile>());
    value flyte_runtime::files::FlyteFile::writer(any::<&FlyteFile>());
    value flyte_runtime::compat::FileAccessProvider::async_get_data(any(), any(), "", any());
    value flyte_runtime::compat::FileAccessProvider::async_put_data(any(), "", any(), any());
    value flyte_runtime::compat::FileAccessProvider::async_put_raw_data(any(), Vec::new(), any());
    value flyte_runtime::compat::FileAccessProvider::data_config;
    value flyte_runtime::compat::FileAccessProvider::download(any(), any(), "");
    value flyte_runtime::compat::FileAccessProvider::download_directory(any(), any(), "");
    value flyte_runtime::compat::FileAccessProvider::execution_metadata;
    value flyte_runtime::compat::FileAccessProvider::exists;
    value flyte_runtime::compat::FileAccessProvider::generate_new_custom_path;
    value flyte_runtime::compat::FileAccessProvider::get_data(any(), any(), "", any());
    value flyte_runtime::compat::FileAccessProvider::get_file_tail;
    value flyte_runtime::compat::FileAccessProvider::get_random_local_directory;
    value flyte_runtime::compat::FileAccessProvider::get_random_local_path;
    value flyte_runtime::compat::FileAccessProvider::get_random_remote_directory;
    value flyte_runtime::compat::FileAccessProvider::get_random_remote_path;
    value flyte_runtime::compat::FileAccessProvider::get_random_string;
    value flyte_runtime::compat::FileAccessProvider::is_remote;
    value flyte_runtime::compat::FileAccessProvider::join;
    value flyte_runtime::compat::FileAccessProvider::local("");
    value flyte_runtime::compat::FileAccessProvider::local_sandbox_dir;
    value flyte_runtime::compat::FileAccessProvider::new("", "");
    value flyte_runtime::compat::FileAccessProvider::put_data(any(), "", any(), any());
    value flyte_runtime::compat::FileAccessProvider::put_raw_data(any(), Vec::new(), any());
    value flyte_runtime::compat::FileAccessProvider::raw_output_prefix;
    value flyte_runtime::compat::FileAccessProvider::recursive_paths;
    value flyte_runtime::compat::FileAccessProvider::sep;
    value flyte_runtime::compat::FileAccessProvider::strip_file_header;
    value flyte_runtime::compat::FileAccessProvider::temporary;
    value flyte_runtime::compat::FileAccessProvider::upload(any(), "", any());
    value flyte_runtime::compat::FileAccessProvider::upload_directory(any(), "", any());
    value flyte_runtime::compat::FileAccessProvider::with_data_config;
    value flyte_runtime::compat::FileAccessProvider::with_execution_metadata;
    value flyte_runtime::compat::FileAccessProvider::with_file_header;
    item flyte_runtime::compat::FileAccessProvider;
    value flyte_runtime::compat::PutRawData::skip_raw_data_prefix;
    item flyte_runtime::compat::PutRawData;
    item flyte_runtime::compat::RawData;
    value flyte_runtime::deck::Deck::append(any(), "");
    value flyte_runtime::deck::Deck::html;
    value flyte_runtime::deck::Deck::name;
    value flyte_runtime::deck::Deck::new("");
    value flyte_runtime::deck::Deck::publish;
    item flyte_runtime::compat::options::DeckField;
    value flyte_runtime::deck::Decks::deck;
    item flyte_runtime::deck::Decks;
    value flyte_runtime::deck::Html::raw("");
    item flyte_runtime::deck::Markdown;
    item flyte_runtime::deck::Plot;
    item flyte_runtime::deck::Table;
    value flyte_runtime::deck::TimelineDeck::measure(any(), "", || ());
    value flyte_runtime::deck::TimelineDeck::measure_async(any(), "", async {});
    item flyte_runtime::deck::TimelineDeck;
    item flyte_runtime::deck::render;
    value flyte_runtime::compat::FlyteEntities::entities;
    value flyte_runtime::compat::FlyteEntities::registry;
    item flyte_runtime::compat::FlyteEntities;
    item flyte_runtime::compat::options::Accelerator;
    item flyte_runtime::compat::options::MountRequirement;
    item flyte_runtime::compat::options::SecretRequest;
    item flyte_runtime::compat::options::SharedMemory::Default;
    field flyte_runtime::compat::options::TaskOptions.deck_fields;
    field flyte_runtime::compat::options::TaskOptions.enable_deck;
    field flyte_runtime::compat::options::TaskOptions.pod_template_name;
    field flyte_runtime::compat::options::TaskOptions.retries;
    field flyte_runtime::compat::options::TaskOptions.secret_requests;
    field flyte_runtime::compat::options::TaskOptions.timeout;
    item flyte_runtime::compat::options::Backoff;
    item flyte_runtime::compat::options::Resources;
    item flyte_runtime::graph::Binding;
    value flyte_runtime::graph::Graph::upstream_ids;
    value flyte_runtime::graph::Node::bindings;
    value flyte_runtime::graph::Node::id;
    value flyte_runtime::graph::Node::metadata;
    value flyte_runtime::graph::Node::target;
    value flyte_runtime::graph::Node::upstream;
    item flyte_runtime::graph::Node;
    field flyte_runtime::compat::NodeMetadata.name;
    item flyte_runtime::compat::NodeMetadata;
    value flyte_runtime::graph::NodeOutputs::runs_before(any::<&VoidPromise>(), any::<&VoidPromise>());
    value flyte_runtime::graph::NodeOutputs::with_overrides(any::<VoidPromise>(), |it| it);
    value flyte_runtime::graph::NodeOverrides::accelerator(any(), "");
    value flyte_runtime::graph::NodeOverrides::alias(any(), "", "");
    value flyte_runtime::graph::NodeOverrides::aliases(any(), any::<Pairs>());
    value flyte_runtime::graph::NodeOverrides::cache(any(), "");
    value flyte_runtime::graph::NodeOverrides::container_image(any(), "");
    value flyte_runtime::graph::NodeOverrides::interruptible;
    value flyte_runtime::graph::NodeOverrides::limits(any(), |it| it);
    value flyte_runtime::graph::NodeOverrides::name(any(), "");
    value flyte_runtime::graph::NodeOverrides::node_name(any(), "");
    value flyte_runtime::graph::NodeOverrides::pod_template_name(any(), "");
    value flyte_runtime::graph::NodeOverrides::requests(any(), |it| it);
    value flyte_runtime::graph::NodeOverrides::resources(any(), |it| it);
    value flyte_runtime::graph::NodeOverrides::retries;
    value flyte_runtime::graph::NodeOverrides::shared_memory(any(), "");
    value flyte_runtime::graph::NodeOverrides::timeout(any(), "");
    value flyte_runtime::compat::Case::fail(any::<Case<Promise<i64>>>(), "");
    value flyte_runtime::compat::Case::then(any::<Case<Promise<i64>>>(), || 1_i64);
    value flyte_runtime::compat::Cases::elif_(any::<Cases<Promise<i64>>>(), true);
    value flyte_runtime::compat::Cases::else_(any::<Cases<Promise<i64>>>());
    item flyte_runtime::graph::Condition;
    value flyte_runtime::compat::Conditional::if_::<Promise<i64>>(any(), true);
    value flyte_runtime::compat::Else::fail(any::<Else<Promise<i64>>>(), "");
    value flyte_runtime::compat::Else::then(any::<Else<Promise<i64>>>(), || 1_i64);
    value flyte_runtime::graph::conditional("");
    item flyte_runtime::compat::BooleanExpression;
    item flyte_runtime::graph::BranchNode;
    value flyte_runtime::graph::MapNode::entity;
    value flyte_runtime::graph::NodeTarget::Map;
    value flyte_runtime::graph::NodeTarget::entity;
    value flyte_runtime::graph::Promise::concurrency(any::<Promise<Vec<i64>>>(), 1);
    value flyte_runtime::graph::Promise::eq(any::<Promise<i64>>(), 1);
    value flyte_runtime::graph::Promise::gt(any::<Promise<i64>>(), 1);
    value flyte_runtime::graph::Promise::is_false(any());
    value flyte_runtime::graph::Promise::is_none(any::<Promise<Option<i64>>>());
    value flyte_runtime::graph::Promise::is_true(any());
    value flyte_runtime::graph::Promise::map(any::<Promise<Vec<i64>>>(), |_| any::<Promise<i64>>());
    value flyte_runtime::graph::Promise::min_success_ratio(any::<Promise<Vec<i64>>>(), 0.5);
    value flyte_runtime::graph::Promise::min_successes(any::<Promise<Vec<i64>>>(), 1);
    value flyte_runtime::graph::Promise::zip(any::<Promise<Vec<i64>>>(), any::<Promise<Vec<i64>>>());
    item flyte_runtime::graph::NodeTarget;
    item flyte_runtime::reference_launch_plan;
    item flyte_runtime::reference_task;
    item flyte_runtime::reference_workflow;
    value flyte_runtime::graph::EntityDescriptor::reference;
    item flyte_runtime::error::NotHereError;
    item flyte_runtime::compat::Reference;
    value flyte_runtime::Registry::references(any());
    value flyte_runtime::Runner::answers(any(), any::<flyte_runtime::gate::Answers>());
    item flyte_runtime::gate::AnswerSource;
    item flyte_runtime::gate::Answers;
    item flyte_runtime::compat::Gate;
    item flyte_runtime::gate::GateError::Disapproved;
    item flyte_runtime::gate::Terminal;
    item flyte_runtime::gate::approve;
    item flyte_runtime::gate::sleep;
    item flyte_runtime::gate::wait_for_input;
    value flyte_runtime::graph::Node::gate;
    item flyte_runtime::container_task;
    item flyte_runtime::echo_task;
    item flyte_runtime::shell_task;
    item flyte_runtime::compat::options::ContainerProcess;
    field flyte_runtime::compat::options::ContainerProcess.input_data_dir;
    field flyte_runtime::compat::options::ContainerProcess.output_data_dir;
    item flyte_runtime::error::NoPluginError;
    item flyte_runtime::compat::options::Custom;
    item flyte_runtime::compat::options::MetadataFormat;
    item flyte_runtime::compat::options::Plugin;
    value flyte_runtime::compat::options::Process::task_type;
    field flyte_runtime::compat::options::ShellProcess.output_locations;
    field flyte_runtime::compat::options::ShellProcess.script;
    field flyte_runtime::compat::options::ShellProcess.shell;
    item flyte_runtime::error::ProcessError;
    item flyte_runtime::launch_plan;
    item flyte_runtime::graph::LaunchPlan;
    value flyte_runtime::graph::LaunchPlan::of;
    value flyte_runtime::graph::LaunchPlan::parameters;
    value flyte_runtime::graph::LaunchPlan::fixed_inputs;
    value flyte_runtime::Registry::launch_plans(any());
    field flyte_runtime::compat::options::LaunchPlanOptions.annotations;
    field flyte_runtime::compat::options::LaunchPlanOptions.auto_activate;
    field flyte_runtime::compat::options::LaunchPlanOptions.labels;
    field flyte_runtime::compat::options::LaunchPlanOptions.max_parallelism;
    field flyte_runtime::compat::options::LaunchPlanOptions.notifications;
    field flyte_runtime::compat::options::LaunchPlanOptions.overwrite_cache;
    field flyte_runtime::compat::options::LaunchPlanOptions.raw_output_prefix;
    field flyte_runtime::compat::options::LaunchPlanOptions.schedule;
    field flyte_runtime::compat::options::LaunchPlanOptions.trigger;
    item flyte_runtime::compat::options::Channel;
    item flyte_runtime::compat::options::Concurrency;
    item flyte_runtime::compat::options::Phase;
    field flyte_runtime::compat::options::Schedule.kickoff_time_input;
    item flyte_runtime::compat::options::SecurityContext;
    item flyte_runtime::compat::options::When::Cron;
    item flyte_runtime::compat::options::When::Rate;
    item flyte_runtime::graph::Promise;
    value flyte_runtime::graph::CacheOverride::serialize;
    value flyte_runtime::graph::CacheOverride::version("");
    item flyte_runtime::graph::CacheOverride;
    item flyte_runtime::compat::ResourceAmounts;
    item flyte_runtime::compat::ResourceRanges;
    item flyte_runtime::context::ActionId;
    item flyte_runtime::compat::identifier::Identifier;
    item flyte_runtime::compat::identifier::IdentifierError;
    item flyte_runtime::compat::identifier::ResourceType;
    value flyte_runtime::compat::identifier::WorkflowExecutionIdentifier::domain;
    value flyte_runtime::compat::identifier::WorkflowExecutionIdentifier::name;
    value flyte_runtime::compat::identifier::WorkflowExecutionIdentifier::new("", "", "");
    value flyte_runtime::compat::identifier::WorkflowExecutionIdentifier::project;
    item flyte_runtime::compat::identifier::WorkflowExecutionIdentifier;
    item flyte_runtime::compat::output_metadata::ArtifactReference;
    item flyte_runtime::compat::output_metadata::MetadataHandle;
    value flyte_runtime::compat::output_metadata::OutputMetadata::additional_items;
    value flyte_runtime::compat::output_metadata::OutputMetadata::artifact;
    value flyte_runtime::compat::output_metadata::OutputMetadata::dynamic_partitions;
    value flyte_runtime::compat::output_metadata::OutputMetadata::new;
    value flyte_runtime::compat::output_metadata::OutputMetadata::time_partition;
    value flyte_runtime::compat::output_metadata::OutputMetadata::with_artifact;
    value flyte_runtime::compat::output_metadata::OutputMetadata::with_dynamic_partition(any(), "", "");
    value flyte_runtime::compat::output_metadata::OutputMetadata::with_item(any(), any::<(String, String)>());
    value flyte_runtime::compat::output_metadata::OutputMetadata::with_time_partition;
    item flyte_runtime::compat::output_metadata::OutputMetadata;
    value flyte_runtime::compat::output_metadata::OutputMetadataTracker::add(any(), 0, any());
    value flyte_runtime::compat::output_metadata::OutputMetadataTracker::for_outputs;
    value flyte_runtime::compat::output_metadata::OutputMetadataTracker::get(any(), 0);
    value flyte_runtime::compat::output_metadata::OutputMetadataTracker::new;
    value flyte_runtime::compat::output_metadata::OutputMetadataTracker::with_params;
    value flyte_runtime::compat::output_metadata::SerializableToString::serialize_to_string(any::<&(String, String)>(), "");
    item flyte_runtime::compat::output_metadata::SerializableToString;
    value flyte_runtime::secrets::Secret::expose;
    item flyte_runtime::secrets::Secret;
    item flyte_runtime::secrets::SecretError;
    value flyte_runtime::secrets::SecretGroup::get;
    value flyte_runtime::secrets::SecretName::group;
    value flyte_runtime::secrets::SecretName::version;
    value flyte_runtime::secrets::SecretsManager::allow_unprefixed;
    value flyte_runtime::secrets::SecretsManager::get;
    value flyte_runtime::secrets::SecretsManager::get_bytes;
    value flyte_runtime::secrets::SecretsManager::get_named(any(), ("", ""));
    value flyte_runtime::secrets::SecretsManager::get_named_bytes(any(), ("", ""));
    value flyte_runtime::secrets::SecretsManager::get_secrets_env_var(any(), ("", ""));
    value flyte_runtime::secrets::SecretsManager::get_secrets_file(any(), ("", ""));
    value flyte_runtime::secrets::SecretsManager::group;
    value flyte_runtime::secrets::SecretsManager::new;
    item flyte_runtime::secrets::SecretsManager;
    value flyte_runtime::compat::settings::DEFAULT_PYTHON_INTERPRETER;
    item flyte_runtime::compat::settings::EntrypointSettings;
    item flyte_runtime::compat::settings::FastSerializationSettings;
    item flyte_runtime::compat::settings::ImageConfig;
    value flyte_runtime::compat::settings::SERIALIZED_CONTEXT_ENV_VAR;
    field flyte_runtime::compat::settings::SerializationSettings.default_resources;
    field flyte_runtime::compat::settings::SerializationSettings.domain;
    field flyte_runtime::compat::settings::SerializationSettings.env;
    field flyte_runtime::compat::settings::SerializationSettings.fast_serialization_settings;
    field flyte_runtime::compat::settings::SerializationSettings.flytekit_virtualenv_root;
    field flyte_runtime::compat::settings::SerializationSettings.git_repo;
    field flyte_runtime::compat::settings::SerializationSettings.image_config;
    field flyte_runtime::compat::settings::SerializationSettings.project;
    field flyte_runtime::compat::settings::SerializationSettings.python_interpreter;
    field flyte_runtime::compat::settings::SerializationSettings.source_root;
    field flyte_runtime::compat::settings::SerializationSettings.version;
    value flyte_runtime::compat::settings::SerializationSettings::builder;
    value flyte_runtime::compat::settings::SerializationSettings::default_entrypoint_settings;
    value flyte_runtime::compat::settings::SerializationSettings::entrypoint_settings;
    value flyte_runtime::compat::settings::SerializationSettings::for_image("", "");
    value flyte_runtime::compat::settings::SerializationSettings::from_json;
    value flyte_runtime::compat::settings::SerializationSettings::from_transport;
    value flyte_runtime::compat::settings::SerializationSettings::new;
    value flyte_runtime::compat::settings::SerializationSettings::new_builder;
    value flyte_runtime::compat::settings::SerializationSettings::serialized_context;
    value flyte_runtime::compat::settings::SerializationSettings::should_fast_serialize;
    value flyte_runtime::compat::settings::SerializationSettings::to_json;
    value flyte_runtime::compat::settings::SerializationSettings::venv_root_from_interpreter;
    value flyte_runtime::compat::settings::SerializationSettings::with_serialized_context;
    item flyte_runtime::compat::settings::SerializationSettings;
    value flyte_runtime::compat::settings::SerializationSettingsBuilder::build;
    value flyte_runtime::compat::settings::SerializationSettingsBuilder::with_fast_serialization_settings;
    item flyte_runtime::compat::settings::SerializationSettingsBuilder;
    item flyte_runtime::compat::settings::TransportError;
    value flyte_runtime::context::Stats::incr;
    value flyte_runtime::context::Stats::incr_by;
    item flyte_runtime::context::Stats;
    item flyte_runtime::task;
    item flyte_runtime::dynamic;
    item flyte_runtime::CallByName;
    value flyte_runtime::compat::AddedNode::output::<i64>;
    value flyte_runtime::graph::WorkflowBuilder::new("");
    value flyte_runtime::graph::WorkflowBuilder::add(any(), || ());
    value flyte_runtime::graph::WorkflowBuilder::add_entity;
    value flyte_runtime::graph::WorkflowBuilder::add_workflow_input::<i64>(any(), "");
    value flyte_runtime::graph::WorkflowBuilder::add_workflow_output::<i64>(any(), "", 1_i64);
    value flyte_runtime::graph::WorkflowBuilder::add_on_failure_handler::<nothing>(any());
    value flyte_runtime::graph::WorkflowBuilder::build;
    value flyte_runtime::graph::WorkflowBuilder::inputs;
    value flyte_runtime::graph::WorkflowBuilder::ready;
    item flyte_runtime::eager;
    item flyte_runtime::compat::ExecutionBehavior;
    value flyte_runtime::graph::EntityDescriptor::execution_behavior;
}

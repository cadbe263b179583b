//! What has the names of flytekit's classes, for programs that come from there and for tools.
//!
//! A program that is written in Rust from the start needs none of this: what a task is told it asks of
//! [`ctx`](crate::context::ctx), and what surrounds code is [`FlyteContext`](crate::context::FlyteContext). The page
//! `docs/from-flytekit.md` of the repository has a row for each name of flytekit's context and of what its module
//! re-exports.
//!
//! | Here | What it is | Instead |
//! |---|---|---|
//! | [`FlyteContextManager`] | the stack of contexts of a thread or async task | [`FlyteContext::enter`](crate::context::FlyteContext::enter), [`scope`](crate::context::FlyteContext::scope) |
//! | [`current_context`], [`ExecutionParameters`] | what a task is told about itself | [`ctx`](crate::context::ctx) |
//! | [`CompilationState`], [`ExecutionState`], [`Mode`], [`BranchEvalMode`] | what is going on: a workflow being compiled, a task or a branch being run | - |
//! | [`FlyteEntities`] | the entities of the program | [`Registry`](crate::Registry) |
//! | [`TaskResolver`], [`DefaultTaskResolver`] | how a task is found by its name | [`Registry`](crate::Registry) |
//! | [`FlyteClient`], [`WorkerQueue`] | what a context may carry for others | - |
//! | [`contextual_run`] | Flyte 2's way to enter a context | [`FlyteContext::enter`](crate::context::FlyteContext::enter) |
//! | [`FileAccessProvider`] | names paths and copies files to and from where data is stored | [`FlyteFile`](crate::files::FlyteFile), [`FlyteDirectory`](crate::files::FlyteDirectory) |
//! | [`options`] | what attributes declare | the attributes |
//! | [`settings`], [`identifier`], [`output_metadata`] | flytekit's settings for serialization, identifiers, metadata of outputs | - |
//! | [`PlatformConfig`], [`SecretsConfig`] and others | the parts of a [`Config`](crate::config::Config) | - |
//! | [`Conditional`], [`Case`], [`Cases`], [`Else`] | what [`conditional`](crate::graph::conditional) gives, step by step | `if` in a workflow's body |
//! | [`wire`] | literals as the bytes that Flyte knows | - |
//!
//! # Files
//!
//! [`FileAccessProvider`] is flytekit's class of this name; addresses and stores are those of [`files`](crate::files).
//!
//! ```
//! use flyte_runtime::compat::{FileAccessProvider, PutRawData};
//!
//! let files = FileAccessProvider::temporary()?; // gone with the last clone
//! let stored = files.put_raw_data(b"1,2,3", PutRawData::new().file_name("rows.csv"))?;
//!
//! let local = files.get_random_local_path(Some(&stored));
//! files.download(&stored, &local)?;
//! assert_eq!(std::fs::read(&local)?, b"1,2,3");
//! assert!(local.ends_with("rows.csv"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod identifier;
pub mod options;
pub mod output_metadata;
pub mod settings;
pub mod wire;

pub use flyte_config::config::{
    AddressingStyle, AuthType, AzureConfig, ConfigEntry, ConfigFile, ConfigLoader, ConfigParams,
    DataConfig, GcsConfig, GenericConfig, LocalConfig, Origin, PlatformConfig, S3Config,
    SecretText, SecretsConfig, Sourced, StatsConfig, TaskConfig, UnknownAuthType,
};
pub use flyte_context::{
    context::{
        BranchEvalMode, ExecutionParameters, ExecutionParametersBuilder, ExecutionState,
        ExecutionStateError, FlyteClient, FlyteContextManager, Mode, NoCheckpointError,
        PopContextError, RawDataPathError, SignalHandlerError, UnknownAttributeError, WorkerQueue,
        contextual_run, current_context,
    },
    stats::{NoStats, StatsdSink, Timer},
    storage::{FileAccessProvider, PutRawData, RawData},
};
pub use flyte_core::{
    graph::{
        AddedNode, BooleanExpression, ImperativeWorkflow, NodeMetadata,
        compilation::CompilationState,
        condition::{Case, Cases, Conditional, Else},
        dnsify::dnsify,
        entity::{ExecutionBehavior, LoadTaskError, Reference, TaskResolver},
        gate::Gate,
        overrides::{ResourceAmounts, ResourceRanges},
    },
    registry::{FlyteEntities, resolver::DefaultTaskResolver},
};

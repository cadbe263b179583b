//! The names of flytekit's classes, for programs that are ported from flytekit, and for tools.
//!
//! A program that is written in Rust from the start does not need them: [`ctx`](crate::context::ctx) returns the
//! parameters of a task, and [`FlyteContext`](crate::context::FlyteContext) is the context of code. The page
//! `docs/from-flytekit.md` of the repository has a row for each name of flytekit's context and of its module's
//! re-exports.
//!
//! | Here | What it is | Instead |
//! |---|---|---|
//! | [`FlyteContextManager`] | the stack of contexts of a thread or async task | [`FlyteContext::enter`](crate::context::FlyteContext::enter), [`scope`](crate::context::FlyteContext::scope) |
//! | [`current_context`], [`ExecutionParameters`] | the parameters of a running task | [`ctx`](crate::context::ctx) |
//! | [`CompilationState`], [`ExecutionState`], [`Mode`], [`BranchEvalMode`] | the current activity: compiling a workflow, running a task or a branch | - |
//! | [`FlyteEntities`] | the entities of the program | [`Registry`](crate::Registry) |
//! | [`TaskResolver`], [`DefaultTaskResolver`] | how a task is found by its name | [`Registry`](crate::Registry) |
//! | [`FlyteClient`], [`WorkerQueue`] | optional parts of a context | - |
//! | [`contextual_run`] | Flyte 2's way to enter a context | [`FlyteContext::enter`](crate::context::FlyteContext::enter) |
//! | [`FileAccessProvider`] | names paths and copies files to and from stores | [`FlyteFile`](crate::files::FlyteFile), [`FlyteDirectory`](crate::files::FlyteDirectory) |
//! | [`options`] | the values of attributes | the attributes |
//! | [`settings`], [`identifier`], [`output_metadata`] | flytekit's settings for serialization, identifiers, metadata of outputs | - |
//! | [`PlatformConfig`], [`SecretsConfig`] and others | the parts of a [`Config`](crate::config::Config) | - |
//! | [`Conditional`], [`Case`], [`Cases`], [`Else`] | the steps of [`conditional`](crate::graph::conditional) | `if` in a workflow's body |
//! | [`wire`] | literals as Flyte's bytes | - |
//!
//! # Files
//!
//! [`FileAccessProvider`] is flytekit's class with this name; addresses and stores are those of
//! [`files`](crate::files).
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

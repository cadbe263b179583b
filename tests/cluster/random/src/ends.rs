//! How runs end, here and on the cluster, in words that can be compared.

use std::{collections::BTreeMap, fmt};

use flyte_idl::flyteidl::{
    admin::{self, execution_closure::OutputResult},
    core,
};
use flyte_runtime::{RunError, error::FailureCause, gate::GateError, types::TypeError};

/// How a run has ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ended {
    Succeeded(BTreeMap<String, core::Literal>),
    Failed(Kind, String),
    /// It did not start, or has no end.
    Unknown(String),
}

/// Why a run has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A task gave an error.
    Task,
    /// A value is not of the type of the task, or a part of one is not there.
    Value,
    /// `fail("..")` in a branch.
    Branch,
    /// A gate was refused.
    Gate,
    Other(String),
}

impl Ended {
    /// The end of a run on this machine that has failed.
    pub(crate) fn here(error: &RunError) -> Self {
        let RunError::Failed(failure) = error else {
            return Self::Unknown(error.to_string());
        };
        let kind = match &failure.first.cause {
            FailureCause::Panic { .. } => Kind::Task,
            FailureCause::Input { .. }
            | FailureCause::Output { .. }
            | FailureCause::Condition { .. } => Kind::Value,
            FailureCause::Branch { .. } => Kind::Branch,
            FailureCause::Error(error) if error.is::<GateError>() => Kind::Gate,
            FailureCause::Error(error) if error.is::<TypeError>() => Kind::Value,
            FailureCause::Error(_) => Kind::Task,
            cause => Kind::Other(cause.to_string()),
        };
        Self::Failed(kind, failure.to_string())
    }

    /// The end of an execution that has failed.
    pub(crate) fn there(closure: &admin::ExecutionClosure) -> Self {
        let Some(OutputResult::Error(error)) = &closure.output_result else {
            return Self::Unknown("it failed without an error".to_owned());
        };
        let code = error
            .code
            .strip_prefix("RetriesExhausted|")
            .unwrap_or(&error.code);
        let kind = match code {
            // Of the elements of a map no code is told.
            "USER:RuntimeError" | "USER:Recoverable" | "" => Kind::Task,
            "USER:TypeError" | "USER:ValueError" => Kind::Value,
            "BindingResolutionFailure" | "InvalidArrayLength" => Kind::Value,
            "UserProvidedError" => Kind::Branch,
            "ReceivedRejectSignal" => Kind::Gate,
            code => Kind::Other(code.to_owned()),
        };
        Self::Failed(kind, format!("[{}] {}", error.code, error.message))
    }

    /// Whether both are the same; texts of failures may differ.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Succeeded(one), Self::Succeeded(other)) => one == other,
            // Where nodes were left that did not run, another of them may have failed first.
            (Self::Failed(one, text), Self::Failed(other, _)) => {
                one == other || text.contains("did not run")
            }
            _ => false,
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded(outputs) => write!(f, "succeeded with {outputs:?}"),
            Self::Failed(kind, text) => write!(f, "failed ({kind:?}): {text}"),
            Self::Unknown(text) => write!(f, "unknown: {text}"),
        }
    }
}

//! Why an identifier cannot be made or parsed.

use std::fmt;

/// The kind of identifier of an [`IdentifierError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentifierKind {
    /// [`Identifier`](super::Identifier): a task, workflow or launch plan.
    Entity,
    /// [`WorkflowExecutionIdentifier`](super::WorkflowExecutionIdentifier).
    WorkflowExecution,
    /// [`NodeExecutionIdentifier`](super::NodeExecutionIdentifier).
    NodeExecution,
    /// [`TaskExecutionIdentifier`](super::TaskExecutionIdentifier).
    TaskExecution,
    /// [`ActionId`](super::ActionId).
    Action,
}

impl IdentifierKind {
    /// The text form, with the names of the parts.
    pub fn form(self) -> &'static str {
        match self {
            Self::Entity => "(tsk|wf|lp):project:domain:name:version",
            Self::WorkflowExecution => "ex:project:domain:name",
            Self::NodeExecution => "ne:project:domain:name:node_id",
            Self::TaskExecution => {
                "te:exec_project:exec_domain:exec_name:node_id:task_project:task_domain:task_name:task_version:retry"
            }
            Self::Action => "ac:org:project:domain:run_name:name",
        }
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entity => "an entity identifier",
            Self::WorkflowExecution => "a workflow execution identifier",
            Self::NodeExecution => "a node execution identifier",
            Self::TaskExecution => "a task execution identifier",
            Self::Action => "an action id",
        })
    }
}

/// An identifier that cannot be made from these parts, or parsed from this text.
///
/// flytekit raises `FlyteValueException` for the same texts; it does not check the parts it is constructed from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// A part contains the separator, so the text form could not be parsed.
    #[error(
        "the {part} of {kind} cannot contain `:`, found {value:?}; write it without the colon, which separates the \
         parts of `{}`", kind.form()
    )]
    Colon {
        /// The kind of identifier.
        kind: IdentifierKind,
        /// The name of the part.
        part: &'static str,
        /// The given value.
        value: String,
    },
    /// A part is empty.
    #[error("the {part} of {kind} is empty; `{}` needs every part", kind.form())]
    Empty {
        /// The kind of identifier.
        kind: IdentifierKind,
        /// The name of the part.
        part: &'static str,
    },
    /// A part contains a control character, such as a line break.
    #[error("the {part} of {kind} cannot contain {found:?}, found {value:?}; write it without")]
    Control {
        /// The kind of identifier.
        kind: IdentifierKind,
        /// The name of the part.
        part: &'static str,
        /// The given value.
        value: String,
        /// The character.
        found: char,
    },
    /// A text has too many or too few parts.
    #[error("{text:?} has {found} part(s) and {kind} has {expected}; write it as `{}`", kind.form())]
    PartCount {
        /// The kind of identifier.
        kind: IdentifierKind,
        /// The whole text.
        text: String,
        /// The number of its parts.
        found: usize,
        /// The required number of parts.
        expected: usize,
    },
    /// The first part of a text does not identify this kind.
    #[error("{text:?} begins with {found:?}, which is not {kind}; write it as `{}`", kind.form())]
    Prefix {
        /// The kind of identifier.
        kind: IdentifierKind,
        /// The whole text.
        text: String,
        /// Its first part.
        found: String,
    },
    /// The last part of a task execution identifier is not a number of retries.
    #[error(
        "the retry in {text:?} is {found:?}; write a whole number from 0 to {}, as the last part of `{}`",
        u32::MAX, IdentifierKind::TaskExecution.form()
    )]
    Retry {
        /// The whole text.
        text: String,
        /// Its last part.
        found: String,
    },
}

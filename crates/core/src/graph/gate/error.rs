//! Why a gate does not open.

use std::time::Duration;

use crate::{error::BoxError, types::TypeError};
use flyte_grammar::duration;

/// Why a gate did not open. It fails the gate's node, as an error of a task fails the task's node.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// A person said no; flytekit's `FlyteDisapprovalException`, in its words.
    #[error("User did not approve the transaction for gate node {gate}")]
    Disapproved {
        /// The gate's name.
        gate: String,
    },
    /// No answer arrived in time.
    #[error("nobody answered the gate `{gate}` within {}", duration::format(*.timeout))]
    TimedOut {
        /// The gate's name.
        gate: String,
        /// How long it waited.
        timeout: Duration,
    },
    /// There is no terminal to ask on.
    #[error(
        "the gate `{gate}` asks on the terminal, and standard input is not one; give the answer beforehand with \
         `Runner::answers`, or on \
         the command line with `--answer {gate}=..`"
    )]
    NoTerminal {
        /// The gate's name.
        gate: String,
    },
    /// The prepared answers do not include this gate.
    #[error("there is no answer for the gate `{gate}`; {}", told(.known))]
    NoAnswer {
        /// The gate's name.
        gate: String,
        /// The names of the gates that have answers.
        known: Vec<String>,
    },
    /// An approval for a gate that waits for a value, or a value for one that waits for an approval.
    #[error("the gate `{gate}` waits for {expected}, and was answered with {found}")]
    WrongAnswer {
        /// The gate's name.
        gate: String,
        /// The expected kind of answer.
        expected: String,
        /// The kind of answer that was given.
        found: &'static str,
    },
    /// The answer is not a value of the gate's type.
    #[error("the answer to the gate `{gate}`: {error}")]
    Type {
        /// The gate's name.
        gate: String,
        /// What is wrong with it.
        error: TypeError,
    },
    /// The source of answers failed.
    #[error("the gate `{gate}` could not be answered: {source}")]
    Source {
        /// The gate's name.
        gate: String,
        /// Its error.
        source: BoxError,
    },
    /// A gate ran outside of a workflow.
    #[error("a gate is a node of a workflow, and cannot run alone")]
    Alone,
}

fn told(names: &[String]) -> String {
    if names.is_empty() {
        return "none were given".to_owned();
    }
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("there are some for {}", names.join(", "))
}

//! What gates ask, and who is asked: what a context carries for the runs below.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use flyte_core::{
    error::BoxError,
    types::{FlyteType, TypeInfo, Value},
};

/// What a gate asks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Question {
    /// The gate's name.
    pub gate: String,
    /// The ids of the nodes from the outermost workflow down to the gate, joined by `/`.
    pub node: String,
    /// What it wants to know.
    pub asked: Asked,
    /// How long it waits for the answer.
    pub timeout: Duration,
    /// Set once nobody waits any more; what [`is_over`](Self::is_over) reads.
    pub over: Arc<AtomicBool>,
}

impl Question {
    /// A question of the gate at `node` that is waited for; tests of sources of answers make one.
    pub fn new(
        gate: impl Into<String>,
        node: impl Into<String>,
        asked: Asked,
        timeout: Duration,
    ) -> Self {
        Self {
            gate: gate.into(),
            node: node.into(),
            asked,
            timeout,
            over: Arc::default(),
        }
    }

    /// Whether nobody waits for the answer any more, since the gate has timed out or its run has ended. A source that
    /// waits for long asks this from time to time, and gives up.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }
}

/// What a gate wants to know.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Asked {
    /// Whether a value may go on.
    Approval {
        /// The value, cut to 80 characters.
        value: String,
    },
    /// A value of this type.
    Input(TypeInfo),
}

/// What a gate is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// Yes: the value may go on.
    Approve,
    /// No: the gate fails.
    Disapprove,
    /// The value that was asked for.
    Value(Value),
    /// The same as a person writes it: see [`literal_from_text`](flyte_core::types::literal_from_text); `yes` or `no`
    /// for an approval.
    Text(String),
}

impl Answer {
    /// The value that was asked for.
    pub fn value<T: FlyteType>(value: T) -> Self {
        Self::Value(Value::new(value))
    }

    /// What kind of answer it is, in words for an error.
    pub fn found(&self) -> &'static str {
        match self {
            Self::Approve => "an approval",
            Self::Disapprove => "a disapproval",
            Self::Value(_) => "a value",
            Self::Text(_) => "a text that is neither `yes` nor `no`",
        }
    }
}

/// Answers gates. Implemented by `gate::Answers`, `gate::Terminal`, and closures that take a [`Question`].
///
/// It is called on a thread of its own, and may block; what it says after the gate's timeout is not heard, see
/// [`Question::is_over`].
pub trait AnswerSource: Send + Sync + 'static {
    /// The answer to a question.
    ///
    /// # Errors
    ///
    /// When there is none; the gate fails with the error.
    fn answer(&self, question: &Question) -> Result<Answer, BoxError>;
}

impl<F> AnswerSource for F
where
    F: Fn(&Question) -> Result<Answer, BoxError> + Send + Sync + 'static,
{
    fn answer(&self, question: &Question) -> Result<Answer, BoxError> {
        self(question)
    }
}

/// The source of a run, as its context carries it.
#[derive(Clone)]
#[doc(hidden)]
pub struct SharedAnswers(pub Arc<dyn AnswerSource>);

impl SharedAnswers {
    /// Makes a source one that contexts can share.
    pub fn new(source: impl AnswerSource) -> Self {
        Self(Arc::new(source))
    }
}

impl fmt::Debug for SharedAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedAnswers")
    }
}

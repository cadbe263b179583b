//! Questions of gates and sources of answers, which a context carries for the runs below it.

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

/// A gate's question.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Question {
    /// The gate's name.
    pub gate: String,
    /// The ids of the nodes from the outermost workflow down to the gate, joined by `/`.
    pub node: String,
    /// The expected kind of answer.
    pub asked: Asked,
    /// How long it waits for the answer.
    pub timeout: Duration,
    /// Set when the gate no longer waits; [`is_over`](Self::is_over) reads it.
    pub over: Arc<AtomicBool>,
}

impl Question {
    /// A question of the gate at `node` that waits for an answer; used to test sources of answers.
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

    /// Whether the gate no longer waits, because it has timed out or its run has ended. A source that waits for a long
    /// time should check this regularly and give up.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }
}

/// The kind of answer that a gate expects.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Asked {
    /// Whether a value may be passed on.
    Approval {
        /// The value, cut to 80 characters.
        value: String,
    },
    /// A value of this type.
    Input(TypeInfo),
}

/// An answer to a gate.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// Yes: the value is passed on.
    Approve,
    /// No: the gate fails.
    Disapprove,
    /// The requested value.
    Value(Value),
    /// The answer as a user writes it: see [`literal_from_text`](flyte_core::types::literal_from_text); `yes` or `no`
    /// for an approval.
    Text(String),
}

impl Answer {
    /// The requested value.
    pub fn value<T: FlyteType>(value: T) -> Self {
        Self::Value(Value::new(value))
    }

    /// The kind of answer, in words for an error.
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
/// Called on a separate thread, so it may block. An answer after the gate's timeout is ignored, see
/// [`Question::is_over`].
pub trait AnswerSource: Send + Sync + 'static {
    /// Answers a question.
    ///
    /// # Errors
    ///
    /// When there is no answer; the gate fails with the error.
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

/// The source of a run, in the form that its context carries.
#[derive(Clone)]
#[doc(hidden)]
pub struct SharedAnswers(pub Arc<dyn AnswerSource>);

impl SharedAnswers {
    /// Wraps a source so that contexts can share it.
    pub fn new(source: impl AnswerSource) -> Self {
        Self(Arc::new(source))
    }
}

impl fmt::Debug for SharedAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedAnswers")
    }
}

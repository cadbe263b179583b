//! Sources of answers for gates in runs on this machine.

use std::{collections::BTreeMap, fmt, sync::Arc};

use flyte_context::question::{Answer, AnswerSource, Question};
use flyte_core::{
    error::BoxError,
    graph::gate::GateError,
    no_other_variant,
    types::{FlyteType, TypeError, TypeInfo, Value, value_from_text, written},
};

/// Answers given in advance, by the names of the gates.
#[derive(Clone, Default)]
pub struct Answers {
    answers: BTreeMap<String, Answer>,
    otherwise: Option<Arc<dyn AnswerSource>>,
}

impl Answers {
    /// No answers: every gate fails.
    pub fn new() -> Self {
        Self::default()
    }

    /// Approves a gate.
    #[must_use]
    pub fn approve(self, gate: impl Into<String>) -> Self {
        self.answer(gate, Answer::Approve)
    }

    /// Rejects an approval.
    #[must_use]
    pub fn disapprove(self, gate: impl Into<String>) -> Self {
        self.answer(gate, Answer::Disapprove)
    }

    /// Sets the value that [`wait_for_input`](struct@flyte_core::graph::gate::wait_for_input) receives.
    #[must_use]
    pub fn input<T: FlyteType>(self, gate: impl Into<String>, value: T) -> Self {
        self.answer(gate, Answer::value(value))
    }

    /// Sets an answer in the form that a user types; see [`Answer::Text`].
    #[must_use]
    pub fn text(self, gate: impl Into<String>, text: impl Into<String>) -> Self {
        self.answer(gate, Answer::Text(text.into()))
    }

    fn answer(mut self, gate: impl Into<String>, answer: Answer) -> Self {
        self.answers.insert(gate.into(), answer);
        self
    }

    /// Uses another source for all other gates.
    #[must_use]
    pub fn or(mut self, source: impl AnswerSource) -> Self {
        self.otherwise = Some(Arc::new(source));
        self
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.answers).finish()
    }
}

impl AnswerSource for Answers {
    fn answer(&self, question: &Question) -> Result<Answer, BoxError> {
        match (self.answers.get(&question.gate), &self.otherwise) {
            (Some(answer), _) => Ok(answer.clone()),
            (None, Some(source)) => source.answer(question),
            (None, None) => Err(GateError::NoAnswer {
                gate: question.gate.clone(),
                known: self.answers.keys().cloned().collect(),
            }
            .into()),
        }
    }
}

/// The approval or rejection that an answer means, if it means one.
pub(super) fn approval(question: &Question, answer: &Answer) -> Result<bool, GateError> {
    let said = match answer {
        Answer::Approve => Some(true),
        Answer::Disapprove => Some(false),
        Answer::Text(text) => yes_or_no(text),
        Answer::Value(_) => None,
        _ => no_other_variant!(Answer),
    };
    said.ok_or_else(|| GateError::WrongAnswer {
        gate: question.gate.clone(),
        expected: "an approval".to_owned(),
        found: answer.found(),
    })
}

/// The approval or rejection that a text means, as for a boolean input; see [`written::boolean`].
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    written::boolean(text)
}

/// The value of an answer, if it has this type.
pub(super) fn value(
    question: &Question,
    answer: Answer,
    info: &TypeInfo,
) -> Result<Value, GateError> {
    let gate = || question.gate.clone();
    match answer {
        Answer::Value(value) if info.holds(&value) => Ok(value),
        Answer::Value(_) => Err(GateError::Type {
            gate: gate(),
            error: TypeError::mismatch(
                format!("`{}`", info.rust_name()),
                "a value of another Rust type",
            ),
        }),
        Answer::Text(text) => value_from_text(&text, info).map_err(|error| GateError::Type {
            gate: gate(),
            error,
        }),
        answer @ (Answer::Approve | Answer::Disapprove) => Err(GateError::WrongAnswer {
            gate: gate(),
            expected: format!("a value of type {}", info.literal_type()),
            found: answer.found(),
        }),
        _ => no_other_variant!(Answer),
    }
}

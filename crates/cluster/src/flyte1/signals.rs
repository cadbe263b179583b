//! Gates of executions, and their answers.

use flyte_idl::{
    flyteidl::{admin, core},
    prost::Message as _,
};
use serde_json::{Value as Json, json};

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    execution::{self, Execution},
    pages::{by_creation, paged},
};
use crate::literal;
use flyte_core::types::{
    Literal, LiteralType, TypeError, TypeInfo, Value, json_from_literal, wire,
};

/// A gate of an execution that waits, or has waited. Flyte calls it a signal.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Signal {
    /// The name of the gate.
    pub gate: String,
    /// Its answer, if there is one.
    pub answer: Option<Literal>,
    /// The type of its answer, which is a boolean for an approval.
    pub literal_type: LiteralType,
}

impl Signal {
    /// The gate as JSON: `gate`, the `type` that it waits for, and its `answer` or `null`.
    pub fn to_json(&self) -> Json {
        let answer = self.answer.as_ref();
        let answer = answer.map(|answer| json_from_literal(answer).unwrap_or(Json::Null));
        json!({"gate": self.gate, "type": self.literal_type.to_string(), "answer": answer})
    }

    fn of(signal: admin::Signal) -> Result<Self, ClusterError> {
        let gate = signal.id.unwrap_or_default().signal_id;
        let unreadable = |error: TypeError| {
            ClusterError::Setting(format!("gate `{gate}` cannot be read: {error}"))
        };
        let answer = signal
            .value
            .map(|value| wire::decode(&value.encode_to_vec()));
        let literal_type = signal.r#type.unwrap_or_default().encode_to_vec();
        Ok(Self {
            answer: answer.transpose().map_err(unreadable)?,
            literal_type: wire::decode_type(&literal_type).map_err(unreadable)?,
            gate,
        })
    }
}

/// The gates that wait or have waited, in the order in which they began to.
pub(super) async fn list(
    client: &Client,
    execution: &Execution,
) -> Result<Vec<Signal>, ClusterError> {
    // Of an execution that is not there the list is empty.
    execution::get(client, execution).await?;
    let all = paged!(
        client,
        signals,
        list_signals,
        signals,
        usize::MAX,
        |limit, token| {
            admin::SignalListRequest {
                workflow_execution_id: Some(execution.id()),
                limit,
                token,
                sort_by: by_creation(admin::sort::Direction::Ascending),
                ..Default::default()
            }
        }
    );
    all.into_iter().map(Signal::of).collect()
}

/// The gate of a name, if it waits or has waited.
pub(super) async fn find(
    client: &Client,
    execution: &Execution,
    gate: &str,
) -> Result<Signal, ClusterError> {
    let signals = list(client, execution).await?;
    let waiting = |signal: &&Signal| signal.answer.is_none();
    let others: Vec<_> = signals
        .iter()
        .filter(waiting)
        .map(|signal| format!("`{}`", signal.gate))
        .collect();
    let others = match &others[..] {
        [] => "no gate waits; one does when what it needs has succeeded".to_owned(),
        others => format!("those that wait: {}", others.join(", ")),
    };
    let mut signals = signals.into_iter();
    signals.find(|signal| signal.gate == gate).ok_or_else(|| {
        ClusterError::Setting(format!(
            "no gate `{gate}` of execution {} waits or has waited: {others}",
            execution.name
        ))
    })
}

/// Answers a gate. A server replaces an answer in silence, which then says what nobody has acted on.
pub(super) async fn answer(
    client: &Client,
    execution: &Execution,
    signal: &Signal,
    answer: &Literal,
) -> Result<(), ClusterError> {
    if let Some(before) = &signal.answer {
        return match before == answer {
            true => Ok(()),
            false => Err(ClusterError::Setting(format!(
                "gate `{}` of execution {} has an answer already: {}",
                signal.gate,
                execution.name,
                json_from_literal(before).unwrap_or(Json::Null)
            ))),
        };
    }
    let request = admin::SignalSetRequest {
        id: Some(core::SignalIdentifier {
            signal_id: signal.gate.clone(),
            execution_id: Some(execution.id()),
        }),
        value: Some(literal::to_proto(answer)),
    };
    match call!(client, signals, set_signal, Again::Yes, request) {
        Ok(_) => Ok(()),
        // The server shows the type as bytes.
        Err(ClusterError::Refused { message, .. }) if message.contains("not castable") => {
            Err(ClusterError::Setting(format!(
                "gate `{}` of execution {} waits for a value of type {}, and {} is not one",
                signal.gate,
                execution.name,
                signal.literal_type,
                json_from_literal(answer).unwrap_or(Json::Null)
            )))
        }
        Err(error) => Err(error),
    }
}

/// Says yes or no to an approval.
pub(super) async fn approve(
    client: &Client,
    execution: &Execution,
    gate: &str,
    approved: bool,
) -> Result<(), ClusterError> {
    let signal = find(client, execution, gate).await?;
    if signal.literal_type != LiteralType::Boolean {
        return Err(ClusterError::Setting(format!(
            "gate `{gate}` of execution {} waits for a value and not for an approval: write \
             `runs signal {} {gate} VALUE --remote`, or `Remote::set_input`",
            execution.name, execution.name
        )));
    }
    let info = TypeInfo::of::<bool>();
    let literal = info.to_literal(&Value::new(approved));
    let literal = literal.map_err(|error| ClusterError::Setting(error.to_string()))?;
    answer(client, execution, &signal, &literal).await
}

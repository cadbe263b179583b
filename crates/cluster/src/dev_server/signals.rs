//! Gates: who waits at one, and its answer.

use std::{thread, time::Duration};

use flyte_idl::{
    flyteidl::{admin, core, service::signal_service_server::SignalService},
    prost::Message as _,
    tonic::{self, Request, Response, Status},
};

use super::{
    executions::find,
    listing::{Query, Row, page},
    state::Shared,
};
use crate::literal_type::type_to_proto;
use flyte_context::question::{Answer, AnswerSource, Asked, Question};
use flyte_core::{
    error::BoxError,
    no_other_variant,
    types::{LiteralType, LiteralValue, wire},
};

/// How long a gate waits before it looks for an answer again.
const PAUSE: Duration = Duration::from_millis(5);

/// Where the gates of an execution find their answers.
pub(super) struct Asking {
    shared: Shared,
    execution: String,
}

impl Asking {
    pub(super) fn new(shared: &Shared, execution: &str) -> Self {
        Self {
            shared: shared.clone(),
            execution: execution.to_owned(),
        }
    }

    /// The answer of a gate, which is kept as one that waits if nobody has asked before.
    fn look(&self, question: &Question, literal_type: &LiteralType) -> Option<core::Literal> {
        let mut rows = self.shared.rows();
        let execution = rows.executions.get_mut(&self.execution)?;
        let signals = &mut execution.signals;
        if let Some(signal) = signals.iter().find(|signal| is_of(signal, &question.gate)) {
            return signal.value.clone();
        }
        signals.push(admin::Signal {
            id: Some(core::SignalIdentifier {
                signal_id: question.gate.clone(),
                execution_id: execution.info.id.clone(),
            }),
            r#type: Some(type_to_proto(literal_type)),
            value: None,
        });
        None
    }
}

impl AnswerSource for Asking {
    fn answer(&self, question: &Question) -> Result<Answer, BoxError> {
        let literal_type = match &question.asked {
            Asked::Approval { .. } => LiteralType::Boolean,
            Asked::Input(info) => info.literal_type(),
            _ => no_other_variant!(Asked),
        };
        let literal = loop {
            if let Some(literal) = self.look(question, &literal_type) {
                break wire::decode(&literal.encode_to_vec())?;
            }
            if question.is_over() {
                return Err("the gate has ended".into());
            }
            thread::sleep(PAUSE);
        };
        match &question.asked {
            Asked::Input(info) => Ok(Answer::Value(info.from_literal(literal)?)),
            _ => Ok(match literal.value {
                LiteralValue::Boolean(true) => Answer::Approve,
                _ => Answer::Disapprove,
            }),
        }
    }
}

fn is_of(signal: &admin::Signal, gate: &str) -> bool {
    signal.id.as_ref().is_some_and(|id| id.signal_id == gate)
}

#[tonic::async_trait]
impl SignalService for Shared {
    async fn get_or_create_signal(
        &self,
        _: Request<admin::SignalGetOrCreateRequest>,
    ) -> Result<Response<admin::Signal>, Status> {
        Err(Status::unimplemented(
            "the gates of this server, which is for tests, ask nobody else",
        ))
    }

    async fn list_signals(
        &self,
        request: Request<admin::SignalListRequest>,
    ) -> Result<Response<admin::SignalList>, Status> {
        let request = request.into_inner();
        let mut rows = self.rows();
        // Of one that is not there the list is empty.
        let signals = match find(&mut rows, request.workflow_execution_id.as_ref()) {
            Ok(execution) => &execution.signals[..],
            Err(_) => &[],
        };
        let inside = signals.iter().enumerate().map(|(number, signal)| Row {
            number: number as u64,
            columns: Vec::new(),
            item: signal.clone(),
        });
        let query = Query {
            limit: request.limit,
            token: &request.token,
            filters: &request.filters,
            sort_by: request.sort_by.as_ref(),
        };
        let (signals, token) = page(inside.collect(), &query)?;
        Ok(Response::new(admin::SignalList { signals, token }))
    }

    async fn set_signal(
        &self,
        request: Request<admin::SignalSetRequest>,
    ) -> Result<Response<admin::SignalSetResponse>, Status> {
        let request = request.into_inner();
        let (id, value) = (request.id.unwrap_or_default(), request.value);
        let value = value.ok_or_else(|| Status::invalid_argument("missing value"))?;
        let of = id.execution_id.clone().unwrap_or_default();
        let mut rows = self.rows();
        let execution = find(&mut rows, Some(&of)).ok();
        let signals = execution.map(|execution| &mut execution.signals);
        let mut signals = signals.into_iter().flatten();
        let Some(signal) = signals.find(|signal| is_of(signal, &id.signal_id)) else {
            return Err(Status::invalid_argument(format!(
                "failed to validate that signal [{{{{{} {} {}}} {}}}] exists, err: [signal does not exist]",
                of.project, of.domain, of.name, id.signal_id
            )));
        };
        let literal_type = signal.r#type.clone().unwrap_or_default().encode_to_vec();
        if !fits(&value, &literal_type) {
            return Err(Status::invalid_argument(format!(
                "requested signal value [{value:?}] is not castable to existing signal type [{literal_type:?}]"
            )));
        }
        signal.value = Some(value);
        Ok(Response::new(admin::SignalSetResponse {}))
    }
}

/// Whether a value is one of a type, as far as integers, booleans and texts go.
fn fits(value: &core::Literal, literal_type: &[u8]) -> bool {
    let literal = wire::decode(&value.encode_to_vec());
    let (Ok(literal), Ok(literal_type)) = (literal, wire::decode_type(literal_type)) else {
        return false;
    };
    match literal.value {
        LiteralValue::Integer(_) => literal_type == LiteralType::Integer,
        LiteralValue::Boolean(_) => literal_type == LiteralType::Boolean,
        LiteralValue::String(_) => literal_type == LiteralType::String,
        _ => true,
    }
}

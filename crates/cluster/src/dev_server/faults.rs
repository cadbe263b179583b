//! Faults to order: what goes wrong between a client and a server.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use flyte_core::lock::lock;
use flyte_idl::tonic::{Code, Status};

/// Something that goes wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nobody answers, and nothing is done.
    Absent,
    /// What is asked for is done, and the answer is lost.
    LostAnswer,
    /// The call is refused with a code of gRPC, by its number, and a message.
    Refused(i32, String),
    /// The answer comes after this long.
    Slow(Duration),
}

/// What becomes of a call before and after it is made.
pub(super) enum Fate {
    Usual,
    Refused(Status),
    LostAnswer,
    Slow(Duration),
}

#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    ordered: HashMap<String, VecDeque<Fault>>,
    calls: HashMap<String, usize>,
    is_absent: bool,
}

impl Faults {
    pub(super) fn order(&self, method: &str, times: usize, fault: Fault) {
        let mut state = lock(&self.0);
        let ordered = state.ordered.entry(method.to_owned()).or_default();
        ordered.extend(std::iter::repeat_n(fault, times));
    }

    pub(super) fn set_absent(&self, is_absent: bool) {
        lock(&self.0).is_absent = is_absent;
    }

    pub(super) fn calls(&self, method: &str) -> usize {
        lock(&self.0).calls.get(method).copied().unwrap_or(0)
    }

    /// Counts a call, and says what becomes of it.
    pub(super) fn fate(&self, method: &str) -> Fate {
        let mut state = lock(&self.0);
        *state.calls.entry(method.to_owned()).or_default() += 1;
        if state.is_absent {
            return Fate::Refused(absent());
        }
        match state.ordered.get_mut(method).and_then(VecDeque::pop_front) {
            None => Fate::Usual,
            Some(Fault::Absent) => Fate::Refused(absent()),
            Some(Fault::LostAnswer) => Fate::LostAnswer,
            Some(Fault::Slow(time)) => Fate::Slow(time),
            Some(Fault::Refused(code, message)) => {
                // The details have the message once more, as a server sends it.
                let details = message.clone().into_bytes().into();
                Fate::Refused(Status::with_details(Code::from(code), message, details))
            }
        }
    }
}

pub(super) fn absent() -> Status {
    Status::unavailable("the server has gone away")
}

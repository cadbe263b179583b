//! The lines of an attempt: what a script or another process of it writes.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex},
};

use super::writing::Shared;
use crate::events::NodeInfo;
use flyte_core::lock::lock;

/// How many bytes are recorded of the beginning of an attempt, and how many of its end.
const KEPT: usize = 16 * 1024;

/// Records the lines of an attempt: the first 16 KiB as they come, and the last 16 KiB when it has ended.
pub struct Lines {
    log: Arc<Shared>,
    node: Arc<NodeInfo>,
    attempt: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many bytes of the beginning are recorded.
    first: usize,
    /// The last bytes after them.
    last: VecDeque<u8>,
    left_out: u64,
    has_ended: bool,
}

impl Lines {
    pub(super) fn new(log: Arc<Shared>, node: Arc<NodeInfo>, attempt: u32) -> Self {
        Self {
            log,
            node,
            attempt,
            state: Mutex::default(),
        }
    }

    /// Takes more bytes, which need not be whole lines.
    pub fn write(&self, bytes: &[u8]) {
        let mut state = lock(&self.state);
        if state.has_ended {
            return;
        }
        let (first, rest) = bytes.split_at(bytes.len().min(KEPT - state.first));
        state.first += first.len();
        if !first.is_empty() {
            self.record(0, first);
        }
        state.last.extend(rest);
        let more = state.last.len().saturating_sub(KEPT);
        state.last.drain(..more);
        state.left_out += more as u64;
    }

    /// Records the end. What comes later belongs to no attempt.
    pub(super) fn end(&self) {
        let mut state = lock(&self.state);
        let ended = State {
            has_ended: true,
            ..State::default()
        };
        let State { last, left_out, .. } = mem::replace(&mut *state, ended);
        if !last.is_empty() {
            let last: Vec<u8> = last.into();
            self.record(left_out, &last);
        }
    }

    fn record(&self, left_out: u64, bytes: &[u8]) {
        self.log
            .put_off(|log| log.lines(&self.node, self.attempt, left_out, bytes));
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.end();
    }
}

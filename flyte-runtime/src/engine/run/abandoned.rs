//! The threads that a run has left behind: those of sync attempts whose time was over before they were.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::Run;
use crate::{
    context::ExecutionState,
    engine::{attempts::EngineAttempt, frame::Frame},
    error::RunError,
};

/// How many threads may be left behind at once if nobody says.
pub(crate) const MAX_ABANDONED: usize = 256;

/// How many threads are left behind by a run and the runs inside of its tasks.
pub(super) struct Abandoned {
    threads: AtomicUsize,
    /// How many may be, if not as many as the run around says.
    most: Option<usize>,
}

impl Abandoned {
    pub(super) fn new(most: Option<usize>) -> Self {
        Self {
            threads: AtomicUsize::new(0),
            most,
        }
    }
}

impl Run {
    /// Where the threads are counted that this run leaves behind, and how many may be.
    fn abandoned(&self) -> (&AtomicUsize, usize) {
        let mut run = self;
        loop {
            let Abandoned { threads, most } = &run.abandoned;
            let around = run.around.execution_state();
            match (most, around.and_then(ExecutionState::attempt)) {
                (Some(most), _) => return (threads, *most),
                (None, Some(around)) => run = around.of().run(),
                (None, None) => return (threads, MAX_ABANDONED),
            }
        }
    }

    /// Counts the thread of an attempt whose time is over.
    pub(in crate::engine) fn abandon_attempt(&self, frame: &Arc<Frame>, node: u32, number: u32) {
        self.schedule.leave_behind();
        self.mark_expired(frame, node, number);
        self.abandoned().0.fetch_add(1, Ordering::AcqRel);
    }

    /// The code of such an attempt has ended, and its thread is free for other work when it has given its permit back.
    pub(in crate::engine) fn end_abandoned(&self, frame: &Arc<Frame>, node: u32, number: u32) {
        self.abandoned().0.fetch_sub(1, Ordering::AcqRel);
        self.unmark_expired(frame, node, number);
    }

    /// Stops the run when more threads are left behind than may be.
    pub(in crate::engine) fn limit_abandoned(self: &Arc<Self>, frame: &Frame, node: u32) {
        let (threads, most) = self.abandoned();
        if threads.load(Ordering::Acquire) > most {
            self.stop_with(RunError::TooManyAbandoned {
                entity: self.entity.name().to_owned(),
                most,
                task: frame.node(node).entity.name().to_owned(),
                node: frame.path(node),
            });
        }
    }
}

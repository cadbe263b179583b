//! The threads that a run has left behind: those of sync attempts whose time was over before they were.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::Run;
use crate::{engine::frame::Frame, error::RunError};

/// How many threads may be left behind at once if nobody says.
pub(crate) const MAX_ABANDONED: usize = 256;

/// How many threads are left behind by a run and the runs inside of its tasks.
pub(crate) struct Abandoned {
    threads: AtomicUsize,
    most: usize,
}

impl Abandoned {
    pub(super) fn new(most: Option<usize>) -> Self {
        Self {
            threads: AtomicUsize::new(0),
            most: most.unwrap_or(MAX_ABANDONED),
        }
    }
}

impl Run {
    /// Counts the thread of an attempt whose time is over.
    pub(in crate::engine) fn abandon_attempt(&self, frame: &Arc<Frame>, node: u32, number: u32) {
        self.schedule.leave_behind();
        self.mark_expired(frame, node, number);
        self.abandoned.threads.fetch_add(1, Ordering::AcqRel);
    }

    /// The code of such an attempt has ended, and its thread is free for other work when it has given its permit back.
    pub(in crate::engine) fn end_abandoned(&self, frame: &Arc<Frame>, node: u32, number: u32) {
        self.abandoned.threads.fetch_sub(1, Ordering::AcqRel);
        self.unmark_expired(frame, node, number);
    }

    /// Stops the run when more threads are left behind than may be.
    pub(in crate::engine) fn limit_abandoned(self: &Arc<Self>, frame: &Frame, node: u32) {
        let Abandoned { threads, most } = &*self.abandoned;
        if threads.load(Ordering::Acquire) > *most {
            self.stop_with(RunError::TooManyAbandoned {
                entity: self.entity.name().to_owned(),
                most: *most,
                task: frame.node(node).entity.name().to_owned(),
                node: frame.path(node),
            });
        }
    }
}

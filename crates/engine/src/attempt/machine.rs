//! What follows what in the attempts of one node, from the first to the last.
//!
//! The machine is told what has happened and says what is to be done. It does nothing itself: no I/O, no clock, no
//! lock, and no code of the user's. So it is the same for a function on a thread, a future, a graph that is built and a
//! process, for an element of a map and a failure handler, and it is tested as a table.
//!
//! ```text
//!             ┌─ found ──────────────────────────────────────────────────────────┐
//!             │                                                                  ▼
//!   Opening ──┼─ busy ──▶ Waiting ── woken ──▶ Opening                         Closed
//!             │                                                                  ▲
//!             └─ missed ─▶ Running ── failed, expired ──▶ Judging ── no more ────┤
//!                           ▲  │ │                           │                   │
//!                           │  │ └─ outputs ─────────────────┼───────────────────┤
//!                           │  └─ graph ──▶ Unfolding ───────┼── unfolded ───────┤
//!                           ├─────────────────── at once ────┤                   │
//!                           └── woken ── Backoff ◀── later ──┘                   │
//!   stopped: from every state ───────────────────────────────────────────────────┘
//! ```

use std::time::Duration;

use crate::{
    clock::Moment,
    error::{FailureCause, TimeLimit},
    plan::Rules,
};
use flyte_core::options::RetryOn;

/// How far the attempts of a node are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is known of the node; if it is busy, this is how long it waits until it asks again.
    Opening { pause: Duration },
    /// An equal call is being run.
    Waiting { pause: Duration },
    /// An attempt is made. The limit is that of the attempt, once it has begun.
    Running { limit: Option<Limit> },
    /// An attempt has failed, and another may follow.
    Judging,
    /// An attempt has built a graph, which runs in its place.
    Unfolding,
    /// The next attempt waits for its turn.
    Backoff { wait: Duration },
    /// Nothing follows.
    Closed,
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// The outputs are known: from the history, or from the cache.
    Found,
    /// The task has to be run.
    Missed,
    /// An equal call is being run.
    Busy,
    /// Something is not there that the task has asked for.
    Refused,
    /// An attempt with a limit has begun now.
    Began(Moment),
    /// The code of an attempt has ended.
    Returned(Returned),
    /// The time of the attempt is over.
    Expired(Halt),
    /// It is this time, and here is a number that was drawn, if one was asked for.
    Judged { now: Moment, drawn: u64 },
    /// Nothing of the run, or of the frame, is to go on.
    Stopped,
    /// A wait is over.
    Woken,
    /// A wait is taken as past: the clock is one that does not wait.
    Skipped,
    /// A cluster runs the graph that was built.
    Taken,
    /// The graph that was built has given the outputs.
    Unfolded,
}

/// What the code of an attempt has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Returned {
    Outputs,
    Graph,
    Failed(Failure),
}

/// What there is to know of a failure for what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Whether the error says that another attempt makes sense.
    pub(crate) recoverable: Option<bool>,
    /// It says that a run inside of the task was cancelled.
    pub(crate) says_cancelled: bool,
    pub(crate) halt: Halt,
}

/// Whether the node is to end although it could go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    No,
    /// Its frame has failed, or one around it.
    Frame,
    /// The run was cancelled.
    Run,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Look whether the outputs are known, and whether all is there that the task has asked for.
    LookUp,
    /// Make an attempt.
    Begin {
        /// Another may follow, which wants the same inputs.
        keep_inputs: bool,
        /// It has a limit: say when it begins.
        is_limited: bool,
    },
    /// Run its code, until then at most.
    Run { limit: Limit },
    /// Wait, and say when that is over.
    Wait(Wait),
    /// Say what time it is, and draw a number if this is set.
    Judge { draws: bool },
    /// Run the graph that was built.
    Unfold,
    /// The outputs are those of the node; `is_new` if nobody has kept or told of them.
    Close { is_new: bool },
    /// The node has failed: for want of time if this says so, else because of what has failed last.
    Fail { overdue: Option<Overdue> },
    /// Let go of it. It has neither outputs nor a failure.
    Drop,
    /// Nothing: it comes too late, or out of turn.
    Nothing,
}

/// What is waited for, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// An equal call, which may be one of another process.
    EqualCall(Duration),
    /// The turn of the next attempt.
    Turn(Duration),
}

/// Until when an attempt may go on, and what it is if it does not end before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) due: Moment,
    overdue: Overdue,
}

impl Limit {
    /// The failure of an attempt that was not over in time.
    pub(crate) fn cause(&self, detached: bool) -> FailureCause {
        self.overdue.cause(detached)
    }
}

/// Which time was not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overdue {
    after: Duration,
    limit: TimeLimit,
}

impl Overdue {
    pub(crate) fn cause(&self, detached: bool) -> FailureCause {
        FailureCause::TimedOut {
            after: self.after,
            limit: self.limit,
            detached,
        }
    }
}

impl Halt {
    /// Whether a node has not failed by itself: all that fails after the run was cancelled counts as that, and so does
    /// a run inside that was cancelled because what is around it was.
    pub(crate) fn excuses(self, says_cancelled: bool) -> bool {
        match self {
            Self::No => false,
            Self::Frame => says_cancelled,
            Self::Run => true,
        }
    }
}

/// Whether another attempt makes sense when this time was not enough; the task says it if this does not.
pub(crate) fn is_recoverable(limit: TimeLimit) -> Option<bool> {
    match limit {
        TimeLimit::Attempt => None,
        TimeLimit::Deadline | TimeLimit::NoTimeLeft => Some(false),
    }
}

/// Whether another attempt makes sense after a failure, as the error and the task say.
pub(crate) fn is_tried_again(retry_on: RetryOn, recoverable: Option<bool>) -> bool {
    recoverable.unwrap_or(retry_on == RetryOn::Any)
}

/// How long an execution waits for an equal call before it asks again, at first and at most: the call may be over at
/// once, or take its time.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// The attempts of one node.
#[derive(Debug)]
pub(crate) struct Machine {
    rules: Rules,
    state: State,
    /// The number of the attempt at hand.
    attempt: u32,
    /// When the first began, if there is a deadline.
    began: Option<Moment>,
    /// How much of the waits was not waited for.
    skipped: Duration,
}

impl Machine {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            state: State::Opening { pause: PAUSES.0 },
            attempt: 0,
            began: None,
            skipped: Duration::ZERO,
        }
    }

    /// What is to be done first.
    pub(crate) const FIRST: Command = Command::LookUp;

    /// The number of the attempt at hand.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Takes in what has happened, and says what is to be done.
    // What has happened is known where this is called, so most of it is gone there.
    #[inline]
    pub(crate) fn step(&mut self, input: Input) -> Command {
        match (self.state, input) {
            (State::Closed, _) => Command::Nothing,
            (_, Input::Stopped) => self.close(Command::Drop),
            (State::Opening { .. }, Input::Found) => self.close(Command::Close { is_new: false }),
            (State::Opening { .. }, Input::Missed) => self.begin(),
            (State::Opening { pause }, Input::Busy) => {
                self.state = State::Waiting { pause };
                Command::Wait(Wait::EqualCall(pause))
            }
            (State::Opening { .. }, Input::Refused) => self.fail(None),
            (State::Waiting { pause }, Input::Woken) => {
                let pause = (pause * 2).min(PAUSES.1);
                self.state = State::Opening { pause };
                Command::LookUp
            }
            (State::Running { limit: None }, Input::Began(now)) => self.began(now),
            (State::Running { .. }, Input::Returned(Returned::Outputs)) => {
                self.close(Command::Close { is_new: true })
            }
            (State::Running { .. }, Input::Returned(Returned::Graph)) => {
                self.state = State::Unfolding;
                Command::Unfold
            }
            // A graph that cannot be run is the failure of the attempt that has built it.
            (State::Running { .. } | State::Unfolding, Input::Returned(Returned::Failed(how))) => {
                self.failed(how)
            }
            (State::Running { limit: Some(limit) }, Input::Expired(halt)) => self.failed(Failure {
                recoverable: is_recoverable(limit.overdue.limit),
                says_cancelled: false,
                halt,
            }),
            (State::Judging, Input::Judged { now, drawn }) => self.judged(now, drawn),
            (State::Unfolding, Input::Taken) => self.close(Command::Drop),
            (State::Unfolding, Input::Unfolded) => self.close(Command::Close { is_new: true }),
            (State::Backoff { .. }, Input::Woken) => self.begin(),
            (State::Backoff { wait }, Input::Skipped) => {
                self.skipped = self.skipped.saturating_add(wait);
                self.begin()
            }
            _ => Command::Nothing,
        }
    }

    #[inline]
    fn close(&mut self, last: Command) -> Command {
        self.state = State::Closed;
        last
    }

    fn fail(&mut self, overdue: Option<Overdue>) -> Command {
        self.close(Command::Fail { overdue })
    }

    #[inline]
    fn begin(&mut self) -> Command {
        self.state = State::Running { limit: None };
        let Rules {
            retries,
            timeout,
            deadline,
            ..
        } = self.rules;
        Command::Begin {
            keep_inputs: self.attempt < retries,
            is_limited: timeout.is_some() || deadline.is_some(),
        }
    }

    /// The limit of an attempt is that of the two which comes first.
    #[inline]
    fn began(&mut self, now: Moment) -> Command {
        let attempt = self.rules.timeout.map(|after| Limit {
            due: now.after(after),
            overdue: Overdue {
                after,
                limit: TimeLimit::Attempt,
            },
        });
        let all = self.rules.deadline.map(|after| {
            let began = *self.began.get_or_insert(now);
            Limit {
                due: began.after(after.saturating_sub(self.skipped)),
                overdue: Overdue {
                    after,
                    limit: TimeLimit::Deadline,
                },
            }
        });
        let limit = match (attempt, all) {
            (Some(attempt), Some(all)) if all.due < attempt.due => all,
            (Some(limit), _) | (None, Some(limit)) => limit,
            (None, None) => return Command::Nothing,
        };
        self.state = State::Running { limit: Some(limit) };
        Command::Run { limit }
    }

    #[cold]
    fn failed(&mut self, how: Failure) -> Command {
        if how.halt.excuses(how.says_cancelled) {
            return self.close(Command::Drop);
        }
        let follows = self.attempt < self.rules.retries
            && how.halt == Halt::No
            && is_tried_again(self.rules.retry_on, how.recoverable);
        if !follows {
            return self.fail(None);
        }
        self.state = State::Judging;
        let draws = self.rules.backoff.is_some_and(|backoff| backoff.jitter);
        Command::Judge { draws }
    }

    /// Another attempt follows, unless its turn would come after the deadline.
    #[cold]
    fn judged(&mut self, now: Moment, drawn: u64) -> Command {
        let next = self.attempt + 1;
        let backoff = self.rules.backoff;
        let wait = backoff.map_or(Duration::ZERO, |backoff| backoff.before_with(next, drawn));
        if let (Some(deadline), Some(began)) = (self.rules.deadline, self.began) {
            let passed = now.since(began).saturating_add(self.skipped);
            if passed.saturating_add(wait) >= deadline {
                return self.fail(Some(Overdue {
                    after: deadline,
                    limit: match passed >= deadline {
                        true => TimeLimit::Deadline,
                        false => TimeLimit::NoTimeLeft,
                    },
                }));
            }
        }
        self.attempt = next;
        if wait.is_zero() {
            return self.begin();
        }
        self.state = State::Backoff { wait };
        Command::Wait(Wait::Turn(wait))
    }
}

#[cfg(test)]
mod tests;

//! The state machine of one node's attempts, from the first to the last.
//!
//! The machine takes inputs (what happened) and returns commands (what to do next). It does nothing itself: no I/O, no
//! clock, no lock, and no user code. So the same machine serves a function on a thread, a future, a graph built at run
//! time and a process, for a map element and a failure handler, and a table can test it.
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

/// The state of a node's attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is known about the node yet. If an equal call is running, this is the wait before the next lookup.
    Opening { pause: Duration },
    /// An equal call is running.
    Waiting { pause: Duration },
    /// An attempt is running. It has a limit once it has begun, if the node has one.
    Running { limit: Option<Limit> },
    /// An attempt has failed, and another may follow.
    Judging,
    /// An attempt built a graph, which now runs in its place.
    Unfolding,
    /// The next attempt waits out its delay.
    Backoff { wait: Duration },
    /// The node is done.
    Closed,
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// The outputs are known, from the history or from the cache.
    Found,
    /// The task must run.
    Missed,
    /// An equal call is running.
    Busy,
    /// Something that the task requires is missing.
    Refused,
    /// An attempt with a limit has just begun.
    Began(Moment),
    /// The code of an attempt returned.
    Returned(Returned),
    /// The attempt ran out of time or was stopped.
    Expired(Halt),
    /// The current time, and a random number if one was requested.
    Judged { now: Moment, drawn: u64 },
    /// The run or the frame must not go on.
    Stopped,
    /// A wait ended.
    Woken,
    /// A wait counts as over, because the clock skips waits.
    Skipped,
    /// A cluster runs the graph that the attempt built.
    Taken,
    /// The graph that the attempt built produced the outputs.
    Unfolded,
}

/// The result of an attempt's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Returned {
    Outputs,
    Graph,
    Failed(Failure),
}

/// The facts about a failure that decide what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Whether the error asks for another attempt; `None` if it does not say.
    pub(crate) recoverable: Option<bool>,
    /// The failure is that a run inside the task was cancelled.
    pub(crate) says_cancelled: bool,
    pub(crate) halt: Halt,
}

/// Why a node must end although it could go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    No,
    /// Its frame, or an enclosing one, failed.
    Frame,
    /// The run was cancelled.
    Run,
}

/// The next thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Look up the outputs, and check that everything the task requires is there.
    LookUp,
    /// Begin an attempt.
    Begin {
        /// Another attempt may follow and will need the same inputs.
        keep_inputs: bool,
        /// The attempt has a limit: report when it begins.
        is_limited: bool,
    },
    /// Run the attempt's code until this limit.
    Run { limit: Limit },
    /// Wait, and report when the wait ends.
    Wait(Wait),
    /// Report the time, and draw a random number if this is set.
    Judge { draws: bool },
    /// Run the graph that the attempt built.
    Unfold,
    /// The node has its outputs; `is_new` if they were neither cached nor reported before.
    Close { is_new: bool },
    /// The node has failed: because of this deadline if it is set, otherwise with the error of the last attempt.
    Fail { overdue: Option<Overdue> },
    /// Drop the node. It has neither outputs nor a failure.
    Drop,
    /// Nothing: the input came too late or out of turn.
    Nothing,
}

/// What a node waits for, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// An equal call, possibly in another process.
    EqualCall(Duration),
    /// The delay before the next attempt.
    Turn(Duration),
}

/// The end of an attempt's time, and the reason to report if the attempt reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) due: Moment,
    overdue: Overdue,
}

impl Limit {
    /// The cause of failure of an attempt that reached the limit.
    pub(crate) fn cause(&self, detached: bool) -> FailureCause {
        self.overdue.cause(detached)
    }
}

/// Which time limit was exceeded.
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
    /// Whether a node ended for a reason that is not its own: every failure after the run was cancelled counts, and so
    /// does an inner run that was cancelled because the outer one was.
    pub(crate) fn excuses(self, says_cancelled: bool) -> bool {
        match self {
            Self::No => false,
            Self::Frame => says_cancelled,
            Self::Run => true,
        }
    }
}

/// Whether exceeding this limit allows another attempt; `None` leaves the decision to the task.
pub(crate) fn is_recoverable(limit: TimeLimit) -> Option<bool> {
    match limit {
        TimeLimit::Attempt => None,
        TimeLimit::Deadline | TimeLimit::NoTimeLeft => Some(false),
    }
}

/// Whether a failure allows another attempt, given the error and the task's options.
pub(crate) fn is_tried_again(retry_on: RetryOn, recoverable: Option<bool>) -> bool {
    recoverable.unwrap_or(retry_on == RetryOn::Any)
}

/// The first and the longest pause before an execution asks again for an equal call, which may end at once or take
/// long.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// The state machine of one node's attempts.
#[derive(Debug)]
pub(crate) struct Machine {
    rules: Rules,
    state: State,
    /// The number of the current attempt.
    attempt: u32,
    /// When the first attempt began, if there is a deadline.
    began: Option<Moment>,
    /// The total of the waits that were skipped.
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

    /// The first command.
    pub(crate) const FIRST: Command = Command::LookUp;

    /// The number of the current attempt.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Processes an input and returns the next command.
    // Each caller passes a constant kind of input, so inlining removes most of this code there.
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
            // If the graph cannot run, the attempt that built it has failed.
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

    /// An attempt ends at the earlier of its timeout and the deadline.
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

    /// Starts another attempt, unless it would begin after the deadline.
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

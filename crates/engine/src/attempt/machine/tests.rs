use std::{collections::HashMap, time::Duration};

use super::{Command, Failure, Halt, Input, Limit, Machine, Overdue, Returned, State, Wait};
use crate::{clock::Moment, error::TimeLimit, plan::Rules};
use flyte_core::options::{Backoff, RetryOn};

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u32) -> Moment {
    Moment::START.after(SECOND * seconds)
}

/// Two attempts of at most five seconds, ten seconds apart, within one minute in all.
const RULES: Rules = Rules {
    retries: 1,
    retry_on: RetryOn::Any,
    backoff: Some(Backoff::new(Duration::from_secs(10))),
    timeout: Some(Duration::from_secs(5)),
    deadline: Some(Duration::from_secs(60)),
};

const FAILED: Input = failed(None, false, Halt::No);

const fn failed(recoverable: Option<bool>, says_cancelled: bool, halt: Halt) -> Input {
    Input::Returned(Returned::Failed(Failure {
        recoverable,
        says_cancelled,
        halt,
    }))
}

const OUTPUTS: Input = Input::Returned(Returned::Outputs);
const GRAPH: Input = Input::Returned(Returned::Graph);

fn began(seconds: u32) -> Input {
    Input::Began(at(seconds))
}

fn judged(seconds: u32) -> Input {
    let now = at(seconds);
    Input::Judged { now, drawn: 0 }
}

/// A machine after these inputs, and its last command.
fn after(rules: Rules, inputs: &[Input]) -> (Machine, Command) {
    let mut machine = Machine::new(rules);
    let mut command = Machine::FIRST;
    for &input in inputs {
        command = machine.step(input);
        assert_ne!(command, Command::Nothing, "{input:?} of {inputs:?}");
    }
    (machine, command)
}

fn name(state: State) -> &'static str {
    match state {
        State::Opening { .. } => "Opening",
        State::Waiting { .. } => "Waiting",
        State::Running { limit: None } => "Running",
        State::Running { limit: Some(_) } => "Limited",
        State::Judging => "Judging",
        State::Unfolding => "Unfolding",
        State::Backoff { .. } => "Backoff",
        State::Closed => "Closed",
    }
}

fn name_of(command: Command) -> &'static str {
    match command {
        Command::LookUp => "LookUp",
        Command::Begin { .. } => "Begin",
        Command::Run { .. } => "Run",
        Command::Wait(Wait::EqualCall(_)) => "WaitEqual",
        Command::Wait(Wait::Turn(_)) => "WaitTurn",
        Command::Judge { .. } => "Judge",
        Command::Unfold => "Unfold",
        Command::Close { is_new: false } => "CloseFound",
        Command::Close { is_new: true } => "CloseNew",
        Command::Fail { .. } => "Fail",
        Command::Drop => "Drop",
        Command::Nothing => "Nothing",
    }
}

/// What each input does in each state: the new state and the command. An input that is not listed changes nothing. A
/// running attempt is `Limited` if it began with a limit.
const TABLE: &str = "
Opening    Found     Closed     CloseFound
Opening    Missed    Running    Begin
Opening    Busy      Waiting    WaitEqual
Opening    Refused   Closed     Fail
Opening    Stopped   Closed     Drop
Waiting    Woken     Opening    LookUp
Waiting    Stopped   Closed     Drop
Running    Began     Limited    Run
Running    Outputs   Closed     CloseNew
Running    Graph     Unfolding  Unfold
Running    Failed    Judging    Judge
Running    Stopped   Closed     Drop
Limited    Outputs   Closed     CloseNew
Limited    Graph     Unfolding  Unfold
Limited    Failed    Judging    Judge
Limited    Expired   Judging    Judge
Limited    Stopped   Closed     Drop
Judging    Judged    Backoff    WaitTurn
Judging    Stopped   Closed     Drop
Unfolding  Failed    Judging    Judge
Unfolding  Stopped   Closed     Drop
Unfolding  Taken     Closed     Drop
Unfolding  Unfolded  Closed     CloseNew
Backoff    Stopped   Closed     Drop
Backoff    Woken     Running    Begin
Backoff    Skipped   Running    Begin
";

#[test]
fn every_input_in_every_state() {
    let states: [(&str, &[Input]); 8] = [
        ("Opening", &[]),
        ("Waiting", &[Input::Busy]),
        ("Running", &[Input::Missed]),
        ("Limited", &[Input::Missed, began(0)]),
        ("Judging", &[Input::Missed, began(0), FAILED]),
        ("Unfolding", &[Input::Missed, began(0), GRAPH]),
        ("Backoff", &[Input::Missed, began(0), FAILED, judged(1)]),
        ("Closed", &[Input::Found]),
    ];
    let inputs = [
        ("Found", Input::Found),
        ("Missed", Input::Missed),
        ("Busy", Input::Busy),
        ("Refused", Input::Refused),
        ("Began", began(1)),
        ("Outputs", OUTPUTS),
        ("Graph", GRAPH),
        ("Failed", FAILED),
        ("Expired", Input::Expired(Halt::No)),
        ("Judged", judged(1)),
        ("Stopped", Input::Stopped),
        ("Woken", Input::Woken),
        ("Skipped", Input::Skipped),
        ("Taken", Input::Taken),
        ("Unfolded", Input::Unfolded),
    ];
    let mut expected: HashMap<_, _> = TABLE
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (state, input) = (words.next()?, words.next()?);
            Some(((state, input), words.collect::<Vec<_>>()))
        })
        .collect();
    for (state, way) in states {
        for (what, input) in inputs {
            let (mut machine, _) = after(RULES, way);
            let before = machine.state;
            assert_eq!(name(before), state);
            let command = machine.step(input);
            match expected.remove(&(state, what)) {
                Some(row) => {
                    let made = [name(machine.state), name_of(command)];
                    assert_eq!(made, *row, "{what} in {state}");
                }
                None => {
                    assert_eq!(command, Command::Nothing, "{what} in {state}");
                    assert_eq!(machine.state, before, "{what} in {state}");
                }
            }
        }
    }
    assert!(expected.is_empty(), "{expected:?}");
}

/// Checks what must hold for any inputs in any order.
struct Witness {
    rules: Rules,
    machine: Machine,
    begun: u32,
    ended: bool,
}

impl Witness {
    fn new(rules: Rules) -> Self {
        Self {
            rules,
            machine: Machine::new(rules),
            begun: 0,
            ended: false,
        }
    }

    fn step(&mut self, input: Input) -> Command {
        let command = self.machine.step(input);
        assert!(
            !self.ended || command == Command::Nothing,
            "{input:?} after the end: {command:?}"
        );
        assert!(
            command != Command::LookUp || self.begun == 0,
            "an attempt was made already"
        );
        match command {
            Command::Begin {
                keep_inputs,
                is_limited,
            } => {
                self.begun += 1;
                assert!(self.begun <= self.rules.retries + 1, "too many attempts");
                // The last attempt may consume the inputs.
                assert_eq!(keep_inputs, self.begun <= self.rules.retries);
                let limits = [self.rules.timeout, self.rules.deadline];
                assert_eq!(is_limited, limits.iter().any(Option::is_some));
                assert_eq!(self.machine.attempt(), self.begun - 1);
            }
            Command::Close { .. } | Command::Fail { .. } | Command::Drop => self.ended = true,
            Command::Wait(Wait::EqualCall(_)) => assert_eq!(self.begun, 0),
            Command::Wait(Wait::Turn(_)) | Command::Unfold | Command::Run { .. } => {
                assert_ne!(self.begun, 0);
            }
            Command::LookUp | Command::Judge { .. } | Command::Nothing => {}
        }
        assert_eq!(self.machine.state == State::Closed, self.ended);
        command
    }
}

#[test]
fn any_inputs_in_any_order_end_at_most_once_and_make_no_attempt_too_many() {
    const INPUTS: [Input; 16] = [
        Input::Found,
        Input::Missed,
        Input::Busy,
        Input::Refused,
        Input::Began(Moment::START),
        OUTPUTS,
        GRAPH,
        FAILED,
        failed(Some(false), false, Halt::No),
        Input::Expired(Halt::No),
        Input::Judged {
            now: Moment::START,
            drawn: 0,
        },
        Input::Stopped,
        Input::Woken,
        Input::Skipped,
        Input::Taken,
        Input::Unfolded,
    ];
    // Long enough for two attempts: missed, began, failed, judged, woken.
    for length in 0..=5 {
        for mut number in 0..INPUTS.len().pow(length) {
            let mut witness = Witness::new(RULES);
            for _ in 0..length {
                witness.step(INPUTS[number % INPUTS.len()]);
                number /= INPUTS.len();
            }
        }
    }
}

/// Tries every input with which a driver can answer each command, again and again, and the time that passes meanwhile.
struct Drivers {
    orders: usize,
}

impl Drivers {
    /// Continues with every possible input, and checks what drivers rely on.
    fn go_on(&mut self, rules: Rules, said: &mut Vec<Input>, now: u32, busy: u32) {
        let mut witness = Witness::new(rules);
        let mut command = Machine::FIRST;
        for &input in said.iter() {
            command = witness.step(input);
        }
        let last = said.last().copied();
        check(&rules, said, last, command);
        let halts = [Halt::No, Halt::Frame, Halt::Run];
        let failures = || {
            let each = halts.into_iter().map(|halt| failed(None, false, halt));
            each.chain([
                failed(Some(true), false, Halt::No),
                failed(Some(false), false, Halt::No),
                failed(None, true, Halt::Frame),
            ])
        };
        let returned = || failures().chain([OUTPUTS, GRAPH]).map(|input| (input, 0));
        let answers: Vec<(Input, u32)> = match command {
            Command::LookUp => [Input::Found, Input::Missed, Input::Refused]
                .into_iter()
                .chain((busy < 2).then_some(Input::Busy))
                .map(|input| (input, 0))
                .collect(),
            Command::Begin {
                is_limited: true, ..
            } => {
                vec![(began(now), 0), (Input::Stopped, 0)]
            }
            Command::Begin { .. } => returned().collect(),
            Command::Run { .. } => {
                let expired = halts.into_iter().map(|halt| (Input::Expired(halt), 5));
                returned().chain(expired).collect()
            }
            Command::Wait(Wait::EqualCall(_)) => vec![(Input::Woken, 0), (Input::Stopped, 0)],
            Command::Wait(Wait::Turn(_)) => {
                vec![(Input::Woken, 10), (Input::Skipped, 0), (Input::Stopped, 3)]
            }
            Command::Judge { .. } => vec![(judged(now), 0), (judged(now + 45), 45)],
            Command::Unfold => [Input::Taken, Input::Unfolded, Input::Stopped]
                .into_iter()
                .chain(failures())
                .map(|input| (input, 0))
                .collect(),
            Command::Close { .. } | Command::Fail { .. } | Command::Drop => {
                self.orders += 1;
                return;
            }
            Command::Nothing => panic!("what a driver says is in vain: {said:?}"),
        };
        for (answer, passes) in answers {
            said.push(answer);
            let busy = busy + u32::from(answer == Input::Busy);
            self.go_on(rules, said, now + passes, busy);
            said.pop();
        }
    }
}

/// Checks what follows the last input of a driver.
fn check(rules: &Rules, said: &[Input], last: Option<Input>, command: Command) {
    let begins = |inputs: &[Input]| {
        let began = inputs.iter().filter_map(|input| match input {
            Input::Began(now) => Some(*now),
            _ => None,
        });
        began.collect::<Vec<_>>()
    };
    match (last, command) {
        (Some(Input::Stopped | Input::Taken), command) => assert_eq!(command, Command::Drop),
        (Some(Input::Returned(Returned::Failed(how))), command) => {
            let is_left = how.halt == Halt::Run || (how.halt == Halt::Frame && how.says_cancelled);
            assert_eq!(command == Command::Drop, is_left, "{said:?}");
            if how.recoverable == Some(false) || how.halt == Halt::Frame {
                assert!(!matches!(command, Command::Judge { .. }), "{said:?}");
            }
        }
        (Some(Input::Expired(Halt::Run)), command) => assert_eq!(command, Command::Drop),
        (Some(Input::Began(now)), command) => {
            let Command::Run { limit } = command else {
                panic!("{command:?} after {said:?}")
            };
            let first = begins(said)[0];
            let timeout = rules.timeout.map(|timeout| now.after(timeout));
            let deadline = rules.deadline.map(|deadline| first.after(deadline));
            assert!(timeout.is_none_or(|due| limit.due <= due), "{said:?}");
            assert!(deadline.is_none_or(|due| limit.due <= due), "{said:?}");
        }
        (Some(Input::Judged { now, .. }), command) => {
            let passed = begins(said).first().map(|first| now.since(*first));
            match (rules.deadline, passed) {
                (Some(deadline), Some(passed)) if passed >= deadline => {
                    assert!(
                        matches!(command, Command::Fail { overdue: Some(_) }),
                        "{said:?}"
                    );
                }
                (None, _) => assert!(!matches!(command, Command::Fail { .. }), "{said:?}"),
                _ => {}
            }
        }
        _ => {}
    }
}

#[test]
fn every_order_in_which_drivers_answer_ends_as_the_rules_say() {
    let mut drivers = Drivers { orders: 0 };
    let once = Rules::default();
    let backoff = Some(Backoff::new(SECOND * 10));
    let rules = [
        once,
        Rules { retries: 2, ..once },
        Rules {
            retries: 2,
            backoff,
            ..once
        },
        Rules {
            timeout: Some(SECOND * 5),
            ..once
        },
        Rules {
            retry_on: RetryOn::Recoverable,
            ..RULES
        },
        RULES,
    ];
    for rules in rules {
        drivers.go_on(rules, &mut Vec::new(), 0, 0);
    }
    assert!(drivers.orders > 10_000, "{}", drivers.orders);
}

#[test]
fn only_what_is_recoverable_is_tried_again_if_the_task_says_so() {
    let rules = Rules {
        retry_on: RetryOn::Recoverable,
        timeout: None,
        deadline: None,
        ..RULES
    };
    let follows = |recoverable| {
        let input = failed(recoverable, false, Halt::No);
        let (_, command) = after(rules, &[Input::Missed, input]);
        matches!(command, Command::Judge { .. })
    };
    assert_eq!(
        [Some(true), None, Some(false)].map(follows),
        [true, false, false]
    );
}

#[test]
fn a_wait_for_an_equal_call_doubles_up_to_a_bound() {
    let mut machine = Machine::new(Rules::default());
    let mut pauses = Vec::new();
    for _ in 0..8 {
        match machine.step(Input::Busy) {
            Command::Wait(Wait::EqualCall(pause)) => pauses.push(pause.as_millis()),
            command => panic!("{command:?}"),
        }
        assert_eq!(machine.step(Input::Woken), Command::LookUp);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 50, 50]);
}

#[test]
fn the_limit_that_comes_first_is_the_limit() {
    let limit = |timeout: Option<u32>, deadline: Option<u32>| {
        let seconds = |seconds: u32| SECOND * seconds;
        let rules = Rules {
            timeout: timeout.map(seconds),
            deadline: deadline.map(seconds),
            ..Rules::default()
        };
        match after(rules, &[Input::Missed, began(100)]).1 {
            Command::Run { limit } => limit,
            command => panic!("{command:?}"),
        }
    };
    let of = |due, after, limit| Limit {
        due: at(due),
        overdue: Overdue {
            after: SECOND * after,
            limit,
        },
    };
    assert_eq!(limit(Some(5), None), of(105, 5, TimeLimit::Attempt));
    assert_eq!(limit(None, Some(7)), of(107, 7, TimeLimit::Deadline));
    assert_eq!(limit(Some(5), Some(7)), of(105, 5, TimeLimit::Attempt));
    assert_eq!(limit(Some(9), Some(7)), of(107, 7, TimeLimit::Deadline));
}

#[test]
fn a_deadline_counts_from_the_first_attempt_and_counts_waits_that_are_skipped() {
    let rules = Rules {
        timeout: None,
        ..RULES
    };
    let waits = [Input::Missed, began(100), FAILED, judged(110)];
    let due = |wait, now| {
        let mut said = waits.to_vec();
        said.extend([wait, began(now)]);
        match after(rules, &said).1 {
            Command::Run { limit } => limit.due,
            command => panic!("{command:?}"),
        }
    };
    assert_eq!(due(Input::Woken, 120), at(160));
    assert_eq!(due(Input::Skipped, 110), at(150));
}

#[test]
fn no_attempt_begins_after_the_deadline() {
    let overdue = |now: u32| {
        let said = [Input::Missed, began(0), FAILED, judged(now)];
        match after(RULES, &said).1 {
            Command::Fail { overdue } => overdue.map(|overdue| (overdue.after, overdue.limit)),
            Command::Wait(_) => None,
            command => panic!("{command:?}"),
        }
    };
    let minute = SECOND * 60;
    assert_eq!(overdue(49), None);
    assert_eq!(overdue(50), Some((minute, TimeLimit::NoTimeLeft)));
    assert_eq!(overdue(60), Some((minute, TimeLimit::Deadline)));
}

#[test]
fn an_attempt_that_is_over_by_the_deadline_is_the_last() {
    let rules = Rules {
        timeout: Some(SECOND * 90),
        ..RULES
    };
    let said = [Input::Missed, began(0), Input::Expired(Halt::No)];
    assert_eq!(after(rules, &said).1, Command::Fail { overdue: None });
    assert_eq!(after(RULES, &said).1, Command::Judge { draws: false });
}

#[test]
fn a_number_is_drawn_for_waits_with_jitter_alone() {
    let backoff = Backoff::new(SECOND).jitter();
    let rules = Rules {
        backoff: Some(backoff),
        timeout: None,
        deadline: None,
        ..RULES
    };
    let (mut machine, command) = after(rules, &[Input::Missed, FAILED]);
    assert_eq!(command, Command::Judge { draws: true });
    let judged = Input::Judged {
        now: at(0),
        drawn: u64::MAX,
    };
    let wait = Wait::Turn(backoff.before_with(1, u64::MAX));
    assert_eq!(machine.step(judged), Command::Wait(wait));
}

#[test]
fn a_graph_that_cannot_be_run_is_a_failed_attempt() {
    let rules = Rules {
        backoff: None,
        timeout: None,
        deadline: None,
        ..RULES
    };
    let (mut machine, command) = after(rules, &[Input::Missed, GRAPH, FAILED]);
    assert_eq!(command, Command::Judge { draws: false });
    let begin = Command::Begin {
        keep_inputs: false,
        is_limited: false,
    };
    assert_eq!(machine.step(judged(0)), begin);
    assert_eq!(machine.step(GRAPH), Command::Unfold);
    assert_eq!(
        machine.step(Input::Unfolded),
        Command::Close { is_new: true }
    );
}

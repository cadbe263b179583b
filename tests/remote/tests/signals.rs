//! Gates of executions, and their answers.

use std::{thread, time::Duration};

use flyte_remote::{hypotenuse, released};
use flyte_runtime::{
    cluster::{BlockingRemote, ClusterError, Execution, Signal},
    types::{Literal, LiteralType, LiteralValue},
};

use crate::{plane, remote, started};

/// The gates, when two of them wait or have waited.
fn both(remote: &BlockingRemote, execution: &Execution) -> Vec<Signal> {
    for _ in 0..6_000 {
        let mut signals = remote.signals(execution).unwrap();
        if signals.len() == 2 {
            signals.sort_by(|one, other| one.gate.cmp(&other.gate));
            return signals;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("the gates do not begin to wait");
}

fn answer(signal: &Signal) -> Option<&LiteralValue> {
    signal
        .answer
        .as_ref()
        .map(|literal: &Literal| &literal.value)
}

#[test]
fn gates_open_with_their_answers() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &released::call("text".to_owned()));
    let waiting = both(&remote, &execution);
    let shown = waiting
        .iter()
        .map(|signal| (&*signal.gate, &signal.literal_type, answer(signal)));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("copies", &LiteralType::Integer, None),
            ("review", &LiteralType::Boolean, None)
        ]
    );
    remote.approve(&execution, "review").unwrap();
    remote.set_input(&execution, "copies", 7_i64).unwrap();
    remote.wait(&execution).unwrap();
    let outputs = remote.outputs::<released>(&execution).unwrap();
    assert_eq!(outputs, ("TEXT".to_owned(), 49));
    let answered = both(&remote, &execution);
    assert_eq!(answer(&answered[0]), Some(&LiteralValue::Integer(7)));
    assert_eq!(answer(&answered[1]), Some(&LiteralValue::Boolean(true)));
}

#[test]
fn a_rejection_fails_the_execution() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &released::call("text".to_owned()));
    both(&remote, &execution);
    remote.reject(&execution, "review").unwrap();
    assert!(matches!(
        remote.wait(&execution),
        Err(ClusterError::Ended(_))
    ));
}

/// A server replaces an answer, and nobody is told.
#[test]
fn an_answer_is_not_replaced() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &released::call("text".to_owned()));
    both(&remote, &execution);
    remote.set_input(&execution, "copies", 7_i64).unwrap();
    remote.set_input(&execution, "copies", 7_i64).unwrap();
    let again = remote.set_input(&execution, "copies", 8_i64);
    let text = again.unwrap_err().to_string();
    assert!(text.ends_with("has an answer already: 7"), "{text}");
    assert_eq!(plane.calls("SetSignal"), 1);
    remote.terminate(&execution, "enough").unwrap();
}

#[test]
fn what_is_no_answer_is_told() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &released::call("text".to_owned()));
    both(&remote, &execution);
    let told = |refused: Result<(), ClusterError>, expected: &str| {
        let text = refused.unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
    };
    told(
        remote.approve(&execution, "reviews"),
        "no gate `reviews` of execution",
    );
    told(remote.approve(&execution, "reviews"), "those that wait: `");
    told(
        remote.approve(&execution, "copies"),
        "waits for a value and not for an approval: write `runs signal ",
    );
    told(
        remote.set_input(&execution, "copies", "seven".to_owned()),
        "waits for a value of type integer, and \"seven\" is not one",
    );
    told(
        remote.set_input_text(&execution, "copies", "seven"),
        "gate `copies`: ",
    );
    told(
        remote.approve(&remote.execution("gone"), "review"),
        "has no execution `gone` in flytesnacks:development",
    );
    remote.terminate(&execution, "enough").unwrap();
    let without = started(&remote, &hypotenuse::call(3, 4));
    remote.wait(&without).unwrap();
    told(remote.approve(&without, "review"), "no gate waits");
}

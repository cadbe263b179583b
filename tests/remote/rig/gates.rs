//! Gates: signals of every kind, approvals, and answers that are refused.

use std::collections::BTreeMap;

use flyte_remote::{
    released,
    workflows::gates::{Order, Size, of_compound_types, of_simple_types, ordered, unanswered},
};
use flyte_runtime::{
    cluster::{ClusterError, Execution},
    gate::Answers,
    prelude::*,
};

use crate::here::{Here, until};

/// Starts a call, and waits until that many of its gates wait.
fn waiting<E: Entity>(here: &Here, call: &Call<E>, gates: usize) -> Execution {
    let execution = here.started(call);
    until("the gates wait", || {
        let signals = here.remote.signals(&execution).unwrap();
        (signals.len() == gates).then_some(())
    });
    execution
}

pub(crate) fn simple_values_are_signals(here: &Here) {
    let call = of_simple_types::call();
    let execution = waiting(here, &call, 4);
    let remote = &here.remote;
    remote.set_input(&execution, "integer", i64::MIN).unwrap();
    remote.set_input(&execution, "float", -0.5).unwrap();
    remote.set_input(&execution, "boolean", true).unwrap();
    remote.set_input_text(&execution, "text", "größer").unwrap();
    let answers = Answers::new()
        .input("integer", i64::MIN)
        .input("float", -0.5)
        .input("boolean", true)
        .input("text", "größer".to_owned());
    here.gives_the_same(&call, &execution, answers);
}

pub(crate) fn compound_values_are_signals(here: &Here) {
    let call = of_compound_types::call();
    let execution = waiting(here, &call, 4);
    let remote = &here.remote;
    let texts = vec!["a".to_owned(), String::new()];
    let rates = BTreeMap::from([("nl".to_owned(), 0.21)]);
    let order = Order {
        what: "Äpfel".to_owned(),
        count: 3,
    };
    remote
        .set_input(&execution, "texts", texts.clone())
        .unwrap();
    remote
        .set_input(&execution, "rates", rates.clone())
        .unwrap();
    let text = r#"{"what": "Äpfel", "count": 3}"#;
    remote.set_input_text(&execution, "order", text).unwrap();
    remote.set_input(&execution, "size", Size::Large).unwrap();
    let answers = Answers::new()
        .input("texts", texts)
        .input("rates", rates)
        .input("order", order)
        .input("size", Size::Large);
    here.gives_the_same(&call, &execution, answers);
}

pub(crate) fn an_approval_follows_a_value(here: &Here) {
    let call = ordered::call(1.5);
    let execution = waiting(here, &call, 1);
    let order = Order {
        what: "pears".to_owned(),
        count: 4,
    };
    here.remote
        .set_input(&execution, "order", order.clone())
        .unwrap();
    until("the approval waits", || {
        let signals = here.remote.signals(&execution).unwrap();
        signals
            .iter()
            .any(|signal| signal.gate == "sum")
            .then_some(())
    });
    here.remote.approve(&execution, "sum").unwrap();
    let answers = Answers::new().input("order", order).approve("sum");
    here.gives_the_same(&call, &execution, answers);
}

/// An approval and a value, and answers that are refused.
pub(crate) fn answers_are_checked(here: &Here) {
    let remote = &here.remote;
    let call = released::call("text".to_owned());
    let execution = waiting(here, &call, 2);
    let error = remote.set_input(&execution, "copies", "seven".to_owned());
    let error = error.unwrap_err().to_string();
    assert!(
        error.ends_with("waits for a value of type integer, and \"seven\" is not one"),
        "{error}"
    );
    remote.approve(&execution, "review").unwrap();
    remote.set_input_text(&execution, "copies", "7").unwrap();
    let answers = Answers::new().approve("review").input("copies", 7_i64);
    here.gives_the_same(&call, &execution, answers);
    let again = remote.set_input(&execution, "copies", 8_i64).unwrap_err();
    assert!(again.to_string().ends_with("has an answer already: 7"));
}

pub(crate) fn a_refusal_and_silence_fail(here: &Here) {
    let silent = here.started(&unanswered::call(1));
    let execution = waiting(here, &released::call("text".to_owned()), 2);
    here.remote.reject(&execution, "review").unwrap();
    let error = here.remote.wait(&execution).unwrap_err();
    assert!(matches!(error, ClusterError::Ended(_)), "{error}");
    here.fails(&silent);
    here.runner().run(unanswered::call(1)).unwrap_err();
}

//! What a node says differently from its task.

use flyte_runtime::{BoxError, compat::current_context, prelude::*};

use crate::case::{Case, Expected, Kind, Seen, case, held};

#[task]
fn attempt_of(x: i64) -> Result<u64, BoxError> {
    let attempt = u64::from(current_context().attempt_number());
    match attempt < x.try_into()? {
        true => Err(format!("attempt {attempt} of {x}").into()),
        false => Ok(attempt),
    }
}

#[task(retries = 5, cache = "1")]
fn often(text: String) -> Result<String, BoxError> {
    match text.len() > 3 {
        true => Err(format!("{text} at attempt {}", current_context().attempt_number()).into()),
        false => Ok(text),
    }
}

#[workflow]
fn more_retries(x: i64) -> u64 {
    attempt_of(x).with_overrides(|o| o.retries(2))
}

#[workflow]
fn fewer_retries(text: String) -> String {
    often(text).with_overrides(|o| o.retries(1))
}

#[task(retries = 1)]
fn once_more(texts: Vec<String>) -> Result<String, BoxError> {
    let attempt = current_context().attempt_number();
    Err(format!("{} at attempt {attempt}", texts.join(" ")).into())
}

#[workflow]
fn no_retries(texts: Vec<String>) -> String {
    once_more(texts).with_overrides(|o| o.retries(0))
}

#[workflow]
fn ids_and_names(x: i64) -> (u64, u64) {
    let first = attempt_of(x).with_overrides(|o| o.node_name("the-first").name("Die Erste"));
    let second = attempt_of(0).with_overrides(|o| o.node_name("second").timeout("2m"));
    first >> second;
    (first, second)
}

#[workflow]
fn resources(text: String) -> String {
    often(text).with_overrides(|o| {
        o.requests(|r| r.cpu("1").mem("100Mi"))
            .limits(|r| r.cpu("2").mem("1Gi"))
            .interruptible(true)
    })
}

/// They are those of a node, wherever it is.
#[workflow]
fn in_cases(x: i64, text: String) -> u64 {
    if text == "more" {
        attempt_of(x).with_overrides(|o| o.retries(1).node_name("more"))
    } else {
        attempt_of(0)
    }
}

#[dynamic]
fn in_a_graph(xs: Vec<i64>) -> Vec<u64> {
    let mut all = Vec::new();
    for x in xs {
        let retries = u32::try_from(x).unwrap_or_default();
        all.push(attempt_of(x).with_overrides(|o| o.retries(retries).node_name(format!("n-{x}"))));
    }
    all
}

#[workflow]
fn inner(x: i64) -> u64 {
    attempt_of(x)
}

#[workflow]
fn of_workflows(x: i64) -> (u64, String) {
    let found = inner(x).with_overrides(|o| o.node_name("inner").name("drinnen"));
    (found, often("a").with_overrides(|o| o.cache(true)))
}

fn has_node(id: &'static str) -> impl Fn(&Seen) -> Result<(), String> {
    move |seen| match seen.nodes.iter().any(|node| node.id == id) {
        true => Ok(()),
        false => Err(format!("no node is {id}: {:?}", seen.nodes)),
    }
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    held(
        "overrides",
        [
            case(more_retries::call(2)).gives(2).pods(3),
            case(more_retries::call(3))
                .fails(Kind::Task, "attempt 2 of 3")
                .with("still too few")
                .pods(3),
            case(fewer_retries::call("long".to_owned()))
                .fails(Kind::Task, "long at attempt 1")
                .pods(2),
            case(no_retries::call(vec!["a".to_owned(), "b".to_owned()]))
                .fails(Kind::Task, "a b at attempt 0")
                .but_there(
                    Expected::Fails(Kind::Task, "a b at attempt 1"),
                    "to the engine no retries of a node are those of its task",
                )
                .pods(2),
            case(ids_and_names::call(0))
                .gives((0, 0))
                .check(has_node("the-first")),
            case(resources::call("x".to_owned())).gives("x".to_owned()),
            case(in_cases::call(1, "more".to_owned())).gives(1).pods(2),
            case(in_a_graph::call(vec![1, 0, 2]))
                .gives(vec![1, 0, 2])
                .pods(7)
                .check(has_node("n-2")),
            case(of_workflows::call(0))
                .gives((0, "a".to_owned()))
                .check(has_node("inner")),
        ],
    )
}

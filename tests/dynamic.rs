//! Dynamic tasks: graphs that are built from real values while a run goes on.

use std::sync::atomic::{AtomicUsize, Ordering};

use flyte_runtime::{
    RunError,
    compat::{ExecutionState, Mode},
    context::FlyteContext,
    prelude::*,
};

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn join(words: &[String]) -> String {
    words.join(" ")
}

#[task]
fn fast(x: i64) -> String {
    format!("fast-{x}")
}

#[dynamic]
fn range_of(a: i64, b: i64) -> Vec<String> {
    let mut words = vec![];
    for x in a..=a + b + 1 {
        words.push(fast(x));
    }
    words
}

#[dynamic]
fn nested(a: i64, b: i64) -> Vec<String> {
    range_of(a, b)
}

#[workflow]
fn nested_in_workflow(a: i64, b: i64) -> Vec<String> {
    nested(a, b)
}

/// flytekit: `test_dynamic.py::test_nested_dynamic_local`.
#[test]
fn dynamic_tasks_nest_directly_and_in_a_workflow() -> Result<(), RunError> {
    let words = ["fast-2", "fast-3", "fast-4", "fast-5", "fast-6"];
    assert_eq!(nested(2, 3)?, words);
    assert_eq!(nested_in_workflow(2, 3)?, words);
    Ok(())
}

#[dynamic]
fn sum_to(n: i64) -> i64 {
    if n == 0 {
        add(0, 0)
    } else {
        add(sum_to(n - 1), n)
    }
}

#[test]
fn a_dynamic_task_may_call_itself() -> Result<(), RunError> {
    assert_eq!(sum_to(20)?, 210);
    Ok(())
}

#[dynamic]
fn endless(n: i64) -> i64 {
    endless(n + 1)
}

#[test]
fn one_that_calls_itself_without_end_fails_and_the_process_lives() {
    let error = endless(0).expect_err("it never ends");
    assert!(
        error.to_string().contains("nested more than 1000 deep"),
        "{error}"
    );
}

#[dynamic]
fn lends(words: &[String], greeting: &str, #[default(2)] times: usize) -> String {
    let mut all: Vec<String> = vec![greeting.to_owned()];
    for _ in 0..times {
        all.extend(words.iter().cloned());
    }
    join(all)
}

#[test]
fn parameters_may_be_lent_and_have_defaults() -> Result<(), RunError> {
    let words = ["a".to_owned(), "b".to_owned()];
    assert_eq!(lends(&words, "hi", 1)?, "hi a b");
    let by_name = call!(lends(words = words.to_vec(), greeting = "hi")).run()?;
    assert_eq!(by_name, "hi a b a b");
    Ok(())
}

#[dynamic]
fn constant(x: i64) -> (i64, String) {
    (x + 1, "text".to_owned())
}

#[test]
fn a_body_without_calls_gives_its_values() -> Result<(), RunError> {
    assert_eq!(constant(1)?, (2, "text".to_owned()));
    Ok(())
}

#[task]
fn fails(x: i64) -> Result<i64, String> {
    Err(format!("no {x}"))
}

#[dynamic]
fn third_fails(n: i64) -> i64 {
    let mut last = add(n, 0);
    for x in 0..n {
        let next = fails(x);
        last = add(last, next);
    }
    last
}

#[workflow]
fn around_a_failure(n: i64) -> i64 {
    add(third_fails(n), 1)
}

#[test]
fn a_failure_names_the_node_inside_the_dynamic_task() {
    let error = around_a_failure(1).expect_err("`fails` fails").to_string();
    assert!(error.contains("node n0/dn1 of"), "{error}");
    assert!(error.contains("no 0"), "{error}");
}

#[dynamic]
fn panics(n: i64) -> i64 {
    assert!(n > 3, "{n} is too small");
    add(n, n)
}

#[workflow]
fn around_a_panic(n: i64) -> i64 {
    panics(n)
}

#[test]
fn a_panic_in_the_body_is_a_failed_task() -> Result<(), RunError> {
    let error = around_a_panic(2).expect_err("2 is too small").to_string();
    assert!(error.contains("2 is too small"), "{error}");
    assert!(error.contains("tests/dynamic.rs:"), "{error}");
    assert!(error.contains("n = 2"), "{error}");
    assert_eq!(around_a_panic(4)?, 8);
    Ok(())
}

static BODIES: AtomicUsize = AtomicUsize::new(0);

#[dynamic(retries = 2)]
fn second_time(words: Vec<String>) -> String {
    assert!(BODIES.fetch_add(1, Ordering::Relaxed) > 0, "the first time");
    join(words)
}

#[test]
fn a_body_that_fails_is_repeated_with_its_inputs() -> Result<(), RunError> {
    assert_eq!(second_time(vec!["a".into(), "b".into()])?, "a b");
    assert_eq!(BODIES.load(Ordering::Relaxed), 2);
    Ok(())
}

#[dynamic]
fn duplicate_ids(n: i64) -> i64 {
    let mut last = add(n, n);
    for _ in 0..2 {
        last = add(last, 1).with_overrides(|o| o.node_name("same"));
    }
    last
}

#[test]
fn mistakes_of_the_graph_are_found_at_run_time() {
    let error = duplicate_ids(1).expect_err("two nodes have one id");
    assert!(
        error.to_string().contains("two nodes have the id `same`"),
        "{error}"
    );
}

static SEEN: AtomicUsize = AtomicUsize::new(0);

#[dynamic]
fn looks_around() -> i64 {
    let context = FlyteContext::current();
    let mode = context.execution_state().and_then(ExecutionState::mode);
    if mode == Some(Mode::LocalDynamicTaskExecution) {
        SEEN.fetch_add(1, Ordering::Relaxed);
    }
    add(1, 1)
}

#[test]
fn the_body_runs_in_the_context_of_its_task() -> Result<(), RunError> {
    assert_eq!(looks_around()?, 2);
    assert_eq!(SEEN.load(Ordering::Relaxed), 1);
    Ok(())
}

#[task]
fn greets(name: String) -> String {
    format!("hello {name}")
}

#[task]
fn logs(_text: String) {}

#[dynamic]
fn in_order(name: String) -> String {
    let greeting = greets(name.clone());
    let logged = logs("x");
    logged >> greeting;
    greeting
}

/// flytekit: `test_dynamic.py::test_dynamic_local_rshift`.
#[test]
fn order_without_data_works_inside() -> Result<(), RunError> {
    assert_eq!(in_order("flyte".into())?, "hello flyte");
    Ok(())
}

#[dynamic]
fn wide(n: i64) -> Vec<i64> {
    (0..n).map(|x| add(x, 1)).collect::<Vec<_>>()
}

#[test]
fn a_graph_made_at_run_time_may_be_large() -> Result<(), RunError> {
    let sums = wide(20_000)?;
    assert_eq!(sums.len(), 20_000);
    assert_eq!(sums[19_999], 20_000);
    Ok(())
}

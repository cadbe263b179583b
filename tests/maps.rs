//! Maps: one call for each element of a list that does not exist yet.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test has no users and shows what failed"
)]

use std::{
    sync::atomic::{AtomicI64, AtomicUsize, Ordering},
    time::Duration,
};

use flyte_core::graph::Successes;
use flyte_runtime::{
    graph::{CompileError, Graph, NodeTarget, WorkflowBuilder},
    prelude::*,
    types::FlyteError,
};

fn run<E: Entity>(call: &Call<E>, jobs: usize) -> Result<E::Output, RunError> {
    Runner::local().jobs(jobs).run(call.clone())
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn times(x: i64, #[default(10)] factor: i64) -> i64 {
    x * factor
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[task]
fn total(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn even(x: i64) -> Result<i64, String> {
    if x % 2 == 0 {
        Ok(x)
    } else {
        Err(format!("{x} is odd"))
    }
}

#[task]
fn count(xs: Vec<Option<i64>>) -> i64 {
    xs.iter().flatten().count() as i64
}

fn map_of(graph: &Graph, node: usize) -> &flyte_runtime::graph::MapNode {
    match graph.nodes()[node].target() {
        NodeTarget::Map(map) => map,
        other => panic!("{other:?} is no map"),
    }
}

mod order_and_arguments {
    use super::*;

    #[workflow]
    fn squares(xs: Vec<i64>) -> Vec<i64> {
        xs.map(|x| square(x))
    }

    #[workflow]
    fn by_name_alone(xs: Vec<i64>) -> Vec<i64> {
        xs.map(square)
    }

    #[workflow]
    fn bound(xs: Vec<i64>, factor: i64) -> i64 {
        let factor = square(factor);
        total(xs.map(|x| times(factor = factor, x = x)))
    }

    #[workflow]
    fn bound_by_default(n: i64) -> Vec<i64> {
        numbers(n).map(|x| times(x = x)).map(square)
    }

    #[test]
    fn results_are_in_the_order_of_the_elements() {
        let xs: Vec<i64> = (0..1_000).collect();
        let expected: Vec<i64> = xs.iter().map(|x| x * x).collect();
        assert_eq!(squares(xs.clone()).unwrap(), expected);
        let alone = by_name_alone::call(xs);
        assert_eq!(run(&alone, 1).unwrap(), expected);
    }

    #[test]
    fn an_empty_list_gives_an_empty_list() {
        assert!(squares(Vec::new()).unwrap().is_empty());
    }

    #[test]
    fn other_arguments_are_bound_once_and_defaults_too() {
        assert_eq!(bound(vec![1, 2, 3], 3).unwrap(), 54);
        let graph = bound::graph().unwrap();
        assert_eq!(map_of(&graph, 1).bound_inputs(), ["factor"]);
        assert_eq!(graph.nodes()[1].upstream(), [0]);
        assert_eq!(bound_by_default(3).unwrap(), [0, 100, 400]);
    }

    /// Conformance 60: the list interface for each set of bound inputs.
    #[test]
    fn the_interface_is_of_lists() {
        let graph = bound::graph().unwrap();
        let interface = map_of(&graph, 1).interface();
        let types: Vec<_> = interface
            .inputs
            .iter()
            .chain(&interface.outputs)
            .map(|variable| format!("{}: {}", variable.name, variable.literal_type()))
            .collect();
        assert_eq!(
            types,
            [
                "x: list of integer",
                "factor: integer",
                "o0: list of integer"
            ]
        );
    }
}

/// Names are flytekit's: conformance 60.
mod names {
    use super::*;

    #[task(name = "tests.modules.adds")]
    fn adds(a: i64, b: i64, c: i64) -> i64 {
        a + b + c
    }

    #[workflow]
    fn sets(
        a: Vec<i64>,
        b: Vec<i64>,
        c: Vec<i64>,
        k: i64,
    ) -> (Vec<i64>, Vec<i64>, Vec<i64>, Vec<i64>) {
        let none = a.zip(b).zip(c).map(|((a, b), c)| adds(a, b, c));
        let one = a.zip(b).map(|(a, b)| adds(a, b, k));
        let two = a.map(|a| adds(a, k, k));
        let limited = a.map(|a| adds(a, k, k)).concurrency(5);
        (none, one, two, limited)
    }

    #[test]
    fn have_the_hash_of_bound_inputs_and_options() {
        let graph = sets::graph().unwrap();
        let name = |node| map_of(&graph, node).name().to_owned();
        assert_eq!(
            name(0),
            "tests.modules.map_adds_6b3bd0353da5de6e84d7982921ead2b3-arraynode"
        );
        assert_eq!(
            name(1),
            "tests.modules.map_adds_7df6892fe8ce5343c76197a0b6127e80-arraynode"
        );
        assert_ne!(name(2), name(1));
        assert_ne!(name(3), name(2));
    }
}

mod lists_side_by_side {
    use super::*;

    #[workflow]
    fn products(xs: Vec<i64>, ys: Vec<i64>) -> Vec<i64> {
        xs.zip(ys).map(|(x, y)| times(x, y))
    }

    #[workflow]
    fn with_values(xs: Vec<i64>, k: i64) -> (Vec<i64>, Vec<i64>) {
        let known = xs.zip(vec![10, 20]).map(|(x, y)| times(x, y));
        let made = xs.zip(vec![square(k), k]).map(|(x, y)| times(x, y));
        (known, made)
    }

    #[test]
    fn a_list_that_is_known_is_walked_beside_a_promise() {
        assert_eq!(
            with_values(vec![1, 2], 3).unwrap(),
            (vec![10, 40], vec![9, 6])
        );
        let error = with_values(vec![1], 3).unwrap_err().to_string();
        assert!(
            error.contains("expected a list of 1 element, the length of `x`"),
            "{error}"
        );
    }

    #[test]
    fn are_walked_together() {
        assert_eq!(products(vec![1, 2], vec![3, 4]).unwrap(), [3, 8]);
    }

    #[test]
    fn of_different_lengths_are_an_error_and_no_cut() {
        for (xs, ys) in [(vec![1, 2], vec![3]), (vec![1], vec![3, 4])] {
            let error = products(xs, ys).unwrap_err().to_string();
            assert!(error.contains("input `factor`"), "{error}");
            assert!(
                error.contains("the length of `x`, which is mapped together with it"),
                "{error}"
            );
        }
    }
}

mod failures {
    use super::*;

    #[workflow]
    fn all(xs: Vec<i64>) -> Vec<i64> {
        xs.map(even)
    }

    #[workflow]
    fn some(xs: Vec<i64>) -> Vec<Option<i64>> {
        xs.map(even).min_successes(2)
    }

    #[workflow]
    fn half(xs: Vec<i64>) -> (Vec<Option<i64>>, i64) {
        let evens = xs.map(even).concurrency(2).min_success_ratio(0.5);
        (evens, count(evens))
    }

    #[test]
    fn name_the_element() {
        let error = all(vec![0, 2, 3, 4]).unwrap_err().to_string();
        assert!(error.contains("(node n0[2] of `"), "{error}");
        assert!(error.contains("3 is odd"), "{error}");
        assert!(error.contains("x = 3"), "{error}");
    }

    #[test]
    fn start_no_other_element() {
        let error = run(&all::call(vec![1, 3, 5, 7]), 1).unwrap_err();
        let RunError::Failed(failure) = error else {
            panic!("{error}")
        };
        assert_eq!((failure.others.len(), failure.skipped), (0, 3));
    }

    #[test]
    fn may_happen_while_enough_succeed() {
        assert_eq!(
            some(vec![0, 1, 2, 3]).unwrap(),
            [Some(0), None, Some(2), None]
        );
        let (evens, counted) = half(vec![1, 2, 4, 5]).unwrap();
        assert_eq!(evens, [None, Some(2), Some(4), None]);
        assert_eq!(counted, 2);
    }

    #[workflow]
    fn any(xs: Vec<i64>) -> (Vec<Option<i64>>, Vec<Option<i64>>) {
        (
            xs.map(even).min_successes(0),
            xs.map(even).min_success_ratio(0.0),
        )
    }

    /// However it is said that none has to succeed.
    #[test]
    fn may_happen_to_all() {
        let none = vec![None, None];
        assert_eq!(any(vec![1, 3]).unwrap(), (none.clone(), none));
        assert_eq!(any(vec![]).unwrap(), (vec![], vec![]));
    }

    #[test]
    fn end_the_run_when_too_many() {
        let error = run(&some::call(vec![1, 3, 5, 6]), 1).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("5 is odd"), "{text}");
        assert!(!text.contains("1 is odd"), "{text}");
        // A ratio is rounded up: two of three.
        let error = run(&half::call(vec![1, 2, 3]), 1).unwrap_err();
        assert!(error.to_string().contains("3 is odd"), "{error}");
    }

    #[test]
    fn of_more_successes_than_elements_are_told() {
        let error = some(vec![2]).unwrap_err().to_string();
        assert!(error.contains("a list of at least 2 elements"), "{error}");
    }

    static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);

    #[task(retries = 2)]
    fn flaky(x: i64) -> Result<i64, String> {
        match ATTEMPTS.fetch_add(1, Ordering::SeqCst) % 3 {
            2 => Ok(x),
            _ => Err("not yet".to_owned()),
        }
    }

    #[workflow]
    fn retried(xs: Vec<i64>) -> Vec<i64> {
        xs.map(flaky)
    }

    #[test]
    fn are_retried_by_the_element() {
        assert_eq!(run(&retried::call(vec![7, 8]), 1).unwrap(), [7, 8]);
        assert_eq!(ATTEMPTS.load(Ordering::SeqCst), 6);
    }

    #[task]
    fn note(xs: Vec<i64>, err: Option<FlyteError>) {
        let error = err.unwrap_or_default();
        assert!(!xs.is_empty());
        NOTED.lock().unwrap().push(error.failed_node_id.clone());
    }

    static NOTED: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

    #[workflow(on_failure = note)]
    fn handled(xs: Vec<i64>) -> Vec<i64> {
        xs.map(even)
    }

    #[test]
    fn are_told_to_the_handler_with_the_id_of_the_map() {
        handled(vec![1]).unwrap_err();
        assert_eq!(*NOTED.lock().unwrap(), ["n0"]);
    }
}

/// Cancelling ends what waits, and starts no other element.
#[tokio::test]
async fn a_dropped_run_ends_its_elements() {
    static STARTED: AtomicUsize = AtomicUsize::new(0);
    static ENDED: AtomicUsize = AtomicUsize::new(0);

    #[task]
    async fn forever(x: i64) -> i64 {
        STARTED.fetch_add(1, Ordering::SeqCst);
        std::future::pending::<()>().await;
        ENDED.fetch_add(1, Ordering::SeqCst);
        x
    }

    #[workflow]
    fn endless(xs: Vec<i64>) -> Vec<i64> {
        xs.map(forever).concurrency(4)
    }

    let runner = Runner::local().jobs(2);
    let mut started = Box::pin(runner.start(endless::call((0..100).collect())));
    while STARTED.load(Ordering::SeqCst) < 4 {
        let tick = tokio::time::timeout(Duration::from_millis(1), &mut started);
        assert!(tick.await.is_err());
    }
    drop(started);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let counts = (STARTED.load(Ordering::SeqCst), ENDED.load(Ordering::SeqCst));
    assert_eq!(counts, (4, 0));
}

/// What does not depend on the map goes on when it fails, if the workflow says so.
mod failure_policies {
    use super::*;

    static AFTER: AtomicUsize = AtomicUsize::new(0);

    #[task]
    fn independent(x: i64) -> i64 {
        AFTER.fetch_add(1, Ordering::SeqCst);
        x
    }

    #[workflow(failure_policy = fail_after_executable_nodes_complete)]
    fn goes_on(xs: Vec<i64>) -> (Vec<i64>, i64) {
        let ys = xs.map(even);
        (ys, independent(independent(1)))
    }

    #[test]
    fn are_those_of_the_workflow_for_what_is_around_a_map() {
        let error = run(&goes_on::call(vec![1, 3, 5]), 1).unwrap_err();
        let RunError::Failed(failure) = error else {
            panic!("{error}")
        };
        assert_eq!((failure.others.len(), failure.skipped), (0, 2));
        assert_eq!(AFTER.load(Ordering::SeqCst), 2);
    }
}

mod concurrency {
    use super::*;

    static RUNNING: AtomicI64 = AtomicI64::new(0);
    static MOST: AtomicI64 = AtomicI64::new(0);

    #[task]
    async fn waits(x: i64) -> i64 {
        let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
        MOST.fetch_max(running, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(2)).await;
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        x + 1
    }

    #[workflow]
    fn limited(xs: Vec<i64>) -> Vec<i64> {
        xs.map(waits).concurrency(3)
    }

    #[test]
    fn bounds_how_many_elements_are_on_their_way() {
        let xs: Vec<i64> = (0..40).collect();
        let ys = run(&limited::call(xs), 2).unwrap();
        assert_eq!(ys, (1..41).collect::<Vec<i64>>());
        assert_eq!(MOST.load(Ordering::SeqCst), 3);
    }

    #[task]
    async fn naps(x: i64) -> i64 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        x
    }

    #[workflow]
    fn many(n: i64) -> i64 {
        total(numbers(n).map(naps))
    }

    #[test]
    fn of_async_tasks_is_not_that_of_workers() {
        assert_eq!(run(&many::call(10_000), 2).unwrap(), 49_995_000);
    }
}

mod places {
    use super::*;

    #[workflow]
    fn sum_of_squares(n: i64) -> i64 {
        total(numbers(n).map(square))
    }

    #[launch_plan]
    fn plan(n: i64) -> i64 {
        sum_of_squares(n = n)
    }

    #[workflow]
    fn of_launch_plans(ns: Vec<i64>) -> Vec<i64> {
        ns.map(|n| plan(n))
    }

    #[workflow]
    fn in_a_branch(xs: Vec<i64>, big: bool) -> Vec<i64> {
        if big {
            xs.map(|x| times(x, 100))
        } else {
            let ys = xs.map(square);
            ys.map(square)
        }
    }

    #[dynamic]
    fn in_a_dynamic_task(n: i64) -> i64 {
        total(numbers(n).map(|x| times(x, n)))
    }

    #[workflow]
    fn in_a_sub_workflow(n: i64) -> i64 {
        square(sum_of_squares(in_a_dynamic_task(n)))
    }

    #[task]
    fn nothing(_x: i64) {
        DONE.fetch_add(1, Ordering::SeqCst);
    }

    static DONE: AtomicUsize = AtomicUsize::new(0);

    #[workflow]
    fn without_outputs(xs: Vec<i64>) -> i64 {
        let done = xs.map(nothing).concurrency(1);
        let after = total(xs);
        done >> after;
        after
    }

    #[test]
    fn are_launch_plans_too() {
        assert_eq!(of_launch_plans(vec![3, 4]).unwrap(), [5, 14]);
    }

    #[test]
    fn are_cases_of_branches() {
        assert_eq!(in_a_branch(vec![1, 2], true).unwrap(), [100, 200]);
        assert_eq!(in_a_branch(vec![1, 2], false).unwrap(), [1, 16]);
    }

    #[test]
    fn are_dynamic_tasks_and_sub_workflows() {
        assert_eq!(in_a_dynamic_task(4).unwrap(), 24);
        // 0 + 3 + 6 is 9; 0 + 1 + 4 + … + 64 is 204.
        assert_eq!(in_a_sub_workflow(3).unwrap(), 204 * 204);
    }

    #[test]
    fn are_ordered_also_without_outputs() {
        assert_eq!(without_outputs(vec![1, 2]).unwrap(), 3);
        assert_eq!(DONE.load(Ordering::SeqCst), 2);
    }

    #[workflow]
    fn of_failing_plans(ns: Vec<i64>) -> Vec<Option<i64>> {
        ns.map(|n| evens(n)).min_successes(1)
    }

    #[workflow]
    fn doubled_even(n: i64) -> i64 {
        times(even(n), 2)
    }

    #[launch_plan]
    fn evens(n: i64) -> i64 {
        doubled_even(n = n)
    }

    #[test]
    fn of_a_launch_plan_may_fail_while_enough_succeed() {
        assert_eq!(of_failing_plans(vec![1, 2]).unwrap(), [None, Some(4)]);
    }
}

/// In code, without a macro.
#[test]
fn a_map_can_be_built_in_code() {
    let mut builder = WorkflowBuilder::new("tests.maps.in_code");
    let xs = builder.add_workflow_input::<Vec<i64>>("xs");
    let ys = builder.add(|| xs.map(|x| times::node(x, 3)).concurrency(2));
    builder.add_workflow_output::<Vec<i64>>("ys", ys);
    let built = builder.build().unwrap();
    let graph = built.graph().unwrap();
    assert_eq!(map_of(&graph, 0).concurrency(), Some(2));
    assert_eq!(map_of(&graph, 0).successes(), Successes::All);
    let ys: Vec<i64> = built.call().input("xs", vec![1_i64, 2]).run().unwrap();
    assert_eq!(ys, [3, 6]);
}

/// What the compiler cannot see is told when the graph is built, with the place of the map.
mod mistakes {
    use super::*;

    #[dynamic]
    fn unfolds(x: i64) -> i64 {
        square(x)
    }

    #[workflow]
    fn inner(x: i64) -> i64 {
        square(x)
    }

    #[workflow]
    fn of_a_dynamic_task(xs: Vec<i64>) -> Vec<i64> {
        xs.map(unfolds)
    }

    #[workflow]
    fn of_a_workflow(xs: Vec<i64>) -> Vec<i64> {
        xs.map(inner)
    }

    #[workflow]
    fn without_the_element(xs: Vec<i64>, k: i64) -> Vec<i64> {
        xs.map(|_| square(k))
    }

    #[workflow]
    fn without_a_call(xs: Vec<i64>, k: i64) -> Vec<i64> {
        xs.map(|_| k)
    }

    #[workflow]
    fn of_a_map(xs: Vec<i64>, ys: Vec<i64>) -> Vec<Vec<i64>> {
        xs.map(|x| ys.map(|y| times(y, x)))
    }

    #[workflow]
    fn left(xs: Vec<i64>) -> i64 {
        let mut kept = None;
        let ys = xs.map(|x| {
            let y = square(x);
            kept = Some(y);
            y
        });
        let z = square(kept.unwrap());
        ys >> z;
        z
    }

    #[workflow]
    fn no_map(xs: Vec<i64>) -> Vec<i64> {
        xs.concurrency(3)
    }

    #[workflow]
    fn bad_options(xs: Vec<i64>) -> Vec<Option<i64>> {
        // Of literals the compiler tells.
        let (none, all) = (0, 1.0);
        let _ = xs.map(square).concurrency(none);
        let _ = xs.map(square).concurrency(1).concurrency(2);
        let _ = xs.map(square).min_success_ratio(-0.5);
        xs.map(square).min_success_ratio(all)
    }

    #[workflow]
    fn before_optional(xs: Vec<i64>) -> i64 {
        let ys = xs.map(square);
        let _ = ys.min_successes(1);
        total(ys)
    }

    fn problems(graph: Result<std::sync::Arc<Graph>, CompileError>) -> String {
        graph.unwrap_err().to_string()
    }

    #[test]
    fn are_told_with_the_way_out() {
        for (text, expected) in [
            (
                problems(of_a_dynamic_task::graph()),
                "is a dynamic task, and a map runs a task, a launch plan",
            ),
            (
                problems(of_a_workflow::graph()),
                "is a workflow, and a map runs a task, a launch plan or a reference to one; map a launch plan of it",
            ),
            (
                problems(without_the_element::graph()),
                "takes no element of the list",
            ),
            (problems(without_a_call::graph()), "its body calls nothing"),
            (
                problems(of_a_map::graph()),
                "its body is a map, and a map runs a task, a launch plan or a reference to one; write the map over `",
            ),
            (
                problems(left::graph()),
                "is given a promise that was made in it, and only it can use that",
            ),
            (
                problems(no_map::graph()),
                "`concurrency` changes a map, and is given to something else",
            ),
            (problems(bad_options::graph()), "a concurrency of 0"),
            (
                problems(bad_options::graph()),
                "`concurrency` is given twice",
            ),
            (
                problems(bad_options::graph()),
                "a ratio of successes of 1.0",
            ),
            (
                problems(bad_options::graph()),
                "a ratio of successes of -0.5",
            ),
        ] {
            assert!(text.contains(expected), "{text}");
            assert!(text.contains("tests/maps.rs:"), "{text}");
        }
    }

    /// What is wrong with the inner map is not told as something else of the outer one.
    #[test]
    fn of_maps_in_maps_are_told_once() {
        let told = problems(of_a_map::graph());
        assert!(told.contains("times` in a workflow"), "{told}");
        assert!(!told.contains("takes no element"), "{told}");
    }

    #[test]
    fn include_a_list_from_before_its_elements_were_optional() {
        let error = before_optional(vec![1]).unwrap_err().to_string();
        assert!(
            error.contains("as it was before `min_successes`"),
            "{error}"
        );
    }
}

/// A million elements: the values are all the memory there is.
#[test]
fn a_million_elements_run() {
    #[workflow]
    fn sum(n: i64) -> i64 {
        total(numbers(n).map(|x| times(x, 1)))
    }
    assert_eq!(sum(1_000_000).unwrap(), 499_999_500_000);
}

//! What a body may say and what comes out when it runs: each rule of authoring, and the flytekit tests that pin it there.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::collections::{BTreeMap, HashMap};

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(a: i64, #[default(1)] b: i64) -> i64 {
    a + b
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn join(parts: Vec<String>, separator: &str) -> String {
    parts.join(separator)
}

/// flytekit's `t1(a) -> (int, str)`.
#[task]
fn t1(a: i64) -> (i64, String) {
    (a + 2, "world".to_owned())
}

#[task]
fn concatenate(a: String, b: String) -> String {
    b + &a
}

#[task]
fn nothing(_x: i64) {}

mod plain_calls {
    use super::*;

    #[test]
    fn a_task_is_the_function_it_was() {
        assert_eq!(square(3), 9);
        assert_eq!(add(1, 2), 3);
        assert_eq!([1, 2, 3].map(square), [1, 4, 9]);
    }

    #[test]
    fn a_task_runs_alone_through_the_engine() {
        assert_eq!(square::run(3).unwrap(), 9);
        assert_eq!(sum::run(&[1, 2, 3]).unwrap(), 6);
        assert_eq!(join::run(vec!["a".into(), "b".into()], "-").unwrap(), "a-b");
    }

    /// `test_type_hints.py::test_simple_input_no_output`
    #[test]
    fn a_task_without_outputs_gives_nothing() {
        let () = nothing::run(3).unwrap();
    }

    #[test]
    fn a_builder_takes_inputs_by_name_and_knows_defaults() {
        assert_eq!(call!(add(a = 5)).run().unwrap(), 6);
        assert_eq!(call!(add(b = 3, a = 5)).run().unwrap(), 8);
        assert_eq!(
            call!(join(separator = "+", parts = vec!["x".into()]))
                .run()
                .unwrap(),
            "x"
        );
    }

    #[test]
    fn a_call_is_data_that_can_be_shown_and_run_again() {
        let call = add::call(1, 2);
        assert!(
            format!("{call:?}").ends_with("add(a = 1, b = 2)"),
            "{call:?}"
        );
        assert_eq!(Runner::local().run(call.clone()).unwrap(), 3);
        assert_eq!(Runner::local().jobs(1).run(call).unwrap(), 3);
    }
}

/// `test_type_hints.py::test_wf1_run`
#[workflow]
fn wf1(a: i64, b: String) -> (i64, String) {
    let (x, y) = t1(a);
    let d = concatenate(y, b);
    (x, d)
}

#[test]
fn outputs_of_a_task_are_taken_apart_as_a_tuple() {
    assert_eq!(
        wf1(5, "hello ".to_owned()).unwrap(),
        (7, "hello world".to_owned())
    );
}

/// `test_type_hints.py::test_wf1_with_list_of_inputs`
#[workflow]
fn wf_list(a: i64, b: String) -> (i64, String) {
    let (x, y) = t1(a);
    let d = join(vec![b, y], " ");
    (x, d)
}

#[test]
fn a_list_may_hold_inputs_and_results() {
    assert_eq!(
        wf_list(5, "hello".to_owned()).unwrap(),
        (7, "hello world".to_owned())
    );
}

/// `test_type_hints.py::test_wf1_with_constant_return`
#[workflow]
fn constant_beside_a_result(a: i64) -> (i64, String) {
    let (x, _) = t1(a);
    (x, "A constant output")
}

#[workflow]
fn constant_alone(a: i64) -> i64 {
    let _ = t1(a);
    10
}

#[workflow]
fn passes_through(a: i64, text: Option<String>) -> (Option<String>, i64) {
    (text, a)
}

#[test]
fn constants_and_inputs_are_outputs() {
    assert_eq!(
        constant_beside_a_result(5).unwrap(),
        (7, "A constant output".to_owned())
    );
    assert_eq!(constant_alone(5).unwrap(), 10);
    // flytekit fails for an absent optional here.
    assert_eq!(passes_through(1, None).unwrap(), (None, 1));
    assert_eq!(
        passes_through(1, Some("x".into())).unwrap(),
        (Some("x".into()), 1)
    );
}

#[workflow]
fn sub(a: i64) -> (String, String) {
    let (_, text) = t1(a);
    let greeting = concatenate(text, "hello ");
    (greeting, text)
}

#[workflow]
fn outer(a: i64) -> (String, String) {
    let (first, _) = sub(a);
    let (_, second) = sub(square(a));
    (first, second)
}

/// `test_type_hints.py::test_promise_return`, `test_workflows.py::test_sub_wf_multi_named_tuple`
#[test]
fn a_workflow_is_called_in_a_workflow() {
    assert_eq!(
        outer(3).unwrap(),
        ("hello world".to_owned(), "world".to_owned())
    );
}

#[workflow]
fn by_name(data: Vec<i64>) -> i64 {
    let total = sum(xs = data);
    let more = add(a = total);
    add(b = 5, a = more)
}

#[test]
fn arguments_are_given_by_name_and_defaults_left_out() {
    assert_eq!(by_name(vec![1, 2, 3]).unwrap(), 12);
}

fn helper(n: usize) -> usize {
    n + 1
}

#[workflow]
fn ordinary_rust(x: i64) -> i64 {
    let doubled = |p| add(p, p);
    fn inner(n: usize) -> usize {
        n * 2
    }
    let mut terms = Vec::new();
    for n in 0..(helper)(inner(1)) {
        if n % 2 == 0 {
            terms.push(doubled(x));
        } else {
            terms.push(square(x));
        }
    }
    sum(terms)
}

#[test]
fn plain_control_flow_runs_while_the_graph_is_built() {
    // Three terms: 2x, x², 2x.
    assert_eq!(ordinary_rust(5).unwrap(), 10 + 25 + 10);
}

#[workflow]
fn calls_in_lists(x: i64) -> Vec<i64> {
    vec![square(x), 7, add(x, -1), sum([x, x])]
}

#[task]
fn maybe(x: Option<i64>) -> i64 {
    x.unwrap_or(-1)
}

#[task]
fn nested(rows: Vec<Vec<i64>>, extra: Option<Vec<i64>>) -> Vec<i64> {
    rows.into_iter().chain(extra).flatten().collect()
}

#[task]
fn total(counts: BTreeMap<String, i64>, hashed: HashMap<String, i64>) -> i64 {
    counts.values().sum::<i64>() * 100 + hashed.values().sum::<i64>()
}

#[workflow]
fn optional_arguments(x: i64) -> Vec<i64> {
    vec![
        maybe(x),
        maybe(Some(x)),
        maybe(None),
        maybe(Some(4)),
        maybe(Some(square(x))),
    ]
}

#[workflow]
fn nested_lists(x: i64) -> Vec<i64> {
    let row = vec![x, square(x)];
    nested(vec![vec![x, 2], vec![], row], Some(vec![add(a = x), 9]))
}

#[workflow]
fn maps(x: i64) -> i64 {
    let counts = BTreeMap::from([("a", x), ("b", square(x))]);
    let hashed = HashMap::from([("c".to_owned(), x)]);
    total(counts, hashed)
}

#[task]
fn scaled(pair: [i64; 2], by: i64) -> [i64; 2] {
    pair.map(|each| each * by)
}

#[task]
fn longest(rows: BTreeMap<String, Vec<i64>>) -> u32 {
    rows.values().map(|row| row.len() as u32).max().unwrap_or(0)
}

#[workflow]
fn arrays(x: i64) -> ([i64; 2], [i64; 2], u32) {
    let pair = [square(x), x];
    let rows = BTreeMap::from([("a", vec![x, square(x)]), ("b", Vec::new())]);
    (scaled([x, 7], 2), scaled(pair, 3), longest(rows))
}

#[test]
fn collections_of_promises_are_arguments_and_outputs() {
    assert_eq!(arrays(3).unwrap(), ([6, 14], [27, 9], 2));
    assert_eq!(calls_in_lists(4).unwrap(), [16, 7, 3, 8]);
    assert_eq!(optional_arguments(3).unwrap(), [3, 3, -1, 4, 9]);
    assert_eq!(nested_lists(3).unwrap(), [3, 2, 3, 9, 4, 9]);
    assert_eq!(maps(3).unwrap(), 1203);
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Report {
    mean: f64,
    label: String,
    history: Vec<i64>,
}

#[task]
fn report(xs: &[i64]) -> Report {
    Report {
        mean: xs.iter().sum::<i64>() as f64 / xs.len() as f64,
        label: "mean".into(),
        history: xs.to_vec(),
    }
}

#[task]
fn by_key() -> BTreeMap<String, Vec<i64>> {
    BTreeMap::from([("a".to_owned(), vec![1, 2, 3])])
}

#[workflow]
fn parts(xs: Vec<i64>) -> (f64, String, i64, i64) {
    let report = report(xs);
    let fields = report.fields();
    (
        fields.mean,
        fields.label,
        fields.history.at(1),
        by_key().get("a").at(2),
    )
}

/// `test_promise.py::test_promise_with_attr_path`
#[test]
fn parts_of_a_promise_are_promises() {
    assert_eq!(
        parts(vec![1, 2, 3]).unwrap(),
        (2.0, "mean".to_owned(), 2, 3)
    );
}

#[test]
fn a_part_that_is_not_there_fails_the_run_with_its_path() {
    let error = parts(vec![1]).unwrap_err().to_string();
    assert!(
        error.contains(
            "output `o2`: at n0.o0.history: expected an element 1, found a list of 1 element"
        ),
        "{error}"
    );
}

#[workflow]
fn part_of_an_input(xs: Vec<i64>) -> i64 {
    square(xs.at(3))
}

#[test]
fn an_input_of_a_task_says_which_part_of_what_it_was_to_be() {
    let error = part_of_an_input(vec![1]).unwrap_err().to_string();
    assert!(
        error.contains("input `x`: at xs: expected an element 3, found a list of 1 element"),
        "{error}"
    );
}

#[derive(FlyteOutputs, Debug, PartialEq)]
struct Summary {
    total: i64,
    /// The inputs, joined.
    text: String,
}

#[task]
fn summarise(xs: &[i64]) -> Result<Summary, std::fmt::Error> {
    Ok(Summary {
        total: xs.iter().sum(),
        text: format!("{xs:?}"),
    })
}

#[workflow]
fn renamed(xs: Vec<i64>) -> Summary {
    let first = summarise(xs);
    Summary {
        text: first.text,
        total: add(first.total, 100),
    }
}

#[workflow]
fn handed_on(xs: Vec<i64>) -> Summary {
    summarise(xs)
}

/// `test_workflows.py::test_sub_wf_single_named_tuple`
#[test]
fn outputs_have_the_names_of_a_struct() {
    assert_eq!(
        renamed(vec![1, 2]).unwrap(),
        Summary {
            total: 103,
            text: "[1, 2]".into()
        }
    );
    assert_eq!(
        handed_on(vec![3]).unwrap(),
        Summary {
            total: 3,
            text: "[3]".into()
        }
    );
    let names: Vec<_> = renamed::graph()
        .unwrap()
        .interface()
        .outputs
        .iter()
        .map(|output| output.name.clone())
        .collect();
    assert_eq!(names, ["total", "text"]);
}

type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[task]
fn parse(text: &str) -> Fallible<i64> {
    Ok(text.parse()?)
}

#[task]
fn parse_anyhow(text: String) -> anyhow::Result<i64> {
    Ok(text.parse()?)
}

#[task]
async fn parse_later(text: &str, delay: u64) -> Result<i64, std::num::ParseIntError> {
    tokio::time::sleep(std::time::Duration::from_millis(delay)).await;
    text.parse()
}

#[workflow]
fn parses(text: String) -> Vec<i64> {
    vec![parse(text), parse_anyhow(text), parse_later(text, 1)]
}

#[test]
fn results_of_any_error_type_are_seen_through() {
    assert_eq!(parses("12".to_owned()).unwrap(), [12, 12, 12]);
}

#[task]
fn small(byte: u8, word: i16, single: f32) -> f64 {
    f64::from(byte) + f64::from(word) + f64::from(single)
}

#[workflow]
fn smaller_numbers(byte: u8) -> f64 {
    small(byte, -300, 0.5)
}

#[test]
fn smaller_numbers_travel_as_they_are() {
    assert_eq!(smaller_numbers(255).unwrap(), -44.5);
}

#[workflow]
fn maps_a_plain_list(x: i64) -> Vec<i64> {
    let mut all: Vec<Promise<i64>> = vec![1i64, 2].into_iter().map(square).collect();
    all.extend(vec![x, x].into_iter().map(|x| square(x)));
    all
}

/// The name of a task as a function would run it while the graph is built, with no trace in the graph.
#[test]
fn a_task_given_to_map_by_its_name_is_a_call() {
    assert_eq!(maps_a_plain_list::graph().unwrap().nodes().len(), 4);
    assert_eq!(maps_a_plain_list(3).unwrap(), [1, 4, 9, 9]);
}

macro_rules! generated {
    ($task:ident, $workflow:ident, $named:ident, $x:ident, $body:expr, $limit:literal) => {
        #[task]
        fn $task($x: i64, limit: i64) -> i64 {
            $x.min(limit)
        }

        #[workflow]
        fn $workflow($x: i64) -> i64 {
            let bounded = $task($body, $limit);
            square(bounded)
        }

        #[workflow]
        fn $named($x: i64) -> Summary {
            let total = $workflow(x = $x);
            Summary {
                total,
                text: "generated",
            }
        }
    };
}

generated!(at_most, bounded_square, summarised_square, x, add(x, 1), 10);

#[test]
fn tasks_and_workflows_can_be_written_by_a_macro() {
    assert_eq!(
        (bounded_square(3).unwrap(), bounded_square(30).unwrap()),
        (16, 100)
    );
    assert_eq!(
        summarised_square(3).unwrap(),
        Summary {
            total: 16,
            text: "generated".into()
        }
    );
}

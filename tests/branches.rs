//! Branches: which case runs, what a branch gives, and what it compiles to. The flytekit tests that pin it there are named.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_runtime::{
    context::{self, BranchEvalMode},
    graph::{BranchElse, BranchNode, Graph, NodeTarget},
    prelude::*,
};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn double(x: i64) -> i64 {
    2 * x
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn is_even(x: i64) -> bool {
    x % 2 == 0
}

#[task]
fn nothing(_x: i64) {}

#[task]
fn sum_and_difference(a: i64, b: i64) -> (i64, i64) {
    (a + b, a - b)
}

#[task]
fn describe(x: i64, text: String) -> String {
    format!("{text} {x}")
}

/// What the task sees of the branch around it.
#[task]
fn branch_mode(_x: i64) -> String {
    let context = context::FlyteContext::current();
    let mode = context
        .execution_state()
        .and_then(context::ExecutionState::branch_eval_mode);
    mode.map_or("no branch".to_owned(), |mode| mode.to_string())
}

fn branch(graph: &Graph, node: usize) -> &BranchNode {
    match graph.nodes()[node].target() {
        NodeTarget::Branch(branch) => branch,
        other => panic!("no branch: {other:?}"),
    }
}

mod explicit {
    use super::*;

    /// `test_conditions.py::test_condition_else_fail`, `test_condition_else_int`
    #[workflow]
    fn multiplier(x: f64) -> f64 {
        conditional("fractions")
            .if_(x.gt(0.1).and(x.lt(1.0)))
            .then(|| twice(x))
            .elif_(x.gt(1.0).and(x.le(10.0)))
            .then(|| squared(x))
            .elif_(x.eq(0.0))
            .then(|| x)
            .else_()
            .fail("The input must be between 0 and 10")
    }

    #[task]
    fn twice(x: f64) -> f64 {
        2.0 * x
    }

    #[task]
    fn squared(x: f64) -> f64 {
        x * x
    }

    #[test]
    fn the_first_condition_that_holds_chooses() {
        assert_eq!(multiplier(0.5).unwrap(), 1.0);
        assert_eq!(multiplier(5.0).unwrap(), 25.0);
        assert_eq!(multiplier(0.0).unwrap(), 0.0);
    }

    #[test]
    fn a_branch_that_fails_says_where_and_why() {
        let error = multiplier(20.0).unwrap_err().to_string();
        assert!(error.starts_with("branch `fractions` failed (node n0 of `branches.explicit.multiplier`): The input must be between 0 and 10\n  branch at tests/branches.rs:"), "{error}");
    }

    #[test]
    fn the_node_is_as_flytekit_compiles_it() {
        let graph = multiplier::graph().unwrap();
        assert_eq!(graph.nodes().len(), 1);
        assert_eq!(graph.nodes()[0].metadata().name, "fractions");
        let branch = branch(&graph, 0);
        let conditions: Vec<_> = branch
            .cases()
            .iter()
            .map(|case| case.condition.to_string())
            .collect();
        assert_eq!(
            conditions,
            ["x > 0.1 && x < 1.0", "x > 1.0 && x <= 10.0", "x == 0.0"]
        );
        let ids: Vec<_> = branch.case_nodes().map(|case| case.node().id()).collect();
        assert_eq!(ids, ["n0", "n1", "n2"]);
        assert!(
            matches!(branch.default(), BranchElse::Fail(message) if message == "The input must be between 0 and 10")
        );
        let vars: Vec<_> = graph.nodes()[0]
            .bindings()
            .iter()
            .map(|binding| &*binding.var)
            .collect();
        assert_eq!(vars, [".x"]);
        // The case without a call is a workflow of its own.
        let NodeTarget::Inlined(inlined) = branch.cases()[2].then.node().target() else {
            panic!()
        };
        assert_eq!(inlined.name(), "branches.explicit.multiplier.n0-2");
    }

    #[workflow]
    fn several_calls(x: i64, y: i64) -> i64 {
        let before = square(y);
        let result = conditional("c")
            .if_(x.gt(y))
            .then(|| add(double(before), x))
            .elif_(is_even(x))
            .then(|| {
                conditional("inner")
                    .if_(before.gt(10))
                    .then(|| double(x))
                    .else_()
                    .then(|| add(before, square(x)))
            })
            .else_()
            .then(|| before);
        double(result)
    }

    #[test]
    fn a_case_may_have_several_calls_and_values_from_around() {
        assert_eq!(several_calls(5, 2).unwrap(), 2 * (2 * 4 + 5));
        assert_eq!(several_calls(2, 5).unwrap(), 2 * (2 * 2));
        assert_eq!(several_calls(2, 3).unwrap(), 2 * (9 + 4));
        assert_eq!(several_calls(1, 3).unwrap(), 2 * 9);
    }

    #[workflow]
    fn modes(x: i64) -> (String, String) {
        let inside = conditional("c")
            .if_(x.gt(0))
            .then(|| branch_mode(x))
            .else_()
            .then(|| {
                conditional("d")
                    .if_(x.lt(0))
                    .then(|| branch_mode(double(x)))
                    .else_()
                    .then(|| branch_mode(x))
            });
        (inside, branch_mode(x))
    }

    #[test]
    fn a_task_sees_that_its_branch_is_the_active_one() {
        for x in [1, 0, -1] {
            assert_eq!(
                modes(x).unwrap(),
                (
                    BranchEvalMode::BranchActive.to_string(),
                    "no branch".to_owned()
                )
            );
        }
    }
}

mod conditions {
    use super::*;

    /// `test_type_hints.py::test_comparison_lits`, `test_comparison_refs`: building evaluates nothing, running all of it.
    #[workflow]
    fn all(x: i64, y: i64) -> Vec<String> {
        let eq = if x == 5 { "==" } else { "" };
        let ne = if 8 != x { "!=" } else { "" };
        let lt = if x < y { "<" } else { "" };
        let le = if y <= x { "<=" } else { "" };
        let gt = if y > x && x > 4 { ">" } else { "" };
        let ge = if x >= y || y >= 8 { ">=" } else { "" };
        let not = if !(x == 5 && y == 9) { "!" } else { "" };
        let known = if 3 > 2 && x == 5 { "known" } else { "" };
        vec![eq, ne, lt, le, gt, ge, not, known]
    }

    #[test]
    fn every_operator_on_promises_and_constants() {
        assert_eq!(
            all(5, 8).unwrap(),
            ["==", "!=", "<", "", ">", ">=", "!", "known"]
        );
        assert_eq!(all(8, 8).unwrap(), ["", "", "", "<=", "", ">=", "!", ""]);
    }

    #[workflow]
    fn kinds(flag: bool, text: Option<String>, ratio: f64) -> (String, String, String) {
        let by_flag = if flag { "yes" } else { "no" };
        let by_option = if text.is_some() && !flag {
            "there"
        } else if text.is_none() {
            "none"
        } else {
            "flag"
        };
        let by_ratio = if flag || ratio > 0.5 { "high" } else { "low" };
        (by_flag, by_option, by_ratio)
    }

    /// `test_conditions.py::test_condition_unary_bool`: a promise of a `bool` needs no comparison here.
    #[test]
    fn bools_options_and_floats() {
        let run =
            |flag, text: Option<&str>, ratio| kinds(flag, text.map(str::to_owned), ratio).unwrap();
        assert_eq!(
            run(true, None, 0.0),
            ("yes".into(), "none".into(), "high".into())
        );
        assert_eq!(
            run(false, Some("x"), 0.7),
            ("no".into(), "there".into(), "high".into())
        );
        assert_eq!(
            run(true, Some("x"), 0.1),
            ("yes".into(), "flag".into(), "high".into())
        );
        assert_eq!(
            run(false, None, 0.1),
            ("no".into(), "none".into(), "low".into())
        );
    }
}

mod values {
    use super::*;

    /// `test_conditions.py::test_condition_tuple_branches`
    #[workflow]
    fn tuple(a: i64, b: i64) -> (i64, i64) {
        if a > b {
            sum_and_difference(a, b)
        } else {
            sum_and_difference(b, a)
        }
    }

    #[test]
    fn a_branch_gives_a_tuple() {
        assert_eq!(tuple(3, 2).unwrap(), (5, 1));
        let graph = tuple::graph().unwrap();
        let branch = branch(&graph, 0);
        assert!(
            branch
                .case_nodes()
                .all(|case| matches!(case.node().target(), NodeTarget::Task(_)))
        );
        let names: Vec<_> = branch
            .outputs()
            .iter()
            .map(|output| &*output.name)
            .collect();
        assert_eq!(names, ["o0", "o1"]);
    }

    /// Where flytekit pairs outputs by position and swaps them: the cases give them in different orders.
    #[workflow]
    fn swapped(a: i64, b: i64) -> (i64, i64) {
        let (sum, difference) = if a > b {
            sum_and_difference(a, b)
        } else {
            let (sum, difference) = sum_and_difference(b, a);
            (difference, sum)
        };
        (sum, difference)
    }

    #[test]
    fn outputs_in_another_order_are_not_mixed_up() {
        assert_eq!(swapped(3, 2).unwrap(), (5, 1));
        assert_eq!(swapped(2, 3).unwrap(), (1, 5));
    }

    /// `test_type_hints.py::test_conditional_asymmetric_return`
    #[workflow]
    fn asymmetric(x: i64) -> i64 {
        if x > 10 {
            square(x)
        } else {
            sum_and_difference(x, x).0
        }
    }

    #[test]
    fn a_case_may_use_one_of_several_outputs() {
        assert_eq!(asymmetric(11).unwrap(), 121);
        assert_eq!(asymmetric(8).unwrap(), 16);
        let graph = asymmetric::graph().unwrap();
        assert!(
            branch(&graph, 0)
                .case_nodes()
                .all(|case| matches!(case.node().target(), NodeTarget::Task(_)))
        );
    }

    /// `test_conditions.py::test_no_output_condition`
    #[workflow]
    fn void(x: i64) {
        if x == 1 {
            nothing(x)
        } else if x == 2 {
            nothing(x);
        } else {
            nothing(x)
        }
        if x == 3 {
            nothing(x)
        }
    }

    #[test]
    fn a_branch_may_give_nothing() {
        void(2).unwrap();
        void(3).unwrap();
        assert_eq!(void::graph().unwrap().nodes().len(), 2);
    }

    #[derive(Debug, PartialEq, FlyteOutputs)]
    struct Stats {
        mean: f64,
        count: i64,
    }

    #[task]
    fn stats(xs: &[i64]) -> Stats {
        Stats {
            mean: xs.iter().sum::<i64>() as f64 / xs.len() as f64,
            count: xs.len() as i64,
        }
    }

    #[workflow]
    fn named(xs: Vec<i64>, known: bool) -> Stats {
        let stats = if known {
            Stats {
                mean: 0.5,
                count: 7,
            }
        } else {
            stats(xs)
        };
        Stats {
            count: square(stats.count),
            mean: stats.mean,
        }
    }

    #[test]
    fn a_branch_gives_outputs_with_names() {
        assert_eq!(
            named(vec![1, 2], false).unwrap(),
            Stats {
                mean: 1.5,
                count: 4
            }
        );
        assert_eq!(
            named(vec![1, 2], true).unwrap(),
            Stats {
                mean: 0.5,
                count: 49
            }
        );
    }

    #[workflow]
    fn options(x: i64) -> (Option<i64>, i64) {
        let option = if x > 0 {
            Some(square(x))
        } else if x < 0 {
            Some(1)
        } else {
            None
        };
        (option, add(if x > 5 { x } else { 5 }, 1))
    }

    #[test]
    fn options_and_branches_as_arguments() {
        assert_eq!(options(3).unwrap(), (Some(9), 6));
        assert_eq!(options(-3).unwrap(), (Some(1), 6));
        assert_eq!(options(0).unwrap(), (None, 6));
        assert_eq!(options(8).unwrap(), (Some(64), 9));
    }
}

mod failing {
    use super::*;

    #[workflow]
    fn anywhere(x: i64) -> i64 {
        if x < 0 {
            fail("below zero")
        } else if x < 10 {
            square(x)
        } else if x < 20 {
            fail("in the teens")
        } else if x < 30 {
            double(x)
        } else {
            fail("too much")
        }
    }

    #[test]
    fn any_case_may_fail() {
        let message = |x| anywhere(x).unwrap_err().to_string();
        assert!(message(-1).contains("below zero"));
        assert_eq!(anywhere(3).unwrap(), 9);
        assert!(message(15).contains("in the teens"));
        assert_eq!(anywhere(25).unwrap(), 50);
        assert!(message(35).contains("too much"));
    }

    #[workflow]
    fn void(x: i64) {
        nothing(x);
        if x > 3 {
            fail("more than three");
        }
    }

    #[test]
    fn a_check_without_a_value() {
        void(3).unwrap();
        let error = void(4).unwrap_err().to_string();
        assert!(error.contains("more than three"), "{error}");
    }
}

mod matching {
    use super::*;

    #[workflow]
    fn text(kind: String, x: i64) -> i64 {
        match kind {
            "square" => square(x),
            "double" | "twice" => double(x),
            "negative" => fail("there are no negatives"),
            _ => x,
        }
    }

    #[workflow]
    fn number(x: i64) -> String {
        match x {
            -1 => describe(x, "minus one"),
            0 | 1 => describe(x, "small"),
            5_000_000_000 => describe(x, "large"),
            _ => "other",
        }
    }

    #[workflow]
    fn boolean(flag: bool, x: i64) -> i64 {
        match flag {
            true => square(x),
            false => double(x),
        }
    }

    #[workflow]
    fn rest_by_name(x: i64) -> i64 {
        match square(x) {
            1 => x,
            other => double(other),
        }
    }

    #[test]
    fn the_rest_may_have_a_name() {
        assert_eq!(rest_by_name(1).unwrap(), 1);
        assert_eq!(rest_by_name(3).unwrap(), 18);
    }

    #[test]
    fn literals_alternatives_and_the_rest() {
        let run = |kind: &str| text(kind.to_owned(), 5).unwrap();
        assert_eq!(
            [run("square"), run("double"), run("twice"), run("none")],
            [25, 10, 10, 5]
        );
        assert!(
            text("negative".into(), 5)
                .unwrap_err()
                .to_string()
                .contains("there are no negatives")
        );
        assert_eq!(number(-1).unwrap(), "minus one -1");
        assert_eq!(number(1).unwrap(), "small 1");
        assert_eq!(number(5_000_000_000).unwrap(), "large 5000000000");
        assert_eq!(number(7).unwrap(), "other");
        assert_eq!(boolean(true, 3).unwrap(), 9);
        assert_eq!(boolean(false, 3).unwrap(), 6);
    }
}

mod variables {
    use super::*;

    #[workflow]
    fn merged(x: i64, flag: bool) -> (i64, i64) {
        let (mut a, mut b) = (x, double(x));
        if x > 10 {
            a = square(x);
            if flag {
                b = add(a, b);
            }
        } else if x > 5 {
            (a, b) = (b, a);
        }
        (a, b)
    }

    #[test]
    fn variables_that_are_assigned_are_merged_over_the_cases() {
        assert_eq!(merged(11, true).unwrap(), (121, 143));
        assert_eq!(merged(11, false).unwrap(), (121, 22));
        assert_eq!(merged(6, true).unwrap(), (12, 6));
        assert_eq!(merged(1, true).unwrap(), (1, 2));
    }

    #[workflow]
    fn captured(x: i64) -> String {
        let text = String::from("it is");
        let numbers = vec![x, square(x)];
        if x > 3 {
            let sum = add(numbers[0], numbers[1]);
            describe(sum, text.clone())
        } else {
            describe(double(numbers[1]), format!("{text} only"))
        }
    }

    #[test]
    fn plain_values_from_around_are_borrowed() {
        assert_eq!(captured(4).unwrap(), "it is 20");
        assert_eq!(captured(3).unwrap(), "it is only 18");
    }
}

/// What stays plain Rust when the condition is a plain value.
mod plain {
    use super::*;

    struct NotClone(String);

    fn length(n: NotClone) -> i64 {
        n.0.len() as i64
    }

    #[expect(clippy::needless_late_init, reason = "this is what is tested")]
    #[workflow]
    fn everything(x: i64) -> (i64, i64, String) {
        let flags = [true, false, true];
        let moved = NotClone("abc".to_owned());
        let mut list = vec![x];
        let late;
        let flag = flags[0];
        if flag {
            list.push(square(x));
            late = "late";
        } else {
            list.push(double(x));
            late = "never";
        }
        let length = if flag {
            (length)(moved)
        } else {
            (drop)(moved);
            0
        };
        let mut total = x;
        for (index, flag) in flags.into_iter().enumerate() {
            if index == 1 {
                continue;
            }
            if !flag {
                break;
            }
            total = if flag && index > 0 {
                add(total, list[1])
            } else {
                double(total)
            };
        }
        let word = match flags.len() {
            3 => "three",
            _ => "other",
        };
        let word = match Some(word) {
            Some(word) if flag => format!("{late} {word}"),
            Some(_) | None => String::new(),
        };
        (total, length, word)
    }

    #[test]
    fn moves_borrows_late_variables_and_loops() {
        assert_eq!(everything(3).unwrap(), (15, 3, "late three".to_owned()));
    }
}

mod engine {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static CALLS: AtomicUsize = AtomicUsize::new(0);

    #[task]
    fn counted(x: i64) -> i64 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        x
    }

    /// `test_conditions.py::test_call_counts`
    #[workflow]
    fn call_counts(x: i64) -> i64 {
        if x == 1 {
            counted(x)
        } else if x == 2 {
            counted(x)
        } else if x == 3 {
            counted(x)
        } else {
            counted(x)
        }
    }

    #[test]
    fn only_the_chosen_case_runs() {
        assert_eq!(call_counts(2).unwrap(), 2);
        assert_eq!(CALLS.load(Ordering::Relaxed), 1);
        let graph = call_counts::graph().unwrap();
        assert_eq!(branch(&graph, 0).cases().len(), 3);
    }

    /// Where flytekit loses every later task: a branch whose value nobody uses.
    #[workflow]
    fn unused_branch(x: i64) -> i64 {
        if x > 1 {
            nothing(x);
        }
        double(square(x))
    }

    #[test]
    fn what_follows_a_branch_is_there() {
        assert_eq!(unused_branch(3).unwrap(), 18);
        assert_eq!(unused_branch::graph().unwrap().nodes().len(), 3);
    }

    #[task]
    fn broken(_x: i64) -> Result<i64, String> {
        Err("broken".to_owned())
    }

    #[workflow]
    fn fails_inside(x: i64) -> i64 {
        if x > 1 { broken(double(x)) } else { x }
    }

    #[test]
    fn a_failure_inside_names_the_way_to_its_node() {
        let error = fails_inside(3).unwrap_err().to_string();
        assert!(
            error.contains("(node n0/n0/n1 of `branches.engine.fails_inside`): broken"),
            "{error}"
        );
        assert_eq!(fails_inside(1).unwrap(), 1);
    }
}

mod mistakes {
    use super::*;
    use std::cell::Cell;

    #[workflow]
    fn escaped(x: i64) -> i64 {
        let kept = Cell::new(x);
        if x > 1 {
            kept.set(square(x));
        }
        double(kept.get())
    }

    #[test]
    fn a_promise_that_leaves_its_case_is_reported_with_both_places() {
        let error = escaped::graph().unwrap_err().to_string();
        let used = error.contains("`branches.double` at tests/branches.rs:");
        let made = error.contains("one case of the branch at tests/branches.rs:");
        assert!(used && made, "{error}");
    }

    #[workflow]
    fn failing_after_a_call(x: i64) {
        if x > 1 {
            nothing(x);
            fail("too late");
        }
    }

    #[test]
    fn a_case_that_fails_calls_nothing() {
        let error = failing_after_a_call::graph().unwrap_err().to_string();
        assert!(
            error.contains("fails with \"too late\" calls tasks, too"),
            "{error}"
        );
    }

    #[workflow]
    fn overridden(x: i64) -> i64 {
        let y = if x > 1 {
            square(x)
        } else {
            double(x).with_overrides(|o| o.node_name("twice"))
        };
        let y = y.with_overrides(|o| o.node_name("chosen").name("which one"));
        add(y, 1)
    }

    #[test]
    fn a_branch_and_the_calls_in_it_have_ids_to_override() {
        let graph = overridden::graph().unwrap();
        assert_eq!(graph.nodes()[0].id(), "chosen");
        assert_eq!(graph.nodes()[0].metadata().name, "which one");
        let ids: Vec<_> = branch(&graph, 0)
            .case_nodes()
            .map(|case| case.node().id())
            .collect();
        assert_eq!(ids, ["n0", "twice"]);
        assert_eq!(overridden(3).unwrap(), 10);
    }

    #[workflow]
    fn overridden_as_a_task(x: i64) -> i64 {
        let y = if x > 1 { square(x) } else { x };
        y.with_overrides(|o| o.retries(3))
    }

    #[test]
    fn a_branch_has_no_options_of_tasks() {
        let error = overridden_as_a_task::graph().unwrap_err().to_string();
        assert!(error.contains("node `n0` is a branch"), "{error}");
    }

    #[workflow]
    fn ordered(x: i64) -> i64 {
        let first = nothing(x);
        let y = if x > 1 {
            let squared = square(x);
            first >> squared;
            squared
        } else {
            x
        };
        y
    }

    #[test]
    fn order_inside_a_case_is_order_of_the_branch() {
        let graph = ordered::graph().unwrap();
        assert_eq!(graph.nodes()[1].upstream(), [0]);
        assert_eq!(ordered(3).unwrap(), 9);
    }
}

mod parts {
    use super::*;

    #[workflow]
    fn of_lists(xs: Vec<i64>) -> i64 {
        if xs.at(0) > xs.at(1) {
            square(xs.at(0))
        } else {
            add(xs.at(1), double(xs.at(2)))
        }
    }

    #[test]
    fn conditions_and_cases_look_at_parts() {
        assert_eq!(of_lists(vec![3, 2]).unwrap(), 9);
        assert_eq!(of_lists(vec![2, 3, 4]).unwrap(), 11);
        let error = of_lists(vec![2]).unwrap_err().to_string();
        assert!(
            error.contains(
                "branch `if` failed (node n0 of `branches.parts.of_lists`): its condition: "
            ),
            "{error}"
        );
    }
}

/// Graphs of branches and calls, nested at random, give what the same computation gives directly.
mod random {
    use super::*;

    /// A small generator of numbers: the test is the same every time.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }
    }

    enum Plan {
        Variable(usize),
        Constant(i64),
        Add(Box<Plan>, Box<Plan>),
        Square(Box<Plan>),
        Branch {
            left: Box<Plan>,
            limit: i64,
            then: Box<Plan>,
            elif: Option<(i64, Box<Plan>)>,
            otherwise: Box<Plan>,
        },
    }

    impl Plan {
        fn random(random: &mut Random, depth: u32) -> Self {
            let inner = |random: &mut Random| Box::new(Self::random(random, depth - 1));
            match if depth == 0 {
                random.below(2)
            } else {
                random.below(7)
            } {
                0 => Self::Variable(random.below(2) as usize),
                1 => Self::Constant(random.below(7) as i64 - 3),
                2 => Self::Add(inner(random), inner(random)),
                3 => Self::Square(inner(random)),
                _ => {
                    let elif =
                        (random.below(2) == 0).then(|| (random.below(7) as i64, inner(random)));
                    Self::Branch {
                        left: inner(random),
                        limit: random.below(5) as i64,
                        then: inner(random),
                        elif,
                        otherwise: inner(random),
                    }
                }
            }
        }

        fn build(&self, variables: [Promise<i64>; 2]) -> Promise<i64> {
            match self {
                Self::Variable(index) => variables[*index],
                Self::Constant(value) => clip::node(*value),
                Self::Add(a, b) => clip::node(add::node(a.build(variables), b.build(variables))),
                Self::Square(a) => clip::node(square::node(a.build(variables))),
                Self::Branch {
                    left,
                    limit,
                    then,
                    elif,
                    otherwise,
                } => {
                    let left = left.build(variables);
                    let cases = conditional("random")
                        .if_(left.gt(*limit))
                        .then(|| then.build([left, variables[1]]));
                    let cases = match elif {
                        Some((value, case)) => cases
                            .elif_(left.eq(*value).or(left.lt(-*value)))
                            .then(|| case.build(variables)),
                        None => cases,
                    };
                    cases.else_().then(|| otherwise.build(variables))
                }
            }
        }

        fn evaluate(&self, variables: [i64; 2]) -> i64 {
            match self {
                Self::Variable(index) => variables[*index],
                Self::Constant(value) => clip(*value),
                Self::Add(a, b) => clip(add(a.evaluate(variables), b.evaluate(variables))),
                Self::Square(a) => clip(square(a.evaluate(variables))),
                Self::Branch {
                    left,
                    limit,
                    then,
                    elif,
                    otherwise,
                } => {
                    let left = left.evaluate(variables);
                    match elif {
                        _ if left > *limit => then.evaluate([left, variables[1]]),
                        Some((value, case)) if left == *value || left < -*value => {
                            case.evaluate(variables)
                        }
                        _ => otherwise.evaluate(variables),
                    }
                }
            }
        }
    }

    /// Keeps numbers small.
    #[task]
    fn clip(x: i64) -> i64 {
        x % 11
    }

    #[dynamic]
    fn of_seed(seed: i64, x: i64, y: i64) -> i64 {
        let plan = Plan::random(&mut Random(seed as u64), 4);
        let variables = [clip(x), clip(y)];
        plan.build(variables)
    }

    #[test]
    fn a_thousand_nested_graphs_give_what_direct_evaluation_gives() {
        for seed in 0..1_000 {
            let plan = Plan::random(&mut Random(seed as u64), 4);
            for (x, y) in [(2, -3), (0, 7)] {
                assert_eq!(
                    of_seed(seed, x, y).unwrap(),
                    plan.evaluate([x, y]),
                    "seed {seed}"
                );
            }
        }
    }
}

//! What a branch gives.

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

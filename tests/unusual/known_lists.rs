//! Maps over lists that are known while the graph is built: one node, with the options of maps.

use std::sync::Arc;

use flyte_runtime::graph::{Graph, NodeTarget};

use super::*;

#[task]
fn reciprocal(x: i64) -> Result<i64, String> {
    if x == 0 {
        Err("zero".to_owned())
    } else {
        Ok(100 / x)
    }
}

/// For a list of each form what may be done with it. The plain function makes the same list.
macro_rules! mapped {
    ($($name:ident $list:expr;)*) => { $(
        mod $name {
            use super::*;

            like! {
                workflow with_a_bound(k: i64) -> Vec<i64> { $list.map(|x| add(x, k)).concurrency(2) }
                    as { $list.iter().map(|x| x + k).collect() } on (3);
                workflow by_the_name_of_the_task(k: i64) -> Vec<i64> { $list.map(square).concurrency(1) }
                    as { $list.iter().map(|x| x * x).collect() } on (3);
                workflow with_failures(k: i64) -> Vec<Option<i64>> {
                    $list.map(|x| reciprocal(x)).min_success_ratio(0.5)
                } as { $list.iter().map(|x| if *x == 0 { None } else { Some(100 / x) }).collect() } on (3);
                workflow with_a_number_of_successes(k: i64) -> Vec<Option<i64>> {
                    $list.map(reciprocal).concurrency(3).min_successes(1)
                } as { $list.iter().map(|x| if *x == 0 { None } else { Some(100 / x) }).collect() } on (3);
                workflow passed_on(k: i64) -> i64 { sum($list.map(|x| add(x, k)).concurrency(4)) }
                    as { $list.iter().map(|x| x + k).sum() } on (3);
                dynamic in_a_dynamic_task(k: i64) -> Vec<i64> { $list.map(|x| add(k, x)).concurrency(2) }
                    as { $list.iter().map(|x| x + k).collect() } on (3);
            }

            #[test]
            fn is_one_node() {
                assert_eq!(maps(&with_a_bound::flow::graph().unwrap()), [true]);
            }
        }
    )* };
}

/// For each node whether it is a map.
fn maps(graph: &Arc<Graph>) -> Vec<bool> {
    let nodes = graph.nodes().iter();
    nodes
        .map(|node| matches!(node.target(), NodeTarget::Map(_)))
        .collect()
}

mapped! {
    a_list vec![1_i64, 2, 0, 4];
    an_array [1_i64, 2, 0, 4];
    a_lent_list (&vec![1_i64, 2, 0, 4]);
    a_slice vec![9_i64, 1, 2, 0][1..];
    a_collected_list (0..4_i64).collect::<Vec<_>>();
}

like! {
    workflow a_list_in_a_variable(x: i64) -> Vec<i64> {
        let list = vec![5, 2, 3];
        list.map(|y| add(x, y))
    } as { vec![x + 5, x + 2, x + 3] } on (3);
    workflow a_list_of_results(x: i64) -> Vec<i64> {
        let list = vec![square(x), add(x, 1)];
        list.map(|y| square(y)).concurrency(1)
    } as { vec![x * x * x * x, (x + 1) * (x + 1)] } on (3);
    workflow an_array_of_results(x: i64) -> Vec<i64> {
        let list = [square(x), add(x, 1)];
        list.map(square).concurrency(2)
    } as { vec![x * x * x * x, (x + 1) * (x + 1)] } on (3);
    workflow an_array_of_texts(x: i64) -> Vec<i64> { ["a", "bcd"].map(|name| length(name)).concurrency(1) }
        as { vec![1, 3] } on (3);
    workflow a_list_of_texts(x: i64) -> Vec<i64> { vec!["a", "bcd"].map(|name| length(name)) }
        as { vec![1, 3] } on (3);
    workflow side_by_side(x: i64) -> Vec<i64> {
        vec![1, 2].zip(vec![x, square(x)]).map(|(a, b)| add(a, b)).concurrency(1)
    }
        as { vec![1 + x, 2 + x * x] } on (3);
    workflow beside_a_promise(xs: Vec<i64>) -> Vec<i64> { vec![1, 2].zip(xs).map(|(a, b)| add(a, b)) }
        as { Iterator::zip(xs.iter(), [1, 2]).map(|(a, b)| a + b).collect() } on (vec![3, 4]);
    workflow a_promise_beside_it(xs: Vec<i64>) -> Vec<i64> { xs.zip([1, 2]).map(|(a, b)| add(a, b)).concurrency(2) }
        as { Iterator::zip(xs.iter(), [1, 2]).map(|(a, b)| a + b).collect() } on (vec![3, 4]);
    dynamic the_input_of_a_dynamic_task(xs: Vec<i64>) -> Vec<i64> { xs.map(|x| square(x)) }
        as { xs.iter().map(|x| x * x).collect() } on (vec![3, 4]) (Vec::new());
    dynamic a_part_of_an_input(xs: Vec<i64>) -> i64 { sum(xs[1..].map(|x| square(x)).concurrency(2)) }
        as { xs[1..].iter().map(|x| x * x).sum() } on (vec![3, 4, 5]);
    dynamic with_a_ratio_that_is_calculated(xs: Vec<i64>) -> Vec<Option<i64>> {
        let count = xs.len();
        let part = 1.0 / count as f64;
        xs.map(|x| reciprocal(x)).concurrency(count).min_success_ratio(part)
    } as { xs.iter().map(|x| 100_i64.checked_div(*x)).collect() } on (vec![3, 0]);
    dynamic two_maps_of_one_list(xs: Vec<i64>) -> i64 {
        let squares = xs.clone().map(|x| square(x));
        let more = xs.map(|x| add(x, 1)).concurrency(2);
        add(sum(squares), sum(more))
    } as { xs.iter().map(|x| x * x + x + 1).sum() } on (vec![3, 4]);
    workflow each_by_itself(x: i64) -> i64 { sum([1, 2].map(|y| add(y, x))) } as { 3 + 2 * x } on (3);
}

#[dynamic]
fn of_a_lent_input(xs: &[i64]) -> Vec<i64> {
    xs.map(|x| square(x)).concurrency(2)
}

#[test]
fn what_is_lent_is_mapped() {
    assert_eq!(of_a_lent_input(&[1, 2, 3]).unwrap(), [1, 4, 9]);
}

#[test]
fn an_array_without_options_is_a_call_for_each_element() {
    assert_eq!(
        maps(&each_by_itself::flow::graph().unwrap()),
        [false, false, false]
    );
}

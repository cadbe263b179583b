//! What users of other engines write first: ranges, lists of one value, patterns of known values, empty lists.

use std::collections::BTreeMap;

use super::*;

#[task]
fn booked(mut stock: Vec<i64>, shelf: usize) -> Vec<i64> {
    stock[shelf] += 1;
    stock
}

#[task]
fn twins(x: i64) -> [i64; 2] {
    [x, x + 1]
}

#[derive(Clone, FlyteType)]
struct Point {
    x: i64,
    y: i64,
}

mod ranges {
    use super::*;

    same! {
        workflow half_open(x: i64) -> i64 { if (0..10).contains(&x) { square(x) } else { add(x, 1) } }
            on (-1) (0) (9) (10);
        workflow closed(x: i64) -> i64 { if (0..=10).contains(&x) { square(x) } else { add(x, 1) } }
            on (-1) (0) (10) (11);
        workflow without_an_end(x: i64) -> i64 { if (4..).contains(&x) { square(x) } else { add(x, 1) } } on (3) (4);
        workflow without_a_start(x: i64) -> i64 { if (..4).contains(&x) { square(x) } else { add(x, 1) } }
            on (3) (4);
        workflow closed_without_a_start(x: i64) -> i64 { if (..=4).contains(&x) { square(x) } else { add(x, 1) } }
            on (4) (5);
        workflow of_fractions(x: f64) -> i64 { if (-40.0..21.0).contains(&x) { square(2) } else { add(1, 2) } }
            on (-40.0) (20.9) (21.0);
        workflow not_in_it(x: i64) -> i64 { if !(0..10).contains(&x) { square(x) } else { add(x, 1) } } on (3) (10);
        workflow one_of_two_conditions(x: i64) -> i64 {
            if x > 20 || (0..10).contains(&x) { square(x) } else { add(x, 1) }
        } on (3) (10) (21);
        workflow one_after_another(x: i64) -> i64 {
            if (0..10).contains(&x) { square(x) } else if (10..20).contains(&x) { add(x, 1) } else { 0 }
        } on (3) (10) (21);
        workflow in_a_variable(x: i64) -> i64 {
            let is_small = (0..10).contains(&x);
            if is_small { square(x) } else { add(x, 1) }
        } on (3) (10);
        workflow between_results(x: i64) -> i64 {
            let (low, high) = (add(x, -1), square(x));
            if (low..high).contains(&5) { square(x) } else { add(x, 1) }
        } on (3) (7);
        workflow of_a_result(x: i64) -> i64 { if (0..10).contains(&square(x)) { add(x, 1) } else { add(x, 2) } }
            on (3) (4);
        workflow with_ends_that_are_calculated(x: i64) -> i64 {
            let end = 4;
            if (end - 1..end * 2 + 1).contains(&x) { square(x) } else { add(x, 1) }
        } on (2) (3) (8) (9);
        workflow of_a_known_value(x: i64) -> i64 {
            let step = 3;
            if (0..10).contains(&step) { square(x) } else { add(x, 1) }
        } on (3);
        dynamic of_an_input(n: i64) -> i64 { if (0..10).contains(&n) { square(n) } else { n } } on (3) (10);
        dynamic of_a_result_in_a_dynamic_task(n: i64) -> i64 {
            if (0..n).contains(&square(3)) { square(n) } else { n }
        } on (9) (10);
    }

    #[test]
    fn a_call_in_it_is_one_node() {
        assert_eq!(of_a_result::flow::graph().unwrap().nodes().len(), 2);
    }
}

same! {
    dynamic a_list_of_one_value(shelves: Vec<usize>) -> Vec<i64> {
        let mut stock = vec![0; 3];
        for shelf in shelves { stock = booked(stock, shelf); }
        stock
    } on (vec![0, 2, 2]) (Vec::new());
    workflow a_list_of_one_value_in_a_case(x: i64) -> i64 {
        let list = if x > 3 { numbers(x) } else { vec![7; 4] };
        sum(&list)
    } on (3) (4);
    workflow an_array_of_one_value(x: i64) -> [i64; 2] { if x > 3 { twins(x) } else { [7; 2] } } on (3) (4);
    workflow an_array(x: i64) -> [i64; 2] { if x > 3 { twins(x) } else { [7, 8] } } on (3) (4);
    dynamic as_many_as_an_input(n: usize) -> Vec<i64> {
        let mut stock = vec![0; n];
        for shelf in 0..n { stock = booked(stock, shelf); }
        stock
    } on (0) (2);
}

mod patterns {
    use super::*;

    same! {
        dynamic parts_of_a_list(xs: Vec<i64>) -> i64 {
            match &xs[..] {
                [] => 0,
                [only] => *only,
                [a, b] => add(*a, *b),
                [first, .., last] => square(first + last),
            }
        } on (vec![]) (vec![3]) (vec![3, 4]) (vec![3, 4, 5]);
        dynamic part_of_an_option(x: Option<i64>) -> i64 { match x { Some(n) => n, None => square(3) } }
            on (Some(4)) (None);
        dynamic part_of_an_option_in_a_condition(x: Option<i64>) -> i64 {
            if let Some(n) = x { n } else { square(3) }
        } on (Some(4)) (None);
        dynamic part_of_an_option_that_is_looked_at(x: Option<i64>) -> i64 {
            if let Some(n) = x && n > 3 { n } else { square(3) }
        } on (Some(4)) (Some(3)) (None);
        dynamic part_in_a_nested_case(x: Option<i64>) -> i64 {
            match x { Some(n) => if n > 3 { n } else { square(n) }, None => 1 }
        } on (Some(4)) (Some(3)) (None);
        dynamic any_other_number(n: i64) -> i64 { match n { 0 => square(5), other => other } } on (0) (3);
        dynamic any_other_number_in_a_statement(n: i64) -> i64 {
            match n {
                0 => square(5),
                other => {
                    let more = if other > 3 { other } else { square(other) };
                    add(more, 1)
                }
            }
        } on (0) (3) (4);
        dynamic each_of_a_list(xs: Vec<i64>) -> i64 {
            let mut total = 0;
            for x in &xs {
                let y = if *x > 3 { square(*x) } else { *x };
                total = add(total, y);
            }
            total
        } on (vec![3, 4]) (vec![]);
        dynamic each_of_a_range(n: i64) -> i64 {
            let mut total = 0;
            for step in 0..n {
                let more = if step == 2 { step } else { square(step) };
                total = add(total, more);
            }
            total
        } on (0) (1) (4);
        dynamic last_of_a_loop(xs: Vec<i64>) -> i64 {
            let mut result = square(2);
            for x in xs { if x > 3 { result = x; } }
            result
        } on (vec![3]) (vec![3, 4]);
        dynamic two_parts(xs: Vec<i64>) -> i64 {
            let (left, right) = xs.split_at(1);
            if right.is_empty() { left[0] } else { square(right[0]) }
        } on (vec![3]) (vec![3, 4]);
        dynamic an_element_in_a_variable(xs: Vec<i64>) -> i64 {
            let first = xs[0];
            if square(first) > 10 { first } else { square(first) }
        } on (vec![3]) (vec![4]);
        dynamic fields_of_a_struct(n: i64) -> i64 {
            let numbers = vec![n, 2];
            let largest = numbers.iter().copied().max().unwrap_or(0);
            if square(n) > 10 { largest } else { square(n) }
        } on (3) (4) (1);
        dynamic a_text_in_a_case_on_a_result(name: String) -> String {
            let chosen = if length(&name) > 3 { text(1) } else { name };
            chosen
        } on ("abc".to_owned()) ("abcd".to_owned());
        dynamic a_text_out_of_an_option(name: Option<String>) -> String {
            match name { Some(name) => name, None => text(1) }
        } on (Some("abc".to_owned())) (None);
        dynamic a_text_out_of_an_option_in_both_cases(name: Option<String>) -> i64 {
            if let Some(name) = name {
                let chosen = if length(&name) > 3 { text(1) } else { name };
                length(&chosen)
            } else {
                0
            }
        } on (Some("abc".to_owned())) (Some("abcdefg".to_owned())) (None);
        dynamic a_result_beside_known_parts(xs: Vec<i64>) -> i64 {
            let mut best = xs[0];
            if square(best) > 10 { best = square(best); }
            best
        } on (vec![3]) (vec![4]);
        workflow a_known_tuple(x: i64) -> i64 {
            let (low, high) = (2, 5);
            if x > high { square(x) } else { low }
        } on (3) (6);
        workflow a_known_list(x: i64) -> i64 {
            let mut result = 1;
            for step in [2, 3] { if x > step { result = step; } }
            result
        } on (2) (3) (4);
    }

    #[dynamic]
    fn sum_of_parts(point: Point) -> i64 {
        let Point { x, y } = point;
        if square(x) > 10 { y } else { add(x, y) }
    }

    #[test]
    fn the_fields_of_an_input_are_known() {
        assert_eq!(sum_of_parts(Point { x: 3, y: 5 }).unwrap(), 8);
        assert_eq!(sum_of_parts(Point { x: 4, y: 5 }).unwrap(), 5);
    }

    #[dynamic]
    fn values_of_a_map(map: BTreeMap<String, i64>) -> i64 {
        let mut total = 0;
        for (name, value) in &map {
            let value = if length(name) > 1 {
                square(*value)
            } else {
                *value
            };
            total = add(total, value);
        }
        total
    }

    #[test]
    fn the_values_of_a_map_are_known() {
        let map = BTreeMap::from([("a".to_owned(), 2), ("bc".to_owned(), 3)]);
        assert_eq!(values_of_a_map(map).unwrap(), 11);
    }
}

like! {
    workflow an_empty_list_beside_a_map(xs: Vec<i64>, squares: bool) -> i64 {
        let all = if squares { xs.map(|x| square(x)) } else { vec![] };
        sum(&all)
    } as { if squares { xs.iter().map(|x| x * x).sum() } else { 0 } } on (vec![3, 4], true) (vec![3, 4], false);
    workflow an_empty_list_in_front_of_a_map(xs: Vec<i64>, squares: bool) -> Vec<i64> {
        if squares { Vec::new() } else { xs.map(square).concurrency(2) }
    } as { if squares { Vec::new() } else { xs.iter().map(|x| x * x).collect() } }
        on (vec![3, 4], true) (vec![3, 4], false);
    workflow a_list_beside_a_map(xs: Vec<i64>, k: i64) -> Vec<i64> {
        match k { 1 => xs.map(|x| add(x, k)), 2 => vec![5, 6], _ => vec![k; 0] }
    } as { match k { 1 => xs.iter().map(|x| x + k).collect(), 2 => vec![5, 6], _ => vec![] } }
        on (vec![3, 4], 1) (vec![3, 4], 2) (vec![3, 4], 3);
    workflow a_list_beside_a_map_of_two(xs: Vec<i64>, k: i64) -> Vec<i64> {
        if k > 3 { xs.zip(vec![1, 2]).map(|(x, y)| add(x, y)).with_overrides(|o| o.retries(1)) } else { vec![7; 2] }
    } as { if k > 3 { vec![xs[0] + 1, xs[1] + 2] } else { vec![7; 2] } } on (vec![3, 4], 3) (vec![3, 4], 4);
}

#[workflow]
fn lengths(
    #[default(vec!["Ines", "Bo"])] names: Vec<String>,
    #[default(vec!["x"])] more: Option<Vec<String>>,
) -> (Vec<i64>, Option<Vec<String>>) {
    (names.map(length), more)
}

#[test]
fn a_default_may_be_a_list_of_texts() {
    let more = Some(vec!["x".to_owned()]);
    assert_eq!(call!(lengths()).run().unwrap(), (vec![4, 2], more.clone()));
    let given = call!(lengths(names = vec!["Li".to_owned(), "a".to_owned()]));
    assert_eq!(given.run().unwrap(), (vec![2, 1], more));
}

//! Values that are known while the graph is built, where promises are, too.

use super::*;

const KNOWN: i64 = 40;

/// For a value of each form the places where it may stand beside a promise.
macro_rules! beside {
    ($($name:ident $value:expr;)*) => { $(
        mod $name {
            use super::*;

            same! {
                workflow in_a_case_on_a_promise(x: i64) -> i64 { if x > 3 { square(x) } else { $value } }
                    on (3) (4);
                workflow in_a_case_on_a_bool(x: i64) -> i64 {
                    let flag = true;
                    if flag { $value } else { square(x) }
                } on (3);
                workflow in_an_arm(x: i64) -> i64 { match x { 1 => $value, 2 => square(x), _ => add(x, 1) } }
                    on (1) (2) (3);
                workflow in_an_arm_on_a_value(x: i64) -> i64 {
                    let step = 2;
                    match step { 1 => $value, _ => square(x) }
                } on (3);
                workflow assigned_in_a_case(x: i64) -> i64 {
                    let mut result = square(x);
                    if x > 3 { result = $value; }
                    result
                } on (3) (4);
                workflow first_and_then_a_promise(x: i64) -> i64 {
                    let mut result = $value;
                    if x > 3 { result = add(result, 1); }
                    result
                } on (3) (4);
                workflow counted_in_a_loop(x: i64) -> i64 {
                    let mut total = $value;
                    for step in 0..3 { total = add(total, step); }
                    add(total, x)
                } on (3);
                dynamic at_the_end_of_a_recursion(n: i64) -> i64 {
                    if n <= 0 { $value } else { add(n, n) }
                } on (0) (3);
                dynamic in_an_arm_of_a_dynamic_task(n: i64) -> i64 {
                    match n { 0 => $value, _ => square(n) }
                } on (0) (3);
            }
        }
    )* };
}

beside! {
    literal 7;
    negative -7;
    sum_of_literals 3 + 4;
    in_parentheses (8);
    cast_of_a_byte 7_u8 as i64;
    of_a_type i64::from(7_u8);
    length_of_a_list vec![1, 2, 3].len() as i64;
    absolute (-4_i64).abs();
}

/// The plain functions that recursive tasks are compared with.
fn plain_fib(n: i64) -> i64 {
    if n < 2 {
        n
    } else {
        plain_fib(n - 1) + plain_fib(n - 2)
    }
}

#[dynamic]
fn fib(n: i64) -> i64 {
    if n < 2 {
        n
    } else {
        add(fib(n - 1), fib(n - 2))
    }
}

#[dynamic]
fn countdown(n: i64) -> i64 {
    if n == 0 { 0 } else { countdown(n - 1) }
}

#[dynamic]
fn total(n: i64) -> i64 {
    match n {
        0 => 0,
        _ => {
            let rest = total(n - 1);
            add(n, rest)
        }
    }
}

#[dynamic]
fn halves(n: i64) -> Vec<i64> {
    if n == 0 { vec![1, 2] } else { numbers(n) }
}

#[dynamic]
fn named(n: i64) -> String {
    if n > 0 { text(n) } else { "nothing".to_owned() }
}

#[dynamic]
fn folded(xs: Vec<i64>) -> i64 {
    let mut total = 0;
    for x in &xs {
        if x % 2 == 0 {
            total = add(total, *x);
        }
    }
    total
}

#[dynamic]
fn folded_with_a_type(xs: &[i64]) -> i64 {
    let mut total: i64 = 1;
    for x in xs {
        total = add(total, *x);
    }
    total
}

#[dynamic]
fn first_or(xs: Vec<i64>, otherwise: i64) -> i64 {
    if let Some(first) = xs.first() {
        square(*first)
    } else {
        otherwise
    }
}

#[test]
fn recursions_end_with_values() {
    assert_eq!(fib(9).unwrap(), plain_fib(9));
    assert_eq!(countdown(4).unwrap(), 0);
    assert_eq!(total(5).unwrap(), 15);
}

#[test]
fn values_of_other_types_stand_beside_promises() {
    assert_eq!(halves(0).unwrap(), [1, 2]);
    assert_eq!(halves(3).unwrap(), [0, 1, 2]);
    assert_eq!(named(0).unwrap(), "nothing");
    assert_eq!(named(2).unwrap(), "<2>");
}

#[test]
fn lists_are_folded() {
    assert_eq!(folded(vec![1, 2, 3, 4]).unwrap(), 6);
    assert_eq!(folded(Vec::new()).unwrap(), 0);
    assert_eq!(folded_with_a_type(&[1, 2]).unwrap(), 4);
    assert_eq!(first_or(vec![3, 4], 5).unwrap(), 9);
    assert_eq!(first_or(Vec::new(), 5).unwrap(), 5);
}

same! {
    workflow a_text_that_a_case_changes(x: i64) -> String {
        let mut result = "a".to_owned();
        if x > 3 { result = "b".to_owned(); }
        result
    } on (3) (4);
    workflow a_text_beside_a_promise(x: i64) -> String {
        if x > 3 { text(x) } else { String::from("small") }
    } on (3) (4);
    workflow a_list_beside_a_promise(x: i64) -> Vec<i64> { if x > 3 { numbers(x) } else { vec![5] } } on (3) (4);
    workflow an_empty_list_beside_a_promise(x: i64) -> Vec<i64> {
        let known = false;
        if known { Vec::new() } else { numbers(x) }
    } on (3);
    workflow a_bool_beside_a_promise(x: i64) -> bool { if x > 3 { is_even(x) } else { true } } on (3) (4);
    workflow a_variable_beside_a_promise(x: i64) -> i64 {
        let otherwise = 5;
        if x > 3 { square(x) } else { otherwise }
    } on (3) (4);
    workflow two_variables_of_one_branch(x: i64) -> i64 {
        let (mut a, mut b) = (square(x), square(2));
        if x > 3 { a = 1; b = add(a, x); } else { b = 9; }
        add(a, b)
    } on (3) (4);
    workflow a_first_value_with_a_type(x: i64) -> i64 {
        let mut result: i64 = 1;
        if x > 3 { result = square(x); }
        result
    } on (3) (4);
    workflow a_first_value_that_arms_change(x: i64) -> i64 {
        let mut result = 1;
        match x { 1 => result = 5, 2 => result = square(x), _ => {} }
        result
    } on (1) (2) (3);
    workflow assigned_outside_of_branches(x: i64) -> i64 {
        let mut result = square(x);
        let kept = result;
        result = KNOWN + 2 - 40;
        add(kept, result)
    } on (3);
    workflow tails_behind_statements(x: i64) -> i64 {
        if x > 3 {
            let y = square(x);
            y
        } else {
            let y = 3;
            y
        }
    } on (3) (4);
    workflow a_known_condition_with_statements(x: i64) -> i64 {
        let step = 3;
        if step % 2 == 0 {
            0
        } else {
            let y = add(x, step);
            square(y)
        }
    } on (3);
    workflow conditions_on_what_was_a_value(x: i64) -> i64 {
        let mut total = 0;
        for step in 1..3 { total = add(total, step); }
        if total > 2 { square(x) } else { total }
    } on (3);
}

#[task]
fn half(x: f64) -> f64 {
    x / 2.0
}

#[task]
fn small(x: i32) -> i32 {
    x + 1
}

// The value comes first, and the promise behind it says what type it has.
same! {
    workflow a_float_before_a_promise(x: i64) -> f64 { if x > 3 { 0.5 } else { half(3.0) } } on (3) (4);
    workflow a_small_integer_before_a_promise(x: i64) -> i32 {
        if x > 3 { 3 } else { small(4) }
    } on (3) (4);
    workflow a_truth_before_a_promise(x: i64) -> bool { match x { 1 => true, _ => is_even(x) } } on (1) (2) (3);
    workflow a_list_before_a_promise(x: i64) -> Vec<i64> {
        let known = false;
        let list = if known { vec![7] } else { numbers(x) };
        list
    } on (3);
    workflow an_empty_list_before_a_promise(x: i64) -> Vec<i64> {
        if x > 3 { Vec::new() } else { numbers(x) }
    } on (3) (4);
    workflow a_text_on_both_sides_of_a_promise(x: i64) -> String {
        if x > 3 { "many".to_owned() } else if x > 1 { text(x) } else { format!("{}", KNOWN) }
    } on (1) (2) (4);
    workflow pairs_with_values_on_both_sides(x: i64) -> i64 {
        let (a, b) = if x > 3 { (1, square(x)) } else { (square(x), 2) };
        add(a, b)
    } on (3) (4);
    workflow used_by_a_comparison(x: i64) -> i64 {
        let y = if x > 3 { 5 } else { square(x) };
        if y > 6 { y } else { add(y, 1) }
    } on (2) (3) (4);
    workflow an_assignment_of_every_kind(x: i64) -> String {
        let mut name = text(x);
        match x { 1 => name = "one".to_string(), 2 => name = String::from("two"), _ => {} }
        name
    } on (1) (2) (3);
}

like! {
    workflow a_lent_text_before_a_promise(x: i64) -> String { if x > 3 { "many" } else { text(x) } }
        as { if x > 3 { "many".to_owned() } else { text(x) } } on (3) (4);
    workflow a_lent_text_assigned(x: i64) -> String {
        let mut name = text(x);
        if x > 3 { name = "many"; }
        name
    } as { if x > 3 { "many".to_owned() } else { text(x) } } on (3) (4);
}

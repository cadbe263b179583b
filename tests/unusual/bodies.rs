//! Bodies with what is rarely written: attributes inside, order at the end of cases, outputs taken apart, borrowed
//! forms.

use super::*;

static FIXED: [i64; 3] = [1, 2, 3];
const LIST: &[i64] = &[4, 5];

same! {
    workflow a_lent_array(x: i64) -> i64 { add(x, sum(&FIXED)) } on (3);
    workflow a_part_of_an_array(x: i64) -> i64 { add(x, sum(&FIXED[1..])) } on (3);
    workflow a_constant_slice(x: i64) -> i64 { add(x, sum(LIST)) } on (3);
    workflow a_lent_list(x: i64) -> i64 { let list = vec![1, 2]; add(sum(&list), x) } on (3);
    workflow a_slice_of_a_list(x: i64) -> i64 { let list = vec![1, 2]; add(sum(list.as_slice()), x) } on (3);
    workflow a_lent_list_of_results(x: i64) -> i64 { let list = vec![square(x), add(x, 1)]; sum(&list) } on (3);
    workflow a_part_of_results(x: i64) -> i64 { let list = vec![square(x), add(x, 1), x]; sum(&list[1..]) } on (3);
    workflow a_lent_array_of_results(x: i64) -> i64 { let list = [square(x), add(x, 1)]; sum(&list) } on (3);
    workflow a_lent_literal(x: i64) -> i64 { sum(&[square(x), 1]) } on (3);
    workflow a_lent_vec(x: i64) -> i64 { sum(&vec![x, 1]) } on (3);
    dynamic a_lent_input(x: i64, list: Vec<i64>) -> i64 { add(x, sum(&list)) } on (3, vec![4, 5]);
    dynamic a_part_of_an_input(x: i64, list: Vec<i64>) -> i64 { add(x, sum(&list[1..])) } on (3, vec![4, 5]);
    dynamic an_input_twice(list: Vec<i64>) -> i64 { add(sum(&list), sum(&list)) } on (vec![4, 5]);
    workflow a_lent_text(x: i64) -> i64 { let name = "abc".to_owned(); add(length(&name), x) } on (3);
    workflow a_result_that_is_lent(x: i64) -> i64 { let name = text(x); length(&name) } on (3);
    workflow a_block_as_an_argument(x: i64) -> i64 { square({ let y = add(x, 1); y }) } on (3);
    workflow a_branch_as_an_argument(x: i64) -> i64 { square(if x > 3 { x } else { add(x, 1) }) } on (3) (4);
    workflow a_closure_over_results(x: i64) -> i64 { let twice = |y| square(square(y)); twice(x) } on (3);
    workflow shadowed_inputs(x: i64) -> i64 { let x = square(x); let x = add(x, 1); x } on (3);
    workflow a_loop_that_is_left(x: i64) -> i64 {
        let mut all = square(x);
        for step in 0.. { if step == 3 { break; } all = add(all, step); }
        all
    } on (3);
    workflow a_labelled_block(x: i64) -> i64 {
        let step = 2;
        'found: { if step == 2 { break 'found square(x); } add(x, 1) }
    } on (3);
    workflow a_function_inside(x: i64) -> i64 {
        fn plain(x: i64) -> i64 { x + 1 }
        add(x, plain(3))
    } on (3);
    workflow a_plain_call_in_parentheses(x: i64) -> i64 { add(x, (plain_double)(4)) } on (3);
    workflow a_method_of_a_constant(x: i64) -> i64 { add(x, (-3_i64).pow(2)) } on (3);
    workflow a_tuple_that_is_taken_apart(x: i64) -> i64 { let (a, b) = (square(x), 3); add(a, b) } on (3);
    workflow arrays_that_are_taken_apart(x: i64) -> i64 { let [a, b] = [square(x), x]; add(a, b) } on (3);
    workflow a_late_variable(x: i64) -> i64 { let y; y = square(x); y } on (3);
    workflow nested_lists(x: i64) -> i64 {
        let lists = [[x, x], [square(x), x]];
        let [_, second] = lists;
        sum(&second)
    } on (3);
}

#[workflow]
fn attributes_inside(x: i64) -> i64 {
    #![allow(unused_variables)]
    //! A line about it.
    let unused = 3;
    square(x)
}

#[dynamic]
fn attributes_inside_of_a_dynamic_task(x: i64) -> i64 {
    #![deny(unused_mut)]
    #![allow(unused_variables)]
    let unused = 3;
    square(x)
}

#[allow(unused_variables)]
#[workflow]
fn attributes_above(x: i64) -> i64 {
    let unused = 3;
    square(x)
}

#[test]
fn attributes_may_stand_inside_and_above() {
    assert_eq!(attributes_inside(3).unwrap(), 9);
    assert_eq!(attributes_inside_of_a_dynamic_task(3).unwrap(), 9);
    assert_eq!(attributes_above(3).unwrap(), 9);
}

fn plain_double(x: i64) -> i64 {
    2 * x
}

#[derive(Clone, Debug, PartialEq, FlyteOutputs)]
struct Parts {
    low: i64,
    high: i64,
}

#[task]
fn parts(x: i64) -> Parts {
    Parts {
        low: x - 1,
        high: x + 1,
    }
}

#[task]
fn note(_x: i64) {}

same! {
    workflow outputs_taken_apart(x: i64) -> i64 { let Parts { low, high } = parts(x); add(low, square(high)) } on (3);
    workflow some_outputs_taken_apart(x: i64) -> i64 { let Parts { high, .. } = parts(x); square(high) } on (3);
    workflow outputs_with_other_names(x: i64) -> i64 { let Parts { low: a, high: b } = parts(x); add(a, b) } on (3);
    workflow an_output_that_is_not_used(x: i64) -> i64 { let Parts { low, high: _ } = parts(x); low } on (3);
    workflow outputs_of_a_variable(x: i64) -> i64 {
        let both = parts(x);
        let Parts { low, .. } = both;
        add(low, both.high)
    } on (3);
    workflow outputs_in_a_case(x: i64) -> i64 {
        if x > 3 { let Parts { low, high } = parts(x); add(low, high) } else { parts(x).low }
    } on (3) (4);
}

like! {
    workflow order_at_the_end_of_a_case(x: i64) -> i64 { if x > 3 { note(x) >> square(x) } else { square(x) } }
        as { x * x } on (3) (4);
    workflow order_in_both_cases(x: i64) -> i64 { if x > 3 { note(x) >> square(x) } else { note(1) >> add(x, 1) } }
        as { if x > 3 { x * x } else { x + 1 } } on (3) (4);
    workflow order_in_an_arm(x: i64) -> i64 { match x { 3 => note(x) >> square(x), _ => x } }
        as { if x == 3 { 9 } else { x } } on (3) (4);
    workflow order_in_a_variable_of_a_branch(x: i64) -> i64 {
        let y = if x > 3 { note(x) >> square(x) } else { x };
        add(y, 1)
    } as { if x > 3 { x * x + 1 } else { x + 1 } } on (3) (4);
    workflow order_in_a_plain_branch(x: i64) -> i64 {
        let first = true;
        if first { note(x) >> square(x) } else { x }
    } as { x * x } on (3);
    workflow order_of_three(x: i64) -> i64 { if x > 3 { note(x) >> note(1) >> square(x) } else { 0 } }
        as { if x > 3 { x * x } else { 0 } } on (3) (4);
}

#[workflow]
fn order_that_gives_nothing(x: i64) {
    if x > 3 {
        note(x) >> square(x)
    } else {
        square(x) >> note(1)
    }
}

#[test]
fn cases_may_end_in_order_where_nothing_is_given() {
    order_that_gives_nothing(3).unwrap();
    order_that_gives_nothing(4).unwrap();
}

#[task(type_name = Tripled)]
fn tripled(x: i64) -> i64 {
    3 * x
}

#[task(type_name = Four)]
fn four() -> i64 {
    4
}

#[workflow(type_name = Inner)]
fn inner(x: i64) -> i64 {
    Tripled(x)
}

mod jobs {
    use super::*;

    #[task(type_name = Load)]
    pub fn load(x: i64) -> i64 {
        x + 1
    }
}

#[workflow]
fn tasks_by_the_names_of_their_types(x: i64) -> i64 {
    add(Tripled(x), jobs::Load(Inner(Four())))
}

#[test]
fn types_with_names_of_their_own_are_called_by_them() {
    assert_eq!(tasks_by_the_names_of_their_types(3).unwrap(), 9 + 13);
}

#[task]
fn str(x: i64) -> i64 {
    x + 1
}

#[workflow]
fn a_task_with_the_name_of_a_type(x: i64) -> i64 {
    str(x)
}

#[task]
fn log(x: i64) -> i64 {
    x + 2
}

#[task]
fn serde(x: i64) -> i64 {
    x + 3
}

#[workflow]
fn tasks_with_the_names_of_crates(x: i64) -> i64 {
    log(serde(x))
}

#[test]
fn names_of_the_language_and_of_crates_are_tasks() {
    assert_eq!(a_task_with_the_name_of_a_type(3).unwrap(), 4);
    assert_eq!(tasks_with_the_names_of_crates(3).unwrap(), 8);
}

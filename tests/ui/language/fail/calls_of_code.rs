//! What is written in code that runs tasks, and values that are looked at, in bodies.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

mod jobs {
    use flyte_runtime::prelude::*;

    #[task]
    pub fn load(x: i64) -> i64 {
        x
    }
}

#[workflow]
fn a_call_as_a_value(x: i64) -> i64 {
    square::call(x)
}

#[workflow]
fn a_call_in_an_argument(x: i64) -> i64 {
    square(square::call(x))
}

#[workflow]
fn a_call_through_a_module(x: i64) -> i64 {
    jobs::load::call(x)
}

#[workflow]
fn a_call_in_a_case(x: i64) -> i64 {
    if x > 3 { square::call(x) } else { x }
}

#[workflow]
fn a_run_as_a_value(x: i64) -> i64 {
    square::run(x)
}

#[workflow]
fn a_run_in_a_list(x: i64) -> Vec<i64> {
    vec![square::run(x), x]
}

#[workflow]
fn a_call_that_is_awaited(x: i64) -> i64 {
    square::call(x).await?
}

#[workflow]
fn a_run_that_is_unwrapped(x: i64) -> i64 {
    square::run(x).unwrap()
}

#[workflow]
fn a_run_that_may_fail(x: i64) -> i64 {
    square::run(x)?
}

#[workflow]
fn a_guard(x: i64) -> i64 {
    match x {
        n if n > 3 => square(x),
        _ => x,
    }
}

#[workflow]
fn a_guard_behind_a_constant(x: i64) -> i64 {
    match x {
        1 if true => square(x),
        _ => x,
    }
}

#[workflow]
fn a_guard_on_the_rest(x: i64, y: i64) -> i64 {
    match x {
        1 => y,
        _ if y > 3 => square(x),
        _ => x,
    }
}

#[workflow]
fn a_guard_with_a_call(x: i64, y: i64) -> i64 {
    match x {
        n if n > 3 && y < n => square(n),
        _ => x,
    }
}

#[workflow]
fn a_guard_on_a_value_that_may_be_missing(x: Option<i64>) -> i64 {
    match x {
        Some(n) if n > 3 => square(n),
        _ => 0,
    }
}

#[workflow]
fn a_guard_on_several_constants(kind: String, x: i64) -> i64 {
    match kind {
        "a" | "b" if x > 3 => square(x),
        _ => x,
    }
}

#[workflow]
fn a_guard_before_other_arms(x: i64) -> i64 {
    match x {
        n if n > 3 => square(n),
        1 => 0,
        _ => x,
    }
}

#[workflow]
fn a_guard_behind_a_range(x: i64, y: i64) -> i64 {
    match square(x) {
        0..=9 if y > 3 => x,
        _ => y,
    }
}

#[workflow]
fn a_part_of_an_array_in_a_case(x: i64) -> i64 {
    let mut list = [x, x];
    if x > 3 {
        list[0] = square(x);
    }
    list[0]
}

#[workflow]
fn a_part_of_a_list_in_an_arm(x: i64) -> i64 {
    let mut list = vec![1, 2];
    match x {
        1 => list[1] = 3,
        _ => {}
    }
    square(x)
}

#[workflow]
fn a_part_of_a_tuple_in_a_case(x: i64) -> i64 {
    let mut pair = (x, 1);
    if x > 3 {
        pair.0 = square(x);
    }
    pair.0
}

#[workflow]
fn a_part_of_a_tuple_in_an_arm(x: i64) -> i64 {
    let mut pair = (1, "a");
    match x {
        1 => pair.1 = "b",
        _ => {}
    }
    square(x)
}

#[workflow]
fn a_part_of_a_tuple_in_a_tuple(x: i64) -> i64 {
    let mut ends = ((1, 2), 3);
    if x > 3 {
        square(x);
    } else {
        ends.0.1 += 1;
    }
    square(x)
}

struct Settings {
    limit: i64,
}

#[workflow]
fn a_field_in_a_case(x: i64) -> i64 {
    let mut settings = Settings { limit: 3 };
    if x > 3 {
        settings.limit = 4;
    }
    square(settings.limit)
}

#[workflow]
fn a_part_of_a_part(x: i64) -> i64 {
    let mut lists = [[1, 2], [3, 4]];
    if x > 3 {
        lists[0][1] = 5;
    }
    square(x)
}

#[workflow]
fn a_counter_in_a_case(x: i64) -> i64 {
    let mut count = 0;
    if x > 3 {
        count += 1;
    }
    square(x)
}

#[workflow]
fn a_list_that_grows_in_a_case(x: i64) -> i64 {
    let mut list = Vec::new();
    if x > 3 {
        list.push(1);
    }
    square(x)
}

#[workflow]
fn a_loan_in_a_case(x: i64) -> i64 {
    let mut list = vec![1];
    if x > 3 {
        let _lent = &mut list;
    }
    square(x)
}

#[workflow]
fn a_sum_of_promises(x: i64) -> i64 {
    square(x) + x
}

#[workflow]
fn a_variable_that_became_a_promise(x: i64) -> i64 {
    let mut total = 0;
    if x > 3 {
        total = square(x);
    }
    square(total + 1)
}

#[workflow]
fn a_promise_in_a_pair(x: i64) -> i64 {
    let (a, _b) = (square(x), 1);
    a - 1
}

#[workflow]
fn the_length_of_a_result(x: i64) -> i64 {
    let list = numbers(x);
    square(list.len())
}

#[workflow]
fn an_element_by_its_index(x: i64) -> i64 {
    numbers(x)[0]
}

#[workflow]
fn a_loop_over_a_result(x: i64) -> i64 {
    for _y in numbers(x) {}
    x
}

#[workflow]
fn a_range_to_a_promise(x: i64) -> i64 {
    for _i in 0..x {}
    x
}

#[workflow]
fn an_assertion(x: i64) -> i64 {
    assert!(x > 3);
    x
}

#[workflow]
fn a_pattern_of_a_promise(x: Option<i64>) -> i64 {
    if let Some(y) = x { square(y) } else { 0 }
}

#[workflow]
fn a_chain_with_a_pattern_of_a_promise(x: Option<i64>, y: i64) -> i64 {
    if let Some(z) = x && y > 3 { square(z) } else { 0 }
}

#[workflow]
fn a_value_for_a_promise(x: i64) -> i64 {
    let y: i64 = square(x);
    y
}

#[workflow]
fn a_half_branch(x: i64) -> i64 {
    let y = if x > 3 { square(x) };
    y
}

#[workflow]
fn a_return(x: i64) -> i64 {
    return square(x);
}

#[workflow]
fn a_result_that_is_dropped(x: i64) -> i64 {
    square(x);
}

#[workflow]
fn a_range_without_its_end(x: i64, y: i64) -> i64 {
    match x {
        10..20 => square(x),
        _ => y,
    }
}

#[workflow]
fn a_guard_of_two_behind_an_open_range(x: i64, y: i64) -> i64 {
    match x {
        100.. if y > 3 || y < 0 => square(x),
        _ => y,
    }
}

fn main() {}

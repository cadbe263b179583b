//! Conditions of every form, in every place where a branch may stand.

use super::*;

/// For one condition the places where it may stand.
macro_rules! everywhere {
    ($($name:ident($x:ident, $y:ident) $condition:expr;)*) => { $(
        mod $name {
            use super::*;

            same! {
                workflow value($x: i64, $y: i64) -> i64 { if $condition { square($x) } else { add($x, $y) } }
                    on (1, 2) (5, 5) (9, -1);
                workflow stored_and_used_twice($x: i64, $y: i64) -> i64 {
                    let holds = $condition;
                    let first = if holds { square($x) } else { $y };
                    if holds { add(first, 1) } else { add(first, 2) }
                } on (1, 2) (5, 5) (9, -1);
                workflow turned_round($x: i64, $y: i64) -> i64 { if !($condition) { $x } else { square($y) } }
                    on (1, 2) (5, 5) (9, -1);
                workflow in_a_match($x: i64, $y: i64) -> i64 {
                    match $condition { true => square($x), false => 7 }
                } on (1, 2) (5, 5) (9, -1);
                workflow assigned($x: i64, $y: i64) -> i64 {
                    let mut result = 0;
                    if $condition { result = add($x, $y); }
                    result
                } on (1, 2) (5, 5) (9, -1);
                workflow behind_else($x: i64, $y: i64) -> i64 {
                    if $y == 100 { 100 } else if $condition { square($y) } else { -1 }
                } on (1, 2) (5, 5) (9, -1) (1, 100);
                workflow in_a_loop($x: i64, $y: i64) -> i64 {
                    let mut total = square($x);
                    for step in 0..3 {
                        total = if $condition { add(total, step) } else { total };
                    }
                    total
                } on (1, 2) (5, 5) (9, -1);
                workflow joined($x: i64, $y: i64) -> i64 {
                    let small = $x < 100;
                    if $condition && small || $y == 3 { add($y, $x) } else { square($y) }
                } on (1, 2) (5, 5) (9, 3);
                dynamic known_already($x: i64, $y: i64) -> i64 { if $condition { square($x) } else { 4 } }
                    on (1, 2) (5, 5) (9, -1);
                dynamic in_a_match_on_values($x: i64, $y: i64) -> i64 {
                    match $condition { false => add($x, 1), true => $y }
                } on (1, 2) (5, 5) (9, -1);
            }
        }
    )* };
}

everywhere! {
    greater(x, y) x > 3;
    constant_on_the_left(x, y) 3 < x;
    two_promises(x, y) x <= y;
    equal(x, y) x == y;
    not_equal(x, y) x != 5;
    both(x, y) x > 3 && y > 3;
    one_of_them(x, y) x > 8 || y < 3;
    in_parentheses(x, y) ((x > 3));
    negated(x, y) !(x > 3);
    negated_twice(x, y) !!(x >= y);
    both_of_one_of_them(x, y) (x > 0 || y > 0) && x != y;
    with_a_calculated_constant(x, y) x > 2 + 1;
    with_a_call(x, y) square(x) > 20;
    with_calls_on_both_sides(x, y) square(y) == add(x, 20);
    negative_constant(x, y) y < -0;
    with_a_cast(x, y) x >= 5_u8 as i64;
}

same! {
    workflow a_bool_input(x: i64, flag: bool) -> i64 { if flag { square(x) } else { x } } on (3, true) (3, false);
    workflow a_bool_of_a_call(x: i64) -> i64 { if is_even(x) { square(x) } else { x } } on (3) (4);
    workflow a_bool_that_is_turned(x: i64) -> i64 {
        let even = is_even(x);
        if !even { square(x) } else { add(x, 1) }
    } on (3) (4);
    workflow a_match_on_a_bool(x: i64, flag: bool) -> i64 { match flag { true => square(x), false => 0 } }
        on (3, true) (3, false);
    workflow a_match_on_a_comparison_with_a_rest(x: i64) -> i64 { match x > 3 { true => square(x), _ => 1 } }
        on (3) (4);
    workflow a_match_on_a_comparison_that_begins_with_false(x: i64) -> i64 {
        match x > 3 { false => square(x), true => 1 }
    } on (3) (4);
    workflow a_match_on_a_stored_comparison(x: i64) -> i64 {
        let big = x > 3;
        match big { true => square(x), false => match x == 1 { true => 10, false => x } }
    } on (1) (3) (4);
    workflow a_match_on_a_negation(x: i64) -> i64 { match !(x > 3) { true => square(x), false => x } } on (3) (4);
    workflow a_match_on_joined_comparisons(x: i64, y: i64) -> i64 {
        match x > 3 && y > 3 { true => add(x, y), false => 0 }
    } on (3, 4) (4, 4);
    workflow a_match_with_blocks(x: i64) -> i64 {
        match x > 3 {
            true => {
                let y = square(x);
                add(y, 1)
            }
            false => {
                let y = add(x, x);
                square(y)
            }
        }
    } on (3) (4);
    workflow a_match_on_integers(x: i64) -> i64 { match x { 0 => 1, 1 | 2 => square(x), _ => add(x, x) } }
        on (0) (1) (2) (5);
    workflow a_match_on_a_negative(x: i64) -> i64 { match x { -1 => 5, other => square(other) } } on (-1) (3);
}

like! {
    workflow a_match_on_a_promise_of_a_text(name: String) -> i64 { match name { "a" => length("abc"), "b" | "c" => 7, _ => length(name) } }
        as { match name.as_str() { "a" => 3, "b" | "c" => 7, _ => length(&name) } }
        on ("a".to_owned()) ("b".to_owned()) ("four".to_owned());
}

const LIMIT: i64 = 3;
static PREFIX: &str = "abc";

same! {
    workflow an_arm_that_is_not_there(x: i64) -> i64 {
        match x {
            #[cfg(any())]
            3 => square(x),
            _ => x,
        }
    } on (3) (4);
    workflow an_arm_that_is_there(x: i64) -> i64 {
        match x {
            #[cfg(all())]
            3 => square(x),
            _ => x,
        }
    } on (3) (4);
    workflow slices_that_are_compared(x: i64) -> i64 {
        let list = [1, 2, 3];
        if list[..2] == [1, 2] { square(x) } else { x }
    } on (3);
    workflow slices_that_differ(x: i64) -> i64 {
        let list = vec![1, 2, 3];
        if list[1..] != [1, 2] { square(x) } else { x }
    } on (3);
    workflow parts_of_texts_that_are_compared(x: i64) -> i64 {
        if PREFIX[..2] == *"ab" { square(x) } else { x }
    } on (3);
    workflow a_named_constant(x: i64) -> i64 { if x > LIMIT { square(x) } else { LIMIT } } on (3) (4);
    workflow a_chain_of_a_pattern_and_a_promise(x: i64) -> i64 {
        let limit = Some(3);
        if let Some(limit) = limit && x > limit { square(x) } else { x }
    } on (3) (4);
    workflow a_chain_whose_pattern_does_not_fit(x: i64) -> i64 {
        let limit: Option<i64> = None;
        if let Some(limit) = limit && x > limit { square(x) } else { add(x, 1) }
    } on (3) (4);
    workflow a_chain_of_two_patterns_and_two_promises(x: i64, y: i64) -> i64 {
        let (low, high) = (Some(1), Some(9));
        if let Some(low) = low && let Some(high) = high && x > low && y < high { add(x, y) } else { 0 }
    } on (3, 4) (1, 4) (3, 9);
    workflow a_chain_with_a_plain_term(x: i64) -> i64 {
        let (limit, wanted) = (Some(3), true);
        if let Some(limit) = limit && wanted && x > limit { square(x) } else { x }
    } on (3) (4);
    workflow a_chain_without_else(x: i64) -> i64 {
        let limit = Some(3);
        let mut result = square(x);
        if let Some(limit) = limit && x > limit { result = 0; }
        result
    } on (3) (4);
    workflow a_chain_with_else_if(x: i64) -> i64 {
        let limit = Some(3);
        if let Some(limit) = limit && x > limit { square(x) } else if x == 1 { 11 } else { 12 }
    } on (1) (3) (4);
    workflow a_condition_in_a_closure(x: i64) -> i64 {
        let big = x > 3;
        let choose = |y| if big { square(y) } else { add(y, 1) };
        add(choose(x), choose(square(1)))
    } on (3) (4);
    workflow a_condition_in_a_tuple(x: i64) -> i64 {
        let (big, small) = (x > 3, x < 0);
        if big { 1 } else if small { 2 } else { square(x) }
    } on (3) (4) (-1);
    workflow a_condition_beside_its_negation(x: i64) -> i64 {
        let big = x > 3;
        let first = if big { square(x) } else { x };
        let second = if !big { square(x) } else { x };
        add(first, second)
    } on (3) (4);
    workflow joined_conditions_that_are_used_again(x: i64, y: i64) -> i64 {
        let (a, b) = (x > 3, y > 3);
        let one = if a && b { 1 } else { square(x) };
        let other = if a || b { 2 } else { square(y) };
        add(one, other)
    } on (3, 4) (4, 4) (1, 1);
    workflow branches_in_branches(x: i64, y: i64) -> i64 {
        if x > 3 {
            if y > 3 { square(x) } else { match y { 1 => 1, _ => add(x, y) } }
        } else {
            match x == y { true => 0, false => if y == 2 { square(y) } else { 5 } }
        }
    } on (4, 4) (4, 1) (4, 2) (1, 1) (1, 2) (1, 3);
}

//! What flytekit cannot write: several nodes in a case, and conditions with `!`. Its readers have to take them.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
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
fn total(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn note(x: i64) {
    let _seen = x;
}

#[workflow]
fn several_nodes(x: i64, y: i64) -> i64 {
    let z = square(y);
    if x > 3 {
        let a = square(x);
        add(square(a), z)
    } else if !(x == 1 || is_even(x) && y <= 2) {
        add(x, z)
    } else {
        let b = add(x, 1);
        note(b);
        square(b)
    }
}

#[workflow]
fn maps_and_workflows(xs: Vec<i64>, x: i64) -> (Vec<i64>, i64) {
    if !is_even(x) {
        let squares = xs.map(square);
        (squares.map(|s| add(s, x)), several_nodes(total(squares), x))
    } else {
        (xs.zip(xs).map(|(a, b)| add(a, b)), several_nodes(x, 2))
    }
}

#[workflow]
fn nested(x: i64, level: String, flag: bool) -> i64 {
    let found = match level {
        "high" | "higher" => {
            if !flag {
                add(square(x), square(add(x, 1)))
            } else {
                match x {
                    0 => add(square(x), 7),
                    1 | 2 => square(square(x)),
                    _ => fail("too large"),
                }
            }
        }
        "low" => square(x),
        _ => add(total(vec![x, square(x), 3]), x),
    };
    square(found)
}

#[workflow]
fn only_for_its_effect(x: i64) {
    if x != 0 {
        note(square(x));
        note(x);
    }
}

#[workflow]
fn assigned(x: i64, flag: bool) -> i64 {
    let mut a = square(x);
    let mut b = x;
    if flag {
        a = add(a, b);
        b = square(a);
    }
    add(a, b)
}

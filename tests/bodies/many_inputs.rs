//! Tasks with many inputs, whose names the macro cannot tell from those of structs.

#![allow(non_snake_case)]

use super::*;

#[task]
fn Nine(a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, g: i64, h: i64, i: i64) -> i64 {
    a + b + c + d + e + f + g + h + i
}

#[task]
fn Sixteen(
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
    g: i64,
    h: i64,
    i: i64,
    j: i64,
    k: i64,
    l: i64,
    m: i64,
    n: i64,
    o: i64,
    p: i64,
) -> i64 {
    a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p
}

#[task]
fn Seventeen(
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
    g: i64,
    h: i64,
    i: i64,
    j: i64,
    k: i64,
    l: i64,
    m: i64,
    n: i64,
    o: i64,
    p: i64,
    q: i64,
) -> i64 {
    a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q
}

struct OfNine(i64, i64, i64, i64, i64, i64, i64, i64, i64);

#[workflow]
fn up_to_sixteen(x: i64) -> i64 {
    let kept = OfNine(1, 2, 3, 4, 5, 6, 7, 8, 9);
    let nine = Nine(x, 1, 1, 1, 1, 1, 1, 1, kept.8);
    Sixteen(nine, x, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
}

#[workflow]
fn by_position(x: i64) -> i64 {
    let seen = Seventeen(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    add(x, seen)
}

#[workflow]
fn by_name(x: i64) -> i64 {
    Seventeen(
        a = x,
        b = 1,
        c = 1,
        d = 1,
        e = 1,
        f = 1,
        g = 1,
        h = 1,
        i = 1,
        j = 1,
        k = 1,
        l = 1,
        m = 1,
        n = 1,
        o = 1,
        p = 1,
        q = 1,
    )
}

#[test]
fn up_to_sixteen_inputs_are_given_by_position() {
    assert_eq!(up_to_sixteen::graph().unwrap().nodes().len(), 2);
    assert_eq!(up_to_sixteen(2).unwrap(), 18 + 2 + 14);
}

#[test]
fn more_are_given_by_name_as_the_error_says() {
    let error = by_position::graph().unwrap_err().to_string();
    let told = "write `Seventeen(..)` in the body (of more than 16 inputs, name each: `Seventeen(a = .., ..)`)";
    assert!(error.contains(told), "{error}");
    assert_eq!(by_name(2).unwrap(), 18);
}

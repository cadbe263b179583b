//! Branches on values of the run.

use flyte_runtime::{graph::conditional, prelude::*};

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[task]
fn half(x: i64) -> i64 {
    x / 2
}

#[task]
fn half_of(x: f64) -> f64 {
    x / 2.0
}

#[task]
fn divide(a: i64, b: i64) -> (i64, i64) {
    (a / b, a % b)
}

#[task]
fn is_odd(x: i64) -> bool {
    x % 2 == 1
}

#[task]
fn note(text: String) {
    let _ = text;
}

#[task]
fn maybe(x: i64) -> Option<i64> {
    Some(x)
}

#[workflow]
fn inner(x: i64) -> i64 {
    double(half(x))
}

#[workflow]
fn two_cases(x: i64) -> i64 {
    conditional("two")
        .if_(x.gt(5))
        .then(|| double(x))
        .else_()
        .then(|| half(x))
}

#[workflow]
fn many_cases(x: i64, y: i64) -> i64 {
    let z = double(x);
    let result = conditional("many")
        .if_(x.lt(0))
        .then(|| double(y))
        .elif_(z.ge(10).and(y.ne(3)))
        .then(|| half(z))
        .elif_(z.le(y).or(x.eq(7)))
        .then(|| half(y))
        .else_()
        .then(|| double(z));
    double(result)
}

#[workflow]
fn fails(x: i64) -> i64 {
    conditional("fails")
        .if_(x.gt(5))
        .then(|| double(x))
        .elif_(x.eq(3))
        .then(|| half(x))
        .else_()
        .fail("the number is too small")
}

#[workflow]
fn other_types(x: f64, text: String, flag: bool) -> f64 {
    let a = conditional("text")
        .if_(text.eq("a"))
        .then(|| half_of(x))
        .else_()
        .then(|| half_of(1.0));
    let b = conditional("flag")
        .if_(flag.is_true())
        .then(|| half_of(a))
        .else_()
        .then(|| half_of(x));
    conditional("float")
        .if_(b.gt(0.5))
        .then(|| half_of(b))
        .elif_(flag.is_false())
        .then(|| half_of(a))
        .else_()
        .then(|| half_of(x))
}

#[workflow]
fn of_a_result(x: i64) -> i64 {
    let odd = is_odd(x);
    conditional("odd")
        .if_(odd.is_true())
        .then(|| double(x))
        .else_()
        .then(|| half(x))
}

#[workflow]
fn of_options(x: i64) -> i64 {
    let maybe = maybe(x);
    conditional("present")
        .if_(maybe.is_none())
        .then(|| double(x))
        .else_()
        .then(|| half(x))
}

#[workflow]
fn several_outputs(x: i64) -> (i64, i64) {
    let (quotient, remainder) = conditional("several")
        .if_(x.gt(5))
        .then(|| divide(x, 2))
        .else_()
        .then(|| divide(x, 3));
    (remainder, quotient)
}

#[workflow]
fn without_outputs(x: i64) {
    conditional("void")
        .if_(x.gt(5))
        .then(|| note("large"))
        .else_()
        .then(|| note("small"));
}

#[workflow]
fn of_workflows(x: i64) -> i64 {
    conditional("workflows")
        .if_(x.gt(5))
        .then(|| inner(x))
        .else_()
        .then(|| half(x))
}

#[workflow]
fn nested(x: i64) -> i64 {
    conditional("outer")
        .if_(x.gt(5))
        .then(|| {
            conditional("inner")
                .if_(x.gt(10))
                .then(|| double(x))
                .else_()
                .then(|| half(x))
        })
        .else_()
        .then(|| half(x))
}

#[workflow]
fn written_as_if(x: i64, y: i64) -> i64 {
    let larger = if x > y && x != 7 {
        double(x)
    } else if y >= 10 {
        half(y)
    } else {
        double(y)
    };
    half(larger)
}

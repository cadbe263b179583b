//! Functions that are no tasks, called in bodies in every way.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

fn double(x: i64) -> i64 {
    2 * x
}

fn zero() -> i64 {
    0
}

fn joined(a: &str, b: Vec<i64>) -> String {
    format!("{a}{b:?}")
}

fn three<T>(_a: T, _b: T, _c: T) -> bool {
    true
}

async fn fetched(x: i64) -> i64 {
    x
}

fn fallible(x: i64) -> Result<i64, String> {
    Ok(x)
}

const fn constant(x: i64) -> i64 {
    x
}

mod util {
    pub fn halved(x: i64) -> i64 {
        x / 2
    }

    pub mod deep {
        pub fn k() -> i64 {
            3
        }
    }
}

use util::halved as half;

#[task(type_name = Tripled)]
fn tripled(x: i64) -> i64 {
    3 * x
}

#[workflow]
fn on_a_promise(x: i64) -> i64 {
    double(x)
}

#[workflow]
fn in_an_argument(x: i64) -> i64 {
    square(double(x))
}

#[workflow]
fn without_arguments(x: i64) -> i64 {
    let y = zero();
    square(x)
}

#[workflow]
fn with_a_constant(x: i64) -> i64 {
    double(3);
    square(x)
}

#[workflow]
fn with_texts_and_lists(x: i64) -> i64 {
    let _text = joined("a", vec![x, 2]);
    square(x)
}

#[workflow]
fn generic(x: i64) -> i64 {
    let _y = three(x, x, x);
    square(x)
}

#[workflow]
fn awaited_later(x: i64) -> i64 {
    let _future = fetched(x);
    square(x)
}

#[workflow]
fn that_may_fail(x: i64) -> i64 {
    let _result = fallible(x);
    square(x)
}

#[workflow]
fn of_constants(x: i64) -> i64 {
    square(constant(x))
}

#[workflow]
fn in_a_module(x: i64) -> i64 {
    square(util::halved(x))
}

#[workflow]
fn in_a_module_of_a_module() -> i64 {
    util::deep::k()
}

#[workflow]
fn through_self(x: i64) -> i64 {
    self::double(x)
}

#[workflow]
fn through_the_crate(x: i64) -> i64 {
    crate::util::halved(x)
}

#[workflow]
fn by_another_name(x: i64) -> i64 {
    half(x)
}

#[workflow]
fn in_a_case(x: i64) -> i64 {
    if x > 3 { double(x) } else { square(x) }
}

#[workflow]
fn in_an_arm(x: i64) -> i64 {
    match x {
        1 => double(x),
        _ => square(x),
    }
}

#[workflow]
fn in_a_condition(x: i64) -> i64 {
    if double(x) > 3 { square(x) } else { x }
}

#[workflow]
fn in_a_closure(x: i64) -> i64 {
    let twice = |y: Promise<i64>| square(double(y));
    twice(x)
}

#[workflow]
fn in_a_map(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| double(x))
}

#[workflow]
fn in_a_list(x: i64) -> Vec<i64> {
    vec![square(x), double(x)]
}

#[dynamic]
fn in_a_dynamic_task(x: i64) -> i64 {
    square(double(x))
}

#[dynamic]
fn in_a_loop(n: i64) -> i64 {
    for i in 0..n {
        double(i);
    }
    square(n)
}

#[workflow]
fn of_a_task_whose_type_has_another_name(x: i64) -> i64 {
    tripled(x)
}

#[workflow]
fn twice_the_same(x: i64) -> i64 {
    let a = double(x);
    let b = double(x);
    square(x)
}

fn main() {}

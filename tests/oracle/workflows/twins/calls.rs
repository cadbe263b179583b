//! Arguments: by position, by name, defaults, constants of every primitive type.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

/// Adds.
///
/// Two numbers, and then
/// another one.
#[task]
fn add(
    /// The first number.
    a: i64,
    /// The second number.
    #[default(1)]
    b: i64,
) -> i64 {
    a + b
}

#[task]
fn mixed(i: i64, f: f64, s: String, b: bool) -> String {
    format!("{i}{f}{s}{b}")
}

#[task]
fn defaults(
    #[default(3)] i: i64,
    #[default(0.5)] f: f64,
    #[default("x")] s: String,
    #[default(true)] b: bool,
) -> f64 {
    i as f64 + f + s.len() as f64 + f64::from(u8::from(b))
}

#[task]
fn lone() -> i64 {
    1
}

#[workflow]
fn by_position(x: i64, y: i64) -> i64 {
    add(square(x), y)
}

#[workflow]
fn by_name(x: i64) -> i64 {
    add(b = x, a = square(x = x))
}

#[workflow]
fn left_out(x: i64) -> i64 {
    add(a = x)
}

#[workflow]
fn constants(x: i64) -> String {
    let first = mixed(x, 1.5, "text", false);
    let _second = mixed(-7, 0.0, first, true);
    mixed(9_007_199_254_740_993, -0.25, "", true)
}

#[workflow]
fn all_defaults() -> f64 {
    let _unused = defaults();
    defaults(s = "é\n\"", f = 2.0)
}

/// Chains a task with itself.
///
/// Nothing else.
#[workflow]
fn chain(
    /// Where it starts.
    x: i64,
    #[default(10)] limit: i64,
    #[default("q")] label: String,
) -> i64 {
    let mut y = x;
    for _ in 0..5 {
        y = square(y);
    }
    let _text = mixed(limit, 0.5, label, true);
    y
}

#[workflow]
fn no_inputs() -> i64 {
    square(lone())
}

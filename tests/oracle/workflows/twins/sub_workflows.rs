//! Workflows inside of workflows.

use flyte_runtime::prelude::*;

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[workflow]
fn quadruple(x: i64, #[default("q")] label: String) -> i64 {
    let _unused = shown(label);
    double(double(x))
}

#[task]
fn shown(label: String) -> String {
    label
}

#[workflow(interruptible)]
fn cheap(x: i64) -> (i64, i64) {
    (double(x), x)
}

#[workflow]
fn several_times(x: i64) -> i64 {
    let a = quadruple(x, "a");
    let b = quadruple(x = a);
    let (c, _d) = cheap(b);
    double(c)
}

#[workflow]
fn a_level_above(x: i64) -> i64 {
    let a = several_times(x);
    quadruple(a, "b")
}

#[workflow]
fn nothing_but_workflows(x: i64) -> (i64, i64) {
    cheap(a_level_above(x))
}

#[workflow]
fn prepared() {
    let a = quadruple(1, "a");
    let b = quadruple(2, "b");
    a >> b;
}

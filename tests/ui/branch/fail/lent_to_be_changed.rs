use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let mut names = Vec::new();
    if x > 1 {
        (add_name)(&mut names);
    }
    let _ = names.len();
    square(x)
}

fn add_name(names: &mut Vec<i64>) {
    names.push(1);
}

fn main() {}

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

/// Three links can be split.
#[workflow]
fn three(x: i64) -> i64 {
    let (a, b, c) = (Some(1), Some(5), Some(9));
    if let Some(most) = a
        && x < most
    {
        square(x)
    } else if let Some(most) = b
        && x < most
    {
        square(square(x))
    } else if let Some(most) = c
        && x < most
    {
        square(x)
    } else {
        x
    }
}

#[workflow]
fn four(x: i64) -> i64 {
    let (a, b, c, d) = (Some(1), Some(5), Some(9), Some(12));
    if let Some(most) = a
        && x < most
    {
        square(x)
    } else if let Some(most) = b
        && x < most
    {
        square(square(x))
    } else if let Some(most) = c
        && x < most
    {
        square(x)
    } else if let Some(most) = d
        && x < most
    {
        square(square(x))
    } else {
        x
    }
}

fn main() {}

use flyte_runtime::prelude::*;

#[task(retires = 3, timeout = "soon")]
fn add(#[default] a: i64, (b, c): (i64, i64), d: &mut i64) -> i64 {
    a + b + c + *d
}

fn main() {
    // The function is still there.
    let _sum: i64 = add(1, (2, 3), &mut 4);
}

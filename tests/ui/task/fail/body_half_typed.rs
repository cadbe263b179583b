use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    let doubled = x.;
    x * x
}

fn main() {
    let _nine: i64 = square(3);
    let _call = square::call(3);
}

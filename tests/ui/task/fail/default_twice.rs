use flyte_runtime::prelude::*;

#[task]
fn square(
    #[default(3)]
    #[default(4)]
    x: i64,
) -> i64 {
    x * x
}

fn main() {}

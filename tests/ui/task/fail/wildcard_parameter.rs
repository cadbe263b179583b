use flyte_runtime::prelude::*;

#[task]
fn ignore(_: i64) {}

fn main() {
    ignore(1);
}

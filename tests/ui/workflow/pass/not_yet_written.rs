//! A body that is still to come.

use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(_x: i64) -> String {
    todo!()
}

fn main() {
    let _call = pipeline::call(1);
}

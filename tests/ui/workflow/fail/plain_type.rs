use flyte_runtime::prelude::*;

#[expect(non_camel_case_types, reason = "the mistake is about the name")]
struct helper;

#[workflow]
fn pipeline(x: i64) -> i64 {
    helper(x)
}

fn main() {
    let _ = helper;
}

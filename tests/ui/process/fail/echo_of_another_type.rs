use flyte_runtime::prelude::*;

#[echo_task(retries = 1)]
fn convert(text: String) -> i64;

fn main() {
    let _ = convert::descriptor();
}

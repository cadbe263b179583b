use flyte_runtime::prelude::*;

#[echo_task(script = "true")]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

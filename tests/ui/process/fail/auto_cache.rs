use flyte_runtime::prelude::*;

#[shell_task(script = "wc -w <<< '{inputs.text}'", cache = "auto")]
fn words(text: String);

fn main() {
    let _ = words::call;
}

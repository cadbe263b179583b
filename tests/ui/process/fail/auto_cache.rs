use flyte_runtime::prelude::*;

#[shell_task(script = "echo {inputs.text}", cache = "auto")]
fn words(text: String);

fn main() {
    let _ = words::descriptor();
}

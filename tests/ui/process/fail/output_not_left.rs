use flyte_runtime::prelude::*;

#[shell_task(script = "echo {inputs.text}")]
fn said(text: String) -> String;

fn main() {
    let _ = said::descriptor();
}

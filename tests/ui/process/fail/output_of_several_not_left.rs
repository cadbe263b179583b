use flyte_runtime::prelude::*;

#[shell_task(script = "echo {inputs.text} > {outputs.o0}")]
fn both(text: String) -> (String, i64);

fn main() {
    let _ = both::descriptor();
}

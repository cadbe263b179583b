use flyte_runtime::prelude::*;

#[shell_task(script = "echo {inputs.txt} > {outputs.o0}")]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

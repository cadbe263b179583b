use flyte_runtime::prelude::*;

#[shell_task(scirpt = "cat > {outputs.o0}")]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

use flyte_runtime::prelude::*;

#[shell_task(script = "cat > {outputs.o0}")]
fn convert(text: String) -> String {
    text
}

fn main() {
    let _ = convert::descriptor();
}

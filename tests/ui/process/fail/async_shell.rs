use flyte_runtime::prelude::*;

#[shell_task(script = "cat > {outputs.o0}")]
async fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

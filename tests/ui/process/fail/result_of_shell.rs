use flyte_runtime::prelude::*;

#[shell_task(script = "cat > {outputs.o0}")]
fn convert(text: String) -> Result<String, String>;

fn main() {
    let _ = convert::descriptor();
}

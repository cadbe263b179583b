use flyte_runtime::prelude::*;

#[shell_task(script = "cat > {outputs.o0}", image = "alpine:3")]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

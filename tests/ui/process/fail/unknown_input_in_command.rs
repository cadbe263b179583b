use flyte_runtime::prelude::*;

#[container_task(image = "alpine:3", command("echo", "{{.inputs.txt}}"))]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

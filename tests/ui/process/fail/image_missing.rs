use flyte_runtime::prelude::*;

#[container_task(command("true"))]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

use flyte_runtime::prelude::*;

#[container_task(image = "alpine:3", command("true"), input_data_dir = "inputs")]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

use flyte_runtime::prelude::*;

#[shell_task(script = "")]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

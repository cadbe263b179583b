use flyte_runtime::prelude::*;

#[shell_task(retries = 3)]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}

use flyte_runtime::prelude::*;

#[task(custom = serde_json::json!({ "executors": 4 }))]
fn train(x: i64) -> i64 {
    x
}

fn main() {
    let _ = train(1);
}

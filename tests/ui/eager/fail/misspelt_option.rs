use flyte_runtime::prelude::*;

#[eager(time_out = "1m")]
async fn nothing(n: i64) -> i64 {
    n
}

fn main() {
    let _ = nothing(1);
}

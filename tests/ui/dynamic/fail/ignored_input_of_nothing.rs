use flyte_runtime::prelude::*;

#[dynamic(cache(version = "1", ignored_inputs(m)))]
fn nothing(n: i64) -> i64 {
    n
}

fn main() {
    let _ = nothing(1);
}

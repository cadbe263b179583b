use flyte_runtime::prelude::*;

mod helpers {
    pub fn half(x: i64) -> i64 {
        x / 2
    }
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    helpers::half(x)
}

fn main() {
    let _ = helpers::half(1);
}

use flyte_runtime::prelude::*;

#[task(config("spark.version" = "3.5"))]
fn query(x: i64) -> i64;

fn main() {
    let _ = query(1);
}

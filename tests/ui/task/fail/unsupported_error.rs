use flyte_runtime::prelude::*;

struct Broken;

#[task]
fn check(x: i64) -> Result<i64, Broken> {
    if x < 0 { Err(Broken) } else { Ok(x) }
}

fn main() {
    let _ = check(1);
}

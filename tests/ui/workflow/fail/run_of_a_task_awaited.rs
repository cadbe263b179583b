use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let a = square::run(x)?;
    let b = square::call(a).await?;
    let c = square::call(b).start().await;
    let d = square::run(c).unwrap();
    call!(square(x = d)).run()?
}

fn main() {
    let _ = pipeline(1);
}

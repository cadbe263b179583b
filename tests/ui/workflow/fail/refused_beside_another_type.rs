use flyte_runtime::prelude::*;

mod tasks {
    use flyte_runtime::prelude::*;

    #[task]
    pub fn square(x: i64) -> i64 {
        x * x
    }

    #[task]
    pub fn shout(text: String) -> String {
        text.to_uppercase()
    }
}

// The only use of each is in a construct that is refused.
use tasks::{shout, square};

#[workflow]
fn pipeline(x: i64, name: String) -> i64 {
    let squared = square(x)?;
    let _loud = shout(text = x);
    squared
}

#[dynamic]
fn unrolled(x: i64) -> i64 {
    let text: String = x;
    let _loud = tasks::shout(text).await;
    tasks::square(x)
}

#[launch_plan]
fn daily(x: i64) -> i64 {
    let y = pipeline(x, "Ada");
    y
}

fn main() {
    let _run: Result<i64, RunError> = pipeline(1, "Ada".to_owned());
    let _run: Result<i64, RunError> = unrolled(1);
    let _run: Result<i64, RunError> = daily(1);
}

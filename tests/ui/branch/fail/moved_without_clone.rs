use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn log(message: String) -> String {
    message
}

struct Once(i64);

#[workflow]
fn pipeline(x: i64) -> i64 {
    let once = Once(1);
    let taken = if x > 1 {
        let mine = once;
        square(mine.0)
    } else {
        x
    };
    let _ = log("done");
    taken
}

fn main() {}

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn log(message: String) {
    println!("{message}");
}

#[workflow]
fn pipeline(x: i64) {
    log(format!("it is {x}"));
}

fn main() {
    let _ = square(1);
}

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[dynamic]
fn squares(text: String) -> i64 {
    square(text)
}

fn main() {
    let _ = squares("1".to_owned());
}

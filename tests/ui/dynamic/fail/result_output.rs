use flyte_runtime::prelude::*;

#[task]
fn note(x: i64) {
    let _ = x;
}

#[dynamic]
fn notes(n: i64) -> Result<(), RunError> {
    for i in 0..n {
        note(i);
    }
    Ok(())
}

fn main() {}

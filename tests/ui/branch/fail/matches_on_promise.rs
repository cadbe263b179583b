use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[derive(Clone, FlyteType)]
enum Mode {
    Fast,
    Slow,
}

#[workflow]
fn pipeline(mode: Mode, x: i64) -> i64 {
    if matches!(mode, Mode::Fast) {
        square(x)
    } else {
        x
    }
}

fn main() {
    let _ = Mode::Slow;
}

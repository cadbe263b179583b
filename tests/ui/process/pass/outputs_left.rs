use flyte_runtime::prelude::*;

#[derive(Clone, FlyteOutputs)]
struct Counts {
    words: i64,
    lines: i64,
}

#[shell_task(script = "echo 1 > {outputs.words}; echo 2 > {outputs.lines}")]
fn counts() -> Counts;

#[shell_task(script = "echo 1 > count.txt", output_locations(o0 = "count.txt"))]
fn located() -> i64;

#[shell_task(script = "echo 1 > \"$FLYTE_OUTPUT_o0\"; echo a > {outputs.o1}")]
fn both() -> (i64, String);

#[shell_task(script = "echo nothing")]
fn nothing();

fn main() {
    let _ = (
        counts::descriptor(),
        located::descriptor(),
        both::descriptor(),
        nothing::descriptor(),
    );
}

//! The program whose tasks the control plane of Flyte 2 starts: a bit of everything that a graph can have.

use std::time::Duration;

use flyte_runtime::{BoxError, TaskError, files::DataError, files::Text, prelude::*};

/// Its square.
#[task]
fn square(x: i64) -> i64 {
    x * x
}

/// All of them together.
#[task]
fn sum_of(xs: Vec<i64>) -> i64 {
    xs.iter().sum()
}

/// A chain, with two calls that do not wait for each other.
#[workflow]
fn hypotenuse(#[default(3)] a: i64, b: i64) -> i64 {
    sum_of(vec![square(a), square(b)])
}

/// A map.
#[workflow]
fn squares(xs: Vec<i64>) -> i64 {
    sum_of(xs.map(|x| square(x)))
}

/// Two equal calls.
#[workflow]
fn twice(x: i64) -> i64 {
    sum_of(vec![square(x), square(x)])
}

/// A branch.
#[workflow]
fn larger(x: i64) -> i64 {
    if x > 10 {
        square(x)
    } else {
        sum_of(vec![x, 1])
    }
}

/// A graph that depends on a value.
#[dynamic]
fn many_squares(n: i64) -> i64 {
    let all: Vec<_> = (0..n).map(|x| square(x)).collect();
    sum_of(all)
}

/// A parent below a parent.
#[workflow]
fn built(n: i64) -> i64 {
    square(many_squares(n))
}

/// Tasks that are awaited.
#[eager]
async fn awaited(x: i64) -> Result<i64, RunError> {
    let squared = square::call(x).start().await?;
    square::call(squared).start().await
}

/// With one input given.
#[launch_plan]
fn from_six(b: i64) -> i64 {
    hypotenuse(a = 6, b = b)
}

/// A workflow and a launch plan inside of another.
#[workflow]
fn nested(b: i64) -> (i64, i64) {
    (hypotenuse(3, b), from_six(b))
}

/// Fails at first.
#[task(retries = 2)]
fn second_time(text: String) -> Result<String, String> {
    let attempt = ctx().map_or(0, |context| context.attempt_number());
    match attempt {
        0 => Err(format!("{text}: not yet")),
        _ => Ok(format!("{text} {attempt}")),
    }
}

/// An attempt that fails, and one that does not.
#[workflow]
fn patient(text: String) -> String {
    second_time(text)
}

/// Fails for good.
#[task]
fn broken(text: String) -> Result<String, TaskError> {
    Err(TaskError::fatal(BoxError::from(format!(
        "{text} is not to be had"
    ))))
}

/// Takes its time.
#[task]
fn slow(seconds: i64) -> i64 {
    std::thread::sleep(Duration::from_secs(seconds as u64));
    seconds
}

/// A failure beside something that goes on.
#[workflow]
fn doomed(text: String) -> (String, i64) {
    (broken(text), slow(600))
}

/// What happens after a failure.
#[task]
fn tidied(text: String) -> i64 {
    text.len() as i64
}

/// A failure that another task is told of.
#[workflow(on_failure = tidied)]
fn handled(text: String) -> String {
    broken(text)
}

/// What is in a file, turned round.
#[task]
fn turned(file: &FlyteFile<Text>) -> Result<FlyteFile<Text>, DataError> {
    let text = file.read_to_string()?;
    let turned = FlyteFile::create("turned.txt")?;
    turned.write(text.chars().rev().collect::<String>())?;
    Ok(turned)
}

/// A text as a file.
#[task]
fn written(text: String) -> Result<FlyteFile<Text>, DataError> {
    let file = FlyteFile::create("text.txt")?;
    file.write(text)?;
    Ok(file)
}

/// The text of a file.
#[task]
fn read(file: &FlyteFile<Text>) -> Result<String, DataError> {
    file.read_to_string()
}

/// Files from task to task.
#[workflow]
fn turn(text: String) -> String {
    read(turned(written(text)))
}

/// Cached.
#[task(cache = "1")]
fn kept(x: i64) -> i64 {
    x + 1
}

/// Two calls of a cached task, one after the other.
#[workflow]
fn remembered(x: i64) -> i64 {
    kept(kept(x))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}

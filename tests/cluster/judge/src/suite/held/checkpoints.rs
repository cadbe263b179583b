//! Checkpoints: what an attempt leaves for the next one.

use flyte_runtime::{BoxError, TaskError, compat::current_context, prelude::*};

use crate::case::{Case, Kind, case, held};

/// Adds a number at each attempt.
#[task(retries = 3)]
fn in_steps(steps: usize) -> Result<Vec<u32>, BoxError> {
    let me = current_context();
    let checkpoint = me.checkpoint()?;
    let mut done = checkpoint.read()?.unwrap_or_default();
    done.push(me.attempt_number().try_into()?);
    checkpoint.write(&done)?;
    if done.len() < steps {
        return Err(format!("{} of {steps} steps are done", done.len()).into());
    }
    Ok(done.into_iter().map(u32::from).collect())
}

#[workflow]
fn two_of_them(steps: usize) -> (Vec<u32>, Vec<u32>) {
    (in_steps(steps), in_steps(1))
}

/// The same in async code, with files.
#[task(retries = 2)]
async fn as_files(text: String) -> Result<String, BoxError> {
    let me = ctx().ok_or("this is no task")?;
    let checkpoint = me.async_checkpoint()?;
    let path = me.parameters().working_directory()?.join("kept");
    let kept = match checkpoint.load().await? {
        Some(kept) => std::fs::read_to_string(kept)?,
        None => String::new(),
    };
    let kept = kept + &text;
    std::fs::write(&path, &kept)?;
    checkpoint.save(path).await?;
    match me.attempt_number() {
        2 => Ok(kept),
        attempt => Err(format!("attempt {attempt}").into()),
    }
}

#[workflow]
fn as_files_of_a_node(text: String) -> String {
    as_files(text).with_overrides(|o| o.retries(3))
}

/// What a panic interrupts is kept as well.
#[task(retries = 1)]
fn survives_a_panic(x: i64) -> Result<String, BoxError> {
    let me = current_context();
    let checkpoint = me.checkpoint()?;
    match checkpoint.read()? {
        Some(kept) => Ok(String::from_utf8(kept)?),
        None => {
            checkpoint.write(format!("{x} was kept").as_bytes())?;
            panic!("in the middle")
        }
    }
}

#[workflow]
fn in_maps(xs: Vec<i64>) -> Vec<String> {
    xs.map(survives_a_panic)
}

/// A checkpoint is that of one task: the second finds nothing.
#[dynamic]
fn of_each_node(xs: Vec<i64>) -> Vec<String> {
    let mut all = Vec::new();
    for x in xs {
        all.push(survives_a_panic(x));
    }
    all
}

/// A failure for good is not followed by anything that could read it.
#[task(retries = 3)]
fn for_nobody(x: i64) -> Result<i64, TaskError> {
    let me = current_context();
    let checkpoint = me.checkpoint().map_err(TaskError::fatal)?;
    checkpoint.write(b"for nobody").map_err(TaskError::fatal)?;
    match me.attempt_number() {
        0 if x > 0 => Err(TaskError::fatal("it ends here")),
        attempt => Ok(attempt.into()),
    }
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let kept = |x: i64| format!("{x} was kept");
    held(
        "checkpoints",
        [
            case(in_steps::call(3)).gives(vec![0, 1, 2]).pods(3),
            case(in_steps::call(9))
                .fails(Kind::Task, "4 of 9 steps are done")
                .with("too many")
                .pods(4),
            case(two_of_them::call(2))
                .gives((vec![0, 1], vec![0]))
                .pods(3),
            case(as_files_of_a_node::call("ä".to_owned()))
                .gives("äää".to_owned())
                .pods(3),
            case(in_maps::call(vec![1, 2])).gives(vec![kept(1), kept(2)]),
            case(of_each_node::call(vec![1, 2]))
                .gives(vec![kept(1), kept(2)])
                .pods(5),
            case(for_nobody::call(1))
                .fails(Kind::Task, "it ends here")
                .pods(1),
        ],
    )
}

//! A task that crashes, and goes on where it was: checkpoints, sync and async.
//!
//! ```console
//! $ cargo run --example checkpoint
//! attempt 0 begins with number 1
//! attempt 1 begins with number 4
//! attempt 2 begins with number 7
//! 1 + .. + 8 = 36
//! attempt 0 has no model
//! attempt 1 has a model of 3 steps
//! trained: a model of 6 steps
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use flyte_runtime::{BoxError, prelude::*};

// ANCHOR: sum
/// Adds the numbers to `last`, one after the other, and crashes after every three.
#[task(retries = 5)]
fn sum(last: u32) -> Result<u32, BoxError> {
    let me = ctx().ok_or("a checkpoint is a task's")?;
    let checkpoint = me.checkpoint()?;

    // What the attempt before has kept: the number it came to, and the sum.
    let (mut number, mut sum) = match checkpoint.read()? {
        Some(kept) => serde_json::from_slice(&kept)?,
        None => (0, 0),
    };
    println!(
        "attempt {} begins with number {}",
        me.attempt_number(),
        number + 1
    );

    for step in 1.. {
        if number == last {
            break;
        }
        assert!(step <= 3, "the machine is gone");
        number += 1;
        sum += number;
        // Whenever this is interrupted, the next attempt finds the old pair or the new one, and never half of it.
        checkpoint.write(&serde_json::to_vec(&(number, sum))?)?;
    }
    Ok(sum)
}
// ANCHOR_END: sum

// ANCHOR: train
/// The same for async code. A checkpoint may also be a file or a directory, which is kept under its own name.
#[task(retries = 1)]
async fn train() -> Result<String, BoxError> {
    let Some(me) = ctx() else {
        return Err("this is not a task".into());
    };
    let checkpoint = me.async_checkpoint()?;
    let model = me.working_directory()?.join("model");

    let mut steps = String::new();
    match checkpoint.load().await? {
        None => println!("attempt {} has no model", me.attempt_number()),
        Some(kept) => {
            steps = std::fs::read_to_string(kept)?;
            println!(
                "attempt {} has a model of {} steps",
                me.attempt_number(),
                steps.len()
            );
        }
    }
    steps += "xxx";
    std::fs::write(&model, &steps)?;
    checkpoint.save(model).await?;
    if steps.len() < 6 {
        return Err("too few steps".into());
    }
    Ok(format!("a model of {} steps", steps.len()))
}
// ANCHOR_END: train

fn main() -> Result<(), RunError> {
    println!("1 + .. + 8 = {}", sum::run(8)?);
    println!("trained: {}", train::run()?);
    Ok(())
}

//! A cluster from code: registers the program, starts a workflow, waits, and reads typed outputs; then starts what it
//! knows by name alone, and looks into an execution.
//!
//! The cluster is one in this process, so that the example runs anywhere, also as a test of a deployment script would.
//! For a real one, `main` needs one other line.
//!
//! ```text
//! $ cargo run --features dev-server --example remote
//! 2 texts have 5 words
//! n0: [3, 2]
//! n1: 5
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::error::Error;

use flyte_runtime::{
    Registry,
    cluster::{BlockingRemote, ExecuteOptions, Execution, Inputs, RegisterOptions, Version},
    compat::settings::ImageConfig,
    prelude::*,
    testing::cluster::ControlPlane,
};

/// How many words a text has.
#[task]
fn words(text: &str) -> i64 {
    text.split_whitespace().count() as i64
}

#[task]
fn sum(counts: &[i64]) -> i64 {
    counts.iter().sum()
}

/// How many words some texts have.
#[workflow]
fn all_words(texts: Vec<String>) -> i64 {
    sum(texts.map(|text| words(text)))
}

fn texts() -> Vec<String> {
    vec!["one two three".to_owned(), "four five".to_owned()]
}

/// The program has the workflow: the compiler checks its inputs, and the output has its type.
fn with_the_program(remote: &BlockingRemote) -> Result<i64, Box<dyn Error>> {
    let images = ImageConfig::validate_image("--image", &["registry.example.com/words:v1"])?;
    let registration = remote.register(Registry::of_program(), &RegisterOptions::new(images))?;
    let call = all_words::call(texts());
    let options = ExecuteOptions::new().label("team", "docs");
    let execution = remote.execute(&call, &registration.version, &options)?;
    remote.wait(&execution)?;
    Ok(remote.outputs::<all_words>(&execution)?)
}

/// Another program knows the name of the workflow: its inputs are checked against the interface that is registered.
fn by_name(remote: &BlockingRemote) -> Result<Execution, Box<dyn Error>> {
    let workflow = remote.fetch_workflow("remote.all_words", Version::Latest)?;
    let inputs = Inputs::new().with("texts", texts());
    let execution = remote.execute_fetched(&workflow, &inputs, &ExecuteOptions::new())?;
    remote.wait(&execution)?;
    Ok(execution)
}

fn main() -> Result<(), Box<dyn Error>> {
    // For a real cluster: `let remote = BlockingRemote::connect(&Config::auto(None)?)?;`
    let plane = ControlPlane::start(Registry::of_program())?;
    let remote = BlockingRemote::connect_in(&plane.config(), &plane.environment())?;

    println!(
        "{} texts have {} words",
        texts().len(),
        with_the_program(&remote)?
    );
    let execution = by_name(&remote)?;
    let mut execution = remote.fetch_execution(&execution.name)?;
    remote.sync(&mut execution)?;
    println!("n0: {:?}", execution.values["n0"].output::<Vec<i64>>("o0")?);
    println!("n1: {}", execution.values["n1"].output::<i64>("o0")?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_gives_what_a_run_here_gives() -> Result<(), Box<dyn Error>> {
        let plane = ControlPlane::start(Registry::of_program())?;
        let remote = BlockingRemote::connect_in(&plane.config(), &plane.environment())?;
        assert_eq!(with_the_program(&remote)?, all_words(texts())?);
        let execution = by_name(&remote)?;
        assert_eq!(remote.output::<i64>(&execution, "o0")?, 5);
        // Nothing was registered twice.
        assert_eq!(plane.calls("CreateWorkflow"), 1);
        Ok(())
    }
}

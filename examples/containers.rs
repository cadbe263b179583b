//! A program in a container, and what to do on a machine that cannot run one.
//!
//! A cluster always runs containers. On this machine `docker` or `podman` has to be there, with a daemon and the image;
//! where one of these is missing the task fails and says which, and an eager task may then do the work otherwise. In
//! tests a container task is mocked, as any other (`testing_tasks`).
//!
//! ```console
//! $ cargo run --example containers -- run shouted --text "as you were"
//! AS YOU WERE
//! ...
//! $ cargo run --example containers -- describe in_container
//! task containers.in_container
//! ...
//! Options:
//!   process  {"container":{"command":["sh","-c","tr a-z A-Z < /var/inputs/text > /var/outputs/o0"],"image":"localhost/shout:1","input_data_dir":"/var/inputs","metadata_format":"json","output_data_dir":"/var/outputs"}}
//! ```

use std::error::Error;

use flyte_runtime::{error::ProcessError, prelude::*};

// ANCHOR: in_container
/// The text in capitals, by a program that may be written in any language.
#[container_task(
    image = "localhost/shout:1",
    command("sh", "-c", "tr a-z A-Z < /var/inputs/text > /var/outputs/o0")
)]
fn in_container(text: String) -> String;
// ANCHOR_END: in_container

/// The same without a container.
#[task]
fn in_rust(text: &str) -> String {
    text.to_ascii_uppercase()
}

/// Whether a run has failed since the container could not run, and not since something else was wrong.
fn cannot_run_containers(error: &RunError) -> bool {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        if let Some(process) = error.downcast_ref() {
            return matches!(
                process,
                ProcessError::NoEngine
                    | ProcessError::NotStarted { .. }
                    | ProcessError::Failed { .. }
            );
        }
        cause = error.source();
    }
    false
}

// ANCHOR: shouted
/// In the container where that can run, else here.
#[eager]
async fn shouted(text: String) -> Result<String, RunError> {
    match in_container::call(text.clone()).await {
        Err(error) if cannot_run_containers(&error) => in_rust::call(&text).await,
        other => other,
    }
}
// ANCHOR_END: shouted

fn main() -> ExitCode {
    flyte_runtime::main()
}

//! Scripts.

use std::{cell::RefCell, fs, path::PathBuf, process::Command};

use super::{Attempt, ProcessError, fill, os_string, running::run_to_end};
use crate::{entity::options::ShellProcess, types::Value};

/// Runs a script in the attempt's directory.
///
/// Inputs never become part of the script: each is an environment variable, which the shell expands as data, so that no value can be
/// read as a command, whatever is in it.
pub(super) fn run(
    shell: &ShellProcess,
    attempt: &Attempt<'_>,
    outputs: &mut Vec<Value>,
) -> Result<(), ProcessError> {
    let known = || attempt.entity.outputs().iter().map(|output| output.name);
    let unknown = RefCell::new(None);
    let check = |name: &str| {
        if !known().any(|output| output == name) {
            let known: Vec<_> = known().collect();
            unknown
                .borrow_mut()
                .get_or_insert(ProcessError::UnknownOutput {
                    output: name.to_owned(),
                    known: if known.is_empty() {
                        "none".to_owned()
                    } else {
                        known.join(", ")
                    },
                });
        }
    };
    let script = fill(shell.script, "{inputs.", "}", |name| {
        attempt.inputs.get(name)?;
        Some(format!("${{{INPUT}{name}}}"))
    });
    let script = fill(&script, "{outputs.", "}", |name| {
        check(name);
        Some(format!("${{{OUTPUT}{name}}}"))
    });
    let script = script.replace("{ctx.working_directory}", &format!("${{{DIRECTORY}}}"));
    shell
        .output_locations
        .iter()
        .for_each(|(name, _)| check(name));
    if let Some(error) = unknown.take() {
        return Err(error);
    }
    let results = attempt.directory.join("outputs");
    fs::create_dir_all(&results).map_err(ProcessError::Files)?;
    let place = |name: &str| -> PathBuf {
        let location = shell.output_locations.iter();
        let location = location.clone().find(|(output, _)| *output == name);
        match location {
            Some((_, location)) => {
                let path = fill(location, "{inputs.", "}", |input| {
                    attempt.inputs.get(input).cloned()
                });
                attempt.directory.join(path)
            }
            None => results.join(name),
        }
    };
    let mut command = Command::new(shell.shell);
    command
        .args(["-c", &script])
        .current_dir(&attempt.directory);
    for (name, secret) in attempt.secrets()? {
        match secret {
            None => command.env_remove(name),
            Some(secret) => command.env(name, os_string(secret.expose())?),
        };
    }
    command
        .envs(attempt.options.environment.iter().copied())
        .env(DIRECTORY, &attempt.directory);
    for (name, text) in &attempt.inputs {
        command.env(format!("{INPUT}{name}"), text);
    }
    for output in attempt.entity.outputs() {
        command.env(format!("{OUTPUT}{}", output.name), place(output.name));
    }
    run_to_end(&mut command, || ())?;
    attempt.outputs(place, outputs)
}

/// What the names of the variables begin with in which a script finds its inputs, and the places of its outputs.
const INPUT: &str = "FLYTE_INPUT_";
const OUTPUT: &str = "FLYTE_OUTPUT_";
const DIRECTORY: &str = "FLYTE_WORKING_DIRECTORY";

//! Shell scripts.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    process::Command,
};

use super::{Attempt, ProcessError, fill, place::Place, running::run_to_end};
use flyte_config::system::os_str;
use flyte_core::{options::ShellProcess, types::Value};

/// Runs a script in the attempt's directory.
///
/// Inputs never become part of the script. Each is a variable, which the shell expands as data, so no value can be read
/// as a command.
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
    let mut places = BTreeMap::new();
    for output in attempt.entity.outputs() {
        let mut locations = shell.output_locations.iter();
        let place = match locations.find(|(name, _)| *name == output.name) {
            Some((_, location)) => {
                Place::declared(output.name, location, &attempt.inputs, &attempt.directory)?
            }
            None => Place::fixed(results.join(output.name)),
        };
        places.insert(output.name, place);
    }
    let long = too_long_for_the_environment(&attempt.inputs);
    let script = if long.is_empty() {
        script
    } else {
        let assignments = assignments(&attempt.inputs, &long);
        fs::write(attempt.directory.join(LONG), assignments).map_err(ProcessError::Files)?;
        // On the script's own first line, so that line numbers in the shell's messages are right.
        format!(". ./{LONG}; {script}")
    };
    let mut command = Command::new(shell.shell);
    command
        .args(["-c", &script])
        .current_dir(&attempt.directory);
    for (name, secret) in attempt.secrets()? {
        match secret {
            None => command.env_remove(name),
            Some(secret) => {
                command.env(name, os_str(secret.expose()).map_err(ProcessError::Files)?)
            }
        };
    }
    command
        .envs(attempt.options.environment.iter().copied())
        .env(DIRECTORY, &attempt.directory);
    for (name, text) in &attempt.inputs {
        if text.contains('\0') {
            return Err(ProcessError::ZeroByte { name });
        }
        let variable = format!("{INPUT}{name}");
        if long.contains(name) {
            // A script inside another must not inherit the outer script's variables.
            command.env_remove(variable);
        } else {
            command.env(variable, text);
        }
    }
    for (name, place) in &places {
        command.env(format!("{OUTPUT}{name}"), &place.path);
    }
    run_to_end(&mut command, &[], || ())?;
    let place = |name| {
        let place: &Place = &places[name];
        place.check(name)?;
        Ok(place.path.clone())
    };
    attempt.outputs(place, outputs)
}

/// The longest inputs, without which the others fit into the environment.
fn too_long_for_the_environment(inputs: &BTreeMap<&'static str, String>) -> BTreeSet<&'static str> {
    let mut by_length: Vec<_> = inputs.iter().collect();
    by_length.sort_by_key(|(_, text)| text.len());
    let mut together = 0;
    by_length
        .into_iter()
        .filter(|(_, text)| {
            together += text.len();
            together > IN_ENVIRONMENT
        })
        .map(|(name, _)| *name)
        .collect()
}

/// Assignments of shell variables, which can have any length. Nothing is expanded between single quotes.
fn assignments(inputs: &BTreeMap<&'static str, String>, names: &BTreeSet<&'static str>) -> String {
    let mut script = String::new();
    for (name, text) in inputs.iter().filter(|(name, _)| names.contains(*name)) {
        let text = text.replace('\'', r"'\''");
        // Writing to a string cannot fail.
        let _ = writeln!(script, "{INPUT}{name}='{text}'");
    }
    script
}

/// How many bytes of inputs go into the environment: Linux allows 128 KiB for one variable, and other systems little
/// more for all of them.
const IN_ENVIRONMENT: usize = 96 * 1024;

/// The file with the longer inputs, in the script's working directory.
const LONG: &str = ".flyte-inputs";

/// The prefix of the variables that hold a script's inputs and the paths of its outputs.
const INPUT: &str = "FLYTE_INPUT_";
const OUTPUT: &str = "FLYTE_OUTPUT_";
const DIRECTORY: &str = "FLYTE_WORKING_DIRECTORY";

//! Scripts, containers and echo tasks: how they run, and how they end with everything they have started.

mod container;
mod error;
mod files;
mod group;
mod left_containers;
mod place;
mod running;
mod shell;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

pub use error::ProcessError;
#[cfg(unix)]
pub use group::end_with_parent;
pub use group::{Group, Killer, Reason, Watched};
pub(crate) use running::pass_lines_on;

use flyte_config::config::{Environment, SecretsConfig};
use flyte_context::{
    context::current_context,
    secrets::{SecretBytes, SecretsManager},
};
use flyte_core::{
    error::BoxError,
    graph::entity::{Entity, EntityDescriptor, TaskInputs},
    no_other_variant,
    options::{Process, SecretRequest, TaskOptions},
    types::{Value, script_text, value_from_text},
};

/// Runs a task that is not a function of this program. Generated code calls it.
///
/// # Errors
///
/// If the task fails or does not write its outputs.
pub fn run<E: Entity>(inputs: &mut TaskInputs, outputs: &mut Vec<Value>) -> Result<(), BoxError> {
    run_entity(E::descriptor(), inputs, outputs)
}

/// Runs the process that the task's options describe.
fn run_entity(
    entity: &EntityDescriptor,
    inputs: &TaskInputs,
    outputs: &mut Vec<Value>,
) -> Result<(), BoxError> {
    let Some((options, process)) = entity
        .task_options()
        .and_then(|options| Some((options, options.process.as_ref()?)))
    else {
        return Err(ProcessError::Nothing.into());
    };
    match process {
        Process::Echo => outputs.extend(inputs.present().cloned()),
        Process::Shell(shell) => {
            shell::run(shell, &Attempt::new(entity, options, inputs)?, outputs)?;
        }
        Process::Container(container) => {
            container::run(container, &Attempt::new(entity, options, inputs)?, outputs)?;
        }
        _ => no_other_variant!(Process),
    }
    Ok(())
}

/// One attempt: the inputs as text, and its own directory.
struct Attempt<'a> {
    entity: &'a EntityDescriptor,
    options: &'a TaskOptions,
    /// The text of each input; for a file or directory, its local path.
    inputs: BTreeMap<&'static str, String>,
    /// The inputs that are files or directories.
    files: BTreeMap<&'static str, PathBuf>,
    directory: PathBuf,
}

impl<'a> Attempt<'a> {
    fn new(
        entity: &'a EntityDescriptor,
        options: &'a TaskOptions,
        inputs: &TaskInputs,
    ) -> Result<Self, ProcessError> {
        let (mut texts, mut files) = (BTreeMap::new(), BTreeMap::new());
        for (input, value) in entity.inputs().iter().zip(inputs.present()) {
            let text = script_text(value, &input.info);
            let text = text.map_err(|error| ProcessError::Input {
                name: input.name,
                error,
            })?;
            let text = match files::kind(&input.info) {
                Some(kind) if !text.is_empty() => {
                    let path =
                        files::fetch(kind, &text).map_err(|error| ProcessError::InputFile {
                            name: input.name,
                            error,
                        })?;
                    let text = path.to_string_lossy().into_owned();
                    files.insert(input.name, path);
                    text
                }
                _ => text,
            };
            texts.insert(input.name, text);
        }
        let context = current_context();
        let directory = context.working_directory().map_err(ProcessError::Files)?;
        Ok(Self {
            entity,
            options,
            inputs: texts,
            files,
            directory: directory.to_owned(),
        })
    }

    /// The environment variables with secrets for the script.
    fn secrets(&self) -> Result<Vec<(String, Option<SecretBytes>)>, ProcessError> {
        secrets(self.options.secret_requests)
    }

    /// Reads the outputs from files, and checks that their paths are allowed.
    fn outputs(
        &self,
        place: impl Fn(&'static str) -> Result<PathBuf, ProcessError>,
        outputs: &mut Vec<Value>,
    ) -> Result<(), ProcessError> {
        for output in self.entity.outputs() {
            let path = place(output.name)?;
            let failed = |error| ProcessError::Output {
                output: output.name,
                error,
            };
            if files::kind(&output.info).is_some() {
                if !path.exists() {
                    return Err(ProcessError::NotWritten {
                        output: output.name,
                        path,
                    });
                }
                outputs.push(files::made(&path, &output.info).map_err(failed)?);
                continue;
            }
            let text = read(&path).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => ProcessError::NotWritten {
                    output: output.name,
                    path: path.clone(),
                },
                _ => ProcessError::Unreadable {
                    output: output.name,
                    path: path.clone(),
                    error,
                },
            })?;
            // Nearly every program ends its output with a line break, which is not part of the value.
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text);
            let value = value_from_text(text, &output.info);
            outputs.push(value.map_err(failed)?);
        }
        Ok(())
    }
}

/// Reads a regular file. A pipe or a device in its place might never end.
fn read(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    fs::read_to_string(path)
}

/// The environment variables with secrets for a task's process: only the secrets that the task requests.
pub(crate) fn secrets(
    requests: &[SecretRequest],
) -> Result<Vec<(String, Option<SecretBytes>)>, ProcessError> {
    let context = current_context();
    let handed_over = match context.secrets() {
        Ok(secrets) => secrets.handed_over(requests),
        // If the configuration cannot be read, that was reported before, if any secret was requested.
        Err(_) => SecretsManager::new(SecretsConfig::default(), Environment::process())
            .handed_over(requests),
    };
    handed_over.map_err(ProcessError::Secret)
}

/// Replaces each name between `open` and `close` in a template. Inserted text is not scanned again, and an unknown name
/// stays as it is.
fn fill(
    template: &str,
    open: &str,
    close: &str,
    mut value: impl FnMut(&str) -> Option<String>,
) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once(open) {
        filled += before;
        let found = after.split_once(close);
        match found.and_then(|(name, tail)| Some((value(name)?, tail))) {
            Some((value, tail)) => {
                filled += &value;
                rest = tail;
            }
            None => {
                filled += open;
                rest = after;
            }
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let value = |name: &str| match name {
            "a" => Some("{inputs.b}".to_owned()),
            "b" => Some("2".to_owned()),
            _ => None,
        };
        let filled = fill(
            "{inputs.a}-{inputs.b} {x} {inputs.c} {inputs.",
            "{inputs.",
            "}",
            value,
        );
        assert_eq!(filled, "{inputs.b}-2 {x} {inputs.c} {inputs.");
    }
}

//! Container tasks, through docker or podman.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs, io,
    path::{self, Path},
    process::{Command, ExitStatus, Stdio},
};

use serde_json::Value as Json;

use super::{
    Attempt, ProcessError, files, fill, left_containers, place::check_links, running::run_to_end,
};
use flyte_config::system::os_str;
use flyte_core::{
    options::{ContainerProcess, MetadataFormat},
    types::Value,
};

/// Runs a container that sees the inputs as files and leaves the outputs as files.
///
/// Inputs in the command are inserted into its arguments. No shell reads them unless the command starts one.
pub(super) fn run(
    container: &ContainerProcess,
    attempt: &Attempt<'_>,
    outputs: &mut Vec<Value>,
) -> Result<(), ProcessError> {
    let engine = engine().ok_or(ProcessError::NoEngine)?;
    let (taken, given) = (
        attempt.directory.join("inputs"),
        attempt.directory.join("outputs"),
    );
    for directory in [&taken, &given] {
        fs::create_dir_all(directory).map_err(ProcessError::Files)?;
    }
    write_inputs(container, attempt, &taken)?;
    let said = RefCell::new(BTreeMap::new());
    let word = |word: &&str| {
        fill(word, "{{.inputs.", "}}", |name| {
            let text = text(container, attempt, name)?;
            let (name, _) = attempt.inputs.get_key_value(name)?;
            said.borrow_mut()
                .insert(*name, (text.len(), text.contains('\0')));
            Some(text)
        })
    };
    let mut command = Command::new(engine);
    let [name, label] = left_containers::name_and_label();
    command
        .args(["run", "--rm", "--name", &name, "--label", &label])
        .arg("--mount")
        .arg(mount(&taken, container.input_data_dir)? + ",readonly")
        .arg("--mount")
        .arg(mount(&given, container.output_data_dir)?);
    for (name, value) in attempt.options.environment {
        command.arg("--env").arg(format!("{name}={value}"));
    }
    for (name, secret) in attempt.secrets()? {
        if let Some(secret) = secret {
            // Only the name is an argument, because every user of this machine can see arguments.
            command.env(&name, os_str(secret.expose()).map_err(ProcessError::Files)?);
            command.arg("--env").arg(name);
        }
    }
    let mut words = container.command.iter().map(word);
    // On a cluster the command replaces the image's entry point.
    if let Some(program) = words.next() {
        command.arg("--entrypoint").arg(program);
    }
    command
        .arg(container.image)
        .args(words)
        .args(container.arguments.iter().map(word));
    let said = said.into_inner();
    if let Some((name, _)) = said.iter().find(|(_, (_, has_zero))| *has_zero) {
        return Err(ProcessError::ZeroByte { name });
    }
    let lengths = said.iter().map(|(name, (length, _))| (*name, *length));
    let longest = lengths.max_by_key(|(_, length)| *length);
    left_containers::remove(engine);
    // The container is not a child of this program, so the engine must be asked to end it.
    let end = ["rm", "--force", &name].map(OsString::from);
    let mut last = vec![OsString::from(engine)];
    last.extend_from_slice(&end);
    let ran = run_to_end(&mut command, &last, || {
        if !ask(engine, &end) {
            tracing::warn!(
                container = name,
                "a container was not removed and may still run"
            );
        }
    });
    ran.map_err(|error| match (&error, longest) {
        (ProcessError::NotStarted { error: cause, .. }, Some((name, length)))
            if cause.kind() == io::ErrorKind::ArgumentListTooLong =>
        {
            ProcessError::TooLong {
                name,
                length,
                file: format!("{}/{name}", container.input_data_dir),
            }
        }
        _ => error,
    })?;
    let place = |name| {
        let path = given.join(name);
        check_links(name, &given, &path)?;
        Ok(path)
    };
    attempt.outputs(place, outputs)
}

/// Runs a command of the engine and returns whether it succeeded.
pub(super) fn ask(engine: &str, words: &[OsString]) -> bool {
    let asked = Command::new(engine)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.as_ref().is_ok_and(ExitStatus::success)
}

/// The text of an input in the container; for a file, its path there.
fn text(container: &ContainerProcess, attempt: &Attempt<'_>, name: &str) -> Option<String> {
    match attempt.files.contains_key(name) {
        true => Some(format!("{}/{name}", container.input_data_dir)),
        false => attempt.inputs.get(name).cloned(),
    }
}

/// Writes a file for each input, and for JSON one file with all of them, as Flyte's co-pilot does.
fn write_inputs(
    container: &ContainerProcess,
    attempt: &Attempt<'_>,
    directory: &Path,
) -> Result<(), ProcessError> {
    for (name, text) in &attempt.inputs {
        let place = directory.join(name);
        match attempt.files.get(name) {
            Some(path) => files::put(path, &place),
            None => fs::write(place, text),
        }
        .map_err(ProcessError::Files)?;
    }
    if container.metadata_format == MetadataFormat::Json {
        let all: serde_json::Map<String, Json> = attempt
            .inputs
            .keys()
            .filter_map(|name| {
                let text = text(container, attempt, name)?;
                let json = serde_json::from_str(&text).unwrap_or_else(|_| Json::from(text));
                Some(((*name).to_owned(), json))
            })
            .collect();
        let all = Json::Object(all).to_string();
        fs::write(directory.join("inputs.json"), all).map_err(ProcessError::Files)?;
    }
    Ok(())
}

/// The value of `--mount`: a line of CSV. `--volume` does not accept a path with a colon.
fn mount(here: &Path, there: &str) -> Result<String, ProcessError> {
    let here = path::absolute(here).map_err(ProcessError::Files)?;
    let Some(here) = here.to_str() else {
        let error = format!(
            "the path `{}` is not valid UTF-8, so neither docker nor podman can mount it; set TMPDIR to another directory",
            here.display()
        );
        return Err(ProcessError::Files(io::Error::other(error)));
    };
    let field = |key: &str, path: &str| {
        if path.contains([',', '"', '\n', '\r']) {
            format!("\"{key}={}\"", path.replace('"', "\"\""))
        } else {
            format!("{key}={path}")
        }
    };
    Ok(format!(
        "type=bind,{},{}",
        field("source", here),
        field("target", there)
    ))
}

/// The first of docker and podman that is in the `PATH`.
fn engine() -> Option<&'static str> {
    let path = env::var_os("PATH")?;
    let directories: Vec<_> = env::split_paths(&path).collect();
    ["docker", "podman"].into_iter().find(|engine| {
        let file = format!("{engine}{}", env::consts::EXE_SUFFIX);
        directories
            .iter()
            .any(|directory| directory.join(&file).is_file())
    })
}

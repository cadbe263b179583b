//! Files that a run on the command line gives: they are there when the program has ended.

#![allow(clippy::unwrap_used, reason = "a test shows what failed")]

use std::{fs, path::PathBuf};

use flyte_runtime::{
    Registry,
    cli::Cli,
    compat::{FileAccessProvider, FlyteContextManager, current_context},
    context::FlyteContext,
    files::{DataError, TempSandbox},
    history::History,
    prelude::*,
};

#[task]
fn made(text: String) -> Result<FlyteFile, DataError> {
    let file = FlyteFile::create("made.txt")?;
    file.write(text)?;
    Ok(file)
}

#[task]
fn worked(text: String) -> std::io::Result<FlyteFile> {
    let path = current_context().working_directory()?.join("worked.txt");
    fs::write(&path, text)?;
    Ok(FlyteFile::from_path(path))
}

/// What is printed by a program that has no other files than these, after it has ended.
fn printed(history: Option<&History>, entity: &str) -> PathBuf {
    let registry = Registry::builder().with::<made>().with::<worked>().build();
    let registry = registry.unwrap();
    let mut cli = Cli::new(&registry);
    if let Some(history) = history {
        cli = cli.history(history);
    }
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let files = FileAccessProvider::temporary().unwrap();
    let context = FlyteContext::current().with_file_access(files);
    FlyteContextManager::with_context(context, |_| {
        cli.run(
            ["app", "run", entity, "--text", "hello"],
            &mut stdout,
            &mut stderr,
        )
    });
    assert_eq!(String::from_utf8(stderr).unwrap(), "");
    String::from_utf8(stdout).unwrap().trim_end().into()
}

#[test]
fn files_of_a_run_that_is_not_recorded_stay() {
    for entity in ["made", "worked"] {
        let path = printed(None, entity);
        assert_eq!(fs::read_to_string(&path).unwrap(), "hello");
        let sandbox = path.ancestors().find(|directory| {
            let name = directory.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("flyte-"))
        });
        fs::remove_dir_all(sandbox.unwrap()).unwrap();
    }
}

#[test]
fn files_of_a_recorded_run_stay_with_its_history() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    for entity in ["made", "worked"] {
        let path = printed(Some(&history), entity);
        assert!(path.starts_with(sandbox.path()), "{path:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "hello");
    }
}

//! The container entry point: this very program, started as a cluster starts it, with files as a cluster writes them.

#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

mod built_in;
mod contract;
mod deaths;
mod endings;
mod fast;
mod tasks;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
};

use flyte_idl::{
    flyteidl::core::{
        ContainerError, ErrorDocument, container_error::Kind, execution_error::ErrorKind,
    },
    prost::Message,
};
use flyte_runtime::{
    cli::Cli,
    compat::{FlyteEntities, wire},
    files::TempSandbox,
    types::Literal,
};

/// Set in the child, which is this program again, with its arguments as lines.
const ARGUMENTS: &str = "FLYTE_TEST_ARGUMENTS";

/// What the child does. Without the variable it is an ordinary test, and does nothing.
#[test]
fn child() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else {
        return;
    };
    let arguments = std::iter::once("app").chain(arguments.lines());
    let exit = Cli::new(FlyteEntities::registry()).supervised().run(
        arguments,
        &mut std::io::stdout(),
        &mut std::io::stderr(),
    );
    std::process::exit(exit.code().into());
}

/// A container: its directory, what it is started with, and what it has left.
struct Container {
    root: TempSandbox,
    environment: BTreeMap<String, String>,
    arguments: Vec<String>,
}

/// How a container has ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    stderr: String,
    /// The files beside the outputs, by name.
    files: BTreeMap<String, Vec<u8>>,
}

impl Container {
    fn new(inputs: &[(&str, Literal)]) -> Self {
        let root = TempSandbox::new();
        root.create().unwrap();
        let named = inputs.iter().map(|(name, literal)| (*name, literal));
        std::fs::write(root.path().join("inputs.pb"), wire::encode_map(named)).unwrap();
        Self {
            root,
            environment: BTreeMap::new(),
            arguments: Vec::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Arguments in front of the loader's.
    fn args(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|text| (*text).to_owned()));
        self
    }

    /// The arguments that are registered for a task, with the templates of the cluster filled in.
    fn command(&self, loader: &[&str]) -> Command {
        let mut arguments = vec![
            "flyte-execute".to_owned(),
            "--inputs".to_owned(),
            self.text("inputs.pb"),
            "--output-prefix".to_owned(),
            self.text("out"),
            "--raw-output-data-prefix".to_owned(),
            self.text("raw"),
        ];
        arguments.extend(self.arguments.iter().cloned());
        arguments.push("--".to_owned());
        arguments.extend(loader.iter().map(|text| (*text).to_owned()));
        self.command_of(&arguments)
    }

    fn command_of(&self, arguments: &[String]) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "child", "--nocapture"])
            .env_clear()
            .env("HOME", self.root.path())
            .env("TMPDIR", std::env::temp_dir())
            .env(ARGUMENTS, arguments.join("\n"))
            .envs(&self.environment)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    fn task(&self, name: &str) -> Ended {
        self.finish(self.command(&["task", name]))
    }

    fn finish(&self, mut command: Command) -> Ended {
        let output = command.output().unwrap();
        Ended {
            code: output.status.code(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            files: files_in(&self.path("out")),
        }
    }
}

fn files_in(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return BTreeMap::new();
    };
    let files = entries.map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, std::fs::read(entry.path()).unwrap())
    });
    files.collect()
}

impl Ended {
    fn names(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }

    #[track_caller]
    fn outputs(&self) -> BTreeMap<String, Literal> {
        assert_eq!(
            (self.code, self.files.contains_key("error.pb")),
            (Some(0), false),
            "{self:?}"
        );
        wire::decode_map(&self.files["outputs.pb"]).unwrap()
    }

    /// The error, which is all there is.
    #[track_caller]
    fn error(&self) -> ContainerError {
        assert_eq!(
            (self.code, self.names()),
            (Some(0), vec!["error.pb"]),
            "{}",
            self.stderr
        );
        error_in(&self.files["error.pb"])
    }
}

fn error_in(bytes: &[u8]) -> ContainerError {
    ErrorDocument::decode(bytes).unwrap().error.unwrap()
}

/// Code, kind and origin of an error.
#[track_caller]
fn verdict(ended: &Ended) -> (String, Kind, ErrorKind) {
    let error = ended.error();
    assert!(error.timestamp.is_some());
    (error.code.clone(), error.kind(), error.origin())
}

fn user(code: &str, kind: Kind) -> (String, Kind, ErrorKind) {
    (code.to_owned(), kind, ErrorKind::User)
}

/// What Flyte 2 starts a task with.
fn flyte_2(container: &Container, task: &str) -> Vec<String> {
    let (inputs, out) = (container.text("inputs.pb"), container.text("out"));
    let words = ["flyte-execute", "--inputs", &inputs, "--outputs-path", &out];
    let words = words.into_iter().chain(["--", "task", task]);
    words.map(str::to_owned).collect()
}

/// Starts a container, and waits until its task has said that it is ready.
fn ready(command: &mut Command) -> (Child, BufReader<ChildStderr>) {
    let mut child = command.spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.ends_with("ready\n") {
        assert!(stderr.read_line(&mut line).unwrap() > 0, "{line}");
    }
    (child, stderr)
}

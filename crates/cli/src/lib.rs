//! The command line of a program with tasks: parses arguments, prints results and returns an exit code.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

#[cfg(feature = "cluster")]
mod backfill;
mod cache;
mod check;
#[cfg(feature = "cluster")]
mod check_references;
#[cfg(feature = "cluster")]
mod cluster;
mod color;
mod command;
mod completions;
#[cfg(feature = "cluster")]
mod config;
mod contents;
mod describe;
mod display;
#[cfg(feature = "cluster")]
mod doctor;
#[cfg(feature = "cluster")]
mod entities;
mod execute;
mod failure;
#[cfg(feature = "remote")]
mod fast_execute;
mod gates;
mod given;
mod graph;
mod input;
mod list;
#[cfg(feature = "cluster")]
mod login;
mod man;
mod options;
mod outputs;
#[cfg(feature = "remote")]
mod package;
#[cfg(feature = "cluster")]
mod plans;
#[cfg(feature = "cluster")]
mod projects;
#[cfg(feature = "cluster")]
mod register;
#[cfg(feature = "cluster")]
mod remote_args;
#[cfg(feature = "cluster")]
mod remote_logs;
#[cfg(feature = "cluster")]
mod remote_pull;
#[cfg(feature = "cluster")]
mod remote_run;
#[cfg(feature = "cluster")]
mod remote_runs;
mod resume;
mod run;
mod run_compare;
mod run_decks;
mod run_logs;
mod run_nodes;
mod run_page;
mod runs;
#[cfg(feature = "remote")]
mod serialize;
mod table;
#[cfg(feature = "ui")]
mod ui;
#[cfg(feature = "ui")]
mod ui_runs;
mod wiring;

use std::{
    ffi::OsString,
    fs::File,
    io::{self, ErrorKind, IsTerminal as _, Write},
    path::Path,
    process::ExitCode,
};

use clap::ArgMatches;

use color::Colors;
use failure::Failure;
use flyte_core::{
    graph::entity::{EntityDescriptor, ExecutionBehavior},
    registry::Registry,
    text,
};
use flyte_events::history::History;

/// The result of a command, and the exit code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Success. Exit code 0.
    Success,
    /// The run failed, a workflow does not compile, or the result could not be written. Exit code 1.
    Failed,
    /// The command line is wrong: an unknown command, entity or option, or a missing or invalid input. Exit code 2.
    Usage,
    /// Ctrl-C cancelled the run. Exit code 130.
    Interrupted,
}

impl Exit {
    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Runs the command line of this process with all tasks and workflows of the program.
///
/// ```no_run
/// use flyte_runtime::prelude::*;
///
/// /// Says hello.
/// #[task]
/// fn hello(name: String) -> String {
///     format!("Hello, {name}!")
/// }
///
/// fn main() -> ExitCode {
///     flyte_runtime::main()
/// }
/// ```
pub fn main() -> ExitCode {
    // Not locked: a task that prints would wait for this thread, which waits for the task.
    let (mut stdout, mut stderr) = (io::stdout(), io::stderr());
    let history = History::of_user();
    Cli {
        history: history.as_ref(),
        terminal: stderr.is_terminal(),
        has_signals: true,
        owns_stdout: true,
        is_supervised: true,
        colors: Colors::of_process(),
        ..Cli::new(Registry::of_program())
    }
    .run(std::env::args_os(), &mut stdout, &mut stderr)
    .into()
}

/// A command line over a registry; everything that [`main`] takes from the process is a parameter.
///
/// ```
/// use flyte_runtime::{Registry, cli::{Cli, Exit}};
///
/// let registry = Registry::builder().build()?;
/// let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
/// let exit = Cli::new(&registry).run(["my_binary", "list"], &mut stdout, &mut stderr);
/// assert_eq!(exit, Exit::Usage);
/// assert!(String::from_utf8_lossy(&stderr).contains("this binary has no tasks or workflows"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Cli<'r> {
    registry: &'r Registry,
    /// Whether Ctrl-C cancels its runs.
    has_signals: bool,
    /// Whether results go to the standard output of the process, which it may then redirect.
    owns_stdout: bool,
    history: Option<&'r History>,
    /// Whether standard error of the process is a terminal.
    terminal: bool,
    /// Whether `flyte-execute` runs its task in a child process.
    is_supervised: bool,
    colors: Colors,
}

impl<'r> Cli<'r> {
    /// The command line for these tasks and workflows.
    pub fn new(registry: &'r Registry) -> Self {
        Self {
            registry,
            history: None,
            terminal: false,
            has_signals: false,
            owns_stdout: false,
            is_supervised: false,
            colors: Colors::default(),
        }
    }

    /// Lets Ctrl-C cancel the run of a `run` command, as [`main`] does. No other node starts, running tasks are asked
    /// to end, and the program exits with [`Exit::Interrupted`] within two seconds. A second Ctrl-C ends the program at
    /// once. This takes over Ctrl-C for the whole process, unless it already has a handler.
    #[must_use]
    pub fn interruptible(mut self) -> Self {
        self.has_signals = true;
        self
    }

    /// Displays what happens in a run on standard error while it goes on, as [`main`] does on a terminal.
    #[must_use]
    pub fn on_terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// Records runs in this history, and shows and resumes its runs. [`main`] uses [`History::of_user`].
    #[must_use]
    pub fn history(mut self, history: &'r History) -> Self {
        self.history = Some(history);
        self
    }

    /// Lets `flyte-execute` run its task in a child process, as [`main`] does on Unix, so that a task whose process
    /// dies is a failed attempt like any other; see `remote::execute`. The child is this program with the arguments of
    /// this process, whatever you pass to [`Self::run`], and must reach the same command.
    #[must_use]
    pub fn supervised(mut self) -> Self {
        self.is_supervised = true;
        self
    }

    /// Executes the command in the arguments. The first argument is the name of the program.
    ///
    /// A reader that closes standard output early, as `head` does, does not cause a failure.
    pub fn run<I>(&self, args: I, stdout: &mut dyn Write, stderr: &mut dyn Write) -> Exit
    where
        I: IntoIterator,
        I::Item: Into<OsString>,
    {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let mut reply = self.reply(&args);
        let colors = self.colors.asked(&args);
        if reply.is_help && colors.stdout {
            reply.stdout = color::help(&reply.stdout);
        }
        let mut exit = reply.exit;
        let written = match reply.results {
            Some(mut results) => results.write_all(reply.stdout.as_bytes()),
            None => stdout
                .write_all(reply.stdout.as_bytes())
                .and_then(|()| stdout.flush()),
        };
        // If standard error is closed, the message cannot be shown.
        let messages = text::visible(&reply.stderr);
        let _ = match colors.stderr {
            true if reply.is_help => stderr.write_all(color::help(&messages).as_bytes()),
            true => stderr.write_all(color::messages(&messages).as_bytes()),
            false => stderr.write_all(messages.as_bytes()),
        };
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            let _ = writeln!(stderr, "error: the result could not be written: {error}");
            if exit == Exit::Success {
                exit = Exit::Failed;
            }
        }
        let _ = stderr.flush();
        #[cfg(feature = "ui")]
        if let Some(console) = reply.serves
            && let Err(problem) = console.serve()
        {
            let _ = writeln!(stderr, "error: the console has ended: {problem}");
            exit = Exit::Failed;
        }
        exit
    }

    fn reply(&self, args: &[OsString]) -> Reply {
        let reply = self.answer(args);
        if execute::is_for_flyte_2(args) {
            let exit = Exit::Success;
            return Reply { exit, ..reply };
        }
        reply
    }

    fn answer(&self, args: &[OsString]) -> Reply {
        let bin = args
            .first()
            .and_then(|program| Path::new(program).file_name())
            .map_or_else(|| "flyte".into(), |name| name.to_string_lossy());
        let matches = match command::parse(&bin, args, self.registry) {
            Ok(matches) => matches,
            Err(error) => return Reply::failed(&Failure::from(error), false),
        };
        match matches.subcommand() {
            Some(("list", options)) => list::reply(self.registry, json(options)),
            Some(("describe", options)) => describe::reply(self.registry, options),
            Some(("graph", options)) => graph::reply(self, &bin, options),
            Some(("run", options)) => run::reply(self, &bin, options),
            Some(("runs", options)) => runs::reply(self, options),
            #[cfg(feature = "ui")]
            Some(("ui", options)) => ui::reply(self, &bin, options),
            Some(("cache", options)) => cache::reply(self.registry, &bin, options),
            Some(("check", options)) => check::reply(self.registry, &bin, options),
            Some(("flyte-execute", options)) => {
                execute::reply(self.registry, options, self.is_supervised)
            }
            #[cfg(feature = "remote")]
            Some(("flyte-fast-execute", options)) => fast_execute::reply(options),
            #[cfg(feature = "remote")]
            Some(("serialize", options)) => serialize::reply(self.registry, &bin, options),
            #[cfg(feature = "remote")]
            Some(("package", options)) => package::reply(self.registry, &bin, options),
            #[cfg(feature = "cluster")]
            Some(("register", options)) => register::reply(self, &bin, options),
            #[cfg(feature = "cluster")]
            Some(("check-references", options)) => check_references::reply(self, options),
            #[cfg(feature = "cluster")]
            Some(("config", options)) => config::reply(options),
            #[cfg(feature = "cluster")]
            Some(("doctor", options)) => doctor::reply(&bin, options),
            #[cfg(feature = "cluster")]
            Some(("entities", options)) => entities::reply(self, options),
            #[cfg(feature = "cluster")]
            Some(("plans", options)) => plans::reply(self, options),
            #[cfg(feature = "cluster")]
            Some(("backfill", options)) => backfill::reply(self, options),
            #[cfg(feature = "cluster")]
            Some(("projects", options)) => projects::reply(options),
            #[cfg(feature = "cluster")]
            Some(("login", options)) => login::login_reply(options),
            #[cfg(feature = "cluster")]
            Some(("logout", options)) => login::logout_reply(options),
            Some(("completions", options)) => {
                completions::reply(self, &bin, command::root(&bin), options)
            }
            Some(("man", _)) => man::reply(self.registry, &bin, command::root(&bin)),
            // clap has refused everything else.
            _ => Reply::default(),
        }
    }
}

/// `task`, `dynamic task`, `reference workflow`, ….
fn kind_of(entity: &EntityDescriptor) -> String {
    match entity.execution_behavior() {
        _ if entity.reference().is_some() => format!("reference {}", entity.kind()),
        None | Some(ExecutionBehavior::Default) => entity.kind().to_string(),
        Some(behavior) => format!("{behavior} {}", entity.kind()),
    }
}

/// Whether `--json` was given.
fn json(options: &ArgMatches) -> bool {
    options.get_flag(options::JSON)
}

/// The output of a command, before it is written.
#[derive(Debug)]
struct Reply {
    stdout: String,
    /// Where results are written, if standard output was redirected.
    results: Option<File>,
    stderr: String,
    exit: Exit,
    /// Whether what it says is help.
    is_help: bool,
    /// The console to serve after that.
    #[cfg(feature = "ui")]
    serves: Option<ui::Served>,
}

impl Default for Reply {
    fn default() -> Self {
        Self::success(String::new())
    }
}

impl Reply {
    fn success(stdout: String) -> Self {
        Self {
            stdout,
            results: None,
            stderr: String::new(),
            exit: Exit::Success,
            is_help: false,
            #[cfg(feature = "ui")]
            serves: None,
        }
    }

    /// The report of a failure. To clap, requested help is an error; here it is not.
    fn failed(failure: &Failure, json: bool) -> Self {
        if let Some(help) = failure.help() {
            return Self {
                is_help: true,
                ..Self::success(help)
            };
        }
        let stdout = if json {
            format!("{}\n", serde_json::json!({ "error": failure.to_json() }))
        } else {
            String::new()
        };
        Self {
            stdout,
            stderr: failure.text(),
            exit: failure.exit(),
            is_help: failure.shows_help(),
            ..Self::default()
        }
    }

    fn of(result: Result<String, Failure>, json: bool) -> Self {
        match result {
            Ok(stdout) => Self::success(stdout),
            Err(failure) => Self::failed(&failure, json),
        }
    }
}

//! The command line of a binary with tasks: `list`, `describe`, `run`, `runs`, `cache` and `check`, and with the feature `remote`
//! `serialize` and `package`.
//!
//! A binary needs no more than
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     flyte_runtime::main()
//! }
//! ```
//!
//! and can be asked what it contains and told to run it:
//!
//! ```text
//! my_binary list
//! my_binary describe pipeline
//! my_binary run --jobs 4 pipeline --xs '[1, 2]' --limit 10
//! ```
//!
//! The options of `run` that are not inputs, as `--json`, `--jobs` and `--resume`, come before the name. What follows the name are
//! the inputs; these options are understood there too unless an input has that name.
//!
//! An input is written as its type asks: numbers as numbers, strings as they are, booleans as `--flag`, `--no-flag` or `--flag no`,
//! durations as `90s` or `1h30m`, dates and datetimes as `2024-07-01` and `2024-07-01T12:00:00+02:00`, bytes as base64, lists, maps and
//! structs as JSON (`'[1, 2]'`). An `Option` is left out for nothing, or `null`; `'"null"'` in quotes is that text. `@FILE` is what is in
//! a file, without the line break at its end; a text that begins with `@` is written `@@text`. Of a union `{"Name": value}` names the
//! variant where the value alone does not say which it is.
//!
//! `--inputs-file FILE` takes inputs from a file of JSON or YAML, with `-` from standard input:
//!
//! ```yaml
//! xs: [1, 2]
//! limit: 10
//! every: 1h30m
//! ```
//!
//! Whatever a run prints can be given to another one, in any of these ways.
//!
//! With `--deck DIR` a run writes the [pages](crate::deck) of its tasks into a directory, also when it fails, and says where they are.
//!
//! Results of tasks that declare a [`cache`](crate::cache) are kept, and used again by later runs unless `--cache refresh` or `--cache off`
//! says otherwise:
//!
//! ```text
//! my_binary run --cache refresh pipeline --xs '[1, 2]' --limit 10
//! my_binary cache explain count --text 'a b'
//! my_binary cache stats
//! my_binary cache evict --max-size 1Gi
//! my_binary cache clear count
//! ```
//!
//! Runs are recorded in the [history](crate::history) of the user unless `--no-history` is given or `FLYTE_HISTORY` is `0`.
//! `runs list` shows them and `runs show ID` one of them; `run --resume ID` goes on with one that ended early, and runs only what
//! had not ended. ID is a beginning of an id that no other run has, or `last`. What was run need not be named again, and inputs that are
//! not given are what they were, also where they have defaults. On a terminal `run` tells on standard error what has ended (`--progress plain` elsewhere too, `none` nowhere);
//! `--events FILE` writes what happens as lines of JSON, with `-` to standard output.
//!
//! `check` tells what a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine; see
//! [`cluster::check`](crate::cluster::check). `serialize` and `package` ask the same, and write nothing if there is an error.
//! `--allow RULE` says nothing of a warning that is known:
//!
//! ```text
//! my_binary check
//! my_binary check --json pipeline
//! my_binary serialize --out DIR --image ghcr.io/acme/pipeline:v1 --allow no-backoff
//! ```
//!
//! `serialize --out DIR` writes every task, workflow and launch plan as a file that a cluster registers, and
//! `package` the same as one archive:
//!
//! ```text
//! my_binary package --image ghcr.io/acme/pipeline:v1
//! flytectl register files --archive flyte-package.tgz --project flytesnacks --domain development --version v1
//! ```
//!
//! flytekit's `--fast` is not among the options: it ships source code to an interpreter in the image, and what would be shipped
//! here is the program, which is the image's content. Who uploads archives all the same gives
//! [`FastSerializationSettings`](crate::settings::FastSerializationSettings) to a `remote::serialize::Serializer`.
//!
//! `flyte-execute` is what a cluster calls in a container; see `remote::execute`.
//! `flyte-fast-execute` stands in front of it after a fast registration: it unpacks an archive of code, and becomes the
//! command that follows.
//!
//! `cache stats`, `cache explain`, `cache evict` and `cache clear` are about results that are kept, see
//! [`cache`](crate::cache): what there is, why a call would be run, and removing it.
//!
//! A single output is printed as its bare value, several as `name = value`. With `--json` standard output gets one
//! JSON document, and it is the last line of a run's output: the outputs by name or, when something is wrong,
//! `{"error": {"kind": .., "message": .., ..}}`. The message for people is on standard error either way. What tasks
//! print goes to standard error then, on Unix and with [`main`]; a [`Cli`] whose output goes elsewhere leaves
//! standard output to them. What people read shows control characters in errors, names and values as escapes, as
//! `\u{1b}`; JSON has them as they are, and so has what a run gives.

mod cache;
mod check;
mod command;
mod contents;
mod describe;
#[cfg(feature = "remote")]
mod execute;
mod failure;
#[cfg(feature = "remote")]
mod fast_execute;
mod gates;
mod input;
mod list;
#[cfg(feature = "remote")]
mod package;
mod results;
mod resume;
mod run;
mod runs;
#[cfg(feature = "remote")]
mod serialize;
mod table;
mod wiring;

use std::{
    ffi::OsString,
    fs::File,
    io::{self, ErrorKind, IsTerminal as _, Write},
    path::Path,
    process::ExitCode,
};

use clap::ArgMatches;

use crate::{
    entity::{EntityDescriptor, ExecutionBehavior, FlyteEntities, Registry},
    history::History,
    text,
};
use failure::Failure;

/// How a command ended; the exit code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Everything went well: exit code 0.
    Success,
    /// The run failed, a workflow cannot be compiled, or the result could not be written: exit code 1.
    Failed,
    /// The command line is wrong: an unknown command, entity or option, or a missing or bad input. Exit code 2.
    Usage,
    /// Ctrl-C has cancelled the run. Exit code 130.
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

/// Runs the command line of this process on all tasks and workflows of the program.
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
        #[cfg(feature = "remote")]
        is_supervised: true,
        ..Cli::new(FlyteEntities::registry())
    }
    .run(std::env::args_os(), &mut stdout, &mut stderr)
    .into()
}

/// A command line over a registry, with everything that [`main`] takes from the process passed in.
///
/// ```
/// use flyte_runtime::{cli::{Cli, Exit}, entity::Registry};
///
/// let registry = Registry::builder().build()?;
/// let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
/// let exit = Cli::new(&registry).run(["my_binary", "list"], &mut stdout, &mut stderr);
/// assert_eq!(exit, Exit::Usage);
/// assert!(String::from_utf8_lossy(&stderr).contains("this binary has no tasks or workflows"));
/// # Ok::<(), flyte_runtime::entity::DuplicateEntity>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Cli<'r> {
    registry: &'r Registry,
    /// Ctrl-C is for its runs.
    has_signals: bool,
    /// What it writes its results to is the standard output of the process, which it may take for itself.
    owns_stdout: bool,
    history: Option<&'r History>,
    /// Whether people read the standard error of the process.
    terminal: bool,
    /// Whether `flyte-execute` runs its task in a child.
    #[cfg(feature = "remote")]
    is_supervised: bool,
}

impl<'r> Cli<'r> {
    /// The command line over these tasks and workflows.
    pub fn new(registry: &'r Registry) -> Self {
        Self {
            registry,
            history: None,
            terminal: false,
            has_signals: false,
            owns_stdout: false,
            #[cfg(feature = "remote")]
            is_supervised: false,
        }
    }

    /// Has Ctrl-C cancel the run of a `run` command, as [`main`] does: no other node starts, what is running is asked to end, the exit
    /// code is [`Exit::Interrupted`] within two seconds, and a second Ctrl-C ends the program at once. It is the process's Ctrl-C
    /// that is taken over, unless somebody has it already.
    #[must_use]
    pub fn interruptible(mut self) -> Self {
        self.has_signals = true;
        self
    }

    /// Records runs here, and shows and resumes those that are recorded here. [`main`] does so with [`History::of_user`].
    #[must_use]
    pub fn history(mut self, history: &'r History) -> Self {
        self.history = Some(history);
        self
    }

    /// Has `flyte-execute` run its task in a child process, as [`main`] does on Unix, so that a task whose process dies is a failed attempt
    /// like any other; see `remote::execute`. The child is this program with the arguments of this process, whatever [`Self::run`] is
    /// given, and has to come to the same command.
    #[cfg(feature = "remote")]
    #[must_use]
    pub fn supervised(mut self) -> Self {
        self.is_supervised = true;
        self
    }

    /// Does what the arguments say. The first one is the name of the program.
    ///
    /// A reader that closes standard output early, as `head` does, is no failure.
    pub fn run<I>(&self, args: I, stdout: &mut dyn Write, stderr: &mut dyn Write) -> Exit
    where
        I: IntoIterator,
        I::Item: Into<OsString>,
    {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let reply = self.reply(&args);
        let mut exit = reply.exit;
        let written = match reply.results {
            Some(mut results) => results.write_all(reply.stdout.as_bytes()),
            None => stdout
                .write_all(reply.stdout.as_bytes())
                .and_then(|()| stdout.flush()),
        };
        // Nobody is left to be told when standard error is closed.
        let _ = stderr.write_all(text::visible(&reply.stderr).as_bytes());
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            let _ = writeln!(stderr, "error: the result could not be written: {error}");
            if exit == Exit::Success {
                exit = Exit::Failed;
            }
        }
        let _ = stderr.flush();
        exit
    }

    fn reply(&self, args: &[OsString]) -> Reply {
        let reply = self.answer(args);
        #[cfg(feature = "remote")]
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
            Some(("run", options)) => run::reply(self, &bin, options),
            Some(("runs", options)) => runs::reply(self, options),
            Some(("cache", options)) => cache::reply(self.registry, &bin, options),
            Some(("check", options)) => check::reply(self.registry, &bin, options),
            #[cfg(feature = "remote")]
            Some(("flyte-execute", options)) => {
                execute::reply(self.registry, options, self.is_supervised)
            }
            #[cfg(feature = "remote")]
            Some(("flyte-fast-execute", options)) => fast_execute::reply(options),
            #[cfg(feature = "remote")]
            Some(("serialize", options)) => serialize::reply(self.registry, &bin, options),
            #[cfg(feature = "remote")]
            Some(("package", options)) => package::reply(self.registry, &bin, options),
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
    options.get_flag(command::JSON)
}

/// What a command has to say, before it is written.
#[derive(Debug)]
struct Reply {
    stdout: String,
    /// Where that goes, if standard output is not for the results any more.
    results: Option<File>,
    stderr: String,
    exit: Exit,
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
        }
    }

    /// The report of a failure; help that was asked for is one to clap, and is not one here.
    fn failed(failure: &Failure, json: bool) -> Self {
        if let Some(help) = failure.help() {
            return Self::success(help);
        }
        let stdout = if json {
            format!("{}\n", serde_json::json!({ "error": failure.to_json() }))
        } else {
            String::new()
        };
        Self {
            stdout,
            results: None,
            stderr: failure.text(),
            exit: failure.exit(),
        }
    }

    fn of(result: Result<String, Failure>, json: bool) -> Self {
        match result {
            Ok(stdout) => Self::success(stdout),
            Err(failure) => Self::failed(&failure, json),
        }
    }
}

//! A running program, which ends with its attempt.

use std::{
    ffi::OsString,
    io::{self, Write as _},
    process::{Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use super::{
    ProcessError,
    group::{Group, Reason, Watched},
};
use crate::cancellation::OnStop;
use flyte_context::context::{TakesLines, with_current};
use flyte_core::lock::lock;

/// How many bytes of a program's last output an error shows.
const SHOWN: usize = 2048;

/// How long background processes may go on after the program has ended.
const LEFT_BEHIND: Duration = Duration::from_secs(1);

/// How long to wait for the last output of killed processes. A process that could not be killed may hold the pipe open
/// for ever.
const LAST_WORDS: Duration = Duration::from_millis(20);

/// A program and everything it has started, in its group and elsewhere.
struct Running<F: FnOnce()> {
    group: Option<Group>,
    /// Ends what the program has started elsewhere, if the program was killed.
    end: Option<F>,
}

impl<F: FnOnce()> Running<F> {
    /// Called after the program has ended by itself. A killed program has not ended what it started elsewhere.
    fn end(mut self) -> io::Result<ExitStatus> {
        let group = self.group.take();
        let group = group.ok_or_else(|| io::Error::other("the program has ended before"))?;
        let status = group.end()?;
        if status.code().is_some() {
            self.end = None;
        }
        Ok(status)
    }
}

impl<F: FnOnce()> Drop for Running<F> {
    fn drop(&mut self) {
        // The group is killed first, because it could start more elsewhere.
        self.group = None;
        if let Some(end) = self.end.take() {
            end();
        }
    }
}

/// Runs a program to its end and kills what it leaves in the background, or kills it when its attempt is no longer
/// needed: the run was cancelled, or another part of the attempt failed. `end` is called then as well. `last` is the
/// command that does the same as `end` if this process is gone.
///
/// The program's output goes to standard error, because standard output is for the results of this program.
pub(super) fn run_to_end(
    command: &mut Command,
    last: &[OsString],
    end: impl FnOnce(),
) -> Result<(), ProcessError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |error| ProcessError::NotStarted {
        program: program.clone(),
        error,
    };
    let lines = with_current(|context| context?.execution_state()?.attempt()?.of().lines());
    command
        .stdin(Stdio::null())
        .stdout(match lines {
            Some(_) => Stdio::piped(),
            None => io::stderr().into(),
        })
        .stderr(Stdio::piped());
    let mut group = Group::spawn(command, &Watched::Guard(last)).map_err(failed)?;
    let (stdout, stderr) = (group.child().stdout.take(), group.child().stderr.take());
    let killer = group.killer();
    let mut running = Running {
        group: Some(group),
        end: Some(end),
    };
    let said = Said::default();
    let (sender, closed) = mpsc::channel();
    let passed = stdout.map(|stdout| pass_lines_on(stdout, lines.clone()));
    let passed = passed.transpose().map_err(failed)?;
    if let Some(stderr) = stderr {
        let said = said.clone();
        thread::Builder::new()
            .name("flyte-stderr".to_owned())
            .spawn(move || {
                pass_on(stderr, |bytes| {
                    said.add(bytes);
                    if let Some(lines) = &lines {
                        lines(bytes);
                    }
                });
                // With it the last lines of its standard output.
                if let Some(passed) = passed {
                    let _ended = passed.join();
                }
                // If the program was killed, the receiver is gone.
                let _ = sender.send(());
            })
            .map_err(failed)?;
    }
    let listening = OnStop::of_current(move || killer.kill(Reason::Cancelled));
    let killed = match &mut running.group {
        Some(group) => group.wait().map_err(failed)?,
        None => None,
    };
    drop(listening);
    if killed.is_some() {
        return Err(ProcessError::Killed { program });
    }
    let is_closed = !matches!(
        closed.recv_timeout(LEFT_BEHIND),
        Err(mpsc::RecvTimeoutError::Timeout)
    );
    if !is_closed {
        tracing::warn!(
            program,
            "the program has ended, and what it has left running is killed"
        );
    }
    let status = running.end().map_err(failed)?;
    if !is_closed {
        let _ = closed.recv_timeout(LAST_WORDS);
    }
    if status.success() {
        return Ok(());
    }
    let last = lock(&said.0);
    Err(ProcessError::Failed {
        program,
        status,
        last: String::from_utf8_lossy(&last).trim().to_owned(),
    })
}

/// The last output of a program.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn add(&self, bytes: &[u8]) {
        let mut last = lock(&self.0);
        last.extend_from_slice(bytes);
        let more = last.len().saturating_sub(SHOWN);
        last.drain(..more);
    }
}

/// Writes what a program says to standard error until it closes its end, and tells it besides, in whole lines: what the
/// program says on another pipe is told by another thread and must not come between.
fn pass_on(mut from: impl io::Read, mut tell: impl FnMut(&[u8])) {
    let mut buffer = [0; 8192];
    let mut line: Vec<u8> = Vec::new();
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let read = &buffer[..count];
        // If our standard error is closed, there is no place to report it.
        let _ = io::stderr().write_all(read);
        let end = read.iter().rposition(|byte| *byte == b'\n');
        // A line of any length would never be told.
        let whole = match end {
            Some(end) => end + 1,
            None if line.len() + count > buffer.len() => count,
            None => 0,
        };
        match (line.is_empty(), whole) {
            (_, 0) => {}
            (true, whole) => tell(&read[..whole]),
            (false, whole) => {
                line.extend_from_slice(&read[..whole]);
                tell(&line);
                line.clear();
            }
        }
        line.extend_from_slice(&read[whole..]);
    }
    if !line.is_empty() {
        tell(&line);
    }
}

/// As [`pass_on`], on a thread, for what keeps the lines of an attempt.
pub(crate) fn pass_lines_on(
    from: impl io::Read + Send + 'static,
    lines: Option<TakesLines>,
) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new()
        .name("flyte-lines".to_owned())
        .spawn(move || {
            pass_on(from, |bytes| {
                if let Some(lines) = &lines {
                    lines(bytes);
                }
            });
        })
}

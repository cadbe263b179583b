//! A program that runs, and ends with the attempt it was started for.

use std::{
    io::{self, Read as _, Write as _},
    process::{Child, ChildStderr, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use super::ProcessError;
use crate::context::{ExecutionState, with_current};

/// How much of what a program said last an error shows.
const SHOWN: usize = 2048;

/// How often it is looked whether the attempt is still wanted.
const LOOKED: Duration = Duration::from_millis(20);

/// How long what a program has started in the background, and left, may still go on.
const LEFT_BEHIND: Duration = Duration::from_secs(1);

/// A program with all that it has started; whatever of it still runs when this is dropped is killed.
struct Running<F: FnOnce()> {
    child: Child,
    ended: bool,
    /// Ends what the program has started elsewhere.
    end: Option<F>,
}

impl<F: FnOnce()> Drop for Running<F> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        kill_group(&self.child);
        // All that can go wrong with these is that it has ended by itself.
        let _killed = self.child.kill();
        let _status = self.child.wait();
        if let Some(end) = self.end.take() {
            end();
        }
    }
}

/// Kills all that a program has started, and it itself if it has not ended.
#[cfg(unix)]
fn kill_group(child: &Child) {
    use nix::{
        sys::signal::{Signal, killpg},
        unistd::Pid,
    };
    if let Ok(group) = child.id().try_into() {
        let _killed = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_child: &Child) {}

/// A group of its own, which can be killed as one.
#[cfg(unix)]
fn lead_a_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn lead_a_group(_command: &mut Command) {}

/// Runs a program to its end, with what it has left running in the background, or kills it when its attempt is not wanted any more: the run was cancelled, or something else in it has
/// failed. `end` is called then, too.
///
/// All that the program says goes to standard error, since standard output is for the results of this program.
pub(super) fn run_to_end(command: &mut Command, end: impl FnOnce()) -> Result<(), ProcessError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |error| ProcessError::NotStarted {
        program: program.clone(),
        error,
    };
    lead_a_group(command);
    let child = command
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut running = Running {
        child,
        ended: false,
        end: Some(end),
    };
    let said = Said::default();
    let (sender, closed) = mpsc::channel();
    if let Some(stderr) = running.child.stderr.take() {
        let said = said.clone();
        thread::Builder::new()
            .name("flyte-stderr".to_owned())
            .spawn(move || {
                pass_on(stderr, &said);
                // Nobody receives when the program was killed.
                let _ = sender.send(());
            })
            .map_err(failed)?;
    }
    // What has closed its standard error is about to end, in nearly all cases.
    let mut is_closed = false;
    let mut pause = Duration::from_micros(50);
    let status = loop {
        if let Some(status) = running.child.try_wait().map_err(failed)? {
            break status;
        }
        if is_cancelled() {
            return Err(ProcessError::Killed { program });
        }
        if is_closed {
            thread::sleep(pause);
            pause = LOOKED.min(pause * 2);
        } else {
            is_closed = !matches!(closed.recv_timeout(LOOKED), Err(RecvTimeoutError::Timeout));
        }
    };
    running.ended = true;
    if !is_closed && closed.recv_timeout(LEFT_BEHIND).is_err() {
        tracing::warn!(
            program,
            "the program has ended, and what it has left running is killed"
        );
    }
    // The number of the group is nobody else's while something is in it.
    kill_group(&running.child);
    if !is_closed {
        // What is in another group may hold it for ever.
        let _ = closed.recv_timeout(LOOKED);
    }
    if status.success() {
        return Ok(());
    }
    let last = said.0.lock().unwrap_or_else(PoisonError::into_inner);
    Err(ProcessError::Failed {
        program,
        status,
        last: String::from_utf8_lossy(&last).trim().to_owned(),
    })
}

/// The last that a program has said.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

/// Writes what a program says to standard error until it closes its own, and keeps the last of it.
fn pass_on(mut stderr: ChildStderr, said: &Said) {
    let mut buffer = [0; 8192];
    while let Ok(count @ 1..) = stderr.read(&mut buffer) {
        // Nobody is left to be told when standard error is closed.
        let _ = io::stderr().write_all(&buffer[..count]);
        let mut last = said.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.extend_from_slice(&buffer[..count]);
        let more = last.len().saturating_sub(SHOWN);
        last.drain(..more);
    }
}

/// Whether nobody wants the attempt on this thread any more.
fn is_cancelled() -> bool {
    with_current(|context| {
        let attempt = context.and_then(|context| context.execution_state());
        let attempt = attempt.and_then(ExecutionState::attempt);
        attempt.is_some_and(|attempt| attempt.of().is_cancelled())
    })
}

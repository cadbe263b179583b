//! A process that serves, and writes its address to a file when it is ready.

use std::{
    fs::{self, OpenOptions},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long a process may take to start and to end. A machine with other work needs more than a moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
}

impl Process {
    /// Starts a command with `--ready-file` behind it. What it prints is added to the log.
    pub(crate) fn start(command: &mut Command, ready: &Path, log: &Path) -> Result<Self> {
        if ready.exists() {
            // That of the process before.
            fs::remove_file(ready)?;
        }
        let said = OpenOptions::new().create(true).append(true).open(log)?;
        let child = command
            .arg("--ready-file")
            .arg(ready)
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said)
            .spawn()
            .with_context(|| format!("{} does not start", command.get_program().display()))?;
        let mut process = Self {
            child,
            address: String::new(),
        };
        let began = Instant::now();
        while !ready.exists() {
            if let Some(status) = process.child.try_wait()? {
                bail!("it ended with {status}: {}", fs::read_to_string(log)?);
            }
            if began.elapsed() > PATIENCE {
                bail!("it is not ready after {PATIENCE:?}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        process.address = fs::read_to_string(ready)?.trim().to_owned();
        Ok(process)
    }

    /// Ends it at once, with what it is doing.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(&mut self) -> Result<ExitStatus> {
        let id = i32::try_from(self.child.id())?;
        kill(Pid::from_raw(id), Signal::SIGTERM)?;
        let began = Instant::now();
        loop {
            match self.child.try_wait()? {
                Some(status) => return Ok(status),
                None if began.elapsed() > PATIENCE => bail!("it does not end"),
                None => thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // It is gone, or cannot be killed: nothing can be done about the latter.
            let _ = self.kill();
        }
    }
}

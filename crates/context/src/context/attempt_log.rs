//! The lines that tasks write.

use std::io::{self, Write};

use super::{FlyteContext, with_current};

/// What [`FlyteContext::attempt_log`] returns.
#[derive(Clone, Copy, Debug)]
pub struct AttemptLog(());

impl FlyteContext {
    /// Writes to standard error and to the recorded lines of the current attempt, of which the history of the run keeps
    /// the first and the last 16 KiB.
    ///
    /// It is a writer for `writeln!` and for a subscriber of `tracing`, as in
    /// `.with_writer(FlyteContext::attempt_log)`. Outside of tasks, and in a run that is not recorded, it only writes
    /// to standard error.
    ///
    /// ```
    /// use std::io::Write as _;
    /// use flyte_runtime::{context::FlyteContext, files::TempSandbox, history::History, prelude::*};
    ///
    /// #[task]
    /// fn halve(x: i64) -> std::io::Result<i64> {
    ///     writeln!(FlyteContext::attempt_log(), "halving {x}")?;
    ///     Ok(x / 2)
    /// }
    ///
    /// # let directory = TempSandbox::new();
    /// let history = History::in_dir(directory.path());
    /// Runner::local().history(&history).run(halve::call(8))?;
    /// let run = history.run("last")?;
    /// assert_eq!(run.node("n0").unwrap().tried[0].lines.first, "halving 8\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn attempt_log() -> AttemptLog {
        AttemptLog(())
    }
}

impl Write for AttemptLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let lines = with_current(|context| context?.execution_state()?.attempt()?.of().lines());
        if let Some(lines) = lines {
            lines(bytes);
        }
        io::stderr().write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

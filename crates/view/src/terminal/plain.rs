//! A line for each end, for terminals that cannot do more, and for files.

use std::{fmt, io::Write, sync::Mutex};

use flyte_core::lock::lock;
use flyte_events::events::{Event, Observer};

use super::{Detail, Look, lines::Lines, live::Live, summary::summary, told::Told};

/// Writes a line for every task that has ended and every attempt that has failed, and a summary at the end: how often
/// each state occurred, and what took the time. Values are not displayed. The command line writes this with
/// `--progress plain`, and on terminals that cannot show a live picture.
pub struct Progress {
    look: Look,
    state: Mutex<State>,
}

struct State {
    writer: Box<dyn Write + Send>,
    lines: Lines,
    live: Live,
}

impl Progress {
    /// Writes to standard error, a file, or anything else, without colours.
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self::of_look(writer, Look::default())
    }

    /// As [`new`](Self::new), in a look.
    #[doc(hidden)]
    pub fn of_look(writer: impl Write + Send + 'static, look: Look) -> Self {
        Self {
            look,
            state: Mutex::new(State {
                writer: Box::new(writer),
                lines: Lines::new(look, false),
                live: Live::default(),
            }),
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event) {
        let Some(told) = Told::of(event) else { return };
        let mut state = lock(&self.state);
        state.live.add(&told);
        let mut text = state.lines.tell(&told).unwrap_or_default();
        if state.live.end.is_some() {
            let names_failures = self.look.detail == Detail::Verbose;
            text += &summary(&state.live, names_failures, self.look.colours);
        }
        if !text.is_empty() {
            // If the terminal is gone, the error cannot be reported.
            let _ = state.writer.write_all(text.as_bytes());
            let _ = state.writer.flush();
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}

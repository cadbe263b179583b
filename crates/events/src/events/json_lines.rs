//! Events for programs: one JSON document a line.

use std::{fmt, io::Write, sync::Mutex};

use super::{Event, Observer};
use flyte_core::lock::lock;

/// Writes every event as a line of JSON, flushed when it is written; see [`Event::to_json`].
///
/// A reader that goes away ends the writing and not the run.
///
/// ```
/// use flyte_runtime::{events::JsonLines, prelude::*};
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// let runner = Runner::local().observe(JsonLines::new(std::io::stderr()));
/// assert_eq!(runner.run(square::call(3))?, 9);
/// # Ok::<(), RunError>(())
/// ```
pub struct JsonLines {
    /// `None` once a line could not be written.
    writer: Mutex<Option<Box<dyn Write + Send>>>,
}

impl JsonLines {
    /// Writes to a file, a pipe or anything else.
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self {
            writer: Mutex::new(Some(Box::new(writer))),
        }
    }
}

impl Observer for JsonLines {
    fn event(&self, event: &Event) {
        let line = format!("{}\n", event.to_json());
        let mut writer = lock(&self.writer);
        let Some(open) = writer.as_mut() else { return };
        let written = open.write_all(line.as_bytes()).and_then(|()| open.flush());
        if let Err(error) = written {
            *writer = None;
            tracing::warn!(%error, "events cannot be written any more");
        }
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").finish_non_exhaustive()
    }
}

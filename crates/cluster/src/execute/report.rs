//! Reports to the parent process that a task's result is written.

use std::{fs::File, io::Write as _, sync::Arc};

use super::Executed;

/// The number of the process whose child runs the task. What the task starts inherits it, and has another parent.
#[cfg(unix)]
pub(super) const PARENT: &str = "FLYTE_ATTEMPT_PARENT";

/// Whether this process is such a child.
#[cfg(unix)]
pub fn is_supervised() -> bool {
    let parent = std::env::var(PARENT)
        .ok()
        .and_then(|text| text.parse().ok());
    parent == Some(std::os::unix::process::parent_id())
}

/// The child's end of a connection to the parent.
#[derive(Clone, Debug)]
pub struct Reporter(Arc<File>);

impl Reporter {
    /// Uses the connection from [`flyte_engine::process::end_with_parent`].
    #[cfg(unix)]
    #[must_use]
    pub fn new(connection: File) -> Self {
        Self(Arc::new(connection))
    }

    /// Sends the result; `None` if it could not be written.
    pub(super) fn report(&self, ended: Option<Executed>) {
        // If the parent is gone, a report is not needed.
        let _gone = (&*self.0).write_all(&[letter(ended)]);
    }
}

fn letter(ended: Option<Executed>) -> u8 {
    match ended {
        Some(Executed::Done) => b'd',
        Some(Executed::Failed) => b'f',
        None => b'u',
    }
}

/// Decodes the letter that a process has sent.
#[cfg(unix)]
pub(super) fn reported(found: u8) -> Option<Option<Executed>> {
    let all = [Some(Executed::Done), Some(Executed::Failed), None];
    all.into_iter().find(|ended| letter(*ended) == found)
}

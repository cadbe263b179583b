//! How the process of a task tells its parent that it has written what came of it.

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

/// The end of a connection to the parent.
#[derive(Clone, Debug)]
pub struct Reporter(Arc<File>);

impl Reporter {
    /// With the connection that [`flyte_engine::process::end_with_parent`] gives.
    #[cfg(unix)]
    #[must_use]
    pub fn new(connection: File) -> Self {
        Self(Arc::new(connection))
    }

    /// With nothing if it could not be written.
    pub(super) fn report(&self, ended: Option<Executed>) {
        // A parent that is gone needs no report.
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

/// What a process has reported with a letter, if it is one.
#[cfg(unix)]
pub(super) fn reported(found: u8) -> Option<Option<Executed>> {
    let all = [Some(Executed::Done), Some(Executed::Failed), None];
    all.into_iter().find(|ended| letter(*ended) == found)
}

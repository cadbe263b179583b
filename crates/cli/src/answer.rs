//! What a command says that has not failed.

use super::{Exit, Reply};
use flyte_core::text;

/// Text for standard output and standard error.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) exit: Exit,
}

impl From<String> for Answer {
    fn from(stdout: String) -> Self {
        Self {
            stdout,
            stderr: String::new(),
            exit: Exit::Success,
        }
    }
}

impl Answer {
    /// The same with a line for people, who would otherwise see nothing.
    pub(super) fn noted(mut self, note: &str) -> Self {
        self.stderr += &format!("{}\n", text::hanging(note));
        self
    }

    /// The reply. Text for people has nothing that moves the cursor.
    pub(super) fn reply(self, as_json: bool) -> Reply {
        Reply {
            exit: self.exit,
            stderr: self.stderr,
            ..Reply::success(match as_json {
                true => self.stdout,
                false => text::visible(&self.stdout).into_owned(),
            })
        }
    }
}

//! The files of the current context.

use super::FlyteContext;
use crate::storage::{DataError, FileAccessProvider};

impl FileAccessProvider {
    /// The file access of the current context.
    pub(crate) fn current() -> Result<Self, DataError> {
        FlyteContext::with_current(|context| context.file_access().cloned())
    }
}

//! Where something is declared.

use std::fmt;

/// A place in source code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The file, as the compiler reports it.
    pub file: &'static str,
    /// The line, counted from one.
    pub line: u32,
}

impl Location {
    /// For generated code.
    #[doc(hidden)]
    pub const fn new(file: &'static str, line: u32) -> Self {
        Self { file, line }
    }

    /// The location of the call of a function with `#[track_caller]`.
    #[track_caller]
    #[inline]
    pub fn caller() -> Self {
        let caller = std::panic::Location::caller();
        Self {
            file: caller.file(),
            line: caller.line(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

//! Kinds of workflows that have run the same way on either side from the beginning.

use crate::case::Case;

/// Their names. A file of this directory has the cases of one.
pub(crate) const KINDS: &[&str] = &[
    "maps of 1,000",
    "recursion",
    "gates",
    "files",
    "tables",
    "unions",
    "checkpoints",
    "secrets",
    "cache in maps",
    "eager tasks",
    "handlers",
    "300 nodes",
    "60 inputs",
    "aborts",
    "recoveries",
    "relaunches",
];

/// Their cases.
pub(crate) fn cases() -> Vec<Case> {
    Vec::new()
}

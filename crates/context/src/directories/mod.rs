//! The directories of runs and their attempts, and which files of them are kept.

pub mod checkpoint;
pub mod run;

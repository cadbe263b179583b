//! The directories of runs and their attempts, and what stays of them.

pub mod checkpoint;
pub mod run;

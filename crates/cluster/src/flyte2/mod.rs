//! Flyte 2: the names that its actions have.

pub mod names;

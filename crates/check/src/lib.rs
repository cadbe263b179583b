//! The rules of Flyte 1: finds what its compiler would refuse, and rewrites graphs into a form that it accepts.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod check;
pub mod lower;

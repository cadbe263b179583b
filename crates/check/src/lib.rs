//! The rules of Flyte 1's compiler, and graphs in the form that it accepts.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod check;
pub mod lower;

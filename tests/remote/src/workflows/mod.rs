//! Workflows of every kind, for the tests on Flyte's own engine.

pub mod attempts;
pub mod branches;
pub mod data;
pub mod gates;
pub mod graphs;
pub mod maps;

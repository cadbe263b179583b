//! The macros of `flyte-runtime`; documented and used through that crate.

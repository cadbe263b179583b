//! Everything here is allowed in a user's crate, and generated code must survive it, under lints that forgive nothing.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    unused_qualifications,
    missing_debug_implementations,
    missing_copy_implementations,
    single_use_lifetimes,
    unused_lifetimes,
    rustdoc::all
)]
#![allow(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::unused_async,
    reason = "these are about the functions as they are written, here only examples"
)]

pub mod documented;
pub mod forms;
pub mod names;
pub mod shadows;

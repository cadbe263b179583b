//! Registries of images: the distribution protocol of OCI.

mod client;
mod push;
mod sign_in;
mod upload;

pub(super) use client::{Descriptor, Registry};
pub(super) use push::refuse_digest;
pub use push::{BlobOutcome, PushOptions, Pushed, PushedBlob, push};

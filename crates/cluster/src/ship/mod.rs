//! Images of programs, made and pushed without a container engine.

mod base;
mod docker_config;
mod elf;
mod error;
mod files;
mod gzip;
mod image;
mod layer;
mod layout;
mod pack;
mod program;
mod provenance;
mod registry;
mod sbom;
mod target;

pub use error::ShipError;
pub use image::{Built, BuiltLayer, ImageOptions, build};
pub use layout::save;
pub use pack::pack;
pub use registry::{BlobOutcome, PushOptions, Pushed, PushedBlob, push};
pub use target::{Examined, examine};

/// Waits for what talks to registries.
fn run<T>(work: impl Future<Output = Result<T, ShipError>>) -> Result<T, ShipError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|source| ShipError::File {
        file: "the connection to a registry".into(),
        source,
    })?;
    runtime.block_on(work)
}

//! Files and directories as inputs and outputs.

mod content;
mod directory;
pub(super) mod file;
mod format;
mod named;
mod path;
mod store;
pub(super) mod stored;

use std::path::Path;

pub(crate) use content::by_content;
#[cfg(feature = "arrow")]
pub(super) use content::is_by_content;
pub use directory::{DirectoryEntry, FlyteDirectory};
pub use file::FlyteFile;
pub use format::{
    AnyFormat, Csv, FileFormat, Html, Jpeg, Json, JsonLines, Parquet, Pdf, Png, Svg, Text,
};
pub(crate) use named::{name, naming, remove_all_but};
pub(crate) use store::{blob_store, provide_blob_store};
#[cfg(feature = "store")]
pub(super) use stored::Kind as BlobKind;
pub(crate) use stored::made_here;

use super::DataError;

/// Whether there is a file. Links are followed.
pub(super) fn check_file(path: &Path) -> Result<(), DataError> {
    stored::check(path, stored::Kind::File)
}

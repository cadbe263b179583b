//! Files and directories as inputs and outputs.

mod content;
mod directory;
pub(super) mod file;
mod format;
mod store;
pub(super) mod stored;

use std::path::Path;

pub use content::by_content;
#[cfg(feature = "arrow")]
pub(super) use content::is_by_content;
pub use directory::{DirectoryEntry, FlyteDirectory};
pub use file::FlyteFile;
pub use format::{
    AnyFormat, Csv, FileFormat, Html, Jpeg, Json, JsonLines, Parquet, Pdf, Png, Svg, Text,
};
pub use store::{blob_store, provide_blob_store};
#[cfg(feature = "store")]
pub(super) use stored::Kind as BlobKind;
pub use stored::made_here;

use super::DataError;

/// Whether there is a file. Links are followed.
pub(super) fn check_file(path: &Path) -> Result<(), DataError> {
    stored::check(path, stored::Kind::File)
}

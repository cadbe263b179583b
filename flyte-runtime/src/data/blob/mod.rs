//! Files and directories as inputs and outputs.

mod content;
mod directory;
pub(super) mod file;
mod format;
mod named;
mod path;
pub(super) mod stored;

use std::path::Path;

pub use directory::{DirectoryEntry, FlyteDirectory};
pub use file::FlyteFile;
pub use format::{
    AnyFormat, Csv, FileFormat, Html, Jpeg, Json, JsonLines, Parquet, Pdf, Png, Svg, Text,
};
pub(crate) use named::{naming, remove_all_but};
#[cfg(feature = "store")]
pub(super) use stored::Kind as BlobKind;
pub(crate) use stored::made_here;

use super::DataError;

/// Whether there is a file. Links are followed.
pub(super) fn check_file(path: &Path) -> Result<(), DataError> {
    stored::check(path, stored::Kind::File)
}

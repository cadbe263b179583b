//! Files, directories and tables as inputs and outputs.

mod directory;
mod file;
mod format;
mod serde;
#[cfg(feature = "arrow")]
mod structured_dataset;

pub use directory::{DirectoryEntry, FlyteDirectory};
pub use file::FlyteFile;
pub use format::{
    AnyFormat, Csv, FileFormat, Html, Jpeg, Json, JsonLines, Parquet, Pdf, Png, Svg, Text,
};
#[cfg(feature = "arrow")]
pub use structured_dataset::{
    AnyColumns, ColumnType, ColumnValue, DatasetColumns, DatasetError, DatasetPromise,
    DatasetReader, DatasetWriter, StructuredDataset, add_nested,
};

//! Files: where a task keeps data, and how data gets there.

mod blob;
mod error;
mod left;
mod path;
mod provider;
mod raw;
mod sandbox;
#[cfg(feature = "store")]
mod store;
mod stream;
#[cfg(feature = "arrow")]
mod structured_dataset;
#[cfg(test)]
mod tests;
pub mod transfer;

#[cfg(feature = "arrow")]
pub use arrow_array;
#[cfg(feature = "arrow")]
pub use arrow_schema;
pub use blob::{
    AnyFormat, Csv, DirectoryEntry, FileFormat, FlyteDirectory, FlyteFile, Html, Jpeg, Json,
    JsonLines, Parquet, Pdf, Png, Svg, Text,
};
pub use blob::{blob_store, by_content, made_here, provide_blob_store};
pub use error::DataError;
pub(crate) use path::to_local;
pub use provider::FileAccessProvider;
pub use raw::{PutRawData, RawData};
pub use sandbox::TempSandbox;
pub use stream::{DataReader, DataWriter};
#[cfg(feature = "arrow")]
pub use structured_dataset::{
    AnyColumns, ColumnType, ColumnValue, DatasetColumns, DatasetError, DatasetPromise,
    DatasetReader, DatasetWriter, StructuredDataset, add_nested,
};

//! What goes wrong with tables.

use std::{io, path::PathBuf};

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;

use crate::storage::DataError;

/// Why a [`StructuredDataset`](super::StructuredDataset) was not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// The files could not be found, copied or opened.
    #[error(transparent)]
    Data(#[from] DataError),
    /// It is stored in a format that is not read here.
    #[error(
        "the dataset {dataset} is in the format `{format}`, which is not read here; write it as `parquet`"
    )]
    Format {
        /// Where it is.
        dataset: String,
        /// What its literal says.
        format: String,
    },
    /// A column that is asked for is not there.
    #[error("the dataset {dataset} has no column `{column}` of type {expected}; it has {found}")]
    MissingColumn {
        /// Where it is.
        dataset: String,
        /// The column's name; a field of a struct is behind a dot.
        column: String,
        /// The Flyte type that is asked for.
        expected: String,
        /// The columns there are, with their Arrow types.
        found: String,
    },
    /// A column has another type than is asked for.
    #[error("the column `{column}` of the dataset {dataset} is {found} in Arrow, not {expected}")]
    ColumnType {
        /// Where it is.
        dataset: String,
        /// The column's name.
        column: String,
        /// The Flyte type that is asked for.
        expected: String,
        /// The Arrow type that is there.
        found: String,
    },
    /// Parts of a table do not have the same columns.
    #[error("{part} of the dataset {dataset} has other columns than the first: {difference}")]
    Schema {
        /// Where it is.
        dataset: String,
        /// Which batch, counted from zero, or which file.
        part: String,
        /// What is different.
        difference: String,
    },
    /// No batch says which columns there are.
    #[error(
        "a dataset of no batches has no columns; give one batch without rows, or use `StructuredDataset::writer` with \
         a schema"
    )]
    NoBatches,
    /// There is a directory, and nothing in it is data.
    #[error("the dataset {dataset} has no files; names that begin with `.` or `_` do not count")]
    NoFiles {
        /// Where it is.
        dataset: String,
    },
    /// Columns are in the names of directories.
    #[error(
        "the dataset {dataset} keeps columns in the names of directories, such as `{directory}`, which is not read \
         here; write all columns into the files"
    )]
    Partitioned {
        /// Where it is.
        dataset: String,
        /// The first such directory.
        directory: String,
    },
    /// A file is not Parquet, or not all of it is there.
    #[error("cannot read {} as Parquet: {source}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: ParquetError,
    },
    /// The rest of a file is not what its beginning promised.
    #[error("cannot read {place} as Parquet: {source}")]
    Batch {
        /// The file.
        place: String,
        /// What the reader said.
        source: ArrowError,
    },
    /// A table cannot be written.
    #[error("cannot write the dataset {dataset} as Parquet: {source}")]
    Write {
        /// Where it was to go.
        dataset: String,
        /// What the writer said.
        source: ParquetError,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
}

//! Errors of tables.

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
    /// It is stored in an unsupported format.
    #[error(
        "the dataset {dataset} is in the format `{format}`, which is not read here; write it as `parquet`"
    )]
    Format {
        /// Its path or address.
        dataset: String,
        /// The format in its literal.
        format: String,
    },
    /// A requested column is missing.
    #[error("the dataset {dataset} has no column `{column}` of type {expected}; it has {found}")]
    MissingColumn {
        /// Its path or address.
        dataset: String,
        /// The column's name; the fields of a struct follow after a dot.
        column: String,
        /// The requested Flyte type.
        expected: String,
        /// The existing columns, with their Arrow types.
        found: String,
    },
    /// A column has another type than requested.
    #[error("the column `{column}` of the dataset {dataset} is {found} in Arrow, not {expected}")]
    ColumnType {
        /// Its path or address.
        dataset: String,
        /// The column's name.
        column: String,
        /// The requested Flyte type.
        expected: String,
        /// The column's Arrow type.
        found: String,
    },
    /// Parts of a table do not have the same columns.
    #[error("{part} of the dataset {dataset} has other columns than the first: {difference}")]
    Schema {
        /// Its path or address.
        dataset: String,
        /// The batch, counted from zero, or the file.
        part: String,
        /// The difference.
        difference: String,
    },
    /// Without a batch, the columns are unknown.
    #[error(
        "a dataset of no batches has no columns; give one batch without rows, or use `StructuredDataset::writer` with \
         a schema"
    )]
    NoBatches,
    /// The directory does not contain data files.
    #[error("the dataset {dataset} has no files; names that begin with `.` or `_` do not count")]
    NoFiles {
        /// Its path.
        dataset: String,
    },
    /// The table stores columns in the names of directories.
    #[error(
        "the dataset {dataset} keeps columns in the names of directories, such as `{directory}`, which is not read \
         here; write all columns into the files"
    )]
    Partitioned {
        /// Its path.
        dataset: String,
        /// The first such directory.
        directory: String,
    },
    /// A file is not Parquet or is incomplete.
    #[error("cannot read {} as Parquet: {source}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The reader's error.
        source: ParquetError,
    },
    /// The contents of a file do not match its header.
    #[error("cannot read {place} as Parquet: {source}")]
    Batch {
        /// The file.
        place: String,
        /// The reader's error.
        source: ArrowError,
    },
    /// A table that cannot be written.
    #[error("cannot write the dataset {dataset} as Parquet: {source}")]
    Write {
        /// Its path or address.
        dataset: String,
        /// The writer's error.
        source: ParquetError,
    },
    /// A file that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error.
        source: io::Error,
    },
}

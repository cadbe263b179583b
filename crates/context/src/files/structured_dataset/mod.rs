//! Tables as inputs and outputs: Arrow in memory, Parquet in files.

mod columns;
mod dataset;
mod error;
mod fits;
mod literal;
mod memory;
mod reader;
mod selection;
mod writer;

pub use columns::{AnyColumns, ColumnType, ColumnValue, DatasetColumns, add_nested};
pub use dataset::StructuredDataset;
pub use error::DatasetError;
pub use literal::DatasetPromise;
pub use reader::DatasetReader;
pub use writer::DatasetWriter;

/// The format for writing, and the default for reading.
const PARQUET: &str = "parquet";

/// The name of a table in memory in errors.
const IN_MEMORY: &str = "in memory";

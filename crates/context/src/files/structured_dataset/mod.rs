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

/// The format that is written, and read where none is said.
const PARQUET: &str = "parquet";

/// What errors call a table that is nowhere yet.
const IN_MEMORY: &str = "in memory";

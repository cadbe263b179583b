//! Writes a table batch by batch.

use std::{fmt, marker::PhantomData, path::Path};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::{
    arrow::ArrowWriter, basic::Compression, errors::ParquetError,
    file::properties::WriterProperties,
};

use super::{
    DatasetColumns, DatasetError, StructuredDataset,
    selection::{Selection, difference},
};
use crate::storage::{DataWriter, FileAccessProvider, stored::Stored};

/// The only file of a table, with flytekit's name.
const FILE_NAME: &str = "00000";

/// The size in memory, in bytes, at which a row group is written.
const ROW_GROUP: usize = 32 * 1024 * 1024;

/// Writes a table; from [`StructuredDataset::writer`].
///
/// The table is complete when [`finish`](Self::finish) returns. If the writer is dropped before, no file is left.
#[must_use = "what is written is there only after `finish`"]
pub struct DatasetWriter<C> {
    sink: Sink,
    stored: Stored,
    columns: PhantomData<fn() -> C>,
}

impl<C: DatasetColumns> DatasetWriter<C> {
    pub(super) fn begin(schema: SchemaRef) -> Result<Self, DatasetError> {
        let stored = Stored::create(Path::new("dataset"))?;
        let name = stored.shown();
        Selection::find(&name, &C::columns(), true, &schema)?;
        Ok(Self {
            sink: Sink::begin(&stored.files()?, &name, schema)?,
            stored,
            columns: PhantomData,
        })
    }

    /// Adds rows. Rows are written to the file when they reach some 32 MiB.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Schema`] if the batch has other columns than the table, [`DatasetError::Write`] if it cannot be
    /// written.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), DatasetError> {
        self.sink.write(batch)
    }

    /// Finishes the table.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Write`] and [`DatasetError::Data`] if the remaining rows cannot be written.
    pub fn finish(self) -> Result<StructuredDataset<C>, DatasetError> {
        self.sink.finish()?;
        Ok(StructuredDataset::written(self.stored))
    }
}

impl<C> fmt::Debug for DatasetWriter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatasetWriter")
            .field("to", &self.sink.dataset)
            .finish_non_exhaustive()
    }
}

/// A file in a directory to which batches are written.
pub(super) struct Sink {
    dataset: String,
    schema: SchemaRef,
    writer: ArrowWriter<DataWriter>,
    batches: usize,
}

impl Sink {
    pub(super) fn begin(
        files: &FileAccessProvider,
        directory: &str,
        schema: SchemaRef,
    ) -> Result<Self, DatasetError> {
        let file = files.writer(&FileAccessProvider::join(directory, &[FILE_NAME]))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_bytes(Some(ROW_GROUP))
            .build();
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties));
        let writer = writer.map_err(|source| DatasetError::Write {
            dataset: directory.to_owned(),
            source,
        })?;
        Ok(Self {
            dataset: directory.to_owned(),
            schema,
            writer,
            batches: 0,
        })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), DatasetError> {
        if let Some(difference) = difference(&self.schema, batch.schema_ref()) {
            return Err(DatasetError::Schema {
                dataset: self.dataset.clone(),
                part: format!("batch {}", self.batches),
                difference,
            });
        }
        self.batches += 1;
        let written = self.writer.write(batch);
        written.map_err(|source| failed(&self.dataset, source))
    }

    pub(super) fn finish(self) -> Result<(), DatasetError> {
        let file = self.writer.into_inner();
        let file = file.map_err(|source| failed(&self.dataset, source))?;
        Ok(file.finish()?)
    }
}

fn failed(dataset: &str, source: ParquetError) -> DatasetError {
    DatasetError::Write {
        dataset: dataset.to_owned(),
        source,
    }
}

//! Reads a table batch by batch.

use std::{
    fmt,
    fs::{self, File},
    path::{Path, PathBuf},
};

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::{
    DatasetError, IN_MEMORY,
    selection::{Selection, difference},
};
use crate::storage::stored::Stored;
use flyte_core::types::DatasetColumn;

/// The maximum number of rows in a batch.
const ROWS: usize = 8192;

/// The batches of a [`StructuredDataset`](super::StructuredDataset), from [`open`](super::StructuredDataset::open).
/// Each has up to a few thousand rows, even if the table is large.
///
/// Only the columns that the dataset's type declares are read from the file, in that order.
pub struct DatasetReader {
    schema: SchemaRef,
    selection: Selection,
    source: Source,
}

enum Source {
    /// Remaining batches, the next one last.
    Memory(Vec<RecordBatch>),
    Files(Box<Files>),
}

struct Files {
    open: ParquetRecordBatchReader,
    path: PathBuf,
    /// Remaining files, the next one last.
    rest: Vec<PathBuf>,
    dataset: String,
    /// The schema of the first file.
    whole: SchemaRef,
    /// Keeps a temporary directory while a file in it is read.
    _home: Stored,
}

impl DatasetReader {
    pub(super) fn of_batches(
        schema: &SchemaRef,
        batches: &[RecordBatch],
        selection: Selection,
    ) -> Self {
        Self {
            schema: selection.schema(schema),
            selection,
            source: Source::Memory(batches.iter().rev().cloned().collect()),
        }
    }

    /// Reads a file, or all files in a directory.
    pub(super) fn of_files(
        stored: &Stored,
        path: &Path,
        columns: &[DatasetColumn],
        declared: bool,
    ) -> Result<Self, DatasetError> {
        let dataset = stored.shown();
        let mut rest = files(stored, path)?;
        rest.reverse();
        let Some(path) = rest.pop() else {
            return Err(DatasetError::NoFiles { dataset });
        };
        let file = begin(&path)?;
        let whole = SchemaRef::clone(file.schema());
        let selection = Selection::find(&dataset, columns, declared, &whole)?;
        Ok(Self {
            schema: selection.schema(&whole),
            source: Source::Files(Box::new(Files {
                open: build(file, &selection, &path)?,
                path,
                rest,
                dataset,
                whole,
                _home: stored.clone(),
            })),
            selection,
        })
    }

    /// The columns of the batches.
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }
}

impl Files {
    fn next(&mut self, selection: &Selection) -> Result<Option<RecordBatch>, DatasetError> {
        loop {
            match self.open.next() {
                Some(Ok(batch)) => return Ok(Some(batch)),
                Some(Err(source)) => return Err(broken(&self.place(), source)),
                None => {}
            }
            let Some(path) = self.rest.pop() else {
                return Ok(None);
            };
            let file = begin(&path)?;
            if let Some(difference) = difference(&self.whole, file.schema()) {
                return Err(DatasetError::Schema {
                    dataset: self.dataset.clone(),
                    part: format!("the file {}", path.display()),
                    difference,
                });
            }
            self.open = build(file, selection, &path)?;
            self.path = path;
        }
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }
}

fn broken(place: &str, source: ArrowError) -> DatasetError {
    DatasetError::Batch {
        place: place.to_owned(),
        source,
    }
}

/// An error ends the iteration.
impl Iterator for DatasetReader {
    type Item = Result<RecordBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (next, place) = match &mut self.source {
            Source::Memory(batches) => (Ok(batches.pop()), IN_MEMORY.to_owned()),
            Source::Files(files) => (files.next(&self.selection), files.place()),
        };
        let next = next.and_then(|batch| match batch {
            Some(batch) => {
                let batch = self.selection.apply(&batch);
                batch.map(Some).map_err(|source| broken(&place, source))
            }
            None => Ok(None),
        });
        if next.is_err() {
            self.source = Source::Memory(Vec::new());
        }
        next.transpose()
    }
}

impl fmt::Debug for DatasetReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatasetReader")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

fn begin(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, DatasetError> {
    let file = File::open(path).map_err(|source| DatasetError::Io {
        path: path.to_owned(),
        source,
    })?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file);
    builder.map_err(|source| DatasetError::Parquet {
        path: path.to_owned(),
        source,
    })
}

fn build(
    file: ParquetRecordBatchReaderBuilder<File>,
    selection: &Selection,
    path: &Path,
) -> Result<ParquetRecordBatchReader, DatasetError> {
    let mask = selection.mask(file.parquet_schema());
    let reader = file.with_batch_size(ROWS).with_projection(mask).build();
    reader.map_err(|source| DatasetError::Parquet {
        path: path.to_owned(),
        source,
    })
}

/// The data files, in the order of their paths.
pub(super) fn files(stored: &Stored, path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let mut files = Vec::new();
    collect(&stored.shown(), path, &mut files)?;
    Ok(files)
}

fn collect(dataset: &str, path: &Path, files: &mut Vec<PathBuf>) -> Result<(), DatasetError> {
    let unreadable = |source| DatasetError::Io {
        path: path.to_owned(),
        source,
    };
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut inner = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // As in pyarrow and Spark: markers and incomplete files.
        if name.starts_with(['.', '_']) {
            continue;
        }
        // Links are not followed, so there are no cycles.
        if entry.file_type().map_err(unreadable)?.is_dir() && name.contains('=') {
            return Err(DatasetError::Partitioned {
                dataset: dataset.to_owned(),
                directory: name.into_owned(),
            });
        }
        inner.push(entry.path());
    }
    inner.sort_unstable();
    for path in inner {
        match path.is_symlink() && path.is_dir() {
            true => {}
            false => collect(dataset, &path, files)?,
        }
    }
    Ok(())
}

//! A table as an input or an output.

use std::{
    fmt,
    io::{self, Read},
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use sha2::{Digest, Sha256};

use super::{
    AnyColumns, DatasetColumns, DatasetError, DatasetReader, DatasetWriter, IN_MEMORY, PARQUET,
    memory::Memory,
    selection::{Selection, difference},
};
use crate::storage::{
    DataError, off_thread,
    stored::{Kind, Stored},
};
use flyte_core::{
    hexadecimal::hexadecimal,
    types::{Hashed, StructuredDatasetType},
};

/// A table as an input or an output: flytekit's `StructuredDataset`, which Python opens as a pandas `DataFrame` or an
/// Arrow table.
///
/// It is either batches in memory ([`from_batches`](Self::from_batches)), or Parquet at a place: one file, or a
/// directory of files. Nothing is copied before it is read: a table in a store is downloaded by the first
/// [`open`](Self::open), once for all clones. A run on this machine passes batches on as they are; where the value
/// leaves the process, as the output of a task in a container does, batches are written to a random directory under the
/// output prefix, or to that of [`with_remote_path`](Self::with_remote_path), and files of this machine are uploaded
/// there.
///
/// `StructuredDataset<Cities>` declares its columns; see [`DatasetColumns`]. A reader gets only these, in this order,
/// even if the table has more.
///
/// ```
/// use std::sync::Arc;
/// use flyte_runtime::{
///     files::{DatasetError, arrow_array::{Int64Array, RecordBatch, StringArray, cast::AsArray, types::Int64Type}, arrow_schema::ArrowError},
///     prelude::*,
/// };
///
/// #[derive(DatasetColumns)]
/// struct Cities {
///     city: String,
///     population: i64,
/// }
///
/// #[derive(DatasetColumns)]
/// struct Populations {
///     population: i64,
/// }
///
/// #[task]
/// fn cities() -> Result<StructuredDataset<Cities>, Box<dyn std::error::Error + Send + Sync>> {
///     let batch = RecordBatch::try_from_iter([
///         ("city", Arc::new(StringArray::from(vec!["Bonn", "Jena"])) as _),
///         ("population", Arc::new(Int64Array::from(vec![336_000, 111_000])) as _),
///     ])?;
///     Ok(StructuredDataset::from_batches([batch])?)
/// }
///
/// #[task]
/// fn total(table: &StructuredDataset<Populations>) -> Result<i64, DatasetError> {
///     let mut sum = 0;
///     for batch in table.open()? {
///         let batch = batch?; // some thousand rows with one column
///         sum += batch.column(0).as_primitive::<Int64Type>().values().iter().sum::<i64>();
///     }
///     Ok(sum)
/// }
///
/// #[workflow]
/// fn count() -> i64 {
///     total(cities().columns())
/// }
///
/// assert_eq!(count()?, 447_000);
/// # Ok::<(), RunError>(())
/// ```
///
/// Tables are written as Parquet with Snappy; files with Gzip or without compression can also be read. For other codecs
/// depend on `parquet` with their features. A polars `DataFrame` is not a supported value: polars, even with only
/// Parquet, adds some 330 crates to the lock file.
pub struct StructuredDataset<C = AnyColumns> {
    pub(super) source: Source,
    /// The type from its literal, or for its literal.
    pub(super) dataset_type: StructuredDatasetType,
    pub(super) columns: PhantomData<fn() -> C>,
}

#[derive(Clone)]
pub(super) enum Source {
    Memory(Arc<Memory>),
    Stored(Stored),
}

impl<C: DatasetColumns> StructuredDataset<C> {
    fn of(source: Source, format: &str) -> Self {
        Self {
            source,
            dataset_type: StructuredDatasetType::new(C::columns(), format),
            columns: PhantomData,
        }
    }

    pub(super) fn written(stored: Stored) -> Self {
        Self::of(Source::Stored(stored), PARQUET)
    }

    /// A table in memory. For a table that may not fit in memory use [`writer`](Self::writer).
    ///
    /// # Errors
    ///
    /// [`DatasetError::NoBatches`] without a batch; [`DatasetError::Schema`] if one has other columns than the first;
    /// [`DatasetError::MissingColumn`] and [`DatasetError::ColumnType`] if the columns of this type are missing or
    /// differ. Additional columns are allowed.
    pub fn from_batches(
        batches: impl IntoIterator<Item = RecordBatch>,
    ) -> Result<Self, DatasetError> {
        let batches: Vec<RecordBatch> = batches.into_iter().collect();
        let schema = batches.first().ok_or(DatasetError::NoBatches)?.schema();
        for (index, batch) in batches.iter().enumerate() {
            if let Some(difference) = difference(&schema, batch.schema_ref()) {
                return Err(DatasetError::Schema {
                    dataset: IN_MEMORY.to_owned(),
                    part: format!("batch {index}"),
                    difference,
                });
            }
        }
        Selection::find(IN_MEMORY, &C::columns(), true, &schema)?;
        let memory = Memory::new(schema, batches);
        Ok(Self::of(Source::Memory(Arc::new(memory)), PARQUET))
    }

    /// Starts a table that is written batch by batch, to a file in its own directory in the sandbox of the current
    /// context. A temporary sandbox exists as long as the table is referenced.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use flyte_runtime::{
    ///     files::{DatasetError, arrow_array::{Int64Array, RecordBatch}, arrow_schema::{DataType, Field, Schema}},
    ///     prelude::*,
    /// };
    ///
    /// let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
    /// let mut writer = StructuredDataset::<flyte_runtime::files::AnyColumns>::writer(schema.clone())?;
    /// for start in [0, 1000, 2000] {
    ///     let column = Int64Array::from_iter_values(start..start + 1000);
    ///     writer.write(&RecordBatch::try_new(schema.clone(), vec![Arc::new(column)])?)?;
    /// }
    /// let table = writer.finish()?;
    /// assert_eq!(table.num_rows()?, 3000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DatasetError::MissingColumn`] and [`DatasetError::ColumnType`] if the schema does not have the columns of this
    /// type, and an error if the file cannot be created.
    pub fn writer(schema: SchemaRef) -> Result<DatasetWriter<C>, DatasetError> {
        DatasetWriter::begin(schema)
    }

    /// A local file or directory.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        Self::of(Source::Stored(Stored::from_path(path)), "")
    }

    /// A file or a directory at an address, such as `s3://bucket/prefix`; a path or a `file://` address means a local
    /// one.
    pub fn from_uri(uri: impl AsRef<str>) -> Self {
        Self::of(Source::Stored(Stored::from_uri(uri.as_ref())), "")
    }

    /// Sets the address to which the table is uploaded when it leaves the task: flytekit's
    /// `StructuredDataset(dataframe, uri=..)`. A table that is already in a store stays there.
    #[must_use]
    pub fn with_remote_path(mut self, uri: impl AsRef<str>) -> Self {
        let uri = uri.as_ref();
        self.source = match self.source {
            Source::Stored(stored) => Source::Stored(stored.with_remote_path(uri)),
            Source::Memory(memory) => Source::Memory(Arc::new(memory.at(uri))),
        };
        self
    }

    /// Declares the format of the table for other readers; for files that are only passed on, such as `csv`.
    #[must_use]
    pub fn with_format(mut self, format: impl Into<String>) -> Self {
        self.dataset_type.format = format.into();
        self
    }

    /// The format of its files; empty if it is not declared, which is read as `parquet`.
    pub fn format(&self) -> &str {
        &self.dataset_type.format
    }

    /// The address in a store, if it is in one.
    pub fn remote_source(&self) -> Option<&str> {
        match &self.source {
            Source::Memory(_) => None,
            Source::Stored(stored) => stored.remote_source(),
        }
    }

    /// The same table with other columns to read; a missing column is an error of opening it.
    pub fn columns<D: DatasetColumns>(&self) -> StructuredDataset<D> {
        let mut dataset_type = self.dataset_type.clone();
        let columns = D::columns();
        if !columns.is_empty() {
            dataset_type.columns = columns;
        }
        StructuredDataset {
            source: self.source.clone(),
            dataset_type,
            columns: PhantomData,
        }
    }

    /// Opens the table for reading; a table in a store is first downloaded, once.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Data`] if it cannot be fetched, [`DatasetError::Format`] if its literal declares another format
    /// than Parquet, [`DatasetError::Parquet`] if its contents are not Parquet, [`DatasetError::MissingColumn`] and
    /// [`DatasetError::ColumnType`] if it does not have the columns of this type.
    pub fn open(&self) -> Result<DatasetReader, DatasetError> {
        let declared = C::columns();
        // Without columns declared by the reader, those declared by the writer are used, but without their types.
        let (columns, declared) = match declared.is_empty() {
            true => (&self.dataset_type.columns, false),
            false => (&declared, true),
        };
        match &self.source {
            Source::Memory(memory) => {
                let selection = Selection::find(IN_MEMORY, columns, declared, &memory.schema)?;
                Ok(DatasetReader::of_batches(
                    &memory.schema,
                    &memory.batches,
                    selection,
                ))
            }
            Source::Stored(stored) => {
                let path = self.local(stored)?;
                DatasetReader::of_files(stored, path, columns, declared)
            }
        }
    }

    /// [`open`](Self::open) from async code.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn async_open(&self) -> Result<DatasetReader, DatasetError> {
        if let Source::Stored(stored) = &self.source {
            self.readable(stored)?;
            let stored = stored.with_home()?;
            off_thread(move || fetched(&stored).map(drop)).await?;
        }
        self.open()
    }

    /// All batches.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if a file is corrupt.
    pub fn read(&self) -> Result<Vec<RecordBatch>, DatasetError> {
        self.open()?.collect()
    }

    /// The columns to read, with their Arrow types.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn schema(&self) -> Result<SchemaRef, DatasetError> {
        Ok(self.open()?.schema())
    }

    /// The number of rows. This reads the columns of this type.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn num_rows(&self) -> Result<u64, DatasetError> {
        let mut rows = 0;
        for batch in self.open()? {
            rows += batch?.num_rows() as u64;
        }
        Ok(rows)
    }

    /// A SHA-256 of the files, in hexadecimal digits; batches in memory are written to a file for it. The same rows in
    /// different files have different hashes.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn content_hash(&self) -> Result<String, DatasetError> {
        let stored = match &self.source {
            Source::Memory(memory) => memory.here()?,
            Source::Stored(stored) => stored.clone(),
        };
        let mut sha = Sha256::new();
        for path in super::reader::files(&stored, fetched(&stored)?)? {
            let unreadable = |source| DatasetError::Io {
                path: path.clone(),
                source,
            };
            let mut file = std::fs::File::open(&path).map_err(unreadable)?;
            let mut buffer = vec![0; 64 * 1024];
            loop {
                match file.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(read) => sha.update(&buffer[..read]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(source) => return Err(unreadable(source)),
                }
            }
        }
        Ok(hexadecimal(&sha.finalize()))
    }

    /// Wraps the table so that caches identify it by its contents instead of its path.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn hashed(self) -> Result<Hashed<Self>, DatasetError> {
        let hash = self.content_hash()?;
        Ok(Hashed::new(self, hash))
    }

    fn readable(&self, stored: &Stored) -> Result<(), DatasetError> {
        match self.format() {
            "" | PARQUET => Ok(()),
            format => Err(DatasetError::Format {
                dataset: stored.shown(),
                format: format.to_owned(),
            }),
        }
    }

    fn local<'a>(&self, stored: &'a Stored) -> Result<&'a Path, DatasetError> {
        self.readable(stored)?;
        Ok(fetched(stored)?)
    }
}

/// The local path. An address does not say whether it belongs to a file or a directory.
fn fetched(stored: &Stored) -> Result<&Path, DataError> {
    if stored.local_place().is_some() {
        return stored.local(kind(stored));
    }
    let is_no_file = |error: &DataError| match error {
        DataError::NotFound { .. } => true,
        DataError::Download { source, .. } => source.kind() == io::ErrorKind::IsADirectory,
        _ => false,
    };
    match stored.local(Kind::File) {
        Err(error) if is_no_file(&error) => stored.local(Kind::Directory),
        fetched => fetched,
    }
}

pub(super) fn kind(stored: &Stored) -> Kind {
    match stored.local_place() {
        Some(path) if !path.is_dir() => Kind::File,
        _ => Kind::Directory,
    }
}

impl<C> StructuredDataset<C> {
    pub(super) fn shown(&self) -> String {
        match &self.source {
            Source::Stored(stored) => stored.shown(),
            Source::Memory(memory) => {
                let rows: usize = memory.batches.iter().map(RecordBatch::num_rows).sum();
                let columns = memory.schema.fields().len();
                format!("<{rows} rows of {columns} columns>")
            }
        }
    }
}

impl<C> Clone for StructuredDataset<C> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            dataset_type: self.dataset_type.clone(),
            columns: PhantomData,
        }
    }
}

impl<C> fmt::Debug for StructuredDataset<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StructuredDataset")
            .field(&self.shown())
            .finish()
    }
}

/// The path or address, or the size of the batches in memory.
impl<C> fmt::Display for StructuredDataset<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// Tables are equal if they have the same path or address, or the same batches in memory.
impl<C> PartialEq for StructuredDataset<C> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.source, &other.source) {
            (Source::Stored(left), Source::Stored(right)) => left == right,
            (Source::Memory(left), Source::Memory(right)) => left.batches == right.batches,
            _ => false,
        }
    }
}

impl<C: DatasetColumns> From<PathBuf> for StructuredDataset<C> {
    fn from(path: PathBuf) -> Self {
        Self::from_path(path)
    }
}

impl<C: DatasetColumns> From<&Path> for StructuredDataset<C> {
    fn from(path: &Path) -> Self {
        Self::from_path(path)
    }
}

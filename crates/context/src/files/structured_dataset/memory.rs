//! Batches in memory.

use std::{path::Path, sync::Mutex};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::{DatasetError, writer::Sink};
use crate::storage::{
    FileAccessProvider,
    stored::{Stored, uploads},
};
use flyte_core::lock::lock;

/// Batches, and the files to which they were written.
pub(super) struct Memory {
    pub(super) schema: SchemaRef,
    pub(super) batches: Vec<RecordBatch>,
    remote_path: Option<String>,
    /// The files for other readers, with the provider of a temporary directory.
    put: Mutex<Option<(Stored, FileAccessProvider)>>,
    /// A local file for internal use.
    here: Mutex<Option<Stored>>,
}

impl Memory {
    pub(super) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self {
            schema,
            batches,
            remote_path: None,
            put: Mutex::default(),
            here: Mutex::default(),
        }
    }

    /// The same batches, with another address for the upload.
    pub(super) fn at(&self, remote_path: &str) -> Self {
        let batches = Self::new(SchemaRef::clone(&self.schema), self.batches.clone());
        Self {
            remote_path: Some(remote_path.to_owned()),
            ..batches
        }
    }

    /// Writes the batches, once, so that other readers can find them.
    pub(super) fn put(&self) -> Result<Stored, DatasetError> {
        // The state changes only after everything is written, so a panic leaves it intact.
        let mut put = lock(&self.put);
        if let Some((stored, _)) = &*put {
            return Ok(stored.clone());
        }
        let leaving = uploads();
        // If the file is written at its final address, it need not be copied later.
        let in_place = leaving.is_some() || self.remote_path.is_some();
        let files = match leaving {
            Some(files) => files,
            None => FileAccessProvider::current()?,
        };
        let to = match &self.remote_path {
            Some(uri) => uri.clone(),
            None => files.get_random_remote_directory(),
        };
        self.write(&files, &to)?;
        let stored = match in_place {
            true => Stored::from_uri(&to).without_upload(),
            false => Stored::from_uri(&to),
        };
        Ok(put.insert((stored, files)).0.clone())
    }

    /// Writes the batches to a local file, once, so that its contents can be read.
    pub(super) fn here(&self) -> Result<Stored, DatasetError> {
        // As above.
        let mut here = lock(&self.here);
        if let Some(stored) = &*here {
            return Ok(stored.clone());
        }
        let stored = Stored::create(Path::new("dataset"))?;
        self.write(&stored.files()?, &stored.shown())?;
        Ok(here.insert(stored).clone())
    }

    fn write(&self, files: &FileAccessProvider, to: &str) -> Result<(), DatasetError> {
        let mut sink = Sink::begin(files, to, SchemaRef::clone(&self.schema))?;
        for batch in &self.batches {
            sink.write(batch)?;
        }
        sink.finish()
    }
}

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

/// Batches, and where they were written.
pub(super) struct Memory {
    pub(super) schema: SchemaRef,
    pub(super) batches: Vec<RecordBatch>,
    remote_path: Option<String>,
    /// Where others find them, with what holds a temporary directory there.
    put: Mutex<Option<(Stored, FileAccessProvider)>>,
    /// A file of this machine that nobody else is told of.
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

    /// The same batches, to be put somewhere else.
    pub(super) fn at(&self, remote_path: &str) -> Self {
        let batches = Self::new(SchemaRef::clone(&self.schema), self.batches.clone());
        Self {
            remote_path: Some(remote_path.to_owned()),
            ..batches
        }
    }

    /// Puts the batches where others find them, once.
    pub(super) fn put(&self) -> Result<Stored, DatasetError> {
        // Nothing is changed under the lock before all is written, so one that panicked has left nothing half done.
        let mut put = lock(&self.put);
        if let Some((stored, _)) = &*put {
            return Ok(stored.clone());
        }
        let leaving = uploads();
        // Written where it belongs it need not be copied again when it leaves.
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

    /// Writes the batches on this machine, once, so that what is written can be looked at.
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

//! Batches in memory.

use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::DatasetError;
use super::writer::Sink;
use crate::context::FlyteContext;
use crate::data::FileAccessProvider;
use crate::data::blob::stored::{Stored, uploads};

/// Batches, and where they were put.
pub(super) struct Memory {
    pub(super) schema: SchemaRef,
    pub(super) batches: Vec<RecordBatch>,
    pub(super) remote_path: Option<String>,
    pub(super) put: Mutex<Option<(Stored, FileAccessProvider)>>,
}

impl Memory {
    /// Puts the batches where others find them, once.
    pub(super) fn put(&self) -> Result<Stored, DatasetError> {
        // Nothing is changed under the lock before all is written, so one that panicked has left nothing half done.
        let mut put = self.put.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((stored, _)) = &*put {
            return Ok(stored.clone());
        }
        let leaving = uploads();
        // Written where it belongs it need not be copied again when it leaves.
        let in_place = leaving.is_some() || self.remote_path.is_some();
        let files = match leaving {
            Some(files) => files,
            None => FlyteContext::with_current(|context| context.file_access().cloned())?,
        };
        let to = match &self.remote_path {
            Some(uri) => uri.clone(),
            None => files.get_random_remote_directory(),
        };
        let mut sink = Sink::begin(&files, &to, SchemaRef::clone(&self.schema))?;
        for batch in &self.batches {
            sink.write(batch)?;
        }
        sink.finish()?;
        let stored = match in_place {
            true => Stored::from_uri(&to).without_upload(),
            false => Stored::from_uri(&to),
        };
        Ok(put.insert((stored, files)).0.clone())
    }
}

//! Checkpoints for async code.

use std::{
    io::Read,
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{runtime::Handle, task::spawn_blocking};

use super::{Checkpoint, CheckpointError};

/// A [`Checkpoint`] with async methods. File operations run on a separate thread, where they do not block async code.
///
/// A task gets one from
/// [`ExecutionParameters::async_checkpoint`](crate::context::ExecutionParameters::async_checkpoint). It shares its
/// state with the task's [`checkpoint`](crate::context::ExecutionParameters::checkpoint), and so do clones. Dropping a
/// future does not stop an operation that has begun. Outside of a tokio runtime, operations run on the thread that
/// polls.
///
/// Corresponds to the async methods of Flyte 2's `flyte.Checkpoint`; flytekit does not have them.
///
/// ```
/// use flyte_runtime::checkpoint::{AsyncCheckpoint, SyncCheckpoint};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// # let dir = flyte_runtime::files::TempSandbox::new();
/// let checkpoint = AsyncCheckpoint::new(SyncCheckpoint::new(dir.path().join("0")));
/// checkpoint.write("3").await?;
/// assert_eq!(checkpoint.read().await?.as_deref(), Some(&b"3"[..]));
/// # Ok::<(), flyte_runtime::checkpoint::CheckpointError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct AsyncCheckpoint(Arc<dyn Checkpoint>);

impl AsyncCheckpoint {
    /// The async form of a checkpoint.
    pub fn new(checkpoint: impl Checkpoint + 'static) -> Self {
        Self(Arc::new(checkpoint))
    }

    pub(crate) fn shared(checkpoint: Arc<dyn Checkpoint>) -> Self {
        Self(checkpoint)
    }

    /// The checkpoint itself.
    pub fn as_sync(&self) -> &dyn Checkpoint {
        &*self.0
    }

    /// As [`Checkpoint::prev_exists`], which does not access files.
    pub fn prev_exists(&self) -> bool {
        self.0.prev_exists()
    }

    /// As [`Checkpoint::restore`].
    ///
    /// # Errors
    ///
    /// As [`Checkpoint::restore`].
    pub async fn restore(&self, path: Option<&Path>) -> Result<Option<PathBuf>, CheckpointError> {
        let path = path.map(Path::to_owned);
        self.aside(move |checkpoint| checkpoint.restore(path.as_deref()))
            .await
    }

    /// As [`Checkpoint::load`].
    ///
    /// # Errors
    ///
    /// As [`Checkpoint::load`].
    pub async fn load(&self) -> Result<Option<PathBuf>, CheckpointError> {
        self.aside(|checkpoint| checkpoint.load()).await
    }

    /// As [`Checkpoint::save_path`].
    ///
    /// # Errors
    ///
    /// As [`Checkpoint::save_path`].
    pub async fn save(&self, path: impl Into<PathBuf>) -> Result<(), CheckpointError> {
        let path = path.into();
        self.aside(move |checkpoint| checkpoint.save_path(&path))
            .await
    }

    /// As [`Checkpoint::save_reader`].
    ///
    /// # Errors
    ///
    /// As [`Checkpoint::save_reader`].
    pub async fn save_reader(
        &self,
        mut reader: impl Read + Send + 'static,
    ) -> Result<(), CheckpointError> {
        self.aside(move |checkpoint| checkpoint.save_reader(&mut reader))
            .await
    }

    /// As [`Checkpoint::read`].
    ///
    /// # Errors
    ///
    /// As [`Checkpoint::read`].
    pub async fn read(&self) -> Result<Option<Vec<u8>>, CheckpointError> {
        self.aside(|checkpoint| checkpoint.read()).await
    }

    /// As [`Checkpoint::write`].
    ///
    /// # Errors
    ///
    /// As [`Checkpoint::write`].
    pub async fn write(&self, bytes: impl Into<Vec<u8>>) -> Result<(), CheckpointError> {
        let bytes = bytes.into();
        self.aside(move |checkpoint| checkpoint.write(&bytes)).await
    }

    /// Runs an operation that may block.
    async fn aside<R: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Checkpoint) -> Result<R, CheckpointError> + Send + 'static,
    ) -> Result<R, CheckpointError> {
        let checkpoint = Arc::clone(&self.0);
        if Handle::try_current().is_err() {
            return work(&*checkpoint);
        }
        match spawn_blocking(move || work(&*checkpoint)).await {
            Ok(done) => done,
            // A user's own checkpoint may panic; the panic is the task's.
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            Err(error) => Err(CheckpointError::Ended(error.into())),
        }
    }
}

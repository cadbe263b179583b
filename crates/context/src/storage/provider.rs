//! The access to local files and to stores.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use super::{
    DataError, PutRawData, RawData, TempSandbox,
    path::{masked, name_in, to_local, with_trailing_separator},
    transfer::{self, Durability},
};
use flyte_config::config::DataConfig;
use flyte_core::lock::lock;

/// Names paths, and copies files and directories between this machine and stores.
///
/// Corresponds to `flytekit.core.context_manager.FileAccessProvider`. It has a sandbox, which is a local directory, and
/// a prefix for outputs. Neither is created before it is used. (flytekit creates two directories on import and never
/// removes them.)
///
/// A clone is the same provider. All methods may be called from several threads at once. The `async_…` methods run the
/// operation on a thread for blocking work; outside a tokio runtime they run it on the current thread.
#[derive(Clone, Debug)]
pub struct FileAccessProvider {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    local_sandbox_dir: PathBuf,
    raw_output_prefix: String,
    data_config: DataConfig,
    execution_metadata: BTreeMap<String, String>,
    temporary: Option<Arc<Temporary>>,
    #[cfg(feature = "store")]
    clients: super::store::Clients,
}

/// The sandbox that a provider owns, and directories to remove with it.
#[derive(Debug)]
struct Temporary {
    sandbox: TempSandbox,
    adopted: Mutex<Vec<TempSandbox>>,
}

impl FileAccessProvider {
    /// A provider that keeps local files in `<local_sandbox_dir>/local_flytekit`, and outputs under
    /// `raw_output_prefix`.
    ///
    /// # Errors
    ///
    /// If either is empty.
    pub fn new(
        local_sandbox_dir: impl AsRef<Path>,
        raw_output_prefix: impl AsRef<str>,
    ) -> Result<Self, DataError> {
        let (dir, prefix) = (local_sandbox_dir.as_ref(), raw_output_prefix.as_ref());
        if dir.as_os_str().is_empty() {
            return Err(DataError::NoSandboxDir);
        }
        if prefix.is_empty() {
            return Err(DataError::NoRawOutputPrefix);
        }
        crate::storage::blob_store::provide_blob_store();
        Ok(Self {
            inner: Arc::new(Inner {
                local_sandbox_dir: dir.join("local_flytekit"),
                raw_output_prefix: with_trailing_separator(prefix),
                data_config: DataConfig::default(),
                execution_metadata: BTreeMap::new(),
                temporary: None,
                #[cfg(feature = "store")]
                clients: super::store::Clients::default(),
            }),
        })
    }

    /// A provider that keeps everything in one directory, like flytekit's default: the sandbox is `<dir>/sandbox`, and
    /// outputs are under `<dir>/raw/`.
    ///
    /// # Errors
    ///
    /// If the path is empty or not UTF-8.
    pub fn local(dir: impl AsRef<Path>) -> Result<Self, DataError> {
        let dir = dir.as_ref();
        if dir.as_os_str().is_empty() {
            return Err(DataError::NoSandboxDir);
        }
        let raw = dir.join("raw");
        match raw.to_str() {
            Some(raw) => Self::new(dir.join("sandbox"), raw),
            None => Err(DataError::NotUtf8 { path: raw }),
        }
    }

    /// A provider that keeps everything in a temporary directory, which is removed with its last clone.
    ///
    /// # Errors
    ///
    /// If the path of the system's directory for temporary files is not UTF-8.
    pub fn temporary() -> Result<Self, DataError> {
        Self::in_sandbox(TempSandbox::new())
    }

    /// A provider that keeps everything in a sandbox and owns it.
    ///
    /// # Errors
    ///
    /// If the path of the sandbox is not UTF-8.
    pub fn in_sandbox(sandbox: TempSandbox) -> Result<Self, DataError> {
        let mut provider = Self::local(sandbox.path())?;
        Arc::make_mut(&mut provider.inner).temporary = Some(Arc::new(Temporary {
            sandbox,
            adopted: Mutex::default(),
        }));
        Ok(provider)
    }

    /// Whether its files are removed with it.
    pub fn is_temporary(&self) -> bool {
        self.inner.temporary.is_some()
    }

    /// Keeps a directory for as long as the provider's own.
    pub(crate) fn adopt(&self, sandbox: TempSandbox) {
        match &self.inner.temporary {
            // The only change is one push, so a panic leaves the list intact.
            Some(temporary) => lock(&temporary.adopted).push(sandbox),
            None => {
                sandbox.keep();
            }
        }
    }

    /// Keeps these files after the end of the program, when the provider would remove them.
    pub fn leave(&self, named: &[PathBuf]) {
        let Some(temporary) = &self.inner.temporary else {
            return;
        };
        let adopted = lock(&temporary.adopted);
        for sandbox in adopted.iter().chain([&temporary.sandbox]) {
            if named.iter().any(|path| path.starts_with(sandbox.path())) {
                sandbox.stay();
            }
        }
    }

    /// Sets the prefix for offloaded data.
    pub fn with_raw_output_prefix(mut self, prefix: &str) -> Self {
        Arc::make_mut(&mut self.inner).raw_output_prefix = with_trailing_separator(prefix);
        self
    }

    /// Sets the settings for stores.
    #[must_use]
    pub fn with_data_config(mut self, config: DataConfig) -> Self {
        let inner = Arc::make_mut(&mut self.inner);
        inner.data_config = config;
        #[cfg(feature = "store")]
        {
            inner.clients = super::store::Clients::default();
        }
        self
    }

    #[cfg(feature = "store")]
    pub(super) fn clients(&self) -> &super::store::Clients {
        &self.inner.clients
    }

    /// Sets the metadata for everything that is uploaded to a store.
    #[must_use]
    pub fn with_execution_metadata(mut self, metadata: BTreeMap<String, String>) -> Self {
        Arc::make_mut(&mut self.inner).execution_metadata = metadata;
        self
    }

    /// The directory for local files. It need not exist yet.
    pub fn local_sandbox_dir(&self) -> &Path {
        &self.inner.local_sandbox_dir
    }

    /// The prefix for outputs, with a trailing separator.
    pub fn raw_output_prefix(&self) -> &str {
        &self.inner.raw_output_prefix
    }

    /// The settings for stores.
    pub fn data_config(&self) -> &DataConfig {
        &self.inner.data_config
    }

    /// The metadata for everything that is uploaded to a store; `None` if the settings disable it. Local files do not
    /// have metadata.
    pub fn execution_metadata(&self) -> Option<&BTreeMap<String, String>> {
        let inner = &*self.inner;
        let attach = *inner.data_config.generic.attach_execution_metadata;
        (attach && !inner.execution_metadata.is_empty()).then_some(&inner.execution_metadata)
    }

    /// Creates a unique directory in the sandbox.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn get_random_local_directory(&self) -> Result<PathBuf, DataError> {
        let dir = self.get_random_local_path(None);
        self.prepare(&dir)
            .and_then(|()| transfer::make_directory(&dir, Durability::Cached))
            .map_err(|source| DataError::Io {
                path: dir.clone(),
                source,
            })?;
        Ok(dir)
    }

    /// Whether a file or a directory exists.
    ///
    /// # Errors
    ///
    /// If the path is remote, or if this cannot be determined.
    pub fn exists(&self, path: &str) -> Result<bool, DataError> {
        #[cfg(feature = "store")]
        if let Some(object) = self.object(path)? {
            return object.exists().map_err(|source| DataError::Store {
                path: masked(path),
                source,
            });
        }
        let path = to_local(Path::new(path))?;
        path.try_exists()
            .map_err(|source| DataError::Io { path, source })
    }

    /// Whether this build has what it takes to read from an address. Nothing is asked for what is there.
    ///
    /// # Errors
    ///
    /// [`DataError::Remote`] for a scheme that this build does not read.
    #[doc(hidden)]
    pub fn can_read(&self, path: &str) -> Result<(), DataError> {
        #[cfg(feature = "store")]
        if self.object(path)?.is_some() {
            return Ok(());
        }
        to_local(Path::new(path)).map(drop)
    }

    /// Removes a file if it exists.
    pub fn remove_file(&self, path: &str) -> Result<(), DataError> {
        #[cfg(feature = "store")]
        if let Some(object) = self.object(path)? {
            return object.remove().map_err(|source| DataError::Store {
                path: masked(path),
                source,
            });
        }
        let path = to_local(Path::new(path))?;
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(DataError::Io { path, source })
            }
            _ => Ok(()),
        }
    }

    /// Copies a file, or with `is_multipart` the contents of a directory, to a local path, and creates its parent
    /// directories.
    ///
    /// A file goes into a directory if `local_path` ends with a separator.
    ///
    /// # Errors
    ///
    /// [`DataError::NotFound`] if the source does not exist; [`DataError::Download`] for any other error, such as a
    /// directory where a file is expected.
    pub fn get_data(
        &self,
        remote_path: &str,
        local_path: impl AsRef<Path>,
        is_multipart: bool,
    ) -> Result<(), DataError> {
        let to = to_local(local_path.as_ref())?;
        #[cfg(feature = "store")]
        if let Some(object) = self.object(remote_path)? {
            return self.get_object(&object, remote_path, &to, is_multipart);
        }
        let from = to_local(Path::new(remote_path))?;
        if is_missing(&from) {
            return Err(DataError::NotFound {
                path: masked(remote_path),
            });
        }
        self.copy(&from, &to, is_multipart)
            .map_err(|source| DataError::Download {
                from: masked(remote_path),
                to,
                recursive: is_multipart,
                source,
            })
    }

    /// Copies a file to a local path: [`get_data`](Self::get_data) of one file.
    ///
    /// # Errors
    ///
    /// As [`get_data`](Self::get_data).
    pub fn download(
        &self,
        remote_path: &str,
        local_path: impl AsRef<Path>,
    ) -> Result<(), DataError> {
        self.get_data(remote_path, local_path, false)
    }

    /// Copies the contents of a directory to a local directory: [`get_data`](Self::get_data) of a directory.
    ///
    /// # Errors
    ///
    /// As [`get_data`](Self::get_data).
    pub fn download_directory(
        &self,
        remote_path: &str,
        local_path: impl AsRef<Path>,
    ) -> Result<(), DataError> {
        self.get_data(remote_path, local_path, true)
    }

    /// Copies a local file, or with `is_multipart` the contents of a local directory, to a store or path, and returns
    /// the address.
    ///
    /// # Errors
    ///
    /// [`DataError::SourceMissing`] if the source does not exist; [`DataError::Upload`] for any other error.
    pub fn put_data(
        &self,
        local_path: impl AsRef<Path>,
        remote_path: &str,
        is_multipart: bool,
    ) -> Result<String, DataError> {
        let from = to_local(local_path.as_ref())?;
        if is_missing(&from) {
            return Err(DataError::SourceMissing { path: from });
        }
        #[cfg(feature = "store")]
        if let Some(object) = self.object(remote_path)? {
            self.put_object(&object, &from, remote_path, is_multipart)?;
            return Ok(remote_path.to_owned());
        }
        let to = to_local(Path::new(remote_path))?;
        self.copy(&from, &to, is_multipart)
            .map_err(|source| DataError::Upload {
                from: from.display().to_string(),
                to: masked(remote_path),
                recursive: is_multipart,
                source,
            })?;
        Ok(remote_path.to_owned())
    }

    /// Copies a local file: [`put_data`](Self::put_data) of one file.
    ///
    /// # Errors
    ///
    /// As [`put_data`](Self::put_data).
    pub fn upload(&self, file_path: impl AsRef<Path>, to_path: &str) -> Result<String, DataError> {
        self.put_data(file_path, to_path, false)
    }

    /// Copies the contents of a local directory: [`put_data`](Self::put_data) of a directory.
    ///
    /// # Errors
    ///
    /// As [`put_data`](Self::put_data).
    pub fn upload_directory(
        &self,
        local_path: impl AsRef<Path>,
        remote_path: &str,
    ) -> Result<String, DataError> {
        self.put_data(local_path, remote_path, true)
    }

    /// Stores a file, a directory, bytes or a stream under the output prefix, and returns the address.
    ///
    /// # Errors
    ///
    /// [`DataError::SourceMissing`] and [`DataError::Symlink`] for a path that is missing or a link;
    /// [`DataError::Outside`] if the prefix or the name contains a `..`; [`DataError::Upload`] for any other error.
    pub fn put_raw_data<'a>(
        &self,
        data: impl Into<RawData<'a>>,
        place: PutRawData,
    ) -> Result<String, DataError> {
        let data = data.into();
        let target = self.raw_target(&data, place)?;
        let upload_error = |from: String, source| DataError::Upload {
            from,
            to: masked(&target),
            recursive: false,
            source,
        };
        let from = format!("{data:?}");
        let mut reader: Box<dyn io::Read + '_> = match data {
            RawData::Path(path) => {
                let path = to_local(&path)?;
                let metadata = match fs::symlink_metadata(&path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        return Err(DataError::SourceMissing { path });
                    }
                    metadata => metadata.map_err(|source| DataError::Io {
                        path: path.clone(),
                        source,
                    })?,
                };
                if metadata.is_symlink() {
                    return Err(DataError::Symlink { path });
                }
                return self.put_data(&path, &target, metadata.is_dir());
            }
            RawData::Bytes(Cow::Borrowed(bytes)) => Box::new(bytes),
            RawData::Bytes(Cow::Owned(bytes)) => Box::new(io::Cursor::new(bytes)),
            RawData::Reader(reader) => reader,
        };
        #[cfg(feature = "store")]
        if let Some(object) = self.object(&target)? {
            let mut writer = self.object_writer(object);
            io::copy(&mut reader, &mut writer)
                .and_then(|_| writer.finish())
                .map_err(|source| upload_error(from, source))?;
            return Ok(target);
        }
        let to = to_local(Path::new(&target))?;
        self.prepare(&to)
            .and_then(|()| transfer::write_file(&mut reader, &to, Durability::Cached))
            .map_err(|source| upload_error(from, source))?;
        Ok(target)
    }

    fn raw_target(&self, data: &RawData<'_>, place: PutRawData) -> Result<String, DataError> {
        let prefix = place.upload_prefix.unwrap_or_else(Self::get_random_string);
        let name = match (place.file_name, data) {
            (Some(name), _) if !name.is_empty() => name,
            (_, RawData::Path(path)) => Self::get_file_tail(&path.to_string_lossy()).to_owned(),
            _ => String::new(),
        };
        let name = match name.is_empty() {
            true => Self::get_random_string(),
            false => name,
        };
        let checked = match place.skip_raw_data_prefix {
            true => vec![&name],
            false => vec![&prefix, &name],
        };
        for part in checked {
            if part.split(['/', '\\']).any(|part| part == "..") {
                return Err(DataError::Outside { name: part.clone() });
            }
        }
        let base = match (place.skip_raw_data_prefix, prefix.is_empty()) {
            (true, _) => prefix,
            (false, true) => self.raw_output_prefix().to_owned(),
            (false, false) => Self::join(self.raw_output_prefix(), &[&prefix]),
        };
        Ok(if base.is_empty() {
            name
        } else {
            let name = name_in(&base, &name);
            Self::join(&base, &[&name])
        })
    }

    /// [`get_data`](Self::get_data) from async code.
    ///
    /// # Errors
    ///
    /// As [`get_data`](Self::get_data).
    pub async fn async_get_data(
        &self,
        remote_path: &str,
        local_path: impl AsRef<Path>,
        is_multipart: bool,
    ) -> Result<(), DataError> {
        let (this, from) = (self.clone(), remote_path.to_owned());
        let to = local_path.as_ref().to_owned();
        off_thread(move || this.get_data(&from, to, is_multipart)).await
    }

    /// [`put_data`](Self::put_data) from async code.
    ///
    /// # Errors
    ///
    /// As [`put_data`](Self::put_data).
    pub async fn async_put_data(
        &self,
        local_path: impl AsRef<Path>,
        remote_path: &str,
        is_multipart: bool,
    ) -> Result<String, DataError> {
        let (this, to) = (self.clone(), remote_path.to_owned());
        let from = local_path.as_ref().to_owned();
        off_thread(move || this.put_data(from, &to, is_multipart)).await
    }

    /// [`put_raw_data`](Self::put_raw_data) from async code. The data moves to another thread, so it must be owned.
    ///
    /// # Errors
    ///
    /// As [`put_raw_data`](Self::put_raw_data).
    pub async fn async_put_raw_data(
        &self,
        data: impl Into<RawData<'static>>,
        place: PutRawData,
    ) -> Result<String, DataError> {
        let (this, data) = (self.clone(), data.into());
        off_thread(move || this.put_raw_data(data, place)).await
    }

    fn copy(&self, from: &Path, to: &Path, recursive: bool) -> io::Result<()> {
        self.prepare(to)?;
        if recursive {
            return transfer::copy_tree(from, to, Durability::Cached);
        }
        let into_directory = to
            .as_os_str()
            .as_encoded_bytes()
            .last()
            .is_some_and(|last| std::path::is_separator(char::from(*last)));
        match from.file_name() {
            Some(name) if into_directory => {
                transfer::copy_file(from, &to.join(name), Durability::Cached)
            }
            _ => transfer::copy_file(from, to, Durability::Cached),
        }
    }

    /// Creates the temporary directory, readable only by this user, before something is written into it.
    pub(super) fn prepare(&self, target: &Path) -> io::Result<()> {
        match self.inner.temporary.as_deref() {
            Some(Temporary { sandbox, .. }) if target.starts_with(sandbox.path()) => {
                sandbox.create().map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// Whether the path certainly does not exist. An unreadable path is not missing; reading it reports the reason.
fn is_missing(path: &Path) -> bool {
    matches!(path.try_exists(), Ok(false))
}

pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DataError> + Send + 'static,
) -> Result<T, DataError> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return work();
    };
    match runtime.spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(DataError::Shutdown),
    }
}

//! The common parts of files and directories: their location, and their transfer to and from this machine.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use super::content;
use crate::storage::{
    DataError, FileAccessProvider,
    path::{name_in, name_of},
};
use flyte_core::{
    lock::lock,
    types::{
        BlobType, Literal, MsgpackWriter, TypeError,
        blob::{self, Written},
        named,
    },
};

/// Whether it is one file or a directory of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
}

/// The location of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Local(PathBuf),
    Remote(String),
}

impl Place {
    pub(crate) fn of_uri(uri: &str) -> Self {
        match FileAccessProvider::is_remote(uri) {
            true => Self::Remote(uri.to_owned()),
            false => Self::Local(FileAccessProvider::strip_file_header(uri).into()),
        }
    }

    fn of_path(path: PathBuf) -> Self {
        match path.to_str() {
            Some(text) => Self::of_uri(text),
            None => Self::Local(path),
        }
    }

    /// The location as text that another process understands.
    fn uri(&self) -> Result<&str, DataError> {
        match self {
            Self::Remote(uri) => Ok(uri),
            Self::Local(path) => path
                .to_str()
                .ok_or_else(|| DataError::NotUtf8 { path: path.clone() }),
        }
    }
}

/// Where local data goes when it leaves the task.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    /// Under the output prefix, if outputs leave this machine.
    Prefix,
    /// To this address.
    At(String),
    /// It is not uploaded; its location is passed on as it is.
    Stays,
    /// It is not uploaded; if it is a directory in a store, it exists even if it is empty.
    Made,
}

/// A file or a directory: its location, its metadata, and its transfers.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    place: Place,
    target: Target,
    metadata: BTreeMap<String, String>,
    /// Keeps a temporary directory while something in it is in use.
    home: Option<FileAccessProvider>,
    done: Arc<Done>,
}

/// State shared by clones, so that nothing is copied twice.
#[derive(Debug, Default)]
struct Done {
    local: OnceLock<(PathBuf, FileAccessProvider)>,
    /// Held during a download.
    downloading: Mutex<()>,
    uploaded: Mutex<Option<String>>,
}

impl PartialEq for Stored {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for Stored {}

thread_local! {
    /// The destination of files that become literals on this thread.
    static UPLOADS: RefCell<Option<FileAccessProvider>> = const { RefCell::new(None) };
    /// While all files are copied: those that must stay elsewhere.
    static ELSEWHERE: RefCell<Option<Vec<PathBuf>>> = const { RefCell::new(None) };
    /// Whether the files in literals were created by the task of this thread and are not its inputs.
    static MADE_HERE: Cell<bool> = const { Cell::new(false) };
}

/// Reads literals whose files and directories the task on this thread has created: they are uploaded as its outputs.
pub fn made_here<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);

    impl Drop for Restore {
        fn drop(&mut self) {
            MADE_HERE.set(self.0);
        }
    }

    let _restore = Restore(MADE_HERE.replace(true));
    work()
}

/// The provider for outputs of this thread, if outputs leave this machine.
#[cfg(feature = "arrow")]
pub(crate) fn uploads() -> Option<FileAccessProvider> {
    UPLOADS.with_borrow(Clone::clone)
}

impl FileAccessProvider {
    /// Runs a function during which outputs leave this machine: each local [`FlyteFile`](crate::files::FlyteFile) and
    /// [`FlyteDirectory`](crate::files::FlyteDirectory) that becomes a literal is uploaded to a random address under
    /// the output prefix, and the literal contains that address.
    ///
    /// The outputs of a task in a container are encoded in this way. Elsewhere, for example in a local run, literals
    /// contain the path.
    pub fn uploading<R>(&self, work: impl FnOnce() -> R) -> R {
        struct Restore(Option<FileAccessProvider>);

        impl Drop for Restore {
            fn drop(&mut self) {
                UPLOADS.set(self.0.take());
            }
        }

        let _restore = Restore(UPLOADS.replace(Some(self.clone())));
        work()
    }

    /// Runs a function during which every local file is copied to a location under the output prefix, including files
    /// that came from elsewhere and would not be uploaded again. Also returns the files and directories that had to be
    /// at the locations their tasks chose.
    pub fn keeping<R>(&self, work: impl FnOnce() -> R) -> (R, Vec<PathBuf>) {
        struct Restore(Option<Vec<PathBuf>>);

        impl Drop for Restore {
            fn drop(&mut self) {
                ELSEWHERE.set(self.0.take());
            }
        }

        let _restore = Restore(ELSEWHERE.replace(Some(Vec::new())));
        let result = self.uploading(work);
        (result, ELSEWHERE.take().unwrap_or_default())
    }
}

/// The provider under whose prefix all files are copied, while this is active.
fn keeper() -> Option<FileAccessProvider> {
    let is_keeping = ELSEWHERE.with_borrow(Option::is_some);
    UPLOADS.with_borrow(Clone::clone).filter(|_| is_keeping)
}

impl Stored {
    fn at(place: Place) -> Self {
        Self {
            place,
            target: Target::Prefix,
            metadata: BTreeMap::new(),
            home: None,
            done: Arc::default(),
        }
    }

    pub(crate) fn from_path(path: impl Into<PathBuf>) -> Self {
        Self::at(Place::of_path(path.into()))
    }

    pub(crate) fn from_uri(uri: &str) -> Self {
        Self::at(Place::of_uri(uri))
    }

    /// A unique location in the sandbox of the current context.
    pub(crate) fn create(name: &Path) -> Result<Self, DataError> {
        let name = name_of_path(name)?;
        let files = FileAccessProvider::current()?;
        let directory = files.get_random_local_directory()?;
        Ok(Self {
            home: Some(files),
            ..Self::at(Place::Local(directory.join(name)))
        })
    }

    /// A location under the output prefix of the current context, or under that prefix in another bucket.
    pub(crate) fn new_remote(stem: Option<&str>, bucket: Option<&str>) -> Result<Self, DataError> {
        let names: Vec<_> = stem.into_iter().flat_map(|stem| stem.split('/')).collect();
        for name in &names {
            checked_name(name)?;
        }
        let files = FileAccessProvider::current()?;
        let prefix = files.raw_output_prefix();
        let names: Vec<_> = names.iter().map(|name| name_in(prefix, name)).collect();
        let uri = files.generate_new_custom_path(bucket, Some(&names.join("/")));
        Ok(Self {
            home: Some(files),
            target: Target::Stays,
            ..Self::from_uri(&uri)
        })
    }

    /// The entries of this directory in a store, or all files in it and its subdirectories; `None` if it is local or
    /// already downloaded.
    pub(crate) fn listed(&self, recursive: bool) -> Result<Option<Vec<(Self, Kind)>>, DataError> {
        // Without the store feature, nothing can be listed.
        let _ = recursive;
        #[cfg(feature = "store")]
        if let (Place::Remote(uri), None) = (&self.place, self.done.local.get()) {
            let found = self.files()?.list_store(uri, recursive)?.into_iter();
            let found = found.map(|(parts, kind)| {
                let inner = parts.iter().fold(uri.clone(), |uri, part| {
                    FileAccessProvider::join(&uri, &[&name_in(&uri, part)])
                });
                let stored = Self {
                    home: self.home.clone(),
                    ..Self::from_uri(&inner)
                };
                (stored, kind)
            });
            return Ok(Some(found.collect()));
        }
        Ok(None)
    }

    /// An entry of this directory.
    pub(crate) fn inside(&self, name: &str) -> Self {
        let place = match &self.place {
            Place::Local(path) => Place::Local(path.join(name)),
            Place::Remote(uri) => {
                let name = name_in(uri, name);
                Place::Remote(FileAccessProvider::join(uri, &[&name]))
            }
        };
        Self {
            home: self.home.clone(),
            ..Self::at(place)
        }
    }

    /// A local entry of this directory; it keeps the temporary directory too.
    pub(crate) fn holding(&self, path: PathBuf) -> Self {
        let fetched = self.done.local.get().map(|(_, files)| files.clone());
        Self {
            home: fetched.or_else(|| self.home.clone()),
            ..Self::at(Place::Local(path))
        }
    }

    /// A copy with the file access of the current context, for a thread with another context.
    pub(crate) fn with_home(&self) -> Result<Self, DataError> {
        Ok(Self {
            home: Some(self.files()?),
            ..self.clone()
        })
    }

    pub(crate) fn with_remote_path(mut self, uri: &str) -> Self {
        self.target = Target::At(uri.to_owned());
        self.done = Arc::default();
        self
    }

    pub(crate) fn without_upload(mut self) -> Self {
        self.target = Target::Stays;
        self
    }

    pub(crate) fn made(mut self) -> Self {
        self.target = Target::Made;
        self
    }

    pub(crate) fn with_metadata(mut self, key: String, value: String) -> Self {
        self.metadata.insert(key, value);
        self
    }

    pub(crate) fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// For messages; [`Place::uri`] is for other programs.
    pub(crate) fn shown(&self) -> String {
        match &self.place {
            Place::Local(path) => path.display().to_string(),
            Place::Remote(uri) => uri.clone(),
        }
    }

    pub(crate) fn remote_source(&self) -> Option<&str> {
        match &self.place {
            Place::Remote(uri) => Some(uri),
            Place::Local(_) => None,
        }
    }

    pub(crate) fn local_place(&self) -> Option<&Path> {
        match &self.place {
            Place::Remote(_) => None,
            Place::Local(path) => Some(path),
        }
    }

    pub(crate) fn files(&self) -> Result<FileAccessProvider, DataError> {
        match &self.home {
            Some(files) => Ok(files.clone()),
            None => FileAccessProvider::current(),
        }
    }

    /// The local path; remote data is downloaded if necessary.
    pub(crate) fn local(&self, kind: Kind) -> Result<&Path, DataError> {
        let uri = match &self.place {
            Place::Local(path) => {
                check(path, kind)?;
                return Ok(path);
            }
            Place::Remote(uri) => uri,
        };
        let done = &*self.done;
        if let Some((path, _)) = done.local.get() {
            return Ok(path);
        }
        // Nothing is changed under the lock, so a panic leaves the state intact.
        let _alone = lock(&done.downloading);
        if let Some((path, _)) = done.local.get() {
            return Ok(path);
        }
        let files = self.files()?;
        let path = files.get_random_local_path(Some(&name_of(uri)));
        files.get_data(uri, &path, kind == Kind::Directory)?;
        let (path, _) = done.local.get_or_init(|| (path, files));
        Ok(path)
    }

    /// The address for other processes; local data is uploaded if necessary.
    pub(crate) fn address(&self, kind: Kind) -> Result<String, DataError> {
        let address = self.put(kind)?;
        named::name(&address);
        Ok(address)
    }

    fn put(&self, kind: Kind) -> Result<String, DataError> {
        let path = match &self.place {
            Place::Remote(uri) => {
                if kind == Kind::Directory && self.target == Target::Made {
                    self.keep_made(uri)?;
                }
                return Ok(uri.clone());
            }
            Place::Local(path) => path,
        };
        if content::is_by_content() {
            check(path, kind)?;
            return content::address(path).map_err(|source| DataError::Io {
                path: path.clone(),
                source,
            });
        }
        if let Some(files) = keeper() {
            return self.keep(path, kind, &files);
        }
        let (files, to) = match (&self.target, UPLOADS.with_borrow(Clone::clone)) {
            (Target::Stays | Target::Made, _) | (Target::Prefix, None) => {
                return self.place.uri().map(str::to_owned);
            }
            (Target::At(uri), files) => (files.map_or_else(|| self.files(), Ok)?, Some(uri)),
            (Target::Prefix, Some(files)) => (files, None),
        };
        let mut uploaded = lock(&self.done.uploaded);
        if let Some(address) = &*uploaded {
            return Ok(address.clone());
        }
        check(path, kind)?;
        let to = to.cloned().unwrap_or_else(|| {
            let name = path.file_name().map(|name| name.to_string_lossy());
            files.get_random_remote_path(name.as_deref())
        });
        let address = files.put_data(path, &to, kind == Kind::Directory)?;
        Ok(uploaded.insert(address).clone())
    }

    /// Creates the marker of a directory in a store, once.
    fn keep_made(&self, uri: &str) -> Result<(), DataError> {
        let mut kept = lock(&self.done.uploaded);
        if kept.is_none() {
            // Without the store feature there is no such directory.
            #[cfg(feature = "store")]
            self.files()?.keep_directory(uri)?;
            *kept = Some(uri.to_owned());
        }
        Ok(())
    }

    /// The address of a copy, or the location chosen by the task.
    fn keep(
        &self,
        path: &Path,
        kind: Kind,
        files: &FileAccessProvider,
    ) -> Result<String, DataError> {
        check(path, kind)?;
        let is_directory = kind == Kind::Directory;
        if let Target::At(to) = &self.target {
            let address = files.put_data(path, to, is_directory)?;
            if let Place::Local(place) = Place::of_uri(&address) {
                ELSEWHERE
                    .with_borrow_mut(|elsewhere| elsewhere.as_mut().map(|all| all.push(place)));
            }
            return Ok(address);
        }
        // Files that were written here directly need not be copied.
        if path.starts_with(files.raw_output_prefix()) {
            return self.place.uri().map(str::to_owned);
        }
        let name = path.file_name().map(|name| name.to_string_lossy());
        let to = files.get_random_remote_path(name.as_deref());
        files.put_data(path, &to, is_directory)
    }

    pub(crate) fn to_literal(&self, kind: Kind, blob_type: BlobType) -> Result<Literal, TypeError> {
        let mut literal = Literal::blob(self.stored_address(kind)?, blob_type);
        for (key, value) in &self.metadata {
            literal = literal.with_metadata(key, value);
        }
        Ok(literal)
    }

    pub(super) fn stored_address(&self, kind: Kind) -> Result<String, TypeError> {
        self.address(kind).map_err(|error| TypeError::Store {
            what: self.shown(),
            reason: error.to_string(),
        })
    }

    /// Writes the location as the field of a dataclass.
    pub(crate) fn write_msgpack(
        &self,
        kind: Kind,
        writer: &mut MsgpackWriter,
    ) -> Result<(), TypeError> {
        blob::write_msgpack(&self.stored_address(kind)?, &self.metadata, writer);
        Ok(())
    }

    /// Reads a location written by either of the above; it is not uploaded when it is passed on.
    pub(crate) fn from_literal(literal: Literal, blob_type: BlobType) -> Result<Self, TypeError> {
        let written = Written::from_literal(literal, blob_type)?;
        let stored = Self {
            metadata: written.metadata,
            ..Self::from_uri(&written.uri)
        };
        Ok(match MADE_HERE.get() {
            true => stored,
            false => stored.without_upload(),
        })
    }
}

/// A path as text.
pub(crate) fn name_of_path(path: &Path) -> Result<&str, DataError> {
    match path.to_str() {
        Some(name) => checked_name(name),
        None => Err(DataError::Name {
            name: path.to_string_lossy().into_owned(),
        }),
    }
}

/// Checks that a name stays in its directory.
pub(crate) fn checked_name(name: &str) -> Result<&str, DataError> {
    let plain =
        !name.is_empty() && !matches!(name, "." | "..") && !name.contains(['/', '\\', '\0']);
    match plain {
        true => Ok(name),
        false => Err(DataError::Name {
            name: name.to_owned(),
        }),
    }
}

/// Checks that data of the right kind exists. Links are followed.
pub(crate) fn check(path: &Path, kind: Kind) -> Result<(), DataError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(match fs::read_link(path) {
                Ok(target) => DataError::BrokenLink {
                    path: path.to_owned(),
                    target,
                },
                Err(_) => DataError::NotFound {
                    path: path.display().to_string(),
                },
            });
        }
        Err(source) => {
            return Err(DataError::Io {
                path: path.to_owned(),
                source,
            });
        }
    };
    let path = path.to_owned();
    match kind {
        Kind::File if metadata.is_dir() => Err(DataError::NotAFile { path }),
        Kind::Directory if !metadata.is_dir() => Err(DataError::NotADirectory { path }),
        _ => Ok(()),
    }
}

//! A directory as an input or an output.

use std::{
    fmt, fs,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{AnyFormat, FileFormat, FlyteFile};
use crate::storage::{
    DataError, name_of, off_thread,
    stored::{Kind, Stored, name_of_path},
};
use flyte_config::private::is_partial;
use flyte_core::{
    hexadecimal::hexadecimal,
    types::{BlobType, FlyteType, Hashed, Literal, LiteralType, MsgpackWriter, Preview, TypeError},
};

/// A directory of files as an input or an output: Flyte's multi-part blob, flytekit's `FlyteDirectory`.
///
/// It is transferred like a [`FlyteFile`], with all its contents. Stores do not have directories, only files with
/// slashes in their names. So an empty directory is stored as an empty file, `.flyte-directory`, which is hidden here
/// and creates the directory again when it is downloaded. Python clients see the file; without it they would have
/// nothing to download.
///
/// ```
/// use flyte_runtime::{files::{DataError, Text}, prelude::*};
///
/// #[task]
/// fn notes() -> Result<FlyteDirectory<Text>, DataError> {
///     let notes = FlyteDirectory::create("notes")?;
///     notes.new_file("a.txt")?.write("first")?;
///     notes.new_dir("more")?.new_file("b.txt")?.write("second")?;
///     Ok(notes)
/// }
///
/// #[task]
/// fn joined(notes: &FlyteDirectory<Text>) -> Result<String, DataError> {
///     let files = notes.walk()?;
///     let texts = files.iter().map(FlyteFile::read_to_string).collect::<Result<Vec<_>, _>>()?;
///     Ok(texts.join(", "))
/// }
///
/// #[workflow]
/// fn read_notes() -> String {
///     joined(notes())
/// }
///
/// assert_eq!(read_notes()?, "first, second");
/// # Ok::<(), RunError>(())
/// ```
pub struct FlyteDirectory<F = AnyFormat> {
    stored: Stored,
    format: PhantomData<fn() -> F>,
}

/// An entry of a [`FlyteDirectory`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectoryEntry<F = AnyFormat> {
    /// A file, or anything else that is not a directory.
    File(FlyteFile<F>),
    /// A subdirectory.
    Directory(FlyteDirectory<F>),
}

impl<F> FlyteDirectory<F> {
    fn of(stored: Stored) -> Self {
        Self {
            stored,
            format: PhantomData,
        }
    }

    /// A local directory. It need not exist yet.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        Self::of(Stored::from_path(path))
    }

    /// A directory at an address, such as `s3://bucket/prefix`; a path or a `file://` address means a local directory.
    pub fn from_uri(uri: impl AsRef<str>) -> Self {
        Self::of(Stored::from_uri(uri.as_ref()))
    }

    /// A new, empty directory in the sandbox of the current context. A temporary sandbox exists as long as the
    /// directory or something in it is referenced.
    ///
    /// # Errors
    ///
    /// If the name is not valid for a directory, or the directory cannot be created.
    pub fn create(name: impl AsRef<Path>) -> Result<Self, DataError> {
        Self::of(Stored::create(name.as_ref())?).made()
    }

    /// A directory under the output prefix of the current context, in a store for example, with this name or a random
    /// one: flytekit's `new_remote`. With a `bucket` it is in that bucket, under the rest of the prefix. Files from
    /// [`new_file`](Self::new_file) are written there directly.
    ///
    /// The same name always means the same directory. The name may contain subdirectories.
    ///
    /// # Errors
    ///
    /// If a part of the name is not valid for a directory, such as `..`, or the directory cannot be created.
    pub fn new_remote(name: Option<&str>, bucket: Option<&str>) -> Result<Self, DataError> {
        Self::of(Stored::new_remote(name, bucket)?).made()
    }

    /// Sets the address to which the directory is uploaded when it leaves the task, also in a local run. A directory
    /// that is already in a store stays there.
    #[must_use]
    pub fn with_remote_path(mut self, uri: impl AsRef<str>) -> Self {
        self.stored = self.stored.with_remote_path(uri.as_ref());
        self
    }

    /// Prevents the upload of the directory: flytekit's `remote_directory=False`.
    #[must_use]
    pub fn without_upload(mut self) -> Self {
        self.stored = self.stored.without_upload();
        self
    }

    /// The last part of the path or address.
    pub fn name(&self) -> String {
        name_of(&self.stored.shown())
    }

    /// The address in a store, if it is in one.
    pub fn remote_source(&self) -> Option<&str> {
        self.stored.remote_source()
    }

    /// The local path; a directory in a store is first downloaded, once, with all its contents.
    ///
    /// # Errors
    ///
    /// [`DataError::NotFound`] and [`DataError::BrokenLink`] if it does not exist, [`DataError::NotADirectory`] for a
    /// file, [`DataError::Download`] for any other error.
    pub fn path(&self) -> Result<&Path, DataError> {
        self.stored.local(Kind::Directory)
    }

    /// [`path`](Self::path) from async code.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub async fn async_path(&self) -> Result<&Path, DataError> {
        let stored = self.stored.with_home()?;
        off_thread(move || stored.local(Kind::Directory).map(drop)).await?;
        self.path()
    }

    /// Its entries, by name: flytekit's `listdir`. A directory in a store is listed there, and its entries are
    /// downloaded on demand, unless the whole directory has been downloaded.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub fn list(&self) -> Result<Vec<DirectoryEntry<F>>, DataError> {
        if let Some(there) = self.stored.listed(false)? {
            let entries = there.into_iter().map(|(stored, kind)| match kind {
                Kind::Directory => DirectoryEntry::Directory(Self::of(stored)),
                Kind::File => DirectoryEntry::File(FlyteFile::of(stored)),
            });
            return Ok(entries.collect());
        }
        let path = self.path()?;
        let unreadable = |source| DataError::Io {
            path: path.to_owned(),
            source,
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            if !is_partial(&name) {
                names.push(name);
            }
        }
        names.sort_unstable();
        let entries = names.into_iter().map(|name| {
            let inner = path.join(name);
            let is_directory = inner.is_dir();
            let stored = self.stored.holding(inner);
            match is_directory {
                true => DirectoryEntry::Directory(Self::of(stored)),
                false => DirectoryEntry::File(FlyteFile::of(stored)),
            }
        });
        Ok(entries.collect())
    }

    /// The files in it and in its subdirectories, in the order of their paths: flytekit's `crawl`. Links are followed.
    /// Files in a store are listed there, as by [`list`](Self::list).
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path), and if a link leads to a directory that contains it.
    pub fn walk(&self) -> Result<Vec<FlyteFile<F>>, DataError> {
        if let Some(there) = self.stored.listed(true)? {
            let files = there.into_iter().map(|(stored, _)| FlyteFile::of(stored));
            return Ok(files.collect());
        }
        let mut files = Vec::new();
        self.collect_into(&mut files, &mut Vec::new())?;
        Ok(files)
    }

    fn collect_into(
        &self,
        files: &mut Vec<FlyteFile<F>>,
        above: &mut Vec<PathBuf>,
    ) -> Result<(), DataError> {
        let path = self.path()?;
        let real = fs::canonicalize(path).map_err(|source| DataError::Io {
            path: path.to_owned(),
            source,
        })?;
        if above.contains(&real) {
            return Err(DataError::LinkLoop {
                path: path.to_owned(),
            });
        }
        above.push(real);
        for entry in self.list()? {
            match entry {
                DirectoryEntry::File(file) => files.push(file),
                DirectoryEntry::Directory(directory) => directory.collect_into(files, above)?,
            }
        }
        above.pop();
        Ok(())
    }

    /// A file in it for writing. In a directory in a store it is written directly to the store.
    ///
    /// # Errors
    ///
    /// If the name is not valid for a file in it.
    pub fn new_file(&self, name: impl AsRef<Path>) -> Result<FlyteFile<F>, DataError> {
        let name = name_of_path(name.as_ref())?;
        Ok(FlyteFile::of(self.stored.inside(name)))
    }

    /// A subdirectory, created if it does not exist.
    ///
    /// # Errors
    ///
    /// If the name is not valid for a directory in it, or the directory cannot be created.
    pub fn new_dir(&self, name: impl AsRef<Path>) -> Result<Self, DataError> {
        Self::of(self.stored.inside(name_of_path(name.as_ref())?)).made()
    }

    /// A store does not have directories: one exists when it contains something, or when it leaves the task.
    fn made(mut self) -> Result<Self, DataError> {
        match self.stored.local_place() {
            None => self.stored = self.stored.made(),
            Some(path) => fs::create_dir_all(path).map_err(|source| DataError::Io {
                path: path.to_owned(),
                source,
            })?,
        }
        Ok(self)
    }

    /// A SHA-256 of its files and their paths, in hexadecimal digits.
    ///
    /// # Errors
    ///
    /// As [`walk`](Self::walk).
    pub fn content_hash(&self) -> Result<String, DataError> {
        let root = self.path()?;
        let mut sha = Sha256::new();
        for file in self.walk()? {
            let path = file.path()?;
            let inner = path.strip_prefix(root).unwrap_or(path);
            for part in inner {
                sha.update(part.as_encoded_bytes());
                sha.update([0]);
            }
            // Path parts are never empty, so this ends a path and cannot be part of one.
            sha.update([0]);
            sha.update(file.content_hash()?);
        }
        Ok(hexadecimal(&sha.finalize()))
    }

    /// Wraps the directory so that caches identify it by its contents instead of its path.
    ///
    /// # Errors
    ///
    /// As [`walk`](Self::walk).
    pub fn hashed(self) -> Result<Hashed<Self>, DataError> {
        let hash = self.content_hash()?;
        Ok(Hashed::new(self, hash))
    }
}

impl<F> Clone for FlyteDirectory<F> {
    fn clone(&self) -> Self {
        Self::of(self.stored.clone())
    }
}

impl<F> fmt::Debug for FlyteDirectory<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FlyteDirectory")
            .field(&self.stored.shown())
            .finish()
    }
}

/// The path or address.
impl<F> fmt::Display for FlyteDirectory<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stored.shown())
    }
}

/// Directories are equal if they have the same path or address.
impl<F> PartialEq for FlyteDirectory<F> {
    fn eq(&self, other: &Self) -> bool {
        self.stored == other.stored
    }
}

impl<F> Eq for FlyteDirectory<F> {}

impl<F> From<PathBuf> for FlyteDirectory<F> {
    fn from(path: PathBuf) -> Self {
        Self::from_path(path)
    }
}

/// A path or an address, as in `#[default("s3://bucket/data")]`.
impl<F> From<&str> for FlyteDirectory<F> {
    fn from(uri: &str) -> Self {
        Self::from_uri(uri)
    }
}

/// A path or an address.
impl<F> From<String> for FlyteDirectory<F> {
    fn from(uri: String) -> Self {
        Self::from_uri(uri)
    }
}

impl<F> From<&Path> for FlyteDirectory<F> {
    fn from(path: &Path) -> Self {
        Self::from_path(path)
    }
}

impl<F: FileFormat> FlyteType for FlyteDirectory<F> {
    fn literal_type() -> LiteralType {
        LiteralType::Blob(BlobType::multipart(F::NAME))
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        let blob_type = BlobType::multipart(F::NAME);
        self.stored.to_literal(Kind::Directory, blob_type)
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        Stored::from_literal(literal, BlobType::multipart(F::NAME)).map(Self::of)
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        self.stored.write_msgpack(Kind::Directory, writer)
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&self.stored.shown());
    }
}

//! A file as an input or an output.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Read, Write},
    marker::PhantomData,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{AnyFormat, FileFormat};
use crate::storage::{
    DataError, DataReader, DataWriter, name_of, off_thread,
    stored::{Kind, Place, Stored},
};
use flyte_core::{
    hexadecimal::hexadecimal,
    types::{BlobType, FlyteType, Hashed, Literal, LiteralType, MsgpackWriter, Preview, TypeError},
};

/// A file as an input or an output: Flyte's single-part blob, flytekit's `FlyteFile`.
///
/// It is a path of this machine or an address in a store. Nothing is copied before it is read: a file in a store is
/// downloaded by the first [`path`](Self::path), once for all clones, and [`open`](Self::open) reads it without that. A
/// file of this machine stays where it is in a run on this machine; when a task in a container returns it, it is
/// uploaded to a random place under the output prefix, or to that of [`with_remote_path`](Self::with_remote_path).
///
/// `FlyteFile<Csv>` declares its format; see [`FileFormat`] for more.
///
/// ```
/// use std::io::{BufRead, BufReader, Write};
/// use flyte_runtime::{files::{Csv, DataError}, prelude::*};
///
/// #[task]
/// fn table(rows: i64) -> Result<FlyteFile<Csv>, Box<dyn std::error::Error + Send + Sync>> {
///     let file = FlyteFile::create("table.csv")?; // in a directory of its own
///     let mut writer = file.writer()?;
///     for row in 0..rows {
///         writeln!(writer, "{row},{}", row * row)?;
///     }
///     writer.finish()?;
///     Ok(file)
/// }
///
/// #[task]
/// fn count(table: &FlyteFile<Csv>) -> Result<i64, DataError> {
///     Ok(BufReader::new(table.open()?).lines().count() as i64)
/// }
///
/// #[workflow]
/// fn rows() -> i64 {
///     count(table(3))
/// }
///
/// assert_eq!(rows()?, 3);
/// # Ok::<(), RunError>(())
/// ```
///
/// In a dataclass it is `{"path": .., "metadata": ..}`, as flytekit writes it.
pub struct FlyteFile<F = AnyFormat> {
    stored: Stored,
    format: PhantomData<fn() -> F>,
}

impl<F> FlyteFile<F> {
    pub(super) fn of(stored: Stored) -> Self {
        Self {
            stored,
            format: PhantomData,
        }
    }

    /// A local file. It need not exist yet.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        Self::of(Stored::from_path(path))
    }

    /// A file at an address, such as `s3://bucket/key`; a path or a `file://` address means a local file.
    pub fn from_uri(uri: impl AsRef<str>) -> Self {
        Self::of(Stored::from_uri(uri.as_ref()))
    }

    /// A file for writing, in its own directory in the sandbox of the current context. A temporary sandbox exists as
    /// long as the file is referenced.
    ///
    /// # Errors
    ///
    /// If the name is not valid for a file, or the directory cannot be created.
    pub fn create(name: impl AsRef<Path>) -> Result<Self, DataError> {
        Stored::create(name.as_ref()).map(Self::of)
    }

    /// A file for writing under the output prefix of the current context, in a store for example, with this name or a
    /// random one: flytekit's `new_remote_file`. With a `bucket` it is in that bucket, under the rest of the prefix.
    ///
    /// The same name always means the same file. The name may contain directories.
    ///
    /// ```
    /// use flyte_runtime::{files::{DataError, Text}, prelude::*};
    ///
    /// #[task]
    /// fn greeting() -> Result<FlyteFile<Text>, DataError> {
    ///     let file = FlyteFile::new_remote(Some("greeting.txt"), None)?;
    ///     file.write("hello")?;
    ///     Ok(file)
    /// }
    ///
    /// assert_eq!(greeting::run()?.read_to_string()?, "hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a part of the name is not valid for a file, such as `..`.
    pub fn new_remote(name: Option<&str>, bucket: Option<&str>) -> Result<Self, DataError> {
        Stored::new_remote(name, bucket).map(Self::of)
    }

    /// Sets the address to which the file is uploaded when it leaves the task, also in a local run. A file that is
    /// already in a store stays there.
    #[must_use]
    pub fn with_remote_path(mut self, uri: impl AsRef<str>) -> Self {
        self.stored = self.stored.with_remote_path(uri.as_ref());
        self
    }

    /// Prevents the upload of the file: flytekit's `remote_path=False`.
    #[must_use]
    pub fn without_upload(mut self) -> Self {
        self.stored = self.stored.without_upload();
        self
    }

    /// Adds metadata, which travels with the file.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.stored = self.stored.with_metadata(key.into(), value.into());
        self
    }

    /// The metadata.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        self.stored.metadata()
    }

    /// The address in a store, if it is in one.
    pub fn remote_source(&self) -> Option<&str> {
        self.stored.remote_source()
    }

    /// The last part of the path or address.
    pub fn name(&self) -> String {
        name_of(&self.stored.shown())
    }

    /// The local path; a file in a store is first downloaded, once.
    ///
    /// # Errors
    ///
    /// [`DataError::NotFound`] and [`DataError::BrokenLink`] if it does not exist, [`DataError::NotAFile`] for a
    /// directory, [`DataError::Download`] for any other error.
    pub fn path(&self) -> Result<&Path, DataError> {
        self.stored.local(Kind::File)
    }

    /// [`path`](Self::path) from async code.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub async fn async_path(&self) -> Result<&Path, DataError> {
        let stored = self.in_context()?;
        off_thread(move || stored.local(Kind::File).map(drop)).await?;
        self.path()
    }

    /// Opens the file for streaming reads, locally or in its store.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub fn open(&self) -> Result<DataReader, DataError> {
        self.stored.files()?.reader(&self.utf8()?)
    }

    /// The contents of the file.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub fn read(&self) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        self.open()?
            .read_to_end(&mut bytes)
            .map_err(|source| self.unreadable(source))?;
        Ok(bytes)
    }

    /// The contents of the file as text.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path), and if it is not UTF-8.
    pub fn read_to_string(&self) -> Result<String, DataError> {
        let mut text = String::new();
        self.open()?
            .read_to_string(&mut text)
            .map_err(|source| self.unreadable(source))?;
        Ok(text)
    }

    /// Opens the file for streaming writes. The old contents stay until [`DataWriter::finish`].
    ///
    /// # Errors
    ///
    /// [`DataError::Upload`] if the file cannot be written.
    pub fn writer(&self) -> Result<DataWriter, DataError> {
        self.stored.files()?.writer(&self.utf8()?)
    }

    /// Writes the contents of the file.
    ///
    /// # Errors
    ///
    /// [`DataError::Upload`] if the file cannot be written.
    pub fn write(&self, bytes: impl AsRef<[u8]>) -> Result<(), DataError> {
        let mut writer = self.writer()?;
        let written = writer.write_all(bytes.as_ref());
        written.map_err(|source| DataError::Upload {
            from: format!("<{} bytes>", bytes.as_ref().len()),
            to: self.stored.shown(),
            recursive: false,
            source,
        })?;
        writer.finish()
    }

    /// The SHA-256 of the contents, in hexadecimal digits.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub fn content_hash(&self) -> Result<String, DataError> {
        let mut sha = Sha256::new();
        let mut reader = self.open()?;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(hexadecimal(&sha.finalize())),
                Ok(read) => sha.update(&buffer[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(self.unreadable(source)),
            }
        }
    }

    /// Wraps the file so that caches identify it by its contents instead of its path.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub fn hashed(self) -> Result<Hashed<Self>, DataError> {
        let hash = self.content_hash()?;
        Ok(Hashed::new(self, hash))
    }

    /// The size in bytes.
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub fn size(&self) -> Result<u64, DataError> {
        let path = self.path()?;
        let metadata = fs::metadata(path).map_err(|source| DataError::Io {
            path: path.to_owned(),
            source,
        })?;
        Ok(metadata.len())
    }

    /// The file with the file access of this context, for use on another thread, which does not have it.
    fn in_context(&self) -> Result<Stored, DataError> {
        self.stored.with_home()
    }

    fn utf8(&self) -> Result<String, DataError> {
        match self.stored.place() {
            Place::Remote(uri) => Ok(uri.clone()),
            Place::Local(path) => match path.to_str() {
                Some(path) => Ok(path.to_owned()),
                None => Err(DataError::NotUtf8 { path: path.clone() }),
            },
        }
    }

    fn unreadable(&self, source: io::Error) -> DataError {
        DataError::Io {
            path: self.stored.shown().into(),
            source,
        }
    }
}

impl<F> Clone for FlyteFile<F> {
    fn clone(&self) -> Self {
        Self::of(self.stored.clone())
    }
}

impl<F> fmt::Debug for FlyteFile<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FlyteFile")
            .field(&self.stored.shown())
            .finish()
    }
}

/// The path or address.
impl<F> fmt::Display for FlyteFile<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stored.shown())
    }
}

/// Files are equal if they have the same path or address.
impl<F> PartialEq for FlyteFile<F> {
    fn eq(&self, other: &Self) -> bool {
        self.stored == other.stored
    }
}

impl<F> Eq for FlyteFile<F> {}

impl<F> From<PathBuf> for FlyteFile<F> {
    fn from(path: PathBuf) -> Self {
        Self::from_path(path)
    }
}

/// A path or an address, as in `#[default("s3://bucket/data")]`.
impl<F> From<&str> for FlyteFile<F> {
    fn from(uri: &str) -> Self {
        Self::from_uri(uri)
    }
}

/// A path or an address.
impl<F> From<String> for FlyteFile<F> {
    fn from(uri: String) -> Self {
        Self::from_uri(uri)
    }
}

impl<F> From<&Path> for FlyteFile<F> {
    fn from(path: &Path) -> Self {
        Self::from_path(path)
    }
}

impl<F: FileFormat> FlyteType for FlyteFile<F> {
    fn literal_type() -> LiteralType {
        LiteralType::Blob(BlobType::single(F::NAME))
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        self.stored
            .to_literal(Kind::File, BlobType::single(F::NAME))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        Stored::from_literal(literal, BlobType::single(F::NAME)).map(Self::of)
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        self.stored.write_msgpack(Kind::File, writer)
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&self.stored.shown());
    }
}

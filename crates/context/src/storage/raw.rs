//! The data and the destination for [`FileAccessProvider::put_raw_data`](super::FileAccessProvider::put_raw_data).

use std::{
    borrow::Cow,
    fmt,
    io::Read,
    path::{Path, PathBuf},
};

/// Data to be stored: a file or directory, bytes, or a stream.
///
/// A text could be either a path or the data, so there is no conversion from `&str`: write `Path::new("rows.csv")` or
/// `"1,2,3".as_bytes()`. A stream is read from its current position (flytekit rewinds it).
#[non_exhaustive]
pub enum RawData<'a> {
    /// A file, or a directory with its contents.
    Path(Cow<'a, Path>),
    /// These bytes.
    Bytes(Cow<'a, [u8]>),
    /// The rest of a stream.
    Reader(Box<dyn Read + Send + 'a>),
}

impl<'a> RawData<'a> {
    /// The rest of a stream. It is read in chunks, never as a whole.
    pub fn reader(reader: impl Read + Send + 'a) -> Self {
        Self::Reader(Box::new(reader))
    }
}

impl fmt::Debug for RawData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Bytes(bytes) => write!(f, "<{} bytes>", bytes.len()),
            Self::Reader(_) => f.write_str("<a stream>"),
        }
    }
}

impl<'a> From<&'a Path> for RawData<'a> {
    fn from(path: &'a Path) -> Self {
        Self::Path(Cow::Borrowed(path))
    }
}

impl<'a> From<&'a PathBuf> for RawData<'a> {
    fn from(path: &'a PathBuf) -> Self {
        Self::Path(Cow::Borrowed(path))
    }
}

impl From<PathBuf> for RawData<'_> {
    fn from(path: PathBuf) -> Self {
        Self::Path(Cow::Owned(path))
    }
}

impl<'a> From<&'a [u8]> for RawData<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for RawData<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for RawData<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

/// The destination: `<output prefix>/<upload prefix>/<file name>`.
#[derive(Clone, Debug, Default)]
pub struct PutRawData {
    pub(super) upload_prefix: Option<String>,
    pub(super) file_name: Option<String>,
    pub(super) skip_raw_data_prefix: bool,
}

impl PutRawData {
    /// A random prefix and the file's own name; bytes and streams get a random name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the upload prefix; an empty one means directly under the output prefix.
    #[must_use]
    pub fn upload_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.upload_prefix = Some(prefix.into());
        self
    }

    /// Sets the file name; an empty one means the default.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Uses the upload prefix without the output prefix before it.
    #[must_use]
    pub fn skip_raw_data_prefix(mut self) -> Self {
        self.skip_raw_data_prefix = true;
        self
    }
}

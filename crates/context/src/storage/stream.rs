//! Streaming reads and writes.

use std::{
    fmt,
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use super::{
    DataError, FileAccessProvider,
    path::{masked, to_local},
    stored::{self, Kind},
    transfer::{self, Durability, Replacement},
};

/// Reads a file; from [`FileAccessProvider::reader`].
pub struct DataReader {
    from: String,
    source: Box<dyn Read + Send>,
}

impl Read for DataReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read(buffer)
    }
}

impl fmt::Debug for DataReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataReader")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Writes a file; from [`FileAccessProvider::writer`].
///
/// The file appears under its name when [`finish`](Self::finish) returns. If the writer is dropped before, the old file
/// is unchanged.
#[derive(Debug)]
#[must_use = "what is written is there only after `finish`"]
pub struct DataWriter {
    to: String,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    Local(LocalSink),
    #[cfg(feature = "store")]
    Store(super::store::StoreWriter),
}

#[derive(Debug)]
struct LocalSink {
    // Declared before the replacement, so that the file is closed before the replacement removes it.
    file: BufWriter<File>,
    replacement: Replacement,
    path: PathBuf,
}

impl LocalSink {
    fn finish(self) -> io::Result<()> {
        let Self {
            file,
            replacement,
            path,
        } = self;
        let written = file.into_inner();
        written
            .map_err(io::IntoInnerError::into_error)
            .map_err(transfer::at("write", &path))?;
        replacement.commit()
    }
}

impl Write for DataWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Local(sink) => sink.file.write(bytes),
            #[cfg(feature = "store")]
            Sink::Store(sink) => sink.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Local(sink) => sink.file.flush(),
            #[cfg(feature = "store")]
            Sink::Store(sink) => sink.flush(),
        }
    }
}

impl DataWriter {
    /// Finishes the file and gives it its name.
    ///
    /// # Errors
    ///
    /// [`DataError::Upload`] if the remaining data cannot be written.
    pub fn finish(self) -> Result<(), DataError> {
        let Self { to, sink } = self;
        let finished = match sink {
            Sink::Local(sink) => sink.finish(),
            #[cfg(feature = "store")]
            Sink::Store(sink) => sink.finish(),
        };
        finished.map_err(|source| failed(to, source))
    }
}

fn failed(to: String, source: io::Error) -> DataError {
    DataError::Upload {
        from: "<a stream>".to_owned(),
        to,
        recursive: false,
        source,
    }
}

impl FileAccessProvider {
    /// Opens a file for streaming reads, locally or in its store.
    ///
    /// # Errors
    ///
    /// [`DataError::NotFound`] and [`DataError::BrokenLink`] if it does not exist, [`DataError::NotAFile`] for a
    /// directory, [`DataError::Io`] if it cannot be opened.
    pub fn reader(&self, path: &str) -> Result<DataReader, DataError> {
        #[cfg(feature = "store")]
        if let Some(object) = self.object(path)? {
            let opened = super::store::StoreReader::open(&object);
            let source = opened.map_err(|source| match source.kind() {
                io::ErrorKind::NotFound => DataError::NotFound { path: masked(path) },
                _ => DataError::Store {
                    path: masked(path),
                    source,
                },
            })?;
            return Ok(DataReader {
                from: masked(path),
                source: Box::new(source),
            });
        }
        let local = to_local(Path::new(path))?;
        stored::check(&local, Kind::File)?;
        let file = File::open(&local).map_err(|source| DataError::Io {
            path: local,
            source,
        })?;
        Ok(DataReader {
            from: masked(path),
            source: Box::new(file),
        })
    }

    /// Creates a file for streaming writes, and its parent directories.
    ///
    /// # Errors
    ///
    /// [`DataError::Upload`] if the file cannot be written, for example because a directory has that name.
    pub fn writer(&self, path: &str) -> Result<DataWriter, DataError> {
        #[cfg(feature = "store")]
        if let Some(object) = self.object(path)? {
            return Ok(DataWriter {
                to: masked(path),
                sink: Sink::Store(self.object_writer(object)),
            });
        }
        let local = to_local(Path::new(path))?;
        let begin = || {
            self.prepare(&local)?;
            let replacement = Replacement::begin(&local, Durability::Cached)?;
            let partial = replacement.partial();
            let file = File::create_new(partial).map_err(transfer::at("make", partial))?;
            Ok(LocalSink {
                file: BufWriter::new(file),
                replacement,
                path: local.clone(),
            })
        };
        Ok(DataWriter {
            sink: Sink::Local(begin().map_err(|source| failed(masked(path), source))?),
            to: masked(path),
        })
    }
}

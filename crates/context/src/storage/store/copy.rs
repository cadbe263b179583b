//! Copies between this machine and a store.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::{Object, StoreReader, StoreWriter};
use crate::storage::{
    DataError, FileAccessProvider,
    path::masked,
    stored::Kind,
    transfer::{self, Durability},
};
use flyte_config::private::is_partial;

impl FileAccessProvider {
    /// Copies an object, or the objects in a directory, to this machine.
    pub(in crate::storage) fn get_object(
        &self,
        object: &Object,
        from: &str,
        to: &Path,
        recursive: bool,
    ) -> Result<(), DataError> {
        let copied = self.prepare(to).and_then(|()| match recursive {
            true => get_directory(object, to),
            false => get_file(object, to),
        });
        copied.map_err(|source| match source.kind() {
            ErrorKind::NotFound => DataError::NotFound { path: masked(from) },
            _ => DataError::Download {
                from: masked(from),
                to: to.to_owned(),
                recursive,
                source,
            },
        })
    }

    /// Copies a local file, or the files in a directory, to a store.
    pub(in crate::storage) fn put_object(
        &self,
        object: &Object,
        from: &Path,
        to: &str,
        recursive: bool,
    ) -> Result<(), DataError> {
        let copied = match recursive {
            true => self.put_directory(object, from),
            false => match from.file_name().and_then(|name| name.to_str()) {
                Some(name) if to.ends_with('/') => object
                    .join(name)
                    .and_then(|object| self.put_file(&object, from)),
                _ => self.put_file(object, from),
            },
        };
        copied.map_err(|source| DataError::Upload {
            from: from.display().to_string(),
            to: masked(to),
            recursive,
            source,
        })
    }

    /// Creates the marker of a directory in a store, if the directory is empty.
    pub(in crate::storage) fn keep_directory(&self, uri: &str) -> Result<(), DataError> {
        let Some(object) = self.object(uri)? else {
            return Ok(());
        };
        let kept = object.is_directory().and_then(|is_there| match is_there {
            true => Ok(()),
            false => object.mark(self),
        });
        kept.map_err(|source| DataError::Store {
            path: masked(uri),
            source,
        })
    }

    /// Starts to write an object.
    pub(in crate::storage) fn object_writer(&self, object: Object) -> StoreWriter {
        StoreWriter::new(object, self.execution_metadata().into_iter().flatten())
    }

    fn put_file(&self, object: &Object, from: &Path) -> io::Result<()> {
        let mut file = File::open(from).map_err(transfer::at("read", from))?;
        let metadata = file.metadata().map_err(transfer::at("read", from))?;
        if !metadata.is_file() {
            return Err(refused(
                ErrorKind::IsADirectory,
                from.display(),
                "is not a file",
            ));
        }
        let mut writer = self.object_writer(object.clone());
        io::copy(&mut file, &mut writer)?;
        writer.finish()
    }

    fn put_directory(&self, object: &Object, from: &Path) -> io::Result<()> {
        let mut found = Found::default();
        found.look(object, from)?;
        each(&found.empty, |object| object.mark(self))?;
        // The parts of a large file are uploaded concurrently, so large files go one by one to limit memory.
        let is_small = |(_, path): &(Object, PathBuf)| {
            fs::metadata(path).is_ok_and(|metadata| metadata.len() <= StoreWriter::WHOLE)
        };
        let (small, large): (Vec<_>, Vec<_>) = found.files.into_iter().partition(is_small);
        each(&small, |(object, path)| self.put_file(object, path))?;
        large
            .iter()
            .try_for_each(|(object, path)| self.put_file(object, path))
    }
}

/// How many files of a directory are transferred concurrently.
const FILES: usize = 8;

/// Copies all files, some of them concurrently, and stops at the first error.
fn each<T: Sync>(all: &[T], copy: impl Fn(&T) -> io::Result<()> + Sync) -> io::Result<()> {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(file) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = copy(file) {
                next.store(all.len(), Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let helpers = 1..FILES.min(all.len());
        // If no thread can be started, this one does all the work.
        let helpers: Vec<_> = helpers
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut copied = work();
        for helper in helpers {
            let its = helper.join().unwrap_or_else(|panic| resume_unwind(panic));
            copied = copied.and(its);
        }
        copied
    })
}

/// The contents of a local directory.
#[derive(Default)]
struct Found {
    /// The files, with the objects to write.
    files: Vec<(Object, PathBuf)>,
    /// The empty directories.
    empty: Vec<Object>,
    /// The directories that are being listed.
    above: Vec<PathBuf>,
}

impl Found {
    fn look(&mut self, object: &Object, from: &Path) -> io::Result<()> {
        let real = fs::canonicalize(from).map_err(transfer::at("read", from))?;
        if self.above.contains(&real) {
            return Err(refused(
                ErrorKind::InvalidInput,
                from.display(),
                "is a link to a directory that contains it",
            ));
        }
        self.above.push(real);
        let mut is_empty = true;
        for entry in fs::read_dir(from).map_err(transfer::at("list", from))? {
            let entry = entry.map_err(transfer::at("list", from))?;
            let (name, path) = (entry.file_name(), entry.path());
            if is_partial(&name) {
                continue;
            }
            let Some(name) = name.to_str() else {
                return Err(refused(
                    ErrorKind::InvalidInput,
                    path.display(),
                    "is not UTF-8, which the name of an object must be",
                ));
            };
            is_empty = false;
            let object = object.join(name)?;
            match path.is_dir() {
                true => self.look(&object, &path)?,
                false => self.files.push((object, path)),
            }
        }
        if is_empty {
            self.empty.push(object.clone());
        }
        self.above.pop();
        Ok(())
    }
}

fn get_file(object: &Object, to: &Path) -> io::Result<()> {
    let opened = StoreReader::open(object);
    let mut reader = match opened {
        Err(error) if error.kind() == ErrorKind::NotFound && object.is_directory()? => {
            return Err(refused(
                ErrorKind::IsADirectory,
                &object.key,
                "is a directory, not a file",
            ));
        }
        opened => opened?,
    };
    let last = to.as_os_str().as_encoded_bytes().last();
    let into_directory = last.is_some_and(|last| std::path::is_separator(char::from(*last)));
    match object.name() {
        Some(name) if into_directory => {
            transfer::write_file(&mut reader, &to.join(name), Durability::Cached)
        }
        _ => transfer::write_file(&mut reader, to, Durability::Cached),
    }
}

fn get_directory(object: &Object, to: &Path) -> io::Result<()> {
    let inside = object.not_empty(object.inside()?)?;
    each(&inside, |(parts, object, kind)| {
        // The names of objects must not contain `..`.
        let path = parts
            .iter()
            .fold(to.to_owned(), |path, part| path.join(part));
        match kind {
            Kind::File => get_file(object, &path),
            Kind::Directory => transfer::make_directory(&path, Durability::Cached),
        }
    })
}

fn refused(kind: ErrorKind, what: impl std::fmt::Display, why: &str) -> io::Error {
    io::Error::new(kind, format!("{what} {why}"))
}

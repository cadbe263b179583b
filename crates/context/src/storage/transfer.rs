//! Local copies: whole files only, with errors that name the file.

use std::{
    error::Error,
    fmt,
    fs::{self, File},
    io::{self, ErrorKind, Read, Write as _},
    path::{Path, PathBuf},
};

pub(crate) use flyte_config::private::{is_partial, partial_in};

/// Whether data must survive a crash of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The operating system decides when to write it.
    Cached,
    /// It is on disk when the call returns.
    Synced,
}

/// An error of a file operation with the path, which the standard library does not include.
#[derive(Debug)]
struct PathError {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cannot {} {}: {}",
            self.doing,
            self.path.display(),
            self.source
        )
    }
}

impl Error for PathError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

/// Adds the operation and the path to an error. The kind does not change.
pub(crate) fn at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    let path = path.to_owned();
    move |source| {
        io::Error::new(
            source.kind(),
            PathError {
                doing,
                path,
                source,
            },
        )
    }
}

fn refused(kind: ErrorKind, path: &Path, why: &str) -> io::Error {
    io::Error::new(kind, format!("{} {why}", path.display()))
}

/// Copies one file with its permissions. `to` is always either the old file or the complete new one.
pub fn copy_file(from: &Path, to: &Path, durability: Durability) -> io::Result<()> {
    let metadata = fs::metadata(from).map_err(at("read", from))?;
    if metadata.is_dir() {
        return Err(refused(
            ErrorKind::IsADirectory,
            from,
            "is a directory, not a file",
        ));
    }
    if !metadata.is_file() {
        return Err(refused(
            ErrorKind::InvalidInput,
            from,
            "is neither a file nor a directory",
        ));
    }
    replace(to, durability, |partial| {
        fs::copy(from, partial).map_err(at("copy", from))?;
        Ok(())
    })
}

/// Writes the rest of a stream. `to` is always either the old file or the complete new one.
pub(crate) fn write_file(
    reader: &mut dyn Read,
    to: &Path,
    durability: Durability,
) -> io::Result<()> {
    replace(to, durability, |partial| {
        let mut file = File::create_new(partial).map_err(at("make", partial))?;
        io::copy(reader, &mut file).map_err(at("write", to))?;
        Ok(())
    })
}

/// Writes bytes. `to` is always either the old file or the complete new one.
pub(crate) fn write_bytes(bytes: &[u8], to: &Path, durability: Durability) -> io::Result<()> {
    replace(to, durability, |partial| {
        let mut file = File::create_new(partial).map_err(at("make", partial))?;
        file.write_all(bytes).map_err(at("write", to))
    })
}

/// Creates the parent directories of `to`, lets `fill` write a file with another name beside it, and renames that file.
fn replace(
    to: &Path,
    durability: Durability,
    fill: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let replacement = Replacement::begin(to, durability)?;
    fill(replacement.partial())?;
    replacement.commit()
}

/// A file that is written under a temporary name beside its final one. If it is dropped before it is renamed, it is
/// removed.
#[derive(Debug)]
pub(crate) struct Replacement {
    partial: PathBuf,
    dir: PathBuf,
    to: PathBuf,
    durability: Durability,
    committed: bool,
}

impl Replacement {
    /// Creates the parent directories of `to`.
    pub(crate) fn begin(to: &Path, durability: Durability) -> io::Result<Self> {
        // A link is kept, and its target is replaced.
        let real = if to.is_symlink() {
            fs::canonicalize(to).ok()
        } else {
            None
        };
        let to = real.as_deref().unwrap_or(to);
        match fs::metadata(to) {
            Ok(there) if there.is_dir() => {
                return Err(refused(
                    ErrorKind::IsADirectory,
                    to,
                    "is a directory, so no file can have its name",
                ));
            }
            // For example a device, which must not be replaced by a file.
            Ok(there) if !there.is_file() => {
                return Err(refused(
                    ErrorKind::InvalidInput,
                    to,
                    "is there already, and is not a file",
                ));
            }
            _ => {}
        }
        let dir = match to.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        };
        make_directory(dir, durability)?;
        Ok(Self {
            partial: partial_in(dir),
            dir: dir.to_owned(),
            to: to.to_owned(),
            durability,
            committed: false,
        })
    }

    /// The path to write to.
    pub(crate) fn partial(&self) -> &Path {
        &self.partial
    }

    /// Renames the file to its final name.
    pub(crate) fn commit(mut self) -> io::Result<()> {
        if self.durability == Durability::Synced {
            sync(&self.partial)?;
        }
        fs::rename(&self.partial, &self.to).map_err(at("write", &self.to))?;
        self.committed = true;
        if self.durability == Durability::Synced {
            sync_directory(&self.dir)?;
        }
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.committed {
            // Readers ignore incomplete files anyway.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Copies the contents of a directory into another, which may exist; files with the same names are replaced.
///
/// Links are followed, and their targets are copied; a cycle of links is an error.
pub fn copy_tree(from: &Path, to: &Path, durability: Durability) -> io::Result<()> {
    let source = fs::canonicalize(from).map_err(at("read", from))?;
    if !source.is_dir() {
        return Err(refused(
            ErrorKind::NotADirectory,
            from,
            "is not a directory",
        ));
    }
    if real_path(to)?.starts_with(&source) {
        return Err(refused(
            ErrorKind::InvalidInput,
            from,
            &format!("cannot be copied into itself, to {}", to.display()),
        ));
    }
    copy_directory(from, to, durability, &mut vec![source])
}

fn copy_directory(
    from: &Path,
    to: &Path,
    durability: Durability,
    above: &mut Vec<PathBuf>,
) -> io::Result<()> {
    make_directory(to, durability)?;
    for entry in fs::read_dir(from).map_err(at("list", from))? {
        let entry = entry.map_err(at("list", from))?;
        if is_partial(&entry.file_name()) {
            continue;
        }
        let (inner, target) = (entry.path(), to.join(entry.file_name()));
        if !inner.is_dir() {
            copy_file(&inner, &target, durability)?;
            continue;
        }
        let real = fs::canonicalize(&inner).map_err(at("read", &inner))?;
        if above.contains(&real) {
            return Err(refused(
                ErrorKind::InvalidInput,
                &inner,
                "is a link to a directory that contains it",
            ));
        }
        above.push(real);
        copy_directory(&inner, &target, durability, above)?;
        above.pop();
    }
    Ok(())
}

/// Creates a directory and its parents.
pub(crate) fn make_directory(dir: &Path, durability: Durability) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let missing = dir
        .ancestors()
        .take_while(|ancestor| !ancestor.as_os_str().is_empty() && !ancestor.exists())
        .collect::<Vec<_>>();
    fs::create_dir_all(dir).map_err(at("make the directory", dir))?;
    if durability == Durability::Synced {
        // A new name is on disk only when its directory is synced.
        for parent in missing.iter().filter_map(|made| made.parent()) {
            sync_directory(parent)?;
        }
    }
    Ok(())
}

/// Resolves the links in a path whose last parts need not exist.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path).map_err(at("read", path))?;
    let there = path
        .ancestors()
        .find(|ancestor| ancestor.exists())
        .unwrap_or(&path);
    let real = fs::canonicalize(there).map_err(at("read", there))?;
    Ok(match path.strip_prefix(there) {
        Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
        _ => real,
    })
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(at("sync", path))
}

/// Syncs the names in a directory to disk.
#[cfg(unix)]
pub(crate) fn sync_directory(dir: &Path) -> io::Result<()> {
    let dir = match dir.as_os_str().is_empty() {
        true => Path::new("."),
        false => dir,
    };
    sync(dir)
}

/// On other systems a directory cannot be opened as a file, and a rename is on disk when it returns.
#[cfg(not(unix))]
pub(crate) fn sync_directory(_dir: &Path) -> io::Result<()> {
    Ok(())
}

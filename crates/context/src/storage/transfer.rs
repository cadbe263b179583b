//! Copies on this machine: whole files only, and errors that name the file.

use std::{
    error::Error,
    fmt,
    fs::{self, File},
    io::{self, ErrorKind, Read, Write as _},
    path::{Path, PathBuf},
};

pub(crate) use flyte_config::private::{is_partial, partial_in};

/// How sure it must be that data outlives a crash of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The operating system writes it when it likes.
    Cached,
    /// It is on the disk when the call returns.
    Synced,
}

/// An error of a file operation with the path, which the standard library's has not.
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

/// Adds to an error what was being done, and to what. The kind stays.
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

/// Copies one file, with its permissions. `to` is the old file or the whole new one, never a part.
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

/// Writes all of a stream. `to` is the old file or the whole new one, never a part.
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

/// Writes bytes. `to` is the old file or the whole new one, never a part.
pub(crate) fn write_bytes(bytes: &[u8], to: &Path, durability: Durability) -> io::Result<()> {
    replace(to, durability, |partial| {
        let mut file = File::create_new(partial).map_err(at("make", partial))?;
        file.write_all(bytes).map_err(at("write", to))
    })
}

/// Makes the directories above `to`, lets `fill` make a file of another name beside it, and gives that file its name.
fn replace(
    to: &Path,
    durability: Durability,
    fill: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let replacement = Replacement::begin(to, durability)?;
    fill(replacement.partial())?;
    replacement.commit()
}

/// A file that is being written under another name, beside the one that it will have. Dropped before it has that, it is
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
    /// Makes the directories above `to`.
    pub(crate) fn begin(to: &Path, durability: Durability) -> io::Result<Self> {
        // A link stays, and what it leads to is replaced.
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
            // Such as a device, which must not be replaced by a file.
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

    /// Gives the file its name.
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
            // What is left of it is ignored by readers anyway.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Copies what is in a directory into another, which may exist; files that it has under the same names are replaced.
///
/// Links are followed, and what they lead to is copied; a loop of them is an error.
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

/// Makes a directory and those above it.
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
        // A new name is on the disk once the directory it is in is.
        for parent in missing.iter().filter_map(|made| made.parent()) {
            sync_directory(parent)?;
        }
    }
    Ok(())
}

/// A path without links, of which the last parts need not exist.
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

/// Puts the names in a directory on the disk.
#[cfg(unix)]
pub(crate) fn sync_directory(dir: &Path) -> io::Result<()> {
    let dir = match dir.as_os_str().is_empty() {
        true => Path::new("."),
        false => dir,
    };
    sync(dir)
}

/// Elsewhere a directory cannot be opened as a file, and a rename is on the disk when it returns.
#[cfg(not(unix))]
pub(crate) fn sync_directory(_dir: &Path) -> io::Result<()> {
    Ok(())
}

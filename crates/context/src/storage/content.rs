//! What a file or a directory is known by when its place does not matter.

use std::{
    cell::Cell,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use flyte_core::hexadecimal::hexadecimal;

thread_local! {
    /// Whether files of this machine become literals that say what is in them, and not where they are.
    static BY_CONTENT: Cell<bool> = const { Cell::new(false) };
}

/// Does something in which a file of this machine is known by what is in it, wherever it is: the same again is the
/// same, and another file in the same place is not.
pub fn by_content<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            BY_CONTENT.set(self.0);
        }
    }
    crate::storage::blob_store::provide_blob_store();
    let _restore = Restore(BY_CONTENT.replace(true));
    work()
}

/// Whether files of this machine are known by what is in them on this thread.
pub(crate) fn is_by_content() -> bool {
    BY_CONTENT.get()
}

/// A hash of the content: of a directory, of the names and contents of what is in it at any depth.
///
/// Only what can be read again has one: reading a pipe or a device would take away what the task is to read, or never
/// end.
pub(super) fn address(path: &Path) -> io::Result<String> {
    let mut sha = Sha256::new();
    add(path, &mut sha, &mut Vec::new())?;
    Ok(format!("content:{}", hexadecimal(&sha.finalize())))
}

fn add(path: &Path, sha: &mut Sha256, above: &mut Vec<PathBuf>) -> io::Result<()> {
    let refused = |why: &str| {
        let text = format!("{} {why}", path.display());
        io::Error::new(io::ErrorKind::InvalidInput, text)
    };
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        let real = fs::canonicalize(path)?;
        if above.contains(&real) {
            return Err(refused("leads to a directory that it is in"));
        }
        above.push(real);
        let entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.file_name()));
        let mut names = entries.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        sha.update(b"directory");
        sha.update((names.len() as u64).to_le_bytes());
        for name in names {
            let bytes = name.as_encoded_bytes();
            sha.update((bytes.len() as u64).to_le_bytes());
            sha.update(bytes);
            add(&path.join(&name), sha, above)?;
        }
        above.pop();
        return Ok(());
    }
    if !metadata.is_file() {
        return Err(refused(
            "is a pipe or a device, which has no content to go by",
        ));
    }
    let mut file = File::open(path)?;
    sha.update(b"file");
    sha.update(file.metadata()?.len().to_le_bytes());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            read => sha.update(&buffer[..read]),
        }
    }
}

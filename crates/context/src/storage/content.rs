//! Identifies files and directories by their contents instead of their paths.

use std::{
    cell::Cell,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use flyte_core::hexadecimal::hexadecimal;

thread_local! {
    /// Whether local files become literals with a hash of their contents instead of their paths.
    static BY_CONTENT: Cell<bool> = const { Cell::new(false) };
}

/// Runs code in which local files are identified by their contents: copies are equal, and another file at the same path
/// is not.
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

/// Whether local files are identified by their contents on this thread.
pub(crate) fn is_by_content() -> bool {
    BY_CONTENT.get()
}

/// A hash of a file's contents or, for a directory, of the names and contents of everything in it.
///
/// Only files that can be read again have one: reading a pipe or a device would consume the data that the task needs,
/// or never end.
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

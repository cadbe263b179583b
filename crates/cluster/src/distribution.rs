//! The packed code of a fast registration: downloaded and unpacked in a container before a task starts.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, Read as _},
    path::{Path, PathBuf},
};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};
use tar::{Archive, EntryType};
use thiserror::Error;

use flyte_config::{
    private::{Ownership, make, make_new, ownership, partial_in},
    system::open_for_owner,
};
use flyte_context::storage::{DataError, FileAccessProvider};

/// Why packed code could not be unpacked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DistributionError {
    /// It could not be downloaded.
    #[error(transparent)]
    Fetch(#[from] DataError),
    /// The file is not a gzipped tar archive, or cannot be written to the directory.
    #[error("`{location}` cannot be unpacked to {}: {source}; it must be a gzipped tar archive", directory.display())]
    Unpack {
        /// The address of the archive.
        location: String,
        /// The target directory.
        directory: PathBuf,
        /// The error.
        source: io::Error,
    },
    /// An entry is a link or device, or is outside of the directory.
    #[error(
        "`{location}` has the entry `{entry}`, {problem}; pack only files and directories below the root"
    )]
    Entry {
        /// The address of the archive.
        location: String,
        /// The path in the archive.
        entry: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Another user may have put the code there.
    #[error(
        "{} {problem}; nothing in it is run: remove it, or mount a directory there that belongs to this user and that \
         no other user can write to", directory.display()
    )]
    Foreign {
        /// The directory, or the one that it is in.
        directory: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// It is not what was sent.
    #[error(
        "`{location}` has the digest {found}, and {wanted} was registered; nothing of it is run, register the program \
         again"
    )]
    Digest {
        /// The address of the archive.
        location: String,
        /// The SHA-256 that was registered, in hexadecimal.
        wanted: String,
        /// The one that it has.
        found: String,
    },
    /// The unpacked code would be larger than any code.
    #[error("`{location}` unpacks to more than {} GiB or {MOST_ENTRIES} entries; pack code alone, and pass data as \
             files", MOST_BYTES >> 30)]
    TooLarge {
        /// The address of the archive.
        location: String,
    },
}

/// The maximum size of the unpacked code. A few megabytes can unpack to enough data to fill the disk or the inode table
/// of a node.
const MOST_BYTES: u64 = 16 << 30;
const MOST_ENTRIES: usize = 1_000_000;

/// Downloads a gzipped tar archive and unpacks it to a directory, which is created if necessary. Existing files are
/// replaced.
///
/// # Errors
///
/// When it cannot be downloaded or unpacked, and at the first entry that is neither a file nor a directory, leads out
/// of the directory, or exceeds 16 GiB or a million entries in total; entries before that one are unpacked.
pub fn unpack(
    files: &FileAccessProvider,
    location: &str,
    directory: &Path,
) -> Result<(), DistributionError> {
    let packed = files.get_random_local_path(Some("distribution.tgz"));
    files.download(location, &packed)?;
    unpack_file(&packed, location, directory)
}

/// As [`unpack`], for a bundle with this SHA-256. One that is there already is not fetched again; one that is fetched
/// is there as a whole, or not at all.
///
/// # Errors
///
/// As [`unpack`], when the archive has another digest, and when the directory or the one that it is in is not one that
/// only this user can change.
pub fn unpack_once(
    files: &FileAccessProvider,
    location: &str,
    sha256: &str,
    directory: &Path,
) -> Result<(), DistributionError> {
    let failed = |source| DistributionError::Unpack {
        location: location.to_owned(),
        directory: directory.to_owned(),
        source,
    };
    // What is unpacked here is run: no other user may have put it there.
    let is_own = |path: &Path| match ownership(path).map_err(failed)? {
        Ownership::Absent => Ok(false),
        Ownership::Own => Ok(true),
        Ownership::Foreign(problem) => Err(DistributionError::Foreign {
            directory: path.to_owned(),
            problem,
        }),
    };
    let parent = directory.parent().unwrap_or(directory);
    if !is_own(parent)? {
        make(parent).map_err(failed)?;
        // Another user may have been quicker.
        is_own(parent)?;
    }
    if is_own(directory)? {
        return Ok(());
    }
    let packed = files.get_random_local_path(Some("distribution.tgz"));
    files.download(location, &packed)?;
    let found = digest_of(&packed).map_err(failed)?;
    if found != sha256 {
        return Err(DistributionError::Digest {
            location: location.to_owned(),
            wanted: sha256.to_owned(),
            found,
        });
    }
    let partial = partial_in(parent);
    let moved = make_new(&partial)
        .map_err(failed)
        .and_then(|()| unpack_file(&packed, location, &partial))
        .and_then(|()| fs::rename(&partial, directory).map_err(failed));
    if let Err(error) = moved {
        // Each try would leave another one. If it cannot be removed, the error says more about why.
        let _left = fs::remove_dir_all(&partial);
        // Another process may have been quicker, and has unpacked the same.
        return match is_own(directory)? {
            true => Ok(()),
            false => Err(error),
        };
    }
    Ok(())
}

fn digest_of(path: &Path) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut file = File::open(path)?;
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            read => digest.update(&chunk[..read]),
        }
    }
    let digest = digest.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn unpack_file(packed: &Path, location: &str, directory: &Path) -> Result<(), DistributionError> {
    let failed = |source| DistributionError::Unpack {
        location: location.to_owned(),
        directory: directory.to_owned(),
        source,
    };
    fs::create_dir_all(directory).map_err(failed)?;
    let packed = BufReader::new(File::open(packed).map_err(failed)?);
    let mut archive = Archive::new(MultiGzDecoder::new(packed));
    let mut bytes = 0_u64;
    let mut closed = BTreeMap::new();
    for (number, entry) in archive.entries().map_err(failed)?.enumerate() {
        let mut entry = entry.map_err(failed)?;
        bytes = bytes.saturating_add(entry.size());
        if bytes > MOST_BYTES || number >= MOST_ENTRIES {
            return Err(DistributionError::TooLarge {
                location: location.to_owned(),
            });
        }
        let refused = |path: &[u8], problem| DistributionError::Entry {
            location: location.to_owned(),
            entry: String::from_utf8_lossy(path).into_owned(),
            problem,
        };
        match entry.header().entry_type() {
            EntryType::XGlobalHeader => continue,
            EntryType::Regular | EntryType::Continuous | EntryType::Directory => {}
            _ => return Err(refused(&entry.path_bytes(), "which is a link or device")),
        }
        let is_relative = entry.path().map_err(failed)?.is_relative();
        // Checked here too, because unpacking treats an absolute path as relative to the directory.
        let is_inside = is_relative && entry.unpack_in(directory).map_err(failed)?;
        if !is_inside {
            return Err(refused(
                &entry.path_bytes(),
                "which leads out of the directory",
            ));
        }
        if entry.header().entry_type().is_dir() {
            let path = directory.join(entry.path().map_err(failed)?);
            if let Some(permissions) = open_for_owner(&path).map_err(failed)? {
                closed.insert(path, permissions);
            }
        }
    }
    // Inner directories first: the contents of a directory cannot be changed after it becomes inaccessible.
    for (path, permissions) in closed.into_iter().rev() {
        fs::set_permissions(path, permissions).map_err(failed)?;
    }
    Ok(())
}

//! What goes wrong with files.

use std::{io, path::PathBuf};

/// Why data was not read, written or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A provider needs a directory for local files.
    #[error("FileAccessProvider needs to be created with a valid local_sandbox_dir")]
    NoSandboxDir,
    /// A provider needs a place for outputs. (flytekit makes the root directory of an empty prefix.)
    #[error("FileAccessProvider needs to be created with a raw_output_prefix that is not empty")]
    NoRawOutputPrefix,
    /// A path that must be text is not UTF-8.
    #[error("{} is not UTF-8, which a prefix of outputs must be", path.display())]
    NotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// The address is not on this machine.
    #[error("`{path}` is on `{scheme}`, {}", instead(scheme))]
    Remote {
        /// The address.
        path: String,
        /// What stands before `://`.
        scheme: String,
    },
    /// There is nothing to get. Corresponds to `FlyteDataNotFoundException`.
    #[error("File not found: {path}")]
    NotFound {
        /// The address.
        path: String,
    },
    /// There is nothing to put.
    #[error("File {} does not exist", path.display())]
    SourceMissing {
        /// The local path.
        path: PathBuf,
    },
    /// A link was given where data was meant.
    #[error("File {} is a symlink, can't upload", path.display())]
    Symlink {
        /// The local path.
        path: PathBuf,
    },
    /// A link leads to nothing.
    #[error("{} is a link to {}, which does not exist", path.display(), target.display())]
    BrokenLink {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A link leads to a directory that it is in.
    #[error("{} is a link to a directory that contains it", path.display())]
    LinkLoop {
        /// The link.
        path: PathBuf,
    },
    /// A directory was given where a file was meant.
    #[error("{} is a directory, not a file; use FlyteDirectory for it", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A file was given where a directory was meant.
    #[error("{} is a file, not a directory; use FlyteFile for it", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// A name that something in a directory cannot have.
    #[error(
        "`{name}` is not the name of a file; give one without separators, that is not empty, `.` or `..`"
    )]
    Name {
        /// What was given.
        name: String,
    },
    /// A name leads out of the place it is put in.
    #[error("`{name}` leads out of the prefix it is put under; leave out the `..`")]
    Outside {
        /// The prefix or file name that was asked for.
        name: String,
    },
    /// Getting data failed. Corresponds to `FlyteDownloadDataException`.
    #[error(
        "Failed to get data from {from} to {} (recursive={recursive}).\n\nOriginal exception: {source}",
        to.display()
    )]
    Download {
        /// Where the data is.
        from: String,
        /// Where it was to go.
        to: PathBuf,
        /// Whether a directory was meant.
        recursive: bool,
        /// What happened, and to which file.
        source: io::Error,
    },
    /// Putting data failed. Corresponds to `FlyteUploadDataException`.
    #[error(
        "Failed to put data from {from} to {to} (recursive={recursive}).\n\nOriginal exception: {source}"
    )]
    Upload {
        /// Where the data is: a path, or what kind of value it is.
        from: String,
        /// Where it was to go.
        to: String,
        /// Whether a directory was meant.
        recursive: bool,
        /// What happened, and to which file.
        source: io::Error,
    },
    /// A directory could not be made, or a path could not be looked at.
    #[error("cannot use {}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A store could not be asked, or its settings are incomplete.
    #[error("cannot use {path}: {source}")]
    Store {
        /// The address.
        path: String,
        /// What the store said.
        source: io::Error,
    },
    /// The async runtime ended before the work was begun.
    #[error("the async runtime shut down before the files were touched")]
    Shutdown,
}

/// Why nothing of a scheme can be used, and what can be.
fn instead(scheme: &str) -> String {
    const LOCAL: &str = "use a local path or a `file://` address";
    let (feature, is_on) = match scheme.to_ascii_lowercase().as_str() {
        "s3" | "s3a" => ("`s3`", cfg!(feature = "s3")),
        "gs" | "gcs" => ("`gcs`", cfg!(feature = "gcs")),
        "abfs" | "abfss" | "az" => ("`azure`", cfg!(feature = "azure")),
        "http" | "https" => ("`http`", cfg!(feature = "http")),
        "memory" => ("`s3`, `gcs`, `azure` or `http`", cfg!(feature = "store")),
        _ => {
            return format!(
                "which there is no store for; {LOCAL}, or one on `s3`, `gs`, `abfs`, `https` or `memory`"
            );
        }
    };
    match is_on {
        true => format!("which is not on this machine; {LOCAL}"),
        false => format!(
            "which is not supported without a store; turn on the feature {feature} of flyte-runtime, or {LOCAL}"
        ),
    }
}

//! Errors of files.

use std::{io, path::PathBuf};

/// Why data was not read, written or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A provider requires a directory for local files.
    #[error("FileAccessProvider needs to be created with a valid local_sandbox_dir")]
    NoSandboxDir,
    /// A provider requires a prefix for outputs. (flytekit uses the root directory for an empty prefix.)
    #[error("FileAccessProvider needs to be created with a raw_output_prefix that is not empty")]
    NoRawOutputPrefix,
    /// A path that must be text but is not UTF-8.
    #[error("{} is not UTF-8, which a prefix of outputs must be", path.display())]
    NotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// The address is not local.
    #[error("`{path}` is on `{scheme}`, {}", instead(scheme))]
    Remote {
        /// The address.
        path: String,
        /// The text before `://`.
        scheme: String,
    },
    /// The data does not exist. Corresponds to `FlyteDataNotFoundException`.
    #[error("File not found: {path}")]
    NotFound {
        /// The address.
        path: String,
    },
    /// The local data to upload does not exist.
    #[error("File {} does not exist", path.display())]
    SourceMissing {
        /// The local path.
        path: PathBuf,
    },
    /// A link was given where data is expected.
    #[error("File {} is a symlink, can't upload", path.display())]
    Symlink {
        /// The local path.
        path: PathBuf,
    },
    /// The target of a link does not exist.
    #[error("{} is a link to {}, which does not exist", path.display(), target.display())]
    BrokenLink {
        /// The link.
        path: PathBuf,
        /// The target.
        target: PathBuf,
    },
    /// A link leads to a directory that contains the link.
    #[error("{} is a link to a directory that contains it", path.display())]
    LinkLoop {
        /// The link.
        path: PathBuf,
    },
    /// A directory was given where a file is expected.
    #[error("{} is a directory, not a file; use FlyteDirectory for it", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A file was given where a directory is expected.
    #[error("{} is a file, not a directory; use FlyteFile for it", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// A name that is not valid in a directory.
    #[error(
        "`{name}` is not the name of a file; give one without separators, that is not empty, `.` or `..`"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// A name that leads out of its directory.
    #[error("`{name}` leads out of the prefix it is put under; leave out the `..`")]
    Outside {
        /// The given prefix or file name.
        name: String,
    },
    /// Downloading data failed. Corresponds to `FlyteDownloadDataException`.
    #[error(
        "Failed to get data from {from} to {} (recursive={recursive}).\n\nOriginal exception: {source}",
        to.display()
    )]
    Download {
        /// Where the data is.
        from: String,
        /// The local target.
        to: PathBuf,
        /// Whether a directory was requested.
        recursive: bool,
        /// The error, with the file.
        source: io::Error,
    },
    /// Uploading data failed. Corresponds to `FlyteUploadDataException`.
    #[error(
        "Failed to put data from {from} to {to} (recursive={recursive}).\n\nOriginal exception: {source}"
    )]
    Upload {
        /// Where the data is: a path, or the kind of value.
        from: String,
        /// The target.
        to: String,
        /// Whether a directory was requested.
        recursive: bool,
        /// The error, with the file.
        source: io::Error,
    },
    /// A directory that cannot be created, or a path that cannot be read.
    #[error("cannot use {}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// The error.
        source: io::Error,
    },
    /// A store cannot be accessed, or its settings are incomplete.
    #[error("cannot use {path}: {source}")]
    Store {
        /// The address.
        path: String,
        /// The store's error.
        source: io::Error,
    },
    /// The async runtime ended before the work began.
    #[error("the async runtime shut down before the files were touched")]
    Shutdown,
}

/// Why no address with a scheme can be used, and what to use instead.
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

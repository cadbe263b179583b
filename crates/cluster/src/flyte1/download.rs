//! Files to the cluster's store and from there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    client::Client,
    error::ClusterError,
    outputs::stored_in,
    remote::{BlockingRemote, Remote, blocking},
    upload,
};
use flyte_config::random::random_hex;
use flyte_context::storage::FileAccessProvider;
use flyte_core::types::{BlobDimensionality, Literal, LiteralValue};

/// What is to be fetched, and where it goes.
struct Place<'a> {
    uri: &'a str,
    is_directory: bool,
    to: PathBuf,
}

/// The files and directories in a literal. Those in lists and maps go below the path, by number and by key.
fn places<'a>(
    literal: &'a Literal,
    to: &Path,
    found: &mut Vec<Place<'a>>,
) -> Result<(), ClusterError> {
    let mut found_at = |uri: &'a str, is_directory| {
        let to = to.to_owned();
        found.push(Place {
            uri,
            is_directory,
            to,
        });
    };
    match &literal.value {
        LiteralValue::Blob(blob) => {
            let is_directory = blob.blob_type.dimensionality == BlobDimensionality::Multipart;
            found_at(&blob.uri, is_directory);
        }
        LiteralValue::StructuredDataset(dataset) => found_at(&dataset.uri, true),
        LiteralValue::Schema(schema) => found_at(&schema.uri, true),
        LiteralValue::Union { value, .. } => places(value, to, found)?,
        LiteralValue::Collection(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &to.join(index.to_string()), found)?;
            }
        }
        LiteralValue::Map(items) => {
            for (key, item) in items {
                // A key may be any text, and what it names stays below the path.
                if key.is_empty() || key.contains(['/', '\\']) || key.starts_with('.') {
                    let problem = format!("the key `{key}` cannot be the name of a file");
                    return Err(ClusterError::transfer(to.display().to_string(), problem));
                }
                places(item, &to.join(key), found)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// A file that has not arrived; what is left of it is removed.
struct Part(PathBuf);

impl Part {
    fn beside(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self(path.with_file_name(format!(".{name}.{}.part", &random_hex()[..16])))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Nothing is there if it has arrived.
        let _ = fs::remove_file(&self.0);
    }
}

async fn fetch(client: &Client, place: &Place<'_>) -> Result<(), ClusterError> {
    let failed = |reason: String| ClusterError::transfer(place.uri, reason);
    if let Some(parent) = place.to.parent() {
        fs::create_dir_all(parent).map_err(|error| failed(error.to_string()))?;
    }
    // A table may be one file. A link leads to one file, so the store's own client fetches directories.
    let is_file = upload::local(place.uri).is_some_and(|path| path.is_file());
    if !place.is_directory || is_file {
        // Beside the place, so that what is there stays until all of the new file has arrived.
        let part = Part::beside(&place.to);
        stored_in(client, place.uri, &part.0).await?;
        return fs::rename(&part.0, &place.to).map_err(|error| failed(error.to_string()));
    }
    let (from, to) = (place.uri.to_owned(), place.to.clone());
    let fetched = tokio::task::spawn_blocking(move || {
        let files = FileAccessProvider::temporary().map_err(|error| error.to_string())?;
        let fetched = files.download_directory(&from, &to);
        fetched.map(drop).map_err(|error| error.to_string())
    });
    fetched
        .await
        .unwrap_or_else(|error| Err(error.to_string()))
        .map_err(failed)
}

impl Remote {
    /// Sends a file to the cluster's store, and gives its address there. The same content has the same address.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Transfer`] if it cannot be read or sent; other [`ClusterError`]s.
    pub async fn upload_file(&self, path: impl AsRef<Path>) -> Result<String, ClusterError> {
        upload::file(&self.client, path.as_ref()).await
    }

    /// Sends a directory with everything below it, and gives its address.
    ///
    /// # Errors
    ///
    /// As [`upload_file`](Self::upload_file).
    pub async fn upload_directory(&self, path: impl AsRef<Path>) -> Result<String, ClusterError> {
        upload::directory(&self.client, path.as_ref()).await
    }

    /// Fetches the files and directories in a value, such as an output of an execution, and gives the paths that they
    /// have here. A value that is a file goes to the path itself; those in lists and maps go below it, by number and by
    /// key. A value without files gives no paths. What is at a path already stays until the new file is whole.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Transfer`] if one cannot be fetched or written; other [`ClusterError`]s.
    pub async fn download(
        &self,
        value: &Literal,
        to: impl AsRef<Path>,
    ) -> Result<Vec<PathBuf>, ClusterError> {
        let mut found = Vec::new();
        places(value, to.as_ref(), &mut found)?;
        for place in &found {
            fetch(&self.client, place).await?;
        }
        Ok(found.into_iter().map(|place| place.to).collect())
    }
}

blocking! {
    upload_file(path: impl AsRef<Path>) -> String;
    upload_directory(path: impl AsRef<Path>) -> String;
    download(value: &Literal, to: impl AsRef<Path>) -> Vec<PathBuf>;
}

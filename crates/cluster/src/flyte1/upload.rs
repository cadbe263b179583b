//! Files and directories of this machine to the cluster's store, by links that the cluster signs.

use std::{
    collections::BTreeMap,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use flyte_idl::flyteidl::service::{
    CreateDownloadLocationRequest, CreateUploadLocationRequest, CreateUploadLocationResponse,
};
use hyper::{Method, body::Bytes};
use md5::{Digest as _, Md5};

use super::{
    client::{Again, Client, call},
    error::ClusterError,
};
use crate::bundle::Bundle;
use flyte_config::random::random_hex;
use flyte_core::types::{BlobDimensionality, Literal, LiteralValue};

/// Replaces the paths of this machine in inputs by places in the cluster's store, where it puts what is there.
pub(super) async fn literals(
    client: &Client,
    inputs: &mut BTreeMap<String, Literal>,
) -> Result<(), ClusterError> {
    let mut places = Vec::new();
    for literal in inputs.values_mut() {
        places_in(literal, &mut places);
    }
    for (uri, is_directory) in places {
        if let Some(path) = local(uri) {
            *uri = match is_directory {
                true => directory(client, &path).await?,
                false => file(client, &path).await?,
            };
        }
    }
    Ok(())
}

/// The addresses of files and directories in a literal, at any depth.
fn places_in<'a>(literal: &'a mut Literal, places: &mut Vec<(&'a mut String, bool)>) {
    match &mut literal.value {
        LiteralValue::Blob(blob) => {
            let is_directory = blob.blob_type.dimensionality == BlobDimensionality::Multipart;
            places.push((&mut blob.uri, is_directory));
        }
        LiteralValue::StructuredDataset(dataset) => places.push((&mut dataset.uri, true)),
        LiteralValue::Schema(schema) => places.push((&mut schema.uri, true)),
        LiteralValue::Union { value, .. } => places_in(value, places),
        LiteralValue::Collection(items) => items.iter_mut().for_each(|i| places_in(i, places)),
        LiteralValue::Map(items) => items.values_mut().for_each(|i| places_in(i, places)),
        _ => {}
    }
}

/// The same addresses, to look at.
pub(super) fn uris(literal: &Literal) -> Vec<&str> {
    let (mut uris, mut left) = (Vec::new(), vec![literal]);
    while let Some(literal) = left.pop() {
        match &literal.value {
            LiteralValue::Blob(blob) => uris.push(blob.uri.as_str()),
            LiteralValue::StructuredDataset(dataset) => uris.push(&dataset.uri),
            LiteralValue::Schema(schema) => uris.push(&schema.uri),
            LiteralValue::Union { value, .. } => left.push(value),
            LiteralValue::Collection(items) => left.extend(items),
            LiteralValue::Map(items) => left.extend(items.values()),
            _ => {}
        }
    }
    uris
}

/// The path of an address, if it is one of this machine.
pub(super) fn local(uri: &str) -> Option<PathBuf> {
    match uri.strip_prefix("file://") {
        Some(path) => Some(path.into()),
        None if uri.is_empty() || uri.contains("://") => None,
        None => Some(uri.into()),
    }
}

/// Sends a file. One that is there already, with the same content, is sent again to the same place.
pub(super) async fn file(client: &Client, path: &Path) -> Result<String, ClusterError> {
    send(client, path, &file_name(path), "").await
}

/// Sends a directory with everything below it.
pub(super) async fn directory(client: &Client, path: &Path) -> Result<String, ClusterError> {
    let failed = |error| ClusterError::transfer(path.display().to_string(), error);
    // A table may be one file.
    if fs::metadata(path).map_err(failed)?.is_file() {
        return file(client, path).await;
    }
    let root = random_hex();
    let mut files = Vec::new();
    files_below(path, path, &mut files).map_err(failed)?;
    if files.is_empty() {
        return Err(ClusterError::transfer(
            path.display().to_string(),
            "a store keeps files alone, and there are none in the directory",
        ));
    }
    let mut place = String::new();
    for relative in files {
        let name = relative.to_string_lossy().replace('\\', "/");
        let uri = send(client, &path.join(&relative), &name, &root).await?;
        let Some(end) = uri.rfind(&root) else {
            let problem = format!("the cluster puts `{name}` at {uri}, apart from the others");
            return Err(ClusterError::transfer(path.display().to_string(), problem));
        };
        place = uri[..end + root.len()].to_owned();
    }
    Ok(place)
}

/// The files below a directory, relative to it, in the order of their names.
fn files_below(root: &Path, directory: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let entries: Result<Vec<_>, _> = fs::read_dir(directory)?.collect();
    let mut entries: Vec<_> = entries?.into_iter().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if fs::metadata(&path)?.is_dir() {
            files_below(root, &path, files)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            files.push(relative.to_owned());
        }
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

async fn send(
    client: &Client,
    path: &Path,
    name: &str,
    root: &str,
) -> Result<String, ClusterError> {
    let failed = |reason: String| ClusterError::transfer(path.display().to_string(), reason);
    let digest = md5_of(path).map_err(|error| failed(error.to_string()))?;
    let request = CreateUploadLocationRequest {
        project: client.project().to_owned(),
        domain: client.domain().to_owned(),
        filename: name.to_owned(),
        // Without a root the server makes one of the content, so that the same file has the same place.
        filename_root: root.to_owned(),
        content_md5: digest,
        ..Default::default()
    };
    let mut tries = 0;
    loop {
        // Each try has a link of its own: what has signed the one before may be gone.
        let place = call!(
            client,
            data,
            create_upload_location,
            Again::Yes,
            request.clone()
        )?;
        let headers = signed_headers(&place);
        let answer = client
            .http()
            .put_file(&place.signed_url, path, &headers)
            .await;
        let (reason, may_pass) = match answer {
            Ok(answer) if answer.is_success() => {
                tracing::debug!("{} is at {}", path.display(), place.native_url);
                return Ok(place.native_url);
            }
            Ok(answer) => {
                let (text, status) = (answer.text(), answer.status);
                let reason = format!("the store answers HTTP {status}: {}", text.trim());
                (reason, answer.is_passing())
            }
            Err(reason) => (reason, true),
        };
        if !may_pass || !client.may_try_again(&mut tries).await {
            return Err(failed(reason));
        }
    }
}

/// What is asked for a bundle: a place that its content alone decides.
fn request_of(client: &Client, bundle: &Bundle) -> CreateUploadLocationRequest {
    CreateUploadLocationRequest {
        project: client.project().to_owned(),
        domain: client.domain().to_owned(),
        filename: format!("{}.tar.gz", bundle.name),
        filename_root: format!("flyte-bundle-{}", bundle.sha256),
        content_md5: Md5::digest(&bundle.bytes).to_vec(),
        ..Default::default()
    }
}

/// The address that a bundle has or gets in the store.
pub(super) async fn place_of(client: &Client, bundle: &Bundle) -> Result<String, ClusterError> {
    let request = request_of(client, bundle);
    let place = call!(client, data, create_upload_location, Again::Yes, request)?;
    Ok(place.native_url)
}

/// Sends a bundle, unless the store has it, and gives how many bytes were sent.
pub(super) async fn bundle(client: &Client, bundle: &Bundle) -> Result<usize, ClusterError> {
    let size = bundle.bytes.len();
    let what = format!("the program {}", bundle.name);
    let failed = |reason: String| ClusterError::transfer(&what, reason);
    let mut tries = 0;
    loop {
        let request = request_of(client, bundle);
        let place = call!(client, data, create_upload_location, Again::Yes, request)?;
        if is_stored(client, &place.native_url, size).await {
            return Ok(0);
        }
        let headers = signed_headers(&place);
        let content = Bytes::copy_from_slice(&bundle.bytes);
        let sent = client
            .http()
            .transfer(Method::PUT, &place.signed_url, &headers, content)
            .await;
        let (reason, may_pass) = match sent {
            Ok(answer) if answer.is_success() => return Ok(size),
            Ok(answer) => {
                let advice = match answer.status {
                    413 => {
                        "; it is too large for the store, so push an image with `image push` instead"
                    }
                    _ => "",
                };
                let (text, status) = (answer.text(), answer.status);
                let reason = format!("the store answers HTTP {status}: {}{advice}", text.trim());
                (reason, answer.is_passing())
            }
            Err(reason) => (reason, true),
        };
        if !may_pass || !client.may_try_again(&mut tries).await {
            return Err(failed(reason));
        }
    }
}

/// Whether the store has content of this size, as far as it can be asked.
async fn is_stored(client: &Client, uri: &str, size: usize) -> bool {
    if let Some(path) = local(uri) {
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        return fs::metadata(path).is_ok_and(|metadata| metadata.len() == size);
    }
    let request = CreateDownloadLocationRequest {
        native_url: uri.to_owned(),
        expires_in: None,
    };
    #[expect(deprecated, reason = "its successor knows decks alone")]
    let link = call!(client, data, create_download_location, Again::Yes, request);
    let Ok(link) = link else {
        return false;
    };
    let range = [("range", "bytes=0-0")];
    let asked = client
        .http()
        .request(Method::GET, &link.signed_url, &range, Vec::new())
        .await;
    let Ok(answer) = asked else {
        return false;
    };
    // A store that gives everything is believed by the length.
    let of_range = answer.headers.get("content-range");
    let of_range = of_range.and_then(|range| range.to_str().ok()?.rsplit('/').next()?.parse().ok());
    match answer.status {
        206 => of_range == Some(size),
        200 => answer.body.len() == size,
        _ => false,
    }
}

/// The headers to send with a file. The length that the server names is that of the digest: the true one is sent.
pub(super) fn signed_headers(place: &CreateUploadLocationResponse) -> Vec<(&str, &str)> {
    let headers = place.headers.iter().filter(|(name, _)| {
        !["content-length", "content-type", "host"].contains(&&*name.to_ascii_lowercase())
    });
    headers.map(|(name, value)| (&**name, &**value)).collect()
}

fn md5_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut digest = Md5::new();
    let mut file = fs::File::open(path)?;
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(digest.finalize().to_vec()),
            read => digest.update(&chunk[..read]),
        }
    }
}

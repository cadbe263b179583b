//! An image as a file: an archive that is both a layout of OCI and what `docker save` writes.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use flyte_config::private::partial_in;
use serde_json::json;

use super::{
    error::ShipError,
    image::{Built, MANIFEST},
    registry::refuse_digest,
    run,
};
use crate::flyte1::images::Reference;

/// Writes an image to a file, which `docker load`, `podman load` and `skopeo` read. It is replaced if it is there.
///
/// # Errors
///
/// When the file cannot be written, the name is not valid, or a layer of the base cannot be fetched.
pub fn save(built: &Built, name: Option<&str>, file: &Path) -> Result<(), ShipError> {
    let reference = name.map(Reference::parse).transpose();
    let reference = reference.map_err(ShipError::Reference)?;
    if let (Some(name), Some(reference)) = (name, &reference) {
        refuse_digest(name, reference)?;
    }
    let mut blobs = Vec::new();
    if let Some(base) = &built.base {
        for layer in &base.layers {
            let content = run(base.registry.blob(layer))?;
            blobs.push((layer.digest.clone(), content));
        }
    }
    for layer in &built.own {
        blobs.push((layer.blob.digest.clone(), layer.blob.bytes.clone()));
    }
    let layers: Vec<_> = blobs.iter().map(|(digest, _)| place(digest)).collect();
    for blob in [&built.config, &built.manifest] {
        blobs.push((blob.digest.clone(), blob.bytes.clone()));
    }
    let mut descriptor = json!({
        "mediaType": MANIFEST,
        "digest": built.manifest.digest,
        "size": built.manifest.bytes.len(),
        "platform": {"architecture": built.architecture(), "os": "linux"},
    });
    if let (Some(reference), Some(name)) = (&reference, name) {
        descriptor["annotations"] = json!({
            "io.containerd.image.name": name,
            "org.opencontainers.image.ref.name": reference.version,
        });
    }
    let index = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [descriptor],
    });
    let tags: Vec<_> = name.into_iter().collect();
    let docker =
        json!([{"Config": place(&built.config.digest), "RepoTags": tags, "Layers": layers}]);
    let write = |path: &Path| -> io::Result<()> {
        let mut archive = tar::Builder::new(io::BufWriter::new(File::create(path)?));
        for (digest, content) in &blobs {
            append(&mut archive, &place(digest), content)?;
        }
        append(&mut archive, "index.json", index.to_string().as_bytes())?;
        append(&mut archive, "manifest.json", docker.to_string().as_bytes())?;
        append(
            &mut archive,
            "oci-layout",
            br#"{"imageLayoutVersion":"1.0.0"}"#,
        )?;
        archive.into_inner()?.into_inner()?.sync_all()
    };
    written(file, write).map_err(|source| ShipError::File {
        file: file.to_owned(),
        source,
    })
}

/// Writes a file beside its place, so that what is there stays as it is until the new one is whole.
fn written(file: &Path, write: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let target = match fs::metadata(file) {
        // A device or a pipe is written to.
        Ok(there) if !there.is_file() => return write(file),
        // A link stays.
        Ok(_) => fs::canonicalize(file)?,
        Err(_) => file.to_owned(),
    };
    let directory = target.parent().filter(|path| !path.as_os_str().is_empty());
    let partial = partial_in(directory.unwrap_or(Path::new(".")));
    let moved = write(&partial).and_then(|()| fs::rename(&partial, &target));
    if moved.is_err() {
        // It may not have been made.
        let _left = fs::remove_file(&partial);
    }
    moved
}

/// Where content is in a layout.
fn place(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

fn append<W: io::Write>(
    archive: &mut tar::Builder<W>,
    path: &str,
    content: &[u8],
) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    header.set_mtime(0);
    archive.append_data(&mut header, path, content)
}

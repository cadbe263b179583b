//! An image as a file: an archive that is both a layout of OCI and what `docker save` writes.

use std::{fs::File, io, path::Path};

use serde_json::json;

use super::{
    error::ShipError,
    image::{Built, MANIFEST},
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
    let mut blobs = Vec::new();
    if let Some(base) = &built.base {
        for layer in &base.layers {
            let content = run(base.registry.blob(&layer.digest))?;
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
    let write = || -> io::Result<()> {
        let mut archive = tar::Builder::new(io::BufWriter::new(File::create(file)?));
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
    write().map_err(|source| ShipError::File {
        file: file.to_owned(),
        source,
    })
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

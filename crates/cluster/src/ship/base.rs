//! The image below a program's own, and whether the program starts in it.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read},
    path::PathBuf,
};

use flate2::read::MultiGzDecoder;
use flyte_config::{config::Environment, local_state};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    elf::{Elf, Glibc},
    error::ShipError,
    program::{Program, STATIC},
    registry::{Descriptor, Registry},
};
use crate::flyte1::images::Reference;

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// How much of a library is read: a layer may be one that was made to unpack to more than memory has.
const MOST_OF_LIBRARY: u64 = 64 << 20;

/// An image in a registry, for one architecture.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) name: String,
    /// The digest of its manifest for this architecture.
    pub(super) digest: String,
    pub(super) layers: Vec<Descriptor>,
    pub(super) config: Json,
    pub(super) registry: Registry,
}

/// What an image has for dynamic programs.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Libraries {
    /// The version of its glibc.
    glibc: Option<String>,
    names: BTreeSet<String>,
    /// Whether a layer could not be read.
    is_partial: bool,
}

impl Base {
    pub(super) async fn fetch(
        name: &str,
        architecture: &str,
        environment: &Environment,
        plain_http: bool,
    ) -> Result<Self, ShipError> {
        let reference = Reference::parse(name).map_err(ShipError::Reference)?;
        let registry = Registry::new(&reference, environment, plain_http, "pull");
        let (mut manifest, mut kind, mut digest) = registry.manifest(&reference.version).await?;
        if kind.contains("index") || kind.contains("manifest.list") {
            let manifests = manifest["manifests"].as_array().cloned();
            let manifests = manifests.unwrap_or_default();
            let platform = |one: &Json, key: &str| one["platform"][key].as_str().map(str::to_owned);
            let fits = |one: &&Json| {
                platform(one, "os").as_deref() == Some("linux")
                    && platform(one, "architecture").as_deref() == Some(architecture)
            };
            let found = manifests.iter().find(fits);
            let found = found.and_then(|one| one["digest"].as_str());
            let Some(found) = found else {
                let others = manifests
                    .iter()
                    .filter_map(|one| platform(one, "architecture"))
                    .filter(|one| one != "unknown");
                let others: BTreeSet<_> = others.collect();
                let others: Vec<_> = others.into_iter().collect();
                return Err(registry.failed(format!(
                    "has `{name}` for {}, and the program is for {architecture}; give another with `--base`",
                    others.join(", ")
                )));
            };
            (manifest, kind, digest) = registry.manifest(found).await?;
        }
        let layers = serde_json::from_value::<Vec<Descriptor>>(manifest["layers"].clone());
        let config = serde_json::from_value::<Descriptor>(manifest["config"].clone());
        let (Ok(mut layers), Ok(config)) = (layers, config) else {
            return Err(registry.failed(format!(
                "has `{name}` in a form of long ago ({kind}); give another with `--base`"
            )));
        };
        for layer in &mut layers {
            layer.media_type = oci_type(&layer.media_type);
        }
        let config = registry.blob(&config).await?;
        let config: Json = serde_json::from_slice(&config).map_err(|error| {
            registry.failed(format!(
                "has `{name}` with settings that are not JSON: {error}"
            ))
        })?;
        let own = config["architecture"].as_str().unwrap_or_default();
        if own != architecture {
            return Err(registry.failed(format!(
                "has `{name}` for {own}, and the program is for {architecture}; give another with `--base`"
            )));
        }
        Ok(Self {
            name: name.to_owned(),
            digest,
            layers,
            config,
            registry,
        })
    }

    /// Refuses a program that would not start in this image; gives what could not be looked at.
    pub(super) async fn refuse_misfit(
        &self,
        program: &Program,
        environment: &Environment,
    ) -> Result<Option<String>, ShipError> {
        if program.elf.is_static() {
            return Ok(None);
        }
        let libraries = self.libraries(environment).await?;
        if let Some(problem) = problem(&program.elf, &libraries) {
            return Err(ShipError::Misfit {
                program: program.name.clone(),
                base: self.name.clone(),
                problem: format!(
                    "{problem}; give a newer or larger one with `--base`, or build the program static: {STATIC}"
                ),
            });
        }
        Ok(libraries.is_partial.then(|| {
            format!(
                "{} has layers that are packed with Zstandard, and was not searched for libraries",
                self.name
            )
        }))
    }

    /// What it has for dynamic programs. That of a digest never changes, so it is looked at once.
    async fn libraries(&self, environment: &Environment) -> Result<Libraries, ShipError> {
        let kept = kept(environment, &self.digest);
        let known = kept.as_ref().and_then(|path| fs::read(path).ok());
        if let Some(known) = known.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(known);
        }
        let mut libraries = Libraries::default();
        for layer in &self.layers {
            let packed: fn(Vec<u8>) -> Box<dyn Read> = match layer.media_type.as_str() {
                kind if kind.ends_with("gzip") => {
                    |bytes| Box::new(MultiGzDecoder::new(io::Cursor::new(bytes)))
                }
                kind if kind.ends_with("tar") => |bytes| Box::new(io::Cursor::new(bytes)),
                _ => {
                    libraries.is_partial = true;
                    continue;
                }
            };
            let content = self.registry.blob(layer).await?;
            libraries.add(packed(content)).map_err(|error| {
                self.registry.failed(format!(
                    "has `{}` with a layer that cannot be unpacked: {error}",
                    self.name
                ))
            })?;
        }
        if let (Some(path), Ok(text)) = (kept, serde_json::to_vec(&libraries)) {
            let directory = path.parent().map_or(Ok(()), fs::create_dir_all);
            // What is not kept is looked at again.
            if let Err(error) = directory.and_then(|()| fs::write(&path, text)) {
                tracing::debug!("{} is not kept: {error}", path.display());
            }
        }
        Ok(libraries)
    }
}

/// The type of a layer. The same archives have other names in manifests of Docker, and end there with how they are
/// packed.
fn oci_type(kind: &str) -> String {
    let is_docker = kind.starts_with("application/vnd.docker.");
    let packing = [(".gzip", "+gzip"), (".zstd", "+zstd"), (".tar", "")];
    let ends = |end: &str| {
        let plus = end.replacen('.', "+", 1);
        is_docker && (kind.ends_with(end) || kind.ends_with(&plus))
    };
    match packing.into_iter().find(|(end, _)| ends(end)) {
        Some((_, packing)) => format!("{LAYER}{packing}"),
        None => kind.to_owned(),
    }
}

/// The file in which the libraries of an image are kept.
fn kept(environment: &Environment, digest: &str) -> Option<PathBuf> {
    let directory = local_state::directory(environment)?.join("ship/bases");
    Some(directory.join(format!("{}.json", digest.rsplit(':').next()?)))
}

impl Libraries {
    fn add(&mut self, archive: Box<dyn Read>) -> io::Result<()> {
        let mut archive = tar::Archive::new(archive);
        for entry in archive.entries()? {
            let entry = entry?;
            let path = entry.path()?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !name.contains(".so") {
                continue;
            }
            let name = name.into_owned();
            if name.starts_with("libc.so.6") || name.starts_with("libc-2.") {
                let mut content = Vec::new();
                entry.take(MOST_OF_LIBRARY).read_to_end(&mut content)?;
                let version = Elf::read(&content).ok().and_then(|elf| elf.is_glibc);
                if let Some(version) = version {
                    self.glibc = Some(version.to_string());
                }
            }
            self.names.insert(name);
        }
        Ok(())
    }
}

/// What an image lacks for a program.
fn problem(elf: &Elf, libraries: &Libraries) -> Option<String> {
    let interpreter = elf.interpreter.as_deref().unwrap_or_default();
    let loader = interpreter.rsplit('/').next().unwrap_or_default();
    if libraries.is_partial {
        return None;
    }
    if !loader.is_empty() && !libraries.names.contains(loader) {
        return Some(format!("it is loaded by {interpreter}, which is not there"));
    }
    let has = libraries.glibc.as_deref().and_then(Glibc::of_text);
    if let (Some(needs), Some(has)) = (elf.needs_glibc, has)
        && needs > has
    {
        return Some(format!("it needs glibc {needs}, and {has} is there"));
    }
    let missing: Vec<_> = elf
        .libraries
        .iter()
        .filter(|name| !libraries.names.contains(*name))
        .map(String::as_str)
        .collect();
    (!missing.is_empty()).then(|| format!("it needs {}, and there is none", missing.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{super::elf::tests::made, *};

    fn told(needs: &str, glibc: Option<&str>, names: &[&str]) -> Option<String> {
        let file = made(62, &["libgcc_s.so.1", "libc.so.6"], Some(needs));
        let elf = Elf::read(&file).expect("it is a program");
        let libraries = Libraries {
            glibc: glibc.map(str::to_owned),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            is_partial: false,
        };
        problem(&elf, &libraries)
    }

    #[test]
    fn layers_of_docker_are_called_what_they_are() {
        let layer = |end: &str| {
            oci_type(&format!(
                "application/vnd.docker.image.rootfs.diff.tar{end}"
            ))
        };
        assert_eq!(layer(".gzip"), format!("{LAYER}+gzip"));
        assert_eq!(layer(".zstd"), format!("{LAYER}+zstd"));
        assert_eq!(layer("+zstd"), format!("{LAYER}+zstd"));
        assert_eq!(layer(""), LAYER);
        let own = "application/vnd.oci.image.layer.v1.tar+gzip";
        assert_eq!(oci_type(own), own);
    }

    #[test]
    fn what_an_image_lacks_is_named() {
        let all = ["ld-linux-x86-64.so.2", "libc.so.6", "libgcc_s.so.1"];
        assert_eq!(told("GLIBC_2.36", Some("2.36"), &all), None);
        assert_eq!(
            told("GLIBC_2.39", Some("2.36"), &all).as_deref(),
            Some("it needs glibc 2.39, and 2.36 is there")
        );
        assert_eq!(
            told("GLIBC_2.9", Some("2.36"), &all[..2]).as_deref(),
            Some("it needs libgcc_s.so.1, and there is none")
        );
        assert_eq!(
            told("GLIBC_2.9", None, &["ld-musl-x86_64.so.1"]).as_deref(),
            Some("it is loaded by /lib64/ld-linux-x86-64.so.2, which is not there")
        );
    }
}

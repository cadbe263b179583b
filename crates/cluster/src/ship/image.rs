//! An image: the layers of a base, or what every program needs, and a layer with the program.

use std::{io, path::PathBuf};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flyte_config::config::Environment;
use serde_json::{Map, Value as Json, json};

use super::{
    base::Base,
    error::ShipError,
    files,
    layer::{Blob, Files, Layer},
    program::{Program, STATIC},
    provenance, run, sbom,
};
use crate::flyte1::images::Reference;

pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Where programs are looked up in containers.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const DIRECTORY: &str = "usr/local/bin";

/// The users of an image that has no others.
const PASSWD: &str =
    "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n";
const GROUP: &str = "root:x:0:\nnobody:x:65534:\n";

/// What an image is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ImageOptions {
    /// The program; without one, this program.
    pub binary: Option<PathBuf>,
    /// The name of the program in the image; without one, that of its file.
    pub name: Option<String>,
    /// The image below it; without one there is nothing but root certificates.
    pub base: Option<String>,
    /// The lock file of the program, for a bill of materials and the revision in the image.
    pub lock: Option<PathBuf>,
    /// Labels of the image.
    pub labels: Vec<(String, String)>,
    /// Whether symbols and debug information stay in the program.
    pub keeps_symbols: bool,
    /// Whether the registry of the base has no TLS.
    pub plain_http: bool,
    /// Where credentials and `SOURCE_DATE_EPOCH` are looked for.
    pub environment: Environment,
}

impl ImageOptions {
    /// This program on nothing but root certificates.
    pub fn new(environment: Environment) -> Self {
        Self {
            binary: None,
            name: None,
            base: None,
            lock: None,
            labels: Vec::new(),
            keeps_symbols: false,
            plain_http: false,
            environment,
        }
    }

    /// Whether the base is in the registry that an image of this name goes to.
    pub fn base_is_where(&self, image: &str) -> bool {
        let registry = |name: &str| Reference::parse(name).ok().map(|one| one.registry);
        let base = self.base.as_deref().and_then(registry);
        base.is_some() && base == registry(image)
    }
}

/// An image in memory.
#[derive(Debug)]
pub struct Built {
    pub(super) base: Option<Base>,
    pub(super) own: Vec<Layer>,
    pub(super) config: Blob,
    pub(super) manifest: Blob,
    contents: Vec<String>,
    notices: Vec<String>,
    architecture: &'static str,
    program: String,
}

/// A layer of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuiltLayer {
    /// Its digest.
    pub digest: String,
    /// Its compressed size.
    pub size: u64,
    /// What is in it.
    pub contents: String,
}

impl Built {
    /// The digest of the image: that of its manifest.
    pub fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// The architecture, such as `amd64`.
    pub fn architecture(&self) -> &'static str {
        self.architecture
    }

    /// The program in the image, with its path.
    pub fn program(&self) -> String {
        format!("/{DIRECTORY}/{}", self.program)
    }

    /// What could not be looked at, or is missing.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Its layers, the lowest first.
    pub fn layers(&self) -> Vec<BuiltLayer> {
        let base = self.base.iter().flat_map(|base| {
            base.layers.iter().map(|layer| BuiltLayer {
                digest: layer.digest.clone(),
                size: layer.size,
                contents: base.name.clone(),
            })
        });
        let own = self.own.iter().zip(&self.contents);
        let own = own.map(|(layer, contents)| BuiltLayer {
            digest: layer.blob.digest.clone(),
            size: layer.blob.bytes.len() as u64,
            contents: contents.clone(),
        });
        base.chain(own).collect()
    }

    /// How many bytes a node fetches that has nothing of it.
    pub fn size(&self) -> u64 {
        let layers = self.layers().iter().map(|layer| layer.size).sum::<u64>();
        layers + (self.config.bytes.len() + self.manifest.bytes.len()) as u64
    }
}

/// Makes an image. Equal programs, bases and options give equal bytes.
///
/// # Errors
///
/// When the program is not one for containers or would not start in the base, or the base cannot be fetched.
pub fn build(options: &ImageOptions) -> Result<Built, ShipError> {
    let (binary, name) = (options.binary.as_deref(), options.name.as_deref());
    let program = Program::read(binary, name, options.keeps_symbols)?;
    let mut notices = Vec::new();
    let base = match &options.base {
        Some(base) => run(async {
            let (architecture, environment) = (program.architecture, &options.environment);
            let base = Base::fetch(base, architecture, environment, options.plain_http).await?;
            notices.extend(base.refuse_misfit(&program, environment).await?);
            Ok(Some(base))
        })?,
        None => {
            refuse_dynamic(&program)?;
            None
        }
    };
    let failed = |source: io::Error| ShipError::File {
        file: "the image".into(),
        source,
    };
    let (mut own, mut contents) = (Vec::new(), Vec::new());
    if base.is_none() {
        let certificates = certificates();
        if certificates.is_empty() {
            notices.push(
                "this system has no root certificates, so the image has none; `SSL_CERT_FILE` names a file with some"
                    .to_owned(),
            );
        }
        own.push(foundation(&certificates).map_err(failed)?);
        contents.push("root certificates, users, /tmp".to_owned());
    }
    let path = format!("{DIRECTORY}/{}", program.name);
    let mut layer = Files::new();
    let written = layer.file(&path, 0o755, &program.bytes);
    written.map_err(failed)?;
    let digest = files::digest(&program.bytes);
    let mut told = contents_of(&program, &path);
    if let Some(lock) = &options.lock {
        let text = String::from_utf8_lossy(&files::read(lock)?).into_owned();
        let bill = sbom::bill(&text, &program.name, digest.trim_start_matches("sha256:"));
        let bill = bill.map_err(|problem| ShipError::Program {
            file: lock.clone(),
            problem,
        })?;
        let path = format!("usr/local/share/sbom/{}.cdx.json", program.name);
        let written = layer.file(&path, 0o644, bill.to_string().as_bytes());
        written.map_err(failed)?;
        told += &format!("; /{path}");
    }
    let layer = layer.layer().map_err(failed)?;
    contents.push(told);
    own.push(layer);
    let config = config(&program, &digest, base.as_ref(), &own, options)?;
    let manifest = manifest(base.as_ref(), &own, &config);
    Ok(Built {
        base,
        own,
        config,
        manifest,
        contents,
        notices,
        architecture: program.architecture,
        program: program.name,
    })
}

fn contents_of(program: &Program, path: &str) -> String {
    let size = megabytes(program.bytes.len() as u64);
    match program.whole == program.bytes.len() as u64 {
        true => format!("/{path}, {size}"),
        false => {
            let whole = megabytes(program.whole);
            format!("/{path}, {size} ({whole} with symbols)")
        }
    }
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1_000_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Without a base nothing is there that a dynamic program could be linked to.
fn refuse_dynamic(program: &Program) -> Result<(), ShipError> {
    if program.elf.is_static() {
        return Ok(());
    }
    let glibc = program.elf.needs_glibc;
    let glibc = glibc.map_or(String::new(), |glibc| format!(" and glibc {glibc}"));
    Err(ShipError::Program {
        file: program.file.clone(),
        problem: format!(
            "is linked to {}, and needs a base image with these{glibc}: `--base debian:13-slim`; a static one needs \
             none: {STATIC}",
            program.elf.libraries.join(", "),
        ),
    })
}

/// The root certificates of this system as PEM, in the same order each time.
fn certificates() -> String {
    let mut all = rustls_native_certs::load_native_certs().certs;
    all.sort_unstable_by(|one, other| one.as_ref().cmp(other.as_ref()));
    all.dedup();
    let mut text = String::new();
    for certificate in all {
        let encoded = BASE64_STANDARD.encode(&certificate);
        text += "-----BEGIN CERTIFICATE-----\n";
        // Base64 is ASCII.
        for line in encoded.as_bytes().chunks(64) {
            text += &String::from_utf8_lossy(line);
            text.push('\n');
        }
        text += "-----END CERTIFICATE-----\n";
    }
    text
}

/// What a program expects of any system.
fn foundation(certificates: &str) -> io::Result<Layer> {
    let mut files = Files::new();
    for directory in ["etc", "etc/ssl", "etc/ssl/certs"] {
        files.directory(directory, 0o755)?;
    }
    files.file("etc/group", 0o644, GROUP.as_bytes())?;
    files.file("etc/passwd", 0o644, PASSWD.as_bytes())?;
    if !certificates.is_empty() {
        let path = "etc/ssl/certs/ca-certificates.crt";
        files.file(path, 0o644, certificates.as_bytes())?;
    }
    files.directory("root", 0o700)?;
    files.directory("tmp", 0o1777)?;
    files.layer()
}

/// When the image was made, as far as it says: the same each time.
fn created(environment: &Environment) -> Result<String, ShipError> {
    let name = "SOURCE_DATE_EPOCH";
    let Some(text) = environment.var(name) else {
        return Ok("1970-01-01T00:00:00Z".to_owned());
    };
    let seconds = text.trim().parse().ok();
    let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    match time {
        Some(time) => Ok(time.to_string()),
        None => Err(ShipError::Reference(format!(
            "`{name}` is `{text}`, which is not a number of seconds since 1970"
        ))),
    }
}

fn config(
    program: &Program,
    digest: &str,
    base: Option<&Base>,
    own: &[Layer],
    options: &ImageOptions,
) -> Result<Blob, ShipError> {
    let created = created(&options.environment)?;
    let mut all = match base {
        Some(base) => base.config.as_object().cloned().unwrap_or_default(),
        None => Map::new(),
    };
    // What Docker notes of the container in which an image was made.
    for key in [
        "container",
        "container_config",
        "docker_version",
        "id",
        "parent",
    ] {
        all.remove(key);
    }
    all.insert("created".to_owned(), created.as_str().into());
    all.insert("architecture".to_owned(), program.architecture.into());
    all.insert("os".to_owned(), "linux".into());
    let list = |all: &Map<String, Json>, pointer: [&str; 2]| {
        let value = match pointer[1] {
            "" => all.get(pointer[0]),
            inner => all.get(pointer[0]).and_then(|value| value.get(inner)),
        };
        value.and_then(Json::as_array).cloned().unwrap_or_default()
    };
    let mut diff_ids = list(&all, ["rootfs", "diff_ids"]);
    diff_ids.extend(own.iter().map(|layer| layer.diff_id.as_str().into()));
    all.insert(
        "rootfs".to_owned(),
        json!({"type": "layers", "diff_ids": diff_ids}),
    );
    let mut history = list(&all, ["history", ""]);
    history.extend(
        own.iter()
            .map(|_| json!({"created": created, "created_by": "image build"})),
    );
    all.insert("history".to_owned(), history.into());
    let own = all.remove("config");
    let mut own = own
        .and_then(|own| own.as_object().cloned())
        .unwrap_or_default();
    let variables = own.get("Env").and_then(Json::as_array).cloned();
    own.insert(
        "Env".to_owned(),
        with_path(variables.unwrap_or_default()).into(),
    );
    if base.is_none() {
        own.insert("Cmd".to_owned(), json!([program.name]));
        own.insert("WorkingDir".to_owned(), "/".into());
    }
    let labels = own.remove("Labels");
    let mut labels = labels
        .and_then(|labels| labels.as_object().cloned())
        .unwrap_or_default();
    let own_labels = provenance::labels(program, digest, options.lock.as_deref());
    for (key, value) in own_labels.iter().chain(&options.labels) {
        labels.insert(key.clone(), value.as_str().into());
    }
    if !labels.is_empty() {
        own.insert("Labels".to_owned(), labels.into());
    }
    all.insert("config".to_owned(), own.into());
    Ok(Blob::new(Json::from(all).to_string().into_bytes()))
}

/// Variables with one that leads to the program.
fn with_path(mut variables: Vec<Json>) -> Vec<Json> {
    let is_path = |one: &Json| one.as_str().is_some_and(|one| one.starts_with("PATH="));
    match variables.iter_mut().find(|one| is_path(one)) {
        Some(path) => {
            let text = path.as_str().unwrap_or_default();
            if !text[5..]
                .split(':')
                .any(|one| one.trim_start_matches('/') == DIRECTORY)
            {
                *path = format!("{text}:/{DIRECTORY}").into();
            }
        }
        None => variables.push(format!("PATH={PATH}").into()),
    }
    variables
}

fn manifest(base: Option<&Base>, own: &[Layer], config: &Blob) -> Blob {
    let of_base = base.iter().flat_map(|base| {
        base.layers.iter().map(|layer| {
            json!({"mediaType": layer.media_type, "digest": layer.digest, "size": layer.size})
        })
    });
    let own = own.iter().map(|layer| {
        json!({"mediaType": LAYER, "digest": layer.blob.digest, "size": layer.blob.bytes.len()})
    });
    let layers: Vec<_> = of_base.chain(own).collect();
    let mut manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": config.digest, "size": config.bytes.len()},
        "layers": layers,
    });
    if let Some(base) = base {
        manifest["annotations"] = json!({
            "org.opencontainers.image.base.digest": base.digest,
            "org.opencontainers.image.base.name": base.name,
        });
    }
    Blob::new(manifest.to_string().into_bytes())
}

//! An image into a registry: its content first, then its manifest, and its name last.

use flyte_config::config::Environment;
use hyper::{Method, body::Bytes};

use super::{
    super::{error::ShipError, image::Built, run},
    client::{Registry, header},
    upload::Mount,
};
use crate::flyte1::images::Reference;

/// How to reach a registry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PushOptions {
    /// Where credentials are looked for.
    pub environment: Environment,
    /// Whether the registry has no TLS. One on this machine has none.
    pub plain_http: bool,
}

impl PushOptions {
    /// With the credentials of an environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            plain_http: false,
        }
    }
}

/// What was done with content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlobOutcome {
    /// It was there already.
    Present,
    /// It was taken from another repository of the registry.
    Mounted,
    /// It was sent.
    Sent,
}

impl BlobOutcome {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Mounted => "mounted",
            Self::Sent => "sent",
        }
    }
}

/// Content of an image.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PushedBlob {
    /// Its digest.
    pub digest: String,
    /// Its size.
    pub size: u64,
    /// What was done with it.
    pub outcome: BlobOutcome,
}

/// An image in a registry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pushed {
    /// Its name with its digest, as `registry.example.com/app@sha256:..`.
    pub by_digest: String,
    /// What it is made of.
    pub blobs: Vec<PushedBlob>,
    /// How many bytes of content were sent.
    pub sent: u64,
}

/// Refuses a name that only the image itself could have.
pub(in crate::ship) fn refuse_digest(name: &str, reference: &Reference) -> Result<(), ShipError> {
    if !reference.is_by_digest() {
        return Ok(());
    }
    Err(ShipError::Reference(format!(
        "`{name}` names an image by its content, which is not known before; give it a tag, as in `{}/{}:v1`",
        reference.registry, reference.repository
    )))
}

/// Pushes an image under a name.
///
/// # Errors
///
/// When the registry does not take it, or says that it has something else. Then the name is what it was.
pub fn push(built: &Built, name: &str, options: &PushOptions) -> Result<Pushed, ShipError> {
    let reference = Reference::parse(name).map_err(ShipError::Reference)?;
    refuse_digest(name, &reference)?;
    run(async {
        let target = Registry::new(
            &reference,
            &options.environment,
            options.plain_http,
            "pull,push",
        );
        let mut blobs = Vec::new();
        let base = built.base.as_ref();
        for layer in base.map(|base| &*base.layers).unwrap_or_default() {
            let outcome = match base {
                _ if target.has(&layer.digest, layer.size).await? => BlobOutcome::Present,
                Some(base) => {
                    let mount = match base.registry.host == target.host {
                        true => {
                            let from = &base.registry.repository;
                            target.mount(&layer.digest, from).await?
                        }
                        false => Mount::Send(None),
                    };
                    match mount {
                        Mount::Done => BlobOutcome::Mounted,
                        Mount::Send(session) => {
                            let content = base.registry.blob(layer).await?.into();
                            target.upload(&layer.digest, &content, session).await?;
                            BlobOutcome::Sent
                        }
                    }
                }
                None => continue,
            };
            blobs.push(PushedBlob {
                digest: layer.digest.clone(),
                size: layer.size,
                outcome,
            });
        }
        let own = built.own.iter().map(|layer| &layer.blob);
        for blob in own.chain([&built.config]) {
            let size = blob.bytes.len() as u64;
            let outcome = match target.has(&blob.digest, size).await? {
                true => BlobOutcome::Present,
                false => {
                    let content = Bytes::copy_from_slice(&blob.bytes);
                    target.upload(&blob.digest, &content, None).await?;
                    BlobOutcome::Sent
                }
            };
            blobs.push(PushedBlob {
                digest: blob.digest.clone(),
                size,
                outcome,
            });
        }
        // By its digest first: a registry that keeps something else has not named it then.
        for version in [&built.manifest.digest, &reference.version] {
            target.name(built, version).await?;
        }
        let sent = blobs
            .iter()
            .filter(|blob| blob.outcome == BlobOutcome::Sent);
        Ok(Pushed {
            by_digest: format!(
                "{}@{}",
                name.rsplit_once(':').map_or(name, |(name, _)| name),
                built.manifest.digest
            ),
            sent: sent.map(|blob| blob.size).sum(),
            blobs,
        })
    })
}

impl Registry {
    /// Gives an image a name, of which all content is there.
    async fn name(&self, built: &Built, version: &str) -> Result<(), ShipError> {
        let url = self.url(&format!("manifests/{version}"));
        let headers = [("content-type", super::super::image::MANIFEST)];
        let body = Bytes::copy_from_slice(&built.manifest.bytes);
        let answer = self.again(Method::PUT, &url, &headers, body).await?;
        if !answer.is_success() {
            return Err(self.unexpected(&format!("take the image as `{version}`"), &answer));
        }
        match header(&answer, "docker-content-digest") {
            Some(told) if told != built.manifest.digest => Err(self.failed(format!(
                "says that the image has the digest {told}, which is {}; do not use it",
                built.manifest.digest
            ))),
            _ => Ok(()),
        }
    }
}

//! Requests to a registry: signed, and made again while it is too busy.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use flyte_config::config::{Environment, PlatformConfig, SecretText};
use flyte_core::lock::lock;
use hyper::{Method, body::Bytes};
use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    super::{error::ShipError, files::digest},
    sign_in,
};
use crate::flyte1::{
    connect::Dialer,
    http::{Answer, Http, MOST_TEXT, is_same_server, shown},
    images::{MANIFESTS, Reference},
};

/// How often a request is made that may succeed later.
pub(super) const TRIES: u32 = 6;

/// How long the first pause between two of them is. Each is twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(200);

/// The longest pause that a registry may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often a registry may send a reader on to another server.
const REDIRECTS: usize = 5;

/// Content as a manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::ship) struct Descriptor {
    pub(in crate::ship) media_type: String,
    pub(in crate::ship) digest: String,
    pub(in crate::ship) size: u64,
}

/// A repository in a registry.
#[derive(Debug)]
pub(in crate::ship) struct Registry {
    /// The host, and the port if it has one of its own.
    pub(in crate::ship) host: String,
    pub(in crate::ship) repository: String,
    pub(super) root: String,
    pub(super) http: Http,
    pub(super) environment: Environment,
    /// What is done in it, as registries call it.
    pub(super) scopes: Mutex<Vec<String>>,
    /// The header that signs requests, once the registry has asked for one.
    authorization: Mutex<Option<SecretText>>,
}

impl Registry {
    /// Registries on this machine have no TLS, as for Docker; `plain_http` says so of others.
    pub(in crate::ship) fn new(
        reference: &Reference,
        environment: &Environment,
        plain_http: bool,
        actions: &str,
    ) -> Self {
        let scheme = match plain_http || reference.is_local() {
            true => "http",
            false => "https",
        };
        let repository = reference.repository.clone();
        Self {
            host: reference.registry.clone(),
            root: format!("{scheme}://{}", reference.registry),
            http: Http::new(Arc::new(Dialer::new(&PlatformConfig::default()))),
            environment: environment.clone(),
            scopes: Mutex::new(vec![format!("repository:{repository}:{actions}")]),
            authorization: Mutex::default(),
            repository,
        }
    }

    pub(super) fn url(&self, rest: &str) -> String {
        format!("{}/v2/{}/{rest}", self.root, self.repository)
    }

    pub(in crate::ship) fn failed(&self, problem: impl Into<String>) -> ShipError {
        ShipError::registry(&self.host, problem)
    }

    /// Asks for another right at the next sign-in.
    pub(super) fn add_scope(&self, scope: String) {
        let mut scopes = lock(&self.scopes);
        if !scopes.contains(&scope) {
            scopes.push(scope);
            // The header that there is does not include it.
            *lock(&self.authorization) = None;
        }
    }

    /// Asks for a right no more that the registry or its server of tokens does not give.
    pub(super) fn drop_scope(&self, scope: &str) {
        lock(&self.scopes).retain(|one| one != scope);
        *lock(&self.authorization) = None;
    }

    /// Makes a request once, and again when it was signed anew. Only the registry itself is told who asks.
    pub(super) async fn request(
        &self,
        method: &Method,
        url: &str,
        headers: &[(&str, &str)],
        body: &Bytes,
    ) -> Result<Answer, Failed> {
        self.request_within(method, url, headers, body, MOST_TEXT)
            .await
    }

    /// As [`Self::request`], for an answer of at most this size.
    async fn request_within(
        &self,
        method: &Method,
        url: &str,
        headers: &[(&str, &str)],
        body: &Bytes,
        most: u64,
    ) -> Result<Answer, Failed> {
        let is_own = is_same_server(url, &self.root);
        let mut has_signed_in = false;
        loop {
            let authorization = lock(&self.authorization).clone().filter(|_| is_own);
            let mut all = headers.to_vec();
            let signed = authorization.as_ref().map(SecretText::expose);
            all.extend(signed.map(|text| ("authorization", text)));
            let answer = self
                .http
                .transfer_within(method.clone(), url, &all, body.clone(), most)
                .await
                .map_err(Failed::Lost)?;
            if answer.is_cut && answer.is_success() {
                return Err(Failed::Refused(self.failed(format!(
                    "gives more than the {most} bytes that {} may have; nothing of it is used",
                    shown(url)
                ))));
            }
            if answer.status == 401 && is_own && !has_signed_in {
                has_signed_in = true;
                let header = sign_in::authorization(self, &answer).await;
                *lock(&self.authorization) = Some(header.map_err(Failed::Refused)?);
                continue;
            }
            if answer.status == 401 || answer.status == 403 {
                let verb = match answer.status {
                    401 => "does not accept the credentials",
                    _ => "does not allow this",
                };
                return Err(Failed::Refused(self.failed(format!(
                    "{verb} for `{}`: {}; `docker login {}` signs in, and the repository has to be one that this \
                     user may write to",
                    self.repository,
                    said(&answer),
                    self.host,
                ))));
            }
            return Ok(answer);
        }
    }

    /// Makes a request that may be made twice, again while the registry is too busy, has a fault or does not answer.
    pub(super) async fn again(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, ShipError> {
        self.again_within(method, url, headers, body, MOST_TEXT)
            .await
    }

    /// As [`Self::again`], for an answer of at most this size.
    async fn again_within(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Bytes,
        most: u64,
    ) -> Result<Answer, ShipError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let asked = self
                .request_within(&method, url, headers, &body, most)
                .await;
            let (problem, pause) = match asked {
                Ok(answer) if answer.is_passing() => (
                    format!("answers HTTP {}: {}", answer.status, said(&answer)),
                    retry_after(&answer),
                ),
                Ok(answer) => return Ok(answer),
                Err(Failed::Refused(error)) => return Err(error),
                Err(Failed::Lost(reason)) => (format!("cannot be reached: {reason}"), None),
            };
            if tried == TRIES {
                return Err(self.failed(format!(
                    "{problem}; it was asked {TRIES} times for {}, try it later",
                    shown(url)
                )));
            }
            pause_before(tried, pause).await;
        }
    }

    /// What is not as expected, in words.
    pub(super) fn unexpected(&self, what: &str, answer: &Answer) -> ShipError {
        self.failed(format!(
            "does not {what}: HTTP {}: {}",
            answer.status,
            said(answer)
        ))
    }

    /// The manifest of a tag or digest, its media type and its digest, which is checked.
    pub(in crate::ship) async fn manifest(
        &self,
        version: &str,
    ) -> Result<(Json, String, String), ShipError> {
        if let Some((algorithm, _)) = version.split_once(':')
            && algorithm != "sha256"
        {
            return Err(ShipError::Reference(format!(
                "`{}@{version}` has a digest of {algorithm}, which is not checked here; give that of SHA-256, as in \
                 `{}@sha256:..`, or a tag",
                self.repository, self.repository
            )));
        }
        let url = self.url(&format!("manifests/{version}"));
        let headers = [("accept", MANIFESTS)];
        let answer = self
            .again(Method::GET, &url, &headers, Bytes::new())
            .await?;
        if answer.status == 404 {
            return Err(self.failed(format!(
                "has no image `{}` of `{version}`; look at its name and tag",
                self.repository
            )));
        }
        if !answer.is_success() {
            return Err(self.unexpected("give the image", &answer));
        }
        let own = digest(&answer.body);
        let told = header(&answer, "docker-content-digest").unwrap_or(own.clone());
        let asked = version.starts_with("sha256:").then_some(version);
        if told != own || asked.is_some_and(|asked| asked != own) {
            return Err(self.failed(format!(
                "gives an image with the digest {own} and calls it {}; do not use it",
                asked.unwrap_or(&told)
            )));
        }
        let manifest: Json = serde_json::from_slice(&answer.body)
            .map_err(|error| self.failed(format!("gives a manifest that is not JSON: {error}")))?;
        let kind = manifest["mediaType"].as_str().map(str::to_owned);
        let kind = kind.or_else(|| header(&answer, "content-type"));
        Ok((manifest, kind.unwrap_or_default(), own))
    }

    /// Content by its digest, which is checked, and with no more than its size. It may be with another server.
    pub(in crate::ship) async fn blob(&self, content: &Descriptor) -> Result<Vec<u8>, ShipError> {
        let wanted = &content.digest;
        let mut url = self.url(&format!("blobs/{wanted}"));
        for _ in 0..REDIRECTS {
            let answer = self
                .again_within(Method::GET, &url, &[], Bytes::new(), content.size)
                .await?;
            if let (301 | 302 | 303 | 307 | 308, Some(next)) =
                (answer.status, header(&answer, "location"))
            {
                url = self.absolute(&next)?;
                continue;
            }
            if !answer.is_success() {
                return Err(self.unexpected(&format!("give {wanted}"), &answer));
            }
            let own = digest(&answer.body);
            if own != *wanted {
                return Err(self.failed(format!(
                    "gives content with the digest {own} for {wanted}; do not use it"
                )));
            }
            return Ok(answer.body);
        }
        Err(self.failed(format!("sends on from server to server for {wanted}")))
    }

    /// An address that may be one within the registry.
    pub(super) fn absolute(&self, location: &str) -> Result<String, ShipError> {
        let is_path = location.starts_with('/') && !location.starts_with("//");
        let is_whole = ["http://", "https://"].map(|scheme| location.starts_with(scheme));
        match (is_path, is_whole) {
            (true, _) => Ok(format!("{}{location}", self.root)),
            (_, [true, _] | [_, true]) => Ok(location.to_owned()),
            _ => Err(self.failed(format!(
                "sends on to `{}`, which is neither an address nor a path from its root; a proxy in front of it may \
                 have changed it",
                shown(location)
            ))),
        }
    }
}

/// Why a request has no answer that can be used.
pub(super) enum Failed {
    /// The connection was lost, or never made.
    Lost(String),
    /// Another try would be refused, too.
    Refused(ShipError),
}

pub(super) fn header(answer: &Answer, name: &str) -> Option<String> {
    let value = answer.headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

/// How long a registry wants nothing from this user.
pub(super) fn retry_after(answer: &Answer) -> Option<Duration> {
    let seconds = header(answer, "retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Waits before another try, at least as long as the registry wants.
pub(super) async fn pause_before(tried: u32, asked: Option<Duration>) {
    let own = PAUSE.saturating_mul(2_u32.saturating_pow(tried.saturating_sub(1)));
    let pause = asked.unwrap_or(own).clamp(own.min(PAUSE), LONGEST_PAUSE);
    tokio::time::sleep(pause).await;
}

/// What a registry says, in its own form of errors or in any other.
pub(super) fn said(answer: &Answer) -> String {
    #[derive(Deserialize)]
    struct Errors {
        errors: Vec<Error>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Error {
        code: String,
        message: String,
    }
    let text = answer.text();
    let errors: Option<Errors> = serde_json::from_slice(&answer.body).ok();
    let first = errors.and_then(|all| all.errors.into_iter().next());
    match first {
        Some(error) if !error.message.is_empty() => format!("{} ({})", error.message, error.code),
        Some(error) => error.code,
        None if text.trim().is_empty() => "no reason is given".to_owned(),
        None => text.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Registry {
        let reference = Reference::parse("registry.example.com/app:v1").expect("it is valid");
        Registry::new(&reference, &Environment::empty(), false, "pull")
    }

    #[test]
    fn what_signs_requests_is_not_told() {
        let registry = registry();
        *lock(&registry.authorization) = Some(SecretText::new("Bearer planted"));
        let told = format!("{registry:?}");
        assert!(
            told.contains("registry.example.com") && !told.contains("planted"),
            "{told}"
        );
    }

    #[test]
    fn a_registry_sends_on_to_addresses_and_paths() {
        let registry = registry();
        let absolute = |location| registry.absolute(location).ok();
        assert_eq!(
            absolute("/v2/a").as_deref(),
            Some("https://registry.example.com/v2/a")
        );
        assert_eq!(
            absolute("https://cdn.example.com/a").as_deref(),
            Some("https://cdn.example.com/a")
        );
        for wrong in ["v2/a", "//cdn.example.com/a", "ftp://cdn.example.com/a", ""] {
            assert_eq!(absolute(wrong), None, "{wrong}");
        }
    }
}

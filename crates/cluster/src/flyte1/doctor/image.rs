//! Whether the image of containers is in its registry, as far as this machine can tell.

use std::{net::IpAddr, sync::Arc};

use flyte_config::config::PlatformConfig;
use hyper::Method;
use serde::Deserialize;

use super::{
    super::{
        connect::Dialer,
        http::{Answer, Http, encoded},
    },
    HealthCheck,
};

/// The forms in which registries keep what an image is.
const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
                         application/vnd.docker.distribution.manifest.list.v2+json, \
                         application/vnd.docker.distribution.manifest.v2+json";

/// An image, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Reference {
    registry: String,
    repository: String,
    /// A tag or a digest.
    version: String,
}

impl Reference {
    /// Names without the host of a registry are those of Docker Hub.
    fn parse(text: &str) -> Result<Self, String> {
        let (name, version) = if let Some((name, digest)) = text.split_once('@') {
            // A tag beside a digest says nothing.
            let name = match name.rsplit_once(':') {
                Some((name, tag)) if !tag.contains('/') => name,
                _ => name,
            };
            (name, digest)
        } else {
            match text.rsplit_once(':') {
                Some((name, tag)) if !tag.contains('/') => (name, tag),
                _ => return Err(format!("`{text}` has no tag; write `{text}:TAG`")),
            }
        };
        let is_host = |first: &str| first.contains(['.', ':']) || first == "localhost";
        let (registry, repository) = match name.split_once('/') {
            Some((first, rest)) if is_host(first) => (first, rest.to_owned()),
            Some(_) => ("registry-1.docker.io", name.to_owned()),
            None => ("registry-1.docker.io", format!("library/{name}")),
        };
        let registry = match registry {
            "docker.io" | "index.docker.io" => "registry-1.docker.io",
            registry => registry,
        };
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-/".contains(c);
        if repository.is_empty() || version.is_empty() || !repository.chars().all(is_plain) {
            return Err(format!(
                "`{text}` is not REGISTRY/NAME:TAG; names of images have small letters, digits, `.`, `_`, `-` and `/`"
            ));
        }
        Ok(Self {
            registry: registry.to_owned(),
            repository,
            version: version.to_owned(),
        })
    }

    /// Whether the registry is on this machine, to whoever reads the name.
    fn is_local(&self) -> bool {
        let (host, port) = self
            .registry
            .rsplit_once(':')
            .unwrap_or((&self.registry, ""));
        let host = if port.ends_with(']') {
            &self.registry
        } else {
            host
        };
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

pub(super) async fn check(image: &str) -> HealthCheck {
    let reference = match Reference::parse(image) {
        Ok(reference) => reference,
        Err(problem) => {
            return HealthCheck::failed("image", problem, "give another with `--image IMAGE`");
        }
    };
    let Reference {
        registry,
        repository,
        version,
    } = &reference;
    let pods = match reference.is_local() {
        true => {
            format!("\nto the cluster `{registry}` is its own machine, which need not be this one")
        }
        false => String::new(),
    };
    // As for Docker: a registry on this machine has no certificate.
    let scheme = if reference.is_local() {
        "http"
    } else {
        "https"
    };
    let url = format!("{scheme}://{registry}/v2/{repository}/manifests/{version}");
    // The settings of the cluster, such as its own root certificate, are not the registry's.
    let http = Http::new(Arc::new(Dialer::new(&PlatformConfig::default())));
    let answer = match ask(&http, &url).await {
        Ok(answer) => answer,
        Err(reason) => {
            let reason = format!("{image}: the registry cannot be asked from here: {reason}{pods}");
            return HealthCheck::skipped("image", reason);
        }
    };
    match answer.status {
        200..300 => HealthCheck::ok("image", format!("{image} is in its registry{pods}")),
        401 | 403 => HealthCheck::skipped(
            "image",
            format!(
                "{image}: the registry shows it to those who are signed in; whether the cluster's pods are, through an \
                 `imagePullSecrets` of their service account, cannot be told from here"
            ),
        ),
        404 => HealthCheck::failed(
            "image",
            format!("{image} is not in its registry{pods}"),
            format!("build it, and send it with `docker push {image}`"),
        ),
        status => HealthCheck::skipped(
            "image",
            format!(
                "{image}: the registry answers HTTP {status}: {}{pods}",
                answer.text().trim()
            ),
        ),
    }
}

/// Asks for an image, and once more with the token that a registry gives to everybody.
async fn ask(http: &Http, url: &str) -> Result<Answer, String> {
    let accept = ("accept", MANIFESTS);
    let answer = http
        .request(Method::HEAD, url, &[accept], Vec::new())
        .await?;
    let challenge = answer.headers.get("www-authenticate");
    let challenge = challenge.and_then(|value| Challenge::parse(value.to_str().ok()?));
    let (401, Some(challenge)) = (answer.status, challenge) else {
        return Ok(answer);
    };
    let token = http
        .request(Method::GET, &challenge.url(), &[], Vec::new())
        .await;
    let token = token.ok().filter(Answer::is_success);
    let token = token.and_then(|token| serde_json::from_slice::<Issued>(&token.body).ok());
    match token.and_then(|issued| issued.token.or(issued.access_token)) {
        Some(token) => {
            let bearer = format!("Bearer {token}");
            let headers = [accept, ("authorization", &*bearer)];
            http.request(Method::HEAD, url, &headers, Vec::new()).await
        }
        None => Ok(answer),
    }
}

#[derive(Deserialize)]
struct Issued {
    token: Option<String>,
    access_token: Option<String>,
}

/// Where a registry wants a token from.
#[derive(Debug, PartialEq, Eq)]
struct Challenge {
    realm: String,
    fields: Vec<(String, String)>,
}

impl Challenge {
    /// `Bearer realm="URL",service="NAME",scope="TEXT"`.
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text
            .strip_prefix("Bearer ")
            .or_else(|| text.strip_prefix("bearer "))?;
        let (mut realm, mut fields) = (None, Vec::new());
        while let Some((key, after)) = rest.split_once("=\"") {
            let (value, after) = after.split_once('"')?;
            match key.trim() {
                "realm" => realm = Some(value.to_owned()),
                key => fields.push((key.to_owned(), value.to_owned())),
            }
            rest = after.trim_start().trim_start_matches(',').trim_start();
        }
        Some(Self {
            realm: realm?,
            fields,
        })
    }

    fn url(&self) -> String {
        let fields = self
            .fields
            .iter()
            .filter(|(key, _)| ["service", "scope"].contains(&&**key));
        let fields: Vec<_> = fields
            .map(|(key, value)| format!("{key}={}", encoded(value)))
            .collect();
        format!("{}?{}", self.realm, fields.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> [String; 3] {
        let reference = Reference::parse(text).expect("it is valid");
        [reference.registry, reference.repository, reference.version]
    }

    #[test]
    fn images_are_taken_apart() {
        assert_eq!(
            parts("debian:12"),
            ["registry-1.docker.io", "library/debian", "12"]
        );
        assert_eq!(parts("me/app:v1"), ["registry-1.docker.io", "me/app", "v1"]);
        assert_eq!(
            parts("docker.io/me/app:v1"),
            ["registry-1.docker.io", "me/app", "v1"]
        );
        assert_eq!(
            parts("localhost:30000/app:v1"),
            ["localhost:30000", "app", "v1"]
        );
        assert_eq!(
            parts("ghcr.io/a/b@sha256:12"),
            ["ghcr.io", "a/b", "sha256:12"]
        );
        assert_eq!(
            parts("ghcr.io/a/b:v1@sha256:12"),
            ["ghcr.io", "a/b", "sha256:12"]
        );
        for wrong in [
            "debian",
            "ghcr.io/a/b",
            "localhost:30000/app",
            "ghcr.io/A:1",
            "a:",
        ] {
            assert!(Reference::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn registries_of_this_machine_are_known() {
        let is_local = |text| Reference::parse(text).expect("it is valid").is_local();
        assert!(is_local("localhost:30000/app:v1") && is_local("127.0.0.1:5000/app:v1"));
        assert!(is_local("localhost/app:v1") && !is_local("ghcr.io/app:v1"));
    }

    #[test]
    fn challenges_lead_to_tokens() {
        let text = "Bearer realm=\"https://auth.example.com/token\",service=\"registry\",scope=\"repository:a/b:pull\"";
        assert_eq!(
            Challenge::parse(text).expect("it is valid").url(),
            "https://auth.example.com/token?service=registry&scope=repository%3Aa%2Fb%3Apull"
        );
        assert_eq!(Challenge::parse("Basic realm=\"x\""), None);
    }
}

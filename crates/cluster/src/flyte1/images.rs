//! Names of images, and what registries answer to those who are not signed in.

use std::net::IpAddr;

use super::http::encoded;

/// The forms in which registries keep what an image is.
pub(crate) const MANIFESTS: &str = "\
    application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

/// An image, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) registry: String,
    pub(crate) repository: String,
    /// A tag or a digest.
    pub(crate) version: String,
}

impl Reference {
    /// Names without the host of a registry are those of Docker Hub.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
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

    /// Whether it is named by its content. Content of which only a name is known cannot have this one.
    pub(crate) fn is_by_digest(&self) -> bool {
        self.version.contains(':')
    }

    /// Whether the registry is on this machine, to whoever reads the name.
    pub(crate) fn is_local(&self) -> bool {
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

/// Where a registry wants a token from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) realm: String,
    fields: Vec<(String, String)>,
}

impl Challenge {
    /// `Bearer realm="URL",service="NAME",scope="TEXT"`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
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

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Where to ask for a token, also for these scopes.
    pub(crate) fn url(&self, scopes: &[String]) -> String {
        let own = ["service", "scope"].into_iter();
        let own = own.filter_map(|name| Some((name, self.field(name)?)));
        let more = scopes.iter().map(|scope| ("scope", scope.as_str()));
        let more = more.filter(|(_, scope)| self.field("scope") != Some(*scope));
        let fields: Vec<_> = own
            .chain(more)
            .map(|(key, value)| format!("{key}={}", encoded(value)))
            .collect();
        let join = if self.realm.contains('?') { '&' } else { '?' };
        format!("{}{join}{}", self.realm, fields.join("&"))
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
            Challenge::parse(text).expect("it is valid").url(&[]),
            "https://auth.example.com/token?service=registry&scope=repository%3Aa%2Fb%3Apull"
        );
        let text = "Bearer realm=\"https://auth.example.com/token?account=a\",service=\"b\"";
        assert_eq!(
            Challenge::parse(text).expect("it is valid").url(&[]),
            "https://auth.example.com/token?account=a&service=b"
        );
        assert_eq!(Challenge::parse("Basic realm=\"x\""), None);
    }
}

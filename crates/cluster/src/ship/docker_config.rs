//! Who a user is to a registry: what `docker login` and `podman login` keep.

use std::{collections::BTreeMap, fs, io, path::PathBuf, process::Command, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flyte_config::config::{Environment, SecretText};
use serde::{Deserialize, Deserializer};

use super::error::ShipError;
use crate::flyte1::output_within;

/// How long a helper may take. It may ask a user to unlock a keyring.
const LIMIT: Duration = Duration::from_secs(60);

/// How a user proves who they are.
#[derive(Clone, Debug)]
pub(super) enum Credentials {
    Password {
        user: String,
        password: SecretText,
    },
    /// A token that is good for other tokens.
    Identity(SecretText),
}

impl Credentials {
    /// The header that proves it, where a password does.
    pub(super) fn basic(&self) -> Option<String> {
        match self {
            Self::Password { user, password } => {
                let pair = format!("{user}:{}", password.expose());
                Some(format!("Basic {}", BASE64_STANDARD.encode(pair)))
            }
            Self::Identity(_) => None,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Kept {
    #[serde(deserialize_with = "or_default")]
    auths: BTreeMap<String, Option<Auth>>,
    #[serde(deserialize_with = "or_default")]
    cred_helpers: BTreeMap<String, String>,
    #[serde(deserialize_with = "or_default")]
    creds_store: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Auth {
    #[serde(deserialize_with = "or_default")]
    auth: String,
    #[serde(deserialize_with = "or_default")]
    username: String,
    #[serde(deserialize_with = "or_default")]
    password: String,
    #[serde(deserialize_with = "or_default")]
    identitytoken: String,
}

/// `null` is what is not set.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    value: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Helped {
    username: String,
    secret: String,
}

/// The files in which credentials may be, those that count first in front.
fn files(environment: &Environment) -> Vec<PathBuf> {
    let set = |name: &str| environment.var(name).filter(|value| !value.is_empty());
    let home = environment.home_dir();
    let docker = match set("DOCKER_CONFIG") {
        Some(directory) => Some(PathBuf::from(directory)),
        None => home.map(|home| home.join(".docker")),
    };
    let runtime =
        set("XDG_RUNTIME_DIR").map(|path| PathBuf::from(path).join("containers/auth.json"));
    let all = [
        set("REGISTRY_AUTH_FILE").map(PathBuf::from),
        docker.map(|directory| directory.join("config.json")),
        runtime,
        home.map(|home| home.join(".config/containers/auth.json")),
    ];
    all.into_iter().flatten().collect()
}

/// The credentials for a registry; `None` if there are none, and then it is asked as anybody may.
pub(super) fn credentials(
    environment: &Environment,
    registry: &str,
) -> Result<Option<Credentials>, ShipError> {
    for file in files(environment) {
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(ShipError::File { file, source }),
        };
        let kept: Kept = serde_json::from_str(&text).map_err(|error| {
            // The error itself has a text of the file in it, which may be a password.
            ShipError::Credentials(format!(
                "{} is not what `docker login` writes, in line {}, column {}; mend it, or name another directory with \
                 `DOCKER_CONFIG`",
                file.display(),
                error.line(),
                error.column()
            ))
        })?;
        let found = kept.of(environment, registry);
        let found = found.map_err(|problem| {
            ShipError::Credentials(format!(
                "{} has no usable credentials for {registry}: {problem}; `docker login {registry}` makes new ones",
                file.display()
            ))
        })?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The names under which a registry may be kept. That of Docker Hub is an address that is no longer in use.
fn names(registry: &str) -> Vec<String> {
    let mut names = vec![registry.to_owned()];
    if registry == "registry-1.docker.io" {
        names.splice(
            0..0,
            [
                "https://index.docker.io/v1/",
                "index.docker.io",
                "docker.io",
            ]
            .map(str::to_owned),
        );
    }
    for scheme in ["https://", "http://"] {
        names.extend([
            format!("{scheme}{registry}"),
            format!("{scheme}{registry}/v1/"),
        ]);
        names.push(format!("{scheme}{registry}/v2/"));
    }
    names
}

impl Kept {
    fn of(&self, environment: &Environment, registry: &str) -> Result<Option<Credentials>, String> {
        let names = names(registry);
        let helper = names.iter().find_map(|name| self.cred_helpers.get(name));
        if let Some(helper) = helper {
            return helped(environment, helper, &names[0]);
        }
        if !self.creds_store.is_empty() {
            let found = helped(environment, &self.creds_store, &names[0])?;
            if found.is_some() {
                return Ok(found);
            }
        }
        match names.iter().find_map(|name| self.auths.get(name)) {
            Some(Some(auth)) => auth.credentials(),
            Some(None) | None => Ok(None),
        }
    }
}

impl Auth {
    fn credentials(&self) -> Result<Option<Credentials>, String> {
        if !self.identitytoken.is_empty() {
            let token = SecretText::new(self.identitytoken.clone());
            return Ok(Some(Credentials::Identity(token)));
        }
        let (mut user, mut password) = (self.username.clone(), self.password.clone());
        if !self.auth.is_empty() {
            let pair = BASE64_STANDARD.decode(self.auth.trim()).ok();
            let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
            let pair = pair.as_deref().and_then(|pair| pair.split_once(':'));
            let (own, secret) = pair.ok_or("`auth` is not a user and a password in base64")?;
            (user, password) = (own.to_owned(), secret.trim_end_matches('\0').to_owned());
        }
        if user.is_empty() && password.is_empty() {
            // A helper has them, and has said that it does not.
            return Ok(None);
        }
        let password = SecretText::new(password);
        Ok(Some(Credentials::Password { user, password }))
    }
}

/// Asks a helper, by the name that `docker` has for it.
fn helped(
    environment: &Environment,
    helper: &str,
    registry: &str,
) -> Result<Option<Credentials>, String> {
    let program = format!("docker-credential-{helper}");
    let mut command = Command::new(&program);
    command.arg("get");
    if let Some(path) = environment.var_os("PATH") {
        command.env("PATH", path);
    }
    let output = output_within(&mut command, registry.as_bytes(), LIMIT)
        .map_err(|error| format!("`{program}` cannot be asked: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let problem = said.trim();
        if problem.contains("credentials not found") {
            return Ok(None);
        }
        return Err(format!(
            "`{program} get` ends with {}: {problem}",
            output.status
        ));
    }
    let helped: Helped = serde_json::from_str(&said)
        .map_err(|_| format!("`{program} get` does not print a user and a secret"))?;
    let secret = SecretText::new(helped.secret);
    Ok(Some(match helped.username.as_str() {
        "<token>" => Credentials::Identity(secret),
        _ => Credentials::Password {
            user: helped.username,
            password: secret,
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user_of(config: &str, registry: &str) -> Result<Option<String>, String> {
        let kept: Kept = serde_json::from_str(config).expect("it is JSON");
        let found = kept.of(&Environment::empty(), registry)?;
        Ok(found.map(|found| match found {
            Credentials::Password { user, password } => format!("{user} {}", password.expose()),
            Credentials::Identity(token) => format!("token {}", token.expose()),
        }))
    }

    #[test]
    fn credentials_are_found_by_the_names_that_docker_writes() {
        let auth = BASE64_STANDARD.encode("ada:pass:word");
        for (name, registry) in [
            ("ghcr.io", "ghcr.io"),
            ("https://ghcr.io", "ghcr.io"),
            ("localhost:5000", "localhost:5000"),
            ("https://index.docker.io/v1/", "registry-1.docker.io"),
        ] {
            let config = format!(r#"{{"auths": {{"{name}": {{"auth": "{auth}"}}}}}}"#);
            assert_eq!(
                user_of(&config, registry),
                Ok(Some("ada pass:word".to_owned()))
            );
            assert_eq!(user_of(&config, "other.example.com"), Ok(None));
        }
    }

    #[test]
    fn tokens_and_what_is_broken_are_told_apart() {
        let config = r#"{"auths": {"a": {"identitytoken": "t"}, "b": {"auth": "?"}, "c": {}}}"#;
        assert_eq!(user_of(config, "a"), Ok(Some("token t".to_owned())));
        assert!(user_of(config, "b").is_err());
        assert_eq!(user_of(config, "c"), Ok(None));
        for nothing in [
            r#"{"auths": null, "credHelpers": null, "credsStore": null}"#,
            r#"{"auths": {"a": null}}"#,
            r#"{"auths": {"a": {"auth": null, "identitytoken": null}}}"#,
        ] {
            assert_eq!(user_of(nothing, "a"), Ok(None), "{nothing}");
        }
    }
}

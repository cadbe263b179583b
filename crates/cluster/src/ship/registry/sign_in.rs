//! Signing in to a registry, in the way that it asks for.

use flyte_config::config::SecretText;
use flyte_core::lock::lock;
use hyper::{Method, body::Bytes, header::WWW_AUTHENTICATE};
use serde::Deserialize;

use super::{
    super::{
        docker_config::{self, Credentials},
        error::ShipError,
    },
    client::{Registry, said},
};
use crate::flyte1::{
    http::{Answer, MOST_TEXT, shown},
    images::Challenge,
};

/// The token that a server of tokens gives, under one of two names.
#[derive(Deserialize)]
struct Issued {
    token: Option<String>,
    access_token: Option<String>,
}

/// The header with which the registry is to be asked, after it has refused to answer.
pub(super) async fn authorization(
    registry: &Registry,
    refusal: &Answer,
) -> Result<SecretText, ShipError> {
    let host = &registry.host;
    let credentials = docker_config::credentials(&registry.environment, host)?;
    let challenges: Vec<_> = refusal
        .headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let is_basic = |text: &&&str| {
        text.get(..5)
            .is_some_and(|word| word.eq_ignore_ascii_case("basic"))
    };
    if let Some(challenge) = challenges.iter().find_map(|text| Challenge::parse(text)) {
        return token(registry, &challenge, credentials.as_ref()).await;
    }
    let missing = || {
        registry.failed(format!(
            "wants to know who asks; sign in with `docker login {host}` or `podman login {host}`"
        ))
    };
    if challenges.iter().find(is_basic).is_some() {
        let basic = credentials.as_ref().and_then(Credentials::basic);
        return basic.map(SecretText::new).ok_or_else(missing);
    }
    Err(registry.failed(format!(
        "refuses with HTTP 401 and asks for `{}`; a password or a bearer token is what can be given",
        challenges.join(", ")
    )))
}

/// A token from the server that the registry names.
async fn token(
    registry: &Registry,
    challenge: &Challenge,
    credentials: Option<&Credentials>,
) -> Result<SecretText, ShipError> {
    let (address, realm) = (&challenge.realm, shown(&challenge.realm));
    if registry.root.starts_with("https://") && !address.starts_with("https://") {
        return Err(registry.failed(format!(
            "wants a token from {realm}, which is not an address of HTTPS; nothing is sent there"
        )));
    }
    let scopes = lock(&registry.scopes).clone();
    let answer = match credentials {
        Some(Credentials::Identity(token)) => {
            let scope = scopes.join(" ");
            let fields = [
                ("grant_type", "refresh_token"),
                ("service", challenge.field("service").unwrap_or_default()),
                ("client_id", "flyte-runtime"),
                ("scope", &scope),
                ("refresh_token", token.expose()),
            ];
            let asked = registry.http.post_form(address, &fields, &[], None).await;
            asked.map_err(|reason| {
                registry.failed(format!("wants a token from {realm}: {reason}"))
            })?
        }
        other => {
            let basic = other.and_then(Credentials::basic);
            let headers: Vec<_> = basic
                .iter()
                .map(|text| ("authorization", &**text))
                .collect();
            let url = challenge.url(&scopes);
            registry.fetch_token(&url, &headers).await?
        }
    };
    let host = &registry.host;
    if !answer.is_success() {
        return Err(registry.failed(format!(
            "wants a token from {realm}, which answers HTTP {}: {}; sign in with `docker login {host}` or \
             `podman login {host}`",
            answer.status,
            said(&answer)
        )));
    }
    let issued = serde_json::from_slice::<Issued>(&answer.body).ok();
    let issued = issued.and_then(|issued| issued.token.or(issued.access_token));
    let issued = issued.ok_or_else(|| {
        registry.failed(format!(
            "wants a token from {realm}, which answers without one"
        ))
    })?;
    Ok(SecretText::new(format!("Bearer {issued}")))
}

impl Registry {
    /// Asks the server of tokens, again while it is too busy.
    async fn fetch_token(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer, ShipError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let asked = self
                .http
                .transfer_within(Method::GET, url, headers, Bytes::new(), MOST_TEXT)
                .await;
            match asked {
                Ok(answer) if answer.is_passing() && tried < super::client::TRIES => {
                    let pause = super::client::retry_after(&answer);
                    super::client::pause_before(tried, pause).await;
                }
                Ok(answer) => return Ok(answer),
                Err(_) if tried < super::client::TRIES => {
                    super::client::pause_before(tried, None).await;
                }
                Err(reason) => {
                    return Err(self.failed(format!("gives no token: {reason}")));
                }
            }
        }
    }
}

//! Signing in: how a token is had, where it is kept, and when it is renewed.

use std::{
    fmt,
    path::PathBuf,
    process::Command,
    sync::{PoisonError, RwLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use flyte_idl::{
    flyteidl::service::{
        OAuth2MetadataRequest, PublicClientAuthConfigRequest,
        auth_metadata_service_client::AuthMetadataServiceClient,
    },
    tonic::{Code, transport::Channel},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    error::ClusterError,
    http::{Http, encoded},
};
use flyte_config::{
    config::{AuthType, Environment, PlatformConfig, SecretText},
    local_state, private,
};

/// The key of calls' metadata that a server wants tokens under unless it says otherwise.
const DEFAULT_KEY: &str = "authorization";

/// How long before its end a token is renewed, at most; one that is valid for minutes alone is renewed later.
const MARGIN: Duration = Duration::from_secs(60);

/// What a call proves with who makes it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Token {
    secret: SecretText,
    /// The key of the metadata that it goes under.
    key: String,
    expires: Option<SystemTime>,
    /// For how long it was valid when it was made.
    lifetime: Option<Duration>,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("key", &self.key)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

impl Token {
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn value(&self) -> String {
        format!("Bearer {}", self.secret.expose())
    }

    /// Whether it is to be used without asking for another.
    fn is_fresh(&self, now: SystemTime) -> bool {
        let Some(expires) = self.expires else {
            return true;
        };
        let margin = self.lifetime.map_or(MARGIN, |all| MARGIN.min(all / 5));
        now + margin < expires
    }

    fn is_valid(&self, now: SystemTime) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }
}

/// A token as it is kept in a file.
#[derive(Serialize, Deserialize)]
struct Kept {
    access_token: String,
    key: String,
    /// Seconds since 1970.
    expires: Option<u64>,
    lifetime: Option<u64>,
}

/// What a token endpoint answers.
#[derive(Deserialize)]
struct Issued {
    access_token: String,
    expires_in: Option<f64>,
}

/// What it answers instead.
#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// The token of a client, for all its threads.
#[derive(Debug)]
pub(super) struct Auth {
    platform: PlatformConfig,
    http: Http,
    /// The file that keeps the token, if there is a place for one.
    file: Option<PathBuf>,
    current: RwLock<Option<Token>>,
    /// Held while a token is made, so that it is made once.
    renewing: tokio::sync::Mutex<()>,
}

impl Auth {
    pub(super) fn new(platform: &PlatformConfig, http: Http, environment: &Environment) -> Self {
        let file = local_state::directory(environment).map(|directory| {
            let name = format!("{}.json", name_of(platform));
            directory.join("cluster").join("tokens").join(name)
        });
        // What a command prints is the command's own to keep.
        let file = file.filter(|_| *platform.auth_mode == AuthType::ClientSecret);
        let auth = Self {
            platform: platform.clone(),
            http,
            file,
            current: RwLock::new(None),
            renewing: tokio::sync::Mutex::new(()),
        };
        auth.set(auth.kept());
        auth
    }

    /// The token to use, if there is one; without one a call is made without, and the server says whether it wants one.
    pub(super) async fn token(&self, channel: &Channel) -> Result<Option<Token>, ClusterError> {
        match self.get() {
            Some(token) if !token.is_fresh(SystemTime::now()) => {
                self.renew(channel, Some(&token)).await.map(Some)
            }
            token => Ok(token),
        }
    }

    /// Another token than one that is old or was refused. Who comes while one is made gets that one.
    pub(super) async fn renew(
        &self,
        channel: &Channel,
        old: Option<&Token>,
    ) -> Result<Token, ClusterError> {
        let _renewing = self.renewing.lock().await;
        let now = SystemTime::now();
        // Another thread, or another process, has made one meanwhile.
        for made in [self.get(), self.kept()].into_iter().flatten() {
            if Some(&made) != old && made.is_fresh(now) {
                self.set(Some(made.clone()));
                return Ok(made);
            }
        }
        match self.make(channel).await {
            Ok(token) => {
                self.keep(&token);
                self.set(Some(token.clone()));
                Ok(token)
            }
            // It was renewed before its end, so that there is time for another try.
            Err(error) => match old.filter(|old| old.is_valid(SystemTime::now())) {
                Some(old) if self.get().as_ref() == Some(old) && !old.is_fresh(now) => {
                    tracing::warn!("the token is not renewed yet: {error}");
                    Ok(old.clone())
                }
                _ => Err(error),
            },
        }
    }

    fn get(&self) -> Option<Token> {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, token: Option<Token>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    async fn make(&self, channel: &Channel) -> Result<Token, ClusterError> {
        match *self.platform.auth_mode {
            AuthType::ClientSecret => self.by_secret(channel).await,
            AuthType::ExternalCommand => self.by_command(channel).await,
            mode => Err(self.failed(format!(
                "the cluster wants a token, and {mode} is not one of the ways that this program has to get one; \
                 set `admin.authType: ClientSecret` with `admin.clientId` and `admin.clientSecretLocation`, \
                 or `admin.authType: ExternalCommand` with an `admin.command` that prints a token"
            ))),
        }
    }

    async fn by_secret(&self, channel: &Channel) -> Result<Token, ClusterError> {
        let platform = &self.platform;
        let (Some(id), Some(secret)) = (&*platform.client_id, &*platform.client_credentials_secret)
        else {
            return Err(self.failed(
                "it needs `admin.clientId`, and the secret in the file of `admin.clientSecretLocation` \
                 or the variable of `admin.clientSecretEnvVar`",
            ));
        };
        let mut client = AuthMetadataServiceClient::new(channel.clone());
        let metadata = client.get_o_auth2_metadata(OAuth2MetadataRequest {}).await;
        let metadata = metadata.map_err(|status| {
            self.failed(match status.code() {
                Code::Unimplemented => {
                    "the cluster wants a token and does not say who gives one".to_owned()
                }
                code => format!(
                    "who gives tokens is not known: {} [{code:?}]",
                    status.message()
                ),
            })
        })?;
        let endpoint = metadata.into_inner().token_endpoint;
        let scopes = platform.scopes.join(" ");
        let mut fields = vec![("grant_type", "client_credentials")];
        if !scopes.is_empty() {
            fields.push(("scope", &scopes));
        }
        // A server refuses one that it was not told of.
        if let Some(audience) = &*platform.audience {
            fields.push(("audience", audience));
        }
        let pair = format!("{}:{}", encoded(id), encoded(secret.expose()));
        let basic = format!("Basic {}", BASE64_STANDARD.encode(pair));
        let headers = [("authorization", &*basic)];
        let proxy = platform.http_proxy_url.as_deref();
        let answer = self.http.post_form(&endpoint, &fields, &headers, proxy);
        let answer = answer
            .await
            .map_err(|reason| self.failed(format!("{endpoint} gives no token: {reason}")))?;
        if !answer.is_success() {
            let reason = match serde_json::from_slice::<Refusal>(&answer.body) {
                Ok(refusal) => {
                    let description = refusal.error_description.unwrap_or_default();
                    format!("{} {description}", refusal.error)
                }
                Err(_) => answer.text(),
            };
            return Err(self.failed(format!(
                "{endpoint} refuses client `{id}`: {} [HTTP {}]; look at the client's id and secret",
                reason.trim(),
                answer.status
            )));
        }
        // What cannot be read may have a token in it.
        let issued: Issued = serde_json::from_slice(&answer.body)
            .map_err(|_| self.failed(format!("what {endpoint} answers is not a token")))?;
        let lifetime = issued.expires_in.filter(|seconds| *seconds > 0.0);
        let lifetime = lifetime.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Ok(Token {
            secret: SecretText::new(issued.access_token),
            key: self.key(channel).await,
            expires: lifetime.map(|lifetime| SystemTime::now() + lifetime),
            lifetime,
        })
    }

    async fn by_command(&self, channel: &Channel) -> Result<Token, ClusterError> {
        let command = self.platform.command.clone().into_value();
        let Some((program, args)) = command.split_first() else {
            return Err(self.failed("it needs an `admin.command` that prints a token"));
        };
        let mut run = Command::new(program);
        run.args(args).stdin(std::process::Stdio::null());
        let output = tokio::task::spawn_blocking(move || run.output()).await;
        let output = output
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(|error| {
                self.failed(format!("the command `{program}` does not start: {error}"))
            })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(self.failed(format!(
                "the command `{program}` ended with {}: {}",
                output.status,
                said.trim()
            )));
        }
        let token = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if token.is_empty() || token.contains(|c: char| c.is_ascii_control() || !c.is_ascii()) {
            return Err(self.failed(format!(
                "the command `{program}` has to print a token, one line and nothing else"
            )));
        }
        Ok(Token {
            expires: end_of(&token),
            secret: SecretText::new(token),
            key: self.key(channel).await,
            lifetime: None,
        })
    }

    /// The key of the metadata that the server wants tokens under.
    async fn key(&self, channel: &Channel) -> String {
        let mut client = AuthMetadataServiceClient::new(channel.clone());
        let config = client.get_public_client_config(PublicClientAuthConfigRequest {});
        // One that does not say takes the usual key.
        let key = config
            .await
            .map(|config| config.into_inner().authorization_metadata_key);
        match key {
            Ok(key) if !key.is_empty() => key.to_ascii_lowercase(),
            _ => DEFAULT_KEY.to_owned(),
        }
    }

    pub(super) fn failed(&self, reason: impl Into<String>) -> ClusterError {
        ClusterError::SignIn {
            endpoint: self.platform.endpoint.clone().into_value(),
            mode: self.platform.auth_mode.to_string(),
            origin: Box::new(self.platform.auth_mode.origin().clone()),
            reason: reason.into(),
        }
    }

    /// What an earlier process has kept.
    fn kept(&self) -> Option<Token> {
        let bytes = private::read(self.file.as_deref()?).ok()?;
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let token = Token {
            secret: SecretText::new(kept.access_token),
            key: kept.key,
            expires: kept.expires.map(at),
            lifetime: kept.lifetime.map(Duration::from_secs),
        };
        token.is_valid(SystemTime::now()).then_some(token)
    }

    fn keep(&self, token: &Token) {
        let Some((file, directory)) = self.file.as_deref().and_then(|f| Some((f, f.parent()?)))
        else {
            return;
        };
        let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).map(|d| d.as_secs()).ok();
        let kept = Kept {
            access_token: token.secret.expose().to_owned(),
            key: token.key.clone(),
            expires: token.expires.and_then(since),
            lifetime: token.lifetime.map(|lifetime| lifetime.as_secs()),
        };
        let written = private::make(directory)
            .and_then(|()| serde_json::to_vec(&kept).map_err(Into::into))
            .and_then(|bytes| private::replace(file, &bytes));
        // The next process asks for one of its own.
        if let Err(error) = written {
            tracing::warn!("the token is not kept: {error}");
        }
    }
}

/// The name of the file of a token: what it was asked for with, without saying it.
fn name_of(platform: &PlatformConfig) -> String {
    let mut digest = Sha256::new();
    let secret = platform.client_credentials_secret.as_ref();
    let scopes = platform.scopes.join(" ");
    for part in [
        platform.endpoint.as_str(),
        platform.client_id.as_deref().unwrap_or_default(),
        secret.map_or("", SecretText::expose),
        &scopes,
        platform.audience.as_deref().unwrap_or_default(),
    ] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    hex(&digest.finalize()[..16])
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// When a token ends that says so itself.
fn end_of(token: &str) -> Option<SystemTime> {
    #[derive(Deserialize)]
    struct Claims {
        exp: f64,
    }
    let claims = token.split('.').nth(1)?;
    let claims = BASE64_URL_SAFE_NO_PAD
        .decode(claims.trim_end_matches('='))
        .ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    Some(UNIX_EPOCH + Duration::try_from_secs_f64(claims.exp).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(left: u64, lifetime: u64) -> Token {
        Token {
            secret: SecretText::new("planted"),
            key: DEFAULT_KEY.to_owned(),
            expires: Some(UNIX_EPOCH + Duration::from_secs(1_000_000 + left)),
            lifetime: Some(Duration::from_secs(lifetime)),
        }
    }

    #[test]
    fn a_token_is_renewed_before_its_end() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert!(token(61, 3600).is_fresh(now));
        assert!(!token(59, 3600).is_fresh(now) && token(59, 3600).is_valid(now));
        // Of a short life a fifth.
        assert!(token(5, 20).is_fresh(now));
        assert!(!token(4, 20).is_fresh(now));
        assert!(!token(0, 20).is_valid(now));
    }

    #[test]
    fn a_token_is_not_printed() {
        assert!(!format!("{:?}", token(1, 1)).contains("planted"));
    }

    #[test]
    fn a_token_says_when_it_ends() {
        // {"exp":1700000000}
        let end = end_of("e30.eyJleHAiOjE3MDAwMDAwMDB9.c2ln").expect("it is valid");
        assert_eq!(
            end.duration_since(UNIX_EPOCH)
                .expect("it is valid")
                .as_secs(),
            1_700_000_000
        );
        assert_eq!(end_of("opaque"), None);
    }
}

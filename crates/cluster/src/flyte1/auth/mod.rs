//! Signing in: how a token is had, where it is kept, and when it is renewed.

mod browser;
mod command;
mod device;
mod failure;
mod grant;
#[cfg(feature = "keyring")]
mod keyring;
mod options;
mod pkce;
mod process_lock;
mod redirect;
mod secret;
mod server;
mod signature;
mod store;
mod token;

use std::{
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use flyte_idl::tonic::transport::Channel;
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;

use super::{
    error::ClusterError,
    http::{Http, host_of},
};
use flyte_config::{
    config::{AuthType, PlatformConfig, SecretText},
    local_state,
};
use flyte_core::lock::lock;

pub(crate) use command::output_within;
use failure::Failure;
#[cfg(feature = "keyring")]
pub use keyring::SystemKeyring;
pub use options::{ConnectOptions, SignInRequest};
use process_lock::{Busy, ProcessLock};
use server::{Endpoints, PublicClient};
use store::TokenFiles;
pub use store::TokenStore;
use token::{Owner, Token};

/// How long a token that is still valid is used without another try after a renewal has failed.
const PAUSE: Duration = Duration::from_secs(5);

/// How long to wait for another process that renews the same token and has no user to wait for.
const PATIENCE: Duration = Duration::from_secs(90);

/// The header of a proxy's token.
const PROXY_KEY: &str = "proxy-authorization";

/// Why a token is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Its end is near.
    Old,
    /// The server has refused it, or wants one.
    Refused,
    /// The user has asked for a new sign-in.
    Asked,
}

/// Where a token is kept.
#[derive(Debug)]
struct Place {
    store: Arc<dyn TokenStore>,
    name: String,
}

/// The tokens of a client, for all its threads.
#[derive(Debug)]
pub(super) struct Auth {
    platform: PlatformConfig,
    http: Http,
    options: ConnectOptions,
    /// Where the token is kept, if it is.
    place: Option<Place>,
    /// Where its lock is.
    directory: Option<PathBuf>,
    endpoints: OnceCell<Endpoints>,
    client: OnceCell<PublicClient>,
    current: RwLock<Option<Token>>,
    /// Whether what an earlier process has kept was read.
    is_read: OnceCell<()>,
    /// Held while a token is made, so that it is made once.
    renewing: tokio::sync::Mutex<()>,
    /// When a renewal before the end is tried again.
    pause: Mutex<Option<Instant>>,
    /// When the last renewal failed, and why.
    failed: Mutex<Option<(Instant, Failure)>>,
    /// The token of the proxy; held while it is made.
    proxy: tokio::sync::Mutex<Option<Token>>,
}

impl Auth {
    pub(super) fn new(platform: &PlatformConfig, http: Http, options: &ConnectOptions) -> Self {
        let directory = local_state::directory(&options.environment)
            .map(|directory| directory.join("cluster").join("tokens"));
        let store = options.store.clone().or_else(|| {
            let files: Arc<dyn TokenStore> = Arc::new(TokenFiles(directory.clone()?));
            Some(files)
        });
        // What a command prints is the command's own to keep.
        let store = store.filter(|_| *platform.auth_mode != AuthType::ExternalCommand);
        Self {
            platform: platform.clone(),
            http,
            options: options.clone(),
            place: store.map(|store| Place {
                store,
                name: name_of(platform, Who::of(platform)),
            }),
            directory,
            endpoints: OnceCell::new(),
            client: OnceCell::new(),
            current: RwLock::new(None),
            is_read: OnceCell::new(),
            renewing: tokio::sync::Mutex::default(),
            pause: Mutex::default(),
            failed: Mutex::default(),
            proxy: tokio::sync::Mutex::default(),
        }
    }

    /// The token to use, if there is one.
    async fn token(&self, channel: &Channel) -> Result<Option<Token>, ClusterError> {
        let read = async || {
            let kept = self.kept().await;
            // What was made by a sign-in is newer.
            if self.get().is_none() {
                self.set(kept);
            }
        };
        self.is_read.get_or_init(read).await;
        let now = SystemTime::now();
        let is_usable = |token: &Token| token.is_fresh(now) || token.is_valid(now) && self.pauses();
        match self.get() {
            Some(token) if !is_usable(&token) => {
                self.renew(channel, Some(&token), Why::Old).await.map(Some)
            }
            token => Ok(token),
        }
    }

    /// Another token than one that is old or was refused. Who comes while one is made gets that one.
    ///
    /// Boxed, so that a program has the ways to sign in once and not in each future that may renew a token.
    fn renew<'a>(
        &'a self,
        channel: &'a Channel,
        old: Option<&'a Token>,
        why: Why,
    ) -> Pin<Box<dyn Future<Output = Result<Token, ClusterError>> + Send + 'a>> {
        Box::pin(async move {
            let asked = Instant::now();
            let _in_this_process = self.renewing.lock().await;
            if let Some(made) = self.get().filter(|made| is_made(made, old, why)) {
                return Ok(made);
            }
            // What has failed while this call waited is not tried again for it: a user would be asked once for each
            // thread.
            if let Some((at, failure)) = lock(&self.failed).clone()
                && at > asked
            {
                return self.without(old, why, failure);
            }
            let _in_all_processes = self.lock().await?;
            let kept = self.kept().await;
            if let Some(made) = kept.clone().filter(|made| is_made(made, old, why)) {
                self.set(Some(made.clone()));
                return Ok(made);
            }
            // What another process has kept is newer than what this one knows.
            let known = kept.or_else(|| self.get());
            let refresh = known.and_then(|known| known.refresh);
            match self
                .make(channel, refresh.filter(|_| why != Why::Asked))
                .await
            {
                Ok(token) => {
                    self.keep(&token).await;
                    self.set(Some(token.clone()));
                    Ok(token)
                }
                Err(failure) => {
                    *lock(&self.failed) = Some((Instant::now(), failure.clone()));
                    self.without(old, why, failure)
                }
            }
        })
    }

    /// What follows when there is no other token: a token is renewed before its end, so that there is time for another
    /// try.
    fn without(
        &self,
        old: Option<&Token>,
        why: Why,
        failure: Failure,
    ) -> Result<Token, ClusterError> {
        match old.filter(|old| why == Why::Old && old.is_valid(SystemTime::now())) {
            Some(old) => {
                tracing::warn!("the token is not renewed yet: {}", failure.text());
                *lock(&self.pause) = Some(Instant::now() + PAUSE);
                Ok(old.clone())
            }
            None => Err(self.without_token(failure)),
        }
    }

    async fn make(&self, channel: &Channel, refresh: Option<SecretText>) -> Result<Token, Failure> {
        match *self.platform.auth_mode {
            AuthType::ClientSecret => return secret::token(self, channel).await,
            AuthType::ExternalCommand => {
                return command::token(self, &self.key(channel).await).await;
            }
            _ => {}
        }
        let mut reason = None;
        if let Some(refresh) = refresh {
            match self.refreshed(channel, &refresh).await {
                Err(failure) if failure.is_refusal() => {
                    tracing::info!("{}", failure.text());
                    reason = Some(failure.into_text());
                }
                done => return done,
            }
        }
        let token = match *self.platform.auth_mode {
            AuthType::DeviceFlow => device::token(self, channel).await,
            _ => pkce::token(self, channel).await,
        };
        token.map_err(|failure| match reason {
            Some(reason) => {
                let text = format!("{reason}; {}", failure.text());
                failure.with_text(text)
            }
            None => failure,
        })
    }

    /// A token for what was issued with an earlier one.
    async fn refreshed(&self, channel: &Channel, refresh: &SecretText) -> Result<Token, Failure> {
        let endpoint = &self.endpoints(channel).await?.token;
        let client = self.public_client(channel).await;
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
            ("client_id", client.id()?),
        ];
        let answer = grant::ask(self, endpoint, &fields, &[]).await?;
        let issued = answer.map_err(|refusal| match refusal.is_outage {
            true => refusal.failure(&format!("{endpoint} gives no token")),
            false => refusal.failure("the last sign-in is no longer accepted"),
        })?;
        Ok(Token::new(
            issued.access_token,
            // A server that gives no other accepts the same again.
            Some(issued.refresh_token.unwrap_or_else(|| refresh.clone())),
            client.key,
            issued.lifetime,
        ))
    }

    /// What shows the user how to sign in.
    fn prompt(&self) -> Result<&(dyn Fn(&SignInRequest) + Send + Sync), Failure> {
        match &self.options.prompt {
            Some(prompt) => Ok(&*prompt.0),
            None => Err(Failure::other(
                "a user has to sign in: run this program's command `login`, \
                 or set `admin.authType: ClientSecret` for a program that runs without one",
            )),
        }
    }

    /// Signs in now. Whether the cluster wants that.
    pub(super) async fn sign_in(&self, channel: &Channel) -> Result<bool, ClusterError> {
        let is_command = *self.platform.auth_mode == AuthType::ExternalCommand;
        if !is_command {
            let endpoints = self.asked_endpoints(channel).await;
            if endpoints
                .map_err(|failure| self.without_token(failure))?
                .is_none()
            {
                return Ok(false);
            }
        }
        self.renew(channel, None, Why::Asked).await?;
        Ok(true)
    }

    /// Forgets the token, here and where it is kept. Whether one was kept.
    pub(super) async fn sign_out(&self) -> Result<bool, ClusterError> {
        let _in_this_process = self.renewing.lock().await;
        let _in_all_processes = self.lock().await?;
        self.set(None);
        let Some(place) = &self.place else {
            return Ok(false);
        };
        let store = Arc::clone(&place.store);
        // Whoever signs out need not have the secret any more, which says that a client has signed in.
        let names = [Who::User, Who::Client].map(|who| name_of(&self.platform, who));
        let removed = blocking(move || {
            let removed = names.iter().map(|name| store.remove(name));
            removed.collect::<std::io::Result<Vec<_>>>()
        });
        let removed = removed.await.map(|removed| removed.contains(&true));
        removed.map_err(|error| self.failed(format!("the kept token cannot be removed: {error}")))
    }

    /// The token for the proxy, another one than one that was refused.
    async fn proxy_token(&self, refused: Option<&Token>) -> Result<Option<Token>, Failure> {
        let command = &*self.platform.proxy_command;
        if command.is_empty() {
            return Ok(None);
        }
        let mut current = self.proxy.lock().await;
        if let Some(token) = &*current
            && token.is_fresh(SystemTime::now())
            && !token.is_same(refused)
        {
            return Ok(Some(token.clone()));
        }
        let token = Token::printed(command::printed(command).await?, PROXY_KEY);
        *current = Some(token.clone());
        Ok(Some(token))
    }

    /// The host of the cluster.
    fn host(&self) -> Option<String> {
        match self.platform.endpoint.contains("://") {
            true => host_of(&self.platform.endpoint),
            false => host_of(&format!("http://{}", *self.platform.endpoint)),
        }
    }

    fn get(&self) -> Option<Token> {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, token: Option<Token>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    fn pauses(&self) -> bool {
        lock(&self.pause).is_some_and(|end| Instant::now() < end)
    }

    /// The lock that other processes respect.
    async fn lock(&self) -> Result<ProcessLock, ClusterError> {
        let Some(place) = &self.place else {
            return Ok(ProcessLock::none());
        };
        let patience = match self.options.prompt {
            Some(_) => self.options.patience + PATIENCE,
            None => PATIENCE,
        };
        let locked = process_lock::lock(self.directory.as_deref(), &place.name, patience).await;
        locked.map_err(|Busy| {
            self.failed(format!(
                "another process has been signing in for {patience:?}; try again when it is done"
            ))
        })
    }

    pub(super) fn failed(&self, reason: impl Into<String>) -> ClusterError {
        self.without_token(Failure::other(reason))
    }

    fn without_token(&self, failure: Failure) -> ClusterError {
        ClusterError::SignIn {
            endpoint: self.platform.endpoint.clone().into_value(),
            mode: self.platform.auth_mode.to_string(),
            origin: Box::new(self.platform.auth_mode.origin().clone()),
            is_outage: failure.is_outage(),
            reason: failure.into_text(),
        }
    }

    fn proxy_failed(&self, failure: Failure) -> ClusterError {
        ClusterError::SignIn {
            endpoint: self.platform.endpoint.clone().into_value(),
            mode: "proxyCommand".to_owned(),
            origin: Box::new(self.platform.proxy_command.origin().clone()),
            is_outage: failure.is_outage(),
            reason: failure.into_text(),
        }
    }

    /// What a token has to be of to be used.
    fn kept_for(&self) -> Owner {
        let secret = self.platform.client_credentials_secret.as_ref();
        let secret = secret.filter(|_| Who::of(&self.platform) == Who::Client);
        Owner {
            endpoint: self.platform.endpoint.clone().into_value(),
            secret: secret.map(|secret| {
                let name = name_of(&self.platform, Who::Client);
                hex(&Sha256::digest(format!("{name}:{}", secret.expose()))[..16])
            }),
        }
    }

    /// What was kept last.
    async fn kept(&self) -> Option<Token> {
        let place = self.place.as_ref()?;
        let (store, name) = (Arc::clone(&place.store), place.name.clone());
        let text = match blocking(move || store.read(&name)).await {
            Ok(text) => text?,
            Err(error) => {
                tracing::warn!("the kept token cannot be read, and is replaced: {error}");
                return None;
            }
        };
        match Token::of_text(text.expose(), &self.kept_for()) {
            Ok(token) => Some(token),
            Err(why) => {
                tracing::warn!("the kept token `{}` is replaced: {why}", place.name);
                None
            }
        }
    }

    async fn keep(&self, token: &Token) {
        let Some(place) = &self.place else {
            return;
        };
        let (store, name) = (Arc::clone(&place.store), place.name.clone());
        let text = token.to_text(self.kept_for());
        // The next process asks for one of its own.
        if let Err(error) = blocking(move || store.write(&name, &text)).await {
            tracing::warn!("the token is not kept: {error}");
        }
    }
}

/// Whether a token was made since another one was found old or refused.
fn is_made(made: &Token, old: Option<&Token>, why: Why) -> bool {
    why != Why::Asked && !made.is_same(old) && made.is_fresh(SystemTime::now())
}

/// Does what may wait for a disk, or for the user to open a keyring.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(std::io::Error::other)?
}

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// A user's, with a browser or another device.
    User,
    /// That of a client with a secret.
    Client,
}

impl Who {
    fn of(platform: &PlatformConfig) -> Self {
        match *platform.auth_mode {
            AuthType::ClientSecret => Self::Client,
            _ => Self::User,
        }
    }
}

/// The name under which a token is kept: what it was asked for with, without saying it. The secret is not in it, so
/// that a token can be forgotten without.
fn name_of(platform: &PlatformConfig, who: Who) -> String {
    let mut digest = Sha256::new();
    let scopes = platform.scopes.join(" ");
    // A user who has signed in on another device is the same one as with a browser.
    let (who, id) = match who {
        Who::Client => ("client", platform.client_id.as_deref().unwrap_or_default()),
        Who::User => ("user", ""),
    };
    for part in [
        platform.endpoint.as_str(),
        who,
        id,
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

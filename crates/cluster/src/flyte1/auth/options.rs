//! What a program decides about its connection, beside the settings.

use std::{fmt, sync::Arc, time::Duration};

use super::store::TokenStore;
use flyte_config::config::Environment;

/// How to connect to a cluster, beside the settings: where tokens are kept, and what to do when a user has to sign in.
///
/// ```
/// use flyte_runtime::cluster::ConnectOptions;
///
/// let options = ConnectOptions::new().on_sign_in(|request| println!("{request}"));
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ConnectOptions {
    pub(in crate::flyte1) environment: Environment,
    pub(super) prompt: Option<Prompt>,
    pub(super) store: Option<Arc<dyn TokenStore>>,
    pub(super) opens_browser: bool,
    pub(super) patience: Duration,
}

/// How long a user may take unless the program says otherwise.
const PATIENCE: Duration = Duration::from_secs(600);

/// What shows a request to the user.
#[derive(Clone)]
pub(super) struct Prompt(pub(super) Arc<dyn Fn(&SignInRequest) + Send + Sync>);

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prompt")
    }
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl ConnectOptions {
    /// The environment of this process, tokens in files, and nobody who could sign in.
    pub fn new() -> Self {
        Self {
            environment: Environment::process(),
            prompt: None,
            store: None,
            opens_browser: false,
            patience: PATIENCE,
        }
    }

    /// Another environment, which says where tokens are kept and which browser there is.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Shows the user what to do when a sign-in needs one: with the modes `Pkce` and `DeviceFlow`, and when their kept
    /// tokens are no longer accepted. Without it, such a call fails with
    /// [`ClusterError::SignIn`](crate::flyte1::ClusterError::SignIn).
    pub fn on_sign_in(mut self, show: impl Fn(&SignInRequest) + Send + Sync + 'static) -> Self {
        self.prompt = Some(Prompt(Arc::new(show)));
        self
    }

    /// Opens a browser for the mode `Pkce`: that of the variable `BROWSER`, otherwise that of the desktop. What
    /// [`on_sign_in`](Self::on_sign_in) shows is shown anyway.
    pub fn open_browser(mut self, opens: bool) -> Self {
        self.opens_browser = opens;
        self
    }

    /// Waits so long for a user who signs in, instead of ten minutes.
    pub fn sign_in_timeout(mut self, timeout: Duration) -> Self {
        self.patience = timeout;
        self
    }

    /// Keeps tokens somewhere else.
    pub fn token_store(mut self, store: impl TokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }
}

/// What a user has to do to sign in. Its text says so in one or two lines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignInRequest {
    /// The address of the cluster.
    pub endpoint: String,
    /// The page to open in a browser.
    pub url: String,
    /// The code to enter there, with the mode `DeviceFlow`; that page may be opened on any device.
    pub code: Option<String>,
    /// A page that knows the code already, if the server has one.
    pub url_with_code: Option<String>,
}

impl fmt::Display for SignInRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, url, .. } = self;
        match &self.code {
            None => write!(
                f,
                "to sign in to {endpoint}, open in a browser of this machine\n  {url}"
            ),
            Some(code) => {
                write!(
                    f,
                    "to sign in to {endpoint}, open on any device\n  {url}\nand enter the code {code}"
                )?;
                match &self.url_with_code {
                    Some(url) => write!(f, "; this page has it already:\n  {url}"),
                    None => Ok(()),
                }
            }
        }
    }
}

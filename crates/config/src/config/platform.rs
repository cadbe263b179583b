//! The connection to a Flyte backend.

use std::{fmt, str::FromStr};

use super::{
    ConfigError, Origin, SecretText, Sourced, api_key,
    reader::{Key, Over, Reader},
    sourced::ConfigEntry,
};

/// How a program authenticates to a backend.
///
/// Corresponds to `flytekit.configuration.AuthType`, whose eight members are two or more names for each of these four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthType {
    /// A browser window: the PKCE-enhanced authorization code flow. Also called `standard`.
    #[default]
    Pkce,
    /// A client id and a client secret. Also called `basic` and `client_credentials`.
    ClientSecret,
    /// A command that prints a token. Also called `external_process`.
    ExternalCommand,
    /// A code that the user enters on another device.
    DeviceFlow,
}

impl AuthType {
    const FORMS: &str = "`Pkce`, `ClientSecret`, `ExternalCommand` or `DeviceFlow`";

    fn from_text(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "pkce" | "standard" => Self::Pkce,
            "clientsecret" | "basic" | "client_credentials" => Self::ClientSecret,
            "externalcommand" | "external_process" => Self::ExternalCommand,
            "deviceflow" => Self::DeviceFlow,
            _ => return None,
        })
    }
}

impl fmt::Display for AuthType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkce => "Pkce",
            Self::ClientSecret => "ClientSecret",
            Self::ExternalCommand => "ExternalCommand",
            Self::DeviceFlow => "DeviceFlow",
        })
    }
}

/// A text that does not name an authentication mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a way to authenticate; write {forms}", forms = AuthType::FORMS)]
pub struct UnknownAuthType(String);

impl FromStr for AuthType {
    type Err = UnknownAuthType;

    /// Parses any of flytekit's names; case does not matter.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_text(text).ok_or_else(|| UnknownAuthType(text.to_owned()))
    }
}

/// Settings for the connection to a Flyte backend. Corresponds to `flytekit.configuration.PlatformConfig`.
///
/// Variables are `FLYTE_PLATFORM_…` for the address (`FLYTE_PLATFORM_URL` is the endpoint) and `FLYTE_CREDENTIALS_…`
/// for authentication; in the YAML file both are under `admin`.
///
/// An API key in `FLYTE_API_KEY`, `UNION_API_KEY`, `UNION_SERVERLESS_API_KEY` or `UNIONAI_SERVERLESS_API_KEY` gives
/// endpoint, client and secret together, and takes precedence over all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformConfig {
    /// Host and port of the backend, without a scheme: `localhost:30080` by default.
    pub endpoint: Sourced<String>,
    /// Whether to connect without TLS.
    pub insecure: Sourced<bool>,
    /// Whether to accept any certificate of the backend.
    pub insecure_skip_verify: Sourced<bool>,
    /// A file with the root certificate for verification.
    pub ca_cert_file_path: Sourced<Option<String>>,
    /// The address of the console, if it is not the backend's.
    pub console_endpoint: Sourced<Option<String>>,
    /// The command that prints a token, for [`AuthType::ExternalCommand`].
    pub command: Sourced<Vec<String>>,
    /// The command that prints a token for a proxy in front of the backend.
    pub proxy_command: Sourced<Vec<String>>,
    /// The public client id of the program.
    pub client_id: Sourced<Option<String>>,
    /// The client secret, for [`AuthType::ClientSecret`].
    pub client_credentials_secret: Sourced<Option<SecretText>>,
    /// The scopes to request.
    pub scopes: Sourced<Vec<String>>,
    /// The authentication mode.
    pub auth_mode: Sourced<AuthType>,
    /// The audience to request.
    pub audience: Sourced<Option<String>>,
    /// How often a failed call is retried.
    pub rpc_retries: Sourced<u32>,
    /// An HTTP proxy for authentication requests.
    pub http_proxy_url: Sourced<Option<String>>,
}

impl Default for PlatformConfig {
    fn default() -> Self {
        Self {
            endpoint: Sourced::by_default("localhost:30080".to_owned()),
            insecure: Sourced::default(),
            insecure_skip_verify: Sourced::default(),
            ca_cert_file_path: Sourced::default(),
            console_endpoint: Sourced::default(),
            command: Sourced::default(),
            proxy_command: Sourced::default(),
            client_id: Sourced::default(),
            client_credentials_secret: Sourced::default(),
            scopes: Sourced::default(),
            auth_mode: Sourced::default(),
            audience: Sourced::default(),
            rpc_retries: Sourced::by_default(3),
            http_proxy_url: Sourced::default(),
        }
    }
}

const ENDPOINT: Key = Key::new("platform.endpoint", "platform", "url").yaml("admin.endpoint");
const INSECURE: Key = Key::new("platform.insecure", "platform", "insecure").yaml("admin.insecure");
const INSECURE_SKIP_VERIFY: Key = Key::new(
    "platform.insecure_skip_verify",
    "platform",
    "insecure_skip_verify",
)
.yaml("admin.insecureSkipVerify");
const CA_CERT_FILE_PATH: Key = Key::new(
    "platform.ca_cert_file_path",
    "platform",
    "ca_cert_file_path",
)
.yaml("admin.caCertFilePath");
const CONSOLE_ENDPOINT: Key =
    Key::new("platform.console_endpoint", "platform", "console_endpoint").yaml("console.endpoint");
const HTTP_PROXY_URL: Key =
    Key::new("platform.http_proxy_url", "platform", "http_proxy_url").yaml("admin.httpProxyURL");
const COMMAND: Key = Key::new("platform.command", "credentials", "command").yaml("admin.command");
const PROXY_COMMAND: Key =
    Key::new("platform.proxy_command", "credentials", "proxy_command").yaml("admin.proxyCommand");
const CLIENT_ID: Key =
    Key::new("platform.client_id", "credentials", "client_id").yaml("admin.clientId");
const CLIENT_SECRET: Key = Key::new(
    "platform.client_credentials_secret",
    "credentials",
    "client_secret",
);
const CLIENT_SECRET_LOCATION: Key = Key::new(
    "platform.client_credentials_secret",
    "credentials",
    "client_secret_location",
)
.yaml("admin.clientSecretLocation");
const CLIENT_SECRET_ENV_VAR: Key = Key::new(
    "platform.client_credentials_secret",
    "credentials",
    "client_secret_env_var",
)
.yaml("admin.clientSecretEnvVar");
const SCOPES: Key = Key::new("platform.scopes", "credentials", "scopes").yaml("admin.scopes");
const AUTH_MODE: Key =
    Key::new("platform.auth_mode", "credentials", "auth_mode").yaml("admin.authType");
const AUDIENCE: Key =
    Key::new("platform.audience", "credentials", "audience").yaml("admin.audience");
const RPC_RETRIES: &str = "platform.rpc_retries";

impl PlatformConfig {
    /// Settings for an endpoint, with defaults for everything else. A leading `dns:///` is dropped.
    pub fn for_endpoint(endpoint: impl Into<String>, insecure: bool) -> Self {
        Self::default().with_endpoint(endpoint, insecure)
    }

    /// These settings for another endpoint.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>, insecure: bool) -> Self {
        self.endpoint = without_scheme(endpoint.into()).into();
        self.insecure = insecure.into();
        self
    }

    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        reader
            .text(ENDPOINT)?
            .map(|found| found.map(without_scheme))
            .over(&mut config.endpoint);
        reader.flag(INSECURE)?.over(&mut config.insecure);
        reader
            .flag(INSECURE_SKIP_VERIFY)?
            .over(&mut config.insecure_skip_verify);
        reader
            .text(CA_CERT_FILE_PATH)?
            .over(&mut config.ca_cert_file_path);
        reader
            .text(CONSOLE_ENDPOINT)?
            .over(&mut config.console_endpoint);
        reader.list(COMMAND)?.over(&mut config.command);
        reader.list(PROXY_COMMAND)?.over(&mut config.proxy_command);
        reader.text(CLIENT_ID)?.over(&mut config.client_id);
        reader.list(SCOPES)?.over(&mut config.scopes);
        reader
            .parsed(AUTH_MODE, AuthType::FORMS, AuthType::from_text)?
            .over(&mut config.auth_mode);
        reader.text(AUDIENCE)?.over(&mut config.audience);
        reader
            .text(HTTP_PROXY_URL)?
            .over(&mut config.http_proxy_url);
        config.read_secret(reader)?;
        api_key::apply(&mut config, reader.env)?;
        Ok(config)
    }

    /// Reads the secret: one in the configuration, then one in a file, then one in a variable; the last one found
    /// counts. The setting that names a file or a variable with one also selects the authentication mode.
    fn read_secret(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        let secret = reader.text(CLIENT_SECRET)?;
        secret
            .filter(|_| !reader.leaves_secrets)
            .map(|found| found.map(SecretText::new))
            .over(&mut self.client_credentials_secret);
        let mut decide = |secret: String, origin: Origin, setting: &Origin| {
            self.auth_mode = Sourced::new(AuthType::ClientSecret, setting.clone());
            self.client_credentials_secret = Sourced::new(Some(SecretText::new(secret)), origin);
        };
        if reader.leaves_secrets {
            for key in [CLIENT_SECRET_LOCATION, CLIENT_SECRET_ENV_VAR] {
                if let Some(setting) = reader.text(key)? {
                    self.auth_mode = Sourced::new(AuthType::ClientSecret, setting.origin().clone());
                }
            }
            return Ok(());
        }
        if let Some(location) = reader.text(CLIENT_SECRET_LOCATION)? {
            let path = reader.env.resolve(location.as_ref());
            match std::fs::read_to_string(&path) {
                Ok(text) if text.trim().is_empty() => {
                    let notice = format!(
                        "{}, which {} names, holds no client secret",
                        path.display(),
                        location.origin()
                    );
                    reader.notices.borrow_mut().push(notice);
                }
                Ok(text) => decide(
                    text.trim().to_owned(),
                    Origin::Contents { path: path.into() },
                    location.origin(),
                ),
                Err(source) => {
                    return Err(ConfigError::SecretFile {
                        path,
                        origin: location.origin().clone(),
                        source,
                    });
                }
            }
        }
        if let Some(name) = reader.text(CLIENT_SECRET_ENV_VAR)? {
            match reader.env.var(&name).filter(|secret| !secret.is_empty()) {
                Some(secret) => {
                    let setting = name.origin().clone();
                    let name = name.into_value();
                    decide(secret, Origin::Variable { name }, &setting);
                }
                None => {
                    let notice = format!(
                        "the variable {}, which {} names, is not set",
                        *name,
                        name.origin()
                    );
                    reader.notices.borrow_mut().push(notice);
                }
            }
        }
        Ok(())
    }

    pub(super) fn entries(&self) -> Vec<ConfigEntry> {
        vec![
            ConfigEntry::new(ENDPOINT.name(), &self.endpoint),
            ConfigEntry::new(INSECURE.name(), &self.insecure),
            ConfigEntry::new(INSECURE_SKIP_VERIFY.name(), &self.insecure_skip_verify),
            ConfigEntry::new(CA_CERT_FILE_PATH.name(), &self.ca_cert_file_path),
            ConfigEntry::new(CONSOLE_ENDPOINT.name(), &self.console_endpoint),
            ConfigEntry::new(COMMAND.name(), &self.command),
            ConfigEntry::new(PROXY_COMMAND.name(), &self.proxy_command),
            ConfigEntry::new(CLIENT_ID.name(), &self.client_id),
            ConfigEntry::new(CLIENT_SECRET.name(), &self.client_credentials_secret),
            ConfigEntry::new(SCOPES.name(), &self.scopes),
            ConfigEntry::new(AUTH_MODE.name(), &self.auth_mode),
            ConfigEntry::new(AUDIENCE.name(), &self.audience),
            ConfigEntry::new(RPC_RETRIES, &self.rpc_retries),
            ConfigEntry::new(HTTP_PROXY_URL.name(), &self.http_proxy_url),
        ]
    }
}

pub(super) fn without_scheme(endpoint: String) -> String {
    match endpoint.strip_prefix("dns:///") {
        Some(rest) => rest.to_owned(),
        None => endpoint,
    }
}

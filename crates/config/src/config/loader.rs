//! The whole configuration and its loader.

use crate::setters::setters;
use std::path::{Path, PathBuf};

use super::{
    ConfigEntry, ConfigError, ConfigFile, DataConfig, Environment, LocalConfig, Origin,
    PlatformConfig, S3Config, SecretText, SecretsConfig, Sourced, StatsConfig, TaskConfig,
    reader::{Key, Over, Reader},
};

/// Everything that can be configured. Corresponds to `flytekit.configuration.Config`.
///
/// The fields can be changed. Assigning a value (`config.platform.insecure = true.into()`) records that the program set
/// it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The connection to a backend.
    pub platform: PlatformConfig,
    /// Where secrets are searched for.
    pub secrets: SecretsConfig,
    /// Where metrics go.
    pub stats: StatsConfig,
    /// How data is stored.
    pub data: DataConfig,
    /// Settings of local runs.
    pub local: LocalConfig,
    /// Where entities are registered.
    pub task: TaskConfig,
    /// The directory for files of local runs (`FLYTE_SDK_LOCAL_SANDBOX`).
    ///
    /// `None` stands for a fresh temporary directory, which is created on first use and removed with its user.
    /// (flytekit creates one on import and never removes it.)
    pub local_sandbox_path: Sourced<Option<PathBuf>>,
    /// The images in the file, in order; see [`ImageConfig::auto`](crate::settings::ImageConfig::auto).
    pub images: Vec<(String, Sourced<String>)>,
    file: Option<PathBuf>,
    notices: Vec<String>,
}

const SANDBOX: Key = Key::new("local_sandbox_path", "sdk", "local_sandbox");

macro_rules! parts {
    ($($part:ident: $field:ident),*) => { $(
        impl $part {
            /// Only these settings, read as in [`Config::auto`].
            ///
            /// # Errors
            ///
            /// As [`Config::auto`].
            pub fn auto(config_file: Option<&Path>) -> Result<Self, ConfigError> {
                Ok(Config::auto(config_file)?.$field)
            }
        }
    )* };
}

parts!(PlatformConfig: platform, SecretsConfig: secrets, StatsConfig: stats, DataConfig: data);

impl Config {
    /// Reads the configuration of this process: its environment, and a file.
    ///
    /// Without a `config_file`, a file is searched for ([`ConfigFile::find`]); none is required. Nothing is cached:
    /// call this once and keep the result.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the file cannot be read, or a value is not valid.
    pub fn auto(config_file: Option<&Path>) -> Result<Self, ConfigError> {
        let loader = Self::loader();
        match config_file {
            Some(path) => loader.file(path).load(),
            None => loader.load(),
        }
    }

    /// Like [`auto`](Self::auto), with a choice of the environment and the file.
    pub fn loader() -> ConfigLoader {
        ConfigLoader {
            environment: None,
            file: Choice::Find,
            leaves_secrets: false,
        }
    }

    /// The configuration of this process for another backend.
    ///
    /// [`with_endpoint`](Self::with_endpoint) does the same for an existing configuration, and
    /// [`with_params`](Self::with_params) replaces its storage settings.
    ///
    /// # Errors
    ///
    /// As [`auto`](Self::auto).
    pub fn for_endpoint(endpoint: impl Into<String>, insecure: bool) -> Result<Self, ConfigError> {
        Ok(Self::auto(None)?.with_endpoint(endpoint, insecure))
    }

    /// The configuration for the local sandbox that `flytectl demo start` runs. Reads nothing.
    ///
    /// ```
    /// let config = flyte_runtime::config::Config::for_sandbox();
    /// assert_eq!(config.platform.endpoint, "localhost:30080");
    /// assert_eq!(config.data.s3.endpoint.as_deref(), Some("http://localhost:30002"));
    /// ```
    pub fn for_sandbox() -> Self {
        let platform = PlatformConfig {
            auth_mode: super::AuthType::Pkce.into(),
            ..PlatformConfig::for_endpoint("localhost:30080", true)
        };
        let s3 = S3Config {
            endpoint: "http://localhost:30002".into(),
            access_key_id: "minio".into(),
            secret_access_key: SecretText::new("miniostorage").into(),
            ..S3Config::default()
        };
        Self {
            platform,
            data: DataConfig {
                s3,
                ..DataConfig::default()
            },
            ..Self::default()
        }
    }

    /// This configuration for another backend. A leading `dns:///` of the endpoint is dropped.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>, insecure: bool) -> Self {
        self.platform = self.platform.with_endpoint(endpoint, insecure);
        self
    }

    /// A copy in which the given parts replace the existing ones.
    ///
    /// ```
    /// use flyte_runtime::{compat::{ConfigParams, StatsConfig}, config::Config};
    ///
    /// let stats = StatsConfig::default().disabled(true);
    /// let config = Config::for_sandbox().with_params(ConfigParams::default().stats(stats));
    /// assert!(*config.stats.disabled && *config.platform.insecure);
    /// ```
    #[must_use]
    pub fn with_params(&self, params: ConfigParams) -> Self {
        let mut config = self.clone();
        let ConfigParams {
            platform,
            secrets,
            stats,
            data,
            local_sandbox_path,
        } = params;
        config.platform = platform.unwrap_or(config.platform);
        config.secrets = secrets.unwrap_or(config.secrets);
        config.stats = stats.unwrap_or(config.stats);
        config.data = data.unwrap_or(config.data);
        config.local_sandbox_path =
            local_sandbox_path.map_or(config.local_sandbox_path, Sourced::from);
        config
    }

    /// Every value with its path and origin and with secrets masked, as `config show` prints them.
    pub fn entries(&self) -> Vec<ConfigEntry> {
        let mut entries = self.platform.entries();
        entries.extend(self.secrets.entries());
        entries.extend(self.stats.entries());
        entries.extend(self.data.entries());
        entries.extend(self.local.entries());
        entries.extend(self.task.entries());
        entries.push(ConfigEntry::new(SANDBOX.name(), &self.local_sandbox_path));
        entries
    }

    /// The origin of a value, by its path such as `platform.endpoint`; `None` for an unknown path.
    pub fn origin(&self, key: &str) -> Option<Origin> {
        self.entries()
            .into_iter()
            .find(|entry| entry.key == key)
            .map(|entry| entry.origin)
    }

    /// The file that was read, if any.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// What was ignored while reading, as texts for users: a variable that names a missing file, or a zero that means
    /// the default.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }
}

/// The parts that [`Config::with_params`] replaces; `None` keeps the existing part.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ConfigParams {
    /// The connection to a backend.
    pub platform: Option<PlatformConfig>,
    /// Where secrets are searched for.
    pub secrets: Option<SecretsConfig>,
    /// Where metrics go.
    pub stats: Option<StatsConfig>,
    /// How data is stored.
    pub data: Option<DataConfig>,
    /// The directory for files of local runs.
    pub local_sandbox_path: Option<PathBuf>,
}

setters! {
    ConfigParams {
        /// Replaces how to reach a backend.
        platform: PlatformConfig = Some;
        /// Replaces where secrets are found.
        secrets: SecretsConfig = Some;
        /// Replaces where metrics go.
        stats: StatsConfig = Some;
        /// Replaces how data is stored.
        data: DataConfig = Some;
        /// Replaces the directory for files of local runs.
        local_sandbox_path: PathBuf = Some;
    }
}

/// Reads a [`Config`] from an environment and a file.
#[derive(Clone, Debug)]
#[must_use = "nothing is read before `load`"]
pub struct ConfigLoader {
    environment: Option<Environment>,
    file: Choice,
    leaves_secrets: bool,
}

#[derive(Clone, Debug)]
enum Choice {
    Find,
    Named(PathBuf),
    None,
}

impl ConfigLoader {
    /// Reads from this environment instead of the process's own.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Reads this file, which must exist, instead of searching for one. A relative path is resolved against the
    /// environment's current directory.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Choice::Named(path.into());
        self
    }

    /// Reads no file.
    pub fn no_file(mut self) -> Self {
        self.file = Choice::None;
        self
    }

    /// Does not read the secret of a client, nor the file that it is in: for what needs none, such as forgetting a
    /// token.
    pub fn without_client_secret(mut self) -> Self {
        self.leaves_secrets = true;
        self
    }

    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the file cannot be read, or a value is not valid.
    pub fn load(self) -> Result<Config, ConfigError> {
        let environment = self.environment.unwrap_or_default();
        let mut notices = Vec::new();
        let file = match self.file {
            Choice::Find => ConfigFile::find(&environment, &mut notices)?,
            Choice::Named(path) => Some(ConfigFile::read(environment.resolve(&path))?),
            Choice::None => None,
        };
        let mut reader = Reader::new(&environment, file.as_ref(), notices);
        reader.leaves_secrets = self.leaves_secrets;
        let mut config = Config {
            platform: PlatformConfig::read(&reader)?,
            secrets: SecretsConfig::read(&reader)?,
            stats: StatsConfig::read(&reader)?,
            data: DataConfig::read(&reader)?,
            local: LocalConfig::read(&reader)?,
            task: TaskConfig::read(&reader)?,
            local_sandbox_path: Sourced::default(),
            images: reader.images()?,
            file: file.as_ref().map(|file| file.path().to_owned()),
            notices: Vec::new(),
        };
        reader
            .text(SANDBOX)?
            .map(|found| found.map(PathBuf::from))
            .over(&mut config.local_sandbox_path);
        config.notices = reader.into_notices();
        for notice in &config.notices {
            tracing::warn!("{notice}");
        }
        Ok(config)
    }
}

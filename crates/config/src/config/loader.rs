//! The whole configuration, and how it is put together.

use crate::setters::setters;
use std::path::{Path, PathBuf};

use super::{
    ConfigEntry, ConfigError, ConfigFile, DataConfig, Environment, LocalConfig, Origin,
    PlatformConfig, S3Config, SecretText, SecretsConfig, Sourced, StatsConfig, TaskConfig,
    reader::{Key, Over, Reader},
};

/// Everything that can be configured. Corresponds to `flytekit.configuration.Config`.
///
/// The fields can be changed; a value that is assigned (`config.platform.insecure = true.into()`) says that the
/// program gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// How to reach a backend.
    pub platform: PlatformConfig,
    /// Where secrets are found.
    pub secrets: SecretsConfig,
    /// Where metrics go.
    pub stats: StatsConfig,
    /// How data is stored.
    pub data: DataConfig,
    /// How runs on this machine behave.
    pub local: LocalConfig,
    /// Where entities are registered.
    pub task: TaskConfig,
    /// The directory for files of local runs (`FLYTE_SDK_LOCAL_SANDBOX`).
    ///
    /// `None` stands for a fresh temporary directory, made by whoever first needs it and removed with it. (flytekit
    /// makes one when it is imported, and never removes it.)
    pub local_sandbox_path: Sourced<Option<PathBuf>>,
    /// The images that the file names, in its order; see
    /// [`ImageConfig::auto`](crate::settings::ImageConfig::auto).
    pub images: Vec<(String, Sourced<String>)>,
    file: Option<PathBuf>,
    notices: Vec<String>,
}

const SANDBOX: Key = Key::new("local_sandbox_path", "sdk", "local_sandbox");

macro_rules! parts {
    ($($part:ident: $field:ident),*) => { $(
        impl $part {
            /// These settings alone, found as [`Config::auto`] finds them all.
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
    /// Without a `config_file`, one is looked for ([`ConfigFile::find`]); there need not be any. Nothing is
    /// remembered: ask once and keep the answer.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the file cannot be read, or a value cannot be understood.
    pub fn auto(config_file: Option<&Path>) -> Result<Self, ConfigError> {
        let loader = Self::loader();
        match config_file {
            Some(path) => loader.file(path).load(),
            None => loader.load(),
        }
    }

    /// Like [`auto`](Self::auto) with its choices spelled out: whose environment, and which file.
    pub fn loader() -> ConfigLoader {
        ConfigLoader {
            environment: None,
            file: Choice::Find,
        }
    }

    /// The configuration of this process for another backend.
    ///
    /// [`with_endpoint`](Self::with_endpoint) does the same for a configuration that is already there, and
    /// [`with_params`](Self::with_params) replaces its storage settings.
    ///
    /// # Errors
    ///
    /// As [`auto`](Self::auto).
    pub fn for_endpoint(endpoint: impl Into<String>, insecure: bool) -> Result<Self, ConfigError> {
        Ok(Self::auto(None)?.with_endpoint(endpoint, insecure))
    }

    /// The configuration for the sandbox that `flytectl demo start` runs on this machine. Reads nothing.
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

    /// This configuration for another backend. A `dns:///` in front of the endpoint is dropped.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>, insecure: bool) -> Self {
        self.platform = self.platform.with_endpoint(endpoint, insecure);
        self
    }

    /// A copy in which the parts that are given replace those that were there.
    ///
    /// ```
    /// use flyte_runtime::{compat::{ConfigParams, StatsConfig}, config::Config};
    ///
    /// let stats = StatsConfig { disabled: true.into(), ..StatsConfig::default() };
    /// let config = Config::for_sandbox().with_params(ConfigParams { stats: Some(stats), ..ConfigParams::default() });
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

    /// Every value with its path and origin, secrets masked: what a `config show` prints.
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

    /// Where a value came from, by its path such as `platform.endpoint`; `None` if there is no such path.
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

    /// What was passed over while reading, as texts for a person: a variable that names a missing file, a zero that
    /// means the default.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }
}

/// The parts that [`Config::with_params`] replaces; `None` keeps what is there.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ConfigParams {
    /// How to reach a backend.
    pub platform: Option<PlatformConfig>,
    /// Where secrets are found.
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

/// Reads a [`Config`]: from which environment, and from which file.
#[derive(Clone, Debug)]
#[must_use = "nothing is read before `load`"]
pub struct ConfigLoader {
    environment: Option<Environment>,
    file: Choice,
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

    /// Reads this file, which must exist, instead of looking for one. A relative path starts from the environment's
    /// current directory.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Choice::Named(path.into());
        self
    }

    /// Reads no file at all.
    pub fn no_file(mut self) -> Self {
        self.file = Choice::None;
        self
    }

    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the file cannot be read, or a value cannot be understood.
    pub fn load(self) -> Result<Config, ConfigError> {
        let environment = self.environment.unwrap_or_default();
        let mut notices = Vec::new();
        let file = match self.file {
            Choice::Find => ConfigFile::find(&environment, &mut notices)?,
            Choice::Named(path) => Some(ConfigFile::read(environment.resolve(&path))?),
            Choice::None => None,
        };
        let reader = Reader::new(&environment, file.as_ref(), notices);
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

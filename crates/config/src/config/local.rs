//! Settings of a program on its own: secrets, metrics, the local cache, and where things are registered by default.

use super::{
    ConfigError, Origin, Sourced,
    reader::{Key, Over, Reader},
    sourced::ConfigEntry,
};
use crate::setters::setters;

/// Where a task finds its secrets. Corresponds to `flytekit.configuration.SecretsConfig`.
///
/// These three are set by `FLYTE_SECRETS_ENV_PREFIX`, `FLYTE_SECRETS_DEFAULT_DIR` and `FLYTE_SECRETS_FILE_PREFIX`, or
/// by `[secrets]` in an ini file. They say where to look; a secret itself is read when a task asks for it, from the
/// variable `<env_prefix><GROUP>_<KEY>` or the file `<default_dir>/<group>/<file_prefix><key>`.
///
/// Some of Flyte's pages show secrets in variables `FLYTE_SECRETS_<GROUP>_<KEY>`. That is what `env_prefix =
/// "FLYTE_SECRETS_"` means; whether that form is also tried without it is decided where secrets are read. A group
/// `env`, `default` or `file` with a key `prefix` or `dir` would collide with the three settings above.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretsConfig {
    /// What a variable with a secret begins with: `_FSEC_`.
    pub env_prefix: Sourced<String>,
    /// The directory with a folder for every group: `/etc/secrets`.
    pub default_dir: Sourced<String>,
    /// What a file with a secret begins with: nothing.
    pub file_prefix: Sourced<String>,
}

setters! {
    SecretsConfig {
        /// With another beginning of variables.
        env_prefix: Sourced<String>;
        /// With another directory.
        default_dir: Sourced<String>;
        /// With another beginning of files.
        file_prefix: Sourced<String>;
    }
}

impl Default for SecretsConfig {
    fn default() -> Self {
        Self {
            env_prefix: Sourced::by_default("_FSEC_".to_owned()),
            default_dir: Sourced::by_default("/etc/secrets".to_owned()),
            file_prefix: Sourced::default(),
        }
    }
}

const ENV_PREFIX: Key = Key::new("secrets.env_prefix", "secrets", "env_prefix");
const DEFAULT_DIR: Key = Key::new("secrets.default_dir", "secrets", "default_dir");
const FILE_PREFIX: Key = Key::new("secrets.file_prefix", "secrets", "file_prefix");

impl SecretsConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        reader
            .text(ENV_PREFIX)?
            .map(trimmed)
            .over(&mut config.env_prefix);
        reader
            .text(DEFAULT_DIR)?
            .map(trimmed)
            .over(&mut config.default_dir);
        reader
            .text(FILE_PREFIX)?
            .map(trimmed)
            .over(&mut config.file_prefix);
        Ok(config)
    }

    pub(super) fn entries(&self) -> Vec<ConfigEntry> {
        vec![
            ConfigEntry::new(ENV_PREFIX.name(), &self.env_prefix),
            ConfigEntry::new(DEFAULT_DIR.name(), &self.default_dir),
            ConfigEntry::new(FILE_PREFIX.name(), &self.file_prefix),
        ]
    }
}

fn trimmed(text: Sourced<String>) -> Sourced<String> {
    text.map(|text| text.trim().to_owned())
}

/// Where metrics go. Corresponds to `flytekit.configuration.StatsConfig`.
///
/// Set by `FLYTE_STATSD_HOST`, `FLYTE_STATSD_PORT`, `FLYTE_STATSD_DISABLED` and `FLYTE_STATSD_DISABLE_TAGS`, by
/// `[statsd]` in an ini file, or by `statsd.host` and so on in the YAML file. flytekit reads these four from the
/// *secrets* section (`FLYTE_SECRETS_HOST` sets its statsd host), which is a mistake there: this crate does not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatsConfig {
    /// The statsd host: `localhost`.
    pub host: Sourced<String>,
    /// The statsd port: 8125.
    pub port: Sourced<u16>,
    /// Whether to send nothing at all.
    pub disabled: Sourced<bool>,
    /// Whether to leave tags out, so that fewer metrics are distinct.
    pub disabled_tags: Sourced<bool>,
}

setters! {
    StatsConfig {
        /// With another host.
        host: Sourced<String>;
        /// With another port.
        port: Sourced<u16>;
        /// Sends nothing at all, or does.
        disabled: Sourced<bool>;
        /// Leaves tags out, or does not.
        disabled_tags: Sourced<bool>;
    }
}

impl Default for StatsConfig {
    fn default() -> Self {
        Self {
            host: Sourced::by_default("localhost".to_owned()),
            port: Sourced::by_default(8125),
            disabled: Sourced::default(),
            disabled_tags: Sourced::default(),
        }
    }
}

const HOST: Key = Key::new("stats.host", "statsd", "host").yaml("statsd.host");
const PORT: Key = Key::new("stats.port", "statsd", "port").yaml("statsd.port");
const DISABLED: Key = Key::new("stats.disabled", "statsd", "disabled").yaml("statsd.disabled");
const DISABLE_TAGS: Key =
    Key::new("stats.disabled_tags", "statsd", "disable_tags").yaml("statsd.disableTags");

impl StatsConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        reader.text(HOST)?.over(&mut config.host);
        reader
            .number(PORT, "a port from 1 to 65535")?
            .over(&mut config.port);
        reader.flag(DISABLED)?.over(&mut config.disabled);
        reader.flag(DISABLE_TAGS)?.over(&mut config.disabled_tags);
        Ok(config)
    }

    pub(super) fn entries(&self) -> Vec<ConfigEntry> {
        vec![
            ConfigEntry::new(HOST.name(), &self.host),
            ConfigEntry::new(PORT.name(), &self.port),
            ConfigEntry::new(DISABLED.name(), &self.disabled),
            ConfigEntry::new(DISABLE_TAGS.name(), &self.disabled_tags),
        ]
    }
}

/// Settings of local runs. Corresponds to `flytekit.configuration.LocalConfig`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalConfig {
    /// Whether the local cache is used: yes, unless `FLYTE_LOCAL_CACHE_ENABLED` is false.
    pub cache_enabled: Sourced<bool>,
    /// Whether cached results are ignored and replaced: no, unless `FLYTE_LOCAL_CACHE_OVERWRITE` is true.
    pub cache_overwrite: Sourced<bool>,
}

impl Default for LocalConfig {
    fn default() -> Self {
        Self {
            cache_enabled: Sourced::by_default(true),
            cache_overwrite: Sourced::default(),
        }
    }
}

const CACHE_ENABLED: Key = Key::new("local.cache_enabled", "local", "cache_enabled");
const CACHE_OVERWRITE: Key = Key::new("local.cache_overwrite", "local", "cache_overwrite");

impl LocalConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        reader.flag(CACHE_ENABLED)?.over(&mut config.cache_enabled);
        reader
            .flag(CACHE_OVERWRITE)?
            .over(&mut config.cache_overwrite);
        Ok(config)
    }

    pub(super) fn entries(&self) -> Vec<ConfigEntry> {
        vec![
            ConfigEntry::new(CACHE_ENABLED.name(), &self.cache_enabled),
            ConfigEntry::new(CACHE_OVERWRITE.name(), &self.cache_overwrite),
        ]
    }
}

/// Where entities are registered and run unless a command says otherwise.
///
/// Corresponds to `flytekit.configuration.TaskConfig`. `FLYTE_DEFAULT_PROJECT` and `FLYTE_DEFAULT_DOMAIN` win, as on
/// flytekit's command line; then `FLYTE_LOCAL_PROJECT` and so on; then the file's `task.project`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskConfig {
    /// The project: `flytesnacks`.
    pub project: Sourced<String>,
    /// The domain: `development`.
    pub domain: Sourced<String>,
    /// The organization, on backends that have several. (flytekit's default is the text `"None"`.)
    pub org: Sourced<Option<String>>,
}

impl Default for TaskConfig {
    fn default() -> Self {
        Self {
            project: Sourced::by_default("flytesnacks".to_owned()),
            domain: Sourced::by_default("development".to_owned()),
            org: Sourced::default(),
        }
    }
}

const PROJECT: Key = Key::new("task.project", "local", "project").yaml("task.project");
const DOMAIN: Key = Key::new("task.domain", "local", "domain").yaml("task.domain");
const ORG: Key = Key::new("task.org", "local", "org").yaml("task.org");

impl TaskConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let variable = |name: &str| {
            let value = reader.env.var(name).filter(|value| !value.is_empty())?;
            Some(Sourced::new(
                value,
                Origin::Variable {
                    name: name.to_owned(),
                },
            ))
        };
        let mut config = Self::default();
        reader.text(PROJECT)?.over(&mut config.project);
        reader.text(DOMAIN)?.over(&mut config.domain);
        reader.text(ORG)?.over(&mut config.org);
        variable("FLYTE_DEFAULT_PROJECT").over(&mut config.project);
        variable("FLYTE_DEFAULT_DOMAIN").over(&mut config.domain);
        Ok(config)
    }

    pub(super) fn entries(&self) -> Vec<ConfigEntry> {
        vec![
            ConfigEntry::new(PROJECT.name(), &self.project),
            ConfigEntry::new(DOMAIN.name(), &self.domain),
            ConfigEntry::new(ORG.name(), &self.org),
        ]
    }
}

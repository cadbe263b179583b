//! Storage settings: S3, Google Cloud Storage, Azure, and settings for all of them.

use std::{fmt, time::Duration};

use super::{
    ConfigError, SecretText, Sourced,
    reader::{Key, Over, Reader},
    sourced::ConfigEntry,
};

/// Storage settings, by provider. Corresponds to `flytekit.configuration.DataConfig`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataConfig {
    /// Amazon S3 and other services with its protocol.
    pub s3: S3Config,
    /// Google Cloud Storage.
    pub gcs: GcsConfig,
    /// Azure Blob Storage.
    pub azure: AzureConfig,
    /// Settings for every provider.
    pub generic: GenericConfig,
}

impl DataConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            s3: S3Config::read(reader)?,
            gcs: GcsConfig::read(reader)?,
            azure: AzureConfig::read(reader)?,
            generic: GenericConfig::read(reader)?,
        })
    }

    pub(super) fn entries(&self) -> Vec<ConfigEntry> {
        [
            self.s3.entries(),
            self.gcs.entries(),
            self.azure.entries(),
            self.generic.entries(),
        ]
        .concat()
    }
}

/// Where the name of an S3 bucket goes in an address.
///
/// flytekit sends "virtual" whatever is configured; here the setting is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressingStyle {
    /// The client decides.
    Auto,
    /// In the path: `https://host/bucket/key`.
    Path,
    /// In the host name: `https://bucket.host/key`.
    Virtual,
}

impl AddressingStyle {
    fn from_text(text: &str) -> Option<Self> {
        [Self::Auto, Self::Path, Self::Virtual]
            .into_iter()
            .find(|style| text.eq_ignore_ascii_case(&style.to_string()))
    }
}

impl fmt::Display for AddressingStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Path => "path",
            Self::Virtual => "virtual",
        })
    }
}

/// Settings for S3. Corresponds to `flytekit.configuration.S3Config`.
///
/// Variables are `FLYTE_AWS_…`; the YAML file has endpoint, keys and style under `storage.connection`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct S3Config {
    /// Whether to log requests.
    pub enable_debug: Sourced<bool>,
    /// The address of the service, if it is not Amazon's.
    pub endpoint: Sourced<Option<String>>,
    /// How often a failed request is retried: 3.
    pub retries: Sourced<u32>,
    /// The wait before a retry: 5 s. Configured in whole seconds.
    pub backoff: Sourced<Duration>,
    /// The access key.
    pub access_key_id: Sourced<Option<String>>,
    /// The secret of the access key.
    pub secret_access_key: Sourced<Option<SecretText>>,
    /// Where the bucket goes in an address. (flytekit spells the field `adressing_style`.)
    pub addressing_style: Sourced<Option<AddressingStyle>>,
}

impl Default for S3Config {
    fn default() -> Self {
        Self {
            enable_debug: Sourced::default(),
            endpoint: Sourced::default(),
            retries: Sourced::by_default(3),
            backoff: Sourced::by_default(Duration::from_secs(5)),
            access_key_id: Sourced::default(),
            secret_access_key: Sourced::default(),
            addressing_style: Sourced::default(),
        }
    }
}

const S3_DEBUG: Key = Key::new("data.s3.enable_debug", "aws", "enable_debug");
const S3_ENDPOINT: Key =
    Key::new("data.s3.endpoint", "aws", "endpoint").yaml("storage.connection.endpoint");
const S3_RETRIES: Key = Key::new("data.s3.retries", "aws", "retries");
const S3_BACKOFF: Key = Key::new("data.s3.backoff", "aws", "backoff_seconds");
const S3_KEY: Key =
    Key::new("data.s3.access_key_id", "aws", "access_key_id").yaml("storage.connection.access-key");
const S3_SECRET: Key = Key::new("data.s3.secret_access_key", "aws", "secret_access_key")
    .yaml("storage.connection.secret-key");
const S3_STYLE: Key = Key::new("data.s3.addressing_style", "aws", "addressing_style")
    .yaml("storage.connection.addressing-style");

impl S3Config {
    fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        reader.flag(S3_DEBUG)?.over(&mut config.enable_debug);
        reader.text(S3_ENDPOINT)?.over(&mut config.endpoint);
        reader
            .number(S3_RETRIES, "a whole number of retries")?
            .over(&mut config.retries);
        let seconds = reader.number::<u32>(S3_BACKOFF, "a whole number of seconds")?;
        seconds
            .map(|found| found.map(|seconds| Duration::from_secs(seconds.into())))
            .over(&mut config.backoff);
        reader.text(S3_KEY)?.over(&mut config.access_key_id);
        reader
            .text(S3_SECRET)?
            .map(|found| found.map(SecretText::new))
            .over(&mut config.secret_access_key);
        let style = reader.parsed(
            S3_STYLE,
            "`auto`, `path` or `virtual`",
            AddressingStyle::from_text,
        )?;
        style.over(&mut config.addressing_style);
        Ok(config)
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        vec![
            ConfigEntry::new(S3_DEBUG.name(), &self.enable_debug),
            ConfigEntry::new(S3_ENDPOINT.name(), &self.endpoint),
            ConfigEntry::new(S3_RETRIES.name(), &self.retries),
            ConfigEntry::new(S3_BACKOFF.name(), &self.backoff),
            ConfigEntry::new(S3_KEY.name(), &self.access_key_id),
            ConfigEntry::new(S3_SECRET.name(), &self.secret_access_key),
            ConfigEntry::new(S3_STYLE.name(), &self.addressing_style),
        ]
    }
}

/// Settings for Google Cloud Storage. Corresponds to `flytekit.configuration.GCSConfig`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcsConfig {
    /// Whether several files are copied at once: no, unless `FLYTE_GCP_GSUTIL_PARALLELISM` is true.
    pub gsutil_parallelism: Sourced<bool>,
}

const GCS_PARALLEL: Key = Key::new("data.gcs.gsutil_parallelism", "gcp", "gsutil_parallelism");

impl GcsConfig {
    fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        reader
            .flag(GCS_PARALLEL)?
            .over(&mut config.gsutil_parallelism);
        Ok(config)
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        vec![ConfigEntry::new(
            GCS_PARALLEL.name(),
            &self.gsutil_parallelism,
        )]
    }
}

/// Settings for Azure. Corresponds to `flytekit.configuration.AzureBlobStorageConfig`; variables are `FLYTE_AZURE_…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AzureConfig {
    /// The storage account (`FLYTE_AZURE_STORAGE_ACCOUNT_NAME`).
    pub account_name: Sourced<Option<String>>,
    /// Its key (`FLYTE_AZURE_STORAGE_ACCOUNT_KEY`).
    pub account_key: Sourced<Option<SecretText>>,
    /// The tenant.
    pub tenant_id: Sourced<Option<String>>,
    /// The client id for the tenant.
    pub client_id: Sourced<Option<String>>,
    /// Its secret.
    pub client_secret: Sourced<Option<SecretText>>,
}

const AZURE_NAME: Key = Key::new("data.azure.account_name", "azure", "storage_account_name");
const AZURE_KEY: Key = Key::new("data.azure.account_key", "azure", "storage_account_key");
const AZURE_TENANT: Key = Key::new("data.azure.tenant_id", "azure", "tenant_id");
const AZURE_CLIENT: Key = Key::new("data.azure.client_id", "azure", "client_id");
const AZURE_SECRET: Key = Key::new("data.azure.client_secret", "azure", "client_secret");

impl AzureConfig {
    fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        reader.text(AZURE_NAME)?.over(&mut config.account_name);
        reader
            .text(AZURE_KEY)?
            .map(|found| found.map(SecretText::new))
            .over(&mut config.account_key);
        reader.text(AZURE_TENANT)?.over(&mut config.tenant_id);
        reader.text(AZURE_CLIENT)?.over(&mut config.client_id);
        reader
            .text(AZURE_SECRET)?
            .map(|found| found.map(SecretText::new))
            .over(&mut config.client_secret);
        Ok(config)
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        vec![
            ConfigEntry::new(AZURE_NAME.name(), &self.account_name),
            ConfigEntry::new(AZURE_KEY.name(), &self.account_key),
            ConfigEntry::new(AZURE_TENANT.name(), &self.tenant_id),
            ConfigEntry::new(AZURE_CLIENT.name(), &self.client_id),
            ConfigEntry::new(AZURE_SECRET.name(), &self.client_secret),
        ]
    }
}

/// Settings for every provider. Corresponds to `flytekit.configuration.GenericPersistenceConfig`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GenericConfig {
    /// Whether uploads carry the execution's metadata: yes, unless `FLYTE_PERSISTENCE_ATTACH_EXECUTION_METADATA` is
    /// false.
    pub attach_execution_metadata: Sourced<bool>,
}

impl Default for GenericConfig {
    fn default() -> Self {
        Self {
            attach_execution_metadata: Sourced::by_default(true),
        }
    }
}

const ATTACH: Key = Key::new(
    "data.generic.attach_execution_metadata",
    "persistence",
    "attach_execution_metadata",
);

impl GenericConfig {
    fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        reader
            .flag(ATTACH)?
            .over(&mut config.attach_execution_metadata);
        Ok(config)
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        vec![ConfigEntry::new(
            ATTACH.name(),
            &self.attach_execution_metadata,
        )]
    }
}

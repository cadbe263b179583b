//! Resources that are asked for where a task does not say: the default at registration.

use crate::setters::setters;
use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};

/// How much of a resource, as whoever configured it wrote it: `"500m"`, `2` or `0.5`.
///
/// Kept as written, so that settings that travel come out as they went in. Kubernetes says what the texts mean.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ResourceAmount {
    /// A Kubernetes quantity, such as `500m` or `2Gi`.
    Text(String),
    /// A whole number: cores, devices or bytes.
    Whole(u64),
    /// A fraction of a core.
    Decimal(f64),
}

impl From<&str> for ResourceAmount {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for ResourceAmount {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for ResourceAmount {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<f64> for ResourceAmount {
    fn from(number: f64) -> Self {
        Self::Decimal(number)
    }
}

impl fmt::Display for ResourceAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Decimal(number) => write!(f, "{number}"),
        }
    }
}

impl Serialize for ResourceAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Whole(number) => serializer.serialize_u64(*number),
            Self::Decimal(number) => serializer.serialize_f64(*number),
        }
    }
}

impl<'de> Deserialize<'de> for ResourceAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Amount;

        impl Visitor<'_> for Amount {
            type Value = ResourceAmount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount such as \"500m\", 2 or 0.5")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ResourceAmount, E> {
                Ok(text.into())
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<ResourceAmount, E> {
                Ok(number.into())
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<ResourceAmount, E> {
                Ok(number.into())
            }
        }

        deserializer.deserialize_any(Amount)
    }
}

/// Amounts of each resource. Corresponds to `flytekit.Resources` with single values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceSet {
    /// Cores.
    #[serde(default)]
    pub cpu: Option<ResourceAmount>,
    /// Memory, in bytes unless a text says otherwise.
    #[serde(default)]
    pub mem: Option<ResourceAmount>,
    /// Devices.
    #[serde(default)]
    pub gpu: Option<ResourceAmount>,
    /// Local disk, in bytes unless a text says otherwise.
    #[serde(default)]
    pub ephemeral_storage: Option<ResourceAmount>,
}

setters! {
    ResourceSet {
        /// So many cores.
        cpu: ResourceAmount = Some;
        /// So much memory, in bytes unless a text says otherwise.
        mem: ResourceAmount = Some;
        /// So many devices.
        gpu: ResourceAmount = Some;
        /// So much local disk, in bytes unless a text says otherwise.
        ephemeral_storage: ResourceAmount = Some;
    }
}

/// What a task asks for, and what it must not exceed. Corresponds to `flytekit.core.resources.ResourceSpec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceSpec {
    /// What the scheduler reserves.
    pub requests: ResourceSet,
    /// What the task may use at most.
    pub limits: ResourceSet,
}

setters! {
    ResourceSpec {
        /// With other requests.
        requests: ResourceSet;
        /// With other limits.
        limits: ResourceSet;
    }
}

//! Default resources of tasks, which apply at registration.

use crate::setters::setters;
use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};

/// An amount of a resource as it was written: `"500m"`, `2` or `0.5`.
///
/// Kept as written, so that serialized settings do not change. Kubernetes defines the meaning of the texts.
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
    /// Memory, in bytes unless a text has a unit.
    #[serde(default)]
    pub mem: Option<ResourceAmount>,
    /// Devices.
    #[serde(default)]
    pub gpu: Option<ResourceAmount>,
    /// Local disk, in bytes unless a text has a unit.
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

/// Requests and limits of a task. Corresponds to `flytekit.core.resources.ResourceSpec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceSpec {
    /// The amounts that the scheduler reserves.
    pub requests: ResourceSet,
    /// The amounts that the task must not exceed.
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

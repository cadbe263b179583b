//! What the values of overrides can be made from.

use std::{fmt::Display, time::Duration};

use super::OverrideError;
use crate::options::{Accelerator, AcceleratorFields, SharedMemory, resources::Quantity};
use flyte_grammar::duration;

/// What a resource can be set to by [`ResourceRanges`](super::ResourceRanges): one amount, or a request and a limit.
pub trait IntoResourceRange {
    /// The request, and the limit if there is one.
    fn into_resource_range(self) -> (String, Option<String>);
}

impl<R: Display, L: Display> IntoResourceRange for (R, L) {
    fn into_resource_range(self) -> (String, Option<String>) {
        (self.0.to_string(), Some(self.1.to_string()))
    }
}

macro_rules! amount_is_a_request {
    ($($type:ty),*) => {$(
        impl IntoResourceRange for $type {
            fn into_resource_range(self) -> (String, Option<String>) {
                (self.to_string(), None)
            }
        }
    )*};
}

amount_is_a_request!(&str, String, Quantity, i32, u32, i64, u64, f64);

/// What a timeout can be set from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a timeout",
    label = "expected a `Duration`, whole seconds, or text such as `\"1m30s\"`",
    note = "the units of a text are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`, each behind a whole number and without spaces"
)]
pub trait IntoTimeout {
    /// The timeout.
    ///
    /// # Errors
    ///
    /// For a text that is no duration, and for less than no seconds.
    fn into_timeout(self) -> Result<Duration, OverrideError>;
}

#[diagnostic::do_not_recommend]
impl IntoTimeout for Duration {
    fn into_timeout(self) -> Result<Duration, OverrideError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoTimeout for &str {
    fn into_timeout(self) -> Result<Duration, OverrideError> {
        Ok(duration::parse(self)?)
    }
}

#[diagnostic::do_not_recommend]
impl IntoTimeout for String {
    fn into_timeout(self) -> Result<Duration, OverrideError> {
        self.as_str().into_timeout()
    }
}

macro_rules! seconds_are_a_timeout {
    ($($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoTimeout for $type {
            fn into_timeout(self) -> Result<Duration, OverrideError> {
                let seconds = u64::try_from(self).map_err(|_| OverrideError::NegativeTimeout(self.into()))?;
                Ok(Duration::from_secs(seconds))
            }
        }
    )*};
}

seconds_are_a_timeout!(i32, i64, u32);

#[diagnostic::do_not_recommend]
impl IntoTimeout for u64 {
    fn into_timeout(self) -> Result<Duration, OverrideError> {
        Ok(Duration::from_secs(self))
    }
}

/// What one node says about caching; made from `false`, `true` or a version, or with [`CacheOverride::version`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheOverride {
    /// Whether results are cached.
    pub enabled: bool,
    /// Without one, the version of the entity counts; an entity without one cannot be cached.
    pub version: Option<String>,
    /// Whether equal calls at the same time wait for the first, if the node says so.
    pub serialize: Option<bool>,
    /// The inputs that are not part of the key, if the node says so.
    pub ignored_inputs: Option<Vec<String>>,
    /// Separates results that would otherwise share a key.
    pub salt: Option<String>,
}

/// Every field of a [`CacheOverride`].
#[doc(hidden)]
#[allow(missing_docs, reason = "they are those of `CacheOverride`")]
#[derive(Clone, Copy, Debug)]
pub struct CacheOverrideFields<'o> {
    pub enabled: bool,
    pub version: Option<&'o str>,
    pub serialize: Option<bool>,
    pub ignored_inputs: Option<&'o [String]>,
    pub salt: Option<&'o str>,
}

impl CacheOverride {
    /// Caching under a version of its own.
    pub fn version(version: impl Into<String>) -> Self {
        Self {
            enabled: true,
            version: Some(version.into()),
            ..Self::default()
        }
    }

    /// Every field, for crates of this project, which name each of them.
    #[doc(hidden)]
    pub fn fields(&self) -> CacheOverrideFields<'_> {
        let Self {
            enabled,
            version,
            serialize,
            ignored_inputs,
            salt,
        } = self;
        CacheOverrideFields {
            enabled: *enabled,
            version: version.as_deref(),
            serialize: *serialize,
            ignored_inputs: ignored_inputs.as_deref(),
            salt: salt.as_deref(),
        }
    }

    /// Whether equal calls at the same time wait for the first.
    #[must_use]
    pub fn serialize(mut self, serialize: bool) -> Self {
        self.serialize = Some(serialize);
        self
    }

    /// The inputs that are not part of the key.
    #[must_use]
    pub fn ignored_inputs<I: Into<String>>(mut self, inputs: impl IntoIterator<Item = I>) -> Self {
        self.ignored_inputs = Some(inputs.into_iter().map(Into::into).collect());
        self
    }

    /// Separates results that would otherwise share a key.
    #[must_use]
    pub fn salt(mut self, salt: impl Into<String>) -> Self {
        self.salt = Some(salt.into());
        self
    }
}

impl From<bool> for CacheOverride {
    fn from(enabled: bool) -> Self {
        Self {
            enabled,
            ..Self::default()
        }
    }
}

impl From<&str> for CacheOverride {
    fn from(version: &str) -> Self {
        Self::version(version)
    }
}

impl From<String> for CacheOverride {
    fn from(version: String) -> Self {
        Self::version(version)
    }
}

/// The kind of graphics processor of one node; made from a device, or from a device and a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcceleratorOverride {
    /// The name of the device, as the cluster knows it.
    pub device: String,
    /// The partition of the device; `None` for the whole.
    pub partition: Option<String>,
}

impl From<&str> for AcceleratorOverride {
    fn from(device: &str) -> Self {
        device.to_owned().into()
    }
}

impl From<String> for AcceleratorOverride {
    fn from(device: String) -> Self {
        Self {
            device,
            partition: None,
        }
    }
}

impl From<(&str, &str)> for AcceleratorOverride {
    fn from((device, partition): (&str, &str)) -> Self {
        Self {
            device: device.to_owned(),
            partition: Some(partition.to_owned()),
        }
    }
}

impl From<Accelerator> for AcceleratorOverride {
    fn from(accelerator: Accelerator) -> Self {
        let AcceleratorFields { device, partition } = accelerator.fields();
        Self {
            device: device.to_owned(),
            partition: partition.map(str::to_owned),
        }
    }
}

/// The size of `/dev/shm` of one node; made from text such as `"1Gi"`, or from [`SharedMemory`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SharedMemoryOverride {
    /// Up to the memory of the container.
    Default,
    /// A fixed size.
    Size(String),
}

impl From<&str> for SharedMemoryOverride {
    fn from(size: &str) -> Self {
        Self::Size(size.to_owned())
    }
}

impl From<String> for SharedMemoryOverride {
    fn from(size: String) -> Self {
        Self::Size(size)
    }
}

impl From<SharedMemory> for SharedMemoryOverride {
    fn from(size: SharedMemory) -> Self {
        match size {
            SharedMemory::Default => Self::Default,
            SharedMemory::Size(size) => size.as_str().into(),
        }
    }
}

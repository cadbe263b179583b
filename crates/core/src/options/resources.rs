//! Resources that a task needs.

use flyte_grammar::quantity::{QuantityError, nano_units};
use serde::Serialize;

use super::declare::options;

/// An amount of a resource as Kubernetes writes it: `500m`, `2`, `0.5`, `512Mi`, `1e3`.
///
/// A `Quantity` is always well-formed; use [`Quantity::check`] for text that is only known at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Quantity(&'static str);

impl Quantity {
    /// Takes a quantity from constant text.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn new(text: &'static str) -> Result<Self, QuantityError> {
        Self::check(text).map(|()| Self(text))
    }

    /// For generated code; the macro has checked the text with the same rule.
    #[doc(hidden)]
    pub const fn checked(text: &'static str) -> Self {
        Self(text)
    }

    /// The text as it was written.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Checks that a text is a quantity, by the grammar of Kubernetes, except that it must not be negative.
    ///
    /// # Errors
    ///
    /// When the text is not a quantity; the error says why.
    pub fn check(text: &str) -> Result<(), QuantityError> {
        nano_units(text).map(drop)
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

options! {
    /// Amounts of the resources that Flyte knows; what is not set is left to the cluster.
    ///
    /// Made of [`new`](Self::new) and the methods that set an amount.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
    pub struct Resources as ResourcesFields;

    /// No amounts.
    new();

    /// Processors: `1`, `500m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: [Option<Quantity>] = None,
    /// Memory: `512Mi`, `2Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    mem: [Option<Quantity>] = None,
    /// Graphics processors: `1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu: [Option<Quantity>] = None,
    /// Scratch disk space of the container: `10Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    ephemeral_storage: [Option<Quantity>] = None,
}

impl Resources {
    /// Whether nothing is set.
    pub const fn is_empty(&self) -> bool {
        self.cpu.is_none()
            && self.mem.is_none()
            && self.gpu.is_none()
            && self.ephemeral_storage.is_none()
    }
}

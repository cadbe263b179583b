//! The trait behind every input and output.

use super::{Literal, LiteralType, Preview};

/// A Rust type that can be an input or an output of a task.
///
/// Values travel between local tasks as they are; the literal form is used where a value leaves the process (a cache,
/// a history, a cluster) or enters it (the command line). Corresponds to flytekit's `TypeTransformer`.
///
/// Derive it for a struct:
///
/// ```
/// use flyte_runtime::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
/// struct Report {
///     mean: f64,
///     label: String,
/// }
///
/// let report = Report { mean: 0.5, label: "a".into() };
/// assert_eq!(Report::from_literal(report.to_literal()?)?, report);
/// # Ok::<(), flyte_runtime::types::TypeError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an input or an output of a task",
    label = "not a Flyte type",
    note = "integers up to 64 bits, floats, `bool`, `String`, `Option`, `Vec` and maps with `String` keys are Flyte types",
    note = "for a struct of your own write `#[derive(Clone, Serialize, Deserialize, FlyteType)]`"
)]
pub trait FlyteType: Clone + Send + Sync + 'static {
    /// The Flyte type this Rust type is shown as.
    fn literal_type() -> LiteralType;

    /// The value in Flyte's form.
    ///
    /// # Errors
    ///
    /// When Flyte's form cannot hold the value, such as an integer above `i64::MAX`.
    fn to_literal(&self) -> Result<Literal, TypeError>;

    /// The value that `literal` stands for.
    ///
    /// # Errors
    ///
    /// When the literal is of another type or its value does not fit.
    fn from_literal(literal: Literal) -> Result<Self, TypeError>;

    /// Writes the beginning of the value for an error report; stops as soon as the preview is full.
    fn preview(&self, preview: &mut Preview) {
        match self.to_literal() {
            Ok(literal) => preview.literal(&literal),
            Err(_) => preview.text("…"),
        }
    }
}

/// A struct whose fields can be picked from a promise of it; derived together with [`FlyteType`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields that a promise could give",
    note = "`fields()` works on promises of structs that derive `FlyteType`"
)]
pub trait FlyteFields: Sized + 'static {
    /// A struct with one promise for each field.
    type Fields: Copy;

    #[doc(hidden)]
    fn fields(promise: crate::graph::Promise<Self>) -> Self::Fields;
}

/// Why a value could not be taken over into a type, or out of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeError {
    /// The value is of another type.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// The type that was asked for.
        expected: String,
        /// What was there instead.
        found: String,
    },
    /// The type is right and the value is outside its range.
    #[error("{value} does not fit {expected}: {reason}")]
    OutOfRange {
        /// The value as text.
        value: String,
        /// The Rust type that was asked for.
        expected: String,
        /// The bounds.
        reason: String,
    },
    /// A part of a value is wrong.
    #[error("at {path}: {source}")]
    At {
        /// Which part, such as `[2]` or `.mean`.
        path: String,
        /// What is wrong with it.
        source: Box<TypeError>,
    },
    /// The bytes or the text of a value could not be read.
    #[error("cannot read {what}: {reason}")]
    Malformed {
        /// What was being read.
        what: String,
        /// What the reader said.
        reason: String,
    },
}

impl TypeError {
    pub(crate) fn mismatch(expected: impl ToString, found: impl ToString) -> Self {
        Self::Mismatch {
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    pub(crate) fn at(self, step: impl ToString) -> Self {
        match self {
            Self::At { path, source } => Self::At {
                path: step.to_string() + &path,
                source,
            },
            other => Self::At {
                path: step.to_string(),
                source: Box::new(other),
            },
        }
    }
}

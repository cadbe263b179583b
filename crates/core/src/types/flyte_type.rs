//! The trait behind every input and output.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::{Literal, LiteralType, MsgpackWriter, Preview};
use crate::text::{end_of, start_of};

/// A Rust type that can be an input or an output of a task.
///
/// Values travel between local tasks as they are; the literal form is used where a value leaves the process (a cache,
/// a history, a cluster) or enters it (the command line). Corresponds to flytekit's `TypeTransformer`.
///
/// Derive it for a struct, which flytekit reads as a dataclass, or for an enum; a type that is none of these implements
/// it by hand, see [`types`](super).
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[derive(Clone, Debug, PartialEq, FlyteType)]
/// struct Report {
///     mean: f64,
///     label: String,
///     grade: Grade,
/// }
///
/// /// One of some strings, Python's `Enum`.
/// #[derive(Clone, Debug, PartialEq, FlyteType)]
/// enum Grade {
///     #[flyte(value = "good")]
///     Good,
///     #[flyte(value = "bad")]
///     Bad,
/// }
///
/// /// One of some types, Python's `Union[int, str]`.
/// #[derive(Clone, Debug, PartialEq, FlyteType)]
/// enum Key {
///     Number(i64),
///     Name(String),
/// }
///
/// let report = Report { mean: 0.5, label: "a".into(), grade: Grade::Good };
/// assert_eq!(Report::from_literal(report.to_literal()?)?, report);
/// assert_eq!(Key::literal_type().to_string(), "integer or string");
/// # Ok::<(), flyte_runtime::types::TypeError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an input or an output of a task",
    label = "not a Flyte type",
    note = "numbers, `bool`, `char`, `String`, `Option`, `Vec`, arrays, sets, `HashMap`, `BTreeMap`, `Box`, `Arc` and \
            `Cow` of such are Flyte types",
    note = "a tuple is several outputs of a task and not a value: for an input, a field or an element write a struct \
            with named fields",
    note = "for a struct or an enum of your own write `#[derive(Clone, FlyteType)]`"
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
    /// A part of a struct arrives as MessagePack; [`Literal::into_plain`] makes it a plain value.
    ///
    /// # Errors
    ///
    /// When the literal is of another type or its value does not fit.
    fn from_literal(literal: Literal) -> Result<Self, TypeError>;

    /// The tag of this type as a variant of a union: the name of flytekit's transformer for it.
    fn union_tag() -> String {
        super::shared::literal_type::<Self>().union_tag().to_owned()
    }

    /// The JSON schema of the value in the field of a struct.
    fn json_schema() -> Json {
        super::shared::literal_type::<Self>().json_schema()
    }

    /// Writes the value as it stands in the field of a struct, where there are no literals.
    ///
    /// # Errors
    ///
    /// As [`to_literal`](Self::to_literal).
    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        writer.literal(&self.to_literal()?)
    }

    /// Writes the beginning of the value for an error report; stops as soon as the preview is full.
    fn preview(&self, preview: &mut Preview) {
        match self.to_literal() {
            Ok(literal) => preview.literal(&literal),
            Err(_) => preview.text("…"),
        }
    }
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
    #[error("at {}: {source}", shortened(path))]
    At {
        /// Which part, such as `[2]` or `.mean`.
        path: String,
        /// What is wrong with it.
        source: Box<TypeError>,
    },
    /// A field of a struct is not there.
    #[error("`{structure}` lacks the field `{field}`")]
    MissingField {
        /// The struct.
        structure: String,
        /// Its field.
        field: String,
    },
    /// A struct has a field it does not know, and refuses those.
    #[error("`{structure}` has no field `{field}`; it has {known}")]
    UnknownField {
        /// The struct.
        structure: &'static str,
        /// What was found.
        field: String,
        /// The fields there are.
        known: String,
    },
    /// A value does not say which variant of a union it is.
    #[error("{found} could be several variants of `{union}`: {variants}")]
    Ambiguous {
        /// The union.
        union: &'static str,
        /// What was there.
        found: &'static str,
        /// The variants that would do.
        variants: String,
    },
    /// What a user wrote could be several variants of a union.
    #[error("{found} could be {variants}; name the variant: write {named}")]
    Unclear {
        /// What was written.
        found: Box<str>,
        /// The types that would do.
        variants: Box<str>,
        /// How each of them is named.
        named: Box<str>,
    },
    /// In the field of a struct a union has no tag, and this value would be read as another variant.
    #[error(
        "in a struct a union is stored without its variant, and {value} of `{variant}` would be read as {other}; \
         give the variant a struct of its own, with a field named after it"
    )]
    Untagged {
        /// The value.
        value: &'static str,
        /// The variant that it is of.
        variant: Box<str>,
        /// The variant that it would be.
        other: Box<str>,
    },
    /// The literal lies in a file and was not loaded.
    #[error("the value lies in {uri} and was not loaded")]
    Offloaded {
        /// The file.
        uri: String,
    },
    /// A file or a directory could not be put where its readers find it.
    #[error("cannot store {what}: {reason}")]
    Store {
        /// Where it is now.
        what: String,
        /// What was said about it.
        reason: String,
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
    /// The value is of another type than `expected`.
    pub fn mismatch(expected: impl ToString, found: impl ToString) -> Self {
        Self::Mismatch {
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    /// This error in a part of a value, such as `[2]` or `.mean`.
    #[must_use]
    pub fn at(self, step: impl ToString) -> Self {
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

/// A path as a message shows it: of one that is long only its ends, which say where it is.
fn shortened(path: &str) -> Cow<'_, str> {
    const END: usize = 100;
    if path.len() <= 2 * END {
        return path.into();
    }
    format!("{} … {}", start_of(path, END), end_of(path, END)).into()
}

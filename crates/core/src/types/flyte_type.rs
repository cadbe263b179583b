//! The trait of every input and output type.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::{Literal, LiteralType, MsgpackWriter, Preview};
use crate::text::{end_of, start_of};

/// A Rust type that can be an input or an output of a task.
///
/// Values travel between local tasks as they are. The literal form is used where a value leaves the process (a cache, a
/// history, a cluster) or enters it (the command line). Corresponds to flytekit's `TypeTransformer`.
///
/// Derive it for a struct, which flytekit reads as a dataclass, or for an enum. For any other type, implement it by
/// hand, see [`types`](super).
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
    note = "for a struct or an enum of your own write `#[derive(Clone, FlyteType)]`",
    note = "functions, trait objects, references, cells and `Result` cannot be sent to another machine: write an enum \
            that derives `FlyteType` for a choice, or an `Option` for a value that may be missing",
    note = "for what is in an `Rc`, a `Cell`, a `RefCell` or a `Mutex`, write the type of the value itself, `T`, or \
            `Arc<T>` where several share it"
)]
pub trait FlyteType: Clone + Send + Sync + 'static {
    /// The Flyte type of this Rust type.
    fn literal_type() -> LiteralType;

    /// Converts the value to Flyte's form.
    ///
    /// # Errors
    ///
    /// When Flyte's form cannot hold the value, such as an integer above `i64::MAX`.
    fn to_literal(&self) -> Result<Literal, TypeError>;

    /// Converts a literal to the value.
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

    /// Whether it is an `Option`, for the message that an input is not given.
    #[doc(hidden)]
    const IS_OPTION: bool = false;

    /// Writes the value as the field of a struct, which does not hold literals.
    ///
    /// # Errors
    ///
    /// As [`to_literal`](Self::to_literal).
    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        writer.literal(&self.to_literal()?)
    }

    /// Writes the beginning of the value for an error report, and stops when the preview is full.
    fn preview(&self, preview: &mut Preview) {
        match self.to_literal() {
            Ok(literal) => preview.literal(&literal),
            Err(_) => preview.text("…"),
        }
    }
}

/// Why a value could not be converted to a type or from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeError {
    /// The value is of another type.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// The expected type.
        expected: String,
        /// The type that was found.
        found: String,
    },
    /// The value has the right type but is out of range.
    #[error("{value} does not fit {expected}: {reason}")]
    OutOfRange {
        /// The value as text.
        value: String,
        /// The expected Rust type.
        expected: String,
        /// The range.
        reason: String,
    },
    /// A part of a value is wrong.
    #[error("at {}: {source}", shortened(path))]
    At {
        /// The path of the part, such as `[2]` or `.mean`.
        path: String,
        /// What is wrong with it.
        source: Box<TypeError>,
    },
    /// A field of a struct is missing.
    #[error("`{structure}` lacks the field `{field}`")]
    MissingField {
        /// The struct.
        structure: String,
        /// Its field.
        field: String,
    },
    /// A struct that refuses unknown fields has one.
    #[error("`{structure}` has no field `{field}`; it has {known}")]
    UnknownField {
        /// The struct.
        structure: &'static str,
        /// The unknown field.
        field: String,
        /// The fields of the struct.
        known: String,
    },
    /// A value does not identify a variant of a union.
    #[error("{found} could be several variants of `{union}`: {variants}")]
    Ambiguous {
        /// The union.
        union: &'static str,
        /// The kind of the value.
        found: &'static str,
        /// The variants that match.
        variants: String,
    },
    /// What a user wrote could be several variants of a union.
    #[error("{found} could be {variants}; name the variant: write {named}")]
    Unclear {
        /// The text.
        found: Box<str>,
        /// The types that match.
        variants: Box<str>,
        /// How to name each of them.
        named: Box<str>,
    },
    /// A struct's field stores a union without a tag, and this value would be read as another variant.
    #[error(
        "in a struct a union is stored without its variant, and {value} of `{variant}` would be read as {other}; \
         give the variant a struct of its own, with a field named after it"
    )]
    Untagged {
        /// The value.
        value: &'static str,
        /// The value's variant.
        variant: Box<str>,
        /// The variant that would be read.
        other: Box<str>,
    },
    /// The literal is in a file and was not loaded.
    #[error("the value lies in {uri} and was not loaded")]
    Offloaded {
        /// The file.
        uri: String,
    },
    /// A file or a directory could not be stored where its readers look for it.
    #[error("cannot store {what}: {reason}")]
    Store {
        /// The local path.
        what: String,
        /// The store's error.
        reason: String,
    },
    /// The bytes or the text of a value are malformed.
    #[error("cannot read {what}: {reason}")]
    Malformed {
        /// What was being read.
        what: String,
        /// The reader's error.
        reason: String,
    },
}

impl TypeError {
    /// The error of a value of another type than `expected`.
    pub fn mismatch(expected: impl ToString, found: impl ToString) -> Self {
        Self::Mismatch {
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    /// Adds the path of the part that has the error, such as `[2]` or `.mean`.
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

/// A path for a message: a long one is cut in the middle, because the ends matter most.
fn shortened(path: &str) -> Cow<'_, str> {
    const END: usize = 100;
    if path.len() <= 2 * END {
        return path.into();
    }
    format!("{} … {}", start_of(path, END), end_of(path, END)).into()
}

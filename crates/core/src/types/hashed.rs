//! Values with a hash that caches use.

use std::ops::Deref;

use serde_json::Value as Json;

use super::{FlyteType, Literal, LiteralType, MsgpackWriter, Preview, TypeError};

/// A value with a hash that caches use instead of its bytes: flytekit's `Annotated[T, HashMethod(fn)]`.
///
/// A task returns it so that the cached tasks after it find their results even if the value itself, such as the address
/// of a file, differs in every run. Its Flyte type is that of the value.
///
/// ```
/// use flyte_runtime::{prelude::*, types::Hashed};
///
/// let table = Hashed::by(vec![1, 2, 3], |rows| rows.len().to_string());
/// assert_eq!(table.to_literal()?.hash(), Some("3"));
/// assert_eq!(table.len(), 3);
/// # Ok::<(), flyte_runtime::types::TypeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashed<T> {
    value: T,
    hash: Option<String>,
}

impl<T> Hashed<T> {
    /// A value with a hash.
    pub fn new(value: T, hash: impl Into<String>) -> Self {
        Self {
            value,
            hash: Some(hash.into()),
        }
    }

    /// A value with the hash that a function computes from it.
    pub fn by(value: T, hash: impl FnOnce(&T) -> String) -> Self {
        let hash = hash(&value);
        Self::new(value, hash)
    }

    /// The hash; `None` for a value that arrived without one.
    pub fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Hashed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: FlyteType> FlyteType for Hashed<T> {
    fn literal_type() -> LiteralType {
        T::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        let literal = self.value.to_literal()?;
        Ok(match &self.hash {
            Some(hash) => literal.with_hash(hash),
            None => literal,
        })
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let hash = literal.hash().map(str::to_owned);
        Ok(Self {
            value: T::from_literal(literal)?,
            hash,
        })
    }

    fn union_tag() -> String {
        T::union_tag()
    }

    fn json_schema() -> Json {
        T::json_schema()
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        self.value.write_msgpack(writer)
    }

    fn preview(&self, preview: &mut Preview) {
        self.value.preview(preview);
    }
}

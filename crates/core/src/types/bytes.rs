//! Plain bytes.

use super::{FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, Preview, TypeError};
use base64::{Engine, prelude::BASE64_STANDARD};

/// Bytes in `scalar.binary` without a tag; a `Vec<u8>` is a list of integers.
///
/// ```
/// use flyte_runtime::{prelude::*, types::Bytes};
///
/// let bytes = Bytes(vec![1, 2, 3]);
/// assert_eq!(Bytes::from_literal(bytes.to_literal()?)?, bytes);
/// # Ok::<(), flyte_runtime::types::TypeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub Vec<u8>);

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl FlyteType for Bytes {
    fn literal_type() -> LiteralType {
        LiteralType::Binary
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(LiteralValue::Binary {
            bytes: self.0.clone(),
            tag: Box::default(),
        }
        .into())
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let is_part = matches!(literal.value, LiteralValue::Msgpack(_));
        match literal.into_plain()? {
            LiteralValue::Binary { bytes, .. } => Ok(Self(bytes)),
            // JSON's form of bytes, in a value whose type is unknown.
            LiteralValue::String(text) if is_part => from_base64(&text)
                .map(Self)
                .ok_or_else(|| TypeError::mismatch("bytes", "a string that is not base64")),
            other => Err(TypeError::mismatch("bytes", Literal::from(other).kind())),
        }
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        writer.bytes(&self.0);
        Ok(())
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&super::lists::counted(self.0.len(), "byte"));
    }
}

/// The base64 text of bytes, as displayed and as entered.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// Bytes from their text.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

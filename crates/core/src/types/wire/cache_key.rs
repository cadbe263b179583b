//! The key of a call in flytekit's local cache.

use md5::{Digest, Md5};

use super::encode::encode_for_cache;
use crate::{hexadecimal::hexadecimal, types::Literal};

/// The key of a call in flytekit's local cache: `NAME-VERSION-HASH`, with the hash of the inputs that are not
/// `ignored`. An input with its own [hash](Literal::hash), also inside lists and maps, is represented by that hash
/// alone.
///
/// ```
/// use flyte_runtime::{compat::wire::local_cache_key, types::Literal};
///
/// let three = Literal::integer(3);
/// let key = local_cache_key("m.square", "1.0", [("a", &three)], &[]);
/// assert_eq!(key, "m.square-1.0-5b5468062d3ccc67a6b64ad4d00a58da");
/// ```
pub fn local_cache_key<'a>(
    task: &str,
    version: &str,
    inputs: impl IntoIterator<Item = (&'a str, &'a Literal)>,
    ignored: &[&str],
) -> String {
    let inputs = inputs
        .into_iter()
        .filter(|(name, _)| !ignored.contains(name));
    let hash = pickled_hash(&encode_for_cache(inputs));
    format!("{task}-{version}-{hash}")
}

/// `joblib.hash` of bytes: the MD5 of their pickle.
fn pickled_hash(bytes: &[u8]) -> String {
    let mut md5 = Md5::new();
    // Protocol 3, then bytes with a length of one byte or four.
    md5.update([0x80, 0x03]);
    match u8::try_from(bytes.len()) {
        Ok(length) => md5.update([b'C', length]),
        Err(_) => {
            md5.update(b"B");
            md5.update((bytes.len() as u32).to_le_bytes());
        }
    }
    md5.update(bytes);
    md5.update(b".");
    hexadecimal(&md5.finalize())
}

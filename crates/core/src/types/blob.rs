//! Files and directories as values: their literal form and the stores that hold them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{BlobType, FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, TypeError};
use crate::types::named::name;
use flyte_scope as scope;

/// Makes local files available to other machines, and fetches files from there. Code uses the store of its scope.
pub trait BlobStore: Send + Sync {
    /// The address of a local file for other machines; the file is uploaded if necessary.
    fn address(&self, path: &Path) -> Result<String, TypeError>;

    /// The local path of the file at an address; the file is downloaded if necessary.
    fn fetch(&self, uri: &str) -> Result<PathBuf, TypeError>;
}

/// The form in which a scope holds it.
pub type SharedBlobStore = &'static dyn BlobStore;

/// The store of the scope; without one, files stay where they are.
pub(crate) fn blob_store() -> SharedBlobStore {
    scope::find_or_everywhere().unwrap_or(&WhereTheyAre)
}

/// A store of local files, addressed by their paths.
struct WhereTheyAre;

impl BlobStore for WhereTheyAre {
    fn address(&self, path: &Path) -> Result<String, TypeError> {
        match path.to_str() {
            Some(address) => {
                let address = local_path(address).unwrap_or(address);
                name(address);
                Ok(address.to_owned())
            }
            None => Err(TypeError::Store {
                what: path.display().to_string(),
                reason: "the path is not UTF-8".to_owned(),
            }),
        }
    }

    fn fetch(&self, uri: &str) -> Result<PathBuf, TypeError> {
        Err(TypeError::Malformed {
            what: uri.to_owned(),
            reason: "it is not on this machine, and nothing here reaches it; read it in a task, or in a \
                     context".to_owned(),
        })
    }
}

/// The prefix of an address of a local file.
pub const FILE_HEADER: &str = "file://";

/// The text before `://`, if it can be the scheme of an address.
///
/// A single letter is a Windows drive. flytekit treats any text before `://` or `::` as a protocol, even `./a b`.
pub fn scheme(path: &str) -> Option<&str> {
    let (scheme, _) = path.split_once("://")?;
    let mut bytes = scheme.bytes();
    let valid = bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (valid && scheme.len() > 1).then_some(scheme)
}

/// The scheme of an address on another machine.
pub fn remote_scheme(path: &str) -> Option<&str> {
    scheme(path).filter(|scheme| !scheme.eq_ignore_ascii_case("file"))
}

/// A path without one leading `file://`.
pub fn strip_file_header(path: &str) -> &str {
    match path.split_at_checked(FILE_HEADER.len()) {
        Some((header, rest)) if header.eq_ignore_ascii_case(FILE_HEADER) => rest,
        _ => path,
    }
}

/// The path of an address, if it is local.
pub(crate) fn local_path(uri: &str) -> Option<&str> {
    match remote_scheme(uri) {
        Some(_) => None,
        None => Some(strip_file_header(uri)),
    }
}

/// A file or a directory as a literal or a struct's field describes it.
pub struct Written {
    /// Its address or path.
    pub uri: String,
    /// The metadata beside the address, by key.
    pub metadata: BTreeMap<String, String>,
}

impl Written {
    /// Reads a literal or the field of a struct.
    pub fn from_literal(literal: Literal, blob_type: BlobType) -> Result<Self, TypeError> {
        let dimensionality = blob_type.dimensionality;
        let expected = LiteralType::Blob(blob_type);
        let metadata: Vec<(String, String)> = literal
            .metadata()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let mut written = match literal.into_plain()? {
            LiteralValue::Blob(blob) => {
                if blob.blob_type.dimensionality != dimensionality {
                    return Err(TypeError::mismatch(
                        &expected,
                        format!("{} at {}", blob.blob_type.kind(), blob.uri),
                    ));
                }
                Self {
                    uri: blob.uri,
                    metadata: BTreeMap::new(),
                }
            }
            LiteralValue::Map(fields) => Self::from_fields(fields, &expected)?,
            other => return Err(TypeError::mismatch(expected, Literal::from(other).kind())),
        };
        written.metadata.extend(metadata);
        Ok(written)
    }

    fn from_fields(
        mut fields: BTreeMap<String, Literal>,
        expected: &LiteralType,
    ) -> Result<Self, TypeError> {
        let path = fields
            .remove("path")
            .ok_or_else(|| TypeError::MissingField {
                structure: expected.to_string(),
                field: "path".to_owned(),
            })?;
        let uri = String::from_literal(path).map_err(|error| error.at(".path"))?;
        let metadata = fields.remove("metadata").unwrap_or(Literal::NONE);
        let metadata = Option::<BTreeMap<String, String>>::from_literal(metadata);
        Ok(Self {
            uri,
            metadata: metadata
                .map_err(|error| error.at(".metadata"))?
                .unwrap_or_default(),
        })
    }
}

/// `{"path": .., "metadata": ..}`, as flytekit writes it in the field of a dataclass.
pub fn write_msgpack(
    address: &str,
    metadata: &BTreeMap<String, String>,
    writer: &mut MsgpackWriter,
) {
    writer.map(1 + usize::from(!metadata.is_empty()));
    writer.string("path");
    writer.string(address);
    if !metadata.is_empty() {
        writer.string("metadata");
        writer.map(metadata.len());
        for (key, value) in metadata {
            writer.string(key);
            writer.string(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_store_files_stay_where_they_are() {
        let store = WhereTheyAre;
        let address = |path: &str| store.address(Path::new(path));
        assert_eq!(address("/data/a.txt").as_deref(), Ok("/data/a.txt"));
        assert_eq!(address("file:///data/a.txt").as_deref(), Ok("/data/a.txt"));
        assert_eq!(
            address("s3://bucket/a.txt").as_deref(),
            Ok("s3://bucket/a.txt")
        );
        let error = store
            .fetch("s3://bucket/a.txt")
            .expect_err("it is far away")
            .to_string();
        assert_eq!(
            error,
            "cannot read s3://bucket/a.txt: it is not on this machine, and nothing here reaches it; read it in a task, \
             or in a context"
        );
    }

    #[test]
    fn only_addresses_of_this_machine_have_a_path() {
        assert_eq!(local_path("/data/a b"), Some("/data/a b"));
        assert_eq!(local_path("FILE:///data"), Some("/data"));
        assert_eq!(local_path("c://data"), Some("c://data"));
        assert_eq!(local_path("s3://bucket/key"), None);
    }
}

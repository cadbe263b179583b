//! Plain paths as inputs and outputs.

use std::{collections::BTreeMap, path::PathBuf};

use crate::types::{
    BlobType, FlyteType, Literal, LiteralType, MsgpackWriter, Preview, TypeError,
    blob::{self, Written, blob_store},
};

/// A local file, identified by its path: flytekit's `os.PathLike`, which is a `FlyteFile` to Flyte.
///
/// An input in a store is downloaded before the task begins, because a path cannot be fetched later; a path that a task
/// returns in a container is uploaded. A path does not remember its origin, so passing it on uploads it again. A
/// `FlyteFile` is downloaded on demand and passed on without an upload.
///
/// ```
/// use std::{io, path::PathBuf};
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn lines(of: PathBuf) -> io::Result<i64> {
///     Ok(std::fs::read_to_string(of)?.lines().count() as i64)
/// }
/// # let path = std::env::temp_dir().join(format!("flyte-path-{}", std::process::id()));
/// # std::fs::write(&path, "one\ntwo\n")?;
///
/// assert_eq!(lines::run(path.clone())?, 2);
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl FlyteType for PathBuf {
    fn literal_type() -> LiteralType {
        LiteralType::Blob(BlobType::single(""))
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        let address = blob_store().address(self)?;
        Ok(Literal::blob(address, BlobType::single("")))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let Written { uri, .. } = Written::from_literal(literal, BlobType::single(""))?;
        match blob::local_path(&uri) {
            Some(path) => Ok(path.into()),
            None => blob_store().fetch(&uri),
        }
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        let address = blob_store().address(self)?;
        blob::write_msgpack(&address, &BTreeMap::new(), writer);
        Ok(())
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&self.display().to_string());
    }
}

//! Plain paths as inputs and outputs.

use std::path::PathBuf;

use super::stored::{Kind, Stored};
use crate::types::{BlobType, FlyteType, Literal, LiteralType, MsgpackWriter, Preview, TypeError};

/// A file of this machine by its path alone: flytekit's `os.PathLike`, which is a [`FlyteFile`](crate::data::FlyteFile) to
/// Flyte.
///
/// An input that is in a store is downloaded before the task begins, since a path cannot be asked for later; what a task in a
/// container returns is uploaded. A path does not remember where it came from, so passing it on uploads it again: a
/// `FlyteFile` does neither.
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
        Stored::from_path(self).to_literal(Kind::File, BlobType::single(""))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let stored = Stored::from_literal(literal, BlobType::single(""))?;
        if let Some(path) = stored.local_place() {
            return Ok(path.to_owned());
        }
        match stored.local(Kind::File) {
            Ok(path) => Ok(path.to_owned()),
            Err(error) => Err(TypeError::Malformed {
                what: stored.shown(),
                reason: error.to_string(),
            }),
        }
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        Stored::from_path(self).write_msgpack(Kind::File, writer)
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&self.display().to_string());
    }
}

//! The store of files that values refer to only by path.

use std::{
    any::{Any, TypeId},
    path::{Path, PathBuf},
};

use super::stored::{Kind, Stored};
use flyte_core::types::{BlobStore, SharedBlobStore, TypeError};
use flyte_scope as scope;
use flyte_scope::Entry;

/// The files of the current context.
#[derive(Debug)]
struct OfContext;

impl BlobStore for OfContext {
    fn address(&self, path: &Path) -> Result<String, TypeError> {
        Stored::from_path(path).stored_address(Kind::File)
    }

    fn fetch(&self, uri: &str) -> Result<PathBuf, TypeError> {
        let stored = Stored::from_uri(uri);
        match stored.local(Kind::File) {
            Ok(path) => Ok(path.to_owned()),
            Err(error) => Err(TypeError::Malformed {
                what: stored.shown(),
                reason: error.to_string(),
            }),
        }
    }
}

/// The store for code in a context.
pub fn blob_store() -> &'static SharedBlobStore {
    static STORE: SharedBlobStore = &OfContext;
    &STORE
}

impl Entry for OfContext {
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        (wanted == TypeId::of::<SharedBlobStore>()).then(|| blob_store() as _)
    }
}

/// Provides the store also to code without a context, which then uses the default context of its thread.
pub fn provide_blob_store() {
    if !scope::has_everywhere() {
        scope::put_everywhere(OfContext);
    }
}

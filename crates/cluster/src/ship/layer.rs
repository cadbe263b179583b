//! A layer of an image: files as a tar archive, with nothing in it that differs from one time to the next.

use std::io;

use super::{files::digest, gzip};

/// Content by the name that registries give to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) digest: String,
    pub(super) bytes: Vec<u8>,
}

impl Blob {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self {
            digest: digest(&bytes),
            bytes,
        }
    }
}

/// Files, compressed.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) blob: Blob,
    /// The digest of the archive before it was compressed.
    pub(super) diff_id: String,
}

/// What to put into a layer, in order: a directory before what is in it.
pub(super) struct Files(tar::Builder<Vec<u8>>);

impl Files {
    pub(super) fn new() -> Self {
        Self(tar::Builder::new(Vec::new()))
    }

    pub(super) fn directory(&mut self, path: &str, mode: u32) -> io::Result<()> {
        self.append(&format!("{path}/"), tar::EntryType::Directory, mode, &[])
    }

    pub(super) fn file(&mut self, path: &str, mode: u32, content: &[u8]) -> io::Result<()> {
        self.append(path, tar::EntryType::Regular, mode, content)
    }

    fn append(
        &mut self,
        path: &str,
        kind: tar::EntryType,
        mode: u32,
        content: &[u8],
    ) -> io::Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(content.len() as u64);
        self.0.append_data(&mut header, path, content)
    }

    /// The files alone, compressed.
    pub(super) fn blob(self) -> io::Result<Blob> {
        Ok(Blob::new(gzip::compress(&self.0.into_inner()?)?))
    }

    pub(super) fn layer(self) -> io::Result<Layer> {
        let archive = self.0.into_inner()?;
        Ok(Layer {
            diff_id: digest(&archive),
            blob: Blob::new(gzip::compress(&archive)?),
        })
    }
}

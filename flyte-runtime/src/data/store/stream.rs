//! Objects piece by piece, with a bounded number of pieces in memory.

use std::fmt;
use std::io::{self, Read, Write};

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use object_store::{
    Attribute, Attributes, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions,
    PutPayload, WriteMultipart,
};

use super::{Object, as_io, wait};

/// How many bytes are uploaded at a time. A store takes ten thousand parts, so this is enough for 80 GB, and S3's parts
/// are 5 MiB at least.
const PART: usize = 8 * 1024 * 1024;
/// How many parts are on their way at once.
const PARTS: usize = 3;

type Chunks = BoxStream<'static, object_store::Result<Chunk>>;
type Chunk = <PutPayload as IntoIterator>::Item;

/// An object that is being read.
pub(in crate::data) struct StoreReader {
    chunks: Option<Chunks>,
    chunk: Chunk,
}

impl StoreReader {
    /// # Errors
    ///
    /// If there is none, or the store says so.
    pub(in crate::data) fn open(object: &Object) -> io::Result<Self> {
        let Object { client, key } = object.clone();
        let chunks = wait(async move {
            let found = client.get(&key).await.map_err(as_io)?;
            Ok(found.into_stream())
        })?;
        Ok(Self {
            chunks: Some(chunks),
            chunk: Chunk::new(),
        })
    }
}

impl Read for StoreReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            let Some(mut chunks) = self.chunks.take() else {
                return Ok(0);
            };
            let (chunk, chunks) = wait(async move {
                let chunk = chunks.try_next().await.map_err(as_io)?;
                Ok((chunk, chunks))
            })?;
            match chunk {
                None => return Ok(0),
                Some(chunk) => (self.chunk, self.chunks) = (chunk, Some(chunks)),
            }
        }
        let length = buffer.len().min(self.chunk.len());
        buffer[..length].copy_from_slice(&self.chunk.split_to(length));
        Ok(length)
    }
}

/// An object that is being written. Nobody sees it before [`finish`](Self::finish).
pub(in crate::data) struct StoreWriter {
    object: Object,
    attributes: Attributes,
    buffer: Vec<u8>,
    /// From the second part on.
    upload: Option<WriteMultipart>,
    failed: bool,
}

impl fmt::Debug for StoreWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreWriter")
            .field("object", &self.object)
            .finish_non_exhaustive()
    }
}

impl StoreWriter {
    /// With metadata that stays with the object. What is called `.gz` is said to be compressed.
    pub(in crate::data) fn new<'a>(
        object: Object,
        metadata: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Self {
        let mut attributes = Attributes::new();
        for (key, value) in metadata {
            attributes.insert(
                Attribute::Metadata(key.clone().into()),
                value.clone().into(),
            );
        }
        if object.name().is_some_and(|name| name.ends_with(".gz")) {
            attributes.insert(Attribute::ContentEncoding, "gzip".into());
        }
        Self {
            object,
            attributes,
            buffer: Vec::new(),
            upload: None,
            failed: false,
        }
    }

    fn send_part(&mut self) -> io::Result<()> {
        let Object { client, key } = self.object.clone();
        let part = std::mem::take(&mut self.buffer);
        let attributes = self.attributes.clone();
        let upload = self.upload.take();
        // Until it is known that this worked, nothing more can be written.
        self.failed = true;
        let upload = wait(async move {
            let mut upload = match upload {
                Some(upload) => upload,
                None => {
                    let options = PutMultipartOptions {
                        attributes,
                        ..Default::default()
                    };
                    let begun = client.put_multipart_opts(&key, options).await;
                    WriteMultipart::new_with_chunk_size(begun.map_err(as_io)?, PART)
                }
            };
            if let Err(error) = upload.wait_for_capacity(PARTS).await {
                // What was sent is removed; that it was not is less news than why.
                let _ = upload.abort().await;
                return Err(as_io(error));
            }
            upload.put(part.into());
            Ok(upload)
        })?;
        self.upload = Some(upload);
        self.failed = false;
        Ok(())
    }

    /// Makes what was written the object.
    ///
    /// # Errors
    ///
    /// If the store refuses it, or refused a part of it before.
    pub(in crate::data) fn finish(mut self) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other("an earlier part could not be written"));
        }
        let Object { client, key } = self.object.clone();
        let rest = std::mem::take(&mut self.buffer);
        let attributes = std::mem::take(&mut self.attributes);
        let upload = self.upload.take();
        wait(async move {
            let done = match upload {
                Some(mut upload) => {
                    upload.put(rest.into());
                    upload.finish().await
                }
                None => {
                    let options = PutOptions {
                        attributes,
                        ..Default::default()
                    };
                    client.put_opts(&key, rest.into(), options).await
                }
            };
            done.map(drop).map_err(as_io)
        })
    }
}

impl Write for StoreWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Err(io::Error::other("an earlier part could not be written"));
        }
        if self.buffer.len() == PART {
            self.send_part()?;
        }
        let taken = bytes.len().min(PART - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Parts are sent when they are full, and the last by [`finish`](Self::finish).
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for StoreWriter {
    fn drop(&mut self) {
        if let Some(upload) = self.upload.take() {
            // Nobody is there to hear that it failed.
            let _ = wait(async move { upload.abort().await.map_err(as_io) });
        }
    }
}

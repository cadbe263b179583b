//! Streams objects, with a bounded number of parts in memory.

use std::{
    fmt,
    io::{self, Read, Write},
    sync::Arc,
};

use futures_util::{TryStreamExt, stream::BoxStream};
use object_store::{
    Attribute, Attributes, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions,
    PutPayload, PutPayloadMut, WriteMultipart,
};

use super::{Bucket, Object, wait};

/// The size of an uploaded part in bytes. A store accepts ten thousand parts, so this is enough for 80 GB, and S3
/// requires at least 5 MiB.
const PART: usize = 8 * 1024 * 1024;
/// How many parts are uploaded concurrently.
const PARTS: usize = 3;

type Chunks = BoxStream<'static, object_store::Result<Chunk>>;
type Chunk = <PutPayload as IntoIterator>::Item;

/// Reads an object.
pub(in crate::storage) struct StoreReader {
    client: Arc<Bucket>,
    chunks: Option<Chunks>,
    chunk: Chunk,
}

impl StoreReader {
    /// # Errors
    ///
    /// If the object does not exist, or the store reports an error.
    pub(in crate::storage) fn open(object: &Object) -> io::Result<Self> {
        let Object { client, key } = object.clone();
        let chunks = wait(async move {
            let found = client.store.get(&key).await;
            let found = found.map_err(|error| client.failed(error))?;
            Ok(found.into_stream())
        })?;
        Ok(Self {
            client: object.client.clone(),
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
            let client = self.client.clone();
            let (chunk, chunks) = wait(async move {
                let chunk = chunks.try_next().await;
                Ok((chunk.map_err(|error| client.failed(error))?, chunks))
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

/// How an object is uploaded.
enum Upload {
    /// Not decided yet.
    Unknown,
    /// In parts.
    Parts(WriteMultipart),
    /// In one request, because the store does not accept parts: a web server.
    Whole,
}

/// Writes an object, which becomes visible on [`finish`](Self::finish).
pub(in crate::storage) struct StoreWriter {
    object: Object,
    attributes: Attributes,
    buffer: Vec<u8>,
    /// The data that `finish` sends, for a store that does not accept parts.
    kept: PutPayloadMut,
    /// Set from the second part on.
    upload: Upload,
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
    /// The largest object that is uploaded in one request.
    pub(super) const WHOLE: u64 = PART as u64;

    /// Includes metadata, which the store keeps with the object. A name that ends in `.gz` is declared as compressed.
    pub(in crate::storage) fn new<'a>(
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
            kept: PutPayloadMut::new(),
            upload: Upload::Unknown,
            failed: false,
        }
    }

    fn send_part(&mut self) -> io::Result<()> {
        let Object { client, key } = self.object.clone();
        let part = std::mem::take(&mut self.buffer);
        let attributes = self.attributes.clone();
        let upload = std::mem::replace(&mut self.upload, Upload::Unknown);
        // If this fails, nothing more can be written.
        self.failed = true;
        let (upload, kept) = wait(async move {
            let upload = match upload {
                Upload::Unknown => {
                    let options = PutMultipartOptions {
                        attributes,
                        ..Default::default()
                    };
                    match client.store.put_multipart_opts(&key, options).await {
                        Ok(begun) => {
                            Upload::Parts(WriteMultipart::new_with_chunk_size(begun, PART))
                        }
                        Err(object_store::Error::NotImplemented { .. }) => Upload::Whole,
                        Err(error) => return Err(client.failed(error)),
                    }
                }
                known => known,
            };
            let Upload::Parts(mut parts) = upload else {
                return Ok((Upload::Whole, part));
            };
            if let Err(error) = parts.wait_for_capacity(PARTS).await {
                // Uploaded parts are removed; the first error is more important than a failure to do so.
                let _ = parts.abort().await;
                return Err(client.failed(error));
            }
            parts.put(part.into());
            Ok((Upload::Parts(parts), Vec::new()))
        })?;
        self.upload = upload;
        self.kept.extend_from_slice(&kept);
        self.failed = false;
        Ok(())
    }

    /// Completes the object.
    ///
    /// # Errors
    ///
    /// If the store refuses it, or refused one of its parts.
    pub(in crate::storage) fn finish(mut self) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other("an earlier part could not be written"));
        }
        let Object { client, key } = self.object.clone();
        let rest = std::mem::take(&mut self.buffer);
        let attributes = std::mem::take(&mut self.attributes);
        let mut kept = std::mem::take(&mut self.kept);
        let upload = std::mem::replace(&mut self.upload, Upload::Unknown);
        wait(async move {
            let done = match upload {
                Upload::Parts(mut upload) => {
                    upload.put(rest.into());
                    upload.finish().await
                }
                Upload::Unknown | Upload::Whole => {
                    let options = PutOptions {
                        attributes,
                        ..Default::default()
                    };
                    kept.push(rest.into());
                    client.store.put_opts(&key, kept.freeze(), options).await
                }
            };
            done.map(drop).map_err(|error| client.failed(error))
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

    /// Parts are sent when they are full, and the last one by [`finish`](Self::finish).
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for StoreWriter {
    fn drop(&mut self) {
        if let Upload::Parts(upload) = std::mem::replace(&mut self.upload, Upload::Unknown) {
            // A failure cannot be reported here.
            let _ = wait(async move { upload.abort().await.map_err(io::Error::other) });
        }
    }
}

//! Stores: data that is not on this machine.
//!
//! Everything is one of four things done to an address: looking whether it is there, listing, reading and writing piece by
//! piece. Those run on a runtime of their own, so that they may be waited for on any thread.

mod copy;
mod open;
mod stream;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};

use futures_util::TryStreamExt;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
pub(super) use stream::{StoreReader, StoreWriter};
use tokio::runtime::Runtime;

use super::path::remote_scheme;
use super::{DataError, FileAccessProvider};

type Client = Arc<dyn ObjectStore>;

/// The clients of a provider, one for each bucket; made when they are first used.
#[derive(Clone, Default)]
pub(super) struct Clients(Arc<Mutex<BTreeMap<String, Client>>>);

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clients")
    }
}

/// An address in a store: the client of its bucket, and the rest.
#[derive(Clone, Debug)]
pub(super) struct Object {
    client: Client,
    key: Key,
}

impl FileAccessProvider {
    /// The object that an address means; `None` for a place on this machine.
    ///
    /// # Errors
    ///
    /// If there is no store for the scheme, its settings are incomplete, or the address is no name of an object.
    pub(super) fn object(&self, uri: &str) -> Result<Option<Object>, DataError> {
        let Some(scheme) = remote_scheme(uri) else {
            return Ok(None);
        };
        let rest = &uri[scheme.len() + "://".len()..];
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let unusable = |error: object_store::Error| DataError::Store {
            path: uri.to_owned(),
            source: as_io(error),
        };
        let key = Key::parse(key.trim_end_matches('/'));
        let key = key.map_err(|error| unusable(error.into()))?;
        let name = format!("{}://{bucket}", scheme.to_ascii_lowercase());
        let Clients(clients) = self.clients();
        // Only whole entries are put into the map, so a panic elsewhere leaves nothing half done.
        let mut clients = clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&name) {
            let client = client.clone();
            return Ok(Some(Object { client, key }));
        }
        match open::open(&scheme.to_ascii_lowercase(), bucket, self.data_config()) {
            None => Err(DataError::Remote {
                path: uri.to_owned(),
                scheme: scheme.to_owned(),
            }),
            Some(client) => {
                let client = client.map_err(unusable)?;
                clients.insert(name, client.clone());
                Ok(Some(Object { client, key }))
            }
        }
    }
}

impl Object {
    /// Whether there is an object of this name, or one whose name begins with it and a slash.
    pub(super) fn exists(&self) -> io::Result<bool> {
        Ok(self.is_file()? || self.is_directory()?)
    }

    /// Whether there is an object of this name.
    pub(super) fn is_file(&self) -> io::Result<bool> {
        let Object { client, key } = self.clone();
        wait(async move {
            match client.head(&key).await {
                Ok(_) => Ok(true),
                Err(object_store::Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(as_io(error)),
            }
        })
    }

    /// Whether there is an object in the directory of this name.
    pub(super) fn is_directory(&self) -> io::Result<bool> {
        let Object { client, key } = self.clone();
        wait(async move {
            let mut inside = client.list(Some(&key));
            Ok(inside.try_next().await.map_err(as_io)?.is_some())
        })
    }

    /// The objects in the directory of this name, however deep, with their names in it.
    pub(super) fn inside(&self) -> io::Result<Vec<(Vec<String>, Object)>> {
        let Object { client, key } = self.clone();
        wait(async move {
            let found: Vec<_> = client.list(Some(&key)).try_collect().await.map_err(as_io)?;
            let objects = found.into_iter().filter_map(|meta| {
                let parts = meta.location.prefix_match(&key)?;
                let parts = parts.map(|part| part.as_ref().to_owned()).collect();
                let client = client.clone();
                let key = meta.location;
                Some((parts, Object { client, key }))
            });
            Ok(objects.collect())
        })
    }

    /// The object of a name in the directory of this name.
    ///
    /// # Errors
    ///
    /// If no object can have the name.
    pub(super) fn join(&self, name: &str) -> io::Result<Self> {
        // Not `Path::join`, which would escape what is not ASCII.
        let key = match self.key.as_ref() {
            "" => Key::parse(name),
            directory => Key::parse(format!("{directory}/{name}")),
        };
        Ok(Self {
            client: self.client.clone(),
            key: key.map_err(|error| as_io(error.into()))?,
        })
    }

    /// The last part of the name.
    pub(super) fn name(&self) -> Option<&str> {
        self.key.filename()
    }
}

/// Runs a future to its end, whatever this thread is doing.
fn wait<T: Send + 'static>(
    work: impl Future<Output = io::Result<T>> + Send + 'static,
) -> io::Result<T> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("flyte-store")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())
    });
    let runtime = runtime
        .as_ref()
        .map_err(|error| io::Error::other(error.clone()))?;
    let (done, result) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        // Nobody listens only if the waiting thread was torn down.
        let _ = done.send(work.await);
    });
    result
        .recv()
        .unwrap_or_else(|_| Err(io::Error::other("the store's client panicked")))
}

/// With the cause's own words: what a store says is inside.
fn as_io(error: object_store::Error) -> io::Error {
    use object_store::Error as Store;
    let kind = match &error {
        Store::NotFound { .. } => io::ErrorKind::NotFound,
        Store::PermissionDenied { .. } | Store::Unauthenticated { .. } => {
            io::ErrorKind::PermissionDenied
        }
        Store::InvalidPath { .. } => io::ErrorKind::InvalidInput,
        Store::NotSupported { .. } | Store::NotImplemented { .. } => io::ErrorKind::Unsupported,
        _ => io::ErrorKind::Other,
    };
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        // Most of them repeat what is inside of them.
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    io::Error::new(kind, text)
}

//! Stores: remote data.

mod copy;
mod failure;
mod open;
mod stream;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, mpsc};

use failure::Failure;
use flyte_core::lock::lock;
use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path as Key;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
pub(super) use stream::{StoreReader, StoreWriter};
use tokio::runtime::Runtime;

#[cfg(feature = "http")]
use super::path::is_web;
use super::path::masked;
use super::{DataError, FileAccessProvider};
use crate::storage::stored::Kind;
use flyte_core::types::blob::remote_scheme;

/// The store of all addresses with the same bucket.
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    /// A client that does not retry: for requests that many servers do not support and answer with a server error.
    once: Option<Arc<dyn ObjectStore>>,
    /// The source of the credentials, to say what to change when the store refuses them.
    credentials: String,
}

type Client = Arc<Bucket>;

impl Bucket {
    fn failed(&self, error: object_store::Error) -> io::Error {
        let failure = Failure::of(&error);
        let Failure { kind, text, .. } = failure;
        let advice = &self.credentials;
        let text = if failure.is_refusal {
            format!("the store refused the credentials ({text}); {advice}")
        } else if failure.lacks_credentials {
            format!("{text}; {advice}")
        } else {
            text
        };
        io::Error::new(kind, text)
    }

    /// Lists objects or names.
    async fn list<T, F: Future<Output = object_store::Result<T>>>(
        &self,
        key: &Key,
        list: impl Fn(Arc<dyn ObjectStore>, Key) -> F,
    ) -> io::Result<T> {
        if let Some(once) = &self.once {
            match list(once.clone(), key.clone()).await {
                Ok(found) => return Ok(found),
                Err(error) => {
                    let failure = Failure::of(&error);
                    if failure.is_unknown_request {
                        let text = format!("the server cannot list directories ({})", failure.text);
                        return Err(io::Error::new(io::ErrorKind::Unsupported, text));
                    }
                    if failure.is_refusal {
                        return Err(self.failed(error));
                    }
                }
            }
        }
        let listed = list(self.store.clone(), key.clone()).await;
        listed.map_err(|error| self.failed(error))
    }
}

/// The clients of a provider, one for each bucket; made on first use.
#[derive(Clone, Default)]
pub(super) struct Clients(Arc<Mutex<BTreeMap<String, Client>>>);

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clients")
    }
}

/// An address in a store: the client of its bucket, and the rest of the address.
#[derive(Clone)]
pub(super) struct Object {
    client: Client,
    key: Key,
}

/// Without the client, which contains the credentials.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Object").field(&self.key.as_ref()).finish()
    }
}

impl FileAccessProvider {
    /// The object of an address; `None` for a local path.
    ///
    /// # Errors
    ///
    /// If the scheme is not supported, the settings of its store are incomplete, or the address does not name an
    /// object.
    pub(super) fn object(&self, uri: &str) -> Result<Option<Object>, DataError> {
        let Some(scheme) = remote_scheme(uri) else {
            return Ok(None);
        };
        let address = Address::of(scheme, uri);
        let unusable = |error: object_store::Error| DataError::Store {
            path: masked(uri),
            source: io::Error::new(io::ErrorKind::InvalidInput, Failure::of(&error).text),
        };
        let key = Key::parse(address.key.trim_end_matches('/'));
        let key = key.map_err(|error| unusable(error.into()))?;
        let name = format!("{}://{}", address.scheme, address.bucket);
        let Clients(clients) = self.clients();
        // Only complete entries are added to the map, so a panic elsewhere leaves it intact.
        let mut clients = lock(clients);
        if let Some(client) = clients.get(&name) {
            let client = client.clone();
            return Ok(Some(Object { client, key }));
        }
        match open::open(&address, self.data_config()) {
            None => Err(DataError::Remote {
                path: masked(uri),
                scheme: scheme.to_owned(),
            }),
            Some(client) => {
                let client = Arc::new(client.map_err(unusable)?);
                clients.insert(name, client.clone());
                Ok(Some(Object { client, key }))
            }
        }
    }

    /// The names in a directory of a store, or with `recursive` those of all files in it, split into parts; both
    /// sorted.
    pub(super) fn list_store(
        &self,
        uri: &str,
        recursive: bool,
    ) -> Result<Vec<(Vec<String>, Kind)>, DataError> {
        let Some(object) = self.object(uri)? else {
            return Ok(Vec::new());
        };
        let found = match recursive {
            true => object.inside().map(|inside| {
                let kinds = inside.into_iter().map(|(parts, _, kind)| (parts, kind));
                kinds.collect()
            }),
            false => object.entries(),
        };
        let found = found.and_then(|found| object.not_empty(found));
        let mut found = found.map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => DataError::NotFound { path: masked(uri) },
            _ => DataError::Store {
                path: masked(uri),
                source,
            },
        })?;
        found.retain(|(parts, kind)| !parts.is_empty() && (!recursive || *kind == Kind::File));
        found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(found)
    }
}

impl Object {
    /// Whether an object has this name, or its name begins with this name and a slash.
    pub(super) fn exists(&self) -> io::Result<bool> {
        Ok(self.is_file()? || self.is_directory()?)
    }

    /// Whether an object has this name.
    pub(super) fn is_file(&self) -> io::Result<bool> {
        let Object { client, key } = self.clone();
        wait(async move {
            match client.store.head(&key).await {
                Ok(_) => Ok(true),
                Err(object_store::Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(client.failed(error)),
            }
        })
    }

    /// Removes the object with this name, if it exists.
    pub(super) fn remove(&self) -> io::Result<()> {
        let Object { client, key } = self.clone();
        wait(async move {
            match client.store.delete(&key).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(client.failed(error)),
            }
        })
    }

    /// Whether the directory with this name contains an object. On a server without directories it never does.
    pub(super) fn is_directory(&self) -> io::Result<bool> {
        let Object { client, key } = self.clone();
        wait(async move {
            let first = client
                .list(&key, |store, key| async move {
                    store.list(Some(&key)).try_next().await
                })
                .await;
            match first {
                Ok(found) => Ok(found.is_some()),
                Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(false),
                Err(error) => Err(error),
            }
        })
    }

    /// The objects in the directory with this name and its subdirectories, with their relative names, and the marked
    /// directories; the directory itself has an empty name.
    pub(super) fn inside(&self) -> io::Result<Vec<(Vec<String>, Object, Kind)>> {
        let Object { client, key } = self.clone();
        wait(async move {
            let found: Vec<_> = client
                .list(&key, |store, key| async move {
                    store.list(Some(&key)).try_collect().await
                })
                .await?;
            let objects = found.into_iter().filter_map(|meta| {
                let parts = names_in(&key, &meta.location)?;
                Some((parts, meta))
            });
            let objects = objects.map(|(mut parts, meta)| {
                let client = client.clone();
                async move {
                    let kind = kind_of(&mut parts, &meta, &client).await?;
                    let key = meta.location;
                    Ok((parts, Object { client, key }, kind))
                }
            });
            let objects: Vec<_> = objects.collect();
            futures_util::stream::iter(objects)
                .buffered(ASKED)
                .try_collect()
                .await
        })
    }

    /// The direct entries of the directory with this name; the directory itself, if it is marked, has an empty name.
    fn entries(&self) -> io::Result<Vec<(Vec<String>, Kind)>> {
        let Object { client, key } = self.clone();
        wait(async move {
            let found = client
                .list(&key, |store, key| async move {
                    store.list_with_delimiter(Some(&key)).await
                })
                .await?;
            let directories = found.common_prefixes.iter();
            let directories = directories.map(|key| (key, Kind::Directory));
            let files = found.objects.iter();
            let files = files.map(|meta| (&meta.location, Kind::File));
            let named = directories.chain(files).filter_map(|(inner, kind)| {
                let mut names = names_in(&key, inner)?;
                // An entry with the name of the directory itself ends with a slash: other programs mark directories
                // like that.
                if names.last().is_some_and(|name| name == EMPTY) {
                    names.clear();
                }
                Some((names, kind))
            });
            Ok(named.collect())
        })
    }

    /// Creates the marker of the directory with this name.
    pub(super) fn mark(&self, files: &FileAccessProvider) -> io::Result<()> {
        files.object_writer(self.join(EMPTY)?).finish()
    }

    /// The contents of a directory; an error if it is empty, because then it does not exist.
    pub(super) fn not_empty<T>(&self, inside: Vec<T>) -> io::Result<Vec<T>> {
        match inside.is_empty() {
            false => Ok(inside),
            true if self.is_file()? => Err(io::Error::new(
                io::ErrorKind::NotADirectory,
                format!("{} is a file, not a directory", self.key),
            )),
            true => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// The object with a name in the directory of this name.
    ///
    /// # Errors
    ///
    /// If no object can have this name.
    pub(super) fn join(&self, name: &str) -> io::Result<Self> {
        // Not `Path::join`, which would escape non-ASCII characters.
        let key = match self.key.as_ref() {
            "" => Key::parse(name),
            directory => Key::parse(format!("{directory}/{name}")),
        };
        Ok(Self {
            client: self.client.clone(),
            key: key
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string()))?,
        })
    }

    /// The last part of the name.
    pub(super) fn name(&self) -> Option<&str> {
        self.key.filename()
    }
}

/// The marker in a directory without files: stores only have files, so the directory would not exist otherwise. Other
/// clients see an empty file.
const EMPTY: &str = ".flyte-directory";

/// How many objects are queried concurrently.
const ASKED: usize = 16;

/// The relative name of an object in a directory, split into parts.
fn names_in(directory: &Key, inner: &Key) -> Option<Vec<String>> {
    let parts = inner.prefix_match(directory)?;
    Some(parts.map(|part| part.as_ref().to_owned()).collect())
}

/// The kind of a listed object: a file, or the marker of a directory, whose names `names` becomes.
async fn kind_of(names: &mut Vec<String>, meta: &ObjectMeta, client: &Bucket) -> io::Result<Kind> {
    if names.last().is_some_and(|name| name == EMPTY) {
        names.pop();
        return Ok(Kind::Directory);
    }
    if names.is_empty() {
        return Ok(Kind::Directory);
    }
    if meta.size > 0 {
        return Ok(Kind::File);
    }
    // Other programs mark a directory with an object whose name ends with a slash. The client strips the slash and does
    // not find the object.
    match client.store.head(&meta.location).await {
        Ok(_) => Ok(Kind::File),
        Err(object_store::Error::NotFound { .. }) => Ok(Kind::Directory),
        Err(error) => Err(client.failed(error)),
    }
}

/// The parts of an address in a store.
struct Address<'a> {
    scheme: String,
    /// For a web server, including the query, which applies to all requests.
    bucket: Cow<'a, str>,
    key: Cow<'a, str>,
}

impl<'a> Address<'a> {
    fn of(scheme: &str, uri: &'a str) -> Self {
        let rest = &uri[scheme.len() + "://".len()..];
        let scheme = scheme.to_ascii_lowercase();
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let (bucket, key) = (Cow::Borrowed(bucket), Cow::Borrowed(key));
        #[cfg(feature = "http")]
        if is_web(&scheme) {
            let (path, query) = match key.split_once('?') {
                Some((path, query)) => (path, query),
                None => (&*key, ""),
            };
            let path = path.split('#').next().unwrap_or(path);
            let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
            return Self {
                scheme,
                bucket: match query.split('#').next() {
                    None | Some("") => bucket,
                    Some(query) => format!("{bucket}/?{query}").into(),
                },
                key: path.into_owned().into(),
            };
        }
        Self {
            scheme,
            bucket,
            key,
        }
    }
}

/// Runs a future to its end on any kind of thread.
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
        // The receiver is gone only if the waiting thread was torn down.
        let _ = done.send(work.await);
    });
    result
        .recv()
        .unwrap_or_else(|_| Err(io::Error::other("the store's client panicked")))
}

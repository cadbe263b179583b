//! Where tokens are kept between processes.

use std::{
    fmt, fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use flyte_config::{config::SecretText, private};

/// A place that keeps tokens for the next process.
///
/// Without another one, tokens are kept in files below `~/.flyte/rust/cluster/tokens` that only the user can read. With
/// the feature `keyring`, `SystemKeyring` keeps them in the keyring of the system.
///
/// ```
/// use std::{collections::BTreeMap, io, sync::Mutex};
/// use flyte_runtime::{cluster::TokenStore, compat::SecretText};
///
/// /// Keeps tokens for as long as the program runs.
/// #[derive(Debug, Default)]
/// struct InMemory(Mutex<BTreeMap<String, SecretText>>);
///
/// impl TokenStore for InMemory {
///     fn read(&self, name: &str) -> io::Result<Option<SecretText>> {
///         Ok(self.0.lock().unwrap().get(name).cloned())
///     }
///
///     fn write(&self, name: &str, token: &SecretText) -> io::Result<()> {
///         self.0.lock().unwrap().insert(name.to_owned(), token.clone());
///         Ok(())
///     }
///
///     fn remove(&self, name: &str) -> io::Result<bool> {
///         Ok(self.0.lock().unwrap().remove(name).is_some())
///     }
/// }
/// ```
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// The text that is kept under a name, if there is one.
    ///
    /// # Errors
    ///
    /// When there may be one and it cannot be read. The client then signs in again.
    fn read(&self, name: &str) -> io::Result<Option<SecretText>>;

    /// Keeps a text under a name, instead of one that is there. Another process that reads meanwhile gets either.
    ///
    /// # Errors
    ///
    /// When it cannot be kept. The next process then signs in again.
    fn write(&self, name: &str, token: &SecretText) -> io::Result<()>;

    /// Removes what is kept under a name, and says whether there was anything.
    ///
    /// # Errors
    ///
    /// When it is still there.
    fn remove(&self, name: &str) -> io::Result<bool>;
}

/// A file for each token, in a directory of the user's own.
#[derive(Debug)]
pub(super) struct TokenFiles(pub(super) PathBuf);

impl TokenFiles {
    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }
}

impl TokenStore for TokenFiles {
    fn read(&self, name: &str) -> io::Result<Option<SecretText>> {
        let path = self.path(name);
        let with_path =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        match private::open(&path) {
            Ok(file) => {
                let metadata = file.metadata().map_err(with_path)?;
                if private::is_open(&metadata) {
                    tracing::warn!("other users could read {}; sign in again", path.display());
                    private::close(&file, &metadata);
                }
                let text = io::read_to_string(file).map_err(with_path)?;
                Ok(Some(SecretText::new(text)))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(with_path(error)),
        }
    }

    fn write(&self, name: &str, token: &SecretText) -> io::Result<()> {
        make_directory(&self.0)?;
        private::remove_left(&self.0);
        private::replace(&self.path(name), token.expose().as_bytes())
    }

    fn remove(&self, name: &str) -> io::Result<bool> {
        match fs::remove_file(self.path(name)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Makes the directory of tokens and locks, which only the user can look into.
pub(super) fn make_directory(directory: &Path) -> io::Result<()> {
    if let Some(why) = private::make_own(directory)? {
        tracing::warn!("{why}");
    }
    Ok(())
}

//! The keyring of the system as a place for tokens.

use std::io;

use keyring::{Entry, Error};

use super::TokenStore;
use flyte_config::config::SecretText;

/// Under which the entries are found in the keyring's own program.
const SERVICE: &str = "flyte";

/// The keyring of the system: the Secret Service on Linux, the Keychain on macOS, the Credential Manager on Windows.
#[derive(Debug)]
#[non_exhaustive]
pub struct SystemKeyring;

impl SystemKeyring {
    /// The keyring, if there is one here.
    ///
    /// # Errors
    ///
    /// When there is none, for example where no desktop runs. Tokens are then kept in files, unless the program has
    /// another place.
    pub fn open() -> io::Result<Self> {
        match Entry::store_status() {
            Ok(()) => Ok(Self),
            Err(error) => Err(io::Error::other(error.to_string())),
        }
    }
}

impl TokenStore for SystemKeyring {
    fn read(&self, name: &str) -> io::Result<Option<SecretText>> {
        match entry(name)?.get_password() {
            Ok(text) => Ok(Some(SecretText::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn write(&self, name: &str, token: &SecretText) -> io::Result<()> {
        let written = entry(name)?.set_password(token.expose());
        written.map_err(|error| told(&error))
    }

    fn remove(&self, name: &str) -> io::Result<bool> {
        match entry(name)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(told(&error)),
        }
    }
}

fn entry(name: &str) -> io::Result<Entry> {
    Entry::new(SERVICE, name).map_err(|error| told(&error))
}

/// What went wrong. The `Debug` form of some errors has the secret in it; the text has not.
fn told(error: &Error) -> io::Error {
    io::Error::other(format!("the keyring of the system: {error}"))
}

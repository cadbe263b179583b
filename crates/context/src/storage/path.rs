//! Paths and addresses as text. Nothing here accesses the disk, except for [`recursive_paths`].
//!
//! [`recursive_paths`]: FileAccessProvider::recursive_paths

use std::{
    borrow::Cow,
    path::{MAIN_SEPARATOR, Path, PathBuf},
};

use super::{DataError, FileAccessProvider};

pub(super) use flyte_core::types::blob::remote_scheme;
use flyte_core::types::blob::{self, FILE_HEADER, scheme};

/// Whether a scheme is that of web addresses, in which some characters are escaped.
#[cfg(feature = "http")]
pub(super) fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// The name of a file as it is written in an address that begins with `base`.
pub(super) fn name_in<'a>(base: &str, name: &'a str) -> Cow<'a, str> {
    #[cfg(feature = "http")]
    if scheme(base).is_some_and(is_web) {
        use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

        const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
            .remove(b'-')
            .remove(b'.')
            .remove(b'_')
            .remove(b'~');
        return utf8_percent_encode(name, ENCODED).into();
    }
    let _ = base;
    Cow::Borrowed(name)
}

/// The name of a file from its path or address, as given to [`name_in`].
pub(crate) fn name_of(path: &str) -> String {
    #[cfg(feature = "http")]
    if scheme(path).is_some_and(is_web) {
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        return FileAccessProvider::get_file_tail(&decoded).to_owned();
    }
    FileAccessProvider::get_file_tail(path).to_owned()
}

/// An address for an error message, without its password.
pub(super) fn masked(address: &str) -> String {
    let parts = scheme(address).and_then(|scheme| {
        let (before, rest) = address.split_at(scheme.len() + "://".len());
        let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let (user, _password) = host.rsplit_once('@')?.0.split_once(':')?;
        let after = &rest[host.rfind('@')?..];
        Some(format!("{before}{user}:***{after}"))
    });
    parts.unwrap_or_else(|| address.to_owned())
}

fn separator(path: &str) -> char {
    match remote_scheme(path) {
        Some(_) => '/',
        None => MAIN_SEPARATOR,
    }
}

fn ends_with_separator(path: &str) -> bool {
    path.ends_with(['/', separator(path)])
}

pub(super) fn with_trailing_separator(path: &str) -> String {
    let mut path = path.to_owned();
    if !ends_with_separator(&path) {
        path.push(separator(&path));
    }
    path
}

/// The local path of a path or a `file://` address.
pub(crate) fn to_local(path: &Path) -> Result<PathBuf, DataError> {
    let Some(text) = path.to_str() else {
        return Ok(path.to_owned()); // An address is text.
    };
    match remote_scheme(text) {
        Some(scheme) => Err(DataError::Remote {
            path: masked(text),
            scheme: scheme.to_owned(),
        }),
        None => Ok(FileAccessProvider::strip_file_header(text).into()),
    }
}

/// These functions are pure: they depend only on the text.
impl FileAccessProvider {
    /// Whether a path is remote: it has a scheme other than `file`.
    ///
    /// ```
    /// use flyte_runtime::compat::FileAccessProvider;
    ///
    /// assert!(FileAccessProvider::is_remote("s3://bucket/key"));
    /// assert!(!FileAccessProvider::is_remote("file:///data"));
    /// assert!(!FileAccessProvider::is_remote("/data"));
    /// ```
    pub fn is_remote(path: &str) -> bool {
        remote_scheme(path).is_some()
    }

    /// A path without one leading `file://`.
    pub fn strip_file_header(path: &str) -> &str {
        blob::strip_file_header(path)
    }

    /// A local path as a `file://` address; an address stays as it is. Corresponds to `join(.., unstrip=True)`.
    pub fn with_file_header(path: &str) -> String {
        match scheme(path) {
            Some(_) => path.to_owned(),
            None => format!("{FILE_HEADER}{path}"),
        }
    }

    /// The separator of a path: `/`, but the system's own separator for a local path.
    pub fn sep(path: &str) -> char {
        separator(path)
    }

    /// Joins `parts` to `base`: one trailing separator of `base` is dropped, and separators are inserted.
    ///
    /// flytekit's `join` takes any number of parts, including zero; here the first is a separate argument. The root
    /// directory alone is not changed. Neither are parts: a part that begins with a separator gives two separators.
    ///
    /// ```
    /// use flyte_runtime::compat::FileAccessProvider;
    ///
    /// assert_eq!(FileAccessProvider::join("s3://bucket/raw/", &["a", "b.txt"]), "s3://bucket/raw/a/b.txt");
    /// ```
    pub fn join(base: &str, parts: &[&str]) -> String {
        if parts.is_empty() && base.chars().count() == 1 {
            return base.to_owned();
        }
        let mut path = base.to_owned();
        if ends_with_separator(base) {
            path.pop();
        }
        for part in parts {
            path.push(separator(base));
            path.push_str(part);
        }
        path
    }

    /// The last part of a path or address; empty if that is `.` or `..` or missing.
    ///
    /// Trailing separators are ignored: the tail of `a/b/` is `b`. (In flytekit it is empty.)
    pub fn get_file_tail(path: &str) -> &str {
        let is_separator = |c| c == '/' || c == separator(path);
        let rest = match scheme(path) {
            Some(scheme) => &path[scheme.len() + "://".len()..],
            None => path,
        };
        let tail = rest
            .trim_end_matches(is_separator)
            .rsplit(is_separator)
            .next()
            .unwrap_or_default();
        if matches!(tail, "." | "..") { "" } else { tail }
    }

    /// 32 hexadecimal digits, different in every call.
    pub fn get_random_string() -> String {
        flyte_config::random::random_hex()
    }

    /// Both paths with a trailing separator, as needed to copy a directory. `from` does not get one if it is a local
    /// path that is not a directory, which is checked on disk.
    pub fn recursive_paths(from: &str, to: &str) -> (String, String) {
        let is_directory =
            Self::is_remote(from) || Path::new(Self::strip_file_header(from)).is_dir();
        let from = if is_directory {
            with_trailing_separator(from)
        } else {
            from.to_owned()
        };
        (from, with_trailing_separator(to))
    }

    /// A unique local path in the sandbox: `<sandbox>/<hex>`, followed by the last part of `name`. Nothing is created.
    pub fn get_random_local_path(&self, name: Option<&str>) -> PathBuf {
        let directory = self.local_sandbox_dir().join(Self::get_random_string());
        match name.map(Self::get_file_tail) {
            None | Some("") => directory,
            Some(tail) => directory.join(tail),
        }
    }

    /// A unique path under the output prefix: `<prefix><hex>`, followed by the last part of `name`.
    pub fn get_random_remote_path(&self, name: Option<&str>) -> String {
        let directory = self.get_random_remote_directory();
        match name.map(Self::get_file_tail) {
            None | Some("") => directory,
            Some(tail) => Self::join(&directory, &[&name_in(&directory, tail)]),
        }
    }

    /// A unique directory under the output prefix: `<prefix><hex>`.
    pub fn get_random_remote_directory(&self) -> String {
        format!("{}{}", self.raw_output_prefix(), Self::get_random_string())
    }

    /// The output prefix with another bucket, followed by `stem` or a random string.
    ///
    /// `alt` replaces the bucket of a remote prefix. A local prefix does not have a bucket, so `alt` is ignored;
    /// flytekit replaces the second directory of the path and so writes outside of the prefix.
    ///
    /// ```
    /// use flyte_runtime::compat::FileAccessProvider;
    ///
    /// let remote = FileAccessProvider::new("/tmp/flyte", "s3://my-default-bucket/my-default-prefix")?;
    /// assert_eq!(remote.generate_new_custom_path(Some("foo-bucket"), Some("bar.txt")), "s3://foo-bucket/my-default-prefix/bar.txt");
    ///
    /// let local = FileAccessProvider::new("/tmp/flyte", "/data/raw")?;
    /// assert_eq!(local.generate_new_custom_path(Some("foo-bucket"), Some("bar.txt")), "/data/raw/bar.txt");
    /// # Ok::<(), flyte_runtime::files::DataError>(())
    /// ```
    pub fn generate_new_custom_path(&self, alt: Option<&str>, stem: Option<&str>) -> String {
        let prefix = self.raw_output_prefix();
        let base = match (alt, remote_scheme(prefix)) {
            (Some(alt), Some(scheme)) if !alt.is_empty() => {
                let rest = &prefix[scheme.len() + "://".len()..];
                // The prefix ends with a separator, so there is one after the bucket.
                let (_bucket, rest) = rest.split_once('/').unwrap_or((rest, ""));
                format!("{scheme}://{alt}/{rest}")
            }
            _ => prefix.to_owned(),
        };
        match stem {
            Some(stem) if !stem.is_empty() => Self::join(&base, &[stem]),
            _ => Self::join(&base, &[&Self::get_random_string()]),
        }
    }
}

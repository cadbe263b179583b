//! The paths of outputs, and the check that no input leads them elsewhere.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{ProcessError, fill};

/// The path of a script's output.
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// The input that is part of the path, its value, and the directory that the path must stay in.
    chosen: Option<Chosen>,
}

struct Chosen {
    input: &'static str,
    value: String,
    within: PathBuf,
}

impl Place {
    /// A path that contains no input.
    pub(super) fn fixed(path: PathBuf) -> Self {
        Self { path, chosen: None }
    }

    /// The path that a task declares, relative to the working directory, with the inputs inserted.
    ///
    /// The part before the first input is the author's choice and may be any directory. The rest must stay below it.
    pub(super) fn declared(
        output: &'static str,
        location: &str,
        inputs: &BTreeMap<&'static str, String>,
        directory: &Path,
    ) -> Result<Self, ProcessError> {
        let mut used = Vec::new();
        let filled = fill(location, "{inputs.", "}", |name| {
            let (name, value) = inputs.get_key_value(name)?;
            used.push((*name, value));
            Some(value.clone())
        });
        let path = directory.join(&filled);
        let Some((first, _)) = used.first() else {
            return Ok(Self::fixed(path));
        };
        let before = location.split(&format!("{{inputs.{first}}}")).next();
        let before = before.unwrap_or_default();
        let (within, _) = before.split_at(before.rfind('/').map_or(0, |slash| slash + 1));
        let rest = filled.get(within.len()..).unwrap_or_default();
        let rest = match within.is_empty() {
            true => rest,
            false => rest.trim_start_matches('/'),
        };
        let leads_out = |path: &str| {
            Path::new(path).components().any(|part| {
                matches!(
                    part,
                    Component::ParentDir | Component::RootDir | Component::Prefix(_)
                )
            })
        };
        let guilty = used.iter().find(|(_, value)| leads_out(value));
        let (input, value) = *guilty.unwrap_or(&used[0]);
        let place = Self {
            path,
            chosen: Some(Chosen {
                input,
                value: value.clone(),
                within: directory.join(within),
            }),
        };
        match leads_out(rest) {
            true => Err(place.outside(output, place.path.clone())),
            false => Ok(place),
        }
    }

    /// Checks the file that is there now, also through links.
    pub(super) fn check(&self, output: &'static str) -> Result<(), ProcessError> {
        let Some(chosen) = &self.chosen else {
            return Ok(());
        };
        match leads_to(&chosen.within, &self.path) {
            Some(elsewhere) => Err(self.outside(output, elsewhere)),
            None => Ok(()),
        }
    }

    fn outside(&self, output: &'static str, path: PathBuf) -> ProcessError {
        /// How many characters of a value an error shows.
        const SHOWN: usize = 200;
        let (input, value, within) = match &self.chosen {
            Some(chosen) => (chosen.input, &*chosen.value, chosen.within.clone()),
            None => ("", "", PathBuf::new()),
        };
        ProcessError::Outside {
            output,
            input,
            value: value.chars().take(SHOWN).collect(),
            path,
            within,
        }
    }
}

/// The real path of a file if it is outside a directory; `None` if the file does not exist.
fn leads_to(within: &Path, path: &Path) -> Option<PathBuf> {
    let (within, path) = (fs::canonicalize(within).ok()?, fs::canonicalize(path).ok()?);
    (!path.starts_with(within)).then_some(path)
}

/// Checks that no file that a container left at a path, or in a directory there, is a link to another place: the
/// container sees other files under the same path.
pub(super) fn check_links(
    output: &'static str,
    within: &Path,
    path: &Path,
) -> Result<(), ProcessError> {
    let unreadable = |error| ProcessError::Unreadable {
        output,
        path: path.to_owned(),
        error,
    };
    let kind = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.map_err(unreadable)?.file_type(),
    };
    if kind.is_symlink() && leads_to(within, path).is_some() {
        return Err(ProcessError::Link {
            output,
            path: path.to_owned(),
        });
    }
    if kind.is_dir() {
        for entry in fs::read_dir(path).map_err(unreadable)? {
            check_links(output, within, &entry.map_err(unreadable)?.path())?;
        }
    }
    Ok(())
}

//! The local directory for data that outlives a run: cached results and the history of runs.

use std::path::PathBuf;

use crate::config::Environment;

/// The variable that names the directory.
pub(crate) const VARIABLE: &str = "FLYTE_LOCAL_STATE_DIR";

/// The directory: that of the variable, otherwise `.flyte/rust` in the home directory; `None` without either.
pub fn directory(environment: &Environment) -> Option<PathBuf> {
    match environment.var(VARIABLE) {
        Some(path) if !path.trim().is_empty() => Some(path.into()),
        _ => environment
            .home_dir()
            .map(|home| home.join(".flyte").join("rust")),
    }
}

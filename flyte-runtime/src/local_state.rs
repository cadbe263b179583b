//! Where this machine keeps what outlives a process: one directory for caches and histories.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The directory itself, instead of the user's.
const DIRECTORY: &str = "FLYTE_STATE_DIR";

/// The directory for what is kept: `FLYTE_STATE_DIR`, else `flyte` in `XDG_STATE_HOME`, else in the user's directory as the
/// platform wants it. `None` where the user has no directory.
pub(crate) fn directory() -> Option<PathBuf> {
    from(|name| std::env::var_os(name))
}

fn from(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let path = |name: &str| {
        let path = PathBuf::from(variable(name)?);
        (!path.as_os_str().is_empty()).then_some(path)
    };
    if let Some(own) = path(DIRECTORY) {
        return Some(own);
    }
    // The specification says to ignore paths that are not absolute.
    if let Some(state) = path("XDG_STATE_HOME").filter(|path| path.is_absolute()) {
        return Some(state.join("flyte"));
    }
    if cfg!(windows) {
        return path("LOCALAPPDATA").map(|local| local.join("flyte"));
    }
    let kept = if cfg!(target_os = "macos") {
        Path::new("Library/Application Support/flyte")
    } else {
        Path::new(".local/state/flyte")
    };
    path("HOME").map(|home| home.join(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(variables: &[(&str, &str)]) -> Option<PathBuf> {
        from(|name| {
            let (_, value) = variables.iter().find(|(own, _)| *own == name)?;
            Some(value.into())
        })
    }

    #[test]
    fn the_variable_comes_before_the_platforms_directory() {
        let home = ("HOME", "/home/me");
        assert_eq!(
            given(&[(DIRECTORY, "state"), ("XDG_STATE_HOME", "/x"), home]),
            Some("state".into())
        );
        assert_eq!(
            given(&[(DIRECTORY, ""), ("XDG_STATE_HOME", "/x"), home]),
            Some("/x/flyte".into())
        );
        assert_eq!(given(&[]), None);
        #[cfg(target_os = "linux")]
        assert_eq!(
            given(&[("XDG_STATE_HOME", "relative"), home]),
            Some("/home/me/.local/state/flyte".into())
        );
    }
}

//! Whether a run uses the cache.

use std::{env, path::Path, sync::LazyLock};

use super::Cache;
use flyte_config::config::Environment;

/// How a run uses the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheMode {
    /// Looks results up, and stores new ones.
    Use,
    /// Runs every task and stores its result: flytekit's `FLYTE_LOCAL_CACHE_OVERWRITE`.
    Refresh,
    /// Neither looks up nor stores results.
    Off,
}

/// The settings chosen for a run. The environment decides the rest.
#[derive(Clone, Debug, Default)]
pub(crate) struct CacheChoice {
    pub(crate) mode: Option<CacheMode>,
    pub(crate) cache: Option<Cache>,
}

impl CacheChoice {
    /// Caches nothing unless the program asks for it.
    pub(crate) const OFF: Self = Self {
        mode: Some(CacheMode::Off),
        cache: None,
    };

    pub(crate) fn is_made(&self) -> bool {
        self.mode.is_some() || self.cache.is_some()
    }

    /// These settings, with those of `around` where nothing was chosen.
    pub(crate) fn or(&self, around: &Self) -> Self {
        Self {
            // Naming a cache turns it on, whatever the outer settings say.
            mode: self
                .mode
                .or_else(|| self.cache.as_ref().map(|_| CacheMode::Use))
                .or(around.mode),
            cache: self.cache.clone().or_else(|| around.cache.clone()),
        }
    }
}

/// The cache of a run.
#[derive(Clone, Debug)]
pub(crate) struct InUse {
    pub(crate) cache: Cache,
    /// Whether tasks run again although their results are stored.
    pub(crate) refreshes: bool,
}

impl InUse {
    /// The cache that a run uses, if any.
    pub(crate) fn by(choice: &CacheChoice) -> Option<Self> {
        let environment = Environment::process();
        let chosen = choice
            .mode
            .or_else(|| choice.cache.as_ref().map(|_| CacheMode::Use));
        let mode = chosen.unwrap_or_else(|| default_mode(&environment));
        if mode == CacheMode::Off {
            return None;
        }
        let cache = choice
            .cache
            .clone()
            .or_else(|| Cache::of_user(&environment))?;
        Some(Self {
            cache,
            refreshes: mode == CacheMode::Refresh,
        })
    }
}

const ENABLED: &str = "FLYTE_LOCAL_CACHE_ENABLED";
const OVERWRITE: &str = "FLYTE_LOCAL_CACHE_OVERWRITE";

/// The variables that make runs inside another process use the cache as this run does.
pub(crate) fn variables(cache: Option<&InUse>) -> Vec<(&'static str, std::ffi::OsString)> {
    let Some(cache) = cache else {
        return vec![(ENABLED, "false".into())];
    };
    vec![
        (ENABLED, "true".into()),
        (OVERWRITE, cache.refreshes.to_string().into()),
        (super::store::DIRECTORY, cache.cache.directory().into()),
    ]
}

/// The setting in a container: the cluster has a cache of its own, so only the program that started the container can
/// ask for this one.
pub(crate) fn in_container(environment: &Environment) -> CacheChoice {
    match says(environment, ENABLED) {
        None => CacheChoice::OFF,
        Some(_) => CacheChoice::default(),
    }
}

/// The setting in the process of an isolated attempt, as the run that started it passed it on. Runs inside the attempt
/// use it too.
pub(crate) fn of_attempt(environment: &Environment) -> CacheChoice {
    CacheChoice {
        mode: Some(default_mode(environment)),
        cache: Cache::of_user(environment),
    }
}

/// The value of a variable that means yes or no.
fn says(environment: &Environment, name: &str) -> Option<bool> {
    let text = environment.var(name)?.trim().to_ascii_lowercase();
    match text.as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Some(true),
        "0" | "false" | "f" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

/// The mode that the variables of flytekit set. Without them a program uses the cache and a test does not.
fn default_mode(environment: &Environment) -> CacheMode {
    let enabled = says(environment, ENABLED).unwrap_or(!*IS_TEST);
    match (enabled, says(environment, OVERWRITE)) {
        (false, _) => CacheMode::Off,
        (true, Some(true)) => CacheMode::Refresh,
        (true, _) => CacheMode::Use,
    }
}

/// Whether this program is a test or a benchmark, where an earlier result would hide a bug. Cargo puts these into a
/// directory `deps`, from which users start no programs, and rustdoc into a directory of its own.
static IS_TEST: LazyLock<bool> = LazyLock::new(|| {
    let program = env::current_exe().ok();
    program.as_deref().is_some_and(is_test)
});

fn is_test(program: &Path) -> bool {
    let mut directories = program.ancestors().skip(1).filter_map(Path::file_name);
    let in_deps = program.parent().and_then(Path::file_name) == Some("deps".as_ref());
    in_deps || directories.any(|name| name.to_string_lossy().starts_with("rustdoctest"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_tests_are_known_by_where_they_are() {
        for (program, expected) in [
            ("/p/target/debug/deps/pipeline-0a1b", true),
            ("/p/target/release/deps/bench-0a1b", true),
            ("/tmp/rustdoctestAbC/rust_out", true),
            ("/p/target/debug/pipeline", false),
            ("/p/target/debug/examples/hello", false),
            ("/usr/local/bin/pipeline", false),
            ("/home/deps/pipeline/run", false),
        ] {
            assert_eq!(is_test(Path::new(program)), expected, "{program}");
        }
        assert!(*IS_TEST);
    }

    #[test]
    fn the_variables_of_flytekit_decide() {
        let of = |variables: &[(&str, &str)]| {
            let environment = variables
                .iter()
                .fold(Environment::empty(), |environment, (name, value)| {
                    environment.with_var(*name, *value)
                });
            default_mode(&environment)
        };
        assert_eq!(of(&[]), CacheMode::Off); // in this test
        assert_eq!(of(&[("FLYTE_LOCAL_CACHE_ENABLED", "True")]), CacheMode::Use);
        let overwrite = ("FLYTE_LOCAL_CACHE_OVERWRITE", "true");
        assert_eq!(of(&[overwrite]), CacheMode::Off);
        assert_eq!(
            of(&[("FLYTE_LOCAL_CACHE_ENABLED", "1"), overwrite]),
            CacheMode::Refresh
        );
        assert_eq!(
            of(&[("FLYTE_LOCAL_CACHE_ENABLED", "false"), overwrite]),
            CacheMode::Off
        );
    }

    #[test]
    fn a_container_uses_no_cache_unless_it_is_told_to() {
        let environment = Environment::empty();
        assert_eq!(in_container(&environment).mode, Some(CacheMode::Off));
        let asked = environment.with_var(ENABLED, "true");
        assert!(!in_container(&asked).is_made());
    }
}

//! Whether a run uses the cache.

use std::{env, path::Path, sync::LazyLock};

use super::Cache;
use flyte_config::config::Environment;

/// What a run does about the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheMode {
    /// Looks results up, and stores new ones.
    Use,
    /// Runs everything, and stores it: flytekit's `FLYTE_LOCAL_CACHE_OVERWRITE`.
    Refresh,
    /// Neither looks up nor stores.
    Off,
}

/// What was chosen for runs; what was not is decided by the environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct CacheChoice {
    pub(crate) mode: Option<CacheMode>,
    pub(crate) cache: Option<Cache>,
}

impl CacheChoice {
    /// Where nothing is cached unless somebody asks.
    pub(crate) const OFF: Self = Self {
        mode: Some(CacheMode::Off),
        cache: None,
    };

    pub(crate) fn is_made(&self) -> bool {
        self.mode.is_some() || self.cache.is_some()
    }

    /// This choice, as far as it was made, over another.
    pub(crate) fn or(&self, around: &Self) -> Self {
        Self {
            // Who names a cache wants it used, whatever was said around.
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
    /// Whether results are run for again although they are there.
    pub(crate) refreshes: bool,
}

impl InUse {
    /// The cache that a run uses, if it uses one.
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

/// What tells the runs inside of another process to do as this one.
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

/// What is done in a container: the cluster has a cache of its own, so that only who has started it can ask for this
/// one.
pub(crate) fn in_container(environment: &Environment) -> CacheChoice {
    match says(environment, ENABLED) {
        None => CacheChoice::OFF,
        Some(_) => CacheChoice::default(),
    }
}

/// What is done in the process of an isolated attempt, which the run that has started it has told; runs inside of it
/// do the same.
pub(crate) fn of_attempt(environment: &Environment) -> CacheChoice {
    CacheChoice {
        mode: Some(default_mode(environment)),
        cache: Cache::of_user(environment),
    }
}

/// What a variable says, if it is one of the words for yes and no.
fn says(environment: &Environment, name: &str) -> Option<bool> {
    let text = environment.var(name)?.trim().to_ascii_lowercase();
    match text.as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Some(true),
        "0" | "false" | "f" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

/// As the variables of flytekit say; without them a program uses the cache, and a test does not.
fn default_mode(environment: &Environment) -> CacheMode {
    let enabled = says(environment, ENABLED).unwrap_or(!*IS_TEST);
    match (enabled, says(environment, OVERWRITE)) {
        (false, _) => CacheMode::Off,
        (true, Some(true)) => CacheMode::Refresh,
        (true, _) => CacheMode::Use,
    }
}

/// Whether this program is one of tests or benchmarks, in which a result from before would hide what is wrong: cargo
/// puts them into a directory `deps`, where no program is that people start, and rustdoc into one of its own.
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

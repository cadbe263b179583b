//! Explains why a call is in the cache or not.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use super::{Cache, CacheError, CacheKey, CachePolicy, entry::Head};
use flyte_core::{graph::entity::EntityDescriptor, types::Value};

/// Whether the cache has the result of a call, and if not, how the call differs from the stored ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Explanation {
    /// The cache has it.
    Hit {
        /// When the result was stored.
        stored: SystemTime,
    },
    /// The task has no results.
    Empty,
    /// There is a result of this call, but it cannot be used.
    Unusable {
        /// The reason: the result cannot be read, is damaged, or lacks a file.
        problem: String,
    },
    /// There are results of other calls. The differences are to the most similar one, and to the newest if several are
    /// equally similar.
    Miss {
        /// When that result was stored.
        stored: SystemTime,
        /// The differences; empty if the result belongs to a cache that was stored under another path.
        differences: Vec<Difference>,
    },
}

/// A part of the key that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The version of the task.
    Version {
        /// The version of the stored result.
        stored: String,
        /// The version of the call.
        asked: String,
    },
    /// The salt.
    Salt,
    /// The names or types of inputs or outputs.
    Interface,
    /// The value of an input.
    Input(String),
    /// An input that counts now but did not when the result was stored.
    Counted(String),
    /// An input that counted when the result was stored but does not now.
    Ignored(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { stored, asked } => {
                write!(f, "the version is `{asked}` and was `{stored}`")
            }
            Self::Salt => f.write_str("the salt is another"),
            Self::Interface => f.write_str("the names or types of inputs or outputs differ"),
            Self::Input(name) => write!(f, "the input `{name}` has another value"),
            Self::Counted(name) => write!(f, "the input `{name}` did not count"),
            Self::Ignored(name) => write!(f, "the input `{name}` does not count any more"),
        }
    }
}

impl CacheKey {
    /// The key of a call of a task that is only known at run time, with its inputs in declaration order.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn of_values(task: &EntityDescriptor, inputs: &[Value]) -> Result<Self, CacheError> {
        Ok(policy_of(task)?.key(task, inputs)?)
    }
}

/// How a task is cached; an error if the task is not cached.
pub fn policy_of(task: &EntityDescriptor) -> Result<CachePolicy, CacheError> {
    let policy = task
        .task_options()
        .and_then(|options| CachePolicy::of(options, None));
    policy.ok_or_else(|| CacheError::NotCached {
        task: task.name().to_owned(),
    })
}

impl Cache {
    /// Reports whether a call would come from this cache, and why not.
    ///
    /// ```
    /// use flyte_runtime::{cache::{Cache, CacheKey, Difference, Explanation}, prelude::*};
    ///
    /// #[task(cache = "1")]
    /// fn add(a: i64, b: i64) -> i64 {
    ///     a + b
    /// }
    ///
    /// # let directory = flyte_runtime::files::TempSandbox::new();
    /// let cache = Cache::at(directory.create()?);
    /// Runner::local().cache(cache.clone()).run(add::call(1, 2))?;
    /// let explanation = cache.explain(&CacheKey::of(&add::call(1, 3))?)?;
    /// let Explanation::Miss { differences, .. } = explanation else { panic!() };
    /// assert_eq!(differences, [Difference::Input("b".to_owned())]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CacheError::Io`] if the cache cannot be read.
    pub fn explain(&self, key: &CacheKey) -> Result<Explanation, CacheError> {
        let heads = self.heads(&key.task)?;
        let is_there = match self.find(key, || ()) {
            Ok(found) => found.is_some(),
            Err(problem) => {
                return Ok(Explanation::Unusable {
                    problem: problem.to_string(),
                });
            }
        };
        let compared = heads.iter().map(|head| (differences(head, key), head));
        let closest = compared
            .min_by_key(|(differences, head)| (differences.len(), std::cmp::Reverse(head.stored)));
        Ok(match closest {
            None => Explanation::Empty,
            Some((_, head)) if is_there => Explanation::Hit {
                stored: at(head.stored),
            },
            Some((differences, head)) => Explanation::Miss {
                stored: at(head.stored),
                differences,
            },
        })
    }
}

/// How many results a call is compared with while its run waits for that.
const COMPARED: usize = 64;

/// What is known of the newest results of a task.
pub(crate) struct SomeResults(Vec<Head>);

impl Cache {
    /// The newest results of a task. What cannot be read is not among them: it is no reason for a run to fail.
    pub(crate) fn some_results(&self, task: &str) -> SomeResults {
        SomeResults(self.newest_heads(task, COMPARED).unwrap_or_default())
    }
}

impl SomeResults {
    /// How a call that is not among them differs from the most similar one.
    pub(crate) fn why_not(&self, key: &CacheKey) -> Vec<String> {
        let compared = self.0.iter().map(|head| differences(head, key));
        match compared.min_by_key(Vec::len) {
            None => vec!["the cache has no result of the task".to_owned()],
            Some(differences) if differences.is_empty() => {
                vec!["its result was there and cannot be used".to_owned()]
            }
            Some(differences) => differences.iter().map(Difference::to_string).collect(),
        }
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn differences(head: &Head, key: &CacheKey) -> Vec<Difference> {
    let mut differences = Vec::new();
    if head.version != key.version {
        differences.push(Difference::Version {
            stored: head.version.clone(),
            asked: key.version.clone(),
        });
    }
    if head.salt != key.salt {
        differences.push(Difference::Salt);
    }
    if head.interface != key.interface {
        differences.push(Difference::Interface);
    }
    for (name, hash) in &key.inputs {
        match head.inputs.iter().find(|(stored, _)| stored == name) {
            None => differences.push(Difference::Counted(name.clone())),
            Some((_, stored)) if stored != hash => {
                differences.push(Difference::Input(name.clone()));
            }
            Some(_) => {}
        }
    }
    for (name, _) in &head.inputs {
        if !key.inputs.iter().any(|(asked, _)| asked == name) {
            differences.push(Difference::Ignored(name.clone()));
        }
    }
    differences
}

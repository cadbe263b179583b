//! Starting runs.

pub mod by_name;
pub mod call;
mod launch;
mod start;
mod strict_rules;

use std::{path::PathBuf, time::Duration};

pub use start::Start;

use crate::{
    cache::{Cache, CacheChoice, CacheMode},
    cancellation::CancellationToken,
    container::Container,
};
use flyte_context::{
    deck::{Directory, SharedSink},
    question::{AnswerSource, SharedAnswers},
};
use flyte_events::{
    events::{Observer, SharedObserver},
    history::History,
};

/// Runs tasks and workflows, and has the settings for it.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// assert_eq!(Runner::local().jobs(1).run(square::call(5))?, 25);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Runner {
    jobs: Option<usize>,
    container: Option<Container>,
    answers: Option<SharedAnswers>,
    strict: bool,
    cache: CacheChoice,
    decks: Option<SharedSink>,
    observers: Vec<SharedObserver>,
    history: Option<History>,
    resume: Option<String>,
    isolate: bool,
    cancellation: Option<CancellationToken>,
    deadline: Option<Duration>,
    grace_period: Option<Duration>,
    max_abandoned: Option<usize>,
}

impl Default for Runner {
    /// As [`local`](Self::local).
    fn default() -> Self {
        Self::local()
    }
}

impl Runner {
    /// Runs on this machine, in this process.
    pub fn local() -> Self {
        Self {
            jobs: None,
            container: None,
            answers: None,
            strict: false,
            cache: CacheChoice::default(),
            decks: None,
            observers: Vec::new(),
            history: None,
            resume: None,
            isolate: false,
            cancellation: None,
            deadline: None,
            grace_period: None,
            max_abandoned: None,
        }
    }

    /// Sets how many threads of one run may be busy with tasks at once, at least one. The default is the number of
    /// cores.
    ///
    /// An async task that waits keeps no thread busy. With one job nothing overlaps, and nodes always run in the same
    /// order. A run inside a task shares the jobs of the outer run. A run that a sync task starts with `start` has its
    /// own jobs, because the task may block on it.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = Some(jobs.max(1));
        self
    }

    /// Runs one attempt of a task for a cluster, with the parameters of the current context.
    pub fn in_container(
        mut self,
        container: Container,
        environment: &flyte_config::config::Environment,
    ) -> Self {
        self.cache = match container.is_isolated {
            true => crate::cache::of_attempt(environment),
            false => crate::cache::in_container(environment),
        };
        self.container = Some(container);
        self
    }

    /// Sets the source of answers for gates, also for runs inside the tasks: [`Answers`](crate::gate::Answers) given in
    /// advance, a closure, or any other [`AnswerSource`]. The default is the source of the outer run, or otherwise the
    /// [`Terminal`](crate::gate::Terminal).
    #[must_use]
    pub fn answers(mut self, source: impl AnswerSource) -> Self {
        self.answers = Some(SharedAnswers::new(source));
        self
    }

    /// Sets whether every input and output of a task is converted to its literal and back, as on a cluster, so that
    /// what works here works there. Runs inside the tasks are strict too.
    ///
    /// An entity that a Flyte 1 cluster would refuse does not run: the error is
    /// [`RunError::Refused`](crate::error::RunError::Refused), with all findings of [`check`](flyte_check::check). A
    /// dynamic task that builds such a graph fails. Notices report where the cluster behaves differently, and a
    /// workflow with more nodes than a server accepts by default. Runs that tasks start themselves, as eager tasks do,
    /// would run in the tasks' containers, so the rules do not apply to them.
    ///
    /// ```
    /// use flyte_runtime::prelude::*;
    ///
    /// #[task]
    /// fn largest() -> u64 {
    ///     u64::MAX
    /// }
    ///
    /// assert_eq!(largest::run()?, u64::MAX);
    /// // Flyte's integers end at `i64::MAX`.
    /// let error = Runner::local().strict(true).run(largest::call()).unwrap_err();
    /// assert!(error.to_string().contains("output `o0` cannot leave the process"), "{error}");
    /// # Ok::<(), flyte_runtime::RunError>(())
    /// ```
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets the cache in which the results of tasks that declare `cache` are looked up and stored, even where none
    /// would be used by default; see [`cache`](crate::cache) for the default. Runs inside the tasks use it too.
    #[must_use]
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache.cache = Some(cache);
        self
    }

    /// Sets whether results are looked up and stored.
    ///
    /// ```
    /// use flyte_runtime::{cache::CacheMode, prelude::*};
    ///
    /// #[task(cache = "1")]
    /// fn square(x: i64) -> i64 {
    ///     x * x
    /// }
    ///
    /// // Whatever was kept before.
    /// assert_eq!(Runner::local().cache_mode(CacheMode::Off).run(square::call(5))?, 25);
    /// # Ok::<(), flyte_runtime::RunError>(())
    /// ```
    #[must_use]
    pub fn cache_mode(mut self, mode: CacheMode) -> Self {
        self.cache.mode = Some(mode);
        self
    }

    /// Writes the pages of the tasks to a directory, which is created if it does not exist: one page for each task that
    /// has `enable_deck` or has written to a deck, however the task ended, and an `index.html` with links to them. A
    /// page is written when its task ends or calls [`Deck::publish`](flyte_context::deck::Deck::publish). Pages with
    /// the same name from an earlier run are replaced.
    ///
    /// ```
    /// use flyte_runtime::prelude::*;
    ///
    /// #[task(enable_deck)]
    /// fn square(x: i64) -> i64 {
    ///     x * x
    /// }
    ///
    /// # let directory = std::env::temp_dir().join(format!("flyte-decks-{}", std::process::id()));
    /// assert_eq!(Runner::local().deck_dir(&directory).run(square::call(5))?, 25);
    /// assert!(directory.join("index.html").exists());
    /// # std::fs::remove_dir_all(&directory).unwrap();
    /// # Ok::<(), flyte_runtime::RunError>(())
    /// ```
    #[must_use]
    pub fn deck_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.decks = Some(SharedSink::new(Directory::new(directory.into())));
        self
    }

    /// Sends the events of the runs, and of runs inside their tasks, to an observer; see
    /// [`events`](flyte_events::events). May be called several times.
    ///
    /// A run that an observer starts is a separate run, and this runner's observers do not receive its events.
    #[must_use]
    pub fn observe(mut self, observer: impl Observer) -> Self {
        self.observers.push(SharedObserver::new(observer));
        self
    }

    /// Records the runs, so that they can be inspected and [resumed](Self::resume) later; see
    /// [`history`](flyte_events::history). Runs inside their tasks are recorded with them.
    ///
    /// This encodes every input and output of each task.
    #[must_use]
    pub fn history(mut self, history: &History) -> Self {
        self.history = Some(history.clone());
        self
    }

    /// Resumes a run that ended early, with the same id and start time: nodes that had ended do not run again. The call
    /// must be the same as that of the run. A run that had succeeded returns its outputs, and nothing runs.
    ///
    /// The run is looked up in the [history](Self::history) of this runner, or otherwise of the user, by its id or the
    /// start of it; `last` means the run that was started last.
    ///
    /// ```no_run
    /// use flyte_runtime::{history::History, prelude::*};
    ///
    /// #[task]
    /// fn square(x: i64) -> i64 {
    ///     x * x
    /// }
    ///
    /// let runner = Runner::local().history(&History::in_dir("runs")).resume("last");
    /// assert_eq!(runner.run(square::call(3))?, 9);
    /// # Ok::<(), flyte_runtime::RunError>(())
    /// ```
    #[must_use]
    pub fn resume(mut self, run: impl Into<String>) -> Self {
        self.resume = Some(run.into());
        self
    }

    /// Sets whether each attempt runs in a process of its own: this program again, started as a cluster starts it, so
    /// its `main` must return `flyte_runtime::main()`.
    ///
    /// The process is killed when the attempt exceeds its time limit, when it is cancelled, when it uses more memory
    /// than `limits(mem = ..)` (or `requests(mem = ..)` without it) allows, and when this program is gone. Resources
    /// set on the node replace those of the task. Everything that the process has started ends with it, however it
    /// ends; on Linux also processes that left its group, for example through `setsid`, unless they cleared their
    /// environment. If the process dies, for example of a segmentation fault, that is one failed attempt.
    ///
    /// The process has the variables of `environment(..)`. Of the secrets in the environment of this program it has
    /// those that its task requests. A dynamic or eager task runs others in its process, so it has the secrets that any
    /// task of the program requests.
    ///
    /// A program with `panic = "abort"` can run tasks only in this way. Scripts, containers and gates are not code of
    /// the program and are not affected. The graph that a dynamic task builds runs in the task's process.
    #[must_use]
    pub fn isolate(mut self, isolate: bool) -> Self {
        self.isolate = isolate;
        self
    }

    /// Cancels the runs when the token is cancelled. They end with
    /// [`RunError::Cancelled`](crate::error::RunError::Cancelled) then.
    #[must_use]
    pub fn cancellation(mut self, token: &CancellationToken) -> Self {
        self.cancellation = Some(token.clone());
        self
    }

    /// Sets the time limit of a whole run. A run that exceeds it is cancelled and ends with
    /// [`RunError::TimedOut`](crate::error::RunError::TimedOut). Sync tasks that do not end then are left behind on
    /// their threads, as with a [`grace_period`](Self::grace_period) of a quarter of a second.
    ///
    /// ```
    /// use std::time::Duration;
    /// use flyte_runtime::prelude::*;
    ///
    /// #[task]
    /// async fn listens() {
    ///     std::future::pending::<()>().await;
    /// }
    ///
    /// let error = Runner::local().deadline(Duration::from_millis(1)).run(listens::call()).unwrap_err();
    /// assert!(error.to_string().ends_with("was not done within 1ms"), "{error}");
    /// ```
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets how long a cancelled run waits for sync tasks, which cannot be stopped from outside. After that the run
    /// ends without them: their threads go on, and their results are dropped. Without a grace period, a run that has no
    /// [`deadline`](Self::deadline) waits as long as they take.
    #[must_use]
    pub fn grace_period(mut self, after: Duration) -> Self {
        self.grace_period = Some(after);
        self
    }

    /// Sets how many threads sync tasks may leave behind at once by running on after their `timeout` or `deadline`; the
    /// default is 256. A run that leaves more behind is cancelled and ends with
    /// [`RunError::TooManyAbandoned`](crate::error::RunError::TooManyAbandoned). It then starts nothing, but each
    /// attempt in progress may still be left behind, one for each of its [`jobs`](Self::jobs).
    ///
    /// Sync code cannot be stopped from outside, so such a thread, its stack and the task's data stay until the code
    /// ends by itself. Then the thread no longer counts. Threads of runs inside the tasks count for the outer run,
    /// unless the inner run has its own limit. [Isolated](Self::isolate) tasks leave no threads behind: their processes
    /// are killed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use flyte_runtime::prelude::*;
    ///
    /// #[task(timeout = "1ms", retries = 3)]
    /// fn does_not_listen() {
    ///     std::thread::sleep(Duration::from_millis(500));
    /// }
    ///
    /// let runner = Runner::local().max_abandoned_threads(2);
    /// let error = runner.run(does_not_listen::call()).unwrap_err();
    /// assert!(matches!(error, RunError::TooManyAbandoned { most: 2, .. }), "{error}");
    /// ```
    #[must_use]
    pub fn max_abandoned_threads(mut self, threads: usize) -> Self {
        self.max_abandoned = Some(threads);
        self
    }
}

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

/// How runs are executed.
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

    /// How many threads of one run may be busy with tasks at once, at least one; the default is the number of cores.
    ///
    /// An async task that waits keeps no thread busy. With one job nothing overlaps at all, and the order in which
    /// nodes run is the same every time. A run inside a task shares the jobs of the run the task belongs to; one that a
    /// sync task has started with `start`, and may be blocked by, has as many of its own.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = Some(jobs.max(1));
        self
    }

    /// Runs one attempt of a task for a cluster, as the parameters around say.
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

    /// Who answers the gates of the runs, those of runs inside their tasks included: [`Answers`](crate::gate::Answers)
    /// that are given beforehand, a closure, or any other [`AnswerSource`]. The default is what the run around says,
    /// and then the [`Terminal`](crate::gate::Terminal).
    #[must_use]
    pub fn answers(mut self, source: impl AnswerSource) -> Self {
        self.answers = Some(SharedAnswers::new(source));
        self
    }

    /// Whether every value that goes into a task or comes out of it goes through its literal form, as happens to it on a
    /// cluster, so that what works here works there. Runs inside the tasks are strict, too.
    ///
    /// What a Flyte 1 cluster would refuse does not run: the error is [`RunError::Refused`], with all that
    /// [`check`](flyte_check::check) finds. A dynamic task that builds such a graph fails. What the cluster does
    /// otherwise is told in notices, and so is a workflow with more nodes than a server takes whose configuration says
    /// nothing about it. What tasks start by themselves, as eager tasks do, runs in their containers there: the rules
    /// are not asked of it.
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

    /// The cache that results are looked up in and kept in, for the tasks that declare `cache`, also where none would
    /// be used; see [`cache`](crate::cache) for the default. Runs inside the tasks use it, too.
    #[must_use]
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache.cache = Some(cache);
        self
    }

    /// Whether results are looked up and kept.
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

    /// Writes the pages of the tasks into a directory, which is made if it is not there: one for every task that has
    /// `enable_deck` or has written to a deck, however it ended, and `index.html` that leads to them. A page is there
    /// when its task has ended, or has called [`Deck::publish`](flyte_context::deck::Deck::publish). Pages of the same
    /// name from a run before are replaced.
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

    /// Tells somebody what happens in the runs, those of runs inside their tasks included; see
    /// [`events`](flyte_events::events). May be said several times.
    ///
    /// A run that an observer starts is a run of its own, of which no observer of this runner is told.
    #[must_use]
    pub fn observe(mut self, observer: impl Observer) -> Self {
        self.observers.push(SharedObserver::new(observer));
        self
    }

    /// Records the runs, so that they can be looked at and [resumed](Self::resume) later; see
    /// [`history`](flyte_events::history). What runs inside their tasks is recorded with them.
    ///
    /// Every input and output of a task is encoded for it.
    #[must_use]
    pub fn history(mut self, history: &History) -> Self {
        self.history = Some(history.clone());
        self
    }

    /// Goes on with a run that has ended early, under the same id and the same time: what had ended is not run again.
    /// The call has to be that of the run. A run that had succeeded gives its outputs, and nothing runs.
    ///
    /// The run is looked for in the [history](Self::history) of this runner, else in that of the user, by its id or a
    /// beginning of it; `last` is the one that was started last.
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

    /// Whether each attempt is made in a process of its own: this program again, started as a cluster starts it, so that
    /// its `main` has to return `flyte_runtime::main()`.
    ///
    /// The process is killed when the time of the attempt is over, when it is cancelled, when it has more memory than
    /// `limits(mem = ..)`, or `requests(mem = ..)` without it, says (of the node if that says what it needs, else of
    /// the task), and when this program is gone. What it has started ends with it, however it ends; on Linux also
    /// what has left its group, as by `setsid`, unless it has cleared its environment. One that dies, as of a
    /// segmentation fault, is one failed attempt.
    ///
    /// The variables of `environment(..)` are those of the process. Of the secrets in the environment of this program
    /// it has those that its task requests; a dynamic or an eager task, which runs others in its process, has those
    /// that any task of the program requests.
    ///
    /// A program with `panic = "abort"` runs nothing but this way. Scripts, containers and gates are no code of the
    /// program and stay what they are; what a dynamic task builds runs in its process.
    #[must_use]
    pub fn isolate(mut self, isolate: bool) -> Self {
        self.isolate = isolate;
        self
    }

    /// Cancels the runs when the token is cancelled; they end with [`RunError::Cancelled`] then.
    #[must_use]
    pub fn cancellation(mut self, token: &CancellationToken) -> Self {
        self.cancellation = Some(token.clone());
        self
    }

    /// The longest that a run may take as a whole. One that takes longer is cancelled and ends with
    /// [`RunError::TimedOut`]; sync tasks that do not end then are left behind on their threads, as by
    /// [`grace_period`](Self::grace_period) after a quarter of a second.
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

    /// How long a cancelled run waits for sync tasks to end, which cannot be stopped from outside. After that it ends
    /// without them: their threads go on, and what they give is dropped. Without it a run that has no
    /// [`deadline`](Self::deadline) waits for as long as they take.
    #[must_use]
    pub fn grace_period(mut self, after: Duration) -> Self {
        self.grace_period = Some(after);
        self
    }

    /// How many threads may be left behind at once by sync tasks that go on when their `timeout` or `deadline` is over;
    /// the default is 256. A run that leaves more behind is cancelled and ends with [`RunError::TooManyAbandoned`]; it
    /// starts nothing then, but each attempt that is under way may still be left behind, one for each of its
    /// [`jobs`](Self::jobs).
    ///
    /// Sync code cannot be stopped from outside, so such a thread, its stack and what the task holds stay until the
    /// code ends by itself. Then the thread counts no longer. Runs inside of the tasks count with the run around,
    /// unless they have a limit of their own. Tasks that are [isolated](Self::isolate) leave no threads behind: their
    /// processes are killed.
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

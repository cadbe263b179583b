//! Histories of runs in files: for later inspection, and to resume a run that ended early.
//!
//! A run with a [`History`] records the start and the end of each node, its attempts and errors, and its inputs and
//! outputs; and what is needed to draw and to explain the run without its program:
//!
//! * the graphs of its workflows, with what each node needs, where each of its inputs comes from, and the conditions of
//!   branches; also the graphs that dynamic tasks build, and those of the calls of eager tasks;
//! * the start and end of each attempt, so that waiting, running and backoff can be told apart;
//! * the first and the last 16 KiB that each attempt wrote: scripts, containers and isolated attempts, and what a task
//!   writes to its [log](crate::context::FlyteContext::attempt_log);
//! * the file with the decks of each attempt, if the run writes them to a directory;
//! * the cache's key of each cached call, and why it ran.
//!
//! [`History::run`] reads it, and `runs show ID --json` prints it. The outputs of a node are recorded before any node
//! that needs them starts, so a run that failed or whose process was killed can be resumed: nodes that had ended do not
//! run again.
//!
//! ```
//! use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
//! use flyte_runtime::{history::History, prelude::*};
//!
//! static FETCHED: AtomicU32 = AtomicU32::new(0);
//! static DISK_FULL: AtomicU32 = AtomicU32::new(1);
//!
//! #[task]
//! fn fetch() -> i64 {
//!     FETCHED.fetch_add(1, Relaxed);
//!     6
//! }
//!
//! #[task]
//! fn store(x: i64) -> Result<i64, &'static str> {
//!     match DISK_FULL.swap(0, Relaxed) {
//!         1 => Err("the disk is full"),
//!         _ => Ok(x * 7),
//!     }
//! }
//!
//! #[workflow]
//! fn pipeline() -> i64 {
//!     store(fetch())
//! }
//!
//! # let directory = flyte_runtime::files::TempSandbox::new();
//! # let directory = directory.create()?;
//! let history = History::in_dir(directory);
//! let runner = Runner::local().history(&history);
//! assert!(runner.run(pipeline::call()).is_err());
//!
//! // Later, or in another process:
//! let failed = &history.runs()?[0];
//! assert_eq!(runner.resume(failed.id()).run(pipeline::call())?, 42);
//! assert_eq!(FETCHED.load(Relaxed), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is resumed
//!
//! A run is resumed with the same entity and the same inputs, by a program with the same interfaces and nodes; the
//! bodies of tasks may have changed. It keeps its id, its start time and the ids of its nodes. A node does not run
//! again if it had returned outputs, its inputs and the types of its outputs are the same, the local files to which its
//! outputs refer still exist unchanged, and those of its inputs have not changed. Everything else runs: nodes that had
//! failed or were running, whose next attempt finds the checkpoint of the last one, and failure handlers. Tasks are
//! resumed one by one wherever they are: in workflows, branches, maps and the graphs of dynamic tasks, whose bodies run
//! again unless all of their nodes had ended.
//!
//! A task that itself starts runs, such as an eager task, runs again if it had not ended, and calls that had ended
//! return their recorded results. Calls are identified by the called entity, the inputs and a count, not by their
//! order. New calls that the task did not make before run.
//!
//! # Files
//!
//! Each run has a directory with its id as the name, which sorts after those of earlier runs. It contains `log`, to
//! which records are appended and never changed. Each record has its length and checksums of both; a record that a
//! killed process did not finish counts as not written. The checksums reveal later changes: a resumed run uses the
//! records before the damage, reports it, and keeps a copy of the file as `log.damaged`. The first line of a log has
//! the number of its format. A run with another format is listed by [`unreadable`](History::unreadable), is never
//! resumed, and can only be removed with [`History::remove`]. Directories and files are private to this user, including
//! the directory of all runs. Values are the bytes of Flyte's literals ([`types::wire`](crate::compat::wire)): up to 48
//! bytes are in the record that they belong to, and others are stored once under their SHA-256. The end of a task is
//! passed to the system before anything that depends on it, so it survives any end of the process. Other records of
//! nodes, such as their starts and lines, are passed on with the next end of a task, or a few milliseconds later; a
//! process that is killed may lose those of its last moment. When the run has ended, records are on disk and also
//! survive a crash of the machine. For local files to which inputs and outputs refer, their state is recorded: the
//! contents of small ones, and the size and modification time of others.
//!
//! The directories of tasks, with their checkpoints and the files that they write, are in `files` until the run has
//! succeeded; files to which the outputs of the run refer stay there with the history. The same is true for files
//! created with the run's [`file_access`](crate::context::FlyteContext::file_access), unless one was set that is not
//! temporary.
//!
//! Values cannot be marked as secret for a history. A [`Secret`](crate::secrets::Secret) cannot be a value of a task
//! and never displays its text; but if a task returns that text as a `String`, it is recorded like any other, as on a
//! cluster.

pub use flyte_events::history::{History, HistoryError, ResumeError, RunRecord, RunStatus};

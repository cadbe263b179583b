//! What runs have done, kept in files: to look at later, and to go on with a run that has ended early.
//!
//! A run with a [`History`] records the start and the end of each node, its attempts and errors, and its inputs and
//! outputs. What a node has given is recorded before anything that needs it can start, so a run whose process was
//! killed, or that has failed, can be resumed: nodes that had ended are not run again.
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
//! bodies of tasks may have changed. It keeps its id, its time and the ids of its nodes. A node is not run again when
//! it had given outputs, its inputs and the types of its outputs are the same, and the files of this machine that its
//! outputs name are still there and as they were, as those are that it was given. All else runs: nodes that had failed
//! or were running, whose next attempt finds the checkpoint of the last one, and failure handlers. Tasks are taken up
//! one by one wherever they are: in workflows, branches, maps and the graphs of dynamic tasks, whose bodies run again
//! unless all that they have built had ended.
//!
//! A task that starts runs itself, as an eager task does, is run again if it had not ended, and the calls that had
//! ended give what they gave then. They are found by what was called with which inputs, and by how often, not by their
//! order. A task that now makes other calls than before has those run.
//!
//! # Files
//!
//! Each run has a directory of its id, which sorts behind those of the runs that were started before it, and in it
//! `log`, to which records are added and in which nothing is changed. Each record has its length and checksums of both;
//! what a killed process has not finished writing counts as not written. What was changed afterwards is known by the
//! checksums: a resumed run uses what comes before it, says so, and keeps the file as it was in `log.damaged`. The
//! first line of a log has the number of its format. A run of another format is told of by
//! [`unreadable`](History::unreadable), is never resumed, and is removed by nothing but [`History::remove`].
//! Directories and files are made for this user only, and so is the directory of all runs. Values are the bytes of
//! Flyte's literals ([`types::wire`](crate::compat::wire)) under their SHA-256, each once. Records are handed to the
//! system when the thing that they tell of has happened, before what follows from it, and so outlive the process
//! whatever ends it. They are on the disk, where they outlive a crash of the machine too, when the run has ended. Of
//! the files of this machine that inputs and outputs name it is recorded what they were like: what is in small ones,
//! the size and the time of the last change of others.
//!
//! The directories of tasks, with their checkpoints and the files that they write, are in `files` until the run has
//! succeeded; what the outputs of the run name stays there with the history. So do files made in the run's
//! [`file_access`](crate::context::FlyteContext::file_access), unless one was set that is not temporary.
//!
//! A history cannot be told that a value is secret. A [`Secret`](crate::secrets::Secret) is no value of a task, and
//! shows itself nowhere; its text in a `String` that a task returns is recorded like any other, as a cluster does.

pub use flyte_events::history::{History, HistoryError, ResumeError, RunRecord, RunStatus};

//! Histories of runs in files: for later inspection, and to resume a run that ended early.

mod directory;
mod encode;
mod files;
mod graph;
mod id;
mod lines;
pub mod log;
mod node;
mod origin;
mod packed;
mod program;
mod prune;
mod ready;
mod record;
mod recorded;
mod recording;
mod records;
mod rows;
mod run;
mod stored;
mod ticker;
mod told;
pub mod watch;
mod writing;

pub use graph::{GraphCase, GraphNode, GraphValue, RecordedGraph, ValueSource};
pub use lines::Lines;
pub use node::{AttemptRecord, CacheRecord, LinesRecord, NodeRecord, WaitRecord};
pub use run::{RunRecord, RunStatus, StoredValues};

pub use encode::key_of;
pub use id::new_id;
pub use origin::RunOrigin;
pub use recording::Recording;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{events::Values, history::recorded::Known};
use directory::{LOG, Place, take_soon};
use flyte_config::{config::Environment, local_state, private};
use flyte_core::graph::Graph;
use id::{is_id, new_id_after};
use log::OtherFormat;
use prune::Bounds;

/// The version of the layout of directories.
const VERSION: &str = "v1";

/// Why histories cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// A file or directory cannot be used.
    #[error("the history in {}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// The error.
        source: io::Error,
    },
    /// Another release has written it, and can read it. It is left as it is until a user [removes](History::remove)
    /// it by its id.
    #[error("the history in {}: {}", path.display(), OtherFormat(*.format))]
    OtherFormat {
        /// The path.
        path: PathBuf,
        /// The number of its format.
        format: u64,
    },
    /// A process is working on the run to remove.
    #[error("run `{id}` is still going on in another process, or in this one")]
    Running {
        /// The run.
        id: String,
    },
    /// No run has this id.
    #[error("there is no run `{id}` in {}; {known}", path.display())]
    NoRun {
        /// The id.
        id: String,
        /// The directory that was searched.
        path: PathBuf,
        /// The existing runs.
        known: String,
    },
    /// More than one run has an id with this prefix.
    #[error("which run is `{id}`? {} in {} begin so: {}; write more of the \
             id", fitting.len(), path.display(), some_of(fitting))]
    Ambiguous {
        /// The prefix.
        id: String,
        /// The directory that was searched.
        path: PathBuf,
        /// The matching ids, oldest first.
        fitting: Vec<String>,
    },
}

/// Lists the last of them.
fn some_of(ids: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<_> = ids
        .iter()
        .rev()
        .take(SHOWN)
        .map(|id| format!("`{id}`"))
        .collect();
    let more = if ids.len() > SHOWN { ", .." } else { "" };
    shown.join(", ") + more
}

impl HistoryError {
    fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match OtherFormat::of(&source) {
            Some(OtherFormat(format)) => Self::OtherFormat { path, format },
            None => Self::Io { path, source },
        }
    }
}

/// Why a run cannot be resumed; nothing ran.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// Its history cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A process is working on it.
    #[error("run `{id}` is still going on in another process, or in this one")]
    Running {
        /// The run.
        id: String,
    },
    /// It was a run of something else.
    #[error("run `{id}` cannot be resumed: {what}; start a new run instead")]
    Differs {
        /// The run.
        id: String,
        /// The difference.
        what: String,
    },
}

/// A directory with the histories of runs. Several processes may use it at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    directory: PathBuf,
    bounds: Bounds,
}

impl History {
    /// Uses a directory, which is created when a run is recorded.
    pub fn in_dir(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into().join(VERSION),
            bounds: Bounds::DEFAULT,
        }
    }

    /// Uses this user's directory, where the command line keeps the histories of all its runs: `history` in
    /// `FLYTE_LOCAL_STATE_DIR`, otherwise in `~/.flyte/rust`. `None` if neither exists or `FLYTE_HISTORY` is `0`,
    /// `false` or `off`.
    pub fn of_user() -> Option<Self> {
        let off = env::var("FLYTE_HISTORY").unwrap_or_default();
        if ["0", "false", "off"].contains(&off.to_lowercase().as_str()) {
            return None;
        }
        Some(Self::in_dir(
            local_state::directory(&Environment::process())?.join("history"),
        ))
    }

    /// The directory of the histories.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// All runs, newest first. Runs that cannot be read are left out; see [`unreadable`](Self::unreadable).
    ///
    /// # Errors
    ///
    /// When the directory cannot be read. A directory that does not exist contains no runs.
    pub fn runs(&self) -> Result<Vec<RunRecord>, HistoryError> {
        Ok(self.summaries()?.filter_map(Result::ok).collect())
    }

    /// Why existing runs cannot be read: they are damaged, or another release wrote them.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub fn unreadable(&self) -> Result<Vec<HistoryError>, HistoryError> {
        Ok(self.summaries()?.filter_map(Result::err).collect())
    }

    fn summaries(
        &self,
    ) -> Result<impl Iterator<Item = Result<RunRecord, HistoryError>>, HistoryError> {
        let directories = self.ids()?.into_iter().rev();
        let directories = directories.map(|id| self.directory.join(id));
        Ok(directories.filter_map(|directory| {
            match RunRecord::summary(&directory) {
                // The run is being created or removed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                read => Some(read.map_err(|error| HistoryError::io(&directory, error))),
            }
        }))
    }

    /// A run, by its id or a unique prefix of it; `last` means the newest.
    ///
    /// # Errors
    ///
    /// When the run does not exist or cannot be read.
    pub fn run(&self, id: &str) -> Result<RunRecord, HistoryError> {
        let (_, run) = self.of_run(id, RunRecord::read)?;
        Ok(run)
    }

    /// All records of a run in the order in which they were written, as JSON: each has `record`, its name, and those of
    /// a node have `node`, its path. [`run`](Self::run) has what they say together.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn records(&self, id: &str) -> Result<Vec<serde_json::Value>, HistoryError> {
        let (_, records) = self.of_run(id, records::read)?;
        Ok(records)
    }

    /// Reads data of a run. If another process removes the run meanwhile, it does not exist, or another run is the
    /// last.
    fn of_run<T>(
        &self,
        id: &str,
        read: impl Fn(&Path) -> io::Result<T>,
    ) -> Result<(PathBuf, T), HistoryError> {
        loop {
            let directory = self.find(id)?;
            match read(&directory) {
                Ok(read) => return Ok((directory, read)),
                Err(error) if error.kind() == io::ErrorKind::NotFound && !directory.exists() => {}
                Err(error) => return Err(HistoryError::io(&directory, error)),
            }
        }
    }

    /// The ids of the runs, oldest first.
    fn ids(&self) -> Result<Vec<String>, HistoryError> {
        let mut ids = self.names()?;
        ids.retain(|name| is_id(name));
        Ok(ids)
    }

    /// The names in the directory, sorted.
    fn names(&self) -> Result<Vec<String>, HistoryError> {
        let failed = |error| HistoryError::io(&self.directory, error);
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            // Names that are not UTF-8 do not belong to this library.
            names.extend(entry.map_err(failed)?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    fn find(&self, id: &str) -> Result<PathBuf, HistoryError> {
        let ids = self.ids()?;
        let fitting: Vec<_> = match id {
            "last" => ids.iter().rev().take(1).collect(),
            id if ids.iter().any(|own| own == id) => vec![id; 1]
                .into_iter()
                .filter_map(|id| ids.iter().find(|own| *own == id))
                .collect(),
            "" => Vec::new(),
            beginning => ids.iter().filter(|id| id.starts_with(beginning)).collect(),
        };
        let path = self.directory.clone();
        let id = id.to_owned();
        let known = match (fitting.as_slice(), ids.len()) {
            ([only], _) => return Ok(self.directory.join(only)),
            ([_, ..], _) => {
                let fitting = fitting.into_iter().cloned().collect();
                return Err(HistoryError::Ambiguous { id, path, fitting });
            }
            ([], 0) => "no run is recorded there",
            ([], _) => "`runs list` shows those there are",
        };
        Err(HistoryError::NoRun {
            id,
            path,
            known: known.to_owned(),
        })
    }

    /// Begins recording a run.
    pub fn begin(
        &self,
        graph: &Graph,
        inputs: &Values,
        started: SystemTime,
    ) -> Result<Recording, HistoryError> {
        self.begin_from(graph, inputs, started, None)
    }

    /// Begins recording a run that has ended elsewhere, whose events follow.
    pub fn bring(
        &self,
        graph: &Graph,
        inputs: &Values,
        started: SystemTime,
        origin: RunOrigin,
    ) -> Result<Recording, HistoryError> {
        self.begin_from(graph, inputs, started, Some(origin))
    }

    fn begin_from(
        &self,
        graph: &Graph,
        inputs: &Values,
        started: SystemTime,
        origin: Option<RunOrigin>,
    ) -> Result<Recording, HistoryError> {
        let (newest, removed) = self.make_room(&self.bounds.before_another());
        let failed = |error| HistoryError::io(&self.directory, error);
        let open = private::make_own(&self.directory).map_err(failed)?;
        let begun = loop {
            let id = new_id_after(newest.as_deref());
            let place = Place::make(&self.directory, id).map_err(failed)?;
            if let Some(begun) = Recording::begin(place, graph, inputs, started, origin.as_ref())? {
                break begun;
            }
        };
        let around = self.directory.parent().and_then(private::openness);
        if let Some(open) = open.or(around) {
            begun.tell(format!(
                "other users can access the histories of runs: {open}"
            ));
        }
        if let Err(error) = removed {
            begun.tell(format!("an old run cannot be removed: {error}"));
        }
        Ok(begun)
    }

    /// Continues recording a run.
    pub fn resume(
        &self,
        id: &str,
        graph: &Graph,
        inputs: &Values,
    ) -> Result<Recording, ResumeError> {
        let (directory, taken) = self.of_run(id, |directory| {
            // A run with another format is not even locked.
            log::check_format(&directory.join(LOG))?;
            let Some(held) = take_soon(directory)? else {
                return Ok(None);
            };
            Ok(Some((held, Known::read(directory)?)))
        })?;
        let Some((held, known)) = taken else {
            return Err(ResumeError::Running { id: id.to_owned() });
        };
        Recording::go_on(directory, held, known, graph, inputs)
    }

    /// The entity of a run, with the inputs with which it was started.
    pub fn call_of(
        &self,
        id: &str,
        find: impl FnOnce(&str) -> Option<&'static flyte_core::graph::entity::EntityDescriptor>,
    ) -> Result<RecordedCall, ResumeError> {
        let (_, call) = self.of_run(id, recorded::Call::read)?;
        let run = call.start.id.clone();
        let differs = |what| ResumeError::Differs {
            id: run.clone(),
            what,
        };
        let name = &call.start.entity;
        let entity = find(name).ok_or_else(|| {
            differs(format!(
                "it was a run of `{name}`, which this program has not"
            ))
        })?;
        let inputs = call.inputs(entity).map_err(differs)?;
        Ok(RecordedCall {
            run,
            entity,
            inputs,
        })
    }
}

/// The entity and inputs with which a run was started.
#[non_exhaustive]
pub struct RecordedCall {
    /// The whole id of the run.
    pub run: String,
    /// The entity that was started.
    pub entity: &'static flyte_core::graph::entity::EntityDescriptor,
    /// In the order of the entity's inputs.
    pub inputs: Vec<flyte_core::types::Value>,
}

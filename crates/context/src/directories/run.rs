//! The directory of a run: those of its attempts in it, and which of their files stay.

use std::{
    collections::HashMap,
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock},
};

use sha2::{Digest as _, Sha256};

use super::checkpoint;
use crate::storage::{FileAccessProvider, TempSandbox};
use flyte_config::private;
use flyte_core::{
    graph::entity::EntityDescriptor,
    hexadecimal::hexadecimal,
    panic,
    types::{
        Value,
        named::{naming, remove_all_but},
    },
};

/// The directory of a task's checkpoint in its own directory; the name is flytekit's.
pub const CHECKPOINT: &str = "__cp";

/// The temporary directory of a run: made when a task asks for a directory, removed when the run ends.
#[derive(Debug, Default)]
pub struct RunDirectory {
    state: Mutex<State>,
    /// Held for reading while something is being put into the directory, so that it is not removed meanwhile.
    in_use: RwLock<()>,
}

#[derive(Debug)]
enum State {
    /// With how many directories have been made in it; nothing before the first.
    There(Option<TempSandbox>, u64),
    /// In the history of the run, or in the directory of a container.
    Kept {
        directory: PathBuf,
        /// Of a run that a task has started, or a container: it ends with what is around.
        inner: bool,
        /// The nodes whose directories have been looked at.
        nodes: HashMap<String, OfNode>,
    },
    /// The run has ended, and nothing can be made any more.
    Removed,
}

impl Default for State {
    fn default() -> Self {
        Self::There(None, 0)
    }
}

/// What is known of the directories that a node has for its attempts in the history of its run.
#[derive(Debug, Default)]
struct OfNode {
    /// The number of the next attempt's.
    next: Option<u32>,
    /// The checkpoint that was there before this process made an attempt, once it was looked for.
    before: Option<Option<PathBuf>>,
}

/// The directory with those of the attempts of a node.
fn of_node(directory: &Path, node: &str) -> PathBuf {
    directory.join(hexadecimal(&Sha256::digest(node)[..12]))
}

/// The directories of a node's attempts by their numbers, which count in all processes that ran it.
fn attempts_in(of_node: &Path) -> io::Result<Vec<u32>> {
    let entries = match fs::read_dir(of_node) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let numbers = entries.map(|entry| {
        Ok(entry?
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok()))
    });
    let numbers: io::Result<Vec<_>> = numbers.collect();
    Ok(numbers?.into_iter().flatten().collect())
}

/// The checkpoint of the newest attempt that has finished one.
fn newest_checkpoint(of_node: &Path) -> Option<PathBuf> {
    let mut numbers = attempts_in(of_node).ok()?;
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    let mut checkpoints = numbers
        .into_iter()
        .map(|number| of_node.join(number.to_string()).join(CHECKPOINT));
    checkpoints.find(|kept| checkpoint::is_finished(kept))
}

impl RunDirectory {
    /// One that is kept: in the history of the run, or in the directory of a container. An inner one ends with what is
    /// around it.
    pub fn kept(directory: PathBuf, inner: bool) -> Self {
        Self {
            state: Mutex::new(State::Kept {
                directory,
                inner,
                nodes: HashMap::new(),
            }),
            in_use: RwLock::default(),
        }
    }

    // What is known is changed in one step, so a panic cannot leave it half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a directory for an attempt; numbered, because two attempts must never share one whatever they are called.
    fn make(&self, node: Option<&str>) -> io::Result<PathBuf> {
        match &mut *self.state() {
            State::Kept {
                directory, nodes, ..
            } => {
                let node = node.unwrap_or_default();
                let of_node = of_node(directory, node);
                private::make(&of_node)?;
                let known = nodes.entry(node.to_owned()).or_default();
                let next = match known.next {
                    Some(next) => next,
                    None => attempts_in(&of_node)?
                        .into_iter()
                        .max()
                        .map_or(0, |last| last + 1),
                };
                for number in next.. {
                    let path = of_node.join(number.to_string());
                    match private::make_new(&path) {
                        Ok(()) => {
                            known.next = Some(number + 1);
                            return Ok(path);
                        }
                        // Another run in the same directory has made it.
                        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                        Err(error) => {
                            let path = path.display();
                            let text = format!("cannot create `{path}`: {error}");
                            return Err(io::Error::new(error.kind(), text));
                        }
                    }
                }
                Err(io::Error::other("there are too many attempts"))
            }
            State::There(sandbox, made) => {
                *made += 1;
                let sandbox = sandbox.get_or_insert_default();
                let path = sandbox.create()?.join(made.to_string());
                fs::create_dir(&path).map_err(|error| {
                    io::Error::new(
                        error.kind(),
                        format!("cannot create `{}`: {error}", path.display()),
                    )
                })?;
                Ok(path)
            }
            State::Removed => Err(ended()),
        }
    }

    /// The newest checkpoint that a node has finished in the history of its run, before the run was resumed.
    fn checkpoint_before(&self, node: &str) -> Option<PathBuf> {
        let mut state = self.state();
        let State::Kept {
            directory, nodes, ..
        } = &mut *state
        else {
            return None;
        };
        if let Some(before) = nodes.get(node).and_then(|known| known.before.as_ref()) {
            return before.clone();
        }
        let before = newest_checkpoint(&of_node(directory, node));
        // Most nodes have no directory, and it costs nothing to look again.
        if before.is_some() || nodes.contains_key(node) {
            nodes.entry(node.to_owned()).or_default().before = Some(before.clone());
        }
        before
    }

    fn is_removed(&self) -> bool {
        matches!(*self.state(), State::Removed)
    }

    /// Removes the directory with everything in it, whatever is being put into it: nobody is going to read that. One in
    /// a history stays.
    pub fn remove_now(&self) {
        *self.state() = State::Removed;
    }

    /// Has nothing be put into the directory any more, and returns it, once what is being put into it is there.
    #[inline]
    pub fn close(&self) -> Option<Left> {
        let _unused = self.in_use.write().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *self.state(), State::Removed) {
            State::There(sandbox, _) => sandbox.map(Left::Temporary),
            State::Kept {
                directory,
                inner: false,
                ..
            } => Some(Left::InHistory(directory)),
            State::Kept { inner: true, .. } | State::Removed => None,
        }
    }
}

/// What a run leaves in files.
#[doc(hidden)]
pub enum Left {
    /// A temporary directory, which is removed when this is dropped.
    Temporary(TempSandbox),
    /// The directory of the run's files in a history, which stays.
    InHistory(PathBuf),
}

impl Left {
    /// Removes the files of a run that has succeeded, but for those that its outputs name.
    ///
    /// Files of a temporary directory that are named go to `files`, which are asked for then.
    pub fn keep_outputs(
        self,
        entity: &EntityDescriptor,
        outputs: &[Value],
        files: impl FnOnce() -> Option<FileAccessProvider>,
    ) {
        let named = || {
            let outputs = entity.outputs().iter().zip(outputs);
            // What cannot be a literal names nothing; what makes the literal may be the user's.
            let literals =
                || outputs.for_each(|(output, value)| drop(output.info.to_literal(value)));
            naming(|| panic::catch(literals)).1
        };
        match self {
            Self::InHistory(files) if files.exists() => remove_all_but(&named(), &files),
            Self::InHistory(_) => {}
            Self::Temporary(sandbox) => {
                if named().iter().any(|path| path.starts_with(sandbox.path()))
                    && let Some(files) = files()
                {
                    files.adopt(sandbox);
                }
            }
        }
    }
}

fn ended() -> io::Error {
    io::Error::new(
        io::ErrorKind::NotFound,
        "the run has ended, and the directories of its tasks are removed; keep what is needed elsewhere",
    )
}

/// The directory of one attempt, made at its first use.
#[derive(Clone)]
pub struct Sandbox(Arc<SandboxInner>);

struct SandboxInner {
    run: Arc<RunDirectory>,
    /// The path of the node, if the directory may be kept with a history.
    node: Option<String>,
    path: OnceLock<PathBuf>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.path.get())
    }
}

impl Sandbox {
    /// The directory of an attempt inside its run's; `node` is the id of the attempt's node, if it has one.
    pub fn of_attempt(run: Arc<RunDirectory>, node: Option<String>) -> Self {
        Self(Arc::new(SandboxInner {
            run,
            node,
            path: OnceLock::new(),
        }))
    }

    /// A directory of no run, removed with the last clone of this.
    pub(crate) fn standalone() -> Self {
        Self::of_attempt(Arc::default(), None)
    }

    /// The directory, made if it is not there.
    pub(crate) fn path(&self) -> io::Result<&Path> {
        if let Some(path) = self.0.path.get() {
            return if self.0.run.is_removed() {
                Err(ended())
            } else {
                Ok(path)
            };
        }
        let made = self.0.run.make(self.0.node.as_deref())?;
        Ok(self.0.path.get_or_init(|| made))
    }

    /// The newest checkpoint that the task has finished before its run was resumed.
    pub fn checkpoint_before(&self) -> Option<PathBuf> {
        self.0.run.checkpoint_before(self.0.node.as_deref()?)
    }

    /// Does something with the directory, which stays there meanwhile.
    pub(crate) fn using<R>(&self, work: impl FnOnce() -> R) -> io::Result<R> {
        let run = &self.0.run;
        let _in_use = run.in_use.read().unwrap_or_else(PoisonError::into_inner);
        if run.is_removed() {
            return Err(ended());
        }
        Ok(work())
    }

    /// The directory, if it has been made.
    pub(crate) fn existing(&self) -> Option<&Path> {
        self.0.path.get().map(PathBuf::as_path)
    }
}

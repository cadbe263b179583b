//! The state of running a workflow or a task.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use super::{Attempt, ExecutionParameters};
use flyte_core::graph::entity::{EntityDescriptor, ExecutionBehavior};

/// What kind of execution is going on. Corresponds to flytekit's `ExecutionState.Mode`, numbers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// A task in a container.
    TaskExecution = 1,
    /// A workflow on this machine.
    LocalWorkflowExecution = 2,
    /// A task on this machine.
    LocalTaskExecution = 3,
    /// A dynamic task in a container, while its graph is being built.
    DynamicTaskExecution = 4,
    /// An eager task in a container.
    EagerExecution = 5,
    /// An eager task on this machine.
    EagerLocalExecution = 6,
    /// A dynamic task on this machine.
    LocalDynamicTaskExecution = 7,
}

/// Whether the branch of a condition that is being walked is the chosen one. Corresponds to flytekit's
/// `BranchEvalMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BranchEvalMode {
    /// The chosen branch: its calls run.
    BranchActive,
    /// Another branch: its calls do not run.
    BranchSkipped,
}

impl fmt::Display for BranchEvalMode {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BranchActive => "branch active",
            Self::BranchSkipped => "branch skipped",
        })
    }
}

/// An execution state that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionStateError {
    /// The working directory is the empty path.
    #[error(
        "a working directory is needed and the path is empty; give a directory, or `.` for the current one"
    )]
    EmptyWorkingDir,
}

/// What a context holds while a workflow or a task runs. Corresponds to flytekit's `ExecutionState`.
///
/// ```
/// use flyte_runtime::compat::{BranchEvalMode, ExecutionState, Mode};
///
/// let state = ExecutionState::new("work")?.with_mode(Mode::LocalWorkflowExecution);
/// assert_eq!(state.engine_dir(), std::path::Path::new("work/engine_dir"));
/// assert!(state.is_local_execution());
///
/// let inside = state.in_branches();
/// inside.take_branch();
/// assert_eq!(inside.branch_eval_mode(), Some(BranchEvalMode::BranchActive));
/// inside.branch_complete();
/// assert_eq!(inside.branch_eval_mode(), Some(BranchEvalMode::BranchSkipped));
/// # Ok::<(), flyte_runtime::compat::ExecutionStateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ExecutionState {
    mode: Option<Mode>,
    working_dir: Option<Arc<Path>>,
    engine_dir: Option<Arc<Path>>,
    branch: Option<Branch>,
    parameters: Parameters,
}

/// Shared by the states of nested contexts, because taking a branch is seen by all that walk it.
#[derive(Clone, Debug)]
struct Branch(Arc<AtomicU8>);

const SKIPPED: u8 = 0;
const ACTIVE: u8 = 1;

#[derive(Clone, Debug)]
enum Parameters {
    None,
    Given(ExecutionParameters),
    /// Of the attempt that is running; made when somebody asks.
    Attempt(Attempt),
}

impl ExecutionState {
    /// A state of no particular mode with a directory to work in. Nothing is created.
    ///
    /// # Errors
    ///
    /// When the path is empty.
    #[inline]
    pub fn new(working_dir: impl Into<PathBuf>) -> Result<Self, ExecutionStateError> {
        Self::empty().with_working_dir(working_dir)
    }

    /// A state without anything; its directory is the task's when there is one, else the system's for temporary files.
    #[inline]
    pub fn empty() -> Self {
        Self {
            mode: None,
            working_dir: None,
            engine_dir: None,
            branch: None,
            parameters: Parameters::None,
        }
    }

    /// The state of an attempt, inside of the branch that `around` tells of.
    #[inline]
    pub fn of_attempt(attempt: Attempt, around: Option<&Self>) -> Self {
        Self {
            branch: around.and_then(|around| around.branch.clone()),
            parameters: Parameters::Attempt(attempt),
            ..Self::empty()
        }
    }

    /// The same with another mode.
    #[must_use]
    #[inline]
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// The same with another directory to work in.
    ///
    /// # Errors
    ///
    /// When the path is empty.
    #[inline]
    pub fn with_working_dir(
        mut self,
        working_dir: impl Into<PathBuf>,
    ) -> Result<Self, ExecutionStateError> {
        let working_dir = working_dir.into();
        if working_dir.as_os_str().is_empty() {
            return Err(ExecutionStateError::EmptyWorkingDir);
        }
        self.working_dir = Some(working_dir.into());
        Ok(self)
    }

    /// The same with another directory for the engine's own files.
    #[must_use]
    #[inline]
    pub fn with_engine_dir(mut self, engine_dir: impl Into<PathBuf>) -> Self {
        self.engine_dir = Some(engine_dir.into().into());
        self
    }

    /// The same with other execution parameters.
    #[must_use]
    #[inline]
    pub fn with_user_space_params(mut self, parameters: ExecutionParameters) -> Self {
        self.parameters = Parameters::Given(parameters);
        self
    }

    /// The same inside a condition, with every branch skipped until one is taken. A state that is already inside a
    /// condition keeps what it says about the branch around it when that is skipped.
    #[must_use]
    #[inline]
    pub fn in_branches(&self) -> Self {
        let mut inside = self.clone();
        // A branch that is skipped stays so for the one around, whatever is taken inside.
        if self.branch_eval_mode() != Some(BranchEvalMode::BranchActive) {
            inside.branch = Some(Branch(Arc::new(AtomicU8::new(SKIPPED))));
        }
        inside
    }

    /// Whether a cluster has started this process for the attempt. It is asked for each attempt, and does not ask whose
    /// attempt it is, as [`mode`](Self::mode) has to.
    #[inline]
    pub(super) fn is_in_container(&self) -> bool {
        self.mode == Some(Mode::TaskExecution)
    }

    /// What kind of execution is going on; `None` outside of any.
    pub fn mode(&self) -> Option<Mode> {
        self.mode.or_else(|| {
            // Asked for here and not stored, because a context serves one attempt after the other.
            let eager = self.attempt()?.of().entity().execution_behavior()
                == Some(ExecutionBehavior::Eager);
            Some(if eager {
                Mode::EagerLocalExecution
            } else {
                Mode::LocalTaskExecution
            })
        })
    }

    /// The directory to work in.
    #[inline]
    pub fn working_dir(&self) -> PathBuf {
        match (&self.working_dir, self.user_space_params()) {
            (Some(working_dir), _) => working_dir.to_path_buf(),
            (None, parameters) => parameters
                .and_then(ExecutionParameters::existing_working_directory)
                .map_or_else(std::env::temp_dir, Path::to_path_buf),
        }
    }

    /// The directory for the engine's own files, `engine_dir` in the working directory unless set. Not created by
    /// asking.
    #[inline]
    pub fn engine_dir(&self) -> PathBuf {
        match &self.engine_dir {
            Some(engine_dir) => engine_dir.to_path_buf(),
            None => self.working_dir().join("engine_dir"),
        }
    }

    /// Inside a condition, whether the branch at hand is the chosen one.
    #[inline]
    pub fn branch_eval_mode(&self) -> Option<BranchEvalMode> {
        let branch = self.branch.as_ref()?;
        Some(match branch.0.load(Ordering::Acquire) {
            ACTIVE => BranchEvalMode::BranchActive,
            _ => BranchEvalMode::BranchSkipped,
        })
    }

    /// The branch that comes now is the chosen one. Seen by every copy of this state; nothing outside of a condition.
    #[inline]
    pub fn take_branch(&self) {
        self.set_branch(ACTIVE);
    }

    /// The branch is over: what comes now is skipped.
    #[inline]
    pub fn branch_complete(&self) {
        self.set_branch(SKIPPED);
    }

    #[inline]
    fn set_branch(&self, mode: u8) {
        if let Some(branch) = &self.branch {
            branch.0.store(mode, Ordering::Release);
        }
    }

    /// What the running task is told about itself.
    #[inline]
    pub fn user_space_params(&self) -> Option<&ExecutionParameters> {
        match &self.parameters {
            Parameters::None => None,
            Parameters::Given(parameters) => Some(parameters),
            Parameters::Attempt(attempt) => Some(attempt.parameters()),
        }
    }

    /// The task that is running here.
    #[inline]
    pub fn task(&self) -> Option<&'static EntityDescriptor> {
        self.attempt().map(|attempt| attempt.of().entity())
    }

    /// The attempt whose code runs here; `None` outside of the tasks of a run.
    #[inline]
    pub fn attempt(&self) -> Option<&Attempt> {
        match &self.parameters {
            Parameters::Attempt(attempt) => Some(attempt),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn attempt_mut(&mut self) -> Option<&mut Attempt> {
        match &mut self.parameters {
            Parameters::Attempt(attempt) => Some(attempt),
            _ => None,
        }
    }

    /// Whether this machine runs the code, and not a cluster.
    #[inline]
    pub fn is_local_execution(&self) -> bool {
        matches!(
            self.mode(),
            Some(
                Mode::LocalWorkflowExecution
                    | Mode::LocalTaskExecution
                    | Mode::EagerLocalExecution
                    | Mode::LocalDynamicTaskExecution
            )
        )
    }
}

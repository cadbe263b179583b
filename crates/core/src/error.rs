//! What an error of a task says about trying again.

use std::{error::Error, fmt};

/// Any error of user code.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Whether an error is the report of a run inside of the task, and what was said when that failed.
pub(crate) type ReportOf = fn(&(dyn Error + 'static)) -> Option<Said>;

/// An error of a task that says whether another attempt makes sense.
///
/// A task returns any error it likes. Wrapped in this one, the error also says what the engine, here or on a cluster,
/// is to do with the attempts that are left (`retries`):
///
/// | what the task returns | `retry_on = any`, the default | `retry_on = recoverable` |
/// |-|-|-|
/// | any other error, or a panic | tries again | stops |
/// | [`TaskError::recoverable`] | tries again | tries again |
/// | [`TaskError::fatal`] | stops | stops |
///
/// What it says is found wherever it is in the chain of [`source`](Error::source)s, also inside of an `anyhow::Error`;
/// of two, the outer one counts. Corresponds to flytekit's `FlyteRecoverableException` and
/// `FlyteNonRecoverableSystemException`.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task(retries = 5)]
/// fn charge(amount: i64) -> Result<i64, TaskError> {
///     if amount < 0 {
///         return Err(TaskError::fatal("an amount cannot be negative")); // five more attempts would not change that
///     }
///     Ok(amount)
/// }
///
/// let text = charge::run(-1).unwrap_err().to_string();
/// assert!(text.contains("an amount cannot be negative") && !text.contains("attempts"));
/// ```
#[derive(Debug)]
pub struct TaskError(Marker);

/// What is found through `source()`: wrappers such as `anyhow::Error` hide the type of what they wrap, not its sources.
#[derive(Debug)]
struct Marker {
    recoverable: bool,
    error: BoxError,
}

impl TaskError {
    /// An error after which another attempt makes no sense: there is none, whatever `retries` says.
    pub fn fatal(error: impl Into<BoxError>) -> Self {
        Self(Marker {
            recoverable: false,
            error: error.into(),
        })
    }

    /// An error that may be gone at the next attempt; the only kind that is tried again with `retry_on = recoverable`.
    pub fn recoverable(error: impl Into<BoxError>) -> Self {
        Self(Marker {
            recoverable: true,
            error: error.into(),
        })
    }

    /// Whether another attempt may make sense.
    pub fn is_recoverable(&self) -> bool {
        self.0.recoverable
    }

    /// What was wrapped.
    pub fn into_inner(self) -> BoxError {
        self.0.error
    }
}

/// The error of a task whose outputs are nobody's: in a container nothing is written, not even an error.
///
/// For workers of a distributed task besides the first, of which only one has outputs to write. On this machine it is
/// an error like any other, since there is nobody else to give the outputs. Corresponds to flytekit's `IgnoreOutputs`.
///
/// ```
/// use flyte_runtime::{error::IgnoreOutputs, prelude::*};
///
/// #[task]
/// fn train(rank: u32) -> Result<f64, IgnoreOutputs> {
///     if rank > 0 {
///         return Err(IgnoreOutputs);
///     }
///     Ok(0.5)
/// }
/// # assert!(train::run(1).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IgnoreOutputs;

impl fmt::Display for IgnoreOutputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the outputs are to be ignored")
    }
}

impl Error for IgnoreOutputs {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Ignored)
    }
}

/// What is found of [`IgnoreOutputs`], as [`Marker`] of [`TaskError`].
#[derive(Debug)]
struct Ignored;

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        IgnoreOutputs.fmt(f)
    }
}

impl Error for Ignored {}

/// What an error says besides its text.
#[derive(Clone, Copy, Debug, Default)]
#[doc(hidden)]
pub struct Said {
    /// Whether another attempt makes sense, if it says that.
    pub recoverable: Option<bool>,
    /// There is nothing to write.
    pub ignores_outputs: bool,
    /// A run inside of the task was cancelled.
    pub cancelled: bool,
}

/// What an error says, given it with its causes, and what was said when a run inside of the task failed, if it is the
/// last of these.
pub(crate) fn said<'e>(
    chain: impl Iterator<Item = &'e (dyn Error + 'static)>,
    report: Option<Said>,
) -> Said {
    let mut said = Said::default();
    for error in chain {
        if let Some(marker) = error.downcast_ref::<Marker>() {
            said.recoverable = said.recoverable.or(Some(marker.recoverable));
        }
        if error.is::<Ignored>() {
            said.recoverable = said.recoverable.or(Some(false));
            said.ignores_outputs = true;
        }
    }
    if let Some(inner) = report {
        said.recoverable = said.recoverable.or(inner.recoverable);
        said.ignores_outputs |= inner.ignores_outputs;
        said.cancelled |= inner.cancelled;
    }
    said
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for TaskError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for Marker {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

//! Errors of tasks that say whether to try again.

use std::{error::Error, fmt};

/// Any error of user code.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Whether an error is the report of a run inside the task, and what that run's error said.
pub(crate) type ReportOf = fn(&(dyn Error + 'static)) -> Option<Said>;

/// An error of a task that says whether another attempt makes sense.
///
/// A task may return any error. Wrapped in this one, the error also tells the engine, here or on a cluster, whether to
/// use the attempts that are left (`retries`):
///
/// | what the task returns | `retry_on = any`, the default | `retry_on = recoverable` |
/// |-|-|-|
/// | any other error, or a panic | tries again | stops |
/// | [`TaskError::recoverable`] | tries again | tries again |
/// | [`TaskError::fatal`] | stops | stops |
///
/// It is found anywhere in the chain of [`source`](Error::source)s, also inside an `anyhow::Error`; of two, the outer
/// one counts. Corresponds to flytekit's `FlyteRecoverableException` and `FlyteNonRecoverableSystemException`.
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

/// The type that is found through `source()`: wrappers such as `anyhow::Error` hide the type of what they wrap, but not
/// its sources.
#[derive(Debug)]
struct Marker {
    recoverable: bool,
    error: BoxError,
}

impl TaskError {
    /// An error that ends the task: it is not tried again, whatever `retries` says.
    pub fn fatal(error: impl Into<BoxError>) -> Self {
        Self(Marker {
            recoverable: false,
            error: error.into(),
        })
    }

    /// An error that may not occur on the next attempt; with `retry_on = recoverable` only such errors are tried again.
    pub fn recoverable(error: impl Into<BoxError>) -> Self {
        Self(Marker {
            recoverable: true,
            error: error.into(),
        })
    }

    /// Whether another attempt may succeed.
    pub fn is_recoverable(&self) -> bool {
        self.0.recoverable
    }

    /// Returns the wrapped error.
    pub fn into_inner(self) -> BoxError {
        self.0.error
    }
}

/// The error of a task without outputs of its own: in a container nothing is written, not even an error.
///
/// Used by the workers of a distributed task other than the first, because only one of them writes the outputs. In a
/// local run it is an ordinary error, because no other worker could give the outputs. Corresponds to flytekit's
/// `IgnoreOutputs`.
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

/// The source through which [`IgnoreOutputs`] is found, as [`Marker`] is for [`TaskError`].
#[derive(Debug)]
struct Ignored;

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        IgnoreOutputs.fmt(f)
    }
}

impl Error for Ignored {}

/// What an error says in addition to its text.
#[derive(Clone, Copy, Debug, Default)]
#[doc(hidden)]
pub struct Said {
    /// Whether another attempt makes sense, if the error says so.
    pub recoverable: Option<bool>,
    /// Nothing is to be written.
    pub ignores_outputs: bool,
    /// A run inside of the task was cancelled.
    pub cancelled: bool,
}

/// Reads what an error and its causes say. `report` is what a run inside the task said when it failed, if the last
/// cause is such a report.
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

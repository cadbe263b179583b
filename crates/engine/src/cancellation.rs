//! Cancelling runs: the token that ends them from outside, and how tasks notice.

use std::{
    collections::BTreeMap,
    fmt,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{self, Poll, Waker},
};

use flyte_context::context::{AttemptOf, with_current};
use flyte_core::lock::lock;

/// Cancels the runs that have it. Clones are the same token.
///
/// A cancelled run starts no further node. Async attempts end at their next `await`; sync attempts must check
/// [`is_cancelled`]. When all attempts have ended, the run ends with
/// [`RunError::Cancelled`](crate::error::RunError::Cancelled). What they wrote to decks is kept.
///
/// ```
/// use flyte_runtime::{CancellationToken, prelude::*};
///
/// #[task]
/// fn patient(token_is_cancelled: bool) -> bool {
///     token_is_cancelled
/// }
///
/// let token = CancellationToken::new();
/// let runner = Runner::local().cancellation(&token);
/// assert!(runner.run(patient::call(true))?);
/// token.cancel();
/// let error = runner.run(patient::call(true)).unwrap_err();
/// assert!(matches!(error, RunError::Cancelled { .. }));
/// # Ok::<(), RunError>(())
/// ```
#[derive(Clone, Default)]
pub struct CancellationToken(Arc<Token>);

#[derive(Default)]
struct Token {
    cancelled: AtomicBool,
    listeners: Mutex<Listeners>,
}

#[derive(Default)]
struct Listeners {
    next: u64,
    waiting: BTreeMap<u64, Box<dyn FnOnce() + Send>>,
}

impl CancellationToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels the runs that have this token. A run that gets it later is cancelled at once.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        // Listeners may call back into the token, so they run outside of the lock.
        let listeners = std::mem::take(&mut lock(&self.0.listeners).waiting);
        listeners.into_values().for_each(|listener| listener());
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// Calls `listener` when the token is cancelled, or now if it is already, unless the returned value is dropped
    /// before.
    pub(crate) fn on_cancel(&self, listener: impl FnOnce() + Send + 'static) -> Listening {
        let number = {
            let mut listeners = lock(&self.0.listeners);
            listeners.next += 1;
            let number = listeners.next;
            listeners.waiting.insert(number, Box::new(listener));
            number
        };
        // The token may have been cancelled before the listener was registered.
        if self.is_cancelled() {
            self.cancel();
        }
        Listening {
            token: self.clone(),
            number,
        }
    }
}

impl fmt::Debug for CancellationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CancellationToken")
            .field(&self.is_cancelled())
            .finish()
    }
}

/// A registered listener of a token. Dropping it removes the listener.
#[derive(Debug)]
pub(crate) struct Listening {
    token: CancellationToken,
    number: u64,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _listener = lock(&self.token.0.listeners).waiting.remove(&self.number);
    }
}

/// Whether the current attempt should end, because its run was cancelled, its workflow has failed, or it has exceeded
/// its time limit. Its result is dropped then. `false` outside of tasks.
///
/// A sync task cannot be stopped from outside. A long task checks this from time to time:
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task(timeout = "1h")]
/// fn search(numbers: Vec<i64>, wanted: i64) -> Result<i64, String> {
///     for (index, number) in numbers.into_iter().enumerate() {
///         if flyte_runtime::is_cancelled() {
///             return Err("cancelled".into());
///         }
///         if number == wanted {
///             return Ok(index as i64);
///         }
///     }
///     Err("not found".into())
/// }
/// assert_eq!(search::run(vec![5, 6], 6)?, 1);
/// # Ok::<(), RunError>(())
/// ```
pub fn is_cancelled() -> bool {
    with_current(|context| {
        let attempt = context.and_then(|context| context.execution_state()?.attempt());
        attempt.is_some_and(|attempt| attempt.of().is_cancelled())
    })
}

/// Waits until [`is_cancelled`] is true. Outside of tasks it waits for ever.
///
/// Cancelled attempts of async tasks are dropped, so most need not check. This is for work that an attempt handed to a
/// spawned task, a thread or a process.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// async fn serves() -> String {
///     let helper = flyte_runtime::context::spawn(async {
///         flyte_runtime::cancelled().await;
///         // Clean up.
///     });
///     helper.abort();
///     "served".to_owned()
/// }
/// assert_eq!(serves::run()?, "served");
/// # Ok::<(), RunError>(())
/// ```
pub fn cancelled() -> Cancelled {
    let attempt = with_current(|context| {
        let attempt = context.and_then(|context| context.execution_state()?.attempt());
        attempt.map(|attempt| attempt.of().clone())
    });
    Cancelled {
        attempt,
        state: Arc::default(),
        number: None,
    }
}

/// The future of [`cancelled`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Cancelled {
    attempt: Option<AttemptOf>,
    state: Arc<Mutex<Waiting>>,
    /// The number of the registered waker, once this has been polled.
    number: Option<u64>,
}

#[derive(Debug, Default)]
struct Waiting {
    is_over: bool,
    waker: Option<Waker>,
}

impl Future for Cancelled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let Some(attempt) = &self.attempt else {
            return Poll::Pending;
        };
        lock(&self.state).waker = Some(cx.waker().clone());
        if self.number.is_none() {
            let state = Arc::clone(&self.state);
            let number = attempt.on_cancel(move || {
                let waker = {
                    let mut state = lock(&state);
                    state.is_over = true;
                    state.waker.take()
                };
                if let Some(waker) = waker {
                    waker.wake();
                }
            });
            self.number = Some(number);
        }
        let is_cancelled = |attempt: &AttemptOf| attempt.is_cancelled();
        if lock(&self.state).is_over || self.attempt.as_ref().is_some_and(is_cancelled) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        if let (Some(attempt), Some(number)) = (&self.attempt, self.number) {
            attempt.forget(number);
        }
    }
}

/// Calls a function, once or more often, when an attempt should end. Dropping this unregisters it. It is for operations
/// that block the attempt's thread.
pub(crate) struct OnStop {
    attempt: AttemptOf,
    listening: Arc<Listener>,
}

struct Listener {
    wake: Box<dyn Fn() + Send + Sync>,
    state: Mutex<Registered>,
}

enum Registered {
    /// The number of the registration with the run; `None` while it is being called, or before it is registered.
    Number(Option<u64>),
    Forgotten,
}

impl OnStop {
    /// Registers for the current attempt. Outside of tasks it does nothing, because nothing can stop the code there.
    pub(crate) fn of_current(wake: impl Fn() + Send + Sync + 'static) -> Option<Self> {
        let attempt = with_current(|context| {
            let attempt = context.and_then(|context| context.execution_state()?.attempt());
            attempt.map(|attempt| attempt.of().clone())
        });
        Some(Self::of(attempt?, wake))
    }

    pub(crate) fn of(attempt: AttemptOf, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let listening = Arc::new(Listener {
            wake: Box::new(wake),
            state: Mutex::new(Registered::Number(None)),
        });
        Self::listen(&attempt, &listening);
        // The outer attempt may have ended before.
        if attempt.is_cancelled() {
            (listening.wake)();
        }
        Self { attempt, listening }
    }

    fn listen(attempt: &AttemptOf, listener: &Arc<Listener>) {
        let told = {
            let (attempt, listener) = (attempt.clone(), Arc::clone(listener));
            move || {
                if attempt.is_cancelled() {
                    (listener.wake)();
                } else if !matches!(*lock(&listener.state), Registered::Forgotten) {
                    // It was registered with another attempt of the node.
                    Self::listen(&attempt, &listener);
                }
            }
        };
        let number = attempt.on_cancel(told);
        let mut state = lock(&listener.state);
        match &mut *state {
            // If it was called meanwhile, a later registration already exists.
            Registered::Number(place) => *place = (*place).max(Some(number)),
            Registered::Forgotten => {
                drop(state);
                attempt.forget(number);
            }
        }
    }
}

impl Drop for OnStop {
    fn drop(&mut self) {
        let before = std::mem::replace(&mut *lock(&self.listening.state), Registered::Forgotten);
        if let Registered::Number(Some(number)) = before {
            self.attempt.forget(number);
        }
    }
}

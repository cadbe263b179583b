//! Ending runs before they are done: from outside with a token, and what tasks see of it.

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

/// Cancels the runs that were given it; clones are the same token.
///
/// A cancelled run starts no further node. Async attempts end where they wait, those of sync tasks are asked to
/// ([`is_cancelled`]), and the run ends with [`RunError::Cancelled`](crate::error::RunError::Cancelled)
/// when they have; what they have written to decks is kept.
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
    /// A token that nobody has cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels the runs that have it, and those that get it later at once.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        // What they do may come back here; so outside of the lock.
        let listeners = std::mem::take(&mut lock(&self.0.listeners).waiting);
        listeners.into_values().for_each(|listener| listener());
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// Does something when it is cancelled, or now if it is, unless what comes back is dropped before.
    pub(crate) fn on_cancel(&self, listener: impl FnOnce() + Send + 'static) -> Listening {
        let number = {
            let mut listeners = lock(&self.0.listeners);
            listeners.next += 1;
            let number = listeners.next;
            listeners.waiting.insert(number, Box::new(listener));
            number
        };
        // It may have been cancelled before the listener was there.
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

/// A listener of a token; dropping it takes the listener away.
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

/// Whether the attempt that the calling code belongs to is to end, because its run was cancelled, its workflow has
/// failed, or its time is over. Whatever it gives is dropped then. `false` outside of tasks.
///
/// A sync task cannot be stopped from outside. One that takes long asks from time to time:
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

/// Waits until [`is_cancelled`] is true; for ever outside of tasks.
///
/// The attempts of async tasks are dropped when they are cancelled, so most need not ask. This is for work that an
/// attempt has handed to somebody else: a task of its own, a thread, a process.
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
    /// Of what wakes it, once it has been polled.
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

/// Does something, once or more often, when an attempt is to end; dropping this forgets it. It is for what blocks the
/// thread of the attempt.
pub(crate) struct OnStop {
    attempt: AttemptOf,
    listening: Arc<Listener>,
}

struct Listener {
    wake: Box<dyn Fn() + Send + Sync>,
    state: Mutex<Registered>,
}

enum Registered {
    /// The number under which the run knows it; none while it is being told, or before it is known.
    Number(Option<u64>),
    Forgotten,
}

impl OnStop {
    /// Of the attempt that the calling code belongs to; nothing outside of tasks, which nobody can stop.
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
        // What is around the run may have ended before.
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
                    // It was another attempt of the node.
                    Self::listen(&attempt, &listener);
                }
            }
        };
        let number = attempt.on_cancel(told);
        let mut state = lock(&listener.state);
        match &mut *state {
            // A later one is there already if it was told meanwhile.
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

//! What happens on Ctrl-C, once somebody asks.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The exit code of a program that was interrupted, as shells report it.
const INTERRUPTED: i32 = 130;

type Handler = Arc<dyn Fn() + Send + Sync>;

static HANDLERS: Mutex<Vec<Handler>> = Mutex::new(Vec::new());

/// Ctrl-C could not be taken over.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "cannot react to Ctrl-C: {reason}; a program with a handler of its own calls what it wants to happen from there"
)]
pub struct SignalHandlerError {
    reason: String,
}

pub(super) fn add(handler: Handler) -> Result<(), SignalHandlerError> {
    static INSTALLED: OnceLock<Result<(), SignalHandlerError>> = OnceLock::new();
    INSTALLED.get_or_init(install).clone()?;
    HANDLERS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(handler);
    Ok(())
}

fn install() -> Result<(), SignalHandlerError> {
    let interrupted = || {
        // Called outside of the lock: a handler may add another, which is then too late for this time.
        let handlers = HANDLERS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for handler in handlers {
            // A handler that panics must not keep the others from being called.
            let _outcome = crate::attempt::catch(|| handler());
        }
        std::process::exit(INTERRUPTED);
    };
    ctrlc::try_set_handler(interrupted).map_err(|error| SignalHandlerError {
        reason: error.to_string(),
    })
}

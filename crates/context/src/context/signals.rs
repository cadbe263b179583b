//! What happens on Ctrl-C, once a program asks for it.

use flyte_core::lock::lock;
use std::sync::{Arc, Mutex, OnceLock};

/// The exit code of a program that was interrupted, as shells report it.
const INTERRUPTED: i32 = 130;

pub(crate) type Handler = Arc<dyn Fn() + Send + Sync>;

static HANDLERS: Mutex<Vec<Handler>> = Mutex::new(Vec::new());

/// Ctrl-C could not be taken over.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "cannot react to Ctrl-C: {reason}; call what is to happen from the program's own handler, or start it otherwise"
)]
pub struct SignalHandlerError {
    reason: String,
}

/// What happens at the first Ctrl-C in the place of the end of the program.
static FIRST: Mutex<Option<Handler>> = Mutex::new(None);

fn ensure_installed() -> Result<(), SignalHandlerError> {
    static INSTALLED: OnceLock<Result<(), SignalHandlerError>> = OnceLock::new();
    INSTALLED.get_or_init(install).clone()
}

/// Has the next Ctrl-C do this and nothing else; the one after it ends the program.
pub fn instead_of_the_end(handler: Handler) -> Result<(), SignalHandlerError> {
    ensure_installed()?;
    *lock(&FIRST) = Some(handler);
    Ok(())
}

pub(super) fn add(handler: Handler) -> Result<(), SignalHandlerError> {
    ensure_installed()?;
    lock(&HANDLERS).push(handler);
    Ok(())
}

fn install() -> Result<(), SignalHandlerError> {
    let interrupted = || {
        // Called outside of the lock: a handler may add another, which is then too late for this time. And once: the
        // program may go on to its end after the first time.
        let handlers = std::mem::take(&mut *lock(&HANDLERS));
        for handler in handlers {
            // A handler that panics must not keep the others from being called.
            let _outcome = flyte_core::panic::catch(|| handler());
        }
        let first = lock(&FIRST).take();
        match first {
            Some(first) => first(),
            None => std::process::exit(INTERRUPTED),
        }
    };
    ctrlc::try_set_handler(interrupted).map_err(|error| SignalHandlerError {
        reason: match error {
            ctrlc::Error::MultipleHandlers if is_ignored() => {
                "the program was started with it ignored, as by `nohup` or `&` in a script"
                    .to_owned()
            }
            ctrlc::Error::MultipleHandlers => "the program has a handler already".to_owned(),
            error => error.to_string(),
        },
    })
}

/// Whether the process ignores the signal; the system has no other way of telling than a file.
#[cfg(target_os = "linux")]
fn is_ignored() -> bool {
    const INTERRUPT: u32 = 2;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & (1 << (INTERRUPT - 1)) != 0)
}

#[cfg(not(target_os = "linux"))]
fn is_ignored() -> bool {
    false
}

//! What happens on Ctrl-C, once a program asks for it.

use flyte_core::lock::lock;
use std::sync::{Arc, Mutex, OnceLock};

/// The exit code of an interrupted program, as shells report it.
const INTERRUPTED: i32 = 130;

pub(crate) type Handler = Arc<dyn Fn() + Send + Sync>;

static HANDLERS: Mutex<Vec<Handler>> = Mutex::new(Vec::new());

/// A handler of Ctrl-C could not be installed.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "cannot react to Ctrl-C: {reason}; call what is to happen from the program's own handler, or start it otherwise"
)]
pub struct SignalHandlerError {
    reason: String,
}

/// Runs at the first Ctrl-C instead of ending the program.
static FIRST: Mutex<Option<Handler>> = Mutex::new(None);

fn ensure_installed() -> Result<(), SignalHandlerError> {
    static INSTALLED: OnceLock<Result<(), SignalHandlerError>> = OnceLock::new();
    INSTALLED.get_or_init(install).clone()
}

/// Runs `handler` at the next Ctrl-C instead of ending the program; the one after it ends the program.
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
        // Called without the lock: a handler may add another, which is then too late for this time. Each is called only
        // once, because the program may continue after the first Ctrl-C and end later.
        let handlers = std::mem::take(&mut *lock(&HANDLERS));
        for handler in handlers {
            // A panic of one handler must not keep the others from being called.
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

/// Whether the process ignores the signal; the system reports this only in a file.
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

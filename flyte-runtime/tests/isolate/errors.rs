//! Errors whose own code is broken, in processes of their own: each is one failed attempt there, and says here what it
//! says elsewhere.

use std::{error::Error, fmt, panic::panic_any, sync::mpsc, thread, time::Duration};

use flyte_runtime::{events::Event, prelude::*};

use super::{isolated, says};

/// What is broken about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FlyteType)]
enum Fault {
    Display,
    DisplayErr,
    Debug,
    Source,
    OwnSource,
    Drop,
    /// It is no error: the task panics with a value whose drop panics.
    Payload,
}

const FAULTS: [(Fault, &str); 7] = [
    (Fault::Display, "the error's `Display` panicked at "),
    (
        Fault::DisplayErr,
        "the beginning (the error's `Display` failed: `fmt::Error`)",
    ),
    (Fault::Debug, "an evil error"),
    // Causes stay in the process.
    (Fault::Source, "an evil error"),
    (Fault::OwnSource, "an evil error"),
    (Fault::Drop, "an evil error"),
    (Fault::Payload, "a value that is not text"),
];

struct Evil(Fault);

impl fmt::Display for Evil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Fault::Display => panic!("no text"),
            Fault::DisplayErr => {
                f.write_str("the beginning")?;
                Err(fmt::Error)
            }
            _ => f.write_str("an evil error"),
        }
    }
}

impl fmt::Debug for Evil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(self.0 != Fault::Debug, "no debug text");
        f.write_str("Evil")
    }
}

impl Error for Evil {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.0 {
            Fault::Source => panic!("no source"),
            Fault::OwnSource => Some(self),
            _ => None,
        }
    }
}

impl Drop for Evil {
    fn drop(&mut self) {
        assert!(self.0 != Fault::Drop, "an error that cannot be dropped");
    }
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(Bomb);
    }
}

#[task(retries = 1)]
fn breaks(fault: Fault) -> Result<i64, Evil> {
    if fault == Fault::Payload {
        panic_any(Bomb);
    }
    Err(Evil(fault))
}

#[workflow]
fn breaks_in_a_map(faults: Vec<Fault>) -> Vec<i64> {
    faults.map(|fault| breaks(fault))
}

/// Runs something, and fails if that hangs.
fn within_time<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    ended.recv_timeout(Duration::from_secs(300)).unwrap()
}

pub(super) fn errors_that_are_broken_are_failed_attempts() {
    for (fault, told) in FAULTS {
        let text = within_time(move || {
            let observed = isolated().observe(|event: &Event| drop(event.to_json()));
            let error = observed.run(breaks::call(fault)).unwrap_err();
            format!("{error} {error:?} {error:#?}")
        });
        says(&text, told);
        says(&text, "in each of 2 attempts");
        let text = within_time(move || {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().unwrap();
            let faults = vec![fault; 2];
            let run = runtime.block_on(isolated().start(breaks_in_a_map::call(faults)));
            run.unwrap_err().to_string()
        });
        says(&text, told);
    }
}

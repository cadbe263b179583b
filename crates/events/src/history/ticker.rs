//! Hands to the system what recordings have put off, a few milliseconds later.
//!
//! The start of a task is put off: most tasks have ended before this thread looks, and then one short row says all of
//! them. What a task has returned is never put off.

use std::{
    io,
    path::Path,
    sync::{
        Arc, Condvar, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use super::writing::Shared;
use flyte_core::lock::{lock, unpoisoned};

/// How long something is put off at most, while the machine has time for this thread.
const PUT_OFF: Duration = Duration::from_millis(5);

/// How long the thread stays when nothing is put off.
const IDLE: Duration = Duration::from_secs(10);

static RECORDINGS: Mutex<Recordings> = Mutex::new(Recordings {
    all: Vec::new(),
    has_thread: false,
});

/// Whether the thread looks at the recordings again and again.
static IS_LOOKING: AtomicBool = AtomicBool::new(false);

/// Wakes the thread.
static WAKE: Condvar = Condvar::new();

/// Those of this process that may still be written.
struct Recordings {
    all: Vec<Weak<Shared>>,
    has_thread: bool,
}

/// Adds a recording of this process.
pub(super) fn add(recording: &Arc<Shared>) {
    let mut recordings = lock(&RECORDINGS);
    recordings.all.retain(|other| other.strong_count() > 0);
    recordings.all.push(Arc::downgrade(recording));
}

/// Hands over what this process has put off of the run in a directory, before the run is read.
pub(super) fn hand_over(directory: &Path) {
    for recording in all() {
        if recording.directory == directory {
            recording.hand_over();
        }
    }
}

fn all() -> Vec<Arc<Shared>> {
    lock(&RECORDINGS)
        .all
        .iter()
        .filter_map(Weak::upgrade)
        .collect()
}

/// Something was put off. An error if no thread can be started that would write it.
pub(super) fn wake() -> io::Result<()> {
    if IS_LOOKING.load(Ordering::SeqCst) || IS_LOOKING.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let mut recordings = lock(&RECORDINGS);
    if recordings.has_thread {
        WAKE.notify_all();
        return Ok(());
    }
    let started = thread::Builder::new()
        .name("flyte-history".to_owned())
        .spawn(look);
    match started {
        Ok(_) => {
            recordings.has_thread = true;
            Ok(())
        }
        Err(error) => {
            IS_LOOKING.store(false, Ordering::SeqCst);
            Err(error)
        }
    }
}

/// What the thread does.
fn look() {
    loop {
        thread::sleep(PUT_OFF);
        if hand_over_all() {
            continue;
        }
        IS_LOOKING.store(false, Ordering::SeqCst);
        // Who put something off before that has not woken anything.
        if all().iter().any(|recording| recording.is_waiting()) {
            IS_LOOKING.store(true, Ordering::SeqCst);
            continue;
        }
        let recordings = lock(&RECORDINGS);
        let is_idle = |_: &mut Recordings| !IS_LOOKING.load(Ordering::SeqCst);
        let woken = WAKE.wait_timeout_while(recordings, IDLE, is_idle);
        let (mut recordings, waited) = unpoisoned(woken);
        if waited.timed_out() && !IS_LOOKING.load(Ordering::SeqCst) {
            recordings.has_thread = false;
            return;
        }
    }
}

/// Whether there was anything.
fn hand_over_all() -> bool {
    let mut was_any = false;
    for recording in all() {
        if recording.is_waiting() {
            recording.hand_over();
            was_any = true;
        }
    }
    was_any
}

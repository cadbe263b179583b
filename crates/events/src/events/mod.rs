//! The events of a run, and observers that receive them while it runs.

mod event;
mod json;
mod json_lines;
pub mod log;
#[cfg(feature = "otel")]
mod otel;
mod values;

pub use event::{
    Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState, WaitReason,
};
pub use json_lines::JsonLines;
#[cfg(feature = "otel")]
pub use otel::OpenTelemetry;
pub use values::Values;

pub use json::time as time_text;
pub use log::log;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use flyte_core::{panic, text};

/// Is told what happens in a run; see `Runner::observe`.
pub trait Observer: Send + Sync + 'static {
    /// Handles an event. Called on the thread on which the event happens, and by several threads at once if nodes run
    /// concurrently.
    fn event(&self, event: &Event);
}

impl<F: Fn(&Event) + Send + Sync + 'static> Observer for F {
    fn event(&self, event: &Event) {
        self(event);
    }
}

/// An observer that contexts pass to the runs started in them.
#[derive(Clone)]
pub struct SharedObserver(Arc<Shared>);

struct Shared {
    observer: Box<dyn Observer>,
    /// Whether it has panicked.
    broken: AtomicBool,
}

impl SharedObserver {
    /// Wraps an observer so that runs can share it.
    pub fn new(observer: impl Observer) -> Self {
        Self(Arc::new(Shared {
            observer: Box::new(observer),
            broken: AtomicBool::new(false),
        }))
    }

    /// Sends an event. An observer that panics receives no more events, and its panic is reported once.
    pub fn tell(&self, event: &Event) {
        if self.0.broken.load(Ordering::Relaxed) {
            return;
        }
        if let Err(panic) = panic::catch(|| self.0.observer.event(event))
            && !self.0.broken.swap(true, Ordering::Relaxed)
        {
            let (message, place) = (text::record(&panic.message), panic.place);
            tracing::warn!(
                message,
                place,
                "an observer of a run panicked, and is told nothing any more"
            );
        }
    }
}

impl fmt::Debug for SharedObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an observer")
    }
}

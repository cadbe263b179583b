//! What happens in a run, told while it happens.

mod event;
mod json;
mod json_lines;
pub mod log;
#[cfg(feature = "otel")]
mod otel;
mod values;

pub use event::{Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState};
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
    /// Something has happened. Called on the thread on which it has happened, by several threads at once when nodes run
    /// at once.
    fn event(&self, event: &Event);
}

impl<F: Fn(&Event) + Send + Sync + 'static> Observer for F {
    fn event(&self, event: &Event) {
        self(event);
    }
}

/// An observer that contexts hand down to the runs that are started in them.
#[derive(Clone)]
pub struct SharedObserver(Arc<Shared>);

struct Shared {
    observer: Box<dyn Observer>,
    /// It has panicked.
    broken: AtomicBool,
}

impl SharedObserver {
    /// Makes an observer one that runs can share.
    pub fn new(observer: impl Observer) -> Self {
        Self(Arc::new(Shared {
            observer: Box::new(observer),
            broken: AtomicBool::new(false),
        }))
    }

    /// Tells an event; one that panics is told no other, and the panic is told once.
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

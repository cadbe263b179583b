//! What happens when the container is taken away.
#![cfg_attr(
    not(all(unix, feature = "remote")),
    expect(dead_code, unused_imports, reason = "SIGTERM is not told")
)]

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use super::{
    Arguments, Dialect, Executed, PagesOfRun,
    error_document::{Ending, Problem},
};
use flyte_config::config::Environment;
use flyte_context::checkpoint::{Checkpoint, CheckpointError, SyncCheckpoint};
use flyte_core::lock::unpoisoned;

/// A checkpoint that can be waited for: what is being saved is saved, before the process ends.
#[derive(Clone, Debug)]
pub(super) struct Flushed(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    checkpoint: SyncCheckpoint,
    saving: RwLock<()>,
}

impl Flushed {
    pub(super) fn new(checkpoint: SyncCheckpoint) -> Self {
        Self(Arc::new(Inner {
            checkpoint,
            saving: RwLock::new(()),
        }))
    }

    fn save_with<R>(&self, save: impl FnOnce(&SyncCheckpoint) -> R) -> R {
        let _saving = unpoisoned(self.0.saving.read());
        save(&self.0.checkpoint)
    }

    /// Runs something while nothing is being saved, and nothing can begin to be.
    fn when_saved<R>(&self, then: impl FnOnce() -> R) -> R {
        let _saved = unpoisoned(self.0.saving.write());
        then()
    }
}

impl Checkpoint for Flushed {
    fn prev_exists(&self) -> bool {
        self.0.checkpoint.prev_exists()
    }

    fn restore(&self, path: Option<&Path>) -> Result<Option<PathBuf>, CheckpointError> {
        self.0.checkpoint.restore(path)
    }

    fn save_path(&self, path: &Path) -> Result<(), CheckpointError> {
        self.save_with(|checkpoint| checkpoint.save_path(path))
    }

    fn save_reader(&self, reader: &mut dyn Read) -> Result<(), CheckpointError> {
        self.save_with(|checkpoint| checkpoint.save_reader(reader))
    }

    fn write(&self, bytes: &[u8]) -> Result<(), CheckpointError> {
        self.save_with(|checkpoint| checkpoint.write(bytes))
    }

    fn read(&self) -> Result<Option<Vec<u8>>, CheckpointError> {
        self.0.checkpoint.read()
    }
}

/// Whether the process is to end with an exit code after a failure, and not only with a file.
pub fn fails_on_error(environment: &Environment) -> bool {
    let value = environment.var("FLYTE_FAIL_ON_ERROR").unwrap_or_default();
    ["true", "t", "1"].contains(&value.trim().to_lowercase().as_str())
}

/// What the process ends with when it is taken away.
#[derive(Debug)]
pub(super) struct ExitCodes {
    /// The error is written.
    told: i32,
    /// The error cannot be written.
    untold: i32,
    arguments: Arguments,
}

impl ExitCodes {
    pub(super) fn new(arguments: &Arguments, environment: &Environment) -> Self {
        let (told, untold) = match arguments.dialect() {
            Dialect::Flyte1 => (i32::from(fails_on_error(environment)), 1),
            // It starts the same attempt again after any other code, without end.
            Dialect::Flyte2 => (0, 0),
        };
        Self {
            told,
            untold,
            arguments: arguments.clone(),
        }
    }

    #[cfg(all(unix, feature = "remote"))]
    fn end(&self, ended: Option<Executed>) -> ! {
        self.arguments.report(ended);
        std::process::exit(match ended {
            Some(_) => self.told,
            None => self.untold,
        })
    }
}

/// Waits for SIGTERM until it is dropped.
pub(super) struct Waiting {
    #[cfg(all(unix, feature = "remote"))]
    _runtime: Option<tokio::runtime::Runtime>,
}

/// On SIGTERM, writes the error and the page of the task and ends the process with a code, once what is being saved is
/// saved.
#[cfg(all(unix, feature = "remote"))]
pub(super) fn on_terminate(
    ending: &Arc<Ending>,
    checkpoint: Option<&Flushed>,
    pages: PagesOfRun,
    codes: ExitCodes,
) -> Waiting {
    let (ending, checkpoint) = (Arc::clone(ending), checkpoint.cloned());
    // Registered before the task can start.
    let (runtime, mut terminate) = match super::sigterm::listen() {
        Ok(listening) => listening,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM will not be told");
            return Waiting { _runtime: None };
        }
    };
    runtime.spawn(async move {
        if terminate.recv().await.is_none() {
            return;
        }
        let end = || match ending.fail(&Problem::terminated()) {
            Ok(true) => {
                pages.end();
                codes.end(Some(Executed::Failed))
            }
            // The execution is over, and so is the process in a moment.
            Ok(false) => {}
            Err(text) => {
                tracing::error!(text, "SIGTERM could not be told");
                codes.end(None);
            }
        };
        match &checkpoint {
            Some(checkpoint) => checkpoint.when_saved(end),
            None => end(),
        }
    });
    Waiting {
        _runtime: Some(runtime),
    }
}

/// There is no such signal here, or it ends the process.
#[cfg(not(all(unix, feature = "remote")))]
pub(super) fn on_terminate(
    _ending: &Arc<Ending>,
    _checkpoint: Option<&Flushed>,
    _pages: PagesOfRun,
    _codes: ExitCodes,
) -> Waiting {
    Waiting {}
}

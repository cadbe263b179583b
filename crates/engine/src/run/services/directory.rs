//! Where the files of a run are.

use std::sync::Arc;

use super::Emitter;
use crate::container::Container;
use flyte_context::{
    context::FlyteContext, directories::run::RunDirectory, storage::FileAccessProvider,
};
use flyte_events::history::Recording;

/// The directory of a run: temporary, or with its history so that it can be resumed, or of the container.
pub(super) fn of_run(emitter: Option<&Emitter>, container: Option<&Container>) -> RunDirectory {
    if let Some(container) = container {
        return RunDirectory::kept(container.directory.clone(), true);
    }
    let kept = emitter.and_then(|emitter| {
        let files = emitter.history()?.files();
        Some(RunDirectory::kept(files, !emitter.is_outermost()))
    });
    kept.unwrap_or_default()
}

/// The context of a run. What a task of a recorded run keeps with its files has to be there when another process goes
/// on with the run, so it is in the history unless the user has said where it is to be.
pub(super) fn inherited(history: Option<&Recording>) -> Arc<FlyteContext> {
    let around = FlyteContext::current();
    let Some(history) = history else {
        return around;
    };
    let is_given = around
        .given_file_access()
        .is_some_and(|files| !files.is_temporary());
    match FileAccessProvider::local(history.files().join("data")) {
        Ok(files) if !is_given => Arc::new(around.with_file_access(files).build()),
        _ => around,
    }
}

//! The directory with the files of a run.

use std::sync::Arc;

use super::Emitter;
use crate::container::Container;
use flyte_context::{
    context::FlyteContext, directories::run::RunDirectory, storage::FileAccessProvider,
};
use flyte_events::history::Recording;

/// The directory of a run: temporary, inside the run's history so that it can be resumed, or the container's.
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

/// The context of a run. If the run is recorded, files that its tasks store must exist when another process resumes it.
/// So they are stored in the history unless the user has chosen another place.
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

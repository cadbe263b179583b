//! Events as events of `tracing`, for whatever subscriber the program has.

use super::EventKind;
use flyte_core::{panic, text::record};

/// Says what a log is to have of something that has happened in a run of an entity: failures that are gone over, and
/// notices. What ends a run is its result, and how nodes come and go is told by their spans.
///
/// A log has a record for a line: what texts of errors have of lines is indented, and of control characters escaped.
pub fn log(entity: &str, kind: &EventKind) {
    let is_logged = match kind {
        EventKind::AttemptEnded { error, next, .. } => error.is_some() && next.is_some(),
        EventKind::NodeEnded {
            error,
            is_tolerated,
            ..
        } => error.is_some() && *is_tolerated,
        EventKind::Notice { .. } => true,
        _ => false,
    };
    if is_logged {
        warn(entity, kind);
    }
}

#[cold]
fn warn(entity: &str, kind: &EventKind) {
    // A subscriber of the program is code of the program.
    let _logged = panic::catch(|| match kind {
        EventKind::AttemptEnded {
            node,
            attempt,
            error: Some(error),
            next: Some(wait),
            ..
        } => tracing::warn!(
            task = node.entity,
            attempt,
            error = record(error),
            ?wait,
            "an attempt failed, and another follows"
        ),
        EventKind::NodeEnded {
            node,
            error: Some(error),
            is_tolerated: true,
            ..
        } => tracing::warn!(
            node = node.path,
            error = record(error),
            "an element of a map failed, and enough others can succeed"
        ),
        EventKind::Notice {
            node: Some(node),
            message,
        } => tracing::warn!(task = node.entity, node = node.path, "{}", record(message)),
        EventKind::Notice {
            node: None,
            message,
        } => tracing::warn!(entity, "{}", record(message)),
        _ => {}
    });
}

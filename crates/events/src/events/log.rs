//! Events as events of `tracing`, for the program's own subscriber.

use super::EventKind;
use flyte_core::{panic, text::record};

/// Logs what other records do not show: failures from which the run continues, and notices. The error that ends a run
/// is in its result, and the starts and ends of nodes are in their spans.
///
/// A log has one record per line, so further lines of error texts are indented, and control characters are escaped.
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
    // The subscriber is the program's code.
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

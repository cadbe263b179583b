//! Everything that programs write, searched for secrets: logs of this process at the finest level, streams of child
//! processes, and files.

use std::{
    fmt::{self, Debug},
    fs,
    io::{self, Write as _},
    path::Path,
    sync::Once,
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::oauth::PLANTED;

/// Ends the process when anything logs a secret. All tests of this program share it, so that each adds to it.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Watcher).unwrap());
}

struct Watcher;

#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = fmt::Write::write_fmt(&mut self.0, format_args!("{}={value:?} ", field.name()));
    }
}

impl Text {
    fn check(&self, metadata: &Metadata<'_>) {
        if self.0.contains(PLANTED) {
            // A panic would end a thread of the client, and nobody would be told.
            let _ = writeln!(
                io::stderr(),
                "a secret is logged by {}: {}",
                metadata.target(),
                self.0
            );
            std::process::abort();
        }
    }
}

impl Subscriber for Watcher {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut text = Text::default();
        span.record(&mut text);
        text.check(span.metadata());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut text = Text::default();
        values.record(&mut text);
        assert!(!text.0.contains(PLANTED), "{}", text.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        text.check(event.metadata());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The files below a directory with a secret in them.
pub(crate) fn files_with_secrets(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with_secrets(&path));
        } else if String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(PLANTED) {
            found.push(path.display().to_string());
        }
    }
    found
}

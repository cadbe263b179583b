//! The texts of errors of user code, rendered once when the error occurs so that no user code runs later.

use std::{
    error::Error,
    fmt::{self, Write as _},
    iter,
    sync::Arc,
};

use crate::{
    error::{ReportOf, Said},
    panic::{self, Panic},
    text::{self, Bounded},
};

/// The maximum number of causes that are followed: an error may be its own cause.
const LONGEST: usize = 128;

/// How many bytes are kept of the message of a panic that happens while an error is rendered.
const ASIDE: usize = 1 << 10;

/// An error as text, as it was when it happened.
///
/// One text is kept up to 64 KiB, with a note of how much is missing, and so are the texts of all causes together. The
/// output of `Display` is kept as it is; the command line, progress and logs show control characters in it as escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedError {
    message: Arc<str>,
    sources: Arc<[String]>,
    place: Option<Arc<str>>,
}

impl RenderedError {
    /// What the error says. If its `Display` panics or fails, this says so.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The messages of its causes, nearest first, without those that the text before already contains.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// `file:line:column` of a panic.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The text of the error, shared and not copied.
    pub fn shared_message(&self) -> Arc<str> {
        Arc::clone(&self.message)
    }

    /// The texts of its causes, shared and not copied.
    pub fn shared_sources(&self) -> Arc<[String]> {
        Arc::clone(&self.sources)
    }

    /// An error that consists of one bounded text, without causes.
    pub fn of_text(text: String, place: Option<&str>) -> Self {
        Self {
            message: text.into(),
            sources: Arc::default(),
            place: place.map(Into::into),
        }
    }

    /// The text of an error with those of its causes.
    pub fn of(error: &(dyn Error + 'static), report: ReportOf) -> Self {
        Self::of_chain(&Chain::of(error, report), None)
    }

    /// As [`of`](Self::of), with another text for the error itself.
    pub fn of_cause(message: &str, error: &(dyn Error + 'static), report: ReportOf) -> Self {
        Self::of_chain(&Chain::of(error, report), Some(message))
    }

    pub(crate) fn of_chain(chain: &Chain<'_>, message: Option<&str>) -> Self {
        let message = match message {
            Some(message) => text::bounded(message),
            None => shown(chain.first, text::KEPT),
        };
        let mut sources: Vec<String> = Vec::new();
        let mut room = text::KEPT;
        for error in &chain.causes {
            if room == 0 {
                sources.push("… [more causes]".to_owned());
                break;
            }
            let text = shown(*error, room);
            let told = sources.last().unwrap_or(&message);
            if !told.contains(&text) && !sources.contains(&text) {
                room = room.saturating_sub(text.len());
                sources.push(text);
            }
        }
        if let Some(panic) = &chain.panic {
            sources.push(aside("the error's `source` panicked", panic));
        }
        Self {
            message: message.into(),
            sources: sources.into(),
            place: None,
        }
    }

    /// All texts in one line, except for line breaks inside the texts.
    pub fn joined(&self) -> String {
        let mut text = self.message.to_string();
        for source in &*self.sources {
            text += ": ";
            text += source;
        }
        text
    }
}

/// An error and those of its causes that are followed.
pub(crate) struct Chain<'e> {
    first: &'e (dyn Error + 'static),
    causes: Vec<&'e (dyn Error + 'static)>,
    /// What the last cause said, if it is the report of a run inside the task.
    pub(crate) report: Option<Said>,
    /// The panic, if `source` of the last cause panicked.
    panic: Option<Panic>,
}

impl<'e> Chain<'e> {
    pub(crate) fn of(error: &'e (dyn Error + 'static), report_of: ReportOf) -> Self {
        let mut causes = Vec::new();
        let mut report = report_of(error);
        let looked = panic::catch(|| {
            let mut last = error;
            // The report of another run already contains everything behind it.
            while causes.len() + 1 < LONGEST && report.is_none() {
                let Some(source) = last.source() else { break };
                report = report_of(source);
                causes.push(source);
                last = source;
            }
        });
        Self {
            first: error,
            causes,
            report,
            panic: looked.err(),
        }
    }

    /// All of them.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
        iter::once(self.first).chain(self.causes.iter().copied())
    }
}

/// The text of an error, even if its `Display` panics or fails.
fn shown(error: &dyn Error, room: usize) -> String {
    let mut text = Bounded::of(room);
    let problem = match panic::catch(|| write!(text, "{error}")) {
        Ok(Ok(())) => return text.finish(),
        Ok(Err(fmt::Error)) if text.was_stopped() => return text.finish(),
        Ok(Err(fmt::Error)) => "the error's `Display` failed: `fmt::Error`".to_owned(),
        Err(panic) => aside("the error's `Display` panicked", &panic),
    };
    match text.finish() {
        nothing if nothing.is_empty() => problem,
        beginning => format!("{beginning} ({problem})"),
    }
}

fn aside(what: &str, panic: &Panic) -> String {
    let mut text = Bounded::of(ASIDE);
    // Writing to the bounded text itself never fails.
    let _ = write!(text, "{what} at {}: {}", panic.place, panic.message);
    text.finish()
}

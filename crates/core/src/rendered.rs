//! Errors of user code, and their texts: made once, when the error is there, so that nothing later runs code of the
//! user.

use std::{
    error::Error,
    fmt::{self, Write as _},
    iter,
    ops::Deref,
    sync::Arc,
};

use crate::{
    error::{self as task_error, BoxError, ReportOf, Said},
    panic::{self, Panic},
    text::{self, Bounded},
};

/// How many causes of an error are looked at: one may be its own.
const LONGEST: usize = 128;

/// How many bytes are kept of what a panic says while an error is being looked at.
const ASIDE: usize = 1 << 10;

/// An error as text, as it was when it happened.
///
/// A text is kept up to 64 KiB, with a notice of how much more there was, and so are those of all causes together. What
/// `Display` says is kept as it is; the command line, progress and logs show control characters in it as escapes.
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

    /// What its causes say, those next to it first, as far as the text before does not say it already.
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

    /// A text, which has been bounded, with nothing behind it.
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

    /// The same, with another text for the error itself.
    pub fn of_cause(message: &str, error: &(dyn Error + 'static), report: ReportOf) -> Self {
        Self::of_chain(&Chain::of(error, report), Some(message))
    }

    fn of_chain(chain: &Chain<'_>, message: Option<&str>) -> Self {
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

    /// All of it in one line, but for the lines of the texts.
    pub fn joined(&self) -> String {
        let mut text = self.message.to_string();
        for source in &*self.sources {
            text += ": ";
            text += source;
        }
        text
    }
}

/// An error with its causes, as far as they are looked at.
struct Chain<'e> {
    first: &'e (dyn Error + 'static),
    causes: Vec<&'e (dyn Error + 'static)>,
    /// The last one is the report of a run inside of the task, of which this was said when that failed.
    report: Option<Said>,
    /// `source` of the last one has panicked.
    panic: Option<Panic>,
}

impl<'e> Chain<'e> {
    fn of(error: &'e (dyn Error + 'static), report_of: ReportOf) -> Self {
        let mut causes = Vec::new();
        let mut report = report_of(error);
        let looked = panic::catch(|| {
            let mut last = error;
            // The report of another run tells all behind it.
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
    fn errors(&self) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
        iter::once(self.first).chain(self.causes.iter().copied())
    }
}

/// What an error says, whatever its `Display` does.
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
    // Its own writes do not fail.
    let _ = write!(text, "{what} at {}: {}", panic.place, panic.message);
    text.finish()
}

/// The error that an attempt has ended with, and its text.
///
/// `Display` and `Debug` give the text that was made when the error was there. The error itself is what this
/// dereferences to: it can be [downcast](trait@Error#method.downcast_ref), and asked for anything else at the caller's
/// own risk. It is dropped with this; if that panics, the panic is logged and goes no further.
pub struct AttemptError(Box<Inner>);

struct Inner {
    /// `None` only while it is being dropped.
    error: Option<BoxError>,
    rendered: RenderedError,
    said: Said,
}

impl AttemptError {
    /// Renders an error once, so that no code of the user's runs when its text is asked for.
    pub fn new(error: BoxError, report: ReportOf) -> Self {
        let chain = Chain::of(&*error, report);
        let rendered = RenderedError::of_chain(&chain, None);
        let said = task_error::said(chain.errors(), chain.report);
        Self(Box::new(Inner {
            error: Some(error),
            rendered,
            said,
        }))
    }

    /// The text of the error.
    pub fn rendered(&self) -> &RenderedError {
        &self.0.rendered
    }

    /// The error.
    pub fn into_inner(mut self) -> BoxError {
        let error = self.0.error.take();
        error.unwrap_or_else(|| self.0.rendered.message().into())
    }

    /// What the error says of itself, such as whether another attempt makes sense.
    pub fn said(&self) -> Said {
        self.0.said
    }
}

impl Deref for AttemptError {
    type Target = dyn Error + Send + Sync;

    fn deref(&self) -> &Self::Target {
        match &self.0.error {
            Some(error) => &**error,
            // There is no way to it any more.
            None => &fmt::Error,
        }
    }
}

impl Drop for AttemptError {
    fn drop(&mut self) {
        if let Some(error) = self.0.error.take() {
            panic::discard(error);
        }
    }
}

impl fmt::Display for AttemptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.rendered.message())
    }
}

impl fmt::Debug for AttemptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0.rendered.message(), f)
    }
}

//! The error that ended an attempt: the user's own, which can be found again, and its text.

use std::{error::Error, fmt, ops::Deref};

use crate::{
    error::{self as task_error, BoxError, ReportOf, Said},
    panic,
    rendered::{Chain, RenderedError},
};

/// The error that ended an attempt, and its text.
///
/// `Display` and `Debug` give the text that was rendered when the error occurred. It dereferences to the error itself,
/// which can be [downcast](trait@Error#method.downcast_ref); calling anything else on it runs user code. The error is
/// dropped with this value; if the drop panics, the panic is logged and goes no further.
pub struct AttemptError(Box<Inner>);

struct Inner {
    /// `None` only while it is being dropped.
    error: Option<BoxError>,
    rendered: RenderedError,
    said: Said,
}

impl AttemptError {
    /// Renders an error once, so that reading its text later runs no user code.
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

    /// What the error says about itself, such as whether another attempt makes sense.
    pub fn said(&self) -> Said {
        self.0.said
    }
}

impl Deref for AttemptError {
    type Target = dyn Error + Send + Sync;

    fn deref(&self) -> &Self::Target {
        match &self.0.error {
            Some(error) => &**error,
            // Nothing can reach the error any more.
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

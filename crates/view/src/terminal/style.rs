//! The colours of a display. A sign or a word always says the same, so nothing is lost without them.

use std::borrow::Cow;

/// What a text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Strong,
    Faint,
    Failed,
    Waits,
    Cached,
    Succeeded,
}

impl Ink {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Faint => Some("2"),
            Self::Failed => Some("1;31"),
            Self::Waits => Some("33"),
            Self::Cached => Some("35"),
            Self::Succeeded => Some("32"),
        }
    }

    /// A text in this colour, if there are colours.
    pub(super) fn paint(self, text: &str, colours: bool) -> Cow<'_, str> {
        match self.code() {
            Some(code) if colours && !text.is_empty() => {
                format!("\x1b[{code}m{text}\x1b[0m").into()
            }
            _ => text.into(),
        }
    }
}

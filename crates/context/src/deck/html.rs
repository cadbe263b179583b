//! HTML for pages.

use std::fmt;

/// A piece of HTML.
///
/// Values that convert into it are escaped: texts, and the contents of a [`Table`](super::Table), a
/// [`Plot`](super::Plot) or a [`Markdown`](super::Markdown). Only [`Html::raw`] writes markup.
///
/// ```
/// use flyte_runtime::deck::Html;
///
/// assert_eq!(Html::from("a < b").as_str(), r#"<div class="text">a &lt; b</div>"#);
/// assert_eq!(Html::raw("<b>a</b>").as_str(), "<b>a</b>");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html {
    markup: String,
    /// Whether it contains a user's own markup.
    is_raw: bool,
}

impl Html {
    /// Markup, which is written to the page without changes: scripts in it run where the page is displayed, and an
    /// unclosed tag swallows what follows. Never make it from untrusted texts without [`escape`](Self::escape).
    ///
    /// Scripts, styles and pictures must be inside the markup: the page does not load anything from elsewhere.
    pub fn raw(markup: impl Into<String>) -> Self {
        Self {
            markup: markup.into(),
            is_raw: true,
        }
    }

    /// Markup of this crate, which does not contain scripts.
    pub fn own(markup: String) -> Self {
        Self {
            markup,
            is_raw: false,
        }
    }

    pub(super) fn is_raw(&self) -> bool {
        self.is_raw
    }

    /// A text that keeps its line breaks and spaces.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::own(format!(
            r#"<div class="text">{}</div>"#,
            Self::escape(text.as_ref())
        ))
    }

    /// Escapes a text for use between tags and inside quoted attributes.
    pub fn escape(text: &str) -> String {
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#x27;"),
                _ => escaped.push(c),
            }
        }
        escaped
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.markup
    }
}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<&String> for Html {
    fn from(text: &String) -> Self {
        Self::text(text)
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<fmt::Arguments<'_>> for Html {
    fn from(text: fmt::Arguments<'_>) -> Self {
        Self::text(text.to_string())
    }
}

//! HTML that may be put into a page.

use std::fmt;

/// A piece of HTML.
///
/// Whatever converts into it is escaped, so a text shows as it is written; so do what a [`Table`](super::Table), a
/// [`Plot`](super::Plot) and a [`Markdown`](super::Markdown) are made of. [`Html::raw`] is the one way to write markup.
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
    /// Whether a user has written the markup.
    is_raw: bool,
}

impl Html {
    /// Markup, which is put into the page as it is: scripts in it run where the page is shown, and a tag that is not
    /// closed swallows what follows. Never make it of texts from elsewhere without [`escape`](Self::escape).
    ///
    /// Scripts, styles and pictures must be in the markup itself: the page allows nothing to be loaded from elsewhere.
    pub fn raw(markup: impl Into<String>) -> Self {
        Self {
            markup: markup.into(),
            is_raw: true,
        }
    }

    /// Markup that is known to hold no script.
    pub fn own(markup: String) -> Self {
        Self {
            markup,
            is_raw: false,
        }
    }

    pub(super) fn is_raw(&self) -> bool {
        self.is_raw
    }

    /// A text that keeps its lines and spaces.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::own(format!(
            r#"<div class="text">{}</div>"#,
            Self::escape(text.as_ref())
        ))
    }

    /// A text as it must stand between tags, and between the quotes of an attribute.
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

//! The short text of a value in an error report.

use super::{Literal, LiteralValue, msgpack, time};

/// How many characters of a value a report shows.
const LIMIT: usize = 80;

/// A text that stops growing after 80 characters, or after 2 000 on the page of a task, and then ends in `…`.
///
/// The bound keeps the cost of reporting a failed task the same for ten values and for ten million.
#[derive(Debug)]
pub struct Preview {
    text: String,
    /// How many more characters fit.
    room: usize,
    full: bool,
}

impl Default for Preview {
    fn default() -> Self {
        Self::of(LIMIT)
    }
}

impl Preview {
    /// An empty preview.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty preview with another limit.
    pub fn of(limit: usize) -> Self {
        Self {
            text: String::new(),
            room: limit,
            full: false,
        }
    }

    /// Whether the preview is full; a value may stop writing then.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Adds text without changes.
    pub fn text(&mut self, text: &str) {
        if self.full {
            return;
        }
        match text.char_indices().nth(self.room) {
            None => {
                self.room -= text.chars().count();
                self.text.push_str(text);
            }
            Some((end, _)) => {
                self.text.push_str(&text[..end]);
                self.text.push('…');
                self.full = true;
            }
        }
    }

    /// Adds a string in quotes with its control characters escaped.
    pub fn quoted(&mut self, text: &str) {
        let shown: String = text.chars().take(self.room + 1).collect();
        self.text(&format!("{shown:?}"));
    }

    /// Adds a list of items between two delimiters.
    pub fn list<T>(
        &mut self,
        open: &str,
        close: &str,
        items: impl IntoIterator<Item = T>,
        show: impl Fn(&mut Self, T),
    ) {
        self.text(open);
        for (index, item) in items.into_iter().enumerate() {
            if self.full {
                return;
            }
            if index > 0 {
                self.text(", ");
            }
            show(self, item);
        }
        self.text(close);
    }

    /// Adds a value in Flyte's form.
    pub fn literal(&mut self, literal: &Literal) {
        match &literal.value {
            LiteralValue::None => self.text("none"),
            LiteralValue::Integer(value) => self.text(&value.to_string()),
            LiteralValue::Float(value) => self.text(&format!("{value:?}")),
            LiteralValue::String(value) => self.quoted(value),
            LiteralValue::Boolean(value) => self.text(if *value { "true" } else { "false" }),
            LiteralValue::Datetime { seconds, nanos } => match time::to_iso(*seconds, *nanos) {
                Ok(text) => self.text(&text),
                Err(_) => self.text("…"),
            },
            LiteralValue::Duration { seconds, nanos } => {
                self.text(&time::duration_text(*seconds, *nanos));
            }
            LiteralValue::Msgpack(bytes) => match msgpack::to_json(bytes) {
                Ok(value) => self.text(&value.to_string()),
                Err(_) => self.text("…"),
            },
            LiteralValue::Binary { bytes, .. } => {
                self.text(&super::lists::counted(bytes.len(), "byte"));
            }
            LiteralValue::Generic(object) => {
                self.list("{", "}", object, |preview, (key, value)| {
                    preview.quoted(key);
                    preview.text(": ");
                    preview.text(&value.to_string());
                });
            }
            LiteralValue::Blob(blob) => self.text(&blob.uri),
            LiteralValue::StructuredDataset(dataset) => self.text(&dataset.uri),
            LiteralValue::Schema(schema) => self.text(&schema.uri),
            LiteralValue::Error(error) => self.quoted(&error.message),
            LiteralValue::Union { value, .. } => self.literal(value),
            LiteralValue::Collection(items) => self.list("[", "]", items, Self::literal),
            LiteralValue::Map(items) => self.list("{", "}", items, |preview, (key, value)| {
                preview.quoted(key);
                preview.text(": ");
                preview.literal(value);
            }),
            LiteralValue::Offloaded(offloaded) => self.text(&offloaded.uri),
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.text
    }
}

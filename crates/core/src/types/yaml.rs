//! Values in YAML.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::written::{Written, twice};

/// Deeper than any value with a literal; limits the recursion of the reader.
const MAX_DEPTH: usize = 128;
/// How many values aliases may add; otherwise a few of them could turn a small file into a huge tree.
const MAX_COPIES: usize = 1_000_000;

/// Reads the only document of a text. Unquoted words stay as they are; their types determine their meaning.
///
/// # Errors
///
/// When the text is malformed; the error says which line is wrong and why.
pub fn parse(text: &str) -> Result<Written, String> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        anchors: HashMap::new(),
        copies: 0,
    };
    let mut document = None;
    loop {
        let (event, line) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            Event::StreamEnd => return Ok(document.unwrap_or(Written::Null)),
            _ if document.is_some() => {
                return Err(at(
                    line,
                    "a second document begins; keep one document in the file",
                ));
            }
            event => document = Some(reader.value(event, line, 0)?),
        }
    }
}

fn at(line: usize, message: impl std::fmt::Display) -> String {
    format!("line {line}: {message}")
}

struct Reader<'input> {
    events: Parser<'input, StrInput<'input>>,
    anchors: HashMap<usize, Written>,
    copies: usize,
}

impl<'input> Reader<'input> {
    fn next(&mut self) -> Result<(Event<'input>, usize), String> {
        match self.events.next_event() {
            None => Ok((Event::StreamEnd, 1)),
            Some(Ok((event, span))) => Ok((event, line_of(&span))),
            Some(Err(error)) => Err(at(
                error.marker().line(),
                format!("this is not YAML: {}", error.info()),
            )),
        }
    }

    fn value(
        &mut self,
        event: Event<'input>,
        line: usize,
        depth: usize,
    ) -> Result<Written, String> {
        if depth > MAX_DEPTH {
            return Err(at(
                line,
                format!("values lie more than {MAX_DEPTH} deep in one another"),
            ));
        }
        let (anchor, value) = match event {
            Event::Scalar(text, ScalarStyle::Plain, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.suffix == "str");
                let value = match is_text {
                    true => Written::Text(text.into_owned()),
                    false if text.is_empty() => Written::Null,
                    false => Written::Plain(text.into_owned()),
                };
                (anchor, value)
            }
            Event::Scalar(text, _, anchor, _) => (anchor, Written::Text(text.into_owned())),
            Event::SequenceStart(anchor, _) => (anchor, self.list(depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.object(depth)?),
            Event::Alias(id) => return self.copy(id, line),
            _ => return Err(at(line, "a value is expected here")),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn copy(&mut self, anchor: usize, line: usize) -> Result<Written, String> {
        let Some(value) = self.anchors.get(&anchor) else {
            return Err(at(
                line,
                "this alias stands inside what it names; write the value out",
            ));
        };
        self.copies = self.copies.saturating_add(size(value));
        match self.copies > MAX_COPIES {
            true => Err(at(
                line,
                format!("aliases make more than {MAX_COPIES} values; write fewer"),
            )),
            false => Ok(value.clone()),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Written, String> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Written::List(items)),
                (event, line) => items.push(self.value(event, line, depth + 1)?),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Written, String> {
        let mut entries: Vec<(String, Written)> = Vec::new();
        loop {
            let (event, line) = self.next()?;
            let key = match event {
                Event::MappingEnd => break,
                Event::Scalar(key, ..) => key.into_owned(),
                _ => return Err(at(line, "a key must be a word or a text in quotes")),
            };
            let (event, line) = self.next()?;
            let value = self.value(event, line, depth + 1)?;
            entries.push((key, value));
            // Checked here for small maps, because the line is known.
            if entries.len() < 32
                && let Some(key) = twice(&entries)
            {
                return Err(at(line, format!("the key `{key}` is there twice")));
            }
        }
        match twice(&entries) {
            Some(key) => Err(format!("the key `{key}` is there twice")),
            None => Ok(Written::Object(entries)),
        }
    }
}

fn size(value: &Written) -> usize {
    1 + match value {
        Written::List(items) => items.iter().map(size).sum(),
        Written::Object(entries) => entries.iter().map(|(_, value)| size(value)).sum(),
        Written::Text(text) | Written::Plain(text) => text.len() / 64,
        _ => 0,
    }
}

fn line_of(span: &Span) -> usize {
    span.start.line()
}

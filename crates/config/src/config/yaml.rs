//! YAML as a tree in which every node knows its place.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

/// More nodes than any configuration has; otherwise aliases could turn a small file into a huge tree.
const MAX_NODES: usize = 100_000;
/// Deeper than any configuration; limits the recursion of the reader.
const MAX_DEPTH: usize = 64;

/// A place in a file; line and column count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A mistake in the text, with its place.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) place: Place,
    pub(super) message: String,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// No value: nothing, `~` or `null`.
    Null,
    Scalar(String),
    Sequence(Vec<Node>),
    Mapping(Vec<(String, Node)>),
}

impl Value {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar(_) => "a single value",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

impl Node {
    /// The value of a key; `None` if this is not a mapping or does not have the key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Mapping(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, node)| node),
            _ => None,
        }
    }
}

/// Reads the only document of a text; an empty text is [`Value::Null`].
pub(super) fn parse(text: &str) -> Result<Node, Mistake> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        anchors: HashMap::new(),
        nodes: 0,
    };
    let mut document = None;
    while let Some((event, place)) = reader.next()? {
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            Event::StreamEnd => break,
            _ if document.is_some() => {
                return Err(mistake(
                    place,
                    "a second document begins here; keep one document in the file",
                ));
            }
            event => document = Some(reader.node(event, place, 0)?),
        }
    }
    Ok(document.unwrap_or(Node {
        place: Place { line: 1, column: 1 },
        value: Value::Null,
    }))
}

fn mistake(place: Place, message: impl Into<String>) -> Mistake {
    Mistake {
        place,
        message: message.into(),
    }
}

struct Reader<'input> {
    events: Parser<'input, StrInput<'input>>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'input> Reader<'input> {
    fn next(&mut self) -> Result<Option<(Event<'input>, Place)>, Mistake> {
        match self.events.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, place(&span)))),
            Some(Err(error)) => Err(syntax(&error)),
        }
    }

    /// The next event in a collection that began at `start`.
    fn inside(&mut self, start: Place) -> Result<(Event<'input>, Place), Mistake> {
        self.next()?
            .ok_or_else(|| mistake(start, "what begins here has no end; close it"))
    }

    fn node(&mut self, event: Event<'input>, place: Place, depth: usize) -> Result<Node, Mistake> {
        if depth > MAX_DEPTH {
            return Err(mistake(
                place,
                format!("nested deeper than {MAX_DEPTH} levels; write it flatter"),
            ));
        }
        self.count(1, place)?;
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, _) => (anchor, scalar(text.into_owned(), style)),
            Event::SequenceStart(anchor, _) => (anchor, self.sequence(place, depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.mapping(place, depth)?),
            Event::Alias(id) => {
                let Some(node) = self.anchors.get(&id).cloned() else {
                    return Err(mistake(
                        place,
                        "this alias stands inside what it names; write the value out",
                    ));
                };
                self.count(size(&node), place)?;
                return Ok(Node { place, ..node });
            }
            _ => {
                return Err(mistake(
                    place,
                    "a value is expected here; write one, or remove the key",
                ));
            }
        };
        let node = Node { place, value };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn count(&mut self, nodes: usize, place: Place) -> Result<(), Mistake> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err(mistake(
                place,
                format!("more than {MAX_NODES} values; a configuration has fewer"),
            ));
        }
        Ok(())
    }

    fn sequence(&mut self, start: Place, depth: usize) -> Result<Value, Mistake> {
        let mut items = Vec::new();
        loop {
            match self.inside(start)? {
                (Event::SequenceEnd, _) => return Ok(Value::Sequence(items)),
                (event, place) => items.push(self.node(event, place, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, start: Place, depth: usize) -> Result<Value, Mistake> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        let mut merged = Vec::new();
        loop {
            let (event, place) = self.inside(start)?;
            if event == Event::MappingEnd {
                break;
            }
            let Event::Scalar(key, ..) = event else {
                return Err(mistake(
                    place,
                    "a key must be a single word or a quoted text",
                ));
            };
            let (event, value_place) = self.inside(start)?;
            let node = self.node(event, value_place, depth + 1)?;
            if key == "<<" {
                merged.push(node);
                continue;
            }
            if entries.iter().any(|(name, _)| *name == key) {
                return Err(mistake(
                    place,
                    format!("the key `{key}` is there twice; keep one of them"),
                ));
            }
            entries.push((key.into_owned(), node));
        }
        for node in merged {
            merge(&mut entries, node)?;
        }
        Ok(Value::Mapping(entries))
    }
}

/// Adds the entries that `<<` refers to; explicit entries take precedence.
fn merge(entries: &mut Vec<(String, Node)>, node: Node) -> Result<(), Mistake> {
    match node.value {
        Value::Mapping(more) => {
            for (name, node) in more {
                if !entries.iter().any(|(known, _)| *known == name) {
                    entries.push((name, node));
                }
            }
            Ok(())
        }
        Value::Sequence(nodes) => nodes.into_iter().try_for_each(|node| merge(entries, node)),
        other => Err(mistake(
            node.place,
            format!("`<<` takes a mapping, found {}", other.kind()),
        )),
    }
}

fn scalar(text: String, style: ScalarStyle) -> Value {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" if style == ScalarStyle::Plain => Value::Null,
        _ => Value::Scalar(text),
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Sequence(items) => items.iter().map(size).sum(),
        Value::Mapping(entries) => entries.iter().map(|(_, node)| size(node)).sum(),
        Value::Null | Value::Scalar(_) => 0,
    }
}

fn place(span: &Span) -> Place {
    Place {
        line: span.start.line(),
        column: span.start.col() + 1,
    }
}

fn syntax(error: &ScanError) -> Mistake {
    let marker = error.marker();
    let place = Place {
        line: marker.line(),
        column: marker.col() + 1,
    };
    mistake(place, format!("this is not YAML: {}", error.info()))
}

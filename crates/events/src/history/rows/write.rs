//! Writing rows.

use std::{
    any::TypeId,
    collections::HashMap,
    hash::{Hash as _, Hasher as _},
};

use super::{SMALL, held, number_of_kind, number_of_reason, number_of_state, tag};
use crate::{
    events::{NodeInfo, NodeKind, NodeState, Values, WaitReason},
    history::{
        encode::Memo,
        files::StoredFile,
        stored::{Held, Made},
    },
};

/// Appends a number.
fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Appends bytes with their length.
fn put_bytes(bytes: &mut Vec<u8>, more: &[u8]) {
    put_number(bytes, more.len() as u64);
    bytes.extend_from_slice(more);
}

/// Small numbers of both signs become small numbers.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// What is there or not: zero, or one and the bytes.
fn put_optional(bytes: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => bytes.push(0),
        Some(text) => {
            bytes.push(1);
            put_bytes(bytes, text.as_bytes());
        }
    }
}

/// A node in rows.
#[derive(Clone, Copy, Debug)]
pub(in crate::history) enum Number {
    Node(u32),
    Element { map: u32, index: u32 },
}

/// The first attempt of a node, which has not failed.
#[derive(Clone, Copy, Debug)]
pub(in crate::history) struct Tried {
    pub(in crate::history) started: i64,
    pub(in crate::history) ended: Option<i64>,
}

/// Makes rows, which are [taken](Self::take) to be written in one entry.
pub(in crate::history) struct RowWriter {
    /// Rows that give numbers; they come first.
    definitions: Vec<u8>,
    rows: Vec<u8>,
    /// The time of the last row.
    last: i64,
    names: HashMap<Box<str>, u32>,
    shapes: HashMap<u64, Vec<Shape>>,
    number_of_shapes: u32,
    nodes: u32,
    /// By path: the number of each map, and whether its elements are described.
    maps: HashMap<Box<str>, (u32, bool)>,
}

/// The names and types of inputs or outputs.
struct Shape {
    number: u32,
    values: Vec<(Box<str>, TypeId)>,
}

impl RowWriter {
    pub(in crate::history) fn new() -> Self {
        Self {
            definitions: vec![tag::RESET],
            rows: Vec::new(),
            last: 0,
            names: HashMap::new(),
            shapes: HashMap::new(),
            number_of_shapes: 0,
            nodes: 0,
            maps: HashMap::new(),
        }
    }

    /// Calls `write` with all rows, which are then gone.
    pub(in crate::history) fn take(&mut self, write: impl FnOnce(&[u8])) {
        if self.rows.is_empty() {
            return;
        }
        match self.definitions.is_empty() {
            true => write(&self.rows),
            false => {
                self.definitions.append(&mut self.rows);
                write(&self.definitions);
                self.definitions.clear();
            }
        }
        self.rows.clear();
    }

    fn name(&mut self, name: &str) -> u32 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let number = self.names.len() as u32;
        self.names.insert(name.into(), number);
        self.definitions.push(tag::NAME);
        put_bytes(&mut self.definitions, name.as_bytes());
        number
    }

    /// The number of a node; a node that has none gets one.
    pub(in crate::history) fn node(&mut self, node: &NodeInfo) -> Number {
        if let Some(element) = self.element(node) {
            return element;
        }
        let (entity, workflow) = (self.name(&node.entity), self.name(&node.workflow));
        self.definitions.push(tag::NODE);
        put_bytes(&mut self.definitions, node.path.as_bytes());
        put_number(&mut self.definitions, entity.into());
        put_number(&mut self.definitions, workflow.into());
        self.definitions.push(number_of_kind(node.kind));
        let number = self.nodes;
        self.nodes += 1;
        if node.kind == NodeKind::Map {
            self.maps.insert(node.path.as_str().into(), (number, false));
        }
        Number::Node(number)
    }

    /// A number for a node of which nothing but the path is known.
    pub(in crate::history) fn path(&mut self, path: &str) -> Number {
        self.node(&NodeInfo::new(path.to_owned(), "", NodeKind::Task, ""))
    }

    /// An element of a map that has a number.
    fn element(&mut self, node: &NodeInfo) -> Option<Number> {
        let (map, index) = node.path.strip_suffix(']')?.rsplit_once('[')?;
        let index = index.parse().ok()?;
        let path = map;
        let (map, is_described) = *self.maps.get(path)?;
        if !is_described {
            let (entity, workflow) = (self.name(&node.entity), self.name(&node.workflow));
            self.definitions.push(tag::ELEMENTS);
            put_number(&mut self.definitions, map.into());
            put_number(&mut self.definitions, entity.into());
            put_number(&mut self.definitions, workflow.into());
            self.definitions.push(number_of_kind(node.kind));
            if let Some((_, is_described)) = self.maps.get_mut(path) {
                *is_described = true;
            }
        }
        Some(Number::Element { map, index })
    }

    fn shape(&mut self, values: &Values, memo: &Memo) -> u64 {
        if values.is_empty() {
            return 0;
        }
        let mut hasher = std::hash::DefaultHasher::new();
        for (name, info, _) in values.iter() {
            name.hash(&mut hasher);
            info.id().hash(&mut hasher);
        }
        let hash = hasher.finish();
        let same = |shape: &&Shape| {
            shape.values.len() == values.len()
                && shape
                    .values
                    .iter()
                    .zip(values.iter())
                    .all(|((own, id), (name, info, _))| **own == *name && *id == info.id())
        };
        if let Some(known) = self
            .shapes
            .get(&hash)
            .and_then(|known| known.iter().find(same))
        {
            return u64::from(known.number) + 1;
        }
        let number = self.number_of_shapes;
        self.number_of_shapes += 1;
        let mut parts = Vec::new();
        for (name, info, _) in values.iter() {
            parts.push((self.name(name), self.name(&memo.kind(info))));
        }
        self.definitions.push(tag::SHAPE);
        put_number(&mut self.definitions, parts.len() as u64);
        for (name, kind) in parts {
            put_number(&mut self.definitions, name.into());
            put_number(&mut self.definitions, kind.into());
        }
        let values = values
            .iter()
            .map(|(name, info, _)| (name.into(), info.id()));
        self.shapes.entry(hash).or_default().push(Shape {
            number,
            values: values.collect(),
        });
        u64::from(number) + 1
    }

    /// The bytes of inputs or outputs; `place` gives the number of a value that has an entry of its own.
    pub(in crate::history) fn values(
        &mut self,
        values: &Values,
        made: &[Made],
        memo: &Memo,
        mut place: impl FnMut(&Made) -> u32,
    ) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16);
        put_number(&mut bytes, self.shape(values, memo));
        for made in made {
            let files = if made.files.is_empty() {
                0
            } else {
                held::FILES
            };
            match &made.held {
                Held::Here(value) if value.len() <= SMALL => {
                    put_number(
                        &mut bytes,
                        (value.len() as u64) << held::BITS | held::HERE | files,
                    );
                    bytes.extend_from_slice(value);
                }
                Held::Here(_) | Held::There(_) => {
                    let number = u64::from(place(made));
                    put_number(&mut bytes, number << held::BITS | held::THERE | files);
                }
                Held::Lost(problem) => {
                    put_number(&mut bytes, held::LOST | files);
                    put_bytes(&mut bytes, problem.as_bytes());
                }
            }
            if files != 0 {
                put_files(&mut bytes, &made.files);
            }
        }
        bytes
    }

    fn tag(&mut self, tag: u8, number: Number) {
        self.rows.push(tag);
        match number {
            Number::Node(node) => put_number(&mut self.rows, u64::from(node) << 1),
            Number::Element { map, index } => {
                put_number(&mut self.rows, u64::from(map) << 1 | 1);
                put_number(&mut self.rows, index.into());
            }
        }
    }

    fn time(&mut self, at: i64) {
        put_number(&mut self.rows, zigzag(at.wrapping_sub(self.last)));
        self.last = at;
    }

    pub(in crate::history) fn started(
        &mut self,
        node: Number,
        at: i64,
        inputs: &[u8],
        given: &[StoredFile],
    ) {
        self.tag(tag::STARTED, node);
        self.time(at);
        self.rows.extend_from_slice(inputs);
        put_files(&mut self.rows, given);
    }

    pub(in crate::history) fn attempt_started(&mut self, node: Number, attempt: u32, at: i64) {
        self.tag(tag::ATTEMPT_STARTED, node);
        put_number(&mut self.rows, attempt.into());
        self.time(at);
    }

    /// `next` is when the next attempt follows, if one does.
    pub(in crate::history) fn attempt_ended(
        &mut self,
        node: Number,
        attempt: u32,
        at: i64,
        error: Option<&str>,
    ) {
        self.tag(tag::ATTEMPT_ENDED, node);
        put_number(&mut self.rows, attempt.into());
        self.time(at);
        put_optional(&mut self.rows, error);
    }

    pub(in crate::history) fn ended(
        &mut self,
        node: Number,
        at: i64,
        (state, attempts): (NodeState, u32),
        outputs: &[u8],
        error: Option<&str>,
    ) {
        self.tag(tag::ENDED, node);
        self.time(at);
        self.rows.push(number_of_state(state));
        put_number(&mut self.rows, attempts.into());
        self.rows.extend_from_slice(outputs);
        put_optional(&mut self.rows, error);
    }

    /// A node that has succeeded with its first attempt, or without one.
    pub(in crate::history) fn ran(
        &mut self,
        node: Number,
        (started, ended): (i64, i64),
        tried: Option<(i64, i64)>,
        inputs: &[u8],
        outputs: &[u8],
    ) {
        self.tag(tag::RAN, node);
        self.time(started);
        put_number(&mut self.rows, zigzag(ended.wrapping_sub(started)));
        match tried {
            None => self.rows.push(0),
            Some((from, until)) => {
                self.rows.push(1);
                put_number(&mut self.rows, zigzag(from.wrapping_sub(started)));
                put_number(&mut self.rows, zigzag(until.wrapping_sub(started)));
            }
        }
        self.rows.extend_from_slice(inputs);
        self.rows.extend_from_slice(outputs);
    }

    /// A node that has started waits for something besides its next attempt.
    pub(in crate::history) fn wait(&mut self, node: Number, at: i64, reason: WaitReason) {
        self.tag(tag::WAIT, node);
        self.time(at);
        self.rows.push(number_of_reason(reason));
    }

    /// What the cache said of a call.
    pub(in crate::history) fn cache(&mut self, node: Number, key: &str, hit: bool, why: &[String]) {
        self.tag(tag::CACHE, node);
        put_bytes(&mut self.rows, key.as_bytes());
        self.rows.push(u8::from(hit));
        put_number(&mut self.rows, why.len() as u64);
        for why in why {
            put_bytes(&mut self.rows, why.as_bytes());
        }
    }

    /// Lines of an attempt, after so many bytes that were left out.
    pub(in crate::history) fn lines(
        &mut self,
        node: Number,
        attempt: u32,
        left_out: u64,
        lines: &[u8],
    ) {
        self.tag(tag::LINES, node);
        put_number(&mut self.rows, attempt.into());
        put_number(&mut self.rows, left_out);
        put_bytes(&mut self.rows, lines);
    }

    pub(in crate::history) fn deck(&mut self, node: Number, attempt: u32, file: &str) {
        self.tag(tag::DECK, node);
        put_number(&mut self.rows, attempt.into());
        put_bytes(&mut self.rows, file.as_bytes());
    }
}

fn put_files(bytes: &mut Vec<u8>, files: &[StoredFile]) {
    put_number(bytes, files.len() as u64);
    for file in files {
        // A path need not be text, and JSON says how such a one is written.
        let text = serde_json::to_vec(file).unwrap_or_default();
        put_bytes(bytes, &text);
    }
}

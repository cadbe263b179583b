//! Reading rows.

use std::sync::Arc;

use super::{KINDS, REASONS, STATES, held, tag};
use crate::history::{
    files::StoredFile,
    log::Hash,
    stored::{Held, StoredValue},
};

/// What has happened to a node.
pub(in crate::history) struct Row {
    pub(in crate::history) path: String,
    pub(in crate::history) entity: Arc<str>,
    pub(in crate::history) kind: &'static str,
    pub(in crate::history) told: Told,
}

/// What a row says. Times are nanoseconds since 1970.
pub(in crate::history) enum Told {
    Started {
        at: i64,
        inputs: Vec<StoredValue>,
        /// The files to which the inputs refer.
        given: Vec<StoredFile>,
    },
    AttemptStarted {
        attempt: u32,
        at: i64,
    },
    AttemptEnded {
        attempt: u32,
        at: i64,
        error: Option<String>,
    },
    Ended {
        at: i64,
        state: &'static str,
        attempts: u32,
        outputs: Vec<StoredValue>,
        error: Option<String>,
    },
    Wait {
        at: i64,
        reason: &'static str,
    },
    Cache {
        key: String,
        hit: bool,
        why: Vec<String>,
    },
    Lines {
        attempt: u32,
        left_out: u64,
        lines: Vec<u8>,
    },
    Deck {
        attempt: u32,
        file: String,
    },
}

/// What the rows so far have given numbers.
#[derive(Default)]
pub(in crate::history) struct Rows {
    last: i64,
    names: Vec<Arc<str>>,
    shapes: Vec<Vec<(Arc<str>, Arc<str>)>>,
    nodes: Vec<Node>,
}

struct Node {
    path: String,
    entity: Arc<str>,
    kind: &'static str,
    /// The entity and the kind of the elements of a map.
    elements: Option<(Arc<str>, &'static str)>,
}

/// The rest of an entry.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
            if shift > 63 {
                return None;
            }
        }
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn size(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.size()?;
        self.take(length)
    }

    fn text(&mut self) -> Option<&'b str> {
        str::from_utf8(self.bytes()?).ok()
    }

    fn optional(&mut self) -> Option<Option<String>> {
        Some(match self.byte()? {
            0 => None,
            _ => Some(self.text()?.to_owned()),
        })
    }

    fn difference(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn files(&mut self) -> Option<Vec<StoredFile>> {
        let count = self.number()?;
        let files = (0..count).map(|_| serde_json::from_slice(self.bytes()?).ok());
        files.collect()
    }
}

impl Rows {
    /// Calls `each` with what the rows of an entry say; `None` if they say nothing that makes sense. `values` are the
    /// hashes of the values in the log, by their numbers.
    pub(in crate::history) fn read(
        &mut self,
        bytes: &[u8],
        values: &[Hash],
        each: &mut impl FnMut(Row),
    ) -> Option<()> {
        let mut bytes = Bytes(bytes);
        while let Some(tag) = bytes.byte() {
            match tag {
                tag::RESET => *self = Self::default(),
                tag::NAME => self.names.push(bytes.text()?.into()),
                tag::SHAPE => {
                    let count = bytes.number()?;
                    let parts =
                        (0..count).map(|_| Some((self.name(&mut bytes)?, self.name(&mut bytes)?)));
                    let shape = parts.collect::<Option<_>>()?;
                    self.shapes.push(shape);
                }
                tag::NODE => {
                    let path = bytes.text()?.to_owned();
                    let (entity, _workflow) = (self.name(&mut bytes)?, self.name(&mut bytes)?);
                    let kind = *KINDS.get(usize::from(bytes.byte()?))?;
                    self.nodes.push(Node {
                        path,
                        entity,
                        kind,
                        elements: None,
                    });
                }
                tag::ELEMENTS => {
                    let map = bytes.size()?;
                    let (entity, _workflow) = (self.name(&mut bytes)?, self.name(&mut bytes)?);
                    let kind = *KINDS.get(usize::from(bytes.byte()?))?;
                    self.nodes.get_mut(map)?.elements = Some((entity, kind));
                }
                _ => self.row(tag, &mut bytes, values, each)?,
            }
        }
        Some(())
    }

    fn row(
        &mut self,
        tag: u8,
        bytes: &mut Bytes<'_>,
        values: &[Hash],
        each: &mut impl FnMut(Row),
    ) -> Option<()> {
        let (path, entity, kind) = self.node(bytes)?;
        let row = |told| Row {
            path: path.clone(),
            entity: Arc::clone(&entity),
            kind,
            told,
        };
        let told = match tag {
            tag::STARTED => Told::Started {
                at: self.time(bytes)?,
                inputs: self.values(bytes, values)?,
                given: bytes.files()?,
            },
            tag::ATTEMPT_STARTED => Told::AttemptStarted {
                attempt: bytes.small()?,
                at: self.time(bytes)?,
            },
            tag::ATTEMPT_ENDED => Told::AttemptEnded {
                attempt: bytes.small()?,
                at: self.time(bytes)?,
                error: bytes.optional()?,
            },
            tag::ENDED => Told::Ended {
                at: self.time(bytes)?,
                state: STATES.get(usize::from(bytes.byte()?))?,
                attempts: bytes.small()?,
                outputs: self.values(bytes, values)?,
                error: bytes.optional()?,
            },
            tag::RAN => {
                let started = self.time(bytes)?;
                let ended = started.wrapping_add(bytes.difference()?);
                let tried = match bytes.byte()? {
                    0 => None,
                    _ => Some((
                        started.wrapping_add(bytes.difference()?),
                        started.wrapping_add(bytes.difference()?),
                    )),
                };
                let inputs = self.values(bytes, values)?;
                let outputs = self.values(bytes, values)?;
                each(row(Told::Started {
                    at: started,
                    inputs,
                    given: Vec::new(),
                }));
                if let Some((from, until)) = tried {
                    each(row(Told::AttemptStarted {
                        attempt: 0,
                        at: from,
                    }));
                    each(row(Told::AttemptEnded {
                        attempt: 0,
                        at: until,
                        error: None,
                    }));
                }
                Told::Ended {
                    at: ended,
                    state: STATES[0],
                    attempts: u32::from(tried.is_some()),
                    outputs,
                    error: None,
                }
            }
            tag::WAIT => Told::Wait {
                at: self.time(bytes)?,
                reason: REASONS.get(usize::from(bytes.byte()?))?,
            },
            tag::CACHE => {
                let key = bytes.text()?.to_owned();
                let hit = bytes.byte()? != 0;
                let count = bytes.number()?;
                let why = (0..count).map(|_| bytes.text().map(str::to_owned));
                Told::Cache {
                    key,
                    hit,
                    why: why.collect::<Option<_>>()?,
                }
            }
            tag::LINES => Told::Lines {
                attempt: bytes.small()?,
                left_out: bytes.number()?,
                lines: bytes.bytes()?.to_owned(),
            },
            tag::DECK => Told::Deck {
                attempt: bytes.small()?,
                file: bytes.text()?.to_owned(),
            },
            _ => return None,
        };
        each(row(told));
        Some(())
    }

    fn name(&self, bytes: &mut Bytes<'_>) -> Option<Arc<str>> {
        self.names.get(bytes.size()?).cloned()
    }

    fn node(&self, bytes: &mut Bytes<'_>) -> Option<(String, Arc<str>, &'static str)> {
        let number = bytes.size()?;
        let node = self.nodes.get(number >> 1)?;
        if number & 1 == 0 {
            return Some((node.path.clone(), Arc::clone(&node.entity), node.kind));
        }
        let index = bytes.number()?;
        let (entity, kind) = node.elements.as_ref()?;
        Some((format!("{}[{index}]", node.path), Arc::clone(entity), kind))
    }

    fn time(&mut self, bytes: &mut Bytes<'_>) -> Option<i64> {
        self.last = self.last.wrapping_add(bytes.difference()?);
        Some(self.last)
    }

    fn values(&self, bytes: &mut Bytes<'_>, values: &[Hash]) -> Option<Vec<StoredValue>> {
        let shape = match bytes.size()?.checked_sub(1) {
            None => return Some(Vec::new()),
            Some(shape) => self.shapes.get(shape)?,
        };
        let stored = shape.iter().map(|(name, kind)| {
            let form = bytes.number()?;
            let (number, how) = (form >> held::BITS, form & ((1 << held::BITS) - 1));
            let held = match how & !held::FILES {
                held::LOST => Held::Lost(bytes.text()?.to_owned()),
                held::HERE => Held::Here(bytes.take(number.try_into().ok()?)?.to_owned()),
                held::THERE => Held::There(*values.get(usize::try_from(number).ok()?)?),
                _ => return None,
            };
            let files = match how & held::FILES {
                0 => Vec::new(),
                _ => bytes.files()?,
            };
            Some(StoredValue {
                name: Arc::clone(name),
                kind: Some(Arc::clone(kind)),
                held,
                files,
            })
        });
        stored.collect()
    }
}

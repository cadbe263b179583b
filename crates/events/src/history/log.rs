//! The log of a run: a sequence of entries, each with its length and a checksum; entries never change.
//!
//! After the first line, which names the format, each entry is a header and its content. A header is the kind of the
//! entry (1 byte), the length of the content (8 bytes, little endian), the CRC-32 of the checked part of the content (4
//! bytes), and the CRC-32 of the header so far (4 bytes). A record is JSON and is checked as a whole. A value is its
//! SHA-256 (32 bytes) followed by the bytes of a literal, which are checked against that hash when they are read. A
//! packed value is its SHA-256, the number of its bytes (8 bytes), and a DEFLATE stream of them.
//!
//! What happens to nodes is in `rows`, of which there are many and which are short. An entry with up to
//! 65,535 bytes of rows has a shorter header: its length has 2 bytes, and of the CRC-32 of the header there are 2.
//!
//! A killed process may leave an incomplete entry at the end, which counts as not written. A length that was changed
//! later does not match the header's checksum, so the entries after it are reported as damage and not silently dropped.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read, Seek, Write},
    mem,
    path::Path,
    sync::Mutex,
};

use sha2::{Digest, Sha256};

use super::{
    packed::{self, Packed},
    record::{Kind, Record, kind_of},
};
use flyte_config::private;
use flyte_core::lock::lock;

/// The beginning of files of every format.
const NAME: &str = "flyte-history ";

/// The format of this release. Every other format has another number.
pub(super) const FORMAT: u64 = 4;

const RECORD: u8 = b'R';
const VALUE: u8 = b'V';
const PACKED: u8 = b'P';
/// Rows whose length needs more than two bytes.
const MANY_ROWS: u8 = b'M';
/// Rows with a short header.
const ROWS: u8 = b'w';
/// The length of the part of a header that its checksum covers.
const CHECKED: usize = 1 + 8 + 4;
const HEADER: usize = CHECKED + 4;
/// The same of a short header.
const SHORT_CHECKED: usize = 1 + 2 + 4;
const SHORT_HEADER: usize = SHORT_CHECKED + 2;

/// The read buffer size for a file.
const BUFFER: usize = 1 << 16;

/// The maximum length of a record; a longer one is not a record.
const LONGEST_RECORD: u64 = 1 << 30;

/// Identifies a value by the SHA-256 of its literal's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hash(pub(crate) [u8; 32]);

impl Hash {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// As 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits
            .map(|digit| DIGITS[usize::from(digit)] as char)
            .collect()
    }

    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            *byte = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
        }
        Some(Self(bytes))
    }
}

fn checksum(checked: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(checked);
    crc.sum()
}

/// The part of a checksum that a short header has.
fn short(sum: u32) -> u16 {
    (sum & 0xffff) as u16
}

/// A file has a format that only another release reads, and is not touched.
#[derive(Clone, Copy, Debug)]
pub(super) struct OtherFormat(pub(super) u64);

impl fmt::Display for OtherFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(format) = self;
        write!(
            f,
            "it is of format {format}, and this release reads format {FORMAT}; another release has written it"
        )
    }
}

impl std::error::Error for OtherFormat {}

impl OtherFormat {
    /// The other format, if the error is about one.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

fn first_line(format: u64) -> String {
    format!("{NAME}{format}\n")
}

/// Reads the first line, and checks that it names this format.
fn read_format(file: &mut impl Read) -> io::Result<()> {
    let mut first = vec![0; first_line(FORMAT).len()];
    let mut read = 0;
    while read < first.len() {
        match file.read(&mut first[read..])? {
            0 => return Err(no_run()),
            more => read += more,
        }
    }
    if first == first_line(FORMAT).as_bytes() {
        return Ok(());
    }
    let number = first.strip_prefix(NAME.as_bytes()).and_then(|first| {
        // Other numbers may be longer than this one.
        let mut number = first.to_vec();
        file.by_ref().take(20).read_to_end(&mut number).ok()?;
        let end = number.iter().position(|byte| *byte == b'\n')?;
        let digits = str::from_utf8(&number[..end]).ok()?;
        digits.parse().ok().filter(|number| *number != FORMAT)
    });
    Err(match number {
        Some(number) => io::Error::new(io::ErrorKind::InvalidData, OtherFormat(number)),
        None => io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it does not begin with `{NAME}{FORMAT}`, as it did when it was written"),
        ),
    })
}

/// Checks that a file has this format.
pub(super) fn check_format(path: &Path) -> io::Result<()> {
    read_format(&mut private::open(path)?)
}

/// Whether a file is not touched because it has another format.
pub(super) fn is_of_other_format(path: &Path) -> bool {
    check_format(path).is_err_and(|error| OtherFormat::of(&error).is_some())
}

/// The error for a file without anything that could be a run.
pub(super) fn no_run() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it holds no run: the process that was to write it was ended before",
    )
}

/// Appends entries to a file.
pub(super) struct Writer {
    file: File,
    /// Entries that belong together and are written with one system call.
    pending: Vec<u8>,
}

impl Writer {
    /// Creates a new file.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let mut file = private::create(path)?;
        file.write_all(first_line(FORMAT).as_bytes())?;
        Ok(Self {
            file,
            pending: Vec::new(),
        })
    }

    /// Continues a file after its last complete entry.
    pub(super) fn go_on(file: File, whole: u64) -> io::Result<Self> {
        file.set_len(whole)?;
        Ok(Self {
            file,
            pending: Vec::new(),
        })
    }

    pub(super) fn value(&mut self, hash: &Hash, bytes: &[u8]) {
        self.entry(VALUE, hash.0.len() + bytes.len(), &hash.0);
        self.pending.extend_from_slice(&hash.0);
        self.pending.extend_from_slice(bytes);
    }

    /// A value that may be compressed.
    pub(super) fn packed(&mut self, hash: &Hash, packed: &Packed) {
        match packed {
            Packed::Plain(bytes) => self.value(hash, bytes),
            Packed::Deflated { length, stream } => {
                let checked = [&hash.0[..], &length.to_le_bytes()].concat();
                self.entry(PACKED, checked.len() + stream.len(), &checked);
                self.pending.extend_from_slice(&checked);
                self.pending.extend_from_slice(stream);
            }
        }
    }

    pub(super) fn record(&mut self, record: &Record) -> io::Result<()> {
        let text = serde_json::to_vec(record)?;
        self.entry(RECORD, text.len(), &text);
        self.pending.extend_from_slice(&text);
        Ok(())
    }

    /// What happened to nodes.
    pub(super) fn rows(&mut self, rows: &[u8]) {
        let Ok(length) = u16::try_from(rows.len()) else {
            self.entry(MANY_ROWS, rows.len(), rows);
            self.pending.extend_from_slice(rows);
            return;
        };
        let start = self.pending.len();
        self.pending.push(ROWS);
        self.pending.extend_from_slice(&length.to_le_bytes());
        self.pending
            .extend_from_slice(&checksum(rows).to_le_bytes());
        let sum = short(checksum(&self.pending[start..]));
        self.pending.extend_from_slice(&sum.to_le_bytes());
        self.pending.extend_from_slice(rows);
    }

    fn entry(&mut self, kind: u8, length: usize, checked: &[u8]) {
        let start = self.pending.len();
        self.pending.push(kind);
        self.pending
            .extend_from_slice(&(length as u64).to_le_bytes());
        self.pending
            .extend_from_slice(&checksum(checked).to_le_bytes());
        let sum = checksum(&self.pending[start..]);
        self.pending.extend_from_slice(&sum.to_le_bytes());
    }

    /// Writes pending entries to the system, which keeps them even if this process is killed.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let written = self.file.write_all(&self.pending);
        self.pending.clear();
        written
    }

    /// Waits until the file is on disk, where it survives a crash of the machine.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// An entry of a file.
pub(super) enum Entry {
    Record(Record),
    /// What happened to nodes, as bytes.
    Rows(Vec<u8>),
    /// A value and the position of its bytes.
    Value(Hash, Place),
}

/// The position of a value's bytes in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    at: u64,
    length: u64,
    /// The number of bytes before they were compressed, if they were.
    unpacked: Option<u64>,
}

/// What the header of an entry says.
struct Header {
    kind: u8,
    length: u64,
    /// The checksum of the content.
    sum: u32,
    /// The length of the header itself.
    size: usize,
}

/// Reads the entries of a file, up to the first incomplete one.
pub(super) struct Reader {
    file: BufReader<File>,
    /// Selects the records to return. The others are only checked.
    wanted: fn(Kind) -> bool,
    /// The content of the last record or rows.
    text: Vec<u8>,
    length: u64,
    /// The end of the complete entries.
    whole: u64,
    /// Where the last of them begins.
    before: u64,
    /// Whether an entry was changed after it was written.
    is_damaged: bool,
}

impl Reader {
    pub(super) fn open(path: &Path, wanted: fn(Kind) -> bool) -> io::Result<Self> {
        let mut file = private::open(path)?;
        let length = file.metadata()?.len();
        read_format(&mut file)?;
        Ok(Self {
            file: BufReader::with_capacity(BUFFER, file),
            wanted,
            text: Vec::new(),
            length,
            whole: first_line(FORMAT).len() as u64,
            before: 0,
            is_damaged: false,
        })
    }

    /// Goes on after the last complete entry, with what was written since.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or has become shorter than what was read.
    pub(super) fn go_on(&mut self) -> io::Result<()> {
        let length = self.file.get_ref().metadata()?.len();
        if length < self.whole {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.length = length;
        self.is_damaged = false;
        self.file.seek(io::SeekFrom::Start(self.whole))?;
        Ok(())
    }

    /// The next entry; `None` at the end, and at an incomplete entry of a killed process.
    pub(super) fn next(&mut self) -> io::Result<Option<Entry>> {
        loop {
            let Some(Header {
                kind,
                length,
                sum,
                size,
            }) = self.header()?
            else {
                return Ok(None);
            };
            let start = self.whole + size as u64;
            let end = match start.checked_add(length) {
                Some(end) if end <= self.length => end,
                _ => return Ok(None),
            };
            let entry = match kind {
                RECORD if length <= LONGEST_RECORD => {
                    if !self.content(length, sum)? {
                        return Ok(self.damaged());
                    }
                    match kind_of(&self.text) {
                        Ok(kind) if !(self.wanted)(kind) => None,
                        Ok(kind) => match Record::read(kind, &self.text) {
                            Ok(record) => record.map(Entry::Record),
                            Err(_) => return Ok(self.damaged()),
                        },
                        Err(_) => return Ok(self.damaged()),
                    }
                }
                ROWS | MANY_ROWS if length <= LONGEST_RECORD => {
                    if !self.content(length, sum)? {
                        return Ok(self.damaged());
                    }
                    let is_wanted = (self.wanted)(Kind::Rows);
                    is_wanted.then(|| Entry::Rows(mem::take(&mut self.text)))
                }
                VALUE if length >= 32 => {
                    let mut hash = [0; 32];
                    self.file.read_exact(&mut hash)?;
                    if checksum(&hash) != sum {
                        return Ok(self.damaged());
                    }
                    Some(self.value(Hash(hash), start + 32, length - 32, None)?)
                }
                PACKED if length >= 40 => {
                    let mut checked = [0; 40];
                    self.file.read_exact(&mut checked)?;
                    if checksum(&checked) != sum {
                        return Ok(self.damaged());
                    }
                    let [hash @ .., l0, l1, l2, l3, l4, l5, l6, l7] = checked;
                    let unpacked = u64::from_le_bytes([l0, l1, l2, l3, l4, l5, l6, l7]);
                    Some(self.value(Hash(hash), start + 40, length - 40, Some(unpacked))?)
                }
                _ => return Ok(self.damaged()),
            };
            self.before = self.whole;
            self.whole = end;
            if entry.is_some() {
                return Ok(entry);
            }
        }
    }

    /// A value whose bytes begin here, and are passed over.
    fn value(
        &mut self,
        hash: Hash,
        at: u64,
        length: u64,
        unpacked: Option<u64>,
    ) -> io::Result<Entry> {
        self.file.seek_relative(length as i64)?;
        let place = Place {
            at,
            length,
            unpacked,
        };
        Ok(Entry::Value(hash, place))
    }

    /// The next header; `None` at the end, at an incomplete one and at one that was changed.
    fn header(&mut self) -> io::Result<Option<Header>> {
        let rest = self.length - self.whole;
        if rest < SHORT_HEADER as u64 {
            return Ok(None);
        }
        let mut first = [0; SHORT_HEADER];
        self.file.read_exact(&mut first)?;
        let [kind, ..] = first;
        if kind == ROWS {
            let [checked @ .., h0, h1] = first;
            if short(checksum(&checked)) != u16::from_le_bytes([h0, h1]) {
                return Ok(self.damaged());
            }
            let [_, l0, l1, c0, c1, c2, c3] = checked;
            return Ok(Some(Header {
                kind,
                length: u16::from_le_bytes([l0, l1]).into(),
                sum: u32::from_le_bytes([c0, c1, c2, c3]),
                size: SHORT_HEADER,
            }));
        }
        if ![RECORD, VALUE, PACKED, MANY_ROWS].contains(&kind) {
            return Ok(self.damaged());
        }
        if rest < HEADER as u64 {
            return Ok(None);
        }
        let mut header = [0; HEADER];
        header[..SHORT_HEADER].copy_from_slice(&first);
        self.file.read_exact(&mut header[SHORT_HEADER..])?;
        let [checked @ .., h0, h1, h2, h3] = header;
        if checksum(&checked) != u32::from_le_bytes([h0, h1, h2, h3]) {
            return Ok(self.damaged());
        }
        let [_, l0, l1, l2, l3, l4, l5, l6, l7, c0, c1, c2, c3] = checked;
        Ok(Some(Header {
            kind,
            length: u64::from_le_bytes([l0, l1, l2, l3, l4, l5, l6, l7]),
            sum: u32::from_le_bytes([c0, c1, c2, c3]),
            size: HEADER,
        }))
    }

    /// Reads a content that is checked as a whole; whether it is as it was written.
    fn content(&mut self, length: u64, sum: u32) -> io::Result<bool> {
        self.text.resize(length as usize, 0);
        self.file.read_exact(&mut self.text)?;
        Ok(checksum(&self.text) == sum)
    }

    /// The last entry has the right checksum and cannot be understood: it counts as changed.
    pub(super) fn refuse(&mut self) {
        self.whole = self.before;
        self.is_damaged = true;
    }

    /// The end of the complete entries, after all have been read.
    pub(super) fn whole(&self) -> u64 {
        self.whole
    }

    fn damaged<T>(&mut self) -> Option<T> {
        self.is_damaged = true;
        None
    }

    /// The number of bytes after the complete entries that were changed, as opposed to an incomplete entry.
    pub(super) fn damage(&self) -> u64 {
        match self.is_damaged {
            true => self.length - self.whole,
            false => 0,
        }
    }

    /// Why a file that is not empty does not contain a run.
    pub(super) fn no_run(&self) -> io::Error {
        match self.damage() {
            0 => no_run(),
            damage => io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "it is damaged from byte {} on, before it says what was run: its last {damage} bytes were changed \
                     after they were \
                     written",
                    self.whole
                ),
            ),
        }
    }

    /// Converts the reader for reading values.
    pub(super) fn into_values(mut self) -> io::Result<ValueFile> {
        let at = self.file.stream_position()?;
        Ok(ValueFile(Mutex::new((self.file, at))))
    }
}

/// A file from which values are read, with its current position. A run recalls values mostly in the order in which they
/// were written, so they are often in the buffer already.
pub(super) struct ValueFile(Mutex<(BufReader<File>, u64)>);

impl ValueFile {
    /// The checked bytes of a value.
    pub(super) fn read(&self, hash: &Hash, place: Place) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; place.length as usize];
        {
            let mut reading = lock(&self.0);
            let (file, at) = &mut *reading;
            let moved = file.seek_relative(place.at.wrapping_sub(*at) as i64);
            let read = moved.and_then(|()| file.read_exact(&mut bytes));
            // After an error, the next seek must start from the actual position.
            *at = match read {
                Ok(()) => place.at + place.length,
                Err(_) => file.stream_position()?,
            };
            read?;
        }
        if let Some(unpacked) = place.unpacked {
            bytes = packed::inflate(&bytes, unpacked)?;
        }
        if Hash::of(&bytes) != *hash {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "its bytes have changed since they were written",
            ));
        }
        Ok(bytes)
    }
}

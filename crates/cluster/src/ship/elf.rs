//! What a program for Linux needs to start, read from its ELF headers.
//!
//! The loader reads only the program headers and the dynamic section that they lead to; so does this.

use std::fmt;

/// What keeps a file from being read as a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ElfError {
    /// It starts with other bytes, or is what a linker reads.
    Other,
    /// It is for a machine with 32 bits or with the most significant byte first.
    Width,
    /// An offset leads out of the file, or there is more of something than programs have.
    Broken,
}

/// The machine that a program runs on, by the names that images use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Machine(u16);

impl Machine {
    /// The architecture in an image's configuration; `None` if images do not have it.
    pub(super) fn architecture(self) -> Option<&'static str> {
        Some(match self.0 {
            62 => "amd64",
            183 => "arm64",
            243 => "riscv64",
            21 => "ppc64le",
            _ => return None,
        })
    }
}

/// A version of glibc, such as 2.36.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glibc(pub(super) u32, pub(super) u32);

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl Glibc {
    /// `GLIBC_2.36`; a third number says nothing about symbols, and `GLIBC_PRIVATE` is not a version.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("GLIBC_")?.split('.');
        let major = parts.next()?.parse().ok()?;
        Some(Self(major, parts.next()?.parse().ok()?))
    }

    /// `2.36`, as [`fmt::Display`] writes it.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        Self::parse(&format!("GLIBC_{text}"))
    }
}

/// A program or a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Elf {
    pub(super) machine: Machine,
    /// The program that loads it: `/lib64/ld-linux-x86-64.so.2`. Without one it is static, or a library.
    pub(super) interpreter: Option<String>,
    /// The libraries that it is linked to.
    pub(super) libraries: Vec<String>,
    /// The newest version of glibc with symbols that it uses.
    pub(super) needs_glibc: Option<Glibc>,
    /// The newest version of glibc whose symbols it has, if it is glibc.
    pub(super) is_glibc: Option<Glibc>,
    /// The linker's digest of the program, by which debuggers find symbols that are kept elsewhere.
    pub(super) build_id: Option<String>,
    /// Where the part ends that is loaded: behind it are symbols and debug information.
    pub(super) loaded_end: usize,
}

/// The sizes of the header, of the longest name, and of the longest list of names that are read. A file may be one that
/// was made to take long.
const HEADER: usize = 64;
const LONGEST_TEXT: usize = 4096;
const MOST_NAMES: usize = 4096;

const ET_EXEC: u16 = 2;
const ET_DYN: u16 = 3;
const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_INTERP: u32 = 3;
const PT_NOTE: u32 = 4;
const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;
const DT_VERDEF: u64 = 0x6fff_fffc;
const DT_VERDEFNUM: u64 = 0x6fff_fffd;
const DT_VERNEED: u64 = 0x6fff_fffe;
const DT_VERNEEDNUM: u64 = 0x6fff_ffff;

/// A part of the file that is loaded to an address.
struct Segment {
    kind: u32,
    offset: usize,
    address: u64,
    size: usize,
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn at(&self, offset: usize, size: usize) -> Result<&'a [u8], ElfError> {
        let end = offset.checked_add(size).ok_or(ElfError::Broken)?;
        self.0.get(offset..end).ok_or(ElfError::Broken)
    }

    fn number(&self, offset: usize, size: usize) -> Result<u64, ElfError> {
        let bytes = self.at(offset, size)?;
        Ok(bytes
            .iter()
            .rev()
            .fold(0, |all, byte| all << 8 | u64::from(*byte)))
    }

    fn offset(&self, offset: usize, size: usize) -> Result<usize, ElfError> {
        usize::try_from(self.number(offset, size)?).map_err(|_| ElfError::Broken)
    }

    fn half(&self, offset: usize) -> Result<u16, ElfError> {
        Ok(u16::try_from(self.number(offset, 2)?).unwrap_or(u16::MAX))
    }

    fn word(&self, offset: usize) -> Result<u32, ElfError> {
        Ok(u32::try_from(self.number(offset, 4)?).unwrap_or(u32::MAX))
    }

    fn text(&self, offset: usize) -> Result<String, ElfError> {
        let rest = self.0.get(offset..).ok_or(ElfError::Broken)?;
        let rest = &rest[..rest.len().min(LONGEST_TEXT)];
        let end = rest.iter().position(|byte| *byte == 0);
        let text = &rest[..end.ok_or(ElfError::Broken)?];
        Ok(String::from_utf8_lossy(text).into_owned())
    }
}

impl Elf {
    pub(super) fn read(file: &[u8]) -> Result<Self, ElfError> {
        if !file.starts_with(b"\x7fELF") {
            return Err(ElfError::Other);
        }
        // 64 bits, the least significant byte first.
        if file.get(4..6) != Some(&[2, 1]) {
            return Err(ElfError::Width);
        }
        let bytes = Bytes(file);
        if !matches!(bytes.half(16)?, ET_EXEC | ET_DYN) {
            return Err(ElfError::Other);
        }
        let machine = Machine(bytes.half(18)?);
        let segments = segments(&bytes)?;
        let mut elf = Self {
            machine,
            interpreter: None,
            libraries: Vec::new(),
            needs_glibc: None,
            is_glibc: None,
            build_id: None,
            loaded_end: 0,
        };
        for segment in &segments {
            match segment.kind {
                PT_LOAD => {
                    let end = segment.offset.checked_add(segment.size);
                    let end = end.filter(|end| *end <= file.len());
                    elf.loaded_end = elf.loaded_end.max(end.ok_or(ElfError::Broken)?);
                }
                PT_INTERP => elf.interpreter = Some(bytes.text(segment.offset)?),
                PT_NOTE => {
                    let notes = bytes.at(segment.offset, segment.size)?;
                    elf.build_id = elf.build_id.or(build_id(&Bytes(notes)));
                }
                _ => {}
            }
        }
        // What is loaded has the header in it, which `stripped` relies on.
        if elf.loaded_end < HEADER {
            return Err(ElfError::Broken);
        }
        if let Some(dynamic) = segments.iter().find(|one| one.kind == PT_DYNAMIC) {
            elf.read_dynamic(&bytes, &segments, dynamic)?;
        }
        Ok(elf)
    }

    /// Whether it starts without any other file.
    pub(super) fn is_static(&self) -> bool {
        self.interpreter.is_none() && self.libraries.is_empty()
    }

    fn read_dynamic(
        &mut self,
        bytes: &Bytes<'_>,
        segments: &[Segment],
        dynamic: &Segment,
    ) -> Result<(), ElfError> {
        bytes.at(dynamic.offset, dynamic.size)?;
        let mut entries = Vec::new();
        for entry in (0..dynamic.size / 16).map(|index| dynamic.offset + index * 16) {
            let (tag, value) = (bytes.number(entry, 8)?, bytes.number(entry + 8, 8)?);
            if tag == 0 {
                break;
            }
            entries.push((tag, value));
        }
        let value = |tag| entries.iter().find(|entry| entry.0 == tag).map(|one| one.1);
        let place = |tag| value(tag).map(|address| in_file(segments, address));
        let Some(texts) = place(DT_STRTAB).transpose()? else {
            return Ok(());
        };
        let text = |offset: usize| bytes.text(texts.checked_add(offset).ok_or(ElfError::Broken)?);
        let mut left = MOST_NAMES;
        let mut count = || {
            left = left.checked_sub(1).ok_or(ElfError::Broken)?;
            Ok(())
        };
        for (_, name) in entries.iter().filter(|entry| entry.0 == DT_NEEDED) {
            count()?;
            let name = usize::try_from(*name).map_err(|_| ElfError::Broken)?;
            self.libraries.push(text(name)?);
        }
        if let Some(mut need) = place(DT_VERNEED).transpose()? {
            for _ in 0..value(DT_VERNEEDNUM).unwrap_or(0) {
                let mut version = need + bytes.offset(need + 8, 4)?;
                for _ in 0..bytes.half(need + 2)? {
                    count()?;
                    let found = Glibc::parse(&text(bytes.offset(version + 8, 4)?)?);
                    self.needs_glibc = self.needs_glibc.max(found);
                    let next = bytes.offset(version + 12, 4)?;
                    if next == 0 {
                        break;
                    }
                    version += next;
                }
                count()?;
                let next = bytes.offset(need + 12, 4)?;
                if next == 0 {
                    break;
                }
                need += next;
            }
        }
        if let Some(mut definition) = place(DT_VERDEF).transpose()? {
            for _ in 0..value(DT_VERDEFNUM).unwrap_or(0) {
                count()?;
                let name = definition + bytes.offset(definition + 12, 4)?;
                let found = Glibc::parse(&text(bytes.offset(name, 4)?)?);
                self.is_glibc = self.is_glibc.max(found);
                let next = bytes.offset(definition + 16, 4)?;
                if next == 0 {
                    break;
                }
                definition += next;
            }
        }
        Ok(())
    }
}

fn segments(bytes: &Bytes<'_>) -> Result<Vec<Segment>, ElfError> {
    let (first, size) = (bytes.offset(32, 8)?, usize::from(bytes.half(54)?));
    let mut segments = Vec::new();
    for index in 0..usize::from(bytes.half(56)?) {
        let header = first.checked_add(index * size).ok_or(ElfError::Broken)?;
        segments.push(Segment {
            kind: bytes.word(header)?,
            offset: bytes.offset(header + 8, 8)?,
            address: bytes.number(header + 16, 8)?,
            size: bytes.offset(header + 32, 8)?,
        });
    }
    Ok(segments)
}

/// The place in the file of what is loaded to an address.
fn in_file(segments: &[Segment], address: u64) -> Result<usize, ElfError> {
    let mut loaded = segments.iter().filter(|segment| segment.kind == PT_LOAD);
    let found = loaded.find_map(|segment| {
        let inside = usize::try_from(address.checked_sub(segment.address)?).ok()?;
        (inside < segment.size).then(|| segment.offset + inside)
    });
    found.ok_or(ElfError::Broken)
}

/// The build id among the notes of a segment.
fn build_id(notes: &Bytes<'_>) -> Option<String> {
    let mut at = 0;
    loop {
        let (name, size) = (notes.offset(at, 4).ok()?, notes.offset(at + 4, 4).ok()?);
        let content = (at + 12).checked_add(name)?.checked_next_multiple_of(4)?;
        if notes.word(at + 8).ok()? == 3 && notes.at(at + 12, name).ok()? == b"GNU\0" {
            return Some(super::files::hex(notes.at(content, size).ok()?));
        }
        at = content.checked_add(size)?.checked_next_multiple_of(4)?;
    }
}

/// The part of a program that is loaded, without symbols and debug information.
///
/// What is left has no table of sections, which only tools for programs read.
pub(super) fn stripped(file: &[u8], elf: &Elf) -> Vec<u8> {
    let mut bytes = file[..elf.loaded_end].to_vec();
    // The header's offset, entry size, number and names of sections.
    bytes[40..48].fill(0);
    bytes[58..64].fill(0);
    bytes
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A program that is made here: for any machine, with or without an interpreter, libraries and versions.
    pub(in crate::ship) fn made(machine: u16, libraries: &[&str], needs: Option<&str>) -> Vec<u8> {
        let mut texts = vec![0_u8];
        let mut text = |word: &str| {
            let at = texts.len() as u64;
            texts.extend_from_slice(word.as_bytes());
            texts.push(0);
            at
        };
        let names: Vec<_> = libraries.iter().map(|name| text(name)).collect();
        let file = text("libc.so.6");
        let version = needs.map(&mut text);
        let is_dynamic = !libraries.is_empty();
        let count = if is_dynamic { 3 } else { 1 };
        let start = 64 + 56 * count;
        let interpreter = b"/lib64/ld-linux-x86-64.so.2\0";
        let versions_at = start + interpreter.len();
        let texts_at = versions_at + 32;
        let dynamic_at = texts_at + texts.len();
        let mut dynamic: Vec<(u64, u64)> = names.iter().map(|name| (DT_NEEDED, *name)).collect();
        dynamic.push((DT_STRTAB, texts_at as u64));
        if version.is_some() {
            dynamic.extend([(DT_VERNEED, versions_at as u64), (DT_VERNEEDNUM, 1)]);
        }
        dynamic.push((0, 0));
        let end = dynamic_at + dynamic.len() * 16;
        let mut bytes = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        bytes.extend([3, 0]);
        bytes.extend(machine.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(0_u64.to_le_bytes());
        bytes.extend(64_u64.to_le_bytes());
        bytes.extend((end as u64).to_le_bytes());
        bytes.extend(0_u32.to_le_bytes());
        for half in [64, 56, count as u16, 64, 0, 0] {
            bytes.extend(half.to_le_bytes());
        }
        let mut segment = |kind: u32, offset: usize, size: usize| {
            bytes.extend(kind.to_le_bytes());
            bytes.extend(5_u32.to_le_bytes());
            for number in [offset, offset, offset, size, size, 1] {
                bytes.extend((number as u64).to_le_bytes());
            }
        };
        segment(PT_LOAD, 0, end);
        if is_dynamic {
            segment(PT_INTERP, start, interpreter.len());
            segment(PT_DYNAMIC, dynamic_at, dynamic.len() * 16);
        }
        bytes.extend(interpreter);
        let version = version.unwrap_or(0);
        for (half, words) in [
            ([1_u16, 1], [file as u32, 16, 0]),
            ([0, 0], [0, version as u32, 0]),
        ] {
            // The second is an auxiliary entry, which starts with a hash of four bytes.
            bytes.extend(half[0].to_le_bytes());
            bytes.extend(half[1].to_le_bytes());
            bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        }
        bytes.extend(texts);
        for (tag, value) in dynamic {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend(b"symbols");
        bytes
    }

    #[test]
    fn programs_for_other_machines_are_read() {
        for (machine, name) in [(62, "amd64"), (183, "arm64"), (243, "riscv64")] {
            let elf = Elf::read(&made(machine, &[], None)).expect("it is a program");
            assert_eq!(elf.machine.architecture(), Some(name));
            assert!(elf.is_static());
        }
        let elf = Elf::read(&made(8, &[], None)).expect("it is a program");
        assert_eq!(elf.machine.architecture(), None);
    }

    #[test]
    fn a_dynamic_program_tells_what_it_needs() {
        let libraries = ["libgcc_s.so.1", "libc.so.6"];
        let file = made(62, &libraries, Some("GLIBC_2.39"));
        let elf = Elf::read(&file).expect("it is a program");
        assert_eq!(elf.libraries, libraries);
        assert_eq!(elf.needs_glibc, Some(Glibc(2, 39)));
        assert_eq!(
            elf.interpreter.as_deref(),
            Some("/lib64/ld-linux-x86-64.so.2")
        );
        let stripped = stripped(&file, &elf);
        assert!(!stripped.ends_with(b"symbols"));
        assert_eq!(Elf::read(&stripped), Ok(elf));
    }

    #[test]
    fn what_is_no_program_is_refused_without_a_panic() {
        assert_eq!(Elf::read(b"#!/bin/sh\n"), Err(ElfError::Other));
        assert_eq!(Elf::read(b"\x7fELF\x01\x01"), Err(ElfError::Width));
        let file = made(62, &["libc.so.6"], Some("GLIBC_2.2.5"));
        for end in 6..file.len() - 7 {
            assert_eq!(Elf::read(&file[..end]), Err(ElfError::Broken), "{end}");
        }
        for at in 16..file.len() {
            let mut wrong = file.clone();
            wrong[at] = 0xff;
            // Whatever it makes of this, it ends.
            if let Ok(elf) = Elf::read(&wrong) {
                assert!(stripped(&wrong, &elf).len() >= HEADER, "{at}");
            }
        }
    }

    #[test]
    fn what_a_linker_reads_is_not_a_program() {
        let mut object = made(62, &[], None);
        object[16] = 1;
        assert_eq!(Elf::read(&object), Err(ElfError::Other));
        // A program of which nothing is loaded: it has no program headers, or a shorter part than the header.
        let mut empty = made(62, &[], None);
        empty[56] = 0;
        assert_eq!(Elf::read(&empty), Err(ElfError::Broken));
        let mut short = made(62, &[], None);
        short[64 + 32..64 + 40].copy_from_slice(&47_u64.to_le_bytes());
        assert_eq!(Elf::read(&short), Err(ElfError::Broken));
    }

    /// A name of 60 MB that is to be read again for each of four billion entries.
    #[test]
    fn lists_that_never_end_are_refused() {
        let mut file = made(62, &["libc.so.6"], Some("GLIBC_2.2.5"));
        let versions = 64 + 56 * 3 + b"/lib64/ld-linux-x86-64.so.2\0".len();
        let count = DT_VERNEEDNUM.to_le_bytes();
        let count = file.windows(8).position(|bytes| bytes == count);
        let count = count.expect("it has versions") + 8;
        file[count..count + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        // Each entry leads to the next one, which is a byte behind it; none has versions of its own.
        file.resize(file.len() + (60 << 20), 0);
        let whole = file.len() as u64;
        file[64 + 32..64 + 40].copy_from_slice(&whole.to_le_bytes());
        file[versions..versions + 16].fill(0);
        file[versions + 12] = 1;
        let _read = Elf::read(&file);
        // One that leads to itself 65535 times ends after the first.
        let mut file = made(62, &["libc.so.6"], Some("GLIBC_2.2.5"));
        file[versions + 2..versions + 4].copy_from_slice(&u16::MAX.to_le_bytes());
        let elf = Elf::read(&file).expect("it ends");
        assert_eq!(elf.needs_glibc, Some(Glibc(2, 2)));
        // A name that does not end where names do.
        let mut file = made(62, &["libc.so.6"], None);
        let name = file.windows(9).position(|bytes| bytes == b"libc.so.6");
        let name = name.expect("it has the name");
        let tail = file.split_off(name);
        file.extend(vec![b'x'; LONGEST_TEXT + 1]);
        file.extend(tail);
        let _read = Elf::read(&file);
        assert_eq!(Bytes(&file).text(name), Err(ElfError::Broken));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_program_is_read() {
        let file = std::env::current_exe().and_then(std::fs::read);
        let elf = Elf::read(&file.expect("it can be read")).expect("it is a program");
        assert!(elf.machine.architecture().is_some());
        assert!(elf.is_static() || elf.libraries.iter().any(|name| name.starts_with("libc.")));
    }
}

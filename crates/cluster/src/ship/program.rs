//! The program that goes into an image.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{
    elf::{Elf, ElfError, stripped},
    error::ShipError,
    files,
};

/// How to build a program that needs nothing else of an image.
pub(super) const STATIC: &str = "\
    `RUSTFLAGS='-C target-feature=+crt-static' cargo build --release --target x86_64-unknown-linux-gnu`, or with \
    `--target x86_64-unknown-linux-musl` where `rustup target add` has it";

/// A program for containers.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) file: PathBuf,
    /// The name that it has in the image.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// How large the file is, with symbols.
    pub(super) whole: u64,
    pub(super) elf: Elf,
    pub(super) architecture: &'static str,
}

impl Program {
    /// A program in a file; without one, this program.
    pub(super) fn read(
        file: Option<&Path>,
        name: Option<&str>,
        keeps_symbols: bool,
    ) -> Result<Self, ShipError> {
        let file = match file {
            Some(file) => file.to_owned(),
            None => env::current_exe().map_err(|source| ShipError::File {
                file: "this program".into(),
                source,
            })?,
        };
        let whole = files::read(&file)?;
        let refused = |problem: String| ShipError::Program {
            file: file.clone(),
            problem,
        };
        let elf = Elf::read(&whole).map_err(|error| {
            refused(match error {
                ElfError::Other => format!(
                    "is not a program for Linux; build one with {STATIC}, and give it with `--binary FILE`"
                ),
                ElfError::Width => "is not for a machine with 64 bits, the least significant byte first; build for \
                                    x86_64 or aarch64"
                    .to_owned(),
                ElfError::Broken => "ends early, or is not a program that Linux loads; build it again".to_owned(),
            })
        })?;
        let Some(architecture) = elf.machine.architecture() else {
            return Err(refused(
                "is for a machine that images have no name for; build for x86_64 or aarch64"
                    .to_owned(),
            ));
        };
        let own = file.file_name().unwrap_or_default().to_string_lossy();
        let name = name.map_or_else(|| own.into_owned(), str::to_owned);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
            return Err(refused(format!(
                "cannot have the name `{name}` in an image; give one of letters, digits, `.`, `_`, `-` and `+` with \
                 `--name NAME`"
            )));
        }
        Ok(Self {
            name,
            whole: whole.len() as u64,
            bytes: match keeps_symbols {
                true => whole,
                false => stripped(&whole, &elf),
            },
            elf,
            architecture,
            file,
        })
    }
}

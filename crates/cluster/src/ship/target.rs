//! What this program and this machine's tools are good for in containers.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use flyte_config::config::Environment;

use super::program::{Program, STATIC};
use crate::flyte1::output_within;

/// How long `rustc` may take to say where it is installed.
const LIMIT: Duration = Duration::from_secs(20);

/// What was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Examined {
    /// Whether this program is one for containers.
    pub is_for_containers: bool,
    /// What it needs there, and for which targets this machine can build.
    pub detail: String,
}

/// Looks at this program, and at what can build for other targets.
pub fn examine(environment: &Environment) -> Examined {
    let program = Program::read(None, None, false);
    let (is_for_containers, mut detail) = match &program {
        Ok(program) => (true, told(program)),
        Err(error) => (false, error.to_string()),
    };
    detail += &match targets() {
        Some(targets) => format!("\ntargets of Rust for Linux: {}", targets.join(", ")),
        None => "\nno Rust is found here, with which programs are built".to_owned(),
    };
    detail += match is_installed(environment, "cargo-zigbuild") {
        true => {
            "\nfor other machines: `rustup target add aarch64-unknown-linux-musl`, `cargo zigbuild --release --target \
             aarch64-unknown-linux-musl`, and `--binary FILE`"
        }
        false => {
            "\nfor other machines: `rustup target add aarch64-unknown-linux-musl`, `cargo install cargo-zigbuild` and \
             Zig, which links for them"
        }
    };
    Examined {
        is_for_containers,
        detail,
    }
}

/// What a program needs of an image.
fn told(program: &Program) -> String {
    let (elf, architecture) = (&program.elf, program.architecture);
    if elf.is_static() {
        return format!("linux/{architecture}, static: it starts in any image");
    }
    let glibc = elf.needs_glibc;
    let glibc = glibc.map_or(String::new(), |glibc| format!(" and glibc {glibc}"));
    format!(
        "linux/{architecture}, needs {}{glibc}: an image of it has a base with these, as in `--base debian:13-slim`\n\
         a static one needs no base: {STATIC}",
        elf.libraries.join(", "),
    )
}

/// The targets for Linux whose standard library is installed.
fn targets() -> Option<Vec<String>> {
    let mut rustc = Command::new("rustc");
    let output = output_within(rustc.args(["--print", "sysroot"]), b"", LIMIT).ok()?;
    let root = String::from_utf8(output.stdout).ok()?;
    let directory = PathBuf::from(root.trim()).join("lib/rustlib");
    let entries = fs::read_dir(directory).ok()?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut targets: Vec<_> = names
        .filter(|name| name.contains("-linux-") && !name.starts_with("manifest-"))
        .collect();
    targets.sort();
    (!targets.is_empty()).then_some(targets)
}

fn is_installed(environment: &Environment, program: &str) -> bool {
    let path = environment.var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

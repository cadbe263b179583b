//! The crates that the program depends on, and the name of the runtime among them.
//!
//! Only the compiler's arguments list them, and the names that dependencies were given, as in
//! `--extern rt=libflyte_runtime-..`.

use std::{ffi::OsString, fs, path::Path, sync::LazyLock};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// A dependency.
struct Extern {
    /// The name that the program has for it.
    name: String,
    /// The name that it has itself, where the compiler is told its file.
    own_name: Option<String>,
}

static EXTERNS: LazyLock<Vec<Extern>> = LazyLock::new(|| externs(std::env::args_os()));

/// The runtime's name among dependencies, if the program has given it another one.
static RENAMED: LazyLock<Option<String>> = LazyLock::new(|| renamed(&EXTERNS));

const RUNTIME: &str = "flyte_runtime";

/// The path of the runtime where `crate = ..` does not give it.
pub(crate) fn runtime() -> TokenStream {
    match &*RENAMED {
        Some(name) => {
            let name = Ident::new(name, Span::call_site());
            quote!(::#name)
        }
        None => quote!(::flyte_runtime),
    }
}

/// Whether this is the runtime's name in the program.
pub(crate) fn is_runtime(name: &Ident) -> bool {
    name == RUNTIME || RENAMED.as_ref().is_some_and(|renamed| name == renamed)
}

/// Whether a dependency has this name, or one of the crates of the compiler.
pub(crate) fn is_known(name: &str) -> bool {
    ["core", "std"].contains(&name) || EXTERNS.iter().any(|known| known.name == name)
}

fn renamed(externs: &[Extern]) -> Option<String> {
    let is_runtime = |known: &&Extern| known.own_name.as_deref() == Some(RUNTIME);
    if externs.iter().any(|known| known.name == RUNTIME) {
        return None;
    }
    let runtime = externs.iter().find(is_runtime)?;
    Some(runtime.name.clone())
}

/// An argument, or the lines of the file that `@file` names, each of which is one.
fn expanded(argument: OsString) -> Vec<String> {
    let argument = argument.to_string_lossy().into_owned();
    let lines = argument
        .strip_prefix('@')
        .and_then(|file| fs::read_to_string(file).ok())
        .map(|text| text.lines().map(str::to_owned).collect());
    lines.unwrap_or_else(|| vec![argument])
}

fn externs(arguments: impl Iterator<Item = OsString>) -> Vec<Extern> {
    let mut externs = Vec::new();
    let mut is_next = false;
    for argument in arguments.flat_map(expanded) {
        let value = match argument.strip_prefix("--extern") {
            Some("") => {
                is_next = true;
                continue;
            }
            Some(rest) => rest.strip_prefix('='),
            None => is_next.then_some(argument.as_str()),
        };
        is_next = false;
        externs.extend(value.and_then(read));
    }
    externs
}

/// Reads `priv,noprelude:name=path`.
fn read(value: &str) -> Option<Extern> {
    let (name, file) = match value.split_once('=') {
        Some((name, file)) => (name, Some(file)),
        None => (value, None),
    };
    let name = name.rsplit(':').next()?;
    Some(Extern {
        name: name.to_owned(),
        own_name: file.and_then(own_name),
    })
}

/// The name of the crate in `libname-0123456789abcdef.rmeta`.
fn own_name(file: &str) -> Option<String> {
    let stem = Path::new(file).file_stem()?.to_str()?;
    let name = stem.strip_prefix("lib").unwrap_or(stem);
    Some(name.split('-').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(arguments: &[&str]) -> Vec<Extern> {
        externs(arguments.iter().map(OsString::from))
    }

    #[test]
    fn crates_are_read_from_the_arguments_of_the_compiler() {
        let externs = read_all(&[
            "rustc",
            "--crate-name",
            "shop",
            "--extern",
            "serde_json=/target/libserde_json.rmeta",
            "--extern",
            "priv,noprelude:hidden=/target/libhidden.rmeta",
            "--extern=log=/target/liblog.rmeta",
            "--extern",
            "proc_macro",
            "src/main.rs",
        ]);
        let names: Vec<&str> = externs.iter().map(|known| &*known.name).collect();
        assert_eq!(names, ["serde_json", "hidden", "log", "proc_macro"]);
    }

    #[test]
    fn arguments_in_a_file_are_read_too() {
        let name = format!("flyte-arguments-{}", std::process::id());
        let file = std::env::temp_dir().join(name);
        fs::write(
            &file,
            "--crate-name\nshop\n--extern\nrt=/target/libflyte_runtime-0123.rmeta\n",
        )
        .expect("it can be written");
        let externs = read_all(&["rustc", &format!("@{}", file.display()), "src/main.rs"]);
        fs::remove_file(&file).expect("it is there");
        assert_eq!(renamed(&externs).as_deref(), Some("rt"));
        assert_eq!(read_all(&["@nowhere/at/all"]).len(), 0);
    }

    #[test]
    fn a_renamed_runtime_is_known_by_its_file() {
        let named = |arguments: &[&str]| renamed(&read_all(arguments));
        let file = "/target/debug/deps/libflyte_runtime-0123456789abcdef.rmeta";
        let renamed_to_rt = format!("rt={file}");
        assert_eq!(named(&["--extern", &renamed_to_rt]).as_deref(), Some("rt"));
        let with_its_name = format!("flyte_runtime={file}");
        assert_eq!(
            named(&["--extern", &renamed_to_rt, "--extern", &with_its_name]),
            None
        );
        assert_eq!(
            named(&["--extern", "rt=/target/libflyte_runtime_tools-0123.rmeta"]),
            None
        );
        assert_eq!(named(&["--extern", "rt"]), None);
    }
}

//! `FLYTE_MACROS_DEBUG=square`: what a macro writes for `square`, on stderr while the program is compiled.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use proc_macro2::{TokenStream, TokenTree};

use crate::editor;

/// The names that are asked about, with commas between them.
const VARIABLE: &str = "FLYTE_MACROS_DEBUG";

/// Expands an item, and shows what comes out if the environment asks for it.
pub(crate) fn shown(
    item: TokenStream,
    expand: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let Ok(asked) = std::env::var(VARIABLE) else {
        return editor::with_options(|| expand(item));
    };
    let is_asked = is_asked(&asked, &item);
    let expanded = editor::with_options(|| expand(item));
    if is_asked {
        // Where nobody reads it, nobody misses it.
        let _ = writeln!(std::io::stderr(), "{}", formatted(&expanded.to_string()));
    }
    expanded
}

/// Whether an item is one of those that are asked about.
pub(crate) fn is_asked(asked: &str, item: &TokenStream) -> bool {
    let name = name(item);
    name.is_some_and(|name| asked.split(',').any(|asked| asked.trim() == name))
}

/// What stands behind `fn`, `struct` or `enum`.
fn name(item: &TokenStream) -> Option<String> {
    let mut idents = item.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    idents.find(|ident| ["fn", "struct", "enum"].contains(&ident.as_str()))?;
    idents.next()
}

/// The code as `rustfmt` writes it, or as it is where there is no `rustfmt` or the code is half typed.
pub(crate) fn formatted(code: &str) -> String {
    rustfmt(code).unwrap_or_else(|| code.to_owned())
}

fn rustfmt(code: &str) -> Option<String> {
    let program = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let mut rustfmt = Command::new(program)
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // It reads all of it before it writes, so that neither waits for the other.
    let written = rustfmt.stdin.take()?.write_all(code.as_bytes());
    let output = rustfmt.wait_with_output().ok()?;
    written.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.is_empty()).then_some(text)
}

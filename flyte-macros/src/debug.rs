//! `FLYTE_MACROS_DEBUG=square`: prints the expansion of `square` to stderr during compilation.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use proc_macro2::{TokenStream, TokenTree};

use crate::editor;

/// The names of the items to print, separated by commas.
const VARIABLE: &str = "FLYTE_MACROS_DEBUG";

/// Expands an item, and prints the expansion if the environment asks for it.
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
        // If stderr is closed, the output is not needed.
        let _ = writeln!(std::io::stderr(), "{}", formatted(&expanded.to_string()));
    }
    expanded
}

/// Whether an item is one of those to print.
pub(crate) fn is_asked(asked: &str, item: &TokenStream) -> bool {
    let name = name(item);
    name.is_some_and(|name| asked.split(',').any(|asked| asked.trim() == name))
}

/// The name after `fn`, `struct` or `enum`.
fn name(item: &TokenStream) -> Option<String> {
    let mut idents = item.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    idents.find(|ident| ["fn", "struct", "enum"].contains(&ident.as_str()))?;
    idents.next()
}

/// The code as formatted by `rustfmt`; unformatted if there is no `rustfmt` or the code is incomplete.
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
    // `rustfmt` reads all of its input before it writes, so neither process blocks the other.
    let written = rustfmt.stdin.take()?.write_all(code.as_bytes());
    let output = rustfmt.wait_with_output().ok()?;
    written.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.is_empty()).then_some(text)
}

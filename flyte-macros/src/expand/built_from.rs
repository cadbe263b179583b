//! The origin of a task for its page: its code, and the packages it was built with.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::parse::TaskOptions;

/// An expression of type `BuiltFrom`, for a task whose page has these parts. Other tasks carry none of it. `at` is the
/// module of the options.
pub(super) fn built_from(
    options: &TaskOptions,
    item: &TokenStream,
    at: &TokenStream,
) -> Option<TokenStream> {
    if !options.enable_deck.as_ref().is_some_and(|flag| flag.value) {
        return None;
    }
    let shows = |part: &str| match &options.deck_fields {
        None => true,
        Some(fields) => fields.iter().any(|field| field.value == part),
    };
    let (code, packages) = (shows("SourceCode"), shows("Dependencies"));
    if !code && !packages {
        return None;
    }
    let code = if code { source(item) } else { String::new() };
    let lock = packages.then(cargo_lock).flatten();
    let (packages, track) = match &lock {
        Some((packages, path)) => (
            packages.as_str(),
            // The compiler reruns the macro when the file has changed.
            quote!(
                const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
            ),
        ),
        None => ("", TokenStream::new()),
    };
    Some(quote! {
        {
            #track
            #at::BuiltFrom::new(
                #code,
                ::core::env!("CARGO_PKG_NAME"),
                ::core::env!("CARGO_PKG_VERSION"),
                #packages,
            )
        }
    })
}

/// The function from its visibility to its last brace, as written if its source is known.
fn source(item: &TokenStream) -> String {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    // Attributes are a `#` and brackets. Documentation is shown separately.
    while let [TokenTree::Punct(hash), TokenTree::Group(group), ..] = &tokens[..]
        && hash.as_char() == '#'
        && group.delimiter() == Delimiter::Bracket
    {
        tokens.drain(..2);
    }
    as_written(&tokens).unwrap_or_else(|| tokens.into_iter().collect::<TokenStream>().to_string())
}

/// The source text of tokens that are adjacent in a file; `None` for tokens that a macro has assembled.
fn as_written(tokens: &[TokenTree]) -> Option<String> {
    if !proc_macro::is_available() {
        return None;
    }
    let mut text = String::new();
    let mut before: Option<proc_macro::Span> = None;
    let indent = tokens.first()?.span().unwrap().start().column() - 1;
    for token in tokens {
        let span = token.span().unwrap();
        if let Some(before) = before.map(|before| before.end()) {
            let start = span.start();
            match start.line().checked_sub(before.line())? {
                0 => {
                    let gap = start.column().checked_sub(before.column())?;
                    text.extend(std::iter::repeat_n(' ', gap));
                }
                lines => {
                    text.extend(std::iter::repeat_n('\n', lines));
                    text.extend(std::iter::repeat_n(' ', start.column() - 1));
                }
            }
        }
        text.push_str(&span.source_text()?);
        before = Some(span);
    }
    // A function in a module is shown without the indentation.
    let margin = " ".repeat(indent);
    let lines = text.lines();
    let lines = lines.map(|line| line.strip_prefix(&margin).unwrap_or(line));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// The packages in the `Cargo.lock` of the package being built, one `name version` per line, and the path of the file.
fn cargo_lock() -> Option<(String, String)> {
    if !proc_macro::is_available() {
        return None;
    }
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    let mut locks = package
        .ancestors()
        .map(|directory| directory.join("Cargo.lock"));
    let lock: PathBuf = locks.find(|path| path.is_file())?;
    let text = fs::read_to_string(&lock).ok()?;
    Some((packages(&text), utf8(&lock)?))
}

fn utf8(path: &Path) -> Option<String> {
    path.to_str().map(str::to_owned)
}

/// The name and version of each package: the two lines after `[[package]]`.
fn packages(lock: &str) -> String {
    let mut packages = String::new();
    let mut name = None;
    for line in lock.lines() {
        let value = |key: &str| {
            let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
            value.strip_suffix('"')
        };
        if line == "[[package]]" {
            name = None;
        } else if let Some(found) = value("name") {
            name = Some(found);
        } else if let (Some(name), Some(version)) = (name, value("version")) {
            packages.push_str(&format!("{name} {version}\n"));
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_from_a_lock_file() {
        let lock = "# Made by cargo.\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"x\"\n\
                    dependencies = [\n \"b\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"0.2.0-rc.1\"\n";
        assert_eq!(packages(lock), "a 1.0.0\nb 0.2.0-rc.1\n");
    }

    #[test]
    fn code_begins_after_the_attributes() {
        let item = quote!(
            #[doc = "x"]
            #[inline]
            pub fn f(x: i64) -> i64 {
                x
            }
        );
        let source = source(&item);
        assert!(source.starts_with("pub fn f"), "{source}");
    }
}

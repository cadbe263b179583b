//! `cache = "auto"`: a version that changes when the function does.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

/// The text that requests such a version.
pub(crate) const AUTO: &str = "auto";

/// An expression of type `&'static str`: a hash of the function's tokens, and the version of its crate.
pub(super) fn version(item: &TokenStream) -> TokenStream {
    let mut hash = Hash::new();
    hash.tokens(item.clone());
    let begin = format!("auto-{:016x}-", hash.short());
    quote!(::core::concat!(#begin, ::core::env!("CARGO_PKG_VERSION")))
}

/// FNV-1a with 128 bits. It is not meant to resist attacks. It must be the same in every release of the compiler,
/// without another crate.
struct Hash(u128);

impl Hash {
    const fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul((1 << 88) + 0x13b);
        }
    }

    fn text(&mut self, kind: u8, text: &str) {
        self.bytes(&[kind]);
        self.bytes(text.as_bytes());
        // This byte is in no token, so two tokens never look like one.
        self.bytes(&[0]);
    }

    /// Hashes token by token, so that spaces, line ends and comments do not count. Documentation does not count either.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(hash)
                    if hash.as_char() == '#' && tokens.next_if(is_documentation).is_some() => {}
                TokenTree::Punct(punct) => self.text(b'p', &punct.as_char().to_string()),
                TokenTree::Ident(ident) => self.text(b'i', &ident.to_string()),
                TokenTree::Literal(literal) => self.text(b'l', &literal.to_string()),
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        // The groups that `macro_rules` put around their arguments.
                        Delimiter::None => ("", ""),
                    };
                    self.text(b'g', open);
                    self.tokens(group.stream());
                    self.text(b'g', close);
                }
            }
        }
    }

    fn short(&self) -> u64 {
        // Both halves together, so all 64 bits of the result depend on both.
        ((self.0 >> 64) ^ (self.0 & u128::from(u64::MAX))) as u64
    }
}

/// Whether the token after a `#` is `[doc = ".."]`.
fn is_documentation(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => match group.stream().into_iter().next() {
            Some(TokenTree::Ident(ident)) => ident == "doc",
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> String {
        let tokens: TokenStream = code.parse().expect("these are tokens");
        version(&tokens).to_string()
    }

    #[test]
    fn only_what_is_compiled_counts() {
        let code = of("fn f(x: i64) -> i64 { x + 1 }");
        for same in [
            "fn f(x: i64) -> i64 {\n    // More.\n    x  +  1\n}",
            "/// Adds.\nfn f(/** To this. */ x: i64) -> i64 { x + 1 }",
        ] {
            assert_eq!(of(same), code, "{same}");
        }
        for other in [
            "fn f(x: i64) -> i64 { x + 2 }",
            "fn f(x: i64) -> i64 { x - 1 }",
            "fn f(x: i64) -> i64 { (x + 1) }",
            "fn f(y: i64) -> i64 { y + 1 }",
            "#[inline]\nfn f(x: i64) -> i64 { x + 1 }",
        ] {
            assert_ne!(of(other), code, "{other}");
        }
    }

    /// The hash of the same code is the same with every compiler, so these values must not change.
    #[test]
    fn the_hash_stays() {
        let version = of("fn f() {}");
        assert!(version.contains("\"auto-a056e11cf6e048ba-\""), "{version}");
    }
}

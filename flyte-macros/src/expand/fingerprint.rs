//! What a function is, as a number: the version of `cache = "auto"`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// 32 hexadecimal digits that change with the tokens of a function, and not with spaces, comments, documentation and other
/// attributes in front of it. The same in every build, by whatever compiler.
pub(super) fn fingerprint(item: &TokenStream) -> String {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    // Attributes are a `#` and brackets.
    while let [TokenTree::Punct(hash), TokenTree::Group(group), ..] = &tokens[..]
        && hash.as_char() == '#'
        && group.delimiter() == Delimiter::Bracket
    {
        tokens.drain(..2);
    }
    let mut hash = Fnv::new();
    hash.tokens(tokens);
    format!("{:032x}", hash.0)
}

/// FNV-1a with 128 bits: nobody gains anything from two functions with one version, so it need not be cryptographic.
struct Fnv(u128);

impl Fnv {
    fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
        // An end, so that `a b` is not `ab`.
        self.0 = (self.0 ^ 0xff).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    }

    fn tokens(&mut self, tokens: impl IntoIterator<Item = TokenTree>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        // Put around by macros; it is no text.
                        Delimiter::None => ("", ""),
                    };
                    self.bytes(open.as_bytes());
                    self.tokens(group.stream());
                    self.bytes(close.as_bytes());
                }
                TokenTree::Punct(punct) => {
                    self.bytes(punct.as_char().encode_utf8(&mut [0; 4]).as_bytes());
                }
                token => self.bytes(token.to_string().as_bytes()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        fingerprint(&text.parse().expect("it is Rust"))
    }

    #[test]
    fn it_changes_with_what_the_function_does_and_with_nothing_else() {
        let square = of("fn square(x: i64) -> i64 { x * x }");
        assert_eq!(
            square,
            of("/// Docs.\n#[inline]\nfn square(x:i64)->i64{x*x // so\n}")
        );
        for other in [
            "fn square(x: i64) -> i64 { x * x * x }",
            "fn square(x: i32) -> i64 { x * x }",
            "fn square(x: i64) -> i64 { (x) * x }",
            "fn squarex(: i64) -> i64 { x * x }",
            "async fn square(x: i64) -> i64 { x * x }",
        ] {
            assert_ne!(square, of(other), "{other}");
        }
        // Versions are kept for long: the same tokens must give the same one in every release.
        assert_eq!(square, "bedb00c7de65a12717561cc5bd51af47");
    }
}

//! Errors, collected so that one compilation shows them all.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The errors in one use of a macro.
///
/// Dropping it without [`finish`](Self::finish) panics: a forgotten error would let wrong code compile.
#[must_use]
#[derive(Default)]
pub(crate) struct Diag {
    errors: Vec<syn::Error>,
    finished: bool,
}

impl Diag {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn push(&mut self, span: Span, message: impl Display) {
        self.errors.push(syn::Error::new(span, message));
    }

    /// Marks everything from the first token to the last.
    pub(crate) fn push_spanned(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push_error(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// Adds the errors of a part that was checked separately.
    pub(crate) fn absorb(&mut self, mut part: Diag) {
        self.errors.append(&mut part.errors);
        part.finished = true;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Takes the errors, to report them in another place.
    pub(crate) fn take(&mut self) -> Vec<syn::Error> {
        self.replace(Vec::new())
    }

    /// Takes the errors, and replaces them with others.
    pub(crate) fn replace(&mut self, errors: Vec<syn::Error>) -> Vec<syn::Error> {
        std::mem::replace(&mut self.errors, errors)
    }

    /// One `compile_error!` for each error.
    pub(crate) fn finish(mut self) -> TokenStream {
        self.finished = true;
        self.errors
            .iter()
            .map(syn::Error::to_compile_error)
            .collect()
    }

    #[cfg(test)]
    pub(crate) fn into_messages(mut self) -> Vec<String> {
        self.finished = true;
        std::mem::take(&mut self.errors)
            .into_iter()
            .flatten()
            .map(|error| error.to_string())
            .collect()
    }
}

impl Drop for Diag {
    fn drop(&mut self) {
        // A second panic while the first unwinds would abort the compiler and hide the cause.
        if !self.finished && !std::thread::panicking() {
            panic!("the diagnostics of a macro were dropped without being reported");
        }
    }
}

/// Renders code for a message, with few spaces, as a user would write it.
pub(crate) fn tight(tokens: TokenStream) -> String {
    let pairs = [
        (" (", "("),
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" :", ":"),
        (" . ", "."),
    ];
    let tightened = |text: String, (wide, narrow): (&str, &str)| text.replace(wide, narrow);
    pairs.into_iter().fold(tokens.to_string(), tightened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_everything() {
        let mut diag = Diag::new();
        diag.push(Span::call_site(), "first");
        diag.push_error(syn::Error::new(Span::call_site(), "second"));
        assert!(!diag.is_empty());
        let tokens = diag.finish().to_string();
        assert!(
            tokens.contains("first")
                && tokens.contains("second")
                && tokens.contains("compile_error")
        );
        assert!(Diag::new().finish().is_empty());
    }

    #[test]
    #[should_panic(expected = "without being reported")]
    fn refuses_to_forget() {
        drop(Diag::new());
    }
}

//! A function item whose body is left as tokens, so that a half-typed body does not silence the macro.

use proc_macro2::{Group, TokenStream};
use quote::ToTokens;
use syn::{
    Attribute, Signature, Visibility,
    parse::{Parse, ParseStream, Parser},
};

use crate::diag::Diag;

/// A function as written.
pub(crate) struct FunctionItem {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
}

impl Parse for FunctionItem {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        if input.peek(syn::Token![;]) {
            return Err(input.error(
                "a function without a body cannot run; write `{ .. }` after the signature",
            ));
        }
        Ok(Self {
            attrs,
            vis,
            sig,
            body: input.parse()?,
        })
    }
}

/// A function that may be no more than a signature.
pub(crate) struct StubItem {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// `None` when a `;` stands in its place.
    pub(crate) body: Option<Group>,
}

impl Parse for StubItem {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let end: Option<syn::Token![;]> = input.parse()?;
        let body = match end {
            Some(_) => None,
            None => Some(input.parse()?),
        };
        Ok(Self {
            attrs,
            vis,
            sig,
            body,
        })
    }
}

/// The annotated function, or nothing with a mistake recorded.
pub(crate) fn function(
    macro_name: &str,
    item: &TokenStream,
    diag: &mut Diag,
) -> Option<FunctionItem> {
    parse_function(macro_name, item, diag)
}

/// The annotated function or signature, or nothing with a mistake recorded.
pub(crate) fn stub(macro_name: &str, item: &TokenStream, diag: &mut Diag) -> Option<StubItem> {
    parse_function(macro_name, item, diag)
}

fn parse_function<T: Parse>(macro_name: &str, item: &TokenStream, diag: &mut Diag) -> Option<T> {
    match T::parse.parse2(item.clone()) {
        Ok(function) => Some(function),
        Err(error) => {
            // Anything that contains no `fn` is another item; what contains one is a function with a mistake in it.
            let is_function = item
                .clone()
                .into_iter()
                .any(|token| token.to_string() == "fn");
            if is_function {
                diag.push_error(error);
            } else {
                diag.push_spanned(
                    item.to_token_stream(),
                    format!("`{macro_name}` goes on a function: write it above a `fn`"),
                );
            }
            None
        }
    }
}

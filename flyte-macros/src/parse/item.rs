//! A function item whose body is kept as tokens, so that an incomplete body does not stop the macro.

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Signature, Visibility,
    parse::{Parse, ParseStream, Parser},
    parse_quote,
};

use super::{groups, python_defaults};
use crate::{diag::Diag, externs};

/// A function as written.
pub(crate) struct FunctionItem {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
    /// The `;` that replaces the body, which then does nothing.
    pub(crate) bodiless: Option<syn::Token![;]>,
}

impl Parse for FunctionItem {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let bodiless: Option<syn::Token![;]> = input.parse()?;
        let body = match bodiless {
            None => input.parse()?,
            // The function is kept, so that its uses produce no further errors.
            Some(_) => {
                attrs.push(parse_quote!(#[allow(unused_variables)]));
                parse_quote!({ ::core::unimplemented!() })
            }
        };
        Ok(Self {
            attrs,
            vis,
            sig,
            body,
            bodiless,
        })
    }
}

impl FunctionItem {
    /// Prepares the body to be rewritten. Its inner attributes move above the function, because in the rewritten body
    /// they would apply to other code.
    pub(crate) fn prepare_body(&mut self) {
        if let Ok((inner, body)) = groups::without_inner_attributes(&self.body) {
            self.attrs.extend(inner);
            self.body = groups::with_statements(&body);
        }
    }
}

/// A function that may consist of only a signature.
pub(crate) struct StubItem {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// `None` if there is a `;` instead.
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

/// The macros that make an entity from a function.
const ENTITY_MACROS: [&str; 11] = [
    "task",
    "workflow",
    "dynamic",
    "eager",
    "launch_plan",
    "reference_task",
    "reference_workflow",
    "reference_launch_plan",
    "shell_task",
    "container_task",
    "echo_task",
];

/// The item below the macro's own attribute.
trait Annotated {
    fn attrs(&self) -> &[Attribute];
}

impl Annotated for FunctionItem {
    fn attrs(&self) -> &[Attribute] {
        &self.attrs
    }
}

impl Annotated for StubItem {
    fn attrs(&self) -> &[Attribute] {
        &self.attrs
    }
}

/// The first attribute of a function that makes an entity from it.
pub(crate) fn entity_attribute(attrs: &[Attribute]) -> Option<&Attribute> {
    attrs.iter().find(|attr| {
        let path = attr.path();
        let of_runtime = path
            .segments
            .first()
            .is_some_and(|first| path.segments.len() == 1 || externs::is_runtime(&first.ident));
        let last = path.segments.last();
        of_runtime && last.is_some_and(|last| ENTITY_MACROS.iter().any(|name| last.ident == name))
    })
}

/// The annotated function; `None` after an error, which is recorded.
pub(crate) fn function(
    macro_name: &str,
    item: &TokenStream,
    diag: &mut Diag,
) -> Option<FunctionItem> {
    let function = function_or_signature(macro_name, item, diag)?;
    if let Some(token) = &function.bodiless {
        diag.push_spanned(
            token,
            "a function without a body cannot run; write `{ .. }` after the signature",
        );
    }
    Some(function)
}

/// The same, but a `;` may replace the body.
pub(crate) fn function_or_signature(
    macro_name: &str,
    item: &TokenStream,
    diag: &mut Diag,
) -> Option<FunctionItem> {
    parse_function(macro_name, item, diag)
}

/// The annotated function or signature; `None` after an error, which is recorded.
pub(crate) fn stub(macro_name: &str, item: &TokenStream, diag: &mut Diag) -> Option<StubItem> {
    parse_function(macro_name, item, diag)
}

/// The place of a name in a function, outside of items in its body, attributes and the tokens of macros.
fn outside_of_items(function: TokenStream, name: &str) -> Option<Span> {
    const ITEMS: [&str; 5] = ["enum", "impl", "struct", "trait", "union"];
    let mut tokens = function.into_iter().peekable();
    // Up to the group that ends it.
    let mut skipped: Option<Delimiter> = None;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => match skipped {
                Some(end) if end == Delimiter::None || group.delimiter() == end => skipped = None,
                Some(_) => {}
                None => {
                    if let Some(found) = outside_of_items(group.stream(), name) {
                        return Some(found);
                    }
                }
            },
            _ if skipped.is_some() => {}
            TokenTree::Ident(ident) if ITEMS.iter().any(|item| ident == item) => {
                skipped = Some(Delimiter::Brace);
            }
            TokenTree::Ident(ident) if ident == name => return Some(ident.span()),
            // `#[..]`, `vec![..]` and `macro_rules! name { .. }`, but not `!x` and `x != y`.
            TokenTree::Punct(punct) if punct.as_char() == '#' => skipped = Some(Delimiter::Bracket),
            TokenTree::Ident(_) => {
                let is_macro = tokens.peek().is_some_and(|next| match next {
                    TokenTree::Punct(punct) => {
                        punct.as_char() == '!' && punct.spacing() == Spacing::Alone
                    }
                    _ => false,
                });
                if is_macro {
                    skipped = Some(Delimiter::None);
                }
            }
            _ => {}
        }
    }
    None
}

fn parse_function<T: Parse + Annotated>(
    macro_name: &str,
    item: &TokenStream,
    diag: &mut Diag,
) -> Option<T> {
    let item = &groups::without_groups(item.clone());
    match T::parse.parse2(item.clone()) {
        Ok(function) => {
            if let Some(of_an_impl) = outside_of_items(item.clone(), "Self") {
                diag.push(of_an_impl, format!("`Self` is the type of an `impl`, and `{macro_name}` goes on a function of a module: move the function out of the `impl`, and write the name of the type in place of `Self`"));
                return None;
            }
            let Some(second) = entity_attribute(function.attrs()) else {
                return Some(function);
            };
            // The other macro processes the function.
            diag.push_spanned(
                second,
                format!("this function has `{macro_name}` already, and stands for one thing on Flyte: keep one of the two"),
            );
            None
        }
        Err(error) => {
            if let Some((moved, misplaced)) = python_defaults::moved(item) {
                for default in misplaced {
                    diag.push(default.at, default.message);
                }
                return parse_function(macro_name, &moved, diag);
            }
            // An item without `fn` is another kind of item; one with `fn` is a function with an error in it.
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

//! Checks at the start of a task's function. It refuses to run when a workflow's body calls it, because that call
//! should be a node. It also refuses when an eager task calls it although it has options, which only the engine
//! applies.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Item, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use super::task::Kind;

/// The first statement of a function that must not run while a graph is built.
pub(super) fn check(ident: &Ident, krate: &TokenStream) -> TokenStream {
    let name = ident.unraw().to_string();
    quote!(#krate::__private::plain_call::refuse_in_graph(::core::module_path!(), #name);)
}

/// The first statement of a task's function. If the task has options, an eager task must not call the function
/// directly.
pub(super) fn check_of_task(
    kind: Kind,
    ident: &Ident,
    type_name: &Ident,
    has_options: bool,
    krate: &TokenStream,
) -> TokenStream {
    let (name, entity) = (ident.unraw().to_string(), type_name.to_string());
    let path = quote!(#krate::__private::plain_call);
    match kind {
        Kind::Eager => {
            quote!(#path::begin_eager(::core::module_path!(), #name, #entity, #has_options);)
        }
        Kind::Task if has_options => {
            quote!(#path::refuse_without_options(::core::module_path!(), #name, #entity);)
        }
        Kind::Task => check(ident, krate),
    }
}

/// The body of the user's function after a check. Every token of it is kept. Attributes and items stay first, as in a
/// handwritten function.
pub(super) fn guarded(body: &Group, check: &TokenStream) -> Group {
    let stream = if body.delimiter() == Delimiter::Brace {
        let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
        let (first, rest) = tokens.split_at(declarations(&tokens));
        quote!(#(#first)* #check #(#rest)*)
    } else {
        quote!(#check #body)
    };
    let mut guarded = Group::new(Delimiter::Brace, stream);
    guarded.set_span(body.span());
    guarded
}

/// The number of tokens that inner attributes and items take at the start of the body.
fn declarations(tokens: &[TokenTree]) -> usize {
    let mut count = 0;
    // `#![allow(..)]`, also as `//! ..`
    while let [
        TokenTree::Punct(hash),
        TokenTree::Punct(bang),
        TokenTree::Group(_),
        ..,
    ] = &tokens[count..]
        && hash.as_char() == '#'
        && bang.as_char() == '!'
    {
        count += 3;
    }
    let items = |input: ParseStream<'_>| {
        let mut left = tokens.len() - count;
        while may_be_item(input) {
            let ahead = input.fork();
            match ahead.parse::<Item>() {
                // A macro may expand to anything.
                Ok(Item::Macro(_) | Item::Verbatim(_)) | Err(_) => break,
                Ok(item) => {
                    left -= item.to_token_stream().into_iter().count();
                    input.parse::<Item>()?;
                }
            }
        }
        let _: TokenStream = input.parse()?;
        Ok(tokens.len() - left)
    };
    let rest: TokenStream = tokens[count..].iter().cloned().collect();
    items.parse2(rest).unwrap_or(count)
}

/// Whether it is worth parsing the next tokens as an item.
fn may_be_item(input: ParseStream<'_>) -> bool {
    input.peek(Token![use])
        || input.peek(Token![fn])
        || input.peek(Token![const])
        || input.peek(Token![static])
        || input.peek(Token![struct])
        || input.peek(Token![enum])
        || input.peek(Token![type])
        || input.peek(Token![impl])
        || input.peek(Token![trait])
        || input.peek(Token![#])
}

//! Removes what `macro_rules` leave in an item: fragments arrive in groups without delimiters, which have no meaning in
//! a signature.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{AttrStyle, Attribute, parse::Parser};

/// A function item in which `$b:block`, `$t:ty` and similar fragments appear as if written there. In the body their
/// groups are kept, because they protect expressions from the operators around them.
pub(super) fn without_groups(item: TokenStream) -> TokenStream {
    let mut tokens = Vec::new();
    let mut behind_hash = false;
    for token in item {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                tokens.extend(without_groups(group.stream()));
                behind_hash = false;
            }
            // The body and attributes, whose values are expressions.
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace && !behind_hash => {
                let mut inside = Group::new(group.delimiter(), without_groups(group.stream()));
                inside.set_span(group.span());
                tokens.push(inside.into());
                behind_hash = false;
            }
            other => {
                behind_hash = matches!(&other, TokenTree::Punct(punct) if punct.as_char() == '#');
                tokens.push(other);
            }
        }
    }
    tokens.into_iter().collect()
}

/// A body in which `$s:stmt` appears as if written there. A declaration in a group would be an expression.
pub(super) fn with_statements(body: &Group) -> Group {
    // A new group loses the spans of its delimiters.
    if !holds_statement(body.stream()) {
        return body.clone();
    }
    let tokens = body.stream().into_iter().flat_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None && is_let(&group) => {
            with_statements(&group).stream()
        }
        TokenTree::Group(group) => TokenTree::Group(with_statements(&group)).into(),
        other => other.into(),
    });
    let mut inside = Group::new(body.delimiter(), tokens.collect());
    inside.set_span(body.span());
    inside
}

fn holds_statement(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            let is_statement = group.delimiter() == Delimiter::None && is_let(&group);
            is_statement || holds_statement(group.stream())
        }
        _ => false,
    })
}

fn is_let(group: &Group) -> bool {
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(first)) if first == "let")
}

/// A body without its inner attributes, and these attributes in the form they would have above the function.
pub(super) fn without_inner_attributes(body: &Group) -> syn::Result<(Vec<Attribute>, Group)> {
    let first: Vec<TokenTree> = body.stream().into_iter().take(2).collect();
    let is_attribute = |token: &TokenTree, of: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == of);
    if !matches!(first.as_slice(), [hash, bang] if is_attribute(hash, '#') && is_attribute(bang, '!'))
    {
        return Ok((Vec::new(), body.clone()));
    }
    let parsed = |input: syn::parse::ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_inner)?;
        Ok((attributes, input.parse::<TokenStream>()?))
    };
    let (mut attributes, rest) = parsed.parse2(body.stream())?;
    for attribute in &mut attributes {
        attribute.style = AttrStyle::Outer;
    }
    let mut inside = Group::new(body.delimiter(), rest);
    inside.set_span(body.span());
    Ok((attributes, inside))
}

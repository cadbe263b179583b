//! `fn f(x: i64 = 3)`, as in Python: reported with what to write instead, and parsed as that.

use proc_macro2::{Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

use crate::diag::tight;

/// A default after its parameter.
pub(super) struct Misplaced {
    pub(super) at: Span,
    pub(super) message: String,
}

/// The function with its defaults in the right places, and where they were; `None` for a function without such
/// defaults.
pub(super) fn moved(item: &TokenStream) -> Option<(TokenStream, Vec<Misplaced>)> {
    let mut misplaced = Vec::new();
    let mut seen_fn = false;
    let mut done = false;
    let moved = item.clone().into_iter().map(|token| match token {
        TokenTree::Group(group)
            if seen_fn && !done && group.delimiter() == Delimiter::Parenthesis =>
        {
            done = true;
            let parameters = in_front(group.stream(), &mut misplaced);
            let mut whole = Group::new(Delimiter::Parenthesis, parameters);
            whole.set_span(group.span());
            TokenTree::Group(whole)
        }
        token => {
            seen_fn |= token.to_string() == "fn";
            token
        }
    });
    let moved = moved.collect();
    (!misplaced.is_empty()).then_some((moved, misplaced))
}

/// The parameters, each after its own default.
fn in_front(parameters: TokenStream, misplaced: &mut Vec<Misplaced>) -> TokenStream {
    let mut moved = TokenStream::new();
    for parameter in at_commas(parameters) {
        let equals = parameter.iter().position(is_equals);
        let Some(equals) = equals else {
            moved.extend(parameter);
            continue;
        };
        let (before, after) = parameter.split_at(equals);
        let comma = after.last().filter(|last| is(last, ',')).cloned();
        let value = after
            .iter()
            .skip(1)
            .take(after.len() - 1 - comma.iter().len());
        let (before, value): (TokenStream, TokenStream) =
            (before.iter().cloned().collect(), value.cloned().collect());
        misplaced.push(Misplaced {
            at: after[0].span(),
            message: format!(
                "a default is written in front of its parameter: `#[default({})] {}`",
                tight(value.clone()),
                tight(before.clone())
            ),
        });
        moved.extend(quote!(#[default(#value)] #before #comma));
    }
    moved
}

/// Parameters, each with the comma after it. Commas between `<` and `>` are part of a type.
fn at_commas(parameters: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0_u32;
    for token in parameters {
        if is(&token, '<') {
            depth += 1;
        } else if is(&token, '>') {
            depth = depth.saturating_sub(1);
        }
        let ends = depth == 0 && is(&token, ',');
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
        if ends {
            parts.push(Vec::new());
        }
    }
    parts
}

fn is_equals(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '=' && punct.spacing() == Spacing::Alone)
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if Punct::as_char(punct) == sign)
}

//! Macros in a workflow's body. Calls in lists of expressions are treated like all others.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::{
    Expr, Macro, Token,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
    visit_mut::VisitMut,
};

use super::body::Rewriter;
use crate::diag::tight;

/// The elements of `vec![a, b]`; `None` for `vec![a; n]`.
pub(crate) fn list_elements(mac: &Macro) -> Option<Vec<Expr>> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(mac.tokens.clone())
        .ok()?;
    Some(list.into_iter().collect())
}

/// The element and the count of `vec![a; n]`.
pub(crate) fn repeated(mac: &Macro) -> Option<(Expr, Expr)> {
    let repeat = |input: ParseStream<'_>| {
        let element: Expr = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok((element, input.parse::<Expr>()?))
    };
    repeat.parse2(mac.tokens.clone()).ok()
}

/// Rewrites the calls in a macro's tokens, or refuses tokens that hide one. The values in a refused macro are kept.
pub(crate) fn rewrite(rewriter: &mut Rewriter<'_>, mac: &mut Macro) {
    if rewriter.refuse_asking_macro(mac)
        && mac.path.is_ident("matches")
        && let Some(list) = mac.parse_body_with(first_element).ok()
    {
        mac.tokens = list;
    }
    if mac.path.is_ident("call")
        && let Some(call) = call_by_name(mac)
    {
        let shown = tight(quote!(#call));
        rewriter.diag.push_spanned(
            &mac.path,
            format!("`call!` is for calls outside of a workflow's body: here a call by name is a node, so write `{shown}`, without the macro"),
        );
        let mut call = Expr::Call(call);
        rewriter.visit_expr_mut(&mut call);
        mac.tokens = quote!(#call);
        return;
    }
    if let Some(mut list) = list_elements(mac) {
        if mac.path.is_ident("vec") {
            rewriter.refuse_mixed_list(&list);
        }
        rewriter.refuse_text(mac, &list);
        for expr in &mut list {
            match expr {
                // `format!("{x}", x = 5)`
                Expr::Assign(named) => rewriter.visit_expr_mut(&mut named.right),
                other => rewriter.visit_expr_mut(other),
            }
        }
        mac.tokens = quote!(#(#list),*);
        return;
    }
    if let Some((mut element, mut count)) = repeated(mac) {
        rewriter.visit_expr_mut(&mut element);
        rewriter.visit_expr_mut(&mut count);
        mac.tokens = quote!(#element; #count);
        return;
    }
    if let Some(callee) = visible_call(rewriter, mac.tokens.clone()) {
        let name = mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        rewriter.diag.push(
            callee.span(),
            format!("`{callee}(..)` inside `{name}!` cannot be read as a call, so it would not become a node: call it before, with `let`, and use the result here"),
        );
    }
}

/// The expression that a macro with a pattern inspects.
fn first_element(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let first: Expr = input.parse()?;
    let _: TokenStream = input.parse()?;
    Ok(quote!(#first))
}

/// The single call with inputs by name that the runtime's `call!` contains.
fn call_by_name(mac: &Macro) -> Option<syn::ExprCall> {
    let call = syn::parse2::<syn::ExprCall>(mac.tokens.clone()).ok()?;
    let mut given = call.args.iter();
    given
        .any(|given| matches!(given, Expr::Assign(_)))
        .then_some(call)
}

/// A name in snake case before parentheses that is not local.
fn visible_call(rewriter: &Rewriter<'_>, tokens: TokenStream) -> Option<proc_macro2::Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token
            && let Some(callee) = visible_call(rewriter, group.stream())
        {
            return Some(callee);
        }
        let (TokenTree::Ident(name), Some(TokenTree::Group(group))) =
            (token, tokens.get(index + 1))
        else {
            continue;
        };
        let after_dot = index > 0
            && matches!(&tokens[index - 1], TokenTree::Punct(punct) if punct.as_char() == '.');
        let text = name.to_string();
        let keyword = [
            "if", "match", "while", "for", "in", "return", "fn", "let", "move",
        ]
        .contains(&text.as_str());
        if group.delimiter() == Delimiter::Parenthesis
            && text.starts_with(|c: char| c.is_lowercase())
            && !after_dot
            && !keyword
            && !rewriter.scopes.contains(&text)
        {
            return Some(name.clone());
        }
    }
    None
}

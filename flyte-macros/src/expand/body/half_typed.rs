//! Incomplete bodies, as in an editor. The parts that can be parsed are rewritten as usual. In the rest only the calls
//! are rewritten, token by token, so that an editor knows the type of `square(x).` before the statement is complete.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, Path, Stmt, Token,
    parse::{ParseStream, Parser, discouraged::Speculative},
    visit_mut::VisitMut,
};

use super::Rewriter;
use crate::{
    diag::tight,
    editor,
    expand::{
        by_name,
        calls_of_tasks::{follows_a_method, is_arguments, path_at},
    },
};

/// A part of a body.
enum Part {
    Statement(Stmt),
    /// The final expression.
    End(Expr),
    /// A single `;`.
    Semicolon(Token![;]),
    /// Tokens that cannot be parsed, up to the next `;`.
    Unread(Vec<TokenTree>),
}

impl Rewriter<'_> {
    /// Rewrites the contents of a block.
    fn half_typed(&mut self, tokens: TokenStream) -> TokenStream {
        self.scopes.push();
        let mut rewritten = TokenStream::new();
        for part in parts.parse2(tokens).unwrap_or_default() {
            match part {
                Part::Statement(mut stmt) => {
                    self.statement(&mut stmt);
                    stmt.to_tokens(&mut rewritten);
                }
                Part::End(mut end) => {
                    self.visit_expr_mut(&mut end);
                    end.to_tokens(&mut rewritten);
                }
                Part::Semicolon(semi) => semi.to_tokens(&mut rewritten),
                Part::Unread(tokens) => {
                    self.calls_in(&tokens).to_tokens(&mut rewritten);
                    if let Some(name) = declared(&tokens) {
                        self.scopes.bind_known(name.to_string());
                    }
                }
            }
        }
        self.scopes.pop();
        rewritten
    }

    fn calls_in(&mut self, tokens: &[TokenTree]) -> TokenStream {
        let mut rewritten = TokenStream::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let path = path_at(tokens, at);
            if path > 0
                && let Some(TokenTree::Group(arguments)) = tokens.get(at + path)
                && is_arguments(&tokens[at + path])
                && !follows_a_method(&tokens[..at])
                && let Ok(callee) =
                    syn::parse2::<Path>(tokens[at..at + path].iter().cloned().collect())
                && self.is_entity(&callee)
            {
                rewritten.extend(self.half_typed_call(&callee, arguments));
                at += path + 1;
                continue;
            }
            match token {
                TokenTree::Group(group) => {
                    TokenTree::Group(self.group(group)).to_tokens(&mut rewritten);
                }
                other => other.to_tokens(&mut rewritten),
            }
            // The remaining segments of a path do not start another one.
            let rest = at + path.max(1);
            rewritten.extend(tokens[at + 1..rest].iter().cloned());
            at = rest;
        }
        rewritten
    }

    fn half_typed_call(&mut self, callee: &Path, arguments: &Group) -> TokenStream {
        if let Ok(mut call) = syn::parse2::<Expr>(quote!(#callee #arguments)) {
            self.visit_expr_mut(&mut call);
            return call.into_token_stream();
        }
        if editor::asks() {
            let call = self.unread_call(&editor::unplaced(callee), arguments);
            return quote!(({ let _ = #callee; #call }));
        }
        self.unread_call(callee, arguments)
    }

    fn unread_call(&mut self, callee: &Path, arguments: &Group) -> TokenStream {
        let span = by_name::span_of(callee);
        // The compiler has refused the colon, and has not said what to write.
        let shown = tight(callee.to_token_stream());
        if let Some((colon, message)) = by_name::colon_of(&arguments.stream(), &shown)
            && !editor::asks()
        {
            self.diag.push(colon, message);
        }
        let tokens: Vec<TokenTree> = arguments.stream().into_iter().collect();
        if let Some(values) = values(&tokens) {
            let values = self.calls_in(&values);
            return quote_spanned!(span=> (<#callee>::__names, #values));
        }
        let (node, arguments) = (Ident::new("node", span), self.group(arguments));
        quote_spanned!(span=> <#callee>::#node #arguments)
    }

    /// Rewrites the contents of a group.
    pub(super) fn group(&mut self, group: &Group) -> Group {
        let tokens = match group.delimiter() {
            Delimiter::Brace => self.half_typed(group.stream()),
            _ => self.calls_in(&group.stream().into_iter().collect::<Vec<_>>()),
        };
        let mut rewritten = Group::new(group.delimiter(), tokens);
        // The compiler has reported a premature `}`, and does not report the same one twice.
        rewritten.set_span(group.span_close());
        rewritten
    }
}

fn parts(input: ParseStream<'_>) -> syn::Result<Vec<Part>> {
    let mut parts = Vec::new();
    while !input.is_empty() {
        if let Some(semi) = input.parse::<Option<Token![;]>>()? {
            parts.push(Part::Semicolon(semi));
            continue;
        }
        let ahead = input.fork();
        if let Ok(stmt) = ahead.parse::<Stmt>() {
            input.advance_to(&ahead);
            parts.push(Part::Statement(stmt));
            continue;
        }
        let ahead = input.fork();
        if let Ok(end) = ahead.parse::<Expr>()
            && ahead.is_empty()
        {
            input.advance_to(&ahead);
            parts.push(Part::End(end));
            continue;
        }
        let mut unread = Vec::new();
        while !input.is_empty() {
            let token: TokenTree = input.parse()?;
            let ends = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
            unread.push(token);
            if ends {
                break;
            }
        }
        parts.push(Part::Unread(unread));
    }
    Ok(parts)
}

/// What inputs are given, if some are by name: the names are no variables. Of `a: x` the compiler has said that it is
/// not a call.
fn values(tokens: &[TokenTree]) -> Option<Vec<TokenTree>> {
    let punct = |token: Option<&TokenTree>, char| match token {
        Some(TokenTree::Punct(punct)) => punct.as_char() == char,
        _ => false,
    };
    let mut values: Vec<TokenTree> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = values.is_empty() || punct(values.last(), ',');
        let is_before = |sign| punct(tokens.get(at + 1), sign) && !punct(tokens.get(at + 2), sign);
        let is_name =
            matches!(&tokens[at], TokenTree::Ident(_)) && (is_before('=') || is_before(':'));
        if begins && is_name {
            at += 2;
            continue;
        }
        values.push(tokens[at].clone());
        at += 1;
    }
    (values.len() < tokens.len()).then_some(values)
}

/// The name of `let name ..`.
fn declared(tokens: &[TokenTree]) -> Option<&Ident> {
    let mut idents = tokens.iter().map_while(|token| match token {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    });
    idents.next().filter(|keyword| *keyword == "let")?;
    idents.find(|ident| *ident != "mut")
}

//! Calls of functions and methods that the macro cannot see and that may call a task, and their position.
//!
//! A task that is called as a plain function while the graph is built refuses to run. Only the body knows where such a
//! call is written.

use std::collections::VecDeque;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Macro, Path, Stmt, parse_quote};

use super::{Inputs, Rewriter};

impl Rewriter<'_> {
    /// Records that the statement calls something that the macro cannot see.
    pub(super) fn note_unseen(&mut self) {
        self.unseen = true;
    }

    /// Rewrites statements, and records the position before those that call something the macro cannot see.
    pub(super) fn statements(
        &mut self,
        stmts: &mut Vec<Stmt>,
        mut rewrite: impl FnMut(&mut Self, usize, &mut Stmt),
    ) {
        let mut later: VecDeque<Stmt> = std::mem::take(stmts).into();
        let mut index = 0;
        while let Some(mut stmt) = later.pop_front() {
            if let Stmt::Local(local) = &mut stmt {
                self.lift_first(local, later.make_contiguous());
            }
            let at = first_span(&stmt);
            let mark = self.marked(at, |this| rewrite(this, index, &mut stmt));
            stmts.extend(mark);
            stmts.push(stmt);
            index += 1;
        }
    }

    /// Notes the names that a macro as a statement may declare. Those of variables come from what it is given: others
    /// that it declares are not seen by the body either.
    pub(super) fn note_declared(&mut self, mac: &Macro) {
        if may_declare(&mac.path) {
            self.hidden_names = true;
            for name in names(mac.tokens.clone()) {
                self.scopes.bind_perhaps(name);
            }
        }
    }

    /// Rewrites code, and returns the statement that records its position if it calls something the macro cannot see.
    pub(super) fn marked(&mut self, at: Span, rewrite: impl FnOnce(&mut Self)) -> Option<Stmt> {
        let around = std::mem::replace(&mut self.unseen, false);
        rewrite(self);
        let is_unseen = std::mem::replace(&mut self.unseen, around);
        // A dynamic task is a task, in which plain calls are allowed.
        (is_unseen && self.inputs == Inputs::Promises).then(|| {
            let mark = quote_spanned!(at=> __flyte::plain_call::statement(););
            parse_quote!(#mark)
        })
    }
}

/// Whether a macro in statement position may declare names. Those of the standard library do not.
fn may_declare(path: &Path) -> bool {
    const OF_THE_LIBRARY: [&str; 16] = [
        "assert",
        "assert_eq",
        "assert_ne",
        "dbg",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
        "eprint",
        "eprintln",
        "panic",
        "print",
        "println",
        "todo",
        "unimplemented",
        "unreachable",
        "vec",
    ];
    !OF_THE_LIBRARY.iter().any(|name| path.is_ident(name))
}

/// The names in what a macro is given that stand by themselves: not those of calls, methods, fields and paths.
fn names(tokens: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_punct = |at: Option<usize>, which: char| match at.and_then(|at| tokens.get(at)) {
        Some(TokenTree::Punct(punct)) => punct.as_char() == which,
        _ => false,
    };
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => found.extend(names(group.stream())),
            TokenTree::Ident(name) => {
                let is_called = match tokens.get(at + 1) {
                    Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
                    _ => is_punct(Some(at + 1), '!'),
                };
                let in_a_path = is_punct(Some(at + 1), ':') && is_punct(Some(at + 2), ':');
                let before = at.checked_sub(1);
                let behind_a_path = is_punct(before, ':') && is_punct(at.checked_sub(2), ':');
                let is_part = is_punct(before, '.') || behind_a_path;
                if !is_called && !in_a_path && !is_part {
                    found.push(name.to_string());
                }
            }
            _ => {}
        }
    }
    found
}

fn first_span(stmt: &Stmt) -> Span {
    let first = stmt.to_token_stream().into_iter().next();
    first.as_ref().map_or_else(Span::call_site, TokenTree::span)
}

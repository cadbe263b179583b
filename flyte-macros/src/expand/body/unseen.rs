//! Calls of functions and methods that the macro cannot see and that may call a task, and their position.
//!
//! A task that is called as a plain function while the graph is built refuses to run. Only the body knows where such a
//! call is written.

use std::collections::VecDeque;

use proc_macro2::{Span, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Path, Stmt, parse_quote};

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
pub(super) fn may_declare(path: &Path) -> bool {
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

fn first_span(stmt: &Stmt) -> Span {
    let first = stmt.to_token_stream().into_iter().next();
    first.as_ref().map_or_else(Span::call_site, TokenTree::span)
}

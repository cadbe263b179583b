//! The code that replaces a refused expression.
//!
//! An error costs only the expression that it is about: the error takes its place, and the compiler reports it and
//! accepts it as a value of any type. The parts of the expression are passed to it. So the rest of the body is checked,
//! and the variables in the parts count as used.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Block, Expr, ExprIf, Pat, Stmt, parse_quote, visit_mut::VisitMut};

use super::{
    super::macros,
    Rewriter,
    branch::{hidden, is_fail},
    order::is_order,
};

/// Errors that have no place yet.
#[must_use = "a mistake that is not placed is not told"]
pub(crate) struct Mistakes(Vec<syn::Error>);

impl Rewriter<'_> {
    /// The errors that a check finds.
    pub(super) fn found(&mut self, look: impl FnOnce(&mut Self)) -> Mistakes {
        let around = self.diag.take();
        look(self);
        Mistakes(self.diag.replace(around))
    }

    /// Rewrites an expression, and replaces it with the errors that no inner expression has taken.
    pub(super) fn placed(&mut self, expr: &mut Expr, rewrite: impl FnOnce(&mut Self, &mut Expr)) {
        let own = self.found(|this| rewrite(this, expr));
        if !own.is_empty() {
            let parts = parts(std::mem::replace(expr, Expr::PLACEHOLDER));
            *expr = own.instead(parts);
        }
    }

    /// Drops the values of the cases of an `if` that has no value when its condition is false.
    pub(super) fn drop_half(&self, branch: &mut ExprIf) {
        self.drop_tail(&mut branch.then_branch);
        match branch.else_branch.as_mut().map(|(_, expr)| &mut **expr) {
            Some(Expr::If(inner)) => self.drop_half(inner),
            Some(Expr::Block(block)) => self.drop_tail(&mut block.block),
            _ => {}
        }
    }

    fn drop_tail(&self, block: &mut Block) {
        if let Some(Stmt::Expr(tail, None)) = block.stmts.last_mut()
            && !is_fail(self, tail)
            && !is_order(tail)
        {
            let dropped: Stmt = parse_quote!(let _ = #tail;);
            block.stmts.pop();
            block.stmts.push(dropped);
        }
    }

    /// A `match` with wrong patterns or literals: each arm is still checked separately.
    pub(super) fn refused_match(&mut self, choice: &mut syn::ExprMatch, own: Mistakes) -> Expr {
        self.visit_expr_mut(&mut choice.expr);
        let refused = hidden("__refused", Span::call_site());
        let value = own.instead(vec![std::mem::replace(
            &mut *choice.expr,
            parse_quote!(#refused),
        )]);
        for arm in &mut choice.arms {
            self.scopes.push();
            self.scopes.bind(&mut arm.pat);
            // The message is all there is to check in `fail("..")`.
            if let (true, Expr::Call(fails)) = (is_fail(self, &arm.body), &*arm.body) {
                let message = &fails.args;
                *arm.body = parse_quote!((#message));
            }
            let mut guard = None;
            if let Pat::Guard(guarded) = &mut arm.pat {
                self.condition(&mut guarded.guard);
                guard = Some((*guarded.guard).clone());
                arm.pat = (*guarded.pat).clone();
            }
            self.visit_expr_mut(&mut arm.body);
            let (guard, body) = (guard.into_iter(), &arm.body);
            *arm.body = parse_quote!({ #(let _ = #guard;)* let _ = #body; });
            self.scopes.pop();
        }
        parse_quote!({
            let #refused = #value;
            #choice
            #refused
        })
    }
}

impl Mistakes {
    pub(crate) fn of(mistakes: Vec<syn::Error>) -> Self {
        Self(mistakes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Replaces an expression that is correct by itself with the errors, if there are any.
    pub(super) fn put(self, expr: &mut Expr) {
        if !self.is_empty() {
            *expr = self.instead(vec![std::mem::replace(expr, Expr::PLACEHOLDER)]);
        }
    }

    /// Adds the errors, if there are any, beside an expression that stays.
    pub(super) fn beside(self, expr: &mut Expr) {
        if !self.is_empty() {
            let errors = self.0.iter().map(syn::Error::to_compile_error);
            *expr = parse_quote!({ #(#errors)* #expr });
        }
    }

    /// The errors as an expression of any type.
    pub(crate) fn instead(self, parts: Vec<Expr>) -> Expr {
        let mistakes = self.0.into_iter().flatten();
        let mut errors = mistakes.map(|mistake| Expr::Verbatim(mistake.to_compile_error()));
        let first = errors.next();
        let arguments = errors.chain(parts);
        let tokens = quote!((#first)(#(#arguments),*));
        parse_quote!(#tokens)
    }
}

/// Whether code contains an error.
pub(super) fn holds_mistake(code: &impl ToTokens) -> bool {
    fn among(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "compile_error",
            TokenTree::Group(group) => among(group.stream()),
            _ => false,
        })
    }
    among(code.to_token_stream())
}

/// The parts of an expression, without what connects them.
fn parts(expr: Expr) -> Vec<Expr> {
    match expr {
        Expr::Try(question) => match *question.expr {
            Expr::Await(waits) => vec![*waits.base],
            other => vec![other],
        },
        Expr::Await(waits) => vec![*waits.base],
        Expr::Unary(unary) => vec![*unary.expr],
        Expr::Cast(cast) => vec![*cast.expr],
        Expr::Reference(reference) => vec![*reference.expr],
        Expr::Field(access) => vec![*access.base],
        Expr::Return(returns) => returns.expr.into_iter().map(|expr| *expr).collect(),
        Expr::Break(leaves) => leaves.expr.into_iter().map(|expr| *expr).collect(),
        Expr::Binary(binary) => vec![*binary.left, *binary.right],
        Expr::Assign(assign) => vec![*assign.left, *assign.right],
        Expr::Index(access) => vec![*access.expr, *access.index],
        Expr::Range(range) => [range.start, range.end]
            .into_iter()
            .flatten()
            .map(|end| *end)
            .collect(),
        Expr::MethodCall(method) => [*method.receiver].into_iter().chain(method.args).collect(),
        Expr::Call(call) => {
            let callee = match *call.func {
                Expr::Path(_) => None,
                other => Some(other),
            };
            callee.into_iter().chain(call.args).collect()
        }
        Expr::Tuple(tuple) => tuple.elems.into_iter().collect(),
        Expr::Macro(mac) => {
            let elements = macros::list_elements(&mac.mac).unwrap_or_default();
            let values = elements.into_iter().map(|element| match element {
                Expr::Assign(named) => *named.right,
                other => other,
            });
            values.collect()
        }
        Expr::Continue(_) | Expr::Async(_) => Vec::new(),
        other => vec![other],
    }
}

//! `(a..b).contains(&x)` of a promise, which becomes the comparisons that it stands for.

use proc_macro2::Span;
use syn::{
    BinOp, Expr, ExprBinary, ExprMethodCall, ExprRange, RangeLimits, Token, parse_quote,
    visit_mut::VisitMut,
};

use super::{Rewriter, branch::hidden, maps::Calls};

impl Rewriter<'_> {
    /// Whether an expression asks whether a promise is in a range, or whether something is in a range of promises.
    pub(super) fn is_contained(&self, method: &ExprMethodCall) -> bool {
        let Some((range, value)) = asked(method) else {
            return false;
        };
        let mut compared = [Some(value), range.start.as_deref(), range.end.as_deref()]
            .into_iter()
            .flatten();
        compared.any(|part| self.is_promise(part))
    }

    /// Refuses `(a..b).contains(&x)` of an element of a promise, and returns whether it did.
    pub(super) fn refuse_contained_element(&mut self, method: &mut ExprMethodCall) -> bool {
        let is_refused = asked(method).is_some_and(|(_, value)| self.is_element(value));
        if is_refused {
            self.diag.push(
                method.method.span(),
                "the elements of a promise are not there while the graph is built, and a map passes them on whole: let the task that is called compare them",
            );
            // Parentheses that a receiver needs are superfluous beside the error.
            while let Expr::Paren(range) = &*method.receiver {
                method.receiver = range.expr.clone();
            }
        }
        is_refused
    }

    /// The comparisons of a value with the ends of a range.
    pub(super) fn compared_with_ends(&self, method: &ExprMethodCall) -> Option<Expr> {
        let (range, value) = asked(method)?;
        let span = method.method.span();
        // What makes a node is evaluated once.
        let mut calls = Calls::of(self);
        calls.visit_expr_mut(&mut value.clone());
        if calls.found.is_empty() {
            return ends(range, value, span);
        }
        let name = hidden("__contained", span);
        let compared = ends(range, &parse_quote!(#name), span)?;
        Some(parse_quote!({
            let #name = #value;
            #compared
        }))
    }
}

/// The range of `(a..b).contains(&x)`, which has an end, and what is looked for.
fn asked(method: &ExprMethodCall) -> Option<(&ExprRange, &Expr)> {
    let value = method.args.first()?;
    if method.method != "contains" || method.args.len() != 1 {
        return None;
    }
    let value = match value {
        Expr::Reference(reference) => &*reference.expr,
        value => value,
    };
    let mut receiver = &*method.receiver;
    while let Expr::Paren(paren) = receiver {
        receiver = &paren.expr;
    }
    match receiver {
        Expr::Range(range) if range.start.is_some() || range.end.is_some() => Some((range, value)),
        _ => None,
    }
}

fn ends(range: &ExprRange, value: &Expr, span: Span) -> Option<Expr> {
    let start = range.start.as_ref().map(|start| {
        let is_after = BinOp::Ge(Token![>=](span));
        binary(value, is_after, start)
    });
    let end = range.end.as_ref().map(|end| {
        let is_before = match range.limits {
            RangeLimits::HalfOpen(_) => BinOp::Lt(Token![<](span)),
            RangeLimits::Closed(_) => BinOp::Le(Token![<=](span)),
        };
        binary(value, is_before, end)
    });
    match (start, end) {
        (Some(start), Some(end)) => Some(binary(&start, BinOp::And(Token![&&](span)), &end)),
        (start, end) => start.or(end),
    }
}

fn binary(left: &Expr, op: BinOp, right: &Expr) -> Expr {
    Expr::Binary(ExprBinary {
        attrs: Vec::new(),
        left: Box::new(left.clone()),
        op,
        right: Box::new(right.clone()),
    })
}

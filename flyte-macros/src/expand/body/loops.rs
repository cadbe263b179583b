//! `break` and `continue`. An `if` or `match` becomes a loop, so in its cases `break` and `continue` must name the loop
//! they mean.

use quote::quote_spanned;
use syn::{Expr, Ident, Lifetime, parse_quote_spanned, spanned::Spanned, visit_mut::VisitMut};

use super::{Rewriter, branch::placed};

/// An enclosing loop, or an enclosing block with a label.
pub(super) struct Leavable {
    label: Option<Lifetime>,
    is_loop: bool,
    /// How many cases of branches enclose it.
    cases: usize,
    /// A label that it must get, because a `break` in a case names it.
    wanted: Option<Lifetime>,
}

impl Rewriter<'_> {
    /// Visits the contents of a loop or block, and adds a label if one turned out to be needed.
    pub(super) fn inside(
        &mut self,
        label: &mut Option<syn::Label>,
        is_loop: bool,
        visit: impl FnOnce(&mut Self),
    ) {
        self.leavable.push(Leavable {
            label: label.as_ref().map(|label| label.name.clone()),
            is_loop,
            cases: self.cases.len(),
            wanted: None,
        });
        visit(self);
        let left = self.leavable.pop();
        if let Some(name) = left.and_then(|left| left.wanted) {
            *label = Some(syn::Label {
                colon_token: syn::Token![:](name.span()),
                name,
            });
        }
    }

    /// `break` or `continue`.
    pub(super) fn leave(&mut self, expr: &mut Expr) {
        let (label, token, value) = match expr {
            Expr::Break(leaves) => (&mut leaves.label, leaves.break_token.span, &mut leaves.expr),
            Expr::Continue(leaves) => (&mut leaves.label, leaves.continue_token.span, &mut None),
            _ => return,
        };
        if let Some(value) = value {
            self.visit_expr_mut(value);
        }
        let number = self.leavable.len();
        let target = self.leavable.iter_mut().rev().find(|around| match label {
            Some(label) => around
                .label
                .as_ref()
                .is_some_and(|own| own.ident == label.ident),
            None => around.is_loop,
        });
        let Some(target) = target else {
            // Without this check the compiler would leave the loop that the branch becomes.
            if !self.cases.is_empty() {
                self.diag.push(
                    token,
                    "there is no loop around this branch to leave: a case of a branch ends with its last expression",
                );
            }
            return;
        };
        let left = self.cases[target.cases..].iter();
        let left: Vec<Ident> = left.map(|(cases, _)| cases.clone()).collect();
        if left.is_empty() {
            return;
        }
        if label.is_none() {
            let name = target.label.clone().or(target.wanted.clone());
            let name = name.unwrap_or_else(|| Lifetime::new(&format!("'__loop{number}"), token));
            if target.label.is_none() {
                target.wanted = Some(name.clone());
            }
            *label = Some(name);
        }
        let checks = left.iter().map(|cases| {
            let cases = placed(cases, token);
            // In parentheses, so that the whole span is that of the user's code.
            quote_spanned!(token=> __flyte::branch::leave(&(#cases));)
        });
        let span = expr.span();
        *expr = parse_quote_spanned!(span=> { #(#checks)* #expr });
    }
}

//! Removes what `macro_rules` leave in a body: `$x:expr` arrives in a group without delimiters, so that operators
//! around it do not change its structure.
//!
//! A group around a self-contained expression has no effect, but all code that inspects expressions would have to
//! handle it. Other groups become parentheses.

use proc_macro2::Span;
use syn::{
    Block, Expr, ExprParen, Stmt,
    spanned::Spanned,
    token,
    visit_mut::{self, VisitMut},
};

/// Removes the groups of a body.
pub(super) fn ungroup(block: &mut Block) {
    Ungroup.visit_block_mut(block);
}

struct Ungroup;

impl VisitMut for Ungroup {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Group(group) = expr {
            let inner = std::mem::replace(&mut *group.expr, Expr::PLACEHOLDER);
            *expr = match holds_together(&inner) {
                true => inner,
                false => in_parentheses(inner),
            };
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            // No operator surrounds a statement, the value of a block, or the value of a variable.
            Stmt::Expr(expr, _) => take_out(expr),
            Stmt::Local(local) => {
                if let Some(init) = local.init.as_mut().filter(|init| init.diverge.is_none()) {
                    take_out(&mut init.expr);
                }
            }
            _ => {}
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }
}

fn take_out(expr: &mut Expr) {
    while let Expr::Group(group) = expr {
        *expr = std::mem::replace(&mut *group.expr, Expr::PLACEHOLDER);
    }
}

/// Whether no operator can change the structure of an expression, and a following `{` is not part of it.
fn holds_together(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Array(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
            | Expr::Tuple(_)
    )
}

/// Marked as generated, so that the compiler does not warn about unnecessary parentheses.
fn in_parentheses(expr: Expr) -> Expr {
    let span = Span::mixed_site().located_at(expr.span());
    Expr::Paren(ExprParen {
        attrs: Vec::new(),
        paren_token: token::Paren(span),
        expr: Box::new(expr),
    })
}

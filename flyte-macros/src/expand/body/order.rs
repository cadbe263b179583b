//! `a >> b` in a workflow's body: `b` runs after `a`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{BinOp, Block, Expr, Stmt, spanned::Spanned, visit_mut::VisitMut};

use super::Rewriter;

impl Rewriter<'_> {
    /// `a >> b >> c` as a statement.
    pub(super) fn order(&mut self, expr: &mut Expr) -> TokenStream {
        match expr {
            Expr::Binary(binary) if matches!(binary.op, BinOp::Shr(_)) => {
                let first = self.order(&mut binary.left);
                let then = self.order(&mut binary.right);
                quote_spanned!(binary.op.span()=> __flyte::run_in_order(#first, #then))
            }
            Expr::Paren(paren) => self.order(&mut paren.expr),
            other => {
                self.visit_expr_mut(other);
                other.to_token_stream()
            }
        }
    }
}

pub(super) fn is_order(expr: &Expr) -> bool {
    matches!(expr, Expr::Binary(binary) if matches!(binary.op, BinOp::Shr(_)))
}

/// Whether a branch has a case that ends with `a >> b`.
pub(super) fn ends_in_order(expr: &Expr) -> bool {
    let block = |block: &Block| matches!(block.stmts.last(), Some(Stmt::Expr(tail, None)) if is_order(tail) || ends_in_order(tail));
    match expr {
        Expr::If(branch) => {
            let otherwise = branch.else_branch.as_ref();
            block(&branch.then_branch) || otherwise.is_some_and(|(_, expr)| ends_in_order(expr))
        }
        Expr::Match(choice) => choice
            .arms
            .iter()
            .any(|arm| is_order(&arm.body) || ends_in_order(&arm.body)),
        Expr::Block(inner) => block(&inner.block),
        _ => false,
    }
}

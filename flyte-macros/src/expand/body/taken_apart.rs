//! What is done with a promise that only its value could answer: patterns that look into it, and arithmetic.
//!
//! Only the compiler knows all types, and refuses the rest in its own words. What is surely a promise is told apart here: an input of
//! a workflow, the result of a call, and a variable that holds one of these.

use quote::ToTokens;
use syn::{BinOp, Expr, ExprBinary, ExprMatch, Pat, UnOp, spanned::Spanned};

use super::{Rewriter, matching};

impl Rewriter<'_> {
    /// Whether an expression that was not rewritten yet surely gives what a call or an input gives.
    pub(super) fn is_promise(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(paren) => self.is_promise(&paren.expr),
            Expr::Group(group) => self.is_promise(&group.expr),
            Expr::Reference(reference) => self.is_promise(&reference.expr),
            Expr::Path(path) => {
                let name = path.path.get_ident().filter(|_| path.qself.is_none());
                name.is_some_and(|name| self.scopes.is_promise(&name.to_string()))
            }
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => path.qself.is_none() && self.is_entity(&path.path),
                _ => false,
            },
            _ => false,
        }
    }

    /// Refuses a `match` on a promise with patterns that look into it; the first of them is the mistake.
    pub(super) fn refuse_patterns(&mut self, choice: &ExprMatch) {
        if self.is_promise(&choice.expr)
            && let Some(arm) = choice.arms.iter().find(|arm| looks_inside(&arm.pat))
        {
            self.refuse_pattern(&arm.pat, &choice.expr);
        }
    }

    /// The same for `if let` and `while let`.
    pub(super) fn refuse_let(&mut self, pat: &Pat, value: &Expr) {
        if self.is_promise(value) && looks_inside(pat) {
            self.refuse_pattern(pat, value);
        }
    }

    fn refuse_pattern(&mut self, pat: &Pat, value: &Expr) {
        // A short name is shown as it is; of a call only that it has a result.
        let shown = match value {
            Expr::Path(path) => path.to_token_stream().to_string(),
            _ => "value".to_owned(),
        };
        let message = match pat {
            Pat::Range(_) => format!(
                "a branch on a promise compares it with constants, and a range is more than one: write `if {shown} >= 0 && {shown} <= 9 {{ .. }} else {{ .. }}`"
            ),
            Pat::Guard(_) => format!(
                "a guard looks at a value, which is not there while the graph is built: write `if {shown} == 1 && .. {{ .. }} else {{ .. }}`"
            ),
            _ => format!(
                "a promise has no value to look into while the graph is built: ask `if {shown}.is_some() {{ .. }} else {{ .. }}`, and let a task take the value apart"
            ),
        };
        self.diag.push_spanned(pat, message);
    }

    /// Refuses arithmetic with a promise.
    pub(super) fn refuse_arithmetic(&mut self, binary: &ExprBinary) {
        let task = match binary.op {
            BinOp::Add(_) => "add",
            BinOp::Sub(_) => "subtract",
            BinOp::Mul(_) => "multiply",
            BinOp::Div(_) => "divide",
            BinOp::Rem(_) => "remainder",
            _ => return,
        };
        if self.is_promise(&binary.left) || self.is_promise(&binary.right) {
            self.diag.push(
                binary.op.span(),
                format!("a promise has no value to calculate with while the graph is built: write a task for it, and call `{task}(..)` here"),
            );
        }
    }

    /// Refuses `-x` and `*x` of a promise.
    pub(super) fn refuse_unary(&mut self, op: &UnOp, operand: &Expr) {
        if !self.is_promise(operand) {
            return;
        }
        let message = match op {
            UnOp::Neg(_) => {
                "a promise has no value to calculate with while the graph is built: write a task for it, and call `negate(..)` here"
            }
            UnOp::Deref(_) => {
                "a promise is passed on as it is, also to a task that borrows: remove the `*`"
            }
            _ => return,
        };
        self.diag.push_spanned(op, message);
    }
}

/// Whether a pattern fits only values of some shape; one that takes outputs apart, such as `(a, b)`, fits what a call gives.
fn looks_inside(pat: &Pat) -> bool {
    match pat {
        Pat::Range(_) | Pat::TupleStruct(_) | Pat::Slice(_) => true,
        Pat::Guard(guarded) => looks_inside(&guarded.pat) || matching::is_constant(&guarded.pat),
        Pat::Paren(paren) => looks_inside(&paren.pat),
        Pat::Or(any) => any.cases.iter().any(looks_inside),
        _ => false,
    }
}

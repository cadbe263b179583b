//! Changes of an outer variable in a case of a branch on a promise, other than with `=`.
//!
//! All cases are built, so all of them would change the variable. The compiler refuses every such change because of a
//! borrow. This module recognises certain cases and explains them in terms of the branch.

use proc_macro2::Ident;
use syn::{BinOp, Expr, ExprAssign, ExprBinary, ExprMethodCall, ExprReference, UnOp};

use super::{Rewriter, condition::is_comparison};

/// Methods that change their receiver.
const CHANGING: [&str; 20] = [
    "append",
    "clear",
    "dedup",
    "drain",
    "entry",
    "extend",
    "extend_from_slice",
    "get_or_insert_with",
    "insert",
    "pop",
    "pop_front",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "remove",
    "resize",
    "sort",
    "take",
    "truncate",
];

impl Rewriter<'_> {
    /// Whether a condition that was not rewritten yet certainly reads a promise.
    pub(super) fn looks_at_promise(&self, cond: &Expr) -> bool {
        match cond {
            Expr::Paren(paren) => self.looks_at_promise(&paren.expr),
            Expr::Group(group) => self.looks_at_promise(&group.expr),
            Expr::Unary(unary) => {
                matches!(unary.op, UnOp::Not(_)) && self.looks_at_promise(&unary.expr)
            }
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) => {
                // A `bool` on the other side may decide by itself; the types are the same.
                self.looks_at_promise(&binary.left) || self.looks_at_promise(&binary.right)
            }
            Expr::Binary(binary) if is_comparison(&binary.op) => {
                self.is_promise(&binary.left) || self.is_promise(&binary.right)
            }
            Expr::MethodCall(method) if self.is_contained(method) => true,
            Expr::MethodCall(method) => {
                ["is_none", "is_some"]
                    .iter()
                    .any(|name| method.method == name)
                    && self.is_promise(&method.receiver)
            }
            other => self.is_promise(other),
        }
    }

    /// Whether an expression certainly compares a promise, alone or among other conditions.
    pub(super) fn is_condition(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Binary(binary) if is_comparison(&binary.op) || matches!(binary.op, BinOp::And(_) | BinOp::Or(_)))
            && self.looks_at_promise(expr)
    }

    /// Refuses `count += 1`.
    pub(super) fn refuse_count(&mut self, binary: &ExprBinary) {
        let changes = matches!(
            binary.op,
            BinOp::AddAssign(_)
                | BinOp::SubAssign(_)
                | BinOp::MulAssign(_)
                | BinOp::DivAssign(_)
                | BinOp::RemAssign(_)
                | BinOp::BitXorAssign(_)
                | BinOp::BitAndAssign(_)
                | BinOp::BitOrAssign(_)
                | BinOp::ShlAssign(_)
                | BinOp::ShrAssign(_)
        );
        if changes && let Some(variable) = self.changed(&binary.left) {
            if !matches!(&*binary.left, Expr::Path(_)) {
                return self.refuse_part(&variable);
            }
            self.diag.push(
                variable.span(),
                format!("`{variable}` is changed in a branch on a promise, and the code of every case runs while the graph is built: let each case give the value, as in `let {variable} = if .. {{ .. }} else {{ .. }};`, or compute it in a task"),
            );
        }
    }

    /// Refuses `list[0] = x` and `pair.0 = x`.
    pub(super) fn refuse_place(&mut self, assign: &ExprAssign) {
        if !matches!(&*assign.left, Expr::Path(_))
            && let Some(variable) = self.changed(&assign.left)
        {
            self.refuse_part(&variable);
        }
    }

    fn refuse_part(&mut self, variable: &Ident) {
        self.diag.push(
            variable.span(),
            format!("a part of `{variable}` is changed in a branch on a promise, and the code of every case runs while the graph is built: give the part a variable of its own, or let each case give the whole, as in `let {variable} = if .. {{ .. }} else {{ .. }};`"),
        );
    }

    /// Refuses `list.push(x)`.
    pub(super) fn refuse_push(&mut self, call: &ExprMethodCall) {
        let name = call.method.to_string();
        if CHANGING.contains(&name.as_str())
            && let Some(variable) = self.changed(&call.receiver)
        {
            self.diag.push(
                variable.span(),
                format!("`{variable}` is changed by `{name}` in a branch on a promise, and the code of every case runs while the graph is built: let each case give the whole, as in `let {variable} = if .. {{ vec![a] }} else {{ vec![b] }};`, or change it in a task"),
            );
        }
    }

    /// Refuses `&mut list`.
    pub(super) fn refuse_lending(&mut self, reference: &ExprReference) {
        if let (Some(mutability), true) = (&reference.mutability, self.is_promise(&reference.expr))
        {
            self.diag.push_spanned(
                mutability,
                "a promise is passed on as it is, and nothing changes it: remove the `&mut`",
            );
        } else if reference.mutability.is_some()
            && let Some(variable) = self.changed(&reference.expr)
        {
            self.diag.push(
                variable.span(),
                format!("`{variable}` is borrowed mutably in a branch on a promise, and the code of every case runs while the graph is built: let each case give the whole value, as in `let {variable} = if .. {{ .. }} else {{ .. }};`, or change it in a task"),
            );
        }
    }

    /// The variable that a place expression belongs to, if it is declared `mut` outside of a case of a branch that is
    /// certainly on a promise.
    pub(super) fn changed(&self, place: &Expr) -> Option<Ident> {
        match place {
            Expr::Paren(paren) => self.changed(&paren.expr),
            Expr::Field(field) => self.changed(&field.base),
            Expr::Index(index) => self.changed(&index.expr),
            Expr::Path(path) => {
                let ident = path.path.get_ident()?;
                let name = ident.to_string();
                let declared = self.scopes.depth_of_variable(&name)?;
                let in_case = self.outer.iter().any(|outer| outer.is_around(declared));
                (in_case && self.scopes.is_mutable(&name)).then(|| ident.clone())
            }
            _ => None,
        }
    }
}

//! The conditions of `if` and `while`: comparisons of promises and of plain values.

use proc_macro2::Span;
use quote::quote_spanned;
use syn::{
    BinOp, Expr, ExprBinary, Ident, UnOp, parse_quote_spanned, spanned::Spanned,
    visit_mut::VisitMut,
};

use super::Rewriter;

impl Rewriter<'_> {
    /// Rewrites a condition. The resulting type decides whether it is known while the graph is built.
    pub(super) fn condition(&mut self, expr: &mut Expr) {
        self.placed(expr, Self::rewritten_condition);
    }

    fn rewritten_condition(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Paren(paren) => self.condition(&mut paren.expr),
            Expr::Group(group) => self.condition(&mut group.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                self.condition(&mut unary.expr);
            }
            Expr::Binary(binary) if !is_plain(&Expr::Binary(binary.clone())) => {
                if let Some(joined) = self.joined(binary) {
                    *expr = joined;
                } else if is_comparison(&binary.op) {
                    if let Some(compared) = self.compared(binary) {
                        *expr = compared;
                    }
                } else {
                    self.visit_expr_mut(expr);
                }
            }
            _ => {
                self.visit_expr_mut(expr);
                self.keep_condition(expr);
            }
        }
    }

    /// A condition in a variable can be used several times, as a `bool` can.
    fn keep_condition(&self, expr: &mut Expr) {
        if let Expr::Path(path) = &*expr
            && let Some(name) = path.path.get_ident().filter(|_| path.qself.is_none())
            && self.scopes.depth_of_variable(&name.to_string()).is_some()
            && !self.scopes.is_promise(&name.to_string())
            && !self.scopes.is_element(&name.to_string())
        {
            *expr = parse_quote_spanned!(name.span()=> __flyte::branch::kept(&#name));
        }
    }

    /// Whether a plain condition asks for the length of a promise, which is refused.
    pub(super) fn counts_promise(&self, cond: &Expr) -> bool {
        match cond {
            Expr::Paren(paren) => self.counts_promise(&paren.expr),
            Expr::Group(group) => self.counts_promise(&group.expr),
            Expr::Unary(unary) => self.counts_promise(&unary.expr),
            Expr::Binary(binary) => {
                self.counts_promise(&binary.left) || self.counts_promise(&binary.right)
            }
            Expr::MethodCall(method) => is_plain(cond) && self.is_promise(&method.receiver),
            _ => false,
        }
    }

    fn joined(&mut self, binary: &mut ExprBinary) -> Option<Expr> {
        let method = match binary.op {
            BinOp::And(_) => "__and",
            BinOp::Or(_) => "__or",
            _ => return None,
        };
        self.condition(&mut binary.left);
        self.condition(&mut binary.right);
        let span = binary.op.span();
        let method = Ident::new(method, span);
        // An operand that is not a condition is reported once, at its own position.
        let [left, right] = [&binary.left, &binary.right].map(|side| {
            // Parentheses that an operand needs are superfluous around an argument.
            let mut side = &**side;
            while let Expr::Paren(paren) = side {
                side = &paren.expr;
            }
            quote_spanned!(side.span()=> __flyte::branch::truth(#side))
        });
        Some(parse_quote_spanned!(span=> __flyte::branch::Join::#method(#left, || #right)))
    }

    /// A comparison, unless it is refused.
    fn compared(&mut self, binary: &mut ExprBinary) -> Option<Expr> {
        let method = match binary.op {
            BinOp::Eq(_) => "__eq",
            BinOp::Ne(_) => "__ne",
            BinOp::Lt(_) => "__lt",
            BinOp::Le(_) => "__le",
            BinOp::Gt(_) => "__gt",
            BinOp::Ge(_) => "__ge",
            _ => return None,
        };
        let is_refused = self.refuse_element(&binary.op, &[&binary.left, &binary.right], "compare");
        self.visit_expr_mut(&mut binary.left);
        self.visit_expr_mut(&mut binary.right);
        if is_refused {
            return None;
        }
        let span: Span = binary.op.span();
        let method = Ident::new(method, span);
        let (left, right) = (&binary.left, &binary.right);
        let compare =
            quote_spanned!(span=> (&&&__flyte::branch::Compare(&(#left), &(#right))).#method());
        Some(parse_quote_spanned!(span=> {
            #[allow(unused_imports)]
            use __flyte::branch::{PromiseLeft as _, PromiseRight as _};
            #compare
        }))
    }
}

/// Whether an expression certainly has nothing to do with a promise, whatever its names refer to. It stays unchanged.
pub(super) fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Cast(_) | Expr::Range(_) => true,
        Expr::Paren(paren) => is_plain(&paren.expr),
        Expr::Group(group) => is_plain(&group.expr),
        Expr::Reference(reference) => is_plain(&reference.expr),
        Expr::Unary(unary) => match unary.op {
            UnOp::Not(_) => is_plain(&unary.expr),
            // A promise can be neither dereferenced nor negated.
            _ => true,
        },
        Expr::Binary(binary) => match binary.op {
            BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_) => true,
            _ => is_plain(&binary.left) && is_plain(&binary.right),
        },
        Expr::MethodCall(method) => ["len", "is_empty"].iter().any(|name| method.method == name),
        Expr::Macro(mac) => mac.mac.path.is_ident("matches") || mac.mac.path.is_ident("cfg"),
        _ => false,
    }
}

/// Whether an operator compares.
pub(super) fn is_comparison(operator: &BinOp) -> bool {
    matches!(
        operator,
        BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)
    )
}

/// `if let`, also after `&&`: a pattern binds values, which a promise does not have yet.
pub(super) fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Paren(paren) => has_let(&paren.expr),
        Expr::Group(group) => has_let(&group.expr),
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

//! Variables that hold a value that is known while the graph is built, or that a pattern binds out of one.

use syn::{Expr, Pat};

use super::{super::macros, Rewriter};

impl Rewriter<'_> {
    /// Declares the names of a pattern that takes a value apart.
    pub(super) fn bind_out_of(&mut self, pat: &mut Pat, is_known: bool) {
        if is_known {
            self.scopes.bind_all_known(pat);
        } else {
            self.scopes.bind(pat);
        }
    }

    /// Whether a value and all its parts are certainly known while the graph is built. What a closure gives may be a
    /// promise.
    pub(super) fn is_known_whole(&self, value: &Expr) -> bool {
        match value {
            Expr::Paren(paren) => self.is_known_whole(&paren.expr),
            Expr::Reference(reference) => self.is_known_whole(&reference.expr),
            Expr::Unary(unary) => self.is_known_whole(&unary.expr),
            Expr::Index(place) => self.is_known_whole(&place.expr),
            Expr::Field(place) => self.is_known_whole(&place.base),
            Expr::Tuple(tuple) => self.are_known(&tuple.elems),
            Expr::MethodCall(method) => {
                self.is_known_whole(&method.receiver) && self.are_known(&method.args)
            }
            Expr::Call(call) => self.is_value(value) && self.are_known(&call.args),
            Expr::Macro(mac) => {
                let elements = macros::list_elements(&mac.mac);
                self.is_value(value) && elements.is_none_or(|elements| self.are_known(&elements))
            }
            // A promise can be neither of them.
            Expr::Cast(_) | Expr::Range(_) => true,
            _ => self.is_value(value),
        }
    }

    fn are_known<'e>(&self, parts: impl IntoIterator<Item = &'e Expr>) -> bool {
        parts.into_iter().all(|part| self.is_known_whole(part))
    }
}

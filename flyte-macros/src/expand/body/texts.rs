//! Durations and amounts written as text in a body. A text that cannot be parsed is an error before any graph is built.

use quote::quote_spanned;
use syn::{Expr, ExprLit, ExprMethodCall, Ident, Lit, LitStr, Pat, Path, parse_quote_spanned};

use super::Rewriter;
use crate::parse;

impl Rewriter<'_> {
    /// Refuses `f(x).with_overrides(|o| o.timeout("soon"))`.
    pub(super) fn refuse_overrides(&mut self, method: &ExprMethodCall) {
        if method.method == "with_overrides"
            && self.is_promise(&method.receiver)
            && let Some((overrides, set)) = closure(method)
        {
            self.refuse_set(overrides, set);
        }
    }

    /// The chained settings in `o.retries(1).timeout("soon")`.
    fn refuse_set(&mut self, overrides: &Ident, set: &Expr) {
        let mut next = set;
        while let Expr::MethodCall(method) = next {
            next = &method.receiver;
            if !is_rooted(next, overrides) {
                return;
            }
            match method.method.to_string().as_str() {
                "timeout" => self.refuse_texts(method, parse::duration_error),
                "shared_memory" => self.refuse_texts(method, parse::quantity_error),
                "requests" | "limits" | "resources" => {
                    if let Some((amounts, set)) = closure(method) {
                        self.refuse_amounts(amounts, set);
                    }
                }
                _ => {}
            }
        }
    }

    /// `r.cpu("2").mem("lots")`.
    fn refuse_amounts(&mut self, amounts: &Ident, set: &Expr) {
        let mut next = set;
        while let Expr::MethodCall(method) = next {
            next = &method.receiver;
            if is_rooted(next, amounts) {
                self.refuse_texts(method, parse::quantity_error);
            }
        }
    }

    /// Checks the argument, or the texts in a tuple argument.
    fn refuse_texts(&mut self, method: &ExprMethodCall, error: fn(&str) -> Option<String>) {
        let texts = method.args.iter().flat_map(|argument| match argument {
            Expr::Tuple(range) => range.elems.iter().collect(),
            other => vec![other],
        });
        for text in texts.filter_map(text) {
            if let Some(error) = error(&text.value()) {
                let name = &method.method;
                self.diag.push(text.span(), format!("`{name}` {error}"));
            }
        }
    }
}

/// Marks a text that is not a duration where the gate of this name takes one. A task of the same name accepts any text.
pub(super) fn mark_timeout(gate: &Path, input: Input<'_>, value: &mut Expr) {
    let Some(gate) = gate.segments.last() else {
        return;
    };
    let is_duration = match (gate.ident.to_string().as_str(), input) {
        ("sleep", Input::At(0)) | ("approve", Input::At(2)) | ("wait_for_input", Input::At(1)) => {
            true
        }
        ("sleep", Input::Named(name)) => name == "duration",
        ("approve" | "wait_for_input", Input::Named(name)) => name == "timeout",
        _ => false,
    };
    if let Some(text) = text(value).filter(|_| is_duration)
        && parse::duration_error(&text.value()).is_some()
    {
        let marked = quote_spanned!(text.span()=> __flyte::InvalidDuration(#text));
        *value = parse_quote_spanned!(text.span()=> #marked);
    }
}

/// Which input of a call an argument is for.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    At(usize),
    Named(&'a Ident),
}

/// The parameter name and the body of a closure that is the only argument.
fn closure(method: &ExprMethodCall) -> Option<(&Ident, &Expr)> {
    let Some(Expr::Closure(closure)) = method.args.first() else {
        return None;
    };
    let Some(Pat::Ident(name)) = closure.inputs.first() else {
        return None;
    };
    Some((&name.ident, &closure.body))
}

/// Whether a chain of methods starts at a variable.
fn is_rooted(expr: &Expr, variable: &Ident) -> bool {
    match expr {
        Expr::MethodCall(method) => is_rooted(&method.receiver, variable),
        Expr::Path(path) => path.path.is_ident(variable),
        _ => false,
    }
}

fn text(expr: &Expr) -> Option<&LitStr> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        _ => None,
    }
}

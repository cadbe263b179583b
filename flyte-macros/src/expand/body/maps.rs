//! `xs.map(|x| f(x, k))`. The types decide whether `xs` is a promise or an iterator.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{
    Expr, ExprCall, ExprClosure, ExprMethodCall, ExprPath, Lit, Path, Stmt, parse_quote,
    parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{Rewriter, refused::holds_mistake};

/// An expression that a map over a promise does not allow but an iterator does.
pub(super) struct Refused {
    /// The check that fails for elements of a promise.
    check: &'static str,
    at: Span,
}

impl Rewriter<'_> {
    /// Turns `xs.map(square)` into `xs.map(|x| square(x))`. The bare name would be the plain function, which would run
    /// while the graph is built.
    pub(super) fn mapped_entity(&self, method: &mut ExprMethodCall) {
        if method.method != "map" || method.args.len() != 1 {
            return;
        }
        if let Some(Expr::Path(ExprPath {
            qself: None, path, ..
        })) = method.args.first()
            && self.is_entity(path)
        {
            let span = path.span();
            method.args = parse_quote_spanned!(span=> |__element| #path(__element));
        }
    }

    /// `[1, 2].map(square).concurrency(2)` is one node, although an array has a `map` of its own.
    pub(super) fn map_of_an_array(&self, method: &mut ExprMethodCall) {
        if !is_option_of_map(&method.method) {
            return;
        }
        let mut receiver = &mut *method.receiver;
        while let Expr::MethodCall(before) = receiver {
            if before.method == "map" {
                if !self.maps_promise(before) && !is_zipped(&before.receiver) {
                    self.mapped_entity(before);
                    before.method = Ident::new("__map", before.method.span());
                }
                return;
            }
            receiver = &mut before.receiver;
        }
    }

    /// Whether an expression is certainly a map over a promise, with or without options.
    pub(super) fn is_mapped(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(paren) => self.is_mapped(&paren.expr),
            Expr::MethodCall(method) if method.method == "map" => self.maps_promise(method),
            Expr::MethodCall(method) => {
                let is_option =
                    is_option_of_map(&method.method) || method.method == "with_overrides";
                is_option && self.is_mapped(&method.receiver)
            }
            _ => false,
        }
    }

    /// Refuses numbers that no map accepts.
    pub(super) fn refuse_option_of_map(&mut self, method: &ExprMethodCall) {
        if !is_option_of_map(&method.method) {
            return;
        }
        let Some(Expr::Lit(literal)) = method.args.first() else {
            return;
        };
        let message = match (&literal.lit, method.method.to_string().as_str()) {
            (Lit::Float(ratio), "min_success_ratio")
                if ratio.base10_parse::<f64>().is_ok_and(|ratio| ratio > 1.0) =>
            {
                "a ratio is a part, from 0.0 to below 1.0: for 50 percent write `0.5`, and for a number of elements `min_successes(..)`"
            }
            (Lit::Float(ratio), "min_success_ratio")
                if ratio.base10_parse::<f64>().is_ok_and(|ratio| ratio >= 1.0) =>
            {
                "with this ratio all elements must succeed, which is the default: remove it, or write a number of at least 0 and below 1"
            }
            (Lit::Int(count), "concurrency")
                if count.base10_parse::<usize>().is_ok_and(|count| count == 0) =>
            {
                "a concurrency of 0 would run nothing: leave it out to run as many at once as the run may"
            }
            (Lit::Int(_), "min_success_ratio") => {
                "a ratio is a part, from 0.0 to below 1.0: for a number of elements write `min_successes(..)`"
            }
            (Lit::Float(_), "min_successes") => {
                "a number of elements has no fraction: for a part of them write `min_success_ratio(..)`"
            }
            _ => return,
        };
        self.diag.push(literal.span(), message);
    }

    /// What is wrong with the closure of a `map` over a promise. It is checked before the closure is rewritten.
    pub(super) fn refused_in_map(&self, method: &ExprMethodCall) -> Option<Refused> {
        let (true, Some(Expr::Closure(closure))) = (
            method.method == "map" || method.method == "__map",
            method.args.first(),
        ) else {
            return None;
        };
        let mut calls = Calls::of(self);
        calls.visit_expr_mut(&mut closure.body.clone());
        let calls = calls.found;
        let body = only_expression(&closure.body);
        let refused = |check, at| Some(Refused { check, at });
        let Some(call) = self.single_call(body) else {
            return match (calls.as_slice(), body) {
                ([], _) => None,
                ([_, second, ..], _) => refused("makes_one_call", second.span()),
                // A map inside a map is reported when the graph is compiled.
                ([_], Expr::MethodCall(of_call)) if of_call.method != "map" => {
                    refused("gives_what_it_calls", of_call.method.span())
                }
                ([_], _) => None,
            };
        };
        let elements = names(closure);
        for argument in &call.args {
            let given = match argument {
                Expr::Assign(assign) => &*assign.right,
                other => other,
            };
            let given = match given {
                Expr::Reference(reference) => &*reference.expr,
                other => other,
            };
            let mut inner = Calls::of(self);
            inner.visit_expr_mut(&mut given.clone());
            if let Some(inner) = inner.found.first() {
                return refused("makes_one_call", inner.span());
            }
            // An element has no operators, fields or methods, and the compiler reports those.
            let is_made = matches!(
                given,
                Expr::Macro(_) | Expr::Array(_) | Expr::Call(_) | Expr::Tuple(_) | Expr::Struct(_)
            );
            let is_parted = is_made && mentions(&given.to_token_stream(), &elements);
            if is_parted {
                return refused("passes_elements_whole", given.span());
            }
        }
        None
    }

    /// The single call of an entity that an expression consists of, apart from its overrides.
    fn single_call<'e>(&self, expr: &'e Expr) -> Option<&'e ExprCall> {
        match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Path(ExprPath {
                    qself: None, path, ..
                }) if self.is_entity(path) => Some(call),
                _ => None,
            },
            Expr::MethodCall(method) if method.method == "with_overrides" => {
                self.single_call(only_expression(&method.receiver))
            }
            _ => None,
        }
    }
}

fn is_option_of_map(name: &Ident) -> bool {
    ["concurrency", "min_success_ratio", "min_successes"]
        .iter()
        .any(|option| name == option)
}

/// Zipped lists have only the graph's `map`.
fn is_zipped(expr: &Expr) -> bool {
    matches!(expr, Expr::MethodCall(zip) if zip.method == "zip")
}

impl Refused {
    /// Inserts the check into the closure, so that it fails to compile for elements of a promise.
    pub(super) fn check(self, method: &mut ExprMethodCall) {
        let Some(Expr::Closure(closure)) = method.args.first_mut() else {
            return;
        };
        let elements = names(closure);
        let (body, span) = (&closure.body, self.at);
        // If the closure contains another error, that one is reported.
        let Some(element) = elements.first().filter(|_| !holds_mistake(body)) else {
            return;
        };
        let element = Ident::new(&element.to_string(), element.span());
        let check = Ident::new(self.check, span);
        let check: TokenStream = quote_spanned!(span=> __flyte::map::Body(&#element).#check(););
        *closure.body = parse_quote!({
            #[allow(unused_imports)]
            use __flyte::map::OfNoMap as _;
            #check
            #body
        });
    }
}

/// The names of a closure's parameters.
fn names(closure: &ExprClosure) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl VisitMut for Names {
        fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
            self.0.push(pat.ident.clone());
        }
    }
    let mut names = Names(Vec::new());
    for input in &closure.inputs {
        names.visit_pat_mut(&mut input.clone());
    }
    names.0
}

fn mentions(tokens: &TokenStream, names: &[Ident]) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&ident),
        TokenTree::Group(group) => mentions(&group.stream(), names),
        _ => false,
    })
}

/// The expression inside parentheses, and inside a block that contains only an expression.
fn only_expression(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => only_expression(&paren.expr),
        Expr::Group(group) => only_expression(&group.expr),
        Expr::Block(block) if block.label.is_none() => match block.block.stmts.as_slice() {
            [Stmt::Expr(inner, None)] => only_expression(inner),
            _ => expr,
        },
        _ => expr,
    }
}

/// Collects the calls of entities in an expression, outer ones first.
pub(super) struct Calls<'r, 'd> {
    rewriter: &'r Rewriter<'d>,
    pub(super) found: Vec<Path>,
}

impl<'r, 'd> Calls<'r, 'd> {
    pub(super) fn of(rewriter: &'r Rewriter<'d>) -> Self {
        Self {
            rewriter,
            found: Vec::new(),
        }
    }
}

impl VisitMut for Calls<'_, '_> {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        if let Expr::Path(ExprPath {
            qself: None, path, ..
        }) = &*call.func
            && self.rewriter.is_entity(path)
        {
            self.found.push(path.clone());
        }
        visit_mut::visit_expr_call_mut(self, call);
    }
}

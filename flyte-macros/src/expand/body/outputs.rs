//! Patterns that take the outputs of a call apart: `let (a, b) = f(x)` and `let Summary { mean, .. } = f(x)`.

use quote::quote_spanned;
use syn::{Expr, FieldPat, Local, Pat, parse_quote, parse_quote_spanned, spanned::Spanned};

use super::{Rewriter, branch::hidden, variable};

impl Rewriter<'_> {
    /// The variables of `let (a, b) = ..` that surely hold promises.
    pub(super) fn promises_in(&self, local: &Local) -> Vec<String> {
        let (Pat::Tuple(names), Some(init)) = (&local.pat, &local.init) else {
            return Vec::new();
        };
        let all = self.is_promise(&init.expr) && !self.is_input(&init.expr);
        let values = match &*init.expr {
            Expr::Tuple(values) if values.elems.len() == names.elems.len() => Some(&values.elems),
            _ => None,
        };
        let named = names.elems.iter().enumerate();
        let named = named.filter(|(index, _)| {
            all || values.is_some_and(|values| self.is_promise(&values[*index]))
        });
        let named = named.filter_map(|(_, pat)| Some(variable(pat)?.ident.to_string()));
        named.collect()
    }

    /// The variables of `let Summary { mean, .. } = summary(xs);`, which hold promises.
    pub(super) fn outputs_by_name(&self, local: &Local) -> Vec<String> {
        let (Pat::Struct(pattern), Some(init)) = (&local.pat, &local.init) else {
            return Vec::new();
        };
        if init.diverge.is_some() || !self.is_promise(&init.expr) || self.is_input(&init.expr) {
            return Vec::new();
        }
        let names = pattern.fields.iter();
        let names = names.filter_map(|field| Some(variable(&field.pat)?.ident.to_string()));
        names.collect()
    }

    /// `let Summary { mean, .. } = summary(xs);` takes the outputs by their names.
    pub(super) fn take_outputs_apart(&mut self, local: &mut Local) {
        let (Pat::Struct(pattern), Some(init)) = (&local.pat, &mut local.init) else {
            return;
        };
        let is_name = |field: &FieldPat| matches!(&*field.pat, Pat::Ident(_) | Pat::Wild(_));
        if init.diverge.is_some()
            || !self.is_promise(&init.expr)
            || self.is_input(&init.expr)
            || !pattern.fields.iter().all(is_name)
        {
            return;
        }
        let outputs = hidden("__outputs", pattern.path.span());
        let members = pattern.fields.iter().map(|field| {
            let member = &field.member;
            quote_spanned!(member.span()=> #outputs.#member)
        });
        let members: Vec<_> = members.collect();
        // The compiler checks that the pattern is one of the outputs. It is as written, for what the compiler proposes.
        let path = &pattern.path;
        let check = quote_spanned!(pattern.path.span()=>
            #[allow(unused_mut, unused_variables)]
            let _ = |#pattern: #path| {};
        );
        let fields = pattern.fields.iter();
        let names: Vec<Pat> = fields.map(|field| (*field.pat).clone()).collect();
        let made = &init.expr;
        // What makes them is rewritten as everything else is.
        let taken = quote_spanned!(made.span()=> {
            let #outputs = #made;
            #check
            (#(#members,)*)
        });
        *init.expr = parse_quote!(#taken);
        local.pat = parse_quote!((#(#names,)*));
    }
}

/// The outputs that a pattern takes apart.
pub(super) enum Parts {
    /// `(a, b)`: as many as it has names.
    All(usize),
    /// `(a, ..)`
    Some,
}

/// The outputs that a pattern takes apart, where it is one of a tuple.
pub(super) fn parts(pat: &Pat) -> Option<Parts> {
    match pat {
        Pat::Type(typed) => parts(&typed.pat),
        Pat::Paren(paren) => parts(&paren.pat),
        Pat::Tuple(names) if names.elems.iter().any(|name| matches!(name, Pat::Rest(_))) => {
            Some(Parts::Some)
        }
        Pat::Tuple(names) => {
            let count = names.elems.len();
            (1..=MOST_OUTPUTS)
                .contains(&count)
                .then_some(Parts::All(count))
        }
        _ => None,
    }
}

/// How many outputs a task may have without names.
const MOST_OUTPUTS: usize = 8;

/// What a pattern takes apart, which has to be outputs that it fits.
pub(super) fn as_outputs(expr: &mut Expr, parts: &Parts) {
    let span = expr.span();
    *expr = match parts {
        Parts::All(count) => {
            let parts = std::iter::repeat_n(quote_spanned!(span=> _,), *count);
            parse_quote_spanned!(span=> __flyte::fields::apart::<(#(#parts)*)>(#expr))
        }
        Parts::Some => parse_quote_spanned!(span=> __flyte::fields::apart(#expr)),
    };
}

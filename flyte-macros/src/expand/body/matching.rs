//! `match` in a workflow's body.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprMatch, Pat, parse_quote, spanned::Spanned, visit_mut::VisitMut};

use super::{
    Rewriter,
    branch::{Use, assemble},
};

impl Rewriter<'_> {
    /// Rewrites a `match` whose patterns a promise can be compared with.
    pub(super) fn choice(&mut self, choice: &mut ExprMatch, used: Use) -> Option<Expr> {
        self.refuse_patterns(choice);
        let constants: Option<Vec<Vec<TokenStream>>> = choice
            .arms
            .iter()
            .map(|arm| {
                let mut constants = Vec::new();
                let catch_all = collect(&arm.pat, &mut constants)?;
                if catch_all {
                    constants.clear();
                }
                Some(constants)
            })
            .collect();
        let constants = constants?;
        if constants.iter().all(Vec::is_empty) {
            return None;
        }
        self.refuse_open_end(choice);
        let attrs = std::mem::take(&mut choice.attrs);
        self.visit_expr_mut(&mut choice.expr);
        // Named only when an arm needs it again; what is not named lives as long as in any `match`.
        let named = choice.arms.iter().any(|arm| catch_all(&arm.pat).is_some());
        let (before, scrutinee) = match (&*choice.expr, named) {
            (Expr::Path(_), _) | (_, false) => (None, choice.expr.to_token_stream()),
            (value, true) => (Some(quote!(let __scrutinee = #value;)), quote!(__scrutinee)),
        };
        self.watch_outer();
        let span = choice.match_token.span;
        let cases = self.new_cases(span);
        self.cases.push(cases.clone());
        let mut arms = Vec::new();
        let mut checks = TokenStream::new();
        for (index, arm) in choice.arms.iter_mut().enumerate() {
            let (pat, attrs) = (&arm.pat, &arm.attrs);
            let index = proc_macro2::Literal::usize_suffixed(index);
            let name = catch_all(pat);
            let checked = match name {
                Some(_) => quote!(_),
                None => pat.to_token_stream(),
            };
            checks.extend(quote!(#(#attrs)* #checked => #index,));
            self.scopes.push();
            self.scopes.bind(&mut arm.pat.clone());
            let mut code = self.case_expr(&mut arm.body, &cases, used);
            self.scopes.pop();
            if let Some(pat) = name {
                // A promise is copied and a plain value moved, as by the pattern.
                let inside = code.code;
                code.code = quote!({ #[allow(unused_variables)] let #pat = #scrutinee; #inside });
            }
            arms.push(code);
        }
        self.cases.pop();
        let outer = self.outer_seen();
        // The compiler checks that the patterns fit and that none is missing, as in any `match`.
        let check = quote_spanned!(span=> match *__value { #checks });
        let pick = quote_spanned!(choice.expr.span()=> __flyte::branch::Switch(__value).__pick(
            |__value| #check,
            #[allow(overflowing_literals)]
            || __flyte::vec![#(__flyte::vec![#(#constants),*]),*],
            "match",
        ));
        let begin = quote_spanned!(choice.expr.span()=> match &(#scrutinee) {
            __value => {
                #[allow(unused_imports)]
                use __flyte::branch::PlainSwitch as _;
                #pick
            }
        });
        let whole = assemble(&cases, &begin, arms, &outer, span);
        Some(parse_quote!({ #before #(#attrs)* #whole }))
    }
}

/// A pattern that is a name for whatever comes: `other`.
fn catch_all(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::Ident(name)
            if name.by_ref.is_none()
                && name.subpat.is_none()
                && !name.ident.to_string().starts_with(char::is_uppercase) =>
        {
            Some(pat)
        }
        _ => None,
    }
}

/// Whether a pattern is constants and nothing else.
pub(super) fn is_constant(pat: &Pat) -> bool {
    collect(pat, &mut Vec::new()) == Some(false)
}

/// Collects the constants of a pattern. Says whether it takes everything; nothing for a pattern that is more than constants.
fn collect(pat: &Pat, constants: &mut Vec<TokenStream>) -> Option<bool> {
    match pat {
        Pat::Wild(_) => Some(true),
        Pat::Lit(_) => {
            constants.push(pat.to_token_stream());
            Some(false)
        }
        Pat::Path(path) => {
            constants.push(path.to_token_stream());
            Some(false)
        }
        // A name in upper case is a constant or a variant, as the compiler's own lints have it.
        Pat::Ident(name)
            if name.by_ref.is_none()
                && name.mutability.is_none()
                && name.subpat.is_none()
                && name.ident.to_string().starts_with(char::is_uppercase) =>
        {
            constants.push(name.to_token_stream());
            Some(false)
        }
        Pat::Ident(_) if catch_all(pat).is_some() => Some(true),
        Pat::Paren(paren) => collect(&paren.pat, constants),
        Pat::Or(any) => {
            let mut catch_all = false;
            for pat in &any.cases {
                catch_all |= collect(pat, constants)?;
            }
            Some(catch_all)
        }
        _ => None,
    }
}

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
        let attrs = std::mem::take(&mut choice.attrs);
        self.visit_expr_mut(&mut choice.expr);
        self.watch_outer();
        let cases = self.new_cases();
        self.cases.push(cases.clone());
        let mut arms = Vec::new();
        let mut checks = TokenStream::new();
        for (index, arm) in choice.arms.iter_mut().enumerate() {
            let (pat, attrs) = (&arm.pat, &arm.attrs);
            let index = proc_macro2::Literal::usize_suffixed(index);
            checks.extend(quote!(#(#attrs)* #pat => #index,));
            arms.push(self.case_expr(&mut arm.body, &cases, used));
        }
        self.cases.pop();
        let outer = self.outer_seen();
        let scrutinee = &choice.expr;
        let span = choice.match_token.span;
        // The compiler checks that the patterns fit and that none is missing, as in any `match`.
        let check = quote_spanned!(span=> match *__value { #checks });
        let pick = quote_spanned!(scrutinee.span()=> __flyte::branch::Switch(__value).__pick(
            |__value| #check,
            #[allow(overflowing_literals)]
            || __flyte::vec![#(__flyte::vec![#(#constants),*]),*],
            "match",
        ));
        let begin = quote_spanned!(scrutinee.span()=> match &(#scrutinee) {
            __value => {
                #[allow(unused_imports)]
                use __flyte::branch::PlainSwitch as _;
                #pick
            }
        });
        let whole = assemble(&cases, &begin, arms, &outer, span);
        Some(parse_quote!({ #(#attrs)* #whole }))
    }
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

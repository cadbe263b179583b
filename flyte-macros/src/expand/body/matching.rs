//! `match` in a workflow's body.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Arm, Attribute, Expr, ExprMatch, Lit, Pat, parse_quote, spanned::Spanned, visit_mut::VisitMut,
};

use super::{
    Rewriter,
    branch::{Use, assemble, hidden, one_of},
};

impl Rewriter<'_> {
    /// Rewrites a `match` whose patterns can be compared with a promise.
    pub(super) fn choice(&mut self, choice: &mut ExprMatch, used: Use) -> Option<Expr> {
        // A promise is copied, so it is read without a reference.
        if let Expr::Reference(reference) = &*choice.expr
            && self.is_promise(&reference.expr)
        {
            choice.expr = reference.expr.clone();
        }
        let own = self.found(|this| {
            this.refuse_tuple_of_promises(choice);
            this.refuse_patterns(choice);
            this.refuse_literals(choice);
        });
        if !own.is_empty() {
            return Some(self.refused_match(choice, own));
        }
        let constants: Option<Vec<Vec<Constant>>> = choice
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
        let own = self.found(|this| this.refuse_open_end(choice));
        if !own.is_empty() {
            return Some(self.refused_match(choice, own));
        }
        let all_literal = constants
            .iter()
            .flatten()
            .all(|constant| matches!(constant, Constant::Literal(_)));
        let of_literals = all_literal.then(|| quote!(::<__flyte::branch::Literal>));
        let constants = constants.iter().map(|constants| {
            let constants = constants
                .iter()
                .map(|constant| constant.tokens(all_literal));
            quote!(__flyte::vec![#(#constants),*])
        });
        let [there, value, named_value] =
            ["__there", "__value", "__scrutinee"].map(|name| hidden(name, choice.expr.span()));
        let cases_there = constants.zip(&choice.arms).enumerate();
        let cases_there = cases_there.map(|(index, (constants, arm))| {
            let cfg = cfg(arm);
            quote!(#(#cfg)* #there.push((#index, #constants));)
        });
        let constants: Vec<_> = cases_there.collect();
        let attrs = std::mem::take(&mut choice.attrs);
        let on_promise = self.is_promise(&choice.expr);
        let is_known = self.is_known_whole(&choice.expr);
        self.visit_expr_mut(&mut choice.expr);
        // The value gets a name only if an arm needs it again. Without a name, it lives as long as in any `match`.
        let named = choice.arms.iter().any(|arm| catch_all(&arm.pat).is_some());
        let (before, scrutinee) = match (&*choice.expr, named) {
            (Expr::Path(_), _) | (_, false) => (None, choice.expr.to_token_stream()),
            (given, true) => (
                Some(quote!(let #named_value = #given;)),
                quote!(#named_value),
            ),
        };
        self.watch_outer(on_promise);
        let span = choice.match_token.span;
        let cases = self.new_cases(span);
        self.cases.push((cases.clone(), self.scopes.depth()));
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
            self.bind_out_of(&mut arm.pat.clone(), is_known);
            let mut code = self.case_expr(&mut arm.body, &cases, used);
            self.scopes.pop();
            if let Some(pat) = name {
                // As with the pattern itself, a promise is copied and a plain value is moved.
                let inside = code.code;
                code.code = quote!({ #[allow(unused_variables)] let #pat = #scrutinee; #inside });
            }
            code.cfg = cfg(arm).into_iter().cloned().collect();
            arms.push(code);
        }
        self.cases.pop();
        let outer = self.outer_seen();
        // The compiler checks that the patterns fit and that none is missing, as in any `match`.
        let check = quote_spanned!(span=> match *#value { #checks });
        let pick = quote_spanned!(choice.expr.span()=> __flyte::branch::Switch(#value).__pick(
            |#value| #check,
            || {
                let mut #there = __flyte::branch::no_cases #of_literals ();
                #(#constants)*
                #there
            },
            "match",
        ));
        let begin = quote_spanned!(choice.expr.span()=> match &(#scrutinee) {
            #value => {
                #[allow(unused_imports)]
                use __flyte::branch::PlainSwitch as _;
                #pick
            }
        });
        let choose = one_of(&cases, arms, span);
        let whole = assemble(&cases, &begin, &choose, &outer, span);
        Some(parse_quote!({ #before #(#attrs)* #whole }))
    }
}

/// The attributes that decide whether an arm is compiled.
fn cfg(arm: &Arm) -> Vec<&Attribute> {
    let attrs = arm.attrs.iter();
    attrs.filter(|attr| attr.path().is_ident("cfg")).collect()
}

/// The kind of literal that values of a type are compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LiteralKind {
    Text,
    Integer,
    Bool,
}

impl LiteralKind {
    pub(super) fn of_type(ty: &str) -> Option<Self> {
        match ty.rsplit("::").next().unwrap_or(ty).trim() {
            "String" => Some(Self::Text),
            "bool" => Some(Self::Bool),
            "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" => {
                Some(Self::Integer)
            }
            _ => None,
        }
    }

    pub(super) fn of_literal(literal: &Lit) -> Option<Self> {
        match literal {
            Lit::Str(_) => Some(Self::Text),
            Lit::Int(_) => Some(Self::Integer),
            Lit::Bool(_) => Some(Self::Bool),
            _ => None,
        }
    }

    /// Its name, and an example.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("a text", "\"a\""),
            Self::Integer => ("an integer", "1"),
            Self::Bool => ("a `bool`", "true"),
        }
    }
}

/// A pattern that binds any value to a name: `other`.
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

/// Whether a pattern consists only of constants.
pub(super) fn is_constant(pat: &Pat) -> bool {
    collect(pat, &mut Vec::new()) == Some(false)
}

/// A constant in a pattern.
enum Constant {
    Literal(TokenStream),
    Named(TokenStream),
}

impl Constant {
    /// A literal, whatever the type of the value.
    fn literal(literal: &Lit) -> Self {
        let (variant, value) = match literal {
            // A literal that is too large for the value's type is reported in the pattern.
            Lit::Int(_) | Lit::Byte(_) => (
                quote!(Integer),
                quote!(#[allow(overflowing_literals, clippy::cast_lossless)] { #literal as ::core::primitive::i128 }),
            ),
            Lit::Bool(_) => (quote!(Bool), literal.to_token_stream()),
            Lit::Str(_) => (quote!(Text), literal.to_token_stream()),
            _ => return Self::Named(literal.to_token_stream()),
        };
        Self::Literal(quote!(__flyte::branch::Literal::#variant(#value)))
    }

    fn tokens(&self, all_literal: bool) -> TokenStream {
        match self {
            Self::Literal(literal) if all_literal => literal.clone(),
            Self::Literal(literal) => quote!(__flyte::branch::Constant::Literal(#literal)),
            Self::Named(constant) => quote!(__flyte::branch::Constant::Named(#constant)),
        }
    }
}

/// Collects the constants of a pattern. Returns whether it matches everything; `None` for a pattern with other parts.
fn collect(pat: &Pat, constants: &mut Vec<Constant>) -> Option<bool> {
    match pat {
        Pat::Wild(_) => Some(true),
        Pat::Lit(literal) => {
            constants.push(Constant::literal(&literal.lit));
            Some(false)
        }
        Pat::Path(path) => {
            constants.push(Constant::Named(path.to_token_stream()));
            Some(false)
        }
        // A name in upper case is a constant or a variant, as in the compiler's own lints.
        Pat::Ident(name)
            if name.by_ref.is_none()
                && name.mutability.is_none()
                && name.subpat.is_none()
                && name.ident.to_string().starts_with(char::is_uppercase) =>
        {
            constants.push(Constant::Named(name.to_token_stream()));
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

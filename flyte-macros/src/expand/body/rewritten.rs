//! Branches in other notations, which are normalised before any other step.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{BinOp, Expr, ExprIf, ExprLit, ExprMatch, Lit, Pat, UnOp, parse_quote, spanned::Spanned};

use super::{Rewriter, branch::Use, condition::is_comparison};

/// How many links of a chain of `else if` are split at most: each doubles the code of those behind it.
const MOST_SPLIT: usize = 3;

impl Rewriter<'_> {
    /// `match x > 3 { true => .., false => .. }` becomes an `if`, and so does a match on a variable that may hold a
    /// condition.
    pub(super) fn choice_of_truth(&self, choice: &ExprMatch) -> Option<ExprIf> {
        let may_be_condition = match without_parentheses(&choice.expr) {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
                let name = name.to_string();
                let is_local = self.scopes.depth_of_variable(&name).is_some();
                is_local && !self.scopes.is_promise(&name) && !self.scopes.is_known(&name)
            }),
            // A condition with a known value becomes the same `if`.
            Expr::Binary(binary) => {
                let joins = matches!(binary.op, BinOp::And(_) | BinOp::Or(_));
                joins || is_comparison(&binary.op)
            }
            Expr::Unary(unary) => matches!(unary.op, UnOp::Not(_)),
            _ => false,
        };
        let [first, second] = choice.arms.as_slice() else {
            return None;
        };
        let (first_is, second_is) = (truth(&first.pat)?, truth(&second.pat));
        let is_rest = matches!(&second.pat, Pat::Wild(_)) || second_is == Some(!first_is);
        let has_cfg = choice.arms.iter().any(|arm| !arm.attrs.is_empty());
        if !may_be_condition || !is_rest || has_cfg {
            return None;
        }
        let (then, otherwise) = match first_is {
            true => (&first.body, &second.body),
            false => (&second.body, &first.body),
        };
        let (cond, span) = (without_parentheses(&choice.expr), choice.match_token.span);
        let [then, otherwise] = [then, otherwise].map(|body| match &**body {
            Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
                block.to_token_stream()
            }
            body => quote_spanned!(body.span()=> { #body }),
        });
        let branch = quote_spanned!(span=> if #cond #then else #otherwise);
        syn::parse2(branch).ok()
    }

    /// `if let Some(n) = k && x > n { .. }`, where `x` is a promise, becomes an `if` inside an `if let`.
    ///
    /// What follows `else` is then written twice, so the code doubles with each such link of a chain of `else if`.
    pub(super) fn split_chain(&mut self, branch: &ExprIf, used: Use) -> Option<Expr> {
        let mut terms = Vec::new();
        chained(&branch.cond, &mut terms);
        let first_promise = self.split_at(&terms)?;
        if let Some(beyond) = self.split_links_after(branch).get(MOST_SPLIT - 1) {
            self.diag.push(
                *beyond,
                "at most three links of a chain of `else if` can join `let` and a condition on a promise: write this \
                 one as `else { if let .. { if .. { .. } else { .. } } else { .. } }`, or name its condition first",
            );
            // Of any type, so the rest of the body is checked.
            return Some(parse_quote!(loop {}));
        }
        let joined = |terms: &[&Expr]| {
            let (first, rest) = terms.split_first().expect("both parts have a term");
            rest.iter()
                .fold(first.to_token_stream(), |all, term| quote!(#all && #term))
        };
        let (plain, on_promise) = (
            joined(&terms[..first_promise]),
            joined(&terms[first_promise..]),
        );
        let (attrs, then, span) = (&branch.attrs, &branch.then_branch, branch.if_token.span);
        let otherwise = branch.else_branch.as_ref();
        let otherwise =
            otherwise.map_or_else(TokenStream::new, |(_, otherwise)| match &**otherwise {
                block @ Expr::Block(_) => quote_spanned!(span=> else #block),
                other => quote_spanned!(span=> else { #other }),
            });
        let is_statement = used == Use::Nothing || branch.else_branch.is_none();
        let end = is_statement.then(|| quote!(;));
        let split = quote_spanned!(span=> #(#attrs)* if #plain { if #on_promise #then #otherwise #end } #otherwise);
        syn::parse2(split).ok()
    }

    /// The first operand of `&&` that looks at a promise, if all `let` are before it.
    fn split_at(&self, terms: &[&Expr]) -> Option<usize> {
        let last_let = terms
            .iter()
            .rposition(|term| matches!(term, Expr::Let(_)))?;
        let first_promise = terms
            .iter()
            .position(|term| !matches!(term, Expr::Let(_)) && self.looks_at_promise(term))?;
        (first_promise > last_let).then_some(first_promise)
    }

    /// The further links of a chain of `else if` that would be split as well.
    fn split_links_after(&self, branch: &ExprIf) -> Vec<Span> {
        let mut links = Vec::new();
        let mut branch = branch;
        while let Some((_, otherwise)) = &branch.else_branch
            && let Expr::If(link) = &**otherwise
        {
            let mut terms = Vec::new();
            chained(&link.cond, &mut terms);
            if self.split_at(&terms).is_some() {
                links.push(link.if_token.span);
            }
            branch = link;
        }
        links
    }
}

/// The operands of `&&`.
fn chained<'e>(cond: &'e Expr, terms: &mut Vec<&'e Expr>) {
    match cond {
        Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
            chained(&binary.left, terms);
            chained(&binary.right, terms);
        }
        other => terms.push(other),
    }
}

fn without_parentheses(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => without_parentheses(&paren.expr),
        other => other,
    }
}

/// `true` or `false` as a pattern.
fn truth(pat: &Pat) -> Option<bool> {
    match pat {
        Pat::Lit(ExprLit {
            lit: Lit::Bool(truth),
            ..
        }) => Some(truth.value),
        _ => None,
    }
}

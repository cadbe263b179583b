//! How the cases of a branch use the variables around them.

use std::collections::BTreeMap;

use quote::{ToTokens, quote_spanned};
use syn::{Expr, Ident, parse_quote};

use super::{Rewriter, branch::placed};

/// The outer variables that the cases of one branch use.
pub(super) struct Outer {
    /// How many blocks enclose the branch.
    depth: usize,
    /// Whether the branch is certainly on a promise.
    on_promise: bool,
    mentioned: BTreeMap<String, Ident>,
    assigned: BTreeMap<String, Ident>,
    /// The assigned variables that had no value before.
    late: BTreeMap<String, Ident>,
}

impl Outer {
    /// Whether the branch is certainly on a promise, and a variable of this depth is outside of it.
    pub(super) fn is_around(&self, depth: usize) -> bool {
        self.on_promise && depth < self.depth
    }

    /// The variables assigned with `=`, which a branch on a promise merges.
    pub(super) fn assigned(&self) -> Vec<Ident> {
        let assigned = self.assigned.iter();
        let assigned = assigned.filter(|(name, _)| !self.late.contains_key(*name));
        assigned.map(|(_, ident)| ident.clone()).collect()
    }

    /// The variables that get their first value, which only a plain branch can assign.
    pub(super) fn late(&self) -> impl Iterator<Item = &Ident> {
        self.late.values()
    }

    /// The variables that must not change while a case of a branch on a promise is built.
    pub(super) fn held(&self) -> Vec<Ident> {
        let held = self.mentioned.iter();
        let held = held.filter(|(name, _)| !self.assigned.contains_key(*name));
        held.map(|(_, ident)| ident.clone()).collect()
    }
}

impl Rewriter<'_> {
    pub(super) fn watch_outer(&mut self, on_promise: bool) {
        self.outer.push(Outer {
            depth: self.scopes.depth(),
            on_promise,
            mentioned: BTreeMap::new(),
            assigned: BTreeMap::new(),
            late: BTreeMap::new(),
        });
    }

    pub(super) fn outer_seen(&mut self) -> Outer {
        self.outer
            .pop()
            .expect("begun and ended by the same branch")
    }

    /// Copies an outer variable that a case of a branch on a promise passes on, because the other cases use it too. A
    /// branch on a plain value moves it, as usual.
    pub(super) fn keep_for_other_cases(&self, expr: &mut Expr) {
        let Expr::Path(path) = &*expr else {
            return;
        };
        let Some(variable) = path.path.get_ident().filter(|_| path.qself.is_none()) else {
            return;
        };
        let variable = variable.clone();
        let name = variable.to_string();
        let Some(declared) = self.scopes.depth_of_variable(&name) else {
            return;
        };
        // Promises implement `Copy`.
        if self.scopes.is_promise(&name) || self.scopes.is_element(&name) {
            return;
        }
        let around = self.cases.iter().filter(|(_, depth)| declared < *depth);
        let mut kept = variable.to_token_stream();
        for (cases, _) in around.rev() {
            let cases = placed(cases, variable.span());
            kept = quote_spanned!(variable.span()=>
                if #cases.is_graph() {
                    __flyte::branch::again(#cases.in_graph());
                    #cases.copy_of(&#variable)
                } else {
                    __flyte::branch::again(#cases.in_plain());
                    #kept
                }
            );
            kept = quote_spanned!(variable.span()=> { #kept });
        }
        *expr = parse_quote!(#kept);
    }

    /// Records the use of a variable.
    pub(super) fn mention(&mut self, ident: &Ident) {
        self.note(ident, |outer| &mut outer.mentioned);
    }

    /// Records an assignment.
    pub(super) fn assign(&mut self, target: &Expr) {
        match target {
            Expr::Path(path) if path.qself.is_none() => {
                if let Some(ident) = path.path.get_ident() {
                    self.note(ident, |outer| &mut outer.assigned);
                    if self.scopes.is_late(&ident.to_string()) {
                        self.note(ident, |outer| &mut outer.late);
                    }
                }
            }
            Expr::Paren(paren) => self.assign(&paren.expr),
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|target| self.assign(target)),
            Expr::Array(array) => array.elems.iter().for_each(|target| self.assign(target)),
            _ => {}
        }
    }

    fn note(&mut self, ident: &Ident, list: fn(&mut Outer) -> &mut BTreeMap<String, Ident>) {
        if self.outer.is_empty() {
            return;
        }
        let name = ident.to_string();
        let Some(depth) = self.scopes.depth_of_variable(&name) else {
            return;
        };
        for outer in &mut self.outer {
            if depth < outer.depth {
                list(outer)
                    .entry(name.clone())
                    .or_insert_with(|| ident.clone());
            }
        }
    }
}

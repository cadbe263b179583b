//! Keeps track of the local names at each place in a body.

use std::collections::HashMap;

use syn::{Block, Item, Pat, Stmt, visit_mut::VisitMut};

use crate::parse;

/// The local names, block by block.
pub(crate) struct Scopes(Vec<HashMap<String, Local>>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Local {
    Variable,
    /// A variable that is declared `mut`.
    Mutable,
    /// An input of the workflow, which is a promise.
    Input,
    /// A variable that holds the result of a call, or an input of the workflow.
    Promise,
    /// A variable whose value is certainly known while the graph is built.
    Known,
    /// A variable that gets its only value after its declaration.
    Late,
    /// The parameter of a closure that maps over a promise of a list.
    Element,
    Function,
    /// A name that a macro was given, which may have declared it.
    Perhaps,
}

impl Scopes {
    pub(crate) fn new() -> Self {
        Self(vec![HashMap::new()])
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        let is_local = |local: &Local| *local != Local::Perhaps;
        self.0
            .iter()
            .any(|scope| scope.get(name).is_some_and(is_local))
    }

    /// The number of enclosing blocks.
    pub(crate) fn depth(&self) -> usize {
        self.0.len()
    }

    /// The block that declares a variable, counted from the outermost; `None` for other names.
    pub(crate) fn depth_of_variable(&self, name: &str) -> Option<usize> {
        let (depth, scope) = self
            .0
            .iter()
            .enumerate()
            .rev()
            .find(|(_, scope)| scope.contains_key(name))?;
        (!matches!(scope[name], Local::Function | Local::Perhaps)).then_some(depth)
    }

    /// Whether a variable is declared without a value and can be assigned only once.
    pub(crate) fn is_late(&self, name: &str) -> bool {
        self.local(name) == Some(Local::Late)
    }

    /// Declares the name of `let x;`.
    pub(crate) fn bind_late(&mut self, pat: &Pat) {
        let ident = match pat {
            Pat::Type(typed) => &*typed.pat,
            other => other,
        };
        if let (Pat::Ident(name), Some(scope)) = (ident, self.0.last_mut())
            && name.mutability.is_none()
        {
            scope.insert(name.ident.to_string(), Local::Late);
        }
    }

    /// Declares the name of a workflow's input.
    pub(crate) fn bind_input(&mut self, name: String) {
        if let Some(scope) = self.0.last_mut() {
            scope.insert(name, Local::Input);
        }
    }

    /// Whether a name is that of a workflow's input.
    pub(crate) fn is_input(&self, name: &str) -> bool {
        self.local(name) == Some(Local::Input)
    }

    /// Notes a name that a macro was given, unless it is local already.
    pub(crate) fn bind_perhaps(&mut self, name: String) {
        if self.local(&name).is_none()
            && let Some(scope) = self.0.last_mut()
        {
            scope.insert(name, Local::Perhaps);
        }
    }

    /// Whether a macro may have declared a name that is not local otherwise.
    pub(crate) fn is_perhaps(&self, name: &str) -> bool {
        self.local(name) == Some(Local::Perhaps)
    }

    /// What a name is, if it is local.
    fn local(&self, name: &str) -> Option<Local> {
        self.0
            .iter()
            .rev()
            .find_map(|scope| scope.get(name))
            .copied()
    }

    /// Declares the name of a promise.
    pub(crate) fn bind_promise(&mut self, name: String) {
        if let Some(scope) = self.0.last_mut() {
            scope.insert(name, Local::Promise);
        }
    }

    /// Declares the name of a value that is known while the graph is built.
    pub(crate) fn bind_known(&mut self, name: String) {
        if let Some(scope) = self.0.last_mut() {
            scope.insert(name, Local::Known);
        }
    }

    /// Whether a name certainly belongs to such a value.
    pub(crate) fn is_known(&self, name: &str) -> bool {
        self.local(name) == Some(Local::Known)
    }

    /// Whether a name certainly belongs to a promise.
    pub(crate) fn is_promise(&self, name: &str) -> bool {
        matches!(self.local(name), Some(Local::Promise | Local::Input))
    }

    /// Whether a name certainly belongs to an element of a promise.
    pub(crate) fn is_element(&self, name: &str) -> bool {
        self.local(name) == Some(Local::Element)
    }

    /// Whether a variable is declared `mut`.
    pub(crate) fn is_mutable(&self, name: &str) -> bool {
        self.local(name) == Some(Local::Mutable)
    }

    /// Declares the names of a pattern from here on.
    pub(crate) fn bind(&mut self, pat: &mut Pat) {
        self.bind_as(pat, Local::Variable);
    }

    /// Declares the names of a pattern that takes elements of a promise.
    pub(crate) fn bind_element(&mut self, pat: &mut Pat) {
        self.bind_as(pat, Local::Element);
    }

    /// Declares the names of a pattern that takes a known value apart.
    pub(crate) fn bind_all_known(&mut self, pat: &mut Pat) {
        self.bind_as(pat, Local::Known);
    }

    fn bind_as(&mut self, pat: &mut Pat, what: Local) {
        struct Names<'a>(&'a mut Scopes, Local);
        impl VisitMut for Names<'_> {
            fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
                let what = match pat.mutability {
                    Some(_) if self.1 != Local::Element => Local::Mutable,
                    _ => self.1,
                };
                if let Some(scope) = self.0.0.last_mut() {
                    scope.insert(pat.ident.to_string(), what);
                }
                if let Some((_, sub)) = &mut pat.subpat {
                    self.visit_pat_mut(sub);
                }
            }
        }
        Names(self, what).visit_pat_mut(pat);
    }

    pub(crate) fn push(&mut self) {
        self.0.push(HashMap::new());
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// Functions declared in a block are local in all of it. Those that are tasks are called like others.
    pub(crate) fn bind_items(&mut self, block: &Block) {
        for stmt in &block.stmts {
            if let (Stmt::Item(Item::Fn(function)), Some(scope)) = (stmt, self.0.last_mut())
                && parse::entity_attribute(&function.attrs).is_none()
            {
                scope.insert(function.sig.ident.to_string(), Local::Function);
            }
        }
    }
}

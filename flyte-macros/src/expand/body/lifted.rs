//! Values that are known while the graph is built, in places that also take promises: the base case of a recursion, the
//! value of a variable before a loop, a value assigned in a case.
//!
//! They become promises of known values, which a node or an output uses as constants.

use quote::quote_spanned;
use syn::{
    Block, Expr, ExprAssign, ExprCall, ExprIf, ExprMatch, Ident, Local, Pat, Stmt, Type,
    parse_quote,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{Rewriter, matching::is_constant, taken_apart, variable};

impl Rewriter<'_> {
    /// The values of some cases of an `if`, when other cases certainly have promises.
    pub(super) fn lift_cases(&mut self, branch: &mut ExprIf) {
        let (then, otherwise) = (
            taken_apart::tails_of_then(branch),
            taken_apart::tails_of_else(branch),
        );
        let mut then_kinds = (false, false);
        self.with_names_of_lets(&branch.cond, |this| then_kinds = this.kinds(&then));
        let else_kinds = self.kinds(&otherwise);
        let (promises, values) = (then_kinds.0 || else_kinds.0, then_kinds.1 || else_kinds.1);
        if promises && values {
            self.lift_tails_of(branch);
        }
    }

    /// Looks at what comes after a condition, in which `let` may have declared names.
    fn with_names_of_lets(&mut self, cond: &Expr, look: impl FnOnce(&mut Self)) {
        self.scopes.push();
        self.bind_lets(cond);
        look(self);
        self.scopes.pop();
    }

    fn bind_lets(&mut self, cond: &Expr) {
        match cond {
            Expr::Let(binding) => {
                let is_known = self.is_known_whole(&binding.expr);
                self.bind_out_of(&mut (*binding.pat).clone(), is_known);
            }
            Expr::Binary(binary) => {
                self.bind_lets(&binary.left);
                self.bind_lets(&binary.right);
            }
            _ => {}
        }
    }

    /// As [`lift_cases`](Self::lift_cases), for a `match`.
    pub(super) fn lift_arms(&mut self, choice: &mut ExprMatch) {
        let is_known = self.is_known_whole(&choice.expr);
        let (mut promises, mut values) = (false, false);
        for arm in &choice.arms {
            self.with_names_of(&arm.pat, is_known, |this| {
                let (promise, value) = this.kinds(&taken_apart::tails_of_arm(arm));
                promises |= promise;
                values |= value;
            });
        }
        if promises && values {
            self.lift_tails_of_arms(choice);
        }
    }

    /// Looks at an arm, in which its pattern has declared names.
    fn with_names_of(&mut self, pat: &Pat, is_known: bool, look: impl FnOnce(&mut Self)) {
        self.scopes.push();
        // The name of a constant declares none.
        if is_known || !is_constant(pat) {
            self.bind_out_of(&mut pat.clone(), is_known);
        }
        look(self);
        self.scopes.pop();
    }

    fn lift_tails_of(&mut self, branch: &mut ExprIf) {
        let then = &mut branch.then_branch;
        self.with_names_of_lets(&branch.cond, |this| this.lift_tail_of(then));
        match branch.else_branch.as_mut().map(|(_, expr)| &mut **expr) {
            Some(Expr::Block(block)) => self.lift_tail_of(&mut block.block),
            Some(Expr::If(inner)) => self.lift_tails_of(inner),
            _ => {}
        }
    }

    fn lift_tails_of_arms(&mut self, choice: &mut ExprMatch) {
        let is_known = self.is_known_whole(&choice.expr);
        for arm in &mut choice.arms {
            let body = &mut arm.body;
            self.with_names_of(&arm.pat, is_known, |this| this.lift_tail(body));
        }
    }

    fn lift_tail_of(&mut self, block: &mut Block) {
        let is_seen = taken_apart::tail_of(block).is_some();
        if let Some(Stmt::Expr(tail, None)) = block.stmts.last_mut()
            && is_seen
        {
            self.lift_tail(tail);
        }
    }

    fn lift_tail(&mut self, tail: &mut Expr) {
        match tail {
            Expr::If(inner) => self.lift_tails_of(inner),
            Expr::Match(inner) => self.lift_tails_of_arms(inner),
            Expr::Block(block) if block.label.is_none() => self.lift_tail_of(&mut block.block),
            value if self.is_value(value) => lift(value, "constant_beside"),
            _ => {}
        }
    }

    /// A value assigned to a variable that holds a promise.
    pub(super) fn lift_assigned(&self, assign: &mut ExprAssign) {
        if matches!(&*assign.left, Expr::Path(_))
            && self.is_promise(&assign.left)
            && self.is_value(&assign.right)
        {
            lift(&mut assign.right, "constant_beside");
        }
    }

    /// The initial value of a variable that later gets a promise, or that is assigned in a case of a branch on a
    /// promise.
    pub(super) fn lift_first(&self, local: &mut Local, later: &[Stmt]) {
        let Some(name) = variable(&local.pat).filter(|name| name.mutability.is_some()) else {
            return;
        };
        let name = name.ident.to_string();
        let Some(init) = local.init.as_mut().filter(|init| self.is_value(&init.expr)) else {
            return;
        };
        let mut assigned = Assigned {
            rewriter: self,
            name,
            promises: Vec::new(),
            on_promise: 0,
            found: false,
        };
        for stmt in later {
            assigned.visit_stmt_mut(&mut stmt.clone());
        }
        if !assigned.found {
            return;
        }
        if let Pat::Type(typed) = &local.pat {
            let (ty, value): (&Type, _) = (&typed.ty, &init.expr);
            let span = value.span();
            let value = quote_spanned!(span=> { let __value: #ty = #value; __value });
            init.expr = parse_quote!(#value);
            local.pat = (*typed.pat).clone();
        }
        lift(&mut init.expr, "constant");
    }
}

/// Turns a value into a promise of it, with a function of the runtime.
fn lift(value: &mut Expr, function: &str) {
    let span = value.span();
    // For an empty value the type must be inferred.
    let is_empty = match &*value {
        Expr::Call(call) => call.args.is_empty(),
        Expr::Macro(mac) => mac.mac.tokens.is_empty(),
        _ => false,
    };
    let function = if is_empty { "constant_of" } else { function };
    let function = Ident::new(function, span);
    let lifted = quote_spanned!(span=> (__flyte::branch::#function)(#value));
    *value = parse_quote!(#lifted);
}

/// Whether a call turns a value into a promise.
pub(super) fn is_lifted(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Paren(function) => {
            let Expr::Path(path) = &*function.expr else {
                return false;
            };
            let mut segments = path.path.segments.iter().map(|segment| &segment.ident);
            let is_of_branch = ["__flyte", "branch"]
                .iter()
                .all(|name| segments.next().is_some_and(|segment| segment == name));
            let function = segments.next().map(Ident::to_string);
            is_of_branch && function.is_some_and(|name| name.starts_with("constant"))
        }
        _ => false,
    }
}

/// Finds whether a variable is assigned a promise, or anything in a case of a branch on a promise.
struct Assigned<'r, 'd> {
    rewriter: &'r Rewriter<'d>,
    name: String,
    /// Variables that certainly hold promises, of those declared so far.
    promises: Vec<String>,
    /// How many branches on promises enclose this place.
    on_promise: usize,
    found: bool,
}

impl Assigned<'_, '_> {
    fn is_promise(&self, expr: &Expr) -> bool {
        let named = matches!(expr, Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.promises.contains(&name.to_string())));
        named || self.rewriter.is_promise(expr)
    }

    fn looks_at_promise(&self, cond: &Expr) -> bool {
        match cond {
            Expr::Paren(paren) => self.looks_at_promise(&paren.expr),
            Expr::Unary(unary) => self.looks_at_promise(&unary.expr),
            Expr::Binary(binary) => {
                self.looks_at_promise(&binary.left) || self.looks_at_promise(&binary.right)
            }
            other => self.is_promise(other) || self.rewriter.looks_at_promise(other),
        }
    }

    fn inside(&mut self, on_promise: bool, visit: impl FnOnce(&mut Self)) {
        self.on_promise += usize::from(on_promise);
        visit(self);
        self.on_promise -= usize::from(on_promise);
    }
}

impl VisitMut for Assigned<'_, '_> {
    fn visit_local_mut(&mut self, local: &mut Local) {
        if let (Some(init), Some(variable)) = (&local.init, variable(&local.pat))
            && (self.is_promise(&init.expr) || self.looks_at_promise(&init.expr))
        {
            self.promises.push(variable.ident.to_string());
        }
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_expr_assign_mut(&mut self, assign: &mut ExprAssign) {
        if let Expr::Path(path) = &*assign.left
            && path.path.is_ident(&self.name)
        {
            self.found |= self.on_promise > 0 || self.is_promise(&assign.right);
        }
        visit_mut::visit_expr_assign_mut(self, assign);
    }

    fn visit_expr_if_mut(&mut self, branch: &mut ExprIf) {
        let on_promise = self.looks_at_promise(&branch.cond);
        self.inside(on_promise, |this| {
            visit_mut::visit_expr_if_mut(this, branch);
        });
    }

    fn visit_expr_match_mut(&mut self, choice: &mut ExprMatch) {
        let on_promise = self.looks_at_promise(&choice.expr);
        self.inside(on_promise, |this| {
            visit_mut::visit_expr_match_mut(this, choice);
        });
    }
}

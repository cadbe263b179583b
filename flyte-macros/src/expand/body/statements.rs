//! Blocks and statements of a body.

use syn::{
    Block, Expr, ExprMacro, Local, Pat, PatIdent, Stmt, StmtMacro, parse_quote,
    parse_quote_spanned, spanned::Spanned, visit_mut::VisitMut,
};

use super::{Rewriter, condition::is_plain, order::is_order, outputs};
use crate::expand::macros;

impl VisitMut for Rewriter<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.scopes.push();
        self.scopes.bind_items(block);
        let last = block.stmts.len().saturating_sub(1);
        self.statements(&mut block.stmts, |this, index, stmt| match stmt {
            // The last expression of a block is its value.
            Stmt::Expr(_, None) if index == last => this.visit_stmt_mut(stmt),
            _ => this.statement(stmt),
        });
        self.scopes.pop();
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => self.local(local),
            Stmt::Expr(expr, _) if is_order(expr) => {
                let ordered = self.order(expr);
                *stmt = parse_quote_spanned!(expr.span()=> let _ = #ordered;);
            }
            Stmt::Expr(expr, _) => self.visit_expr_mut(expr),
            Stmt::Macro(mac) => {
                if let Some(refused) = self.macro_statement(mac) {
                    *stmt = refused;
                }
            }
            // A function in a body is ordinary Rust.
            Stmt::Item(_) => {}
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.placed(expr, Self::expression);
    }
}

impl Rewriter<'_> {
    fn local(&mut self, local: &mut Local) {
        let is_whole = local
            .init
            .as_ref()
            .is_some_and(|init| self.is_known_whole(&init.expr));
        let outputs = self.outputs_by_name(local);
        let holds_promise = local
            .init
            .as_ref()
            .is_some_and(|init| self.is_promise(&init.expr));
        let promises = self.promises_in(local);
        let parts = (holds_promise && !self.half_typed)
            .then(|| outputs::parts(&local.pat))
            .flatten();
        self.take_outputs_apart(local);
        let is_input = local
            .init
            .as_ref()
            .is_some_and(|init| self.is_input(&init.expr));
        let is_known = local.init.as_ref().is_some_and(|init| is_plain(&init.expr));
        let of_type = self.found(|this| {
            if let (true, Pat::Type(typed)) = (holds_promise, &local.pat) {
                this.refuse_type_of_value(typed);
            }
        });
        if let (false, Pat::Type(typed)) = (of_type.is_empty(), &local.pat) {
            local.pat = (*typed.pat).clone();
        }
        if let Some(init) = &mut local.init {
            let half = self.found(|this| this.refuse_half(&mut init.expr));
            let pattern = self.found(|this| this.refuse_let(&local.pat, &init.expr));
            let is_refused = !pattern.is_empty();
            self.given_away(&mut init.expr);
            if variable(&local.pat).is_some() {
                self.keep_for_other_cases(&mut init.expr);
            }
            of_type.beside(&mut init.expr);
            if let Some(parts) = parts {
                outputs::as_outputs(&mut init.expr, &parts);
            }
            half.put(&mut init.expr);
            pattern.put(&mut init.expr);
            match &mut init.diverge {
                // The `else` block is part of the same error.
                Some((_, otherwise)) if is_refused => {
                    **otherwise = parse_quote!({ loop {} });
                }
                Some((_, otherwise)) => self.visit_expr_mut(otherwise),
                None => {}
            }
        }
        self.bind_out_of(&mut local.pat, is_whole);
        for name in promises.into_iter().chain(outputs) {
            self.scopes.bind_promise(name);
        }
        let variable = variable(&local.pat);
        if let Some(name) = variable {
            self.literals.remove(&name.ident.to_string());
        }
        if let (true, Some(name)) = (holds_promise, variable) {
            let name = name.ident.to_string();
            if is_input {
                self.scopes.bind_input(name);
            } else {
                self.scopes.bind_promise(name);
            }
        }
        if let (true, Some(name)) = (is_known, variable)
            && name.mutability.is_none()
        {
            self.scopes.bind_known(name.ident.to_string());
        }
        if local.init.is_none() {
            self.scopes.bind_late(&local.pat);
        }
    }

    /// A macro that is called as a statement, and the statement in its place if it was refused.
    fn macro_statement(&mut self, mac: &mut StmtMacro) -> Option<Stmt> {
        let given = mac.mac.clone();
        let mut expr = Expr::Macro(ExprMacro {
            attrs: std::mem::take(&mut mac.attrs),
            mac: mac.mac.clone(),
        });
        self.placed(&mut expr, |this, expr| {
            if let Expr::Macro(mac) = expr {
                macros::rewrite(this, &mut mac.mac);
            }
        });
        self.note_declared(&given);
        match (expr, mac.semi_token) {
            (Expr::Macro(expr), _) => {
                (mac.attrs, mac.mac) = (expr.attrs, expr.mac);
                None
            }
            (refused, None) => Some(Stmt::Expr(parse_quote!({ #refused }), None)),
            (refused, semi) => Some(Stmt::Expr(refused, semi)),
        }
    }
}

/// The variable that a `let` declares, if it declares one.
pub(super) fn variable(pat: &Pat) -> Option<&PatIdent> {
    match pat {
        Pat::Ident(name) => Some(name),
        Pat::Type(typed) => variable(&typed.pat),
        _ => None,
    }
}

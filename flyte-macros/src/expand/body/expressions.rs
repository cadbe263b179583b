//! The expressions of a body: what becomes a node, what is refused, and what stays plain Rust.

use std::mem;

use syn::{
    Expr, ExprClosure, ExprForLoop, ExprIf, ExprMatch, ExprMethodCall, ExprWhile, Pat,
    parse_quote_spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    Rewriter,
    branch::Use,
    condition::{has_let, is_plain},
};
use crate::expand::{macros, scope::Scopes};

/// What takes the place of an expression.
enum Instead {
    /// Other code of the user, which is yet to be rewritten.
    Code(Expr),
    Generated(Expr),
}

impl Rewriter<'_> {
    pub(super) fn expression(&mut self, expr: &mut Expr) {
        match expr {
            // The error was reported, so only its parts are rewritten.
            Expr::Call(call) if self.refuse_function_of_tasks(call) => self.function_of_tasks(call),
            Expr::Call(call) => {
                if let Some(node) = self.call(call) {
                    *expr = node;
                }
            }
            Expr::Struct(literal) if self.is_output(&literal.path) => {
                *expr = self.outputs_literal(literal);
            }
            Expr::Macro(mac) => {
                self.note_unseen();
                macros::rewrite(self, &mut mac.mac);
            }
            Expr::Array(array) => array
                .elems
                .iter_mut()
                .for_each(|element| self.given_away(element)),
            Expr::Tuple(tuple) => tuple
                .elems
                .iter_mut()
                .for_each(|element| self.given_away(element)),
            Expr::Struct(literal) => {
                for field in &mut literal.fields {
                    self.given_away(&mut field.expr);
                }
                if let Some(rest) = &mut literal.rest {
                    self.visit_expr_mut(rest);
                }
            }
            Expr::MethodCall(method) => {
                let instead = self.method(method);
                self.put(instead, expr);
            }
            Expr::Closure(closure) => self.closure(closure, Scopes::bind),
            Expr::ForLoop(each) => self.for_loop(each),
            Expr::Loop(each) => {
                let body = &mut each.body;
                self.inside(&mut each.label, true, |this| this.loop_body(body));
            }
            Expr::Block(block) if block.label.is_some() => {
                let inner = &mut block.block;
                self.inside(&mut block.label, false, |this| this.visit_block_mut(inner));
            }
            Expr::Break(_) | Expr::Continue(_) => self.leave(expr),
            Expr::If(branch) => {
                let instead = self.if_expression(branch);
                self.put(instead, expr);
            }
            Expr::While(each) => self.while_loop(each),
            Expr::Assign(assign) => {
                self.refuse_place(assign);
                self.lift_assigned(assign);
                self.given_away(&mut assign.right);
                self.assign(&assign.left);
                // Assigning to a field or an element changes the variable that contains it.
                match &mut *assign.left {
                    Expr::Path(_) => {}
                    Expr::Field(place) => self.visit_expr_mut(&mut place.base),
                    place => self.visit_expr_mut(place),
                }
            }
            Expr::Path(path) => {
                if let (None, Some(ident)) = (&path.qself, path.path.get_ident()) {
                    let ident = ident.clone();
                    self.mention(&ident);
                }
            }
            Expr::Let(binding) => {
                let own = self.found(|this| this.refuse_let(&binding.pat, &binding.expr));
                let is_whole = self.is_known_whole(&binding.expr);
                self.visit_expr_mut(&mut binding.expr);
                own.put(&mut binding.expr);
                self.bind_out_of(&mut binding.pat, is_whole);
            }
            // A condition may be stored in a variable before the `if` that uses it.
            Expr::Binary(_) if self.is_condition(expr) => self.condition(expr),
            Expr::Cast(cast) => {
                self.refuse_cast(cast);
                self.given_away(&mut cast.expr);
            }
            Expr::Range(range) => {
                self.refuse_range(range);
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Binary(binary) => {
                self.refuse_arithmetic(binary);
                self.refuse_bits(binary);
                self.refuse_count(binary);
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Field(access) => self.field(access),
            Expr::Index(access) => {
                self.refuse_index(access);
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Reference(reference) => {
                self.refuse_lending(reference);
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Unary(unary) => {
                self.refuse_unary(&unary.op, &unary.expr);
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Match(choice) => {
                let instead = self.match_expression(choice);
                self.put(instead, expr);
            }
            Expr::Return(returns) => {
                let owner = self.owner();
                self.refuse(&returns.return_token, &format!("{owner}'s body builds its whole graph and cannot stop half-way: make the value the last expression instead of `return`"));
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Try(question) => {
                self.refuse_question(question);
                // Together with an `.await` it is one error.
                match &mut *question.expr {
                    Expr::Await(waits) => self.asked(&mut waits.base),
                    inner => self.asked(inner),
                }
            }
            Expr::Await(waits) => {
                self.refuse_await(waits);
                self.asked(&mut waits.base);
            }
            // Code that runs later is not part of the graph.
            Expr::Async(block) => {
                if let Some(calls) = self.refuse_async(block) {
                    *expr = calls;
                }
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn put(&mut self, instead: Option<Instead>, expr: &mut Expr) {
        match instead {
            Some(Instead::Code(code)) => {
                *expr = code;
                self.visit_expr_mut(expr);
            }
            Some(Instead::Generated(code)) => *expr = code,
            None => {}
        }
    }

    fn method(&mut self, method: &mut ExprMethodCall) -> Option<Instead> {
        if self.refuse_named_overrides(method) {
            method.args.clear();
            self.visit_expr_mut(&mut method.receiver);
            return None;
        }
        if self.refuse_contained_element(method) {
            return None;
        }
        if self.is_contained(method)
            && let Some(compared) = self.compared_with_ends(method)
        {
            return Some(Instead::Code(compared));
        }
        self.mapped_entity(method);
        self.map_of_an_array(method);
        self.refuse_option_of_map(method);
        let refused = self.refused_in_map(method);
        self.refuse_method(method);
        self.refuse_push(method);
        self.refuse_map_of_one(method);
        self.refuse_second_bound(method);
        self.refuse_overrides(method);
        self.refuse_override_alone(method);
        self.refuse_iterator(method);
        self.refuse_eager_case(method);
        if method.method == "map" && self.maps_promise(method) {
            self.refuse_mapped_function(method);
            self.visit_expr_mut(&mut method.receiver);
            for argument in &mut method.args {
                match argument {
                    Expr::Closure(closure) => self.closure(closure, Scopes::bind_element),
                    other => self.visit_expr_mut(other),
                }
            }
        } else {
            if !self.is_promise(&method.receiver) {
                self.note_unseen();
            }
            self.visit_expr_mut(&mut method.receiver);
            let unseen = self.unseen;
            for argument in &mut method.args {
                self.given_away(argument);
            }
            // The overrides of a node have methods of their own.
            if method.method == "with_overrides" {
                self.unseen = unseen;
            }
            // By its name, such a method consumes its receiver, as passing it on does.
            let name = method.method.to_string();
            if name == "into" || name.starts_with("into_") {
                self.keep_for_other_cases(&mut method.receiver);
            }
        }
        if let Some(refused) = refused {
            refused.check(method);
        }
        None
    }

    fn for_loop(&mut self, each: &mut ExprForLoop) {
        let own = self.found(|this| this.refuse_loop(each));
        let is_whole = self.is_known_whole(&each.expr);
        self.visit_expr_mut(&mut each.expr);
        self.keep_for_other_cases(&mut each.expr);
        own.put(&mut each.expr);
        self.scopes.push();
        self.bind_out_of(&mut each.pat, is_whole);
        let body = &mut each.body;
        self.inside(&mut each.label, true, |this| this.loop_body(body));
        self.scopes.pop();
    }

    fn while_loop(&mut self, each: &mut ExprWhile) {
        self.scopes.push();
        if has_let(&each.cond) || is_plain(&each.cond) {
            self.visit_expr_mut(&mut each.cond);
        } else {
            self.condition(&mut each.cond);
            let cond = &each.cond;
            *each.cond =
                parse_quote_spanned!(each.while_token.span=> __flyte::branch::known(#cond));
        }
        let body = &mut each.body;
        self.inside(&mut each.label, true, |this| this.loop_body(body));
        self.scopes.pop();
    }

    fn if_expression(&mut self, branch: &mut ExprIf) -> Option<Instead> {
        self.lift_cases(branch);
        if let Some(chained) = self.split_chain(branch, Use::Value) {
            return Some(Instead::Code(chained));
        }
        if let Some(branch) = self.branch(branch, Use::Value) {
            return Some(Instead::Generated(branch));
        }
        self.scopes.push();
        self.visit_expr_mut(&mut branch.cond);
        self.visit_block_mut(&mut branch.then_branch);
        self.scopes.pop();
        if let Some((_, otherwise)) = &mut branch.else_branch {
            self.visit_expr_mut(otherwise);
        }
        None
    }

    fn match_expression(&mut self, choice: &mut ExprMatch) -> Option<Instead> {
        self.lift_arms(choice);
        if let Some(mut branch) = self.choice_of_truth(choice) {
            return Some(match self.branch(&mut branch, Use::Value) {
                Some(rewritten) => Instead::Generated(rewritten),
                None => Instead::Code(Expr::If(branch)),
            });
        }
        if let Some(branch) = self.choice(choice, Use::Value) {
            return Some(Instead::Generated(branch));
        }
        let is_whole = self.is_known_whole(&choice.expr);
        self.visit_expr_mut(&mut choice.expr);
        for arm in &mut choice.arms {
            self.scopes.push();
            self.bind_out_of(&mut arm.pat, is_whole);
            visit_mut::visit_arm_mut(self, arm);
            self.scopes.pop();
        }
        None
    }

    fn closure(&mut self, closure: &mut ExprClosure, bind: fn(&mut Scopes, &mut Pat)) {
        self.scopes.push();
        for input in &mut closure.inputs {
            bind(&mut self.scopes, input);
        }
        self.closures += 1;
        // A closure cannot leave a loop around it.
        let (cases, leavable) = (mem::take(&mut self.cases), mem::take(&mut self.leavable));
        self.visit_expr_mut(&mut closure.body);
        (self.cases, self.leavable) = (cases, leavable);
        self.closures -= 1;
        self.scopes.pop();
    }
}

//! Rewrites a workflow's body. Calls become nodes, and code that cannot become a graph is refused.

mod asked;
mod branch;
pub(super) mod calls;
mod changed;
mod condition;
mod contained;
mod grouped;
mod habits;
mod half_typed;
mod known;
mod lifted;
mod loops;
mod maps;
mod matching;
mod outer;
mod outputs;
pub(super) mod refused;
mod rewritten;
mod taken_apart;
mod texts;
mod unseen;

use std::collections::HashMap;

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{
    Block, Expr, Ident, Pat, Path, Stmt, parse_quote, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

pub(crate) use self::branch::hidden;
use self::{
    branch::Use,
    condition::{has_let, is_plain},
    loops::Leavable,
    matching::LiteralKind,
    outer::Outer,
};
use super::{macros, scope::Scopes};
use crate::{diag::Diag, model::Signature};

/// A rewritten body.
pub(crate) struct Rewritten {
    pub(crate) block: Block,
    /// The span of the body's final value.
    pub(crate) end_span: Span,
    /// Whether the end is never reached, as in a body of `todo!()`.
    pub(crate) diverges: bool,
}

/// What the parameters of a function are inside its body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inputs {
    Promises,
    Values,
}

/// Rewrites the body of a workflow or dynamic task with this signature.
pub(crate) fn rewrite(
    signature: &Signature,
    inputs: Inputs,
    mut block: Block,
    diag: &mut Diag,
) -> Rewritten {
    grouped::ungroup(&mut block);
    let mut rewriter = rewriter(signature, inputs, diag);
    let end_span = rewriter.body(&mut block).unwrap_or(signature.output_span);
    Rewritten {
        diverges: block.stmts.last().is_some_and(never_ends),
        block,
        end_span,
    }
}

/// Rewrites the calls in the incomplete body of a workflow or dynamic task.
pub(crate) fn rewrite_half_typed(
    signature: &Signature,
    inputs: Inputs,
    body: &Group,
    diag: &mut Diag,
) -> Group {
    let mut rewriter = rewriter(signature, inputs, diag);
    rewriter.half_typed = true;
    rewriter.group(body)
}

fn rewriter<'a>(signature: &Signature, inputs: Inputs, diag: &'a mut Diag) -> Rewriter<'a> {
    let mut scopes = Scopes::new();
    for parameter in &signature.parameters {
        let name = parameter.ident.to_string();
        match inputs {
            Inputs::Promises => scopes.bind_input(name),
            Inputs::Values => scopes.bind_known(name),
        }
    }
    Rewriter {
        diag,
        scopes,
        output: signature.output.to_string(),
        literals: signature
            .parameters
            .iter()
            .filter_map(|p| {
                Some((
                    p.ident.to_string(),
                    LiteralKind::of_type(&p.owned.to_string())?,
                ))
            })
            .collect(),
        closures: 0,
        branches: 0,
        cases: Vec::new(),
        leavable: Vec::new(),
        outer: Vec::new(),
        inputs,
        unseen: false,
        hidden_names: false,
        half_typed: false,
    }
}

pub(crate) struct Rewriter<'a> {
    pub(crate) diag: &'a mut Diag,
    pub(crate) scopes: Scopes,
    /// The tokens of the workflow's output type.
    output: String,
    /// The kinds of literals that inputs can be compared with, for inputs whose type shows it.
    literals: HashMap<String, LiteralKind>,
    /// How many closures enclose the current place. `return` and `?` belong to them.
    closures: usize,
    /// How many branches there have been so far.
    branches: usize,
    /// For each enclosing branch, the variable that its cases share and the number of enclosing blocks.
    cases: Vec<(Ident, usize)>,
    /// The enclosing loops.
    leavable: Vec<Leavable>,
    /// How the enclosing branches use variables from outside.
    outer: Vec<Outer>,
    inputs: Inputs,
    /// Whether the statement calls a function that the macro cannot see, which may call a task.
    unseen: bool,
    /// Whether an earlier macro may have declared names.
    hidden_names: bool,
    /// Whether the body is incomplete. Calls are then written as short as possible, for editors.
    half_typed: bool,
}

impl Rewriter<'_> {
    /// Rewrites the outermost block, whose last expression is the workflow's result. Returns the span of that
    /// expression.
    fn body(&mut self, block: &mut Block) -> Option<Span> {
        self.scopes.push();
        self.scopes.bind_items(block);
        let last = block.stmts.len().checked_sub(1);
        let mut end = None;
        self.statements(&mut block.stmts, |this, index, stmt| match stmt {
            // The value of `a >> b` is `b`, where a value is needed.
            Stmt::Expr(expr, None)
                if Some(index) == last && is_order(expr) && this.output != "()" =>
            {
                end = Some(expr.span());
                let ordered = this.order(expr);
                *expr = parse_quote_spanned!(expr.span()=> #ordered);
            }
            // The values of its cases are not used.
            Stmt::Expr(expr, None)
                if Some(index) == last && this.output == "()" && ends_in_order(expr) =>
            {
                this.statement(stmt);
            }
            Stmt::Expr(expr, None) if Some(index) == last && !is_order(expr) => {
                end = Some(expr.span());
                this.output(expr);
            }
            Stmt::Macro(mac) if Some(index) == last && mac.semi_token.is_none() => {
                let mut expr = Expr::Macro(syn::ExprMacro {
                    attrs: mac.attrs.clone(),
                    mac: mac.mac.clone(),
                });
                end = Some(expr.span());
                this.output(&mut expr);
                *stmt = Stmt::Expr(expr, None);
            }
            Stmt::Expr(expr, Some(semi)) if Some(index) == last && this.output != "()" => {
                let own = this.found(|this| this.refuse_semicolon(expr, *semi));
                let (span, returns) = (expr.span(), matches!(expr, Expr::Return(_)));
                // The error takes the place of the order's value.
                if is_order(expr) && !own.is_empty() {
                    let ordered = this.order(expr);
                    *expr = parse_quote_spanned!(span=> #ordered);
                } else {
                    this.statement(stmt);
                }
                if let (true, Stmt::Expr(expr, semi)) = (returns || !own.is_empty(), stmt) {
                    end = Some(span);
                    own.put(expr);
                    *semi = None;
                }
            }
            _ => this.statement(stmt),
        });
        self.scopes.pop();
        end
    }

    /// A statement whose value is not used.
    fn statement(&mut self, stmt: &mut Stmt) {
        if let Stmt::Expr(expr, semi) = stmt
            && let Some(branch) = self.nested(expr, Use::Nothing)
        {
            *expr = branch;
            *semi = Some(semi.unwrap_or_default());
            return;
        }
        self.visit_stmt_mut(stmt);
    }

    /// The body of a loop, which has no value.
    fn loop_body(&mut self, block: &mut Block) {
        self.scopes.push();
        self.scopes.bind_items(block);
        self.statements(&mut block.stmts, |this, _, stmt| this.statement(stmt));
        self.scopes.pop();
    }

    /// The workflow's result: a value, or a tuple of values.
    fn output(&mut self, expr: &mut Expr) {
        let half = self.found(|this| {
            if this.output != "()" {
                this.refuse_half(expr);
            }
        });
        match expr {
            Expr::Tuple(tuple) => tuple
                .elems
                .iter_mut()
                .for_each(|element| self.argument(element)),
            _ => self.argument(expr),
        }
        half.put(expr);
    }

    /// What has this body, for messages.
    fn owner(&self) -> &'static str {
        match self.inputs {
            Inputs::Promises => "a workflow",
            Inputs::Values => "a dynamic task",
        }
    }

    fn refuse(&mut self, token: &dyn ToTokens, message: &str) {
        if self.closures == 0 {
            self.diag.push_spanned(token.to_token_stream(), message);
        }
    }
}

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
            Stmt::Local(local) => {
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
            Stmt::Expr(expr, _) if is_order(expr) => {
                let ordered = self.order(expr);
                *stmt = parse_quote_spanned!(expr.span()=> let _ = #ordered;);
            }
            Stmt::Expr(expr, _) => self.visit_expr_mut(expr),
            Stmt::Macro(mac) => {
                let given = mac.mac.clone();
                let mut expr = Expr::Macro(syn::ExprMacro {
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
                    (Expr::Macro(expr), _) => (mac.attrs, mac.mac) = (expr.attrs, expr.mac),
                    (refused, None) => *stmt = Stmt::Expr(parse_quote!({ #refused }), None),
                    (refused, semi) => *stmt = Stmt::Expr(refused, semi),
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
    fn expression(&mut self, expr: &mut Expr) {
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
                if self.refuse_named_overrides(method) {
                    method.args.clear();
                    self.visit_expr_mut(&mut method.receiver);
                    return;
                }
                if self.refuse_contained_element(method) {
                    return;
                }
                if self.is_contained(method)
                    && let Some(compared) = self.compared_with_ends(method)
                {
                    *expr = compared;
                    self.visit_expr_mut(expr);
                    return;
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
            }
            Expr::Closure(closure) => self.closure(closure, Scopes::bind),
            Expr::ForLoop(each) => {
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
                self.lift_cases(branch);
                if let Some(chained) = self.split_chain(branch, Use::Value) {
                    *expr = chained;
                    self.visit_expr_mut(expr);
                    return;
                }
                if let Some(branch) = self.branch(branch, Use::Value) {
                    *expr = branch;
                    return;
                }
                self.scopes.push();
                self.visit_expr_mut(&mut branch.cond);
                self.visit_block_mut(&mut branch.then_branch);
                self.scopes.pop();
                if let Some((_, otherwise)) = &mut branch.else_branch {
                    self.visit_expr_mut(otherwise);
                }
            }
            Expr::While(each) => {
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
                self.lift_arms(choice);
                if let Some(mut branch) = self.choice_of_truth(choice) {
                    if let Some(rewritten) = self.branch(&mut branch, Use::Value) {
                        *expr = rewritten;
                        return;
                    }
                    *expr = Expr::If(branch);
                    self.visit_expr_mut(expr);
                    return;
                }
                if let Some(branch) = self.choice(choice, Use::Value) {
                    *expr = branch;
                    return;
                }
                let is_whole = self.is_known_whole(&choice.expr);
                self.visit_expr_mut(&mut choice.expr);
                for arm in &mut choice.arms {
                    self.scopes.push();
                    self.bind_out_of(&mut arm.pat, is_whole);
                    visit_mut::visit_arm_mut(self, arm);
                    self.scopes.pop();
                }
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

    fn closure(&mut self, closure: &mut syn::ExprClosure, bind: fn(&mut Scopes, &mut Pat)) {
        self.scopes.push();
        for input in &mut closure.inputs {
            bind(&mut self.scopes, input);
        }
        self.closures += 1;
        // A closure cannot leave a loop around it.
        let (cases, leavable) = (
            std::mem::take(&mut self.cases),
            std::mem::take(&mut self.leavable),
        );
        self.visit_expr_mut(&mut closure.body);
        (self.cases, self.leavable) = (cases, leavable);
        self.closures -= 1;
        self.scopes.pop();
    }

    /// `a >> b >> c` as a statement.
    fn order(&mut self, expr: &mut Expr) -> TokenStream {
        match expr {
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::Shr(_)) => {
                let first = self.order(&mut binary.left);
                let then = self.order(&mut binary.right);
                quote_spanned!(binary.op.span()=> __flyte::run_in_order(#first, #then))
            }
            Expr::Paren(paren) => self.order(&mut paren.expr),
            other => {
                self.visit_expr_mut(other);
                other.to_token_stream()
            }
        }
    }
}

/// The variable that a `let` declares, if it declares one.
fn variable(pat: &Pat) -> Option<&syn::PatIdent> {
    match pat {
        Pat::Ident(name) => Some(name),
        Pat::Type(typed) => variable(&typed.pat),
        _ => None,
    }
}

fn is_order(expr: &Expr) -> bool {
    matches!(expr, Expr::Binary(binary) if matches!(binary.op, syn::BinOp::Shr(_)))
}

/// Whether a branch has a case that ends with `a >> b`.
fn ends_in_order(expr: &Expr) -> bool {
    let block = |block: &Block| matches!(block.stmts.last(), Some(Stmt::Expr(tail, None)) if is_order(tail) || ends_in_order(tail));
    match expr {
        Expr::If(branch) => {
            let otherwise = branch.else_branch.as_ref();
            block(&branch.then_branch) || otherwise.is_some_and(|(_, expr)| ends_in_order(expr))
        }
        Expr::Match(choice) => choice
            .arms
            .iter()
            .any(|arm| is_order(&arm.body) || ends_in_order(&arm.body)),
        Expr::Block(inner) => block(&inner.block),
        _ => false,
    }
}

/// A macro after which nothing runs, such as `todo!()`.
fn never_ends(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Macro(mac) => is_never(&mac.mac.path),
        Stmt::Expr(Expr::Macro(mac), _) => is_never(&mac.mac.path),
        _ => false,
    }
}

fn is_never(path: &Path) -> bool {
    ["todo", "unimplemented", "panic", "unreachable"]
        .iter()
        .any(|name| path.is_ident(name))
}

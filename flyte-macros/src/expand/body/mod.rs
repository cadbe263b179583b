//! Rewrites a workflow's body. Calls become nodes, and code that cannot become a graph is refused.

mod asked;
mod branch;
pub(super) mod calls;
mod changed;
mod condition;
mod contained;
mod expressions;
mod grouped;
mod habits;
mod half_typed;
mod known;
mod lifted;
mod loops;
mod maps;
mod matching;
mod order;
mod outer;
mod outputs;
pub(super) mod refused;
mod rewritten;
mod statements;
mod taken_apart;
mod texts;
mod unseen;

use std::collections::HashMap;

use proc_macro2::{Group, Span};
use quote::ToTokens;
use syn::{
    Block, Expr, Ident, Path, Stmt, parse_quote_spanned, spanned::Spanned, visit_mut::VisitMut,
};

pub(crate) use self::branch::hidden;
use self::{
    branch::Use,
    loops::Leavable,
    matching::LiteralKind,
    order::{ends_in_order, is_order},
    outer::Outer,
    statements::variable,
};
use super::scope::Scopes;
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

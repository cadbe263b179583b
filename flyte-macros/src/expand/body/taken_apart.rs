//! Patterns that look into a promise, and arithmetic with one. Both need its value.
//!
//! Only the compiler knows all types, and its own messages refuse the rest. This module recognises expressions that are
//! certainly promises: an input of a workflow, the result of a call, and a variable that holds one of these.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Arm, BinOp, Block, Expr, ExprBinary, ExprIf, ExprMatch, ExprRange, Lit, Pat, PatGuard, Path,
    RangeLimits, Stmt, UnOp, spanned::Spanned,
};

use super::{
    super::{macros, scope::Scopes},
    Rewriter,
    calls::is_primitive,
    condition::is_comparison,
    lifted::is_lifted,
    matching::{LiteralKind, is_constant as is_constant_pattern},
    statements::variable,
};
use crate::diag::tight;

impl Rewriter<'_> {
    /// Whether an expression that was not rewritten yet certainly has the value of a call or an input.
    pub(super) fn is_promise(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(paren) => self.is_promise(&paren.expr),
            Expr::Group(group) => self.is_promise(&group.expr),
            Expr::Reference(reference) => self.is_promise(&reference.expr),
            Expr::Path(path) => {
                let name = path.path.get_ident().filter(|_| path.qself.is_none());
                name.is_some_and(|name| self.scopes.is_promise(&name.to_string()))
            }
            Expr::Call(call) if is_lifted(call) => true,
            Expr::Call(call) => match &*call.func {
                // `conditional("name")` begins a branch, unless a task has that name.
                Expr::Path(path) => {
                    path.qself.is_none()
                        && self.is_entity(&path.path)
                        && !of_a_library(&path.path)
                        && !is_conditional(&path.path)
                }
                _ => false,
            },
            // One of several outputs, or a part of one.
            Expr::Field(part) => match &*part.base {
                Expr::MethodCall(parts) if parts.method == "fields" => {
                    self.is_promise(&parts.receiver)
                }
                outputs => self.is_promise(outputs),
            },
            Expr::MethodCall(part) => {
                ["at", "get", "with_overrides"]
                    .iter()
                    .any(|name| part.method == name)
                    && self.is_promise(&part.receiver)
            }
            _ => false,
        }
    }

    /// Refuses a `match` on a promise with patterns that look into it. The error is on the first of them.
    pub(super) fn refuse_patterns(&mut self, choice: &ExprMatch) {
        if self.is_promise(&choice.expr)
            && let Some(arm) = choice.arms.iter().position(|arm| looks_inside(&arm.pat))
        {
            let pat = &choice.arms[arm].pat;
            match pat {
                Pat::Guard(guarded) => self.refuse_guard(choice, arm, guarded),
                pat => self.refuse_pattern(pat, None, &choice.expr),
            }
        }
    }

    /// Refuses literals of the wrong type in a `match` on an input whose type shows the right one.
    pub(super) fn refuse_literals(&mut self, choice: &ExprMatch) {
        let Expr::Path(path) = &*choice.expr else {
            return;
        };
        let Some(input) = path.path.get_ident().map(ToString::to_string) else {
            return;
        };
        let Some(kind) = self.literals.get(&input).copied() else {
            return;
        };
        if !self.scopes.is_input(&input) {
            return;
        }
        for pat in choice.arms.iter().flat_map(|arm| alternatives(&arm.pat)) {
            if let Pat::Lit(literal) = pat
                && let Some(found) = LiteralKind::of_literal(&literal.lit)
                && found != kind
            {
                let ((found, _), (expected, such)) = (found.words(), kind.words());
                self.diag.push_spanned(
                    pat,
                    format!("`{input}` is {expected} and this is {found}, so that the case would never be taken: write {expected}, such as `{such}`"),
                );
            }
        }
    }

    /// Refuses a `match` on a promise whose literals certainly do not cover all values, with a message about the
    /// branch.
    ///
    /// For an enum only the compiler knows whether all variants are covered.
    pub(super) fn refuse_open_end(&mut self, choice: &ExprMatch) {
        let patterns = || choice.arms.iter().flat_map(|arm| alternatives(&arm.pat));
        let literals: Option<Vec<&Lit>> = patterns()
            .map(|pat| match pat {
                Pat::Lit(literal) => Some(&literal.lit),
                _ => None,
            })
            .collect();
        let Some(literals) = literals.filter(|_| self.is_promise(&choice.expr)) else {
            return;
        };
        let message = match bools(&literals) {
            Some((true, true)) => return,
            Some((holds, _)) => {
                let missing = !holds;
                format!("this `match` has no case for `{missing}`: add `{missing} => ..`, with a value of the same type or `fail(\"..\")`")
            }
            None => "this `match` has no case for all other values: end it with `_ => ..`, with a value of the same type or `fail(\"..\")`".to_owned(),
        };
        self.diag.push(choice.match_token.span, message);
    }

    /// Refuses a list of both promises and plain values, which have two types in a variable.
    pub(crate) fn refuse_mixed_list(&mut self, elements: &[Expr]) {
        if elements.iter().any(|element| self.is_promise(element)) {
            for element in elements.iter().filter(|element| is_constant(element)) {
                self.diag.push_spanned(
                    element,
                    "a list in a variable holds promises or values, and this is a value beside a promise: write the list where it is passed on, as in `total(vec![..])`, which takes both",
                );
            }
        }
    }

    /// Whether some cases certainly have a promise, and whether some have a value.
    pub(super) fn kinds(&self, tails: &[&Expr]) -> (bool, bool) {
        let is_promise = |tail: &&Expr| self.is_promise(tail) || self.is_mapped(tail);
        (
            tails.iter().any(is_promise),
            tails.iter().any(|tail| self.is_value(tail)),
        )
    }

    /// Whether an expression certainly has a value that is known while the graph is built.
    pub(super) fn is_value(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(paren) => self.is_value(&paren.expr),
            Expr::Path(path) => {
                let last = path.path.segments.last();
                let name = last.map_or_else(String::new, |last| last.ident.to_string());
                let is_local = path.path.get_ident().is_some() && self.scopes.contains(&name);
                self.scopes.is_known(&name) && is_local || !is_local && is_name_of_a_constant(&name)
            }
            Expr::Binary(binary) => {
                let operands = [&binary.left, &binary.right];
                !is_comparison(&binary.op) && operands.iter().all(|operand| self.is_value(operand))
            }
            Expr::Unary(unary) => self.is_value(&unary.expr),
            Expr::Cast(cast) => self.is_value(&cast.expr),
            Expr::Reference(reference) => self.is_value(&reference.expr),
            Expr::Index(place) => self.is_value(&place.expr),
            Expr::Field(place) => self.is_value(&place.base),
            // Results of tasks have none of these methods, and an input that is a promise is refused.
            Expr::MethodCall(method) => self.is_value(&method.receiver),
            Expr::Call(call) => {
                let of_a_type =
                    matches!(&*call.func, Expr::Path(path) if is_function_of_a_type(&path.path));
                of_a_type && call.args.iter().all(|given| self.is_value(given))
            }
            Expr::Macro(mac) => {
                let is_list = mac.mac.path.is_ident("vec") || mac.mac.path.is_ident("format");
                is_list
                    && match macros::list_elements(&mac.mac) {
                        Some(elements) => elements.iter().all(|given| self.is_value(given)),
                        None => macros::repeated(&mac.mac)
                            .is_some_and(|(element, _)| self.is_value(&element)),
                    }
            }
            Expr::Array(array) => array.elems.iter().all(|given| self.is_value(given)),
            Expr::Repeat(repeat) => self.is_value(&repeat.expr),
            _ => is_constant(expr),
        }
    }

    /// Refuses `if let` and `while let` with a pattern that looks into a promise.
    pub(super) fn refuse_let(&mut self, pat: &Pat, value: &Expr) {
        if self.is_promise(value) && looks_inside(pat) {
            self.refuse_pattern(pat, None, value);
        }
    }

    /// Refuses `n if n > 3`, which is the first arm that looks into the promise.
    fn refuse_guard(&mut self, choice: &ExprMatch, arm: usize, guarded: &PatGuard) {
        let shown = shown(&choice.expr);
        let guard = guarded.guard.to_token_stream();
        let is_only_guard =
            is_constant_pattern(&guarded.pat) || matches!(&*guarded.pat, Pat::Wild(_));
        if !is_only_guard && looks_inside(&guarded.pat) {
            return self.refuse_pattern(&guarded.pat, Some(&guarded.guard), &choice.expr);
        }
        let condition = match &*guarded.pat {
            Pat::Ident(name) if !is_only_guard => renamed(guard, &name.ident, &shown),
            _ => guard,
        };
        let instead = if is_constant_pattern(&guarded.pat) {
            let pat = guarded.pat.to_token_stream();
            format!(
                "write `{pat} => if {condition} {{ .. }} else {{ .. }}`, whose `else` gives what a later arm gives"
            )
        } else if arm > 0 {
            format!("write `_ => if {condition} {{ .. }} else {{ .. }}` as the last arm")
        } else if choice.arms.len() > 2 {
            format!(
                "write `if {condition} {{ .. }} else {{ match {shown} {{ .. }} }}`, with the other arms in the `match`"
            )
        } else {
            format!("write `if {condition} {{ .. }} else {{ .. }}` in place of the `match`")
        };
        self.diag.push_spanned(
            guarded,
            format!(
                "a guard looks at a value, which is not there while the graph is built: {instead}"
            ),
        );
    }

    fn refuse_pattern(&mut self, pat: &Pat, guard: Option<&Expr>, value: &Expr) {
        let shown = shown(value);
        let message = match pat {
            Pat::Range(range) => {
                let named = match value {
                    Expr::Path(_) => String::new(),
                    value => format!(
                        "name it, `let {shown} = {};`, and ",
                        tight(value.to_token_stream())
                    ),
                };
                let condition = within(range, guard, &shown);
                format!(
                    "a branch on a promise compares it with constants, and a range is more than one: {named}write `if {condition} {{ .. }} else {{ .. }}`"
                )
            }
            Pat::Slice(_) => format!(
                "a promise of a list has no elements while the graph is built: write `{shown}.at(0)` for the first, or pass the list to a task"
            ),
            Pat::Struct(_) => format!(
                "the result of a call is not a struct of values while the graph is built: write `{shown}.name` for the output of that name, and `{shown}.fields().name` for a field of an output"
            ),
            Pat::Ident(name) => format!(
                "`{}` would be the promise that the `match` looks at: write the pattern behind `@` alone, and use `{shown}` in the case",
                name.ident
            ),
            _ => format!(
                "a promise has no value to look into while the graph is built: ask `if {shown}.is_some() {{ .. }} else {{ .. }}`, and let a task take the value apart"
            ),
        };
        self.diag.push_spanned(pat, message);
    }

    /// Refuses arithmetic with a promise.
    pub(super) fn refuse_arithmetic(&mut self, binary: &ExprBinary) {
        if matches!(
            binary.op,
            BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_)
        ) && (self.is_promise(&binary.left) || self.is_promise(&binary.right))
        {
            // In a case of a branch this is another error.
            if self.changed(&binary.left).is_some() {
                return;
            }
            self.diag.push(
                binary.op.span(),
                "a promise has no value to calculate with while the graph is built: call a task for each step, or collect the promises in a `Vec` for one task",
            );
            return;
        }
        let task = match binary.op {
            BinOp::Add(_) => "add",
            BinOp::Sub(_) => "subtract",
            BinOp::Mul(_) => "multiply",
            BinOp::Div(_) => "divide",
            BinOp::Rem(_) => "remainder",
            _ => return,
        };
        self.refuse_element(&binary.op, &[&binary.left, &binary.right], "calculate with");
        if self.is_promise(&binary.left) || self.is_promise(&binary.right) {
            self.diag.push(
                binary.op.span(),
                format!("a promise has no value to calculate with while the graph is built: write a task for it, and call `{task}(..)` here"),
            );
        }
    }

    /// Refuses `a & b` and similar operators.
    pub(super) fn refuse_bits(&mut self, binary: &ExprBinary) {
        let instead = match binary.op {
            BinOp::BitAnd(_) => "for a condition write `&&`, for numbers a task",
            BinOp::BitOr(_) => "for a condition write `||`, for numbers a task",
            BinOp::BitXor(_) => "for a condition write `!=`, for numbers a task",
            _ => return,
        };
        if self.is_promise(&binary.left) || self.is_promise(&binary.right) {
            self.diag.push(
                binary.op.span(),
                format!(
                    "a promise has no value to calculate with while the graph is built: {instead}"
                ),
            );
        }
    }

    /// Refuses `-x` and `*x` on a promise.
    pub(super) fn refuse_unary(&mut self, op: &UnOp, operand: &Expr) {
        if matches!(op, UnOp::Neg(_)) {
            self.refuse_element(op, &[operand], "calculate with");
        }
        if !self.is_promise(operand) {
            return;
        }
        let message = match op {
            UnOp::Neg(_) => {
                "a promise has no value to calculate with while the graph is built: write a task for it, and call `negate(..)` here"
            }
            UnOp::Deref(_) => {
                "a promise is passed on as it is, also to a task that borrows: remove the `*`"
            }
            _ => return,
        };
        self.diag.push_spanned(op, message);
    }
}

/// A value in a message: a short name is shown unchanged, and a call is described by its result.
fn shown(value: &Expr) -> String {
    match value {
        Expr::Path(path) => path.to_token_stream().to_string(),
        _ => "value".to_owned(),
    }
}

/// The condition that a value is within a range and that a guard holds.
fn within(range: &ExprRange, guard: Option<&Expr>, value: &str) -> String {
    let shown = |expr: &Expr| tight(expr.to_token_stream());
    let start = range.start.as_deref();
    let end = range.end.as_deref().map(|end| match range.limits {
        RangeLimits::HalfOpen(_) => format!("{value} < {}", shown(end)),
        RangeLimits::Closed(_) => format!("{value} <= {}", shown(end)),
    });
    let bounds = start.map(|start| format!("{value} >= {}", shown(start)));
    let guard = guard.map(|guard| match guard {
        Expr::Binary(binary) if matches!(binary.op, BinOp::Or(_)) => {
            format!("({})", guard.to_token_stream())
        }
        guard => guard.to_token_stream().to_string(),
    });
    let all: Vec<String> = bounds.into_iter().chain(end).chain(guard).collect();
    all.join(" && ")
}

/// Code in which a name is another one.
fn renamed(tokens: TokenStream, name: &Ident, other: &str) -> TokenStream {
    let token = |token: TokenTree| match token {
        TokenTree::Ident(ident) if ident == *name => match other.parse::<TokenStream>() {
            Ok(other) => other,
            Err(_) => ident.into_token_stream(),
        },
        TokenTree::Group(group) => {
            let inner = renamed(group.stream(), name, other);
            Group::new(group.delimiter(), inner).into_token_stream()
        }
        other => other.into_token_stream(),
    };
    tokens.into_iter().map(token).collect()
}

/// Whether a path names an associated function of a value type: `Vec::new`, `i64::from`.
fn is_function_of_a_type(path: &Path) -> bool {
    const TYPES: [&str; 8] = [
        "BTreeMap", "BTreeSet", "Duration", "HashMap", "HashSet", "String", "Vec", "VecDeque",
    ];
    let owner = path.segments.iter().rev().nth(1);
    owner.is_some_and(|owner| {
        is_primitive(&owner.ident) || TYPES.iter().any(|name| owner.ident == name)
    })
}

/// `LIMIT`, as in the compiler's own lints.
fn is_name_of_a_constant(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && !name.contains(|c: char| c.is_lowercase())
}

fn is_conditional(path: &Path) -> bool {
    let last = path.segments.last();
    last.is_some_and(|last| last.ident == "conditional")
}

/// Whether a path begins with a library of the compiler, which has no tasks.
pub(super) fn of_a_library(path: &Path) -> bool {
    let first = path.segments.first().filter(|_| path.segments.len() > 1);
    first.is_some_and(|first| {
        ["std", "core", "alloc"]
            .iter()
            .any(|name| first.ident == name)
    })
}

/// The patterns between `|`.
fn alternatives(pat: &Pat) -> Vec<&Pat> {
    match pat {
        Pat::Paren(paren) => alternatives(&paren.pat),
        Pat::Or(any) => any.cases.iter().flat_map(alternatives).collect(),
        other => vec![other],
    }
}

/// For literals that are all booleans, whether `true` and `false` are among them.
fn bools(literals: &[&Lit]) -> Option<(bool, bool)> {
    let mut seen = (false, false);
    for literal in literals {
        match literal {
            Lit::Bool(literal) if literal.value => seen.0 = true,
            Lit::Bool(_) => seen.1 = true,
            _ => return None,
        }
    }
    Some(seen)
}

/// The values of the arms of a `match`, where they can be recognised.
fn tails_of_arms(choice: &ExprMatch) -> Vec<&Expr> {
    choice.arms.iter().flat_map(tails_of_arm).collect()
}

/// The values of one arm.
pub(super) fn tails_of_arm(arm: &Arm) -> Vec<&Expr> {
    let mut tails = Vec::new();
    tails_of_tail(&arm.body, &mut tails);
    tails
}

/// The value of a case's last expression, which may itself be a branch.
fn tails_of_tail<'e>(tail: &'e Expr, tails: &mut Vec<&'e Expr>) {
    match tail {
        Expr::If(inner) => tails_of(inner, tails),
        Expr::Match(inner) => tails.extend(tails_of_arms(inner)),
        Expr::Block(block) if block.label.is_none() => {
            if let Some(tail) = tail_of(&block.block) {
                tails_of_tail(tail, tails);
            }
        }
        other => tails.push(other),
    }
}

/// The values of the cases of an `if`, where they can be recognised.
fn tails_of<'e>(branch: &'e ExprIf, tails: &mut Vec<&'e Expr>) {
    tails.extend(tails_of_then(branch));
    tails.extend(tails_of_else(branch));
}

/// The values of its first case.
pub(super) fn tails_of_then(branch: &ExprIf) -> Vec<&Expr> {
    let mut tails = Vec::new();
    if let Some(tail) = tail_of(&branch.then_branch) {
        tails_of_tail(tail, &mut tails);
    }
    tails
}

/// The values of its other cases.
pub(super) fn tails_of_else(branch: &ExprIf) -> Vec<&Expr> {
    let mut tails = Vec::new();
    if let Some((_, otherwise)) = &branch.else_branch {
        tails_of_tail(otherwise, &mut tails);
    }
    tails
}

/// The last expression of a block, unless it is a name declared in the block with an unknown value.
pub(super) fn tail_of(block: &Block) -> Option<&Expr> {
    let (tail, before) = match block.stmts.split_last()? {
        (Stmt::Expr(tail, None), before) => (tail, before),
        _ => return None,
    };
    // The value of a variable that the case declares last.
    if let (Expr::Path(path), Some(Stmt::Local(local))) = (tail, before.last())
        && let (Some(name), Some(init)) = (variable(&local.pat), &local.init)
        && path.path.is_ident(&name.ident)
        && before[..before.len() - 1].is_empty()
    {
        return Some(&init.expr);
    }
    let named = match tail {
        Expr::Call(call) => &*call.func,
        other => other,
    };
    match named {
        Expr::Lit(_) | Expr::Unary(_) => Some(tail),
        Expr::Path(path) if before.iter().all(|stmt| !declares(stmt, &path.path)) => Some(tail),
        _ => before.is_empty().then_some(tail),
    }
}

/// Whether a statement may declare the name that a path begins with.
fn declares(stmt: &Stmt, path: &Path) -> bool {
    match stmt {
        Stmt::Local(local) => {
            let mut declared = Scopes::new();
            declared.bind(&mut local.pat.clone());
            let first = path.segments.first();
            first.is_some_and(|first| declared.contains(&first.ident.to_string()))
        }
        Stmt::Item(_) | Stmt::Macro(_) => true,
        Stmt::Expr(..) => false,
    }
}

/// A literal, possibly negative.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_constant(&unary.expr),
        Expr::Paren(paren) => is_constant(&paren.expr),
        _ => false,
    }
}

/// Whether a pattern matches only values of some shape. A pattern that destructures outputs, such as `(a, b)`, fits the
/// result of a call.
fn looks_inside(pat: &Pat) -> bool {
    match pat {
        Pat::Range(_) | Pat::TupleStruct(_) | Pat::Slice(_) | Pat::Struct(_) => true,
        Pat::Ident(name) => name.subpat.is_some(),
        Pat::Guard(_) => true,
        Pat::Paren(paren) => looks_inside(&paren.pat),
        Pat::Or(any) => any.cases.iter().any(looks_inside),
        _ => false,
    }
}

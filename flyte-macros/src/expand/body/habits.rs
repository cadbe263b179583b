//! Habits from flytekit, or from Rust with plain values, and what to write here instead.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{
    Expr, ExprAsync, ExprCall, ExprMatch, ExprMethodCall, ExprStruct, FieldValue, Ident, Macro,
    Pat, PatType, Path, Token, Type, parse_quote, punctuated::Punctuated, spanned::Spanned,
    visit_mut::VisitMut,
};

use super::{
    Rewriter, branch::hidden, maps::Calls, matching::is_constant, order::is_order,
    refused::Mistakes,
};
use crate::diag::tight;

/// The options that a node can override.
const OVERRIDES: [&str; 16] = [
    "accelerator",
    "alias",
    "aliases",
    "backoff",
    "cache",
    "container_image",
    "interruptible",
    "limits",
    "name",
    "node_name",
    "pod_template_name",
    "requests",
    "resources",
    "retries",
    "shared_memory",
    "timeout",
];

/// Methods for the elements of an iterator.
const OF_ITERATORS: [&str; 14] = [
    "all",
    "any",
    "chain",
    "collect",
    "count",
    "enumerate",
    "filter",
    "flat_map",
    "fold",
    "for_each",
    "rev",
    "skip",
    "sum",
    "take",
];

/// Types that are neither promises nor structs of promises.
const VALUE_TYPES: [&str; 17] = [
    "BTreeMap", "HashMap", "Option", "String", "Vec", "bool", "f32", "f64", "i16", "i32", "i64",
    "i8", "u16", "u32", "u64", "u8", "usize",
];

impl Rewriter<'_> {
    /// Refuses `square(x).with_overrides(retries = 3)`, and returns whether it did.
    pub(super) fn refuse_named_overrides(&mut self, method: &ExprMethodCall) -> bool {
        let name = method.method.to_string();
        let Some(first) = method.args.first().filter(|first| is_assign(first)) else {
            return false;
        };
        let (variable, key) = match name.as_str() {
            "with_overrides" => ("o", first_key(&method.args)),
            "requests" | "limits" | "resources" => ("r", None),
            _ => return false,
        };
        let set = chain(variable, &method.args);
        let message = match key {
            Some(key) => format!(
                "`{key}` is set by a method of what the closure takes: write `.with_overrides(|o| {set})`"
            ),
            None => format!(
                "the amounts are set by methods of what the closure takes: write `.{name}(|r| {set})`"
            ),
        };
        self.diag.push(first.span(), message);
        true
    }

    /// Refuses `square(x).retries(3)`.
    pub(super) fn refuse_override_alone(&mut self, method: &ExprMethodCall) {
        let name = method.method.to_string();
        if OVERRIDES.contains(&name.as_str()) && self.is_promise(&method.receiver) {
            let args = &method.args.to_token_stream().to_string();
            self.diag.push(
                method.method.span(),
                format!("a promise has no `{name}` of its own, the node that makes it has: write `.with_overrides(|o| o.{name}({args}))`"),
            );
        }
    }

    /// Refuses `xs.map(|x| square(x)).collect()` on a promise.
    pub(super) fn refuse_iterator(&mut self, method: &ExprMethodCall) {
        let Expr::MethodCall(map) = &*method.receiver else {
            return;
        };
        let name = method.method.to_string();
        if map.method != "map" || !self.maps_promise(map) || !OF_ITERATORS.contains(&name.as_str())
        {
            return;
        }
        let message = if name == "collect" {
            "a map over a promise is a promise of a list already: remove `.collect()`".to_owned()
        } else {
            format!(
                "a map over a promise is a promise of a list, whose elements are not there while the graph is built: do `{name}` in a task that takes the list"
            )
        };
        self.diag.push(method.method.span(), message);
    }

    /// Refuses `(0..3).map(|i| square(i)).collect()` where both promises and values are accepted, so that its type is
    /// ambiguous.
    pub(super) fn refuse_open_collect(&mut self, expr: &Expr) {
        if let Expr::MethodCall(method) = expr
            && method.method == "collect"
            && method.turbofish.is_none()
            && is_iterator(&method.receiver)
            && !self.is_promise(root(&method.receiver))
        {
            self.diag.push(
                method.method.span(),
                "this accepts promises and values, alone and in lists, so the compiler cannot infer the type to collect: write `.collect::<Vec<_>>()`",
            );
        }
    }

    /// Refuses `conditional("a").if_(x > 3).then(square(x))`, which would call `square` whatever `x` is.
    pub(super) fn refuse_eager_case(&mut self, method: &ExprMethodCall) {
        if method.method != "then" {
            return;
        }
        let is_conditional = matches!(
            root(&method.receiver),
            Expr::Call(begin) if matches!(&*begin.func, Expr::Path(path) if path.path.is_ident("conditional"))
        );
        if let Some(given) = method.args.first()
            && is_conditional
            && self.is_promise(given)
        {
            let shown = tight(given.to_token_stream());
            self.diag.push(
                given.span(),
                format!("what a case calls stands in a closure, so that it is part of the case: write `.then(|| {shown})`"),
            );
        }
    }

    /// Refuses `square(x);` at the end of a body that returns a value.
    pub(super) fn refuse_semicolon(&mut self, end: &Expr, semi: Token![;]) {
        if self.is_promise(end) || is_order(end) {
            let owner = self.owner();
            self.diag.push(
                semi.span,
                format!("{owner} gives its last expression, and this `;` drops it: remove the `;`"),
            );
        }
    }

    /// Refuses `match (x, y) { (1, 2) => .. }`.
    pub(super) fn refuse_tuple_of_promises(&mut self, choice: &ExprMatch) {
        let Expr::Tuple(tuple) = &*choice.expr else {
            return;
        };
        let looked_at = tuple.elems.iter().enumerate().find_map(|(index, element)| {
            let patterns = choice.arms.iter().filter_map(|arm| match &arm.pat {
                Pat::Tuple(parts) => parts.elems.iter().nth(index),
                _ => None,
            });
            let mut constants = patterns.filter(|pat| is_constant(pat));
            constants.next().filter(|_| self.is_promise(element))
        });
        if let Some(pat) = looked_at {
            self.diag.push(
                pat.span(),
                "a `match` looks at one promise at a time: write `if a == 1 && b == 2 { .. } else { .. }`, or one `match` in another",
            );
        }
    }

    /// Refuses `panic!(..)` as a case of a branch on a promise, because the case is built even if it never runs.
    pub(super) fn refuse_panic(&mut self, end: &Expr) {
        if let Expr::Macro(panics) = end
            && ["panic", "unreachable"]
                .iter()
                .any(|name| panics.mac.path.is_ident(name))
            && self.outer.last().is_some_and(|outer| outer.is_around(0))
        {
            let name = panics.mac.path.to_token_stream();
            self.diag.push(
                panics.mac.path.span(),
                format!("every case of a branch on a promise is built, whichever runs, and `{name}!` would end that: write `fail(\"..\")`, which fails when the case is taken"),
            );
        }
    }

    /// Refuses `map_task(square)(xs)` and similar calls whose first argument is the name of a task, and returns whether
    /// it did.
    pub(super) fn refuse_function_of_tasks(&mut self, call: &ExprCall) -> bool {
        let (inner, lists) = match &*call.func {
            Expr::Call(inner) => (inner, Some(&call.args)),
            _ => (call, None),
        };
        let Expr::Path(function) = &*inner.func else {
            return false;
        };
        let Some(name) = function.path.get_ident() else {
            return false;
        };
        let task = match inner.args.first() {
            Some(Expr::Path(task)) => task,
            // `map_task(partial(add, b = 3))(xs)`
            Some(Expr::Call(partial)) if ["map", "map_task"].iter().any(|map| name == map) => {
                return self.refuse_function_of_tasks(partial);
            }
            _ => return false,
        };
        if self.scopes.contains(&name.to_string()) || !self.is_entity(&task.path) {
            return false;
        }
        let task = shown(&task.path);
        let given = inner.args.iter().skip(1);
        let inputs = given.map(|input| input.to_token_stream().to_string());
        let inputs = inputs.collect::<Vec<_>>().join(", ");
        let message = match name.to_string().as_str() {
            "map_task" | "map" => {
                let list = lists.and_then(Punctuated::first);
                let list = list.or_else(|| inner.args.iter().nth(1));
                let list = list.map_or_else(|| "xs".to_owned(), value);
                format!(
                    "a task is mapped by a method of the list: write `{list}.map(|x| {task}(x))`"
                )
            }
            "partial" => {
                let inputs: Vec<_> = inner.args.iter().skip(1).map(value).collect();
                let inputs = inputs.join(", ");
                format!(
                    "the inputs that stay the same are given in a closure: write `xs.map(|x| {task}(x, {inputs}))`"
                )
            }
            "create_node" => format!("a call is a node: write `{task}({inputs})`"),
            _ => return false,
        };
        self.diag.push(name.span(), message);
        true
    }

    /// Reduces `map_task(square)(xs)` to the task and its arguments.
    pub(super) fn function_of_tasks(&mut self, call: &mut ExprCall) {
        if let Expr::Call(inner) = &mut *call.func {
            let inputs = std::mem::take(&mut inner.args);
            call.args.extend(inputs);
            *call.func = Expr::PLACEHOLDER;
        }
        for input in &mut call.args {
            match input {
                Expr::Assign(named) => *input = (*named.right).clone(),
                Expr::Call(partial) if partial.func.to_token_stream().to_string() == "partial" => {
                    self.function_of_tasks(partial);
                    let parts = &partial.args;
                    *input = parse_quote!((#parts,));
                    continue;
                }
                // The task itself.
                Expr::Path(_) => continue,
                _ => {}
            }
            self.visit_expr_mut(input);
        }
    }

    /// Refuses calls in `async { .. }`, which would run later or never. Returns the calls in that case.
    pub(super) fn refuse_async(&mut self, block: &ExprAsync) -> Option<Expr> {
        let mut calls = Calls::of(self);
        calls.visit_block_mut(&mut block.block.clone());
        let calls = calls.found;
        let call = shown(calls.first()?);
        self.diag.push_spanned(
            block.async_token,
            format!("an `async` block runs too late for the graph, which is built immediately: call `{call}(..)` without it; independent tasks run in parallel anyway"),
        );
        Some(parse_quote!((#(<#calls>::__names,)*)))
    }

    /// Refuses macros that need the value of a promise: `assert!(x > 3)`, `matches!(mode, Mode::Fast)`. Returns whether
    /// it did.
    pub(crate) fn refuse_asking_macro(&mut self, mac: &Macro) -> bool {
        let Some(name) = mac.path.get_ident().map(Ident::to_string) else {
            return false;
        };
        let is_assert = matches!(
            name.as_str(),
            "assert"
                | "assert_eq"
                | "assert_ne"
                | "debug_assert"
                | "debug_assert_eq"
                | "debug_assert_ne"
        );
        let Some(Asked { first, second }) = asked(mac).filter(|_| is_assert || name == "matches")
        else {
            return false;
        };
        let on_promise = self.looks_at_promise(&first)
            || (is_assert
                && second
                    .as_ref()
                    .is_some_and(|second| self.is_promise(second)));
        if !on_promise {
            return false;
        }
        let message = if is_assert {
            format!(
                "`{name}!` runs while the graph is built, and a promise has no value then: end a case with `fail(\"..\")`, as in `if x > 0 {{ .. }} else {{ fail(\"..\") }}`, or check it in a task"
            )
        } else {
            let value = tight(first.to_token_stream());
            let pattern = match &second {
                Some(constant @ (Expr::Path(_) | Expr::Lit(_))) => {
                    tight(constant.to_token_stream())
                }
                _ => "..".to_owned(),
            };
            format!(
                "`matches!` looks at a value, and a promise has none while the graph is built: write `{value} == {pattern}`, or a `match` with a case for each pattern"
            )
        };
        self.diag.push(mac.path.span(), message);
        true
    }

    /// Refuses `if x = 3`.
    pub(super) fn refuse_assigned_condition(&mut self, cond: &Expr) {
        let mut cond = cond;
        while let Expr::Paren(paren) = cond {
            cond = &paren.expr;
        }
        if let Expr::Assign(assign) = cond {
            let (left, right) = (
                assign.left.to_token_stream(),
                assign.right.to_token_stream(),
            );
            self.diag.push(
                assign.eq_token.span,
                format!("`=` assigns, and `==` compares: write `if {left} == {right}`"),
            );
        }
    }

    /// Refuses `let y: i64 = square(x);`.
    pub(super) fn refuse_type_of_value(&mut self, typed: &PatType) {
        if let Type::Path(path) = &*typed.ty
            && let Some(last) = path.path.segments.last()
            && VALUE_TYPES.iter().any(|ty| last.ident == ty)
        {
            let (ty, owner) = (tight(typed.ty.to_token_stream()), self.owner());
            self.diag.push(
                typed.ty.span(),
                format!("a call in {owner}'s body returns a promise of its result: write `Promise<{ty}>`, or no type"),
            );
        }
    }

    /// Refuses a struct with a promise in a field as the input of a task. Other functions may take any struct.
    ///
    /// Returns the struct without the promises in that case.
    pub(super) fn refuse_struct_of_promises(&mut self, input: &Expr) -> Option<Expr> {
        let Expr::Struct(literal) = input else {
            return None;
        };
        let is_promised = |field: &&FieldValue| self.is_promise(&field.expr);
        let promised = literal.fields.iter().find(is_promised)?;
        let (field, name) = (promised.member.to_token_stream(), shown_struct(literal));
        let mistake = syn::Error::new(
            literal.path.span(),
            format!(
                "`{field}` of this `{name}` is a promise, whose value is not there while the graph is built: write a task that takes the parts and gives a `{name}`, and call it here"
            ),
        );
        let refused = hidden("__refused", Span::call_site());
        let (mut literal, mut promises) = (literal.clone(), Vec::new());
        for field in &mut literal.fields {
            let is_promise = self.is_promise(&field.expr);
            self.given_away(&mut field.expr);
            if is_promise {
                field.colon_token.get_or_insert_default();
                promises.push(std::mem::replace(&mut field.expr, parse_quote!(#refused)));
            }
        }
        let value = Mistakes::of(vec![mistake]).instead(promises);
        Some(parse_quote!({
            let #refused = #value;
            #literal
        }))
    }
}

/// The innermost receiver of a chain of methods.
pub(super) fn root(expr: &Expr) -> &Expr {
    match expr {
        Expr::MethodCall(method) => root(&method.receiver),
        other => other,
    }
}

/// Whether an expression is certainly an iterator of the standard library.
fn is_iterator(expr: &Expr) -> bool {
    let Expr::MethodCall(method) = expr else {
        return false;
    };
    let name = method.method.to_string();
    let adapts = OF_ITERATORS.contains(&name.as_str())
        || [
            "copied",
            "cloned",
            "filter_map",
            "into_iter",
            "iter",
            "map",
            "zip",
        ]
        .contains(&name.as_str());
    adapts && (name != "map" || is_iterator(&method.receiver) || is_range(&method.receiver))
}

fn is_range(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(paren) => is_range(&paren.expr),
        other => matches!(other, Expr::Range(_)),
    }
}

/// The expression that a macro inspects.
struct Asked {
    first: Expr,
    second: Option<Expr>,
}

/// The first expressions of a macro. After a comma a pattern may follow.
fn asked(mac: &Macro) -> Option<Asked> {
    mac.parse_body_with(|input: syn::parse::ParseStream<'_>| {
        let first = input.parse()?;
        let comma: Option<Token![,]> = input.parse()?;
        let ahead = input.fork();
        let second = comma.and_then(|_| ahead.parse().ok());
        let _: TokenStream = input.parse()?;
        Ok(Asked { first, second })
    })
    .ok()
}

fn is_assign(expr: &Expr) -> bool {
    matches!(expr, Expr::Assign(_))
}

fn first_key(args: &Punctuated<Expr, Token![,]>) -> Option<String> {
    match args.first()? {
        Expr::Assign(assign) => Some(assign.left.to_token_stream().to_string()),
        _ => None,
    }
}

/// `retries = 3, timeout = "1m"` as `o.retries(3).timeout("1m")`.
fn chain(variable: &str, args: &Punctuated<Expr, Token![,]>) -> String {
    let mut set = variable.to_owned();
    for arg in args {
        let Expr::Assign(assign) = arg else {
            continue;
        };
        let key = assign.left.to_token_stream();
        let value = match &*assign.right {
            // `Resources(cpu = "1")`
            Expr::Call(amounts) if amounts.args.first().is_some_and(is_assign) => {
                format!("|r| {}", chain("r", &amounts.args))
            }
            other => other.to_token_stream().to_string(),
        };
        set = format!("{set}.{key}({value})");
    }
    set
}

/// The value of an argument by position or by name.
fn value(input: &Expr) -> String {
    match input {
        Expr::Assign(assign) => value(&assign.right),
        other => tight(other.to_token_stream()),
    }
}

fn shown(path: &Path) -> String {
    tight(path.to_token_stream())
}

fn shown_struct(literal: &ExprStruct) -> String {
    let last = literal.path.segments.last();
    last.map_or_else(String::new, |last| last.ident.to_string())
}

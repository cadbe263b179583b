//! Uses of a promise that need its value: methods, fields, elements and texts of values.
//!
//! As with patterns and arithmetic, this recognises expressions that are certainly promises. The compiler refuses the
//! rest.

use proc_macro2::Ident;
use quote::{ToTokens, quote_spanned};
use syn::{
    Expr, ExprAwait, ExprCast, ExprField, ExprForLoop, ExprIndex, ExprLit, ExprMethodCall,
    ExprRange, ExprTry, Lit, Macro, Member, Path, Token, parse_quote, parse_quote_spanned,
    punctuated::Punctuated, spanned::Spanned, visit_mut::VisitMut,
};

use super::{Inputs, Rewriter, calls::called_from_code, habits};
use crate::{diag::tight, editor};

/// The arguments of a call.
type Arguments = Punctuated<Expr, Token![,]>;

/// Methods of the values that tasks take and return. Promises have none of them.
const VALUE_METHODS: [&str; 48] = [
    "abs",
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_slice",
    "as_str",
    "ceil",
    "chars",
    "checked_add",
    "clamp",
    "concat",
    "contains",
    "contains_key",
    "ends_with",
    "filter",
    "first",
    "floor",
    "insert",
    "is_err",
    "is_ok",
    "is_positive",
    "is_negative",
    "join",
    "keys",
    "last",
    "lines",
    "max",
    "min",
    "parse",
    "pop",
    "pow",
    "push",
    "push_str",
    "repeat",
    "replace",
    "round",
    "saturating_sub",
    "sort",
    "split",
    "sqrt",
    "starts_with",
    "sum",
    "to_lowercase",
    "to_string",
    "to_uppercase",
    "trim",
    "values",
    "wrapping_add",
];

impl Rewriter<'_> {
    /// Whether an expression is the parameter of a closure that maps over a promise.
    pub(super) fn is_element(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(paren) => self.is_element(&paren.expr),
            Expr::Path(path) => path
                .path
                .get_ident()
                .is_some_and(|name| self.scopes.is_element(&name.to_string())),
            _ => false,
        }
    }

    /// Whether `xs` in `xs.map(..)` is certainly a promise.
    pub(super) fn maps_promise(&self, method: &ExprMethodCall) -> bool {
        match &*method.receiver {
            Expr::MethodCall(zip) if zip.method == "zip" => self.maps_promise(zip),
            receiver => self.is_promise(receiver),
        }
    }

    /// Refuses what is done with an element of a promise, which the task is to `instead`. Whether it was that.
    pub(super) fn refuse_element(
        &mut self,
        operator: &dyn ToTokens,
        operands: &[&Expr],
        instead: &str,
    ) -> bool {
        let is_refused = operands.iter().any(|operand| self.is_element(operand));
        if is_refused {
            self.diag.push_spanned(
                operator.to_token_stream(),
                format!("the elements of a promise are not there while the graph is built, and a map passes them on whole: let the task that is called {instead} them"),
            );
        }
        is_refused
    }

    /// Refuses a method of values on a promise, such as `name.trim()`.
    pub(super) fn refuse_method(&mut self, call: &mut ExprMethodCall) {
        let name = call.method.to_string();
        // The error about the `call!` covers it.
        if is_of_call(&call.receiver) {
            return;
        }
        let message = if self.is_element(&call.receiver) {
            let is_part = ["at", "fields", "get"].contains(&name.as_str());
            if is_part {
                self.diag.push(call.method.span(), format!("a map passes the elements of a promise on whole, without `{name}`: let the task that is called take what it needs of the element"));
                return;
            }
            if !is_of_values(&name) {
                return;
            }
            format!(
                "the elements of a promise are not there while the graph is built, and a map passes them on whole: let the task that is called do `{name}`"
            )
        } else if self.is_promise(&call.receiver) {
            match name.as_str() {
                "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" => {
                    let run = or_run(&call.receiver);
                    format!(
                        "a promise has nothing to unwrap while the graph is built, and a failing task ends the run by itself: remove `.{name}(..)`{run}; for an optional value use `is_some()`, or pass it on unchanged"
                    )
                }
                "iter" | "into_iter" | "iter_mut" => format!(
                    "a promise of a list has no elements while the graph is built: call a task for each with `.map(|x| ..)` on the promise itself, without `.{name}()`, or loop in a `#[dynamic]` task"
                ),
                "into" | "to_owned" | "as_str" | "as_ref" | "as_deref" | "as_slice"
                | "as_bytes" => format!(
                    "a promise is passed on as it is, compared as it is, and has no value to convert while the graph is built: remove `.{name}()`, or convert in a task"
                ),
                "get"
                    if matches!(
                        call.args.first(),
                        Some(Expr::Lit(ExprLit {
                            lit: Lit::Int(_),
                            ..
                        }))
                    ) =>
                {
                    let index = call.args.to_token_stream();
                    format!(
                        "a promise of the element of a list is `.at({index})`, and `.get(\"key\")` is for a map"
                    )
                }
                "len" | "is_empty" | "count" => format!(
                    "the length of a promise is not known while the graph is built: compute `{name}()` in a task, or write a `#[dynamic]` task, whose inputs are values"
                ),
                _ if is_of_values(&name) => format!(
                    "a promise has no value to call `{name}` on while the graph is built: do it in a task, and call the task here"
                ),
                _ => return,
            }
        } else {
            return;
        };
        if !self.refuse_run(&call.receiver, &format!(".{name}(..)")) {
            self.diag.push(call.method.span(), message);
        }
        without_run(&mut call.receiver);
    }

    /// Refuses `square::run(x)` with what is asked of its result, if `square` is surely a task. Whether it was that.
    fn refuse_run(&mut self, expr: &Expr, asked: &str) -> bool {
        let task = run(expr).and_then(|(path, _)| Some((path, called_from_code(path)?)));
        let Some((path, (task, method))) = task else {
            return false;
        };
        let shown = tight(task.to_token_stream());
        self.diag.push_spanned(
            path,
            format!("`{shown}::{method}(..)` is for code that runs tasks; in a workflow's body a call by the name of the task is a node, and one that fails ends the run by itself: write `{shown}(..)`, without `{asked}`"),
        );
        true
    }

    /// Refuses `f(x)?`, and `f(x).await?` as one error.
    pub(super) fn refuse_question(&mut self, question: &ExprTry) {
        // The `call!` reports its own error.
        if matches!(&*question.expr, Expr::MethodCall(call) if is_of_call(&call.receiver)) {
            return;
        }
        let (base, asked) = match &*question.expr {
            Expr::Await(waits) => (&waits.base, ".await?"),
            _ => (&question.expr, "?"),
        };
        if self.refuse_run(base, asked) {
            return;
        }
        if let Expr::Await(waits) = &*question.expr {
            let run = or_run(&waits.base);
            self.refuse(&waits.await_token, &format!("there is nothing to wait for while the graph is built: a call here gives a promise, also of an async task, and one that fails ends the run by itself; remove `.await?`{run}"));
        } else if self.is_plain_question(&question.expr) {
            let owner = self.owner();
            self.refuse(&question.question_token, &format!("{owner} has no `Result` to return, as its body only builds a graph: do what may fail in a `#[task]`"));
        } else {
            let run = or_run(&question.expr);
            self.refuse(&question.question_token, &format!("`?` has nothing to look at while the graph is built: a call here gives a promise, and a task that fails ends the run by itself; remove the `?`{run}"));
        }
    }

    /// Whether what `?` looks at is certainly not a promise. In a dynamic task this is all that is not the call of a
    /// task.
    fn is_plain_question(&self, expr: &Expr) -> bool {
        let is_of_a_task = self.is_promise(expr) || run(expr).is_some();
        match self.inputs {
            Inputs::Promises => self.is_value(expr) && !is_of_a_task,
            Inputs::Values => !is_of_a_task,
        }
    }

    /// Rewrites the operand of an expression that is refused.
    pub(super) fn asked(&mut self, expr: &mut Expr) {
        without_run(expr);
        self.visit_expr_mut(expr);
    }

    /// Refuses `f(x).await`.
    pub(super) fn refuse_await(&mut self, waits: &ExprAwait) {
        if self.refuse_run(&waits.base, ".await") {
            return;
        }
        let run = or_run(&waits.base);
        self.refuse(&waits.await_token, &format!("there is nothing to wait for while the graph is built: a call here gives a promise, also of an async task; remove `.await`{run}"));
    }

    /// `report.mean`. An input has no fields. The result of a call may be a struct of promises, which has; only the
    /// compiler knows.
    pub(super) fn field(&mut self, access: &mut ExprField) {
        if self.is_element(&access.base) {
            let member = access.member.to_token_stream();
            self.diag.push(
                access.member.span(),
                format!("a map passes the elements of a promise on whole, without `{member}`: let the task that is called take what it needs of the element"),
            );
            self.visit_expr_mut(&mut access.base);
            return;
        }
        let Member::Named(field) = &access.member else {
            self.visit_expr_mut(&mut access.base);
            return;
        };
        // It may be the beginning of a method, and has the members of the promise either way.
        if editor::asks() {
            self.visit_expr_mut(&mut access.base);
            return;
        }
        if self.is_input(&access.base) {
            let shown = access.base.to_token_stream();
            self.diag.push(
                field.span(),
                format!("a promise of a struct has no fields of its own: write `{shown}.fields().{field}`"),
            );
            self.visit_expr_mut(&mut access.base);
            return;
        }
        let has_fields = self.is_promise(&access.base);
        let span = field.span();
        self.visit_expr_mut(&mut access.base);
        if has_fields {
            let base = &access.base;
            // As a call, so that its whole span is that of the field.
            let base = quote_spanned!(span=> __flyte::fields::lent(&#base));
            *access.base = parse_quote_spanned!(span=> __flyte::fields::HasFields::__fields(#base));
        }
    }

    /// Refuses `xs[0]`.
    pub(super) fn refuse_index(&mut self, access: &ExprIndex) {
        if self.is_promise(&access.expr) {
            let (shown, index) = (
                access.expr.to_token_stream(),
                access.index.to_token_stream(),
            );
            if let Expr::Range(_) = &*access.index {
                self.diag.push_spanned(
                    &access.index,
                    "a promise has no elements while the graph is built: cut the list in a task, and call the task here",
                );
                return;
            }
            let part = match &*access.index {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(_), ..
                }) => "get",
                _ => "at",
            };
            self.diag.push_spanned(
                &access.index,
                format!("a promise has no elements while the graph is built: write `{shown}.{part}({index})`, a promise of the element"),
            );
        }
    }

    /// Refuses `for x in xs`.
    pub(super) fn refuse_loop(&mut self, each: &ExprForLoop) {
        if self.is_promise(&each.expr) {
            self.diag.push_spanned(
                &each.expr,
                "a promise has no elements while the graph is built: call a task for each with `.map(|x| ..)`, or loop in a `#[dynamic]` task that takes it as an input, which is a value there",
            );
        }
    }

    /// Refuses promises in the text of `format!` and similar macros.
    pub(crate) fn refuse_text(&mut self, mac: &Macro, arguments: &[Expr]) {
        let name = mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        if !["format", "print", "println", "eprint", "eprintln"].contains(&name.as_str()) {
            return;
        }
        let message = format!(
            "a promise has no text while the graph is built, which is when `{name}!` runs: make the text in a task, and call the task here"
        );
        // `{x:?}` shows that it is a promise, which may be intended.
        let debugs = arguments.first().is_some_and(
            |first| matches!(first, Expr::Lit(text) if text.to_token_stream().to_string().contains(":?")),
        );
        for argument in arguments {
            match argument {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }) => {
                    let shown = shown_names(&text.value());
                    let names_promise = shown.iter().any(|name| self.scopes.is_promise(name));
                    if names_promise && !debugs {
                        self.diag.push(text.span(), message.clone());
                    }
                }
                Expr::Assign(named) if self.is_promise(&named.right) && !debugs => {
                    self.diag.push(named.right.span(), message.clone());
                }
                other if self.is_promise(other) && !debugs => {
                    self.diag.push_spanned(other, message.clone());
                }
                _ => {}
            }
        }
    }

    /// Refuses `x as f64`.
    pub(super) fn refuse_cast(&mut self, cast: &ExprCast) {
        if self.is_promise(&cast.expr) {
            self.diag.push(
                cast.as_token.span,
                "a promise has no value to convert while the graph is built: convert it in the task that takes it, or write a task for it",
            );
        } else if self.is_element(&cast.expr) {
            self.refuse_element(&cast.as_token, &[&cast.expr], "convert");
        }
    }

    /// Refuses `0..n`.
    pub(super) fn refuse_range(&mut self, range: &ExprRange) {
        for end in [&range.start, &range.end].into_iter().flatten() {
            if self.is_promise(end) {
                self.diag.push_spanned(
                    end,
                    "a promise has no value to count to while the graph is built: loop in a `#[dynamic]` task that takes it as an input, which is a value there, or map over a promise of a list",
                );
            }
        }
    }

    /// Refuses `xs.map(String::from)` on a promise.
    pub(super) fn refuse_mapped_function(&mut self, method: &ExprMethodCall) {
        if let Some(Expr::Path(function)) = method.args.first()
            && function.path.get_ident().is_none()
        {
            let shown = function.to_token_stream().to_string().replace(' ', "");
            self.diag.push_spanned(
                function,
                format!("`{shown}` is not a task, and a map over a promise runs a task for each element: write a task that calls it, and `.map(|x| the_task(x))`"),
            );
        }
    }

    /// Refuses `n.map(..)` on an input that is not a list.
    pub(super) fn refuse_map_of_one(&mut self, method: &ExprMethodCall) {
        if method.method != "map" || !self.is_input(&method.receiver) {
            return;
        }
        let input = method.receiver.to_token_stream().to_string();
        if self.literals.contains_key(&input) {
            self.diag.push(
                method.method.span(),
                format!("`{input}` is one value, and a map calls a task for each element of a list: pass `{input}` to the task, or take a `Vec` as the input"),
            );
        }
    }

    /// Refuses `.min_successes(1).min_success_ratio(0.5)`.
    pub(super) fn refuse_second_bound(&mut self, method: &ExprMethodCall) {
        let is_bound = |name: &Ident| name == "min_successes" || name == "min_success_ratio";
        if !is_bound(&method.method) {
            return;
        }
        let (mut receiver, mut first) = (&*method.receiver, None);
        while let Expr::MethodCall(before) = receiver {
            if is_bound(&before.method) {
                first = Some(&before.method);
            }
            if let ("map", Some(first)) = (before.method.to_string().as_str(), first) {
                self.diag.push(
                    method.method.span(),
                    format!("this map already has `{first}`, and only one of the two can decide when it fails: keep `min_successes(..)`, a number of elements, or `min_success_ratio(..)`, a fraction of them"),
                );
                return;
            }
            receiver = &before.receiver;
        }
    }

    pub(super) fn is_input(&self, expr: &Expr) -> bool {
        let name = |path: &syn::ExprPath| path.path.get_ident().map(Ident::to_string);
        matches!(expr, Expr::Path(path) if name(path).is_some_and(|name| self.scopes.is_input(&name)))
    }
}

/// The advice to add for `square::run(x)`. It is conditional, because in a module `square` the function `run` may be a
/// task like any other.
fn or_run(expr: &Expr) -> String {
    let run = run(expr).and_then(|(path, _)| path.segments.iter().nth_back(1));
    run.map_or_else(String::new, |task| {
        let task = &task.ident;
        format!(", and if `{task}` is a task, write `{task}(..)`")
    })
}

/// Reduces `square::run(x)` to the task and the inputs, when it is part of an error that was reported.
fn without_run(expr: &mut Expr) {
    if let Some((path, inputs)) = run(expr) {
        *expr = parse_quote!(((#path), #inputs));
    }
}

/// The function and its arguments, for `square::run(x)` and `square::call(x).start()`.
fn run(expr: &Expr) -> Option<(&Path, &Arguments)> {
    let Expr::Call(call) = habits::root(expr) else {
        return None;
    };
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev();
    let (method, _task) = (segments.next()?, segments.next()?);
    ["run", "call", "start"]
        .iter()
        .any(|name| method.ident == name)
        .then_some((&path.path, &call.args))
}

/// Whether it is `call!(..)`.
fn is_of_call(expr: &Expr) -> bool {
    matches!(expr, Expr::Macro(call) if call.mac.path.is_ident("call"))
}

fn is_of_values(method: &str) -> bool {
    VALUE_METHODS.contains(&method)
}

/// The names in `"{a} and {b:>3}"`.
fn shown_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let text = text.replace("{{", "");
    for part in text.split('{').skip(1) {
        let end = part
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(part.len());
        if part[end..].starts_with(['}', ':']) {
            names.push(part[..end].to_owned());
        }
    }
    names
}

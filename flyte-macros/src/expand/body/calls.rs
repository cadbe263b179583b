//! Calls in a workflow's body, which become nodes, and their arguments.

use proc_macro2::{Delimiter, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, ExprCall, ExprPath, ExprStruct, Ident, Path, ext::IdentExt, parse_quote,
    parse_quote_spanned, spanned::Spanned, visit_mut::VisitMut,
};

use super::{
    super::{
        by_name,
        callee::{self, MOST_ASKED},
        macros,
    },
    Rewriter,
    branch::hidden,
    lifted::is_lifted,
    taken_apart::of_a_library,
    texts,
};
use crate::{diag::tight, editor};

impl Rewriter<'_> {
    /// An expression where the graph accepts a promise or a value. Literal collections are lifted element by element.
    pub(super) fn argument(&mut self, expr: &mut Expr) {
        if let Some((entries, span)) = map_entries(expr) {
            *expr = self.map(entries, span);
            return;
        }
        match expr {
            Expr::Paren(paren) => self.argument(&mut paren.expr),
            Expr::Group(group) => self.argument(&mut group.expr),
            Expr::Reference(reference) if is_list(&reference.expr) => {
                self.argument(&mut reference.expr);
                *expr = (*reference.expr).clone();
            }
            Expr::Array(array) => {
                *expr = self.list(array.elems.iter().cloned().collect(), array.span());
            }
            Expr::Macro(mac) if mac.mac.path.is_ident("vec") => {
                match macros::list_elements(&mac.mac) {
                    Some(elements) => *expr = self.list(elements, mac.span()),
                    None => self.visit_expr_mut(expr),
                }
            }
            Expr::Path(path) if is_variant(&path.path, "None") => {
                *expr = parse_quote_spanned!(path.span()=> __flyte::NoneBinding);
            }
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if is_variant(&path.path, "Some") && call.args.len() == 1 => {
                    let span = path.span();
                    let mut inner = call.args[0].clone();
                    self.argument(&mut inner);
                    *expr = parse_quote_spanned!(span=> __flyte::SomeBinding(#inner));
                }
                _ => self.visit_expr_mut(expr),
            },
            _ => {
                let own = self.found(|this| this.refuse_open_collect(expr));
                self.visit_expr_mut(expr);
                self.keep_for_other_cases(expr);
                own.put(expr);
            }
        }
    }

    /// The argument for an input of a call.
    pub(super) fn input(&mut self, expr: &mut Expr) {
        let half = self.found(|this| this.refuse_half(expr));
        if let Some(refused) = self.refuse_struct_of_promises(expr) {
            *expr = refused;
        } else {
            self.argument(expr);
        }
        half.put(expr);
    }

    pub(super) fn list(&mut self, mut elements: Vec<Expr>, span: Span) -> Expr {
        let count = proc_macro2::Literal::usize_unsuffixed(elements.len());
        let mut list: TokenStream = quote_spanned!(span=> __flyte::ListBinding::<_, #count>::new());
        for element in &mut elements {
            self.argument(element);
            list = quote_spanned!(element.span()=> #list.item(#element));
        }
        parse_quote!(#list)
    }

    /// `BTreeMap::from([("a", x), ("b", 2)])`, whose values may be promises or values.
    fn map(&mut self, entries: Vec<(Expr, Expr)>, span: Span) -> Expr {
        let mut map: TokenStream = quote_spanned!(span=> __flyte::map::MapBinding::<_>::new());
        for (mut key, mut value) in entries {
            self.visit_expr_mut(&mut key);
            self.argument(&mut value);
            map = quote_spanned!(value.span()=> #map.item(#key, #value));
        }
        parse_quote!(#map)
    }

    /// A call in a body: of a task or workflow, or of something local.
    pub(super) fn call(&mut self, call: &mut ExprCall) -> Option<Expr> {
        let is_by_name = is_by_name(call);
        let is_lifted = is_lifted(call);
        match &mut *call.func {
            // A parenthesised callee is an ordinary function.
            Expr::Paren(paren) if matches!(&*paren.expr, Expr::Path(_)) => {
                *call.func = (*paren.expr).clone();
                self.ordinary_call(call);
                if is_lifted {
                    call.args
                        .iter_mut()
                        .for_each(|value| self.keep_for_other_cases(value));
                }
                None
            }
            Expr::Path(ExprPath {
                qself: None, path, ..
            }) if self.is_perhaps_local(path) => {
                let shown = path.to_token_stream();
                let message = format!(
                    "the macro above may declare `{shown}`, and what it declares cannot be seen here: write `({shown})(..)` to call that, or `self::{shown}(..)` to call the task of this name"
                );
                self.diag.push_spanned(path, message);
                self.ordinary_call(call);
                None
            }
            Expr::Path(ExprPath {
                qself: None, path, ..
            }) if self.is_entity(path) || (is_by_name && self.may_be_entity(path)) => {
                let mut path = path.clone();
                if let Some((task, method)) = called_from_code(&path) {
                    let shown = tight(task.to_token_stream());
                    self.diag.push_spanned(
                        &path,
                        format!("`{shown}::{method}(..)` is for code that runs tasks; in a workflow's body a call by the name of the task is a node: write `{shown}(..)`"),
                    );
                    path = task;
                }
                if of_a_library(&path) {
                    let shown = path.to_token_stream().to_string().replace(' ', "");
                    self.diag.push_spanned(
                        &path,
                        format!("`{shown}` is not a task or workflow: write `({shown})(..)` to call it while the graph is built, or call it in a task to run it with the workflow"),
                    );
                    self.ordinary_call(call);
                    return None;
                }
                Some(self.node(&path, call))
            }
            Expr::Path(ExprPath {
                qself: None, path, ..
            }) if call.args.len() <= MOST_ASKED && self.may_be_entity(path) => {
                let (path, count) = (path.clone(), call.args.len());
                self.ordinary_call(call);
                *call.func = if path.is_ident("drop") {
                    callee::of_the_prelude(&path, count)
                } else {
                    callee::of_any_kind(&path, count)
                };
                None
            }
            _ => {
                self.ordinary_call(call);
                None
            }
        }
    }

    /// Whether a macro as a statement before this place has been given the name, and so may have declared it.
    fn is_perhaps_local(&self, path: &Path) -> bool {
        let name = path.get_ident().map(ToString::to_string);
        name.is_some_and(|name| self.scopes.is_perhaps(&name))
    }

    fn ordinary_call(&mut self, call: &mut ExprCall) {
        self.note_unseen();
        if !matches!(&*call.func, Expr::Path(_)) {
            self.visit_expr_mut(&mut call.func);
        }
        for argument in &mut call.args {
            self.given_away(argument);
        }
    }

    /// Whether a call of this path is a node: the last segment is in snake case, and the path is neither a local name
    /// nor an associated function.
    pub(super) fn is_entity(&self, path: &Path) -> bool {
        let last = path.segments.last();
        // `drop` is in the prelude.
        last.is_some_and(|last| starts_low(&last.ident))
            && !path.is_ident("drop")
            && self.is_of_a_module(path)
    }

    /// Whether a call of this path is a node if a task has that name, and otherwise constructs a struct or variant, or
    /// calls a function. This concerns names with a capital letter, names in scripts without capitals, and `drop`.
    fn may_be_entity(&self, path: &Path) -> bool {
        let Some(last) = path.segments.last() else {
            return false;
        };
        let is_asked = !starts_low(&last.ident) || path.is_ident("drop");
        let is_known = ["Some", "Ok", "Err", "Self"]
            .iter()
            .any(|name| last.ident == name);
        // Tasks are not generic.
        let is_generic = path.segments.iter().any(|part| !part.arguments.is_none());
        is_asked && !is_known && !is_generic && !of_a_library(path) && self.is_of_a_module(path)
    }

    /// Whether a path names an item of a module, as far as the macro can see.
    fn is_of_a_module(&self, path: &Path) -> bool {
        let mut parts = path.segments.iter().rev();
        match (parts.next(), parts.next()) {
            (_, Some(owner)) => starts_low(&owner.ident) && !is_primitive(&owner.ident),
            (Some(name), None) => !self.scopes.contains(&name.ident.to_string()),
            (None, None) => false,
        }
    }

    /// An expression that is passed on or stored unchanged. The bare name of a task is not allowed there.
    pub(super) fn given_away(&mut self, expr: &mut Expr) {
        self.visit_expr_mut(expr);
        if let Expr::Path(ExprPath {
            qself: None, path, ..
        }) = &*expr
            && !self.hidden_names
            && self.is_entity(path)
            && !of_a_library(path)
            && !callee::is_of_an_entity(path)
        {
            *expr = callee::passed(path);
        }
    }

    pub(super) fn node(&mut self, path: &Path, call: &mut ExprCall) -> Expr {
        if editor::asks() {
            // What is shown of the name is the user's function, and nothing of the type.
            let node = self.node_of(&editor::unplaced(path), call);
            return parse_quote!(({ let _ = #path; #node }));
        }
        self.node_of(path, call)
    }

    fn node_of(&mut self, path: &Path, call: &mut ExprCall) -> Expr {
        let args = &mut call.args;
        let span = by_name::span_of(path);
        let named = args
            .iter()
            .filter(|argument| matches!(argument, Expr::Assign(_)))
            .count();
        // A call without arguments is a call by name in which every input has a default. An editor compares a call with
        // one that has an argument at the cursor.
        if named == 0 && (!args.is_empty() || editor::asks()) {
            for (position, argument) in args.iter_mut().enumerate() {
                self.input(argument);
                texts::mark_timeout(path, texts::Input::At(position), argument);
            }
            if !editor::asks() && callee::may_leave_out_defaults(path, args.len()) {
                // The runtime says what is left out. At the name, because the message names no argument.
                let mut given = proc_macro2::Group::new(Delimiter::Parenthesis, quote!(#args,));
                given.set_span(span);
                return parse_quote_spanned!(span=> __flyte::positional::node::<#path, _>(#given));
            }
            let (attrs, args) = (std::mem::take(&mut call.attrs), std::mem::take(args));
            let (node, paren_token) = (Ident::new("node", span), call.paren_token);
            return self.of_a_task(path, args.len(), |callee| {
                // The user's parentheses are kept, because the compiler suggests arguments inside them.
                let call = ExprCall {
                    attrs,
                    func: Box::new(parse_quote_spanned!(span=> <#callee>::#node)),
                    paren_token,
                    args,
                };
                Expr::Call(call)
            });
        }
        // The types of gates report what is missing.
        let is_of_gate = path.segments.last().is_some_and(|last| {
            let gates = ["approve", "sleep", "wait_for_input"];
            gates.iter().any(|gate| last.ident == gate)
        });
        if args.is_empty() && !is_of_gate {
            return self.of_a_task(path, 0, |callee| {
                let check = by_name::check(callee, path, &[], span, None);
                Expr::Verbatim(
                    quote_spanned!(span=> { #check <#callee>::__node_builder().__node() }),
                )
            });
        }
        let mut made: TokenStream = quote_spanned!(span=> <#path>::__node_builder());
        let mut given: Vec<Ident> = Vec::new();
        let mut wrong: Vec<Expr> = Vec::new();
        for argument in args.iter_mut() {
            let Some((input, value)) = by_name::named(argument, &given, self.diag) else {
                // The value of a wrong argument is still checked.
                let value = match argument {
                    Expr::Assign(assign) => &mut *assign.right,
                    other => other,
                };
                self.input(value);
                wrong.push(value.clone());
                continue;
            };
            self.input(value);
            texts::mark_timeout(path, texts::Input::Named(&input), value);
            made = by_name::give(path, &input, &made, value);
            given.push(input);
        }
        if !wrong.is_empty() {
            return parse_quote!((#made, #(#wrong),*));
        }
        let node = quote_spanned!(span=> __node());
        if is_of_gate {
            return parse_quote_spanned!(span=> #made.#node);
        }
        let check = by_name::check(path, path, &given, span, None);
        let whole = quote_spanned!(span=> ({ #check #made.#node }));
        parse_quote!(#whole)
    }

    fn of_a_task(&self, path: &Path, arguments: usize, call: impl FnOnce(&Path) -> Expr) -> Expr {
        if self.half_typed || editor::asks() {
            return call(path);
        }
        callee::of_a_task(path, arguments, call)
    }

    /// Whether a path names the workflow's output type, directly or through a module.
    pub(super) fn is_output(&self, path: &Path) -> bool {
        let last = path.segments.last().map(|last| last.ident.to_string());
        path.to_token_stream().to_string() == self.output
            || last.is_some_and(|last| last == self.output_name())
    }

    fn output_name(&self) -> &str {
        self.output
            .rsplit("::")
            .next()
            .unwrap_or(&self.output)
            .trim()
    }

    /// `Outputs { a: x, b }` of the workflow's own output type, bound field by field.
    pub(super) fn outputs_literal(&mut self, literal: &mut ExprStruct) -> Expr {
        let outputs = hidden("__outputs", literal.path.span());
        if let Some(rest) = &literal.rest {
            self.diag.push_spanned(rest, "a workflow names each of its outputs: there is no other value to take the rest from");
            for field in &mut literal.fields {
                self.argument(&mut field.expr);
            }
            let values = literal.fields.iter().map(|field| &field.expr);
            return parse_quote!((#(#values,)*));
        }
        let path = &literal.path;
        let mut types = TokenStream::new();
        let mut members = TokenStream::new();
        let mut bound = TokenStream::new();
        for (index, field) in literal.fields.iter_mut().enumerate() {
            self.argument(&mut field.expr);
            let ty = hidden(&format!("__field{index}"), literal.path.span());
            let (member, value) = (&field.member, &field.expr);
            let name = member.to_token_stream().to_string().replace("r#", "");
            types.extend(quote!(let #ty = __flyte::FieldType::new();));
            members.extend(quote_spanned!(member.span()=> #member: #ty.never(),));
            bound.extend(quote_spanned!(member.span()=> #outputs.field(#name, #ty, #value);));
        }
        // The second literal is never evaluated. It makes the compiler check the names as in any struct literal, and
        // gives the types of the fields.
        parse_quote_spanned!(path.span()=> {
            let mut #outputs = __named::<#path>();
            #types
            let _ = || #path { #members };
            #bound
            #outputs
        })
    }
}

/// The task of `square::call` or `square::run`, and which of the two it is.
///
/// A task in a module may be named `run`; so this is one of a task only where a task of the name of the module is known
/// and none named `run` is.
pub(super) fn called_from_code(path: &Path) -> Option<(Path, &'static str)> {
    let mut task = path.clone();
    let last = task.segments.pop().filter(|_| path.segments.len() > 1)?;
    task.segments.pop_punct();
    if last.ident == "call" {
        return Some((task, "call"));
    }
    let owner = task.get_ident()?;
    let is_run = last.ident == "run"
        && callee::is_known_entity(owner)
        && !callee::is_known_entity(&last.ident);
    is_run.then_some((task, "run"))
}

/// The keys and values of a map made from an array of pairs.
fn map_entries(expr: &Expr) -> Option<(Vec<(Expr, Expr)>, Span)> {
    let Expr::Call(call) = expr else {
        return None;
    };
    let (Expr::Path(function), Some(Expr::Array(array)), 1) =
        (&*call.func, call.args.first(), call.args.len())
    else {
        return None;
    };
    let mut parts = function.path.segments.iter().rev();
    let is_map = |name: &Ident| name == "BTreeMap" || name == "HashMap";
    if parts.next()?.ident != "from" || !is_map(&parts.next()?.ident) {
        return None;
    }
    let pair = |entry: &Expr| match entry {
        Expr::Tuple(pair) if pair.elems.len() == 2 => {
            Some((pair.elems[0].clone(), pair.elems[1].clone()))
        }
        _ => None,
    };
    let entries = array.elems.iter().map(pair).collect::<Option<_>>()?;
    Some((entries, call.span()))
}

fn is_list(expr: &Expr) -> bool {
    match expr {
        Expr::Array(_) => true,
        Expr::Macro(mac) => mac.mac.path.is_ident("vec"),
        _ => false,
    }
}

pub(super) fn is_variant(path: &Path, variant: &str) -> bool {
    match path.segments.len() {
        1 => path.is_ident(variant),
        2 => path.segments[0].ident == "Option" && path.segments[1].ident == variant,
        _ => false,
    }
}

pub(crate) fn is_primitive(ident: &Ident) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
        "f32", "f64", "bool", "char", "str",
    ];
    PRIMITIVES.iter().any(|name| ident == name)
}

/// Whether a name begins like that of a function.
pub(crate) fn starts_low(ident: &Ident) -> bool {
    let name = ident.unraw().to_string();
    name.starts_with(|c: char| c.is_lowercase() || c == '_')
}

/// Whether all inputs are given by name, which only tasks support.
fn is_by_name(call: &ExprCall) -> bool {
    !call.args.is_empty()
        && call
            .args
            .iter()
            .all(|given| matches!(given, Expr::Assign(_)))
}

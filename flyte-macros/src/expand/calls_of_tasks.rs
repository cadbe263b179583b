//! Calls in plain Rust code: the body of an eager task, in which no call may silently bypass the engine, and defaults,
//! for which no task runs.
//!
//! The code stays as it is written. Only the name of the callee is wrapped in a block that returns the same function or
//! does not compile: `flaky(x).await` of a task with `retries` would ignore them. A call that is not recognised here,
//! such as `(flaky)(x)`, is refused at run time by the task's function.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Block, Expr, PatIdent, Path,
    ext::IdentExt,
    parse::Parser,
    visit_mut::{self, VisitMut},
};

use super::{
    body::calls::{is_primitive, starts_low},
    callee,
};
use crate::{diag::tight, model::Signature};

/// Macros whose tokens are expressions.
const OF_EXPRESSIONS: [&str; 14] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "format",
    "join",
    "matches",
    "print",
    "println",
    "select",
    "try_join",
    "vec",
    "write",
    "writeln",
];

/// Names in the preludes, which cannot be imported where a macro declares them too.
pub(super) const OF_THE_PRELUDES: [&str; 6] = [
    "approve",
    "conditional",
    "drop",
    "fail",
    "sleep",
    "wait_for_input",
];

/// The body, rewritten so that plain calls that bypass the engine do not compile.
pub(super) fn through_the_engine(
    body: &Group,
    signature: &Signature,
    krate: &TokenStream,
) -> Group {
    let Ok(stmts) = Block::parse_within.parse2(body.stream()) else {
        // The compiler reports what is wrong.
        return body.clone();
    };
    let parameters = signature.parameters.iter();
    let mut locals = Locals(
        parameters
            .map(|parameter| (parameter.ident.to_string(), 1))
            .collect(),
    );
    for mut stmt in stmts {
        locals.visit_stmt_mut(&mut stmt);
    }
    let calls = Calls {
        locals: locals.0,
        runtime: quote!(#krate::__private),
        place: Place::Eager,
    };
    calls.group(body)
}

/// The default, rewritten so that calls of tasks do not compile. `runtime` is the path of the runtime in generated
/// code.
pub(super) fn in_default(default: &Expr, runtime: &TokenStream) -> TokenStream {
    let mut locals = Locals(HashMap::new());
    locals.visit_expr_mut(&mut default.clone());
    let calls = Calls {
        locals: locals.0,
        runtime: runtime.clone(),
        place: Place::Default,
    };
    calls.tokens(default.to_token_stream())
}

/// The names that patterns declare anywhere in a body, with the number of places. These names are not tasks.
struct Locals(HashMap<String, usize>);

impl VisitMut for Locals {
    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        *self.0.entry(pat.ident.to_string()).or_default() += 1;
        visit_mut::visit_pat_ident_mut(self, pat);
    }
}

#[derive(Clone)]
struct Calls {
    locals: HashMap<String, usize>,
    runtime: TokenStream,
    place: Place,
}

/// The kind of code.
#[derive(Clone, Copy)]
enum Place {
    Eager,
    Default,
}

impl Calls {
    fn group(&self, group: &Group) -> Group {
        let mut checked = Group::new(group.delimiter(), self.tokens(group.stream()));
        checked.set_span(group.span());
        checked
    }

    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut checked = TokenStream::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if let Some(end) = self.end_of_own_value(&tokens, at) {
                let mut outside = self.clone();
                outside.locals.remove(&tokens[at + 1].to_string());
                outside
                    .tokens(tokens[at..end].iter().cloned().collect())
                    .to_tokens(&mut checked);
                at = end;
                continue;
            }
            if let Some(awaited) = self.question_of_call(&tokens[at..]) {
                awaited.to_tokens(&mut checked);
                at += path_at(&tokens, at) + 2;
                continue;
            }
            let path = path_at(&tokens, at);
            if let Some(called) = tokens.get(at + path)
                && path > 0
                && is_arguments(called)
                && !follows_a_method(&tokens[..at])
                && let Some(path) = self.task(&tokens[at..at + path])
            {
                let is_awaited = is_await(&tokens[at..], path_at(&tokens, at) + 1);
                self.callee(&path, is_awaited).to_tokens(&mut checked);
                at += path_at(&tokens, at);
                continue;
            }
            match token {
                TokenTree::Group(group) if self.is_of_expressions(&tokens[..at]) => {
                    let given = self.given(&tokens[..at], group);
                    given
                        .unwrap_or_else(|| self.group(group))
                        .to_tokens(&mut checked);
                }
                other => other.to_tokens(&mut checked),
            }
            // The remaining segments of a path do not start another one.
            at += 1;
            for part in &tokens[at..(at + path.saturating_sub(1)).min(tokens.len())] {
                part.to_tokens(&mut checked);
            }
            at += path.saturating_sub(1);
        }
        checked
    }

    /// The end of `let flaky = flaky(x).await?`, if this is the only place that declares the name. Inside its own value
    /// the name still refers to the task.
    fn end_of_own_value(&self, tokens: &[TokenTree], at: usize) -> Option<usize> {
        let [TokenTree::Ident(keyword), TokenTree::Ident(name), ..] = &tokens[at..] else {
            return None;
        };
        // Not the `let` of `if let`, which no `;` ends.
        let begins = match &tokens[..at] {
            [] => true,
            [.., TokenTree::Group(block)] => block.delimiter() == Delimiter::Brace,
            [.., last] => is_punct(Some(last), ';'),
        };
        let is_alone = self.locals.get(&name.to_string()) == Some(&1);
        let is_end = |token: &TokenTree| is_punct(Some(token), ';');
        let end = tokens[at..].iter().position(is_end)?;
        (begins && keyword == "let" && is_alone).then_some(at + end)
    }

    /// Refuses `square::call(x)?` in an eager task, which asks a call that was not awaited.
    fn question_of_call(&self, tokens: &[TokenTree]) -> Option<TokenStream> {
        let length = path_at(tokens, 0);
        let [TokenTree::Group(given), TokenTree::Punct(question), ..] = tokens.get(length..)?
        else {
            return None;
        };
        let path: Path = syn::parse2(tokens[..length].iter().cloned().collect()).ok()?;
        let mut parts = path.segments.iter().rev();
        let (last, owner) = (parts.next()?, parts.next()?);
        let is_call = last.ident == "call" && starts_low(&owner.ident);
        let is_asked = question.as_char() == '?' && given.delimiter() == Delimiter::Parenthesis;
        if !is_call || !is_asked || !matches!(self.place, Place::Eager) {
            return None;
        }
        let shown = tight(quote!(#path));
        let message =
            format!("a call has no result before it is awaited: write `{shown}(..).await?`");
        let error = syn::Error::new(question.span(), message).to_compile_error();
        let given = self.group(given);
        Some(quote!(({ #error #path }) #given.await?))
    }

    fn callee(&self, path: &Path, is_awaited: bool) -> Expr {
        match self.place {
            Place::Eager => callee::of_eager(path, is_awaited, &self.runtime),
            Place::Default => callee::of_default(path, &self.runtime),
        }
    }

    /// `(flaky)` in `.map(flaky)`: such a method makes a plain call.
    fn given(&self, before: &[TokenTree], group: &Group) -> Option<Group> {
        const CALLS: [&str; 6] = [
            "and_then",
            "filter_map",
            "flat_map",
            "for_each",
            "map",
            "then",
        ];
        let [.., TokenTree::Punct(dot), TokenTree::Ident(method)] = before else {
            return None;
        };
        let calls = dot.as_char() == '.' && CALLS.iter().any(|known| method == known);
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let is_path = !tokens.is_empty() && path_at(&tokens, 0) == tokens.len();
        let path = self.task(&tokens).filter(|_| calls && is_path)?;
        let callee = match self.place {
            Place::Eager => callee::passed_by_eager(&path, &self.runtime),
            Place::Default => callee::of_default(&path, &self.runtime),
        };
        let mut given = Group::new(group.delimiter(), callee.into_token_stream());
        given.set_span(group.span());
        Some(given)
    }

    /// Whether a group contains code: not the tokens of an unknown macro, and not an attribute.
    fn is_of_expressions(&self, before: &[TokenTree]) -> bool {
        match before {
            [.., TokenTree::Punct(hash)] if hash.as_char() == '#' => false,
            [.., TokenTree::Punct(hash), TokenTree::Punct(bang)]
                if hash.as_char() == '#' && bang.as_char() == '!' =>
            {
                false
            }
            [.., TokenTree::Ident(name), TokenTree::Punct(bang)] if bang.as_char() == '!' => {
                OF_EXPRESSIONS.iter().any(|known| name == known)
            }
            // `macro_rules! name { .. }`
            [
                ..,
                TokenTree::Ident(rules),
                TokenTree::Punct(bang),
                TokenTree::Ident(_),
            ] if bang.as_char() == '!' => rules != "macro_rules",
            _ => true,
        }
    }

    /// The path, if it may be that of a task.
    fn task(&self, tokens: &[TokenTree]) -> Option<Path> {
        let path: Path = syn::parse2(tokens.iter().cloned().collect()).ok()?;
        let mut parts = path.segments.iter().rev();
        let (last, owner) = (parts.next()?, parts.next());
        let name = last.ident.unraw().to_string();
        let is_local = owner.is_none() && self.locals.contains_key(&last.ident.to_string());
        let is_of_type =
            owner.is_some_and(|owner| !starts_low(&owner.ident) || is_primitive(&owner.ident));
        let is_known = OF_THE_PRELUDES.contains(&name.as_str()) || callee::is_of_an_entity(&path);
        let is_task = starts_low(&last.ident) && !is_local && !is_of_type && !is_known;
        is_task.then_some(path)
    }
}

/// The number of tokens of a path that begins here: `a`, `a::b`, `::a::b`.
pub(super) fn path_at(tokens: &[TokenTree], start: usize) -> usize {
    let colons = |at: usize| is_joint(tokens.get(at)) && is_punct(tokens.get(at + 1), ':');
    let name = |at: usize| matches!(tokens.get(at), Some(TokenTree::Ident(_)));
    let mut at = start;
    if colons(at) {
        at += 2;
    }
    if !name(at) {
        return 0;
    }
    at += 1;
    while colons(at) && name(at + 2) {
        at += 3;
    }
    at - start
}

/// Whether the next tokens cannot be a call by path: `.name(..)`, `fn name(..)`.
pub(super) fn follows_a_method(before: &[TokenTree]) -> bool {
    match before {
        // `..name(x)` is a range.
        [.., TokenTree::Punct(first), TokenTree::Punct(dot)] if dot.as_char() == '.' => {
            first.as_char() != '.'
        }
        [.., TokenTree::Punct(dot)] => dot.as_char() == '.' || dot.as_char() == '\'',
        [.., TokenTree::Ident(keyword)] => keyword == "fn",
        _ => false,
    }
}

pub(super) fn is_arguments(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
}

/// Whether `.await` follows.
fn is_await(tokens: &[TokenTree], at: usize) -> bool {
    let is_keyword = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name == "await");
    is_punct(tokens.get(at), '.') && tokens.get(at + 1).is_some_and(is_keyword)
}

fn is_punct(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == punct)
}

fn is_joint(token: Option<&TokenTree>) -> bool {
    let is_joint = |found: &Punct| found.as_char() == ':' && found.spacing() == Spacing::Joint;
    matches!(token, Some(TokenTree::Punct(found)) if is_joint(found))
}

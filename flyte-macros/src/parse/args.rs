//! The grammar of attribute arguments: `key`, `key = value`, `key(..)`, separated by commas.
//!
//! Every token is either part of an argument or reported; after a mistake, reading goes on behind the next comma.

use std::ops::Deref;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{
    Expr, LitStr, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _, discouraged::Speculative as _},
};

use super::nearest::{listed, nearest, with_article};
use crate::{diag::Diag, editor};

/// One argument.
pub(super) struct Arg {
    /// The key without `r#` or quotes.
    pub(super) name: String,
    pub(super) key: Key,
    pub(super) value: Value,
    /// How the argument is written, for messages.
    pub(super) usage: String,
}

pub(super) enum Key {
    Ident(Ident),
    Quoted(LitStr),
}

impl Key {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Ident(ident) => ident.span(),
            Self::Quoted(text) => text.span(),
        }
    }
}

pub(super) enum Value {
    Flag,
    Expr(Expr),
    List(Group),
}

/// The keys that may be used in one place.
pub(super) struct Scope {
    /// What the keys belong to: `#[task]`, `cache`.
    pub(super) owner: &'static str,
    /// What a key is called: an option, a resource.
    pub(super) noun: &'static str,
    /// Every key, and how it is written.
    pub(super) keys: &'static [Usage],
    /// Keys that belong to another attribute, and to which.
    pub(super) elsewhere: &'static [(&'static str, &'static [Usage])],
    /// Names from other tools, and what is written here.
    pub(super) renamed: &'static [Usage],
    /// Whether a key may be used again.
    pub(super) repeat: bool,
}

/// A key and how it is written.
pub(super) type Usage = (&'static str, &'static str);

/// The keys of two tables in one.
pub(super) const fn joined<const N: usize>(first: &[Usage], second: &[Usage]) -> [Usage; N] {
    let mut all = [("", ""); N];
    let mut index = 0;
    while index < N {
        all[index] = if index < first.len() {
            first[index]
        } else {
            second[index - first.len()]
        };
        index += 1;
    }
    all
}

impl Scope {
    pub(super) const fn new(
        owner: &'static str,
        noun: &'static str,
        keys: &'static [Usage],
    ) -> Self {
        Self {
            owner,
            noun,
            keys,
            elsewhere: &[],
            renamed: &[],
            repeat: false,
        }
    }

    fn unknown(&self, name: &str) -> String {
        let Self { owner, noun, .. } = self;
        let names = || self.keys.iter().map(|(key, _)| *key);
        if let Some((other, _)) = self
            .elsewhere
            .iter()
            .find(|(_, keys)| keys.iter().any(|(key, _)| *key == name))
        {
            return format!(
                "`{name}` is {} of `{other}`, not of `{owner}`",
                with_article(noun)
            );
        }
        if let Some((_, usage)) = self.renamed.iter().find(|(old, _)| *old == name) {
            return format!("unknown {noun} `{name}`; write `{usage}`");
        }
        match nearest(name, names()) {
            Some(meant) => format!("unknown {noun} `{name}`; did you mean `{meant}`?"),
            None => format!(
                "unknown {noun} `{name}`; `{owner}` takes {}",
                listed(names(), "and")
            ),
        }
    }
}

/// Arguments whose keys are known.
#[derive(Default)]
pub(super) struct Known {
    args: Vec<Arg>,
    /// Whether there were others, which were reported.
    had_unknown: bool,
}

impl Known {
    /// Whether a key is surely not written: one that is unknown may be meant for it, and is one mistake, not two.
    pub(super) fn lack(&self, name: &str) -> bool {
        !self.had_unknown && self.args.iter().all(|arg| arg.name != name)
    }

    /// Those that fulfil a condition, and the others.
    pub(super) fn partition(self, condition: impl FnMut(&Arg) -> bool) -> (Self, Vec<Arg>) {
        let had_unknown = self.had_unknown;
        let (args, others) = self.args.into_iter().partition(condition);
        (Self { args, had_unknown }, others)
    }
}

impl Deref for Known {
    type Target = [Arg];

    fn deref(&self) -> &[Arg] {
        &self.args
    }
}

impl IntoIterator for Known {
    type Item = Arg;
    type IntoIter = std::vec::IntoIter<Arg>;

    fn into_iter(self) -> Self::IntoIter {
        self.args.into_iter()
    }
}

/// Reads arguments whose keys are known beforehand; unknown and repeated ones are reported and left out.
pub(super) fn known(tokens: TokenStream, scope: &Scope, diag: &mut Diag) -> Known {
    let mut args = any(tokens, scope.noun, diag);
    let written = args.iter().filter_map(|arg| match &arg.key {
        Key::Ident(ident) => Some(ident),
        Key::Quoted(_) => None,
    });
    editor::note_options(scope.owner, scope.keys, written);
    let mut had_unknown = false;
    let is_text = |arg: &Arg| matches!((&arg.key, &arg.value), (Key::Quoted(_), Value::Flag));
    if let Some(first) = args.first()
        && args.iter().all(is_text)
    {
        let Scope { owner, noun, .. } = scope;
        let usages = scope.keys.iter().take(args.len()).map(|(_, usage)| *usage);
        let usages = usages.collect::<Vec<_>>().join(", ");
        diag.push(
            first.key.span(),
            format!("`{owner}` takes its {noun}s by name: write `{usages}`"),
        );
        return Known {
            args: Vec::new(),
            had_unknown: true,
        };
    }
    args.retain_mut(|arg| {
        let Some((_, usage)) = scope.keys.iter().find(|(key, _)| *key == arg.name) else {
            diag.push(arg.key.span(), scope.unknown(&arg.name));
            had_unknown = true;
            return false;
        };
        arg.usage = (*usage).to_owned();
        if let Key::Quoted(text) = &arg.key {
            diag.push(
                text.span(),
                format!("`{}` is written without quotes", arg.name),
            );
            return false;
        }
        true
    });
    if !scope.repeat {
        once(&mut args, diag);
    }
    Known { args, had_unknown }
}

/// Reports every key that was used before and keeps the first.
pub(super) fn once(args: &mut Vec<Arg>, diag: &mut Diag) {
    let mut seen = std::collections::HashSet::new();
    args.retain(|arg| {
        let first = seen.insert(arg.name.clone());
        if !first {
            diag.push(
                arg.key.span(),
                format!("`{}` is given twice; keep one of them", arg.name),
            );
        }
        first
    });
}

/// Reads arguments with any keys.
pub(super) fn any(tokens: TokenStream, noun: &str, diag: &mut Diag) -> Vec<Arg> {
    let mut args = Vec::new();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            if let Some(arg) = arg(input, noun, diag) {
                args.push(arg);
            } else {
                skip_to_comma(input);
            }
            let _: Option<Token![,]> = input.parse()?;
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens) {
        diag.push_error(error);
    }
    args
}

/// Reads one argument up to its comma, or reports why there is none.
fn arg(input: ParseStream<'_>, noun: &str, diag: &mut Diag) -> Option<Arg> {
    let (key, name) = if input.peek(LitStr) {
        let text: LitStr = input.parse().ok()?;
        let name = text.value();
        (Key::Quoted(text), name)
    } else if input.peek(Ident::peek_any) {
        let ident = input.call(Ident::parse_any).ok()?;
        let name = ident.unraw().to_string();
        (Key::Ident(ident), name)
    } else {
        let (found, span) = next(input)?;
        diag.push(
            span,
            format!(
                "expected the name of {}, found `{found}`",
                with_article(noun)
            ),
        );
        return None;
    };
    let value = value(input, &name, key.span(), diag)?;
    if let Some((found, span)) = next(input).filter(|_| !input.peek(Token![,])) {
        if input.peek(Ident::peek_any) {
            // Most likely the next argument, which is then read as such.
            diag.push(span, format!("expected `,` before `{found}`"));
        } else {
            diag.push(
                span,
                format!("unexpected `{found}` after `{name}`; separate {noun}s with `,`"),
            );
            skip_to_comma(input);
        }
    }
    let usage = name.clone();
    Some(Arg {
        name,
        key,
        value,
        usage,
    })
}

fn value(input: ParseStream<'_>, name: &str, key: Span, diag: &mut Diag) -> Option<Value> {
    if input.is_empty() || input.peek(Token![,]) {
        return Some(Value::Flag);
    }
    if input.peek(Token![=]) && !input.peek(Token![==]) {
        let _: Token![=] = input.parse().ok()?;
        if input.is_empty() || input.peek(Token![,]) {
            diag.push(
                key,
                format!("`{name} =` has no value; write one behind the `=`"),
            );
            return None;
        }
        let ahead = input.fork();
        return match ahead.parse() {
            Ok(value) => {
                input.advance_to(&ahead);
                Some(Value::Expr(value))
            }
            Err(error) => {
                match input.fork().parse::<TokenTree>() {
                    // As a dictionary is written.
                    Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => diag
                        .push(
                            group.span(),
                            match name {
                                "custom" => "this is no expression of Rust; write `custom = serde_json::json!({ .. })`".to_owned(),
                                name => format!("the parts of an option stand in parentheses: write `{name}(key = \"value\")`"),
                            },
                        ),
                    _ => diag.push(
                        error.span(),
                        format!("the value of `{name}` cannot be read: {error}"),
                    ),
                }
                None
            }
        };
    }
    let (found, span) = next(input)?;
    match input.fork().parse::<TokenTree>().ok()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            let _: TokenTree = input.parse().ok()?;
            Some(Value::List(group))
        }
        TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
            diag.push(
                span,
                format!("`{name}` is followed by `(..)` or `=`; write `{name}(..)`"),
            );
            None
        }
        // Most likely the next argument, for which the caller misses a comma.
        TokenTree::Ident(_) => Some(Value::Flag),
        _ => {
            diag.push(
                span,
                format!("expected `=`, `(` or `,` after `{name}`, found `{found}`"),
            );
            None
        }
    }
}

/// The next token as people see it, and where it is.
fn next(input: ParseStream<'_>) -> Option<(String, Span)> {
    let token: TokenTree = input.fork().parse().ok()?;
    let found = match &token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => "(..)".to_owned(),
            Delimiter::Brace => "{..}".to_owned(),
            Delimiter::Bracket => "[..]".to_owned(),
            Delimiter::None => group.stream().to_string(),
        },
        token => token.to_string(),
    };
    Some((found, token.span()))
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            break;
        }
    }
}

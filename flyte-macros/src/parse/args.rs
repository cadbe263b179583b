//! The grammar of attribute arguments: `key`, `key = value`, `key(..)`, separated by commas.
//!
//! Every token is either part of an argument or reported. After an error, parsing continues after the next comma.

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
    /// The usage of the argument, for messages.
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

/// The keys that are allowed in one place.
pub(super) struct Scope {
    /// The owner of the keys: `#[task]`, `cache`.
    pub(super) owner: &'static str,
    /// The noun for a key: an option, a resource.
    pub(super) noun: &'static str,
    /// Every key, and its usage.
    pub(super) keys: &'static [Usage],
    /// Keys that belong to other attributes, by attribute.
    pub(super) elsewhere: &'static [(&'static str, &'static [Usage])],
    /// Names from other tools, and what to write here.
    pub(super) renamed: &'static [Usage],
    /// Whether a key may be used again.
    pub(super) repeat: bool,
}

/// A key and its usage.
pub(super) type Usage = (&'static str, &'static str);

/// Joins two tables of keys.
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
    /// Whether there were unknown ones, which were reported.
    had_unknown: bool,
}

impl Known {
    /// Whether a key is certainly missing. An unknown key may be a misspelling of it, and should be one error, not two.
    pub(super) fn lack(&self, name: &str) -> bool {
        !self.had_unknown && self.args.iter().all(|arg| arg.name != name)
    }

    /// Splits the arguments into those that meet a condition and the others.
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

/// Parses arguments with a known set of keys. Unknown and repeated ones are reported and left out.
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

/// Reports every repeated key and keeps the first.
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

/// Parses arguments with any keys.
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

/// Parses one argument up to its comma, or reports an error.
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
            // This is probably the next argument, and is parsed as one.
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
                    // As in a dictionary.
                    Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => diag
                        .push(
                            group.span(),
                            match name {
                                "custom" => "this is not a Rust expression; write `custom = serde_json::json!({ .. })`".to_owned(),
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
        // This is probably the next argument; the caller reports the missing comma.
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

/// The next token as users see it, and its span.
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

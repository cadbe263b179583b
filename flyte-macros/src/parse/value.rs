//! Values of arguments: from an expression to a checked value, or a message on the expression.

use std::{iter, time::Duration};

use proc_macro2::{Group, Ident, Span};
use quote::ToTokens as _;
use syn::{Expr, Lit, UnOp, spanned::Spanned as _};

use super::{
    args::{self, Arg, Key, Scope, Value},
    duration, nano_units,
    nearest::{listed, nearest},
};
use crate::{diag::Diag, editor};

/// A value and its span.
#[derive(Debug, Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// A Kubernetes quantity as text, and its amount in billionths.
#[derive(Debug, Clone)]
pub(crate) struct Quantity {
    pub(crate) text: String,
    pub(crate) nanos: u128,
}

/// `docs = "short"` or `docs(short = .., long = .., source_link = ..)`.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    pub(crate) short: Option<Spanned<String>>,
    pub(crate) long: Option<Spanned<String>>,
    pub(crate) source_link: Option<Spanned<String>>,
}

impl Arg {
    /// The span of the value, or of the key if there is no value.
    pub(super) fn value_span(&self) -> Span {
        match &self.value {
            Value::Flag => self.key.span(),
            Value::Expr(expr) => expr.span(),
            Value::List(group) => group.span(),
        }
    }

    /// Reports that the value is not the `expected` literal.
    pub(super) fn refuse<T>(&self, expected: &str, diag: &mut Diag) -> Option<T> {
        let Self { name, usage, .. } = self;
        let message = match &self.value {
            Value::Expr(expr) => return self.refuse_part(expr, expected, diag),
            Value::Flag => format!("`{name}` needs a value; write `{usage}`"),
            Value::List(_) => format!("`{name}` takes {expected}, found `(..)`; write `{usage}`"),
        };
        diag.push(self.value_span(), message);
        None
    }

    /// The same for a part of the value.
    pub(super) fn refuse_part<T>(&self, part: &Expr, expected: &str, diag: &mut Diag) -> Option<T> {
        let Self { name, usage, .. } = self;
        let why = match ungroup(part) {
            Expr::Lit(_) | Expr::Unary(_) | Expr::Tuple(_) => "",
            _ => {
                " options are read before the program is compiled, so only a literal has a value here;"
            }
        };
        let found = describe(part);
        let meant = match ungroup(part) {
            Expr::Path(path) if expected == "a string" => {
                let text = path.path.get_ident();
                text.map(|text| format!("{name} = \"{text}\""))
            }
            _ => None,
        };
        let usage = meant.as_ref().unwrap_or(usage);
        diag.push_spanned(
            part,
            format!("`{name}` takes {expected}, found {found};{why} write `{usage}`"),
        );
        None
    }

    fn literal(&self) -> Option<&Lit> {
        match &self.value {
            Value::Expr(expr) => literal(expr),
            _ => None,
        }
    }

    /// `key` or `key = true`.
    pub(super) fn flag(&self, diag: &mut Diag) -> Option<Spanned<bool>> {
        match (&self.value, self.literal()) {
            (Value::Flag, _) => Some(Spanned {
                value: true,
                span: self.key.span(),
            }),
            (_, Some(Lit::Bool(value))) => Some(Spanned {
                value: value.value,
                span: value.span,
            }),
            _ => self.refuse("`true` or `false`", diag),
        }
    }

    /// `key = 3`.
    pub(super) fn number(&self, diag: &mut Diag) -> Option<Spanned<u32>> {
        match self.literal() {
            Some(Lit::Int(number)) if number.suffix().is_empty() => match number.base10_parse() {
                Ok(value) => Some(Spanned {
                    value,
                    span: number.span(),
                }),
                Err(_) => {
                    diag.push(
                        number.span(),
                        format!("`{}` can be at most {}; write less", self.name, u32::MAX),
                    );
                    None
                }
            },
            _ => self.refuse("a whole number", diag),
        }
    }

    /// `key = "text"`, which may be empty.
    pub(super) fn string(&self, diag: &mut Diag) -> Option<Spanned<String>> {
        match self.literal() {
            Some(Lit::Str(text)) if text.suffix().is_empty() => Some(Spanned {
                value: text.value(),
                span: text.span(),
            }),
            _ => self.refuse("a string", diag),
        }
    }

    /// `key = "text"`, which must not be empty.
    pub(super) fn text(&self, diag: &mut Diag) -> Option<Spanned<String>> {
        let text = self.string(diag)?;
        if text.value.trim().is_empty() {
            diag.push(
                text.span,
                format!(
                    "`{}` must not be empty; leave it out, or write `{}`",
                    self.name, self.usage
                ),
            );
            return None;
        }
        Some(text)
    }

    /// `key = "30s"` or `key = 30`, in seconds, greater than zero.
    pub(super) fn duration(&self, diag: &mut Diag) -> Option<Spanned<Duration>> {
        let duration = self.any_duration(diag)?;
        if duration.value.is_zero() {
            diag.push(
                duration.span,
                format!(
                    "`{}` of zero would end every attempt at once; leave it out for no limit",
                    self.name
                ),
            );
            return None;
        }
        Some(duration)
    }

    /// The same, but zero is allowed, or refused with another message.
    pub(super) fn any_duration(&self, diag: &mut Diag) -> Option<Spanned<Duration>> {
        let read = match self.literal() {
            Some(Lit::Str(text)) if text.suffix().is_empty() => duration(&text.value()),
            Some(Lit::Int(number)) if number.suffix().is_empty() => number
                .base10_parse()
                .map(Duration::from_secs)
                .map_err(|_| "is longer than a duration can be; write a smaller number".to_owned()),
            _ => return self.refuse("a duration", diag),
        };
        let span = self.value_span();
        match read {
            Ok(value) => Some(Spanned { value, span }),
            Err(message) => {
                diag.push(span, format!("`{}` {message}", self.name));
                None
            }
        }
    }

    /// `key = "512Mi"` or `key = 2`.
    pub(super) fn quantity(&self, diag: &mut Diag) -> Option<Spanned<Quantity>> {
        match &self.value {
            Value::Expr(expr) => self.quantity_in(expr, diag),
            _ => self.refuse("a quantity", diag),
        }
    }

    /// A quantity inside a value.
    pub(super) fn quantity_in(&self, expr: &Expr, diag: &mut Diag) -> Option<Spanned<Quantity>> {
        let text = match literal(expr) {
            Some(Lit::Str(text)) if text.suffix().is_empty() => text.value(),
            Some(Lit::Int(number)) if number.suffix().is_empty() => {
                number.base10_digits().to_owned()
            }
            Some(Lit::Float(number)) if number.suffix().is_empty() => {
                number.base10_digits().to_owned()
            }
            _ => return self.refuse_part(expr, "a quantity", diag),
        };
        match nano_units(&text) {
            Ok(nanos) => Some(Spanned {
                value: Quantity { text, nanos },
                span: expr.span(),
            }),
            Err(message) => {
                diag.push(expr.span(), format!("`{}` {message}", self.name));
                None
            }
        }
    }

    /// `key = path::to::item`.
    pub(super) fn path(&self, diag: &mut Diag) -> Option<syn::Path> {
        if let Value::Expr(expr) = &self.value
            && let Expr::Path(path) = ungroup(expr)
            && path.qself.is_none()
            && path.attrs.is_empty()
        {
            return Some(path.path.clone());
        }
        self.not_a("a path", diag)
    }

    /// `key = Name`.
    pub(super) fn ident(&self, diag: &mut Diag) -> Option<Ident> {
        if let Value::Expr(expr) = &self.value
            && let Expr::Path(path) = ungroup(expr)
            && path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
            && !["self", "Self", "super", "crate"]
                .iter()
                .any(|keyword| ident == keyword)
        {
            return Some(ident.clone());
        }
        self.not_a("a name", diag)
    }

    /// `key = word`, with a fixed set of words. Returns the entry for the word.
    pub(super) fn choice(
        &self,
        words: &[(&str, &'static str)],
        diag: &mut Diag,
    ) -> Option<Spanned<&'static str>> {
        let names = || words.iter().map(|(word, _)| *word);
        if let Value::Expr(expr) = &self.value
            && let Expr::Path(path) = ungroup(expr)
            && let Some(ident) = path.path.get_ident()
        {
            let word = ident.to_string();
            if let Some((_, value)) = words.iter().find(|(name, _)| *name == word) {
                return Some(Spanned {
                    value,
                    span: ident.span(),
                });
            }
            let hint = match nearest(&word, names()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("write {}", listed(names(), "or")),
            };
            diag.push(
                ident.span(),
                format!("unknown `{}` `{word}`; {hint}", self.name),
            );
            return None;
        }
        self.not_a(&listed(names(), "or"), diag)
    }

    /// As [`refuse`](Self::refuse), for values that are not literals anyway.
    fn not_a<T>(&self, expected: &str, diag: &mut Diag) -> Option<T> {
        let Value::Expr(expr) = &self.value else {
            return self.refuse(expected, diag);
        };
        let Self { name, usage, .. } = self;
        let found = describe(expr);
        diag.push_spanned(
            expr,
            format!("`{name}` takes {expected}, found {found}; write `{usage}`"),
        );
        None
    }

    /// `key(..)`, which must not be empty.
    pub(super) fn list(&self, diag: &mut Diag) -> Option<&Group> {
        let message = match &self.value {
            Value::List(group) if !group.stream().is_empty() => return Some(group),
            Value::List(_) => "names nothing; leave it out, or write",
            Value::Flag | Value::Expr(_) => "takes its values in parentheses; write",
        };
        diag.push(
            self.value_span(),
            format!("`{}` {message} `{}`", self.name, self.usage),
        );
        None
    }

    /// `key(inner..)` with known keys.
    pub(super) fn nested(&self, scope: &Scope, diag: &mut Diag) -> Option<args::Known> {
        if let Value::List(group) = &self.value
            && group.stream().is_empty()
        {
            editor::note_options(scope.owner, scope.keys, iter::empty());
        }
        let group = self.list(diag)?;
        Some(args::known(group.stream(), scope, diag))
    }

    /// `key(NAME = "value", "odd.name" = "value")`, in the order of the source.
    pub(super) fn pairs(&self, diag: &mut Diag) -> Vec<(Spanned<String>, Spanned<String>)> {
        let Some(group) = self.list(diag) else {
            return Vec::new();
        };
        let mut args = args::any(group.stream(), "name", diag);
        args::once(&mut args, diag);
        args.into_iter()
            .filter_map(|mut arg| {
                let name = Spanned {
                    value: arg.name.clone(),
                    span: arg.key.span(),
                };
                if name.value.trim().is_empty() {
                    diag.push(
                        name.span,
                        format!(
                            "a name in `{}` must not be empty; write `{}`",
                            self.name, self.usage
                        ),
                    );
                    return None;
                }
                let key = match &arg.key {
                    Key::Ident(ident) => ident.to_string(),
                    Key::Quoted(text) => text.to_token_stream().to_string(),
                };
                arg.usage = format!("{key} = \"value\"");
                Some((name, arg.string(diag)?))
            })
            .collect()
    }

    /// `key(name, name)`.
    pub(super) fn names(&self, noun: &str, diag: &mut Diag) -> Vec<Ident> {
        let Some(group) = self.list(diag) else {
            return Vec::new();
        };
        let mut args = args::any(group.stream(), noun, diag);
        args::once(&mut args, diag);
        args.into_iter()
            .filter_map(|arg| match (arg.key, &arg.value) {
                (Key::Ident(ident), Value::Flag) => Some(ident),
                (Key::Quoted(text), Value::Flag) => {
                    diag.push(
                        text.span(),
                        format!("`{}` is written without quotes", arg.name),
                    );
                    None
                }
                (key, _) => {
                    diag.push(
                        key.span(),
                        format!("`{}` takes no value here; write only the name", arg.name),
                    );
                    None
                }
            })
            .collect()
    }

    /// `docs = "short"` or `docs(..)`.
    pub(super) fn docs(&self, diag: &mut Diag) -> Option<Docs> {
        const SCOPE: Scope = Scope::new(
            "docs",
            "part",
            &[
                ("short", "short = \"one sentence\""),
                ("long", "long = \"all there is to say\""),
                (
                    "source_link",
                    "source_link = \"https://example.org/source.rs\"",
                ),
            ],
        );
        if !matches!(self.value, Value::List(_)) {
            return Some(Docs {
                short: Some(self.text(diag)?),
                ..Docs::default()
            });
        }
        let mut docs = Docs::default();
        for arg in self.nested(&SCOPE, diag)? {
            let part = arg.text(diag);
            match arg.name.as_str() {
                "short" => docs.short = part,
                "long" => docs.long = part,
                _ => docs.source_link = part,
            }
        }
        Some(docs)
    }
}

/// The expression without the invisible groups that `macro_rules!` put around their arguments.
pub(super) fn ungroup(mut expr: &Expr) -> &Expr {
    while let Expr::Group(group) = expr {
        expr = &group.expr;
    }
    expr
}

fn literal(expr: &Expr) -> Option<&Lit> {
    match ungroup(expr) {
        Expr::Lit(literal) if literal.attrs.is_empty() => Some(&literal.lit),
        _ => None,
    }
}

pub(super) fn describe(expr: &Expr) -> String {
    match ungroup(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(_) => "a string".to_owned(),
            Lit::Int(number) if !number.suffix().is_empty() => {
                format!("a number with the suffix `{}`", number.suffix())
            }
            Lit::Int(_) => "a whole number".to_owned(),
            Lit::Float(_) => "a number with a point".to_owned(),
            Lit::Bool(value) => format!("`{}`", value.value),
            other => format!("`{}`", other.to_token_stream()),
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => "a negative number".to_owned(),
        Expr::Tuple(_) => "a tuple".to_owned(),
        Expr::Path(path) => format!("`{}`", joined(&path.path)),
        Expr::Call(_) | Expr::MethodCall(_) => "a call".to_owned(),
        Expr::Macro(_) => "a macro".to_owned(),
        Expr::Closure(_) => "a closure".to_owned(),
        Expr::Array(_) => "a list in brackets".to_owned(),
        Expr::Assign(_) => "an assignment".to_owned(),
        _ => "an expression".to_owned(),
    }
}

/// A path as written, without spaces.
pub(super) fn joined(path: &syn::Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

//! What `macro_rules!` of the product make of their arguments, as far as items are concerned: some public items are made
//! by macros, and the source alone does not show them.

use std::collections::BTreeMap;

use proc_macro2::{Group, Punct, Spacing, TokenStream, TokenTree};
use syn::{
    Ident,
    parse::{Parse, ParseStream, Parser as _},
};

/// A `macro_rules!`: its arms, each a pattern and what it becomes.
#[derive(Clone)]
pub(crate) struct Macro(Vec<(TokenStream, TokenStream)>);

impl Macro {
    pub(crate) fn parse(definition: TokenStream) -> Self {
        let mut arms = Vec::new();
        let mut tokens = definition.into_iter();
        while let Some(TokenTree::Group(pattern)) = tokens.next() {
            // `=>`
            tokens.next();
            tokens.next();
            let Some(TokenTree::Group(body)) = tokens.next() else {
                panic!("an arm of a macro has a body");
            };
            arms.push((pattern.stream(), body.stream()));
            // `;`
            tokens.next();
        }
        Self(arms)
    }

    /// What an invocation becomes.
    pub(crate) fn expand(&self, arguments: &TokenStream) -> Option<TokenStream> {
        self.0.iter().find_map(|(pattern, body)| {
            let mut bindings = Bindings::new();
            let rest = matched(pattern.clone(), arguments.clone(), &mut bindings)?;
            rest.is_empty().then(|| written(body.clone(), &bindings))
        })
    }
}

type Bindings = BTreeMap<String, Binding>;

#[derive(Clone, Debug)]
enum Binding {
    One(TokenStream),
    Many(Vec<Bindings>),
}

/// A part of a pattern or a body.
enum Part {
    /// `$name:kind`, and in bodies `$name`.
    Variable(String, Option<String>),
    /// `$( .. ) separator? operator`
    Repeated(TokenStream, Option<Punct>, char),
    Group(Group),
    Other(TokenTree),
}

fn parts(tokens: TokenStream, in_pattern: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) if name == "crate" => {
                    parts.push(Part::Other(TokenTree::Ident(name)));
                }
                Some(TokenTree::Ident(name)) => {
                    let kind = in_pattern.then(|| {
                        tokens.next();
                        tokens.next().expect("a variable has a kind").to_string()
                    });
                    parts.push(Part::Variable(name.to_string(), kind));
                }
                Some(TokenTree::Group(group)) => {
                    let mut separator = None;
                    let operator = loop {
                        match tokens.next() {
                            Some(TokenTree::Punct(punct)) => match punct.as_char() {
                                operator @ ('*' | '+' | '?') => break operator,
                                _ => separator = Some(punct),
                            },
                            other => panic!("a repetition ends with an operator: {other:?}"),
                        }
                    };
                    parts.push(Part::Repeated(group.stream(), separator, operator));
                }
                other => panic!("`$` is followed by a name or a group: {other:?}"),
            },
            TokenTree::Group(group) => parts.push(Part::Group(group)),
            other => parts.push(Part::Other(other)),
        }
    }
    parts
}

/// What is left of the tokens behind what the pattern matches; nothing if it does not match.
fn matched(
    pattern: TokenStream,
    mut tokens: TokenStream,
    found: &mut Bindings,
) -> Option<TokenStream> {
    for part in parts(pattern, true) {
        tokens = match part {
            Part::Variable(name, kind) => {
                let (value, rest) = fragment(&kind.expect("of a pattern"), tokens)?;
                found.insert(name, Binding::One(value));
                rest
            }
            Part::Repeated(inner, separator, operator) => {
                let mut rounds: Vec<Bindings> = Vec::new();
                loop {
                    if operator == '?' && rounds.len() == 1 {
                        break;
                    }
                    let mut here = tokens.clone();
                    if let (Some(separator), false) = (&separator, rounds.is_empty()) {
                        let mut rest = here.into_iter();
                        match rest.next() {
                            Some(TokenTree::Punct(punct))
                                if punct.as_char() == separator.as_char() => {}
                            _ => break,
                        }
                        here = rest.collect();
                    }
                    let mut round = Bindings::new();
                    match matched(inner.clone(), here, &mut round) {
                        Some(rest) if !tokens.is_empty() => {
                            tokens = rest;
                            rounds.push(round);
                        }
                        _ => break,
                    }
                }
                if operator == '+' && rounds.is_empty() {
                    return None;
                }
                for name in names(inner) {
                    let rounds = rounds.iter().map(|round| {
                        let value = round.get(&name).cloned();
                        value
                            .map(|value| (name.clone(), value))
                            .into_iter()
                            .collect()
                    });
                    found.insert(name.clone(), Binding::Many(rounds.collect()));
                }
                tokens
            }
            Part::Group(expected) => {
                let mut rest = tokens.into_iter();
                match rest.next()? {
                    TokenTree::Group(group) if group.delimiter() == expected.delimiter() => {
                        let left = matched(expected.stream(), group.stream(), found)?;
                        if !left.is_empty() {
                            return None;
                        }
                    }
                    _ => return None,
                }
                rest.collect()
            }
            Part::Other(expected) => {
                let mut rest = tokens.into_iter();
                if rest.next()?.to_string() != expected.to_string() {
                    return None;
                }
                rest.collect()
            }
        };
    }
    Some(tokens)
}

/// The variables of a pattern.
fn names(pattern: TokenStream) -> Vec<String> {
    let parts = parts(pattern, true).into_iter();
    parts
        .flat_map(|part| match part {
            Part::Variable(name, _) => vec![name],
            Part::Repeated(inner, ..) => names(inner),
            Part::Group(group) => names(group.stream()),
            Part::Other(_) => Vec::new(),
        })
        .collect()
}

/// The tokens at the beginning that are of a kind, and those behind them.
fn fragment(kind: &str, tokens: TokenStream) -> Option<(TokenStream, TokenStream)> {
    fn of<T: Parse + quote::ToTokens>(tokens: TokenStream) -> Option<(TokenStream, TokenStream)> {
        let parser = |input: ParseStream<'_>| {
            let value: T = input.parse()?;
            Ok((value.to_token_stream(), input.parse()?))
        };
        parser.parse2(tokens).ok()
    }
    match kind {
        "ident" => of::<Ident>(tokens),
        "ty" => of::<syn::Type>(tokens),
        "expr" => of::<syn::Expr>(tokens),
        "literal" => of::<syn::Lit>(tokens),
        "meta" => of::<syn::Meta>(tokens),
        "path" => of::<syn::Path>(tokens),
        "tt" => tree(tokens),
        other => panic!("the kind `{other}` of a variable of a macro is not known here"),
    }
}

/// A token of macros: an operator of several characters, or a lifetime, is one.
fn tree(tokens: TokenStream) -> Option<(TokenStream, TokenStream)> {
    const OPERATORS: [&str; 9] = ["==", "!=", "<=", ">=", "&&", "||", "::", "->", "=>"];
    let all: Vec<_> = tokens.into_iter().collect();
    let count = match &all[..] {
        [] => return None,
        [TokenTree::Punct(first), TokenTree::Ident(_), ..] if first.as_char() == '\'' => 2,
        [TokenTree::Punct(first), TokenTree::Punct(second), ..] => {
            let both = format!("{}{}", first.as_char(), second.as_char());
            let is_one = first.spacing() == Spacing::Joint && OPERATORS.contains(&both.as_str());
            if is_one { 2 } else { 1 }
        }
        _ => 1,
    };
    let (tree, rest) = all.split_at(count);
    Some((
        tree.iter().cloned().collect(),
        rest.iter().cloned().collect(),
    ))
}

fn written(body: TokenStream, bindings: &Bindings) -> TokenStream {
    let mut all = TokenStream::new();
    for part in parts(body, false) {
        match part {
            Part::Variable(name, _) => match bindings.get(&name) {
                Some(Binding::One(value)) => {
                    all.extend(value.clone());
                }
                other => panic!("`${name}` is {other:?}"),
            },
            Part::Repeated(inner, separator, _) => {
                let rounds = rounds(&inner, bindings);
                for (index, round) in rounds.iter().enumerate() {
                    if let (Some(separator), true) = (&separator, index > 0) {
                        all.extend([TokenTree::Punct(separator.clone())]);
                    }
                    all.extend(written(inner.clone(), round));
                }
            }
            Part::Group(group) => {
                let inner = written(group.stream(), bindings);
                let group = Group::new(group.delimiter(), inner);
                all.extend([TokenTree::Group(group)]);
            }
            Part::Other(token) => all.extend([token]),
        }
    }
    all
}

/// The bindings of each round of a repetition in a body.
fn rounds(inner: &TokenStream, bindings: &Bindings) -> Vec<Bindings> {
    let used = used(inner.clone());
    let many = bindings.iter().filter_map(|(name, binding)| match binding {
        Binding::Many(rounds) if used.contains(name) => Some(rounds),
        _ => None,
    });
    let many: Vec<_> = many.collect();
    let count = many.iter().map(|rounds| rounds.len()).max().unwrap_or(0);
    (0..count)
        .map(|index| {
            let mut round = bindings.clone();
            for rounds in &many {
                round.extend(rounds.get(index).cloned().unwrap_or_default());
            }
            round
        })
        .collect()
}

/// The variables that a body uses.
fn used(body: TokenStream) -> Vec<String> {
    let parts = parts(body, false).into_iter();
    parts
        .flat_map(|part| match part {
            Part::Variable(name, _) => vec![name],
            Part::Repeated(inner, ..) => used(inner),
            Part::Group(group) => used(group.stream()),
            Part::Other(_) => Vec::new(),
        })
        .collect()
}

#[test]
fn a_macro_is_expanded_as_the_compiler_does() {
    let definition = "(@one $name:ident Option<$inner:ty>) => { fn $name(_: $inner) {} };
         (@one $name:ident $all:ty) => { fn $name(_: Vec<$all>) {} };
         ($($(#[$doc:meta])* $name:ident: [$($type:tt)*]),* $(; $last:literal)?) => {
             $($(#[$doc])* m! { @one $name $($type)* })*
         };";
    let definition = Macro::parse(definition.parse().expect("tokens"));
    let tokens = |text: &str| text.parse::<TokenStream>().expect("tokens").to_string();
    let expand = |text: &str| {
        let arguments = text.parse().expect("tokens");
        let expanded = definition.expand(&arguments).expect("it matches");
        tokens(&expanded.to_string())
    };
    assert_eq!(
        expand("#[a] #[b] x: [Option<u8>], y: [&'static str]; 3"),
        tokens("#[a] #[b] m! { @one x Option<u8> } m! { @one y &'static str }")
    );
    assert_eq!(expand("@one x Option<u8>"), tokens("fn x(_: u8) {}"));
    assert_eq!(expand("@one x u8"), tokens("fn x(_: Vec<u8>) {}"));
}

//! The signatures of public items, a line each: what a program relies on that is compiled against them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Fields, Generics, ImplItem, Item, ItemImpl, Meta, Signature, TraitItem, Type,
    punctuated::Punctuated,
};

use super::crates::{Crates, Declared, is_hidden, is_offered};

/// The lines of items, which are known by paths in the façade.
pub(crate) fn lines(crates: &Crates, items: &BTreeMap<Declared, String>) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for (at, path) in items {
        declaration(crates.item(at), path, &mut lines);
    }
    for (module, block, of) in crates.impls() {
        let of = of.and_then(|at| items.get(&at));
        match &block.trait_ {
            None => {
                if let Some(path) = of {
                    methods(crates, block, path, &mut lines);
                }
            }
            Some((implemented, _)) => {
                let ours = crates.meant(module, implemented);
                let is_public = match &ours {
                    Some(at) => items.contains_key(at),
                    // Of the standard library, or of another crate.
                    None => of.is_some(),
                };
                if is_public && (of.is_some() || ours.is_some()) && !is_hidden(&block.attrs) {
                    let (generics, wheres) = around(&block.generics);
                    let (what, on) = (text(implemented), text(&block.self_ty));
                    lines.insert(format!("impl{generics} {what} for {on}{wheres}"));
                }
            }
        }
    }
    lines
}

/// The path of a type that is one.
fn named(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Path(path) => Some(&path.path),
        _ => None,
    }
}

fn declaration(item: &Item, path: &str, lines: &mut BTreeSet<String>) {
    match item {
        Item::Struct(item) => {
            let (generics, wheres) = around(&item.generics);
            let mark = growing(&item.attrs);
            let (shown, private) = fields(&item.fields, path, lines);
            let body = match (&item.fields, private) {
                (Fields::Unit, _) => String::new(),
                (Fields::Unnamed(_), _) => format!("({shown})"),
                (Fields::Named(_), true) => " { .. }".to_owned(),
                (Fields::Named(_), false) => " {}".to_owned(),
            };
            lines.insert(format!("{mark}struct {path}{generics}{body}{wheres}"));
            derived(&item.attrs, path, lines);
        }
        Item::Enum(item) => {
            let (generics, wheres) = around(&item.generics);
            let mark = growing(&item.attrs);
            lines.insert(format!("{mark}enum {path}{generics}{wheres}"));
            derived(&item.attrs, path, lines);
            for variant in &item.variants {
                let (mark, name) = (growing(&variant.attrs), &variant.ident);
                let shown = match &variant.fields {
                    Fields::Unit => String::new(),
                    Fields::Unnamed(fields) => {
                        let types = fields.unnamed.iter().map(|field| text(&field.ty));
                        format!("({})", types.collect::<Vec<_>>().join(", "))
                    }
                    Fields::Named(fields) => {
                        let fields = fields.named.iter().map(|field| {
                            let name = field.ident.as_ref().expect("it has a name");
                            format!("{name}: {}", text(&field.ty))
                        });
                        format!(" {{ {} }}", fields.collect::<Vec<_>>().join(", "))
                    }
                };
                let number = variant.discriminant.as_ref();
                let number =
                    number.map_or_else(String::new, |(_, number)| format!(" = {}", text(number)));
                lines.insert(format!("{mark}variant {path}::{name}{shown}{number}"));
            }
        }
        Item::Trait(item) => {
            let (generics, wheres) = around(&item.generics);
            let above = &item.supertraits;
            let above = match above.is_empty() {
                true => String::new(),
                false => format!(": {}", text(above)),
            };
            lines.insert(format!("trait {path}{generics}{above}{wheres}"));
            for inner in &item.items {
                let line = match inner {
                    TraitItem::Fn(method) if is_hidden(&method.attrs) => match method.default {
                        Some(_) => continue,
                        // Nobody else can implement the trait.
                        None => format!("trait {path} has hidden methods"),
                    },
                    TraitItem::Fn(method) => {
                        let kind = match method.default {
                            Some(_) => "provided ",
                            None => "required ",
                        };
                        format!("{kind}{}", signature(&method.sig, path))
                    }
                    TraitItem::Type(ty) => {
                        let bounds = match ty.bounds.is_empty() {
                            true => String::new(),
                            false => format!(": {}", text(&ty.bounds)),
                        };
                        format!("type {path}::{}{bounds}", ty.ident)
                    }
                    TraitItem::Const(constant) => {
                        format!("const {path}::{}: {}", constant.ident, text(&constant.ty))
                    }
                    _ => continue,
                };
                lines.insert(line);
            }
        }
        Item::Fn(item) => {
            let (around, name) = path.rsplit_once("::").expect("a path of several parts");
            let mut signature_of = item.sig.clone();
            signature_of.ident = syn::Ident::new(name, signature_of.ident.span());
            lines.insert(signature(&signature_of, around));
        }
        Item::Type(item) => {
            let (generics, _) = around(&item.generics);
            lines.insert(format!("type {path}{generics} = {}", text(&item.ty)));
        }
        Item::Const(item) => drop(lines.insert(format!("const {path}: {}", text(&item.ty)))),
        Item::Static(item) => drop(lines.insert(format!("static {path}: {}", text(&item.ty)))),
        Item::Mod(_) => drop(lines.insert(format!("mod {path}"))),
        Item::Macro(_) => drop(lines.insert(format!("macro {path}!"))),
        other => panic!("{path} is an item of a kind that is not known here: {other:?}"),
    }
}

/// A line for each public field, unless it is of a tuple, whose types are given; and whether there are others.
fn fields(fields: &Fields, path: &str, lines: &mut BTreeSet<String>) -> (String, bool) {
    let mut private = false;
    let mut types = Vec::new();
    for field in fields {
        let shown = is_offered(&field.vis, &field.attrs);
        private |= !shown;
        match &field.ident {
            Some(name) if shown => {
                lines.insert(format!("field {path}::{name}: {}", text(&field.ty)));
            }
            Some(_) => {}
            None => types.push(match shown {
                true => text(&field.ty),
                false => "_".to_owned(),
            }),
        }
    }
    (types.join(", "), private)
}

fn methods(crates: &Crates, block: &ItemImpl, path: &str, lines: &mut BTreeSet<String>) {
    let (_, wheres) = around(&block.generics);
    // What holds only for some of the type's arguments.
    let of = named(&block.self_ty).and_then(|path| path.segments.last());
    let arguments = of.map_or_else(String::new, |last| text(&last.arguments));
    let path = &format!("{path}{arguments}");
    for inner in &block.items {
        match inner {
            ImplItem::Fn(method)
                if is_offered(&method.vis, &method.attrs) && crates.is_built(&method.attrs) =>
            {
                let line = signature(&method.sig, path);
                lines.insert(line + &wheres);
            }
            ImplItem::Const(constant) if is_offered(&constant.vis, &constant.attrs) => {
                let line = format!("const {path}::{}: {}", constant.ident, text(&constant.ty));
                lines.insert(line);
            }
            ImplItem::Macro(call) => panic!("{path}: `{}!` is not known", text(&call.mac.path)),
            _ => {}
        }
    }
}

fn signature(signature: &Signature, path: &str) -> String {
    let mut words = String::new();
    for (is_so, word) in [
        (signature.constness.is_some(), "const "),
        (signature.asyncness.is_some(), "async "),
    ] {
        if is_so {
            words += word;
        }
    }
    let (generics, wheres) = around(&signature.generics);
    let inputs = signature.inputs.iter().map(|input| match input {
        syn::FnArg::Receiver(receiver) => {
            // Whether it is `mut self` concerns the method alone.
            let mut receiver = receiver.clone();
            receiver.mutability = None;
            receiver.attrs.clear();
            text(&receiver)
        }
        syn::FnArg::Typed(argument) => match &*argument.pat {
            syn::Pat::Ident(name) => format!("{}: {}", name.ident, text(&argument.ty)),
            _ => format!("_: {}", text(&argument.ty)),
        },
    });
    let inputs = inputs.collect::<Vec<_>>().join(", ");
    let output = text(&signature.output);
    let output = if output.is_empty() {
        output
    } else {
        format!(" {output}")
    };
    let name = &signature.ident;
    format!("{words}fn {path}::{name}{generics}({inputs}){output}{wheres}")
}

fn growing(attributes: &[Attribute]) -> &'static str {
    let grows = attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"));
    if grows { "#[non_exhaustive] " } else { "" }
}

/// The traits that are derived.
fn derived(attributes: &[Attribute], path: &str, lines: &mut BTreeSet<String>) {
    for attribute in attributes {
        if let Meta::List(list) = &attribute.meta
            && list.path.is_ident("derive")
        {
            let traits = list
                .parse_args_with(Punctuated::<syn::Path, syn::Token![,]>::parse_terminated)
                .expect("traits");
            for derived in traits {
                lines.insert(format!("derive {} for {path}", text(&derived)));
            }
        }
    }
}

/// Generics in front, and the conditions behind.
fn around(generics: &Generics) -> (String, String) {
    let (front, behind) = (text(generics), text(&generics.where_clause));
    let behind = behind.trim_end_matches(',');
    match behind.is_empty() {
        true => (front, String::new()),
        false => (front, format!(" {behind}")),
    }
}

/// The text of tokens, the same however they are written.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let mut out = String::new();
    put(tokens.to_token_stream(), &mut out);
    let out = out.trim_start();
    out.replace(",)", ")")
        .replace(", >", ">")
        .replace(",>", ">")
}

fn put(tokens: TokenStream, out: &mut String) {
    const APART: [&str; 12] = [
        "impl", "dyn", "mut", "as", "where", "for", "const", "fn", "in", "crate", "super", "unsafe",
    ];
    let mut joint = false;
    for token in tokens {
        let last = out.chars().last();
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '"' || c == '\'';
        let after_word = last.is_some_and(word);
        let after_arrow = out.ends_with("->");
        let keyword = APART.iter().any(|keyword| {
            out.strip_suffix(keyword)
                .is_some_and(|before| !before.ends_with(word))
        });
        match token {
            TokenTree::Ident(ident) => {
                let tight = joint && last == Some('\'');
                let spaced = !tight
                    && (after_word || matches!(last, Some('>' | ')' | ']' | '}')))
                    && !out.ends_with("::");
                if spaced || after_arrow {
                    out.push(' ');
                }
                *out += &ident.to_string();
                joint = false;
            }
            TokenTree::Literal(literal) => {
                if after_word {
                    out.push(' ');
                }
                *out += &literal.to_string();
                joint = false;
            }
            TokenTree::Punct(punct) => {
                let c = punct.as_char();
                let is_joint = punct.spacing() == Spacing::Joint;
                match c {
                    ',' | ';' => {
                        out.push(c);
                        out.push(' ');
                    }
                    ':' if is_joint || last == Some(':') => out.push(c),
                    ':' => *out += ": ",
                    '+' => *out += " + ",
                    '-' if is_joint => *out += " -",
                    '=' => *out += " = ",
                    '\'' | '&' | '*' | '#' | '!' | '?'
                        if keyword || after_arrow || (c == '\'' && last == Some('>')) =>
                    {
                        out.push(' ');
                        out.push(c);
                    }
                    '\'' if after_word => {
                        out.push(' ');
                        out.push(c);
                    }
                    '<' if keyword && !out.ends_with("impl") && !out.ends_with("for") => {
                        out.push(' ');
                        out.push(c);
                    }
                    c => out.push(c),
                }
                joint = is_joint;
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => (" { ", " }"),
                    Delimiter::None => ("", ""),
                };
                let apart = match open {
                    "(" => keyword && !out.ends_with("fn"),
                    "[" => after_word,
                    _ => false,
                };
                if apart || after_arrow {
                    out.push(' ');
                }
                *out += open;
                put(group.stream(), out);
                let kept = out.trim_end_matches([' ', ',']).len();
                out.truncate(kept);
                *out += close;
                joint = false;
            }
        }
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
}

/// By what a line is about, which stands behind what it says of it.
pub(crate) fn by_path(line: &str) -> (&str, &str) {
    let path = line.find("flyte_runtime::").unwrap_or(line.len());
    (&line[path..], line)
}

#[test]
fn texts_are_those_that_people_write() {
    for written in [
        "Option<Arc<dyn Fn(&str, u8) -> Result<(), E> + Send + 'static>>",
        "impl Into<String>",
        "&'static [(&'static str, u32)]",
        "<T as Iterator>::Item",
        "for<'a> fn(&'a mut T) -> Box<dyn Error>",
        "[u8; 4]",
        "impl IntoIterator<Item = (K, V)>",
    ] {
        let ty: Type = syn::parse_str(written).expect("a type");
        assert_eq!(text(&ty), written);
    }
    let item: syn::ItemFn = syn::parse_quote! {
        pub const fn f<'a, T: Clone + 'a>(mut self, x: &mut T,) -> Self where T: Copy, { }
    };
    assert_eq!(
        signature(&item.sig, "p::Q"),
        "const fn p::Q::f<'a, T: Clone + 'a>(self, x: &mut T) -> Self where T: Copy"
    );
    assert_eq!(text(&quote!(a::b)), "a::b");
}

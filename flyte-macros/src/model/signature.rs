//! The signature of a task or workflow.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Expr, FnArg, GenericArgument, GenericParam, Ident, Pat, PatIdent, PathArguments, ReturnType,
    Type, ext::IdentExt, spanned::Spanned,
};

use super::docs;
use crate::diag::{Diag, tight};

/// How a parameter is passed.
pub(crate) enum Passing {
    ByValue,
    /// `&str`
    BorrowedStr,
    /// `&[Element]`
    BorrowedSlice(Box<Type>),
    /// `&T`
    Borrowed,
}

/// One parameter.
pub(crate) struct Parameter {
    pub(crate) ident: Ident,
    /// The `mut` of a parameter taken by value.
    pub(crate) mutability: Option<syn::Token![mut]>,
    /// The type as written.
    pub(crate) ty: Type,
    /// The type of the value: `String` for `&str`, `Vec<T>` for `&[T]`, `T` for `&T`.
    pub(crate) owned: TokenStream,
    pub(crate) passing: Passing,
    pub(crate) docs: String,
    pub(crate) default: Option<Expr>,
}

impl Parameter {
    /// The name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

/// A checked signature.
pub(crate) struct Signature {
    pub(crate) ident: Ident,
    pub(crate) is_async: bool,
    pub(crate) parameters: Vec<Parameter>,
    /// The written return type; `()` if there is none.
    pub(crate) output: TokenStream,
    pub(crate) output_span: Span,
}

/// The checked signature, and the function's signature without the macro's own attributes, for the output.
///
/// `None` if there is an error in it. All errors are recorded.
pub(crate) fn signature(
    macro_name: &str,
    sig: &mut syn::Signature,
    krate: &TokenStream,
    diag: &mut Diag,
) -> Option<Signature> {
    let mut wrong = Diag::new();
    if let syn::Safety::Unsafe(token) = &sig.safety {
        wrong.push_spanned(token, format!("`{macro_name}` cannot call an `unsafe fn`: the engine knows no invariants to keep; wrap the unsafe part in a safe function"));
    }
    if let Some(abi) = &sig.abi {
        wrong.push_spanned(
            abi,
            format!("`{macro_name}` needs an ordinary Rust function; remove `extern`"),
        );
    }
    if let Some(variadic) = &sig.variadic {
        wrong.push_spanned(
            variadic,
            format!("`{macro_name}` needs a fixed number of parameters; take a `Vec` instead"),
        );
    }
    let generics = &sig.generics.params;
    let only_lifetimes = !generics.is_empty()
        && generics
            .iter()
            .all(|parameter| matches!(parameter, GenericParam::Lifetime(_)));
    if only_lifetimes {
        wrong.push_spanned(
            generics,
            "an input is borrowed for one call, and an output is owned: remove the lifetimes",
        );
    } else if !generics.is_empty() {
        wrong.push_spanned(
            generics,
            format!("`{macro_name}` needs concrete types, because a registered name stands for one function: write one function for each type, and call a generic helper from it"),
        );
    }
    let mut parameters = Vec::new();
    // Two inputs have the same name: the function stays as written, and the compiler reports it.
    let mut doubled = false;
    for input in &mut sig.inputs {
        match input {
            FnArg::Receiver(receiver) => wrong.push_spanned(
                receiver,
                format!("`{macro_name}` goes on a free function: what a task needs comes in as its inputs, so replace `self` by a parameter"),
            ),
            FnArg::Typed(typed) => {
                let docs = docs(&typed.attrs);
                let default = take_default(&mut typed.attrs, macro_name, &mut wrong);
                typed.attrs.retain(|attr| !attr.path().is_ident("doc"));
                refuse_cfg(typed, macro_name, &mut wrong);
                let parameter = parameter(macro_name, typed, docs, default, krate, only_lifetimes, &mut wrong);
                let Some(parameter) = parameter else { continue };
                doubled |= parameters.iter().any(|other: &Parameter| other.ident == parameter.ident);
                parameters.push(parameter);
            }
        }
    }
    let (output, output_span) = match &sig.output {
        ReturnType::Default => (quote!(()), sig.ident.span()),
        ReturnType::Type(_, ty) => {
            if let Some(token) = find_impl_trait(ty) {
                wrong.push(token, format!("`{macro_name}` needs to know its output type, because it becomes part of the interface: name it instead of writing `impl`"));
            }
            if !only_lifetimes && let Some(span) = find_short_reference(ty.to_token_stream()) {
                wrong.push(span, format!("the output of `{macro_name}` must be owned, because a reference would outlive its value: return an owned value, such as `String` for `&str` or `Vec<T>` for `&[T]`"));
            }
            (ty.to_token_stream(), ty.span())
        }
    };
    let is_async = sig.asyncness.is_some();
    let valid = wrong.is_empty() && !doubled;
    diag.absorb(wrong);
    valid.then(|| Signature {
        ident: sig.ident.clone(),
        is_async,
        parameters,
        output,
        output_span,
    })
}

/// Refuses a return type that a graph does not need, `Result<T, E>` or `(T,)`, and replaces it with `T`, so that uses
/// of the function produce no further errors. Returns whether there was one: then the body returns the wrong type and
/// must be left out.
pub(crate) fn refuse_wrapped_output(what: &str, sig: &mut syn::Signature, diag: &mut Diag) -> bool {
    let ReturnType::Type(_, ty) = &mut sig.output else {
        return false;
    };
    let (inner, message) = match &**ty {
        Type::Tuple(tuple) if tuple.elems.len() == 1 => {
            let inner = tuple.elems[0].clone();
            let message = format!(
                "a single output is not a tuple: write `-> {}`, and return the value without parentheses",
                tight(inner.to_token_stream())
            );
            (inner, message)
        }
        Type::Path(path) => {
            let Some(inner) = of_result(&path.path) else {
                return false;
            };
            let instead = match &inner {
                Type::Tuple(tuple) if tuple.elems.is_empty() => {
                    "remove the output and the `Ok(())` at the end".to_owned()
                }
                inner => format!(
                    "write `-> {}`, and `x` in place of `Ok(x)`",
                    tight(inner.to_token_stream())
                ),
            };
            let message = format!(
                "{what} does not return a `Result`: {instead}; a task that fails ends the run by itself"
            );
            (inner, message)
        }
        _ => return false,
    };
    diag.push_spanned(&*ty, message);
    **ty = inner;
    true
}

/// `T` of `Result<T, E>`, recognised by its name: output types have no generic parameters of their own.
fn of_result(path: &syn::Path) -> Option<Type> {
    let last = path.segments.last().filter(|last| last.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    })
}

/// Whether a type is `Option<T>`, judged by its name.
pub(crate) fn is_option(ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "Option" && !last.arguments.is_none())
}

fn parameter(
    macro_name: &str,
    typed: &syn::PatType,
    docs: String,
    default: Option<Expr>,
    krate: &TokenStream,
    lifetimes_reported: bool,
    diag: &mut Diag,
) -> Option<Parameter> {
    let (ident, mutability) = match &*typed.pat {
        Pat::Ident(PatIdent {
            ident,
            mutability,
            by_ref: None,
            subpat: None,
            ..
        }) => (ident.clone(), *mutability),
        Pat::Wild(_) => {
            diag.push_spanned(&typed.pat, format!("a parameter of `{macro_name}` is an input and needs a name to be given by: write `name: Type`, or `_name: Type` when the body has no use for it"));
            return None;
        }
        other => {
            diag.push_spanned(other, format!("a parameter of `{macro_name}` is an input and needs a name: write `name: Type` and take it apart in the body"));
            return None;
        }
    };
    if let Some(span) = find_impl_trait(&typed.ty) {
        diag.push(span, format!("`{macro_name}` needs to know the type of `{ident}`, because it becomes part of the interface: name it instead of writing `impl`"));
        return None;
    }
    let (owned, passing) = match &*typed.ty {
        Type::Reference(reference) => {
            if let Some(token) = &reference.mutability {
                diag.push_spanned(token, format!("an input cannot be changed in place, since other tasks may read it: write `mut {ident}` and a parameter by value"));
                return None;
            }
            if let Some(lifetime) = &reference.lifetime
                && !lifetimes_reported
            {
                diag.push_spanned(
                    lifetime,
                    "an input is borrowed for one call: remove the lifetime",
                );
                return None;
            }
            match &*reference.elem {
                Type::Path(path) if path.path.is_ident("str") => {
                    (quote!(#krate::__private::String), Passing::BorrowedStr)
                }
                Type::Slice(slice) => {
                    let element = &slice.elem;
                    (
                        quote!(#krate::__private::Vec<#element>),
                        Passing::BorrowedSlice(element.clone()),
                    )
                }
                other => (other.to_token_stream(), Passing::Borrowed),
            }
        }
        other => (other.to_token_stream(), Passing::ByValue),
    };
    // A function pointer is not a Flyte type, whatever it takes.
    if !has_function_pointer(owned.clone())
        && let Some(span) = find_short_reference(owned.clone())
    {
        diag.push(span, format!("there can be no reference inside the type of the input `{ident}`: write an owned type here, such as `String` for `&str` or `Vec<T>` for `&[T]`"));
        return None;
    }
    Some(Parameter {
        ident,
        mutability,
        ty: (*typed.ty).clone(),
        owned,
        passing,
        docs,
        default,
    })
}

fn has_function_pointer(ty: TokenStream) -> bool {
    ty.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "fn",
        TokenTree::Group(group) => has_function_pointer(group.stream()),
        _ => false,
    })
}

/// Refuses `#[cfg(..)]` on an input.
fn refuse_cfg(typed: &mut syn::PatType, macro_name: &str, diag: &mut Diag) {
    typed.attrs.retain(|attr| {
        let is_conditional = attr.path().is_ident("cfg_attr");
        let is_cfg = attr.path().is_ident("cfg") || is_conditional;
        if is_conditional {
            diag.push_spanned(attr, format!("only the compiler knows whether this holds, and `{macro_name}` has to know the attributes of its inputs: write the attribute without a condition, or above the function"));
        } else if is_cfg {
            diag.push_spanned(attr, format!("only the compiler knows whether this holds, and `{macro_name}` has to know its inputs: write two functions, each below a `#[cfg(..)]` of its own"));
        }
        !is_cfg
    });
}

/// Removes `#[default(..)]` from a parameter.
fn take_default(
    attrs: &mut Vec<syn::Attribute>,
    macro_name: &str,
    diag: &mut Diag,
) -> Option<Expr> {
    let mut default: Option<Expr> = None;
    attrs.retain(|attr| {
        if !attr.path().is_ident("default") {
            return true;
        }
        match attr.parse_args::<Expr>() {
            Ok(_) if default.is_some() => {
                diag.push_spanned(attr, format!("a parameter of `{macro_name}` has one default; remove this `#[default(..)]`"));
            }
            Ok(expr) => default = Some(expr),
            Err(_) => {
                diag.push_spanned(attr, "`#[default(..)]` takes one expression, the value of the input when none is given: `#[default(10)]`");
            }
        }
        false
    });
    default
}

/// The span of a reference that is not `&'static`.
fn find_short_reference(tokens: TokenStream) -> Option<Span> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '&' => match tokens.peek() {
                Some(TokenTree::Punct(quote)) if quote.as_char() == '\'' => {
                    tokens.next();
                    if !matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "static") {
                        return Some(punct.span());
                    }
                }
                _ => return Some(punct.span()),
            },
            TokenTree::Group(group) => {
                if let Some(span) = find_short_reference(group.stream()) {
                    return Some(span);
                }
            }
            _ => {}
        }
    }
    None
}

/// The span of an `impl Trait` inside a type.
fn find_impl_trait(ty: &Type) -> Option<Span> {
    fn search(tokens: TokenStream) -> Option<Span> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Ident(ident) if ident == "impl" => Some(ident.span()),
            TokenTree::Group(group) => search(group.stream()),
            _ => None,
        })
    }
    search(ty.to_token_stream())
}

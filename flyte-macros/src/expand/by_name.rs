//! Calls by name: `add(b = 1, a = 2)`, in a body and in `call!(..)` elsewhere.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, ExprCall, ExprPath, Path, Token, ext::IdentExt, parse::ParseStream, parse::Parser,
};

use crate::diag::{Diag, tight};

/// The name and the value of an argument. An argument without a name, or a repeated one, is an error.
pub(crate) fn named<'a>(
    argument: &'a mut Expr,
    given: &[Ident],
    diag: &mut Diag,
) -> Option<(Ident, &'a mut Expr)> {
    let Expr::Assign(assign) = argument else {
        diag.push_spanned(
            &*argument,
            "this input has no name and others do: give all inputs by name, or all by position",
        );
        return None;
    };
    let input = match &*assign.left {
        Expr::Path(ExprPath {
            qself: None, path, ..
        }) => path.get_ident(),
        _ => None,
    };
    let Some(input) = input else {
        diag.push_spanned(
            &assign.left,
            "the name of an input is one identifier: write `name = value`",
        );
        return None;
    };
    if given.contains(input) {
        diag.push(
            input.span(),
            format!("the input `{input}` is given twice; keep one of them"),
        );
        return None;
    }
    Some((input.clone(), &mut assign.right))
}

/// A constant that reports missing inputs. `runtime` is the path of the runtime in generated code outside of bodies.
/// The name of the callee may differ from the one in messages.
pub(crate) fn check(
    path: &Path,
    shown: &Path,
    given: &[Ident],
    span: Span,
    runtime: Option<&TokenStream>,
) -> TokenStream {
    // A body imports it. The whole call has the callee's span; otherwise messages would point elsewhere.
    let import =
        runtime.map(|runtime| quote_spanned!(span=> use #runtime::named::check as __check;));
    let shown = shown.to_token_stream().to_string().replace(' ', "");
    let names = given.iter().map(|input| input.unraw().to_string());
    // Used as a type first, so that a name that is not one is the same error as in the call and reported once.
    quote_spanned!(span=> const _: () = {
        type __Checked = #path;
        #import
        __check::<__Checked>(#shown, &[#(#names),*])
    };)
}

/// The span of a call of this path: that of its name.
pub(crate) fn span_of(path: &Path) -> Span {
    let last = path.segments.last();
    last.map_or_else(Span::call_site, |last| last.ident.span())
}

/// Expands `call!(add(b = 1, a = 2))`. The runtime's macro adds its own path in front.
pub(crate) fn call_by_name(input: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let parts = |input: ParseStream<'_>| {
        let krate: Path = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok((krate, input.parse::<TokenStream>()?))
    };
    let (krate, written) = match parts.parse2(input) {
        Ok(parts) => parts,
        Err(error) => return error.to_compile_error(),
    };
    let runtime = quote!(#krate::__private);
    let call = syn::parse2::<Expr>(written.clone())
        .ok()
        .and_then(|expr| match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Path(ExprPath {
                    qself: None, path, ..
                }) => Some((path.clone(), call)),
                _ => None,
            },
            _ => None,
        });
    let Some((path, call)) = call else {
        if let Some(misplaced) = with_colons(&written) {
            diag.push(misplaced.0, misplaced.1);
            return diag.finish();
        }
        diag.push_spanned(
            written,
            "`call!` takes a call of a task, workflow or launch plan: write `call!(add(a = 1, b = 2))`",
        );
        return diag.finish();
    };
    let made = made(&path, call, &runtime, &mut diag);
    let errors = diag.finish();
    if errors.is_empty() {
        made
    } else {
        quote!({ #errors })
    }
}

/// Of `add(a: x, b: y)`, which names inputs as the fields of a struct: the first colon, and what to write.
fn with_colons(call: &TokenStream) -> Option<(Span, String)> {
    let tokens: Vec<TokenTree> = call.clone().into_iter().collect();
    let (TokenTree::Group(given), path) = tokens.split_last()? else {
        return None;
    };
    let path: TokenStream = path.iter().cloned().collect();
    colon_of(&given.stream(), &tight(path))
}

/// The first colon behind the name of an input, and what to write in a call of `shown`.
pub(super) fn colon_of(given: &TokenStream, shown: &str) -> Option<(Span, String)> {
    let tokens: Vec<TokenTree> = given.clone().into_iter().collect();
    let is = |at: Option<&TokenTree>, char| matches!(at, Some(TokenTree::Punct(punct)) if punct.as_char() == char);
    let (mut colon, mut names) = (None, Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        let begins = at == 0 || is(tokens.get(at - 1), ',');
        let TokenTree::Ident(name) = token else {
            continue;
        };
        let sign = tokens.get(at + 1).filter(|_| begins);
        if is(sign, ':') && !is(tokens.get(at + 2), ':') {
            colon = colon.or(sign.map(TokenTree::span));
            names.push(format!("{name} = .."));
        } else if is(sign, '=') {
            names.push(format!("{name} = .."));
        }
    }
    let message = format!(
        "an input is given by name with `=`, and not with `:`: write `{shown}({})`",
        names.join(", ")
    );
    Some((colon?, message))
}

/// Passes an input to a node.
pub(super) fn give(path: &Path, input: &Ident, to: &TokenStream, value: &Expr) -> TokenStream {
    quote_spanned!(input.span()=> __flyte::named::name(|| <#path>::__names().#input).give(#to, #value))
}

fn made(path: &Path, mut call: ExprCall, runtime: &TokenStream, diag: &mut Diag) -> TokenStream {
    let span = span_of(path);
    let is_by_name = call
        .args
        .iter()
        .any(|given| matches!(given, Expr::Assign(_)));
    if !is_by_name && !call.args.is_empty() {
        let (method, args) = (Ident::new("call", span), &call.args);
        return quote_spanned!(span=> <#path>::#method(#args));
    }
    let mut made = quote_spanned!(span=> <#path as #runtime::Entity>::__call_builder());
    let mut given: Vec<Ident> = Vec::new();
    for argument in &mut call.args {
        let Some((input, value)) = named(argument, &given, diag) else {
            continue;
        };
        // In a block, so that the whole span is that of the input's name.
        made = quote_spanned!(input.span()=>
            { #runtime::named::name(|| <#path as #runtime::Entity>::__names().#input) }.set(#made, #value)
        );
        given.push(input);
    }
    let check = check(path, path, &given, span, Some(runtime));
    quote_spanned!(span=> ({ #check #runtime::call::by_name(#made) }))
}

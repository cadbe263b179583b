//! `#[workflow]`: the function that runs the compiled graph, and the type beside it.

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Block, Ident, parse::Parser, spanned::Spanned};

use super::{
    body,
    entity::{Declared, EntityParts, by_itself},
    guard,
    inputs::Inputs,
    options,
};
use crate::{
    diag::Diag,
    editor, externs,
    model::{self, Parameter, Signature, signature},
    parse::{self, FunctionItem},
};

/// Expands `#[workflow(attr)] item`.
pub(crate) fn workflow(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let options = parse::workflow_options(attr, &mut diag);
    let Some(mut function) = parse::function("#[workflow]", &item, &mut diag) else {
        let errors = diag.finish();
        return quote!(#item #errors);
    };
    function.prepare_body();
    let krate = options
        .krate
        .as_ref()
        .map_or_else(externs::runtime, |path| quote!(#path));
    if let Some(token) = &function.sig.asyncness {
        diag.push_spanned(token, "a workflow's body only builds a graph and has nothing to wait for: remove `async`; its tasks may be async");
    }
    let is_wrapped = signature::refuse_wrapped_output("a workflow", &mut function.sig, &mut diag);
    let signature = signature::signature("#[workflow]", &mut function.sig, &krate, &mut diag);
    let body = read_body(&function).filter(|_| !is_wrapped);
    let Some(signature) = signature else {
        // The function is kept, so that its callers produce no further errors.
        let FunctionItem {
            attrs, vis, sig, ..
        } = &function;
        let errors = diag.finish();
        return quote! {
            #(#attrs)*
            #[allow(unused_variables)]
            #vis #sig { ::core::unimplemented!() }
            #errors
        };
    };
    let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
    let (attrs, levels) = attributes(&function.attrs);
    let build = build_function(&signature, type_name, body, &krate, &levels, &mut diag);
    let option_values = options::workflow(&options);
    let on_failure = match &options.on_failure {
        Some(handler) => {
            let checked = failure_handler(handler, &signature);
            quote!(__flyte::Option::Some(#checked))
        }
        None => quote!(__flyte::Option::None),
    };
    let FunctionItem { vis, sig, .. } = &function;
    let parts = EntityParts {
        krate: &krate,
        vis,
        type_name,
        explicit_name: options.name.as_ref().map(|name| name.value.as_str()),
        signature: &signature,
        fixed: &[],
        docs: &model::docs(&function.attrs),
        declared: Declared::Graph { launchable: true },
        constructor: "workflow",
        arguments: quote!(#option_values, #on_failure),
        functions: TokenStream::new(),
    };
    let beside = parts.expand();
    let runs = run_function(&signature, sig, type_name, &krate);
    let errors = diag.finish();
    quote! {
        #(#attrs)*
        #[allow(clippy::used_underscore_binding)]
        #vis #runs
        #errors
        #beside
        #build
    }
}

/// The handler's descriptor. The code compiles only if the handler takes the workflow's inputs.
fn failure_handler(handler: &syn::Path, signature: &Signature) -> TokenStream {
    let names = signature.parameters.iter().map(Parameter::name);
    // The compiler shows a parameter of this kind only by its name.
    let shown = signature.parameters.iter().map(|parameter| {
        let mut shown = parameter.ident.clone();
        shown.set_span(handler.span());
        shown
    });
    let shown: Vec<Ident> = shown.collect();
    let count = shown.len();
    let positions = 0..count;
    // Errors in the handler must point to where it is named.
    quote_spanned!(handler.span()=> {
        type __Handler = #handler;
        const __HANDLER: __flyte::slot::Handler<#count> = __flyte::slot::handler::<__Handler, _>([#(#names),*]);
        #[allow(non_camel_case_types, dead_code)]
        fn __takes<#(#shown),*>() {
            #(let () = <__Handler as __flyte::slot::TakesInput<#shown, { __HANDLER.takes[#positions] }>>::IT_DOES;)*
        }
        __HANDLER.descriptor
    })
}

/// The function with the workflow's name: the same parameters, and the result of a run.
pub(super) fn run_function(
    signature: &Signature,
    sig: &syn::Signature,
    type_name: &Ident,
    krate: &TokenStream,
) -> TokenStream {
    let ident = &sig.ident;
    let (idents, types): (Vec<_>, Vec<_>) = signature
        .parameters
        .iter()
        .map(|p| (&p.ident, &p.ty))
        .unzip();
    let output = &signature.output;
    let check = guard::check(ident, krate);
    quote! {
        fn #ident(#(#idents: #types),*) -> #krate::__private::Result<#output, #krate::__private::RunError> {
            #check
            #krate::__private::Call::run(<#type_name>::call(#(#idents),*))
        }
    }
}

/// The body of a function.
pub(super) enum Body {
    Read(Block),
    /// An incomplete body, and the error of parsing it.
    HalfTyped(Group, syn::Error),
}

pub(super) fn read_body(function: &FunctionItem) -> Option<Body> {
    // A missing body was reported.
    if function.bodiless.is_some() {
        return None;
    }
    Some(match Block::parse_within.parse2(function.body.stream()) {
        Ok(stmts) => {
            let brace_token = syn::token::Brace {
                span: function.body.delim_span(),
            };
            Body::Read(Block { brace_token, stmts })
        }
        Err(error) => Body::HalfTyped(function.body.clone(), error),
    })
}

/// The attributes for the function itself, and those for the function that contains its body: lint levels concern the
/// body.
pub(super) fn attributes(attrs: &[Attribute]) -> (Vec<&Attribute>, Vec<&Attribute>) {
    let is = |attr: &Attribute, names: &[&str]| names.iter().any(|name| attr.path().is_ident(name));
    let own = attrs.iter().filter(|attr| !is(attr, &["expect"]));
    let levels = ["allow", "deny", "expect", "forbid", "warn"];
    let of_the_body = attrs.iter().filter(|attr| is(attr, &levels));
    (own.collect(), of_the_body.collect())
}

/// The code that builds a graph.
pub(super) struct Built {
    pub(super) code: TokenStream,
    /// The name of the graph under construction.
    pub(super) body: Ident,
    /// Whether the code never reaches its end.
    pub(super) diverges: bool,
}

/// The code of a body, after the code that names its inputs.
pub(super) fn built(
    signature: &Signature,
    inputs: body::Inputs,
    type_name: &Ident,
    body: Option<Body>,
    diag: &mut Diag,
    bind: impl FnOnce(&Ident) -> TokenStream,
) -> Built {
    let named = |span| body::hidden("__body", span);
    let (body, code, diverges) = match body {
        // The error is reported.
        None => {
            return Built {
                code: quote!(::core::unimplemented!()),
                body: named(Span::call_site()),
                diverges: true,
            };
        }
        Some(Body::Read(block)) => {
            let rewritten = body::rewrite(signature, inputs, block, diag);
            let body = named(rewritten.end_span);
            let diverges = rewritten.diverges;
            let end = finish(rewritten, signature, type_name, &body);
            (body, end, diverges)
        }
        Some(Body::HalfTyped(block, error)) => {
            let code = body::rewrite_half_typed(signature, inputs, &block, diag);
            (named(Span::call_site()), half_typed(&code, &error), true)
        }
    };
    let bind = bind(&body);
    Built {
        code: quote!(#bind #code),
        body,
        diverges,
    }
}

/// Code that the compiler cannot parse either, so it reports the error in its own words. If the compiler can parse it,
/// this reports what the macro could not parse. The lint only runs on code without errors.
fn half_typed(code: &Group, error: &syn::Error) -> TokenStream {
    // An editor compares the body with one that has a name at the cursor, which may be whole.
    if editor::asks() {
        return quote!(let __end = #code; ::core::unimplemented!());
    }
    let message = format!("this body cannot be parsed, so it builds no graph: {error}");
    let unread = Ident::new("__Unread", error.span());
    quote! {
        let _ = #code;
        #[deny(unused_must_use)]
        #[allow(path_statements)]
        {
            #[must_use = #message]
            struct #unread;
            #unread;
        }
        ::core::panic!("{}", #message)
    }
}

/// The implementation of `Build`.
pub(super) fn build_function(
    signature: &Signature,
    type_name: &Ident,
    body: Option<Body>,
    krate: &TokenStream,
    levels: &[&Attribute],
    diag: &mut Diag,
) -> TokenStream {
    let inputs = Inputs {
        type_name,
        parameters: &signature.parameters,
    };
    let promises = |body: &Ident| inputs.promises(&editor::unseen(body).1);
    let Built {
        code,
        body,
        diverges,
    } = built(
        signature,
        body::Inputs::Promises,
        type_name,
        body,
        diag,
        promises,
    );
    let unused = diverges.then(|| quote!(#[allow(unused_imports)]));
    let (body, _) = editor::unseen(&body);
    let build = quote! {
        impl __flyte::declare::Build for #type_name {
            #[allow(clippy::let_unit_value, clippy::redundant_clone, clippy::redundant_closure)]
            #(#levels)*
            fn build(#body: &mut __flyte::WorkflowBody) {
                #unused
                use __flyte::in_bodies::*;
                #code
            }
        }
    };
    by_itself(build, krate)
}

/// The body, with its result turned into outputs.
fn finish(
    rewritten: body::Rewritten,
    signature: &Signature,
    type_name: &Ident,
    body: &Ident,
) -> TokenStream {
    let block = rewritten.block.into_token_stream();
    if rewritten.diverges {
        return block;
    }
    // Errors in the result must point to where it is written.
    let end = Ident::new("__end", rewritten.end_span);
    let finish = if signature.output.to_string() == "()" {
        quote_spanned!(rewritten.end_span=> __finish_without_outputs(#end))
    } else {
        let (_, body) = editor::unseen(body);
        quote_spanned!(rewritten.end_span=> __finish::<#type_name>(#body, #end))
    };
    quote!(let #end = #block; #finish;)
}

//! `#[workflow]`: the function that runs the compiled graph, and the type beside it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Block, Ident, parse::Parser, spanned::Spanned};

use super::{
    body,
    entity::{Declared, EntityParts, by_itself, position},
    guard, options,
};
use crate::{
    diag::Diag,
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
    let krate = options
        .krate
        .as_ref()
        .map_or_else(|| quote!(::flyte_runtime), |path| quote!(#path));
    if let Some(token) = &function.sig.asyncness {
        diag.push_spanned(token, "a workflow's body only builds a graph and has nothing to wait for: remove `async`; its tasks may be async");
    }
    let is_wrapped = signature::refuse_wrapped_output("a workflow", &mut function.sig, &mut diag);
    let signature = signature::signature("#[workflow]", &mut function.sig, &krate, &mut diag);
    let block = parse_block(&function, &mut diag).filter(|_| !is_wrapped);
    let Some(signature) = signature else {
        // The function stays, so that its callers see no further error.
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
    let build = build_function(&signature, type_name, block, &krate, &mut diag);
    let option_values = options::workflow(&options, &krate);
    let on_failure = match &options.on_failure {
        Some(handler) => {
            let checked = failure_handler(handler, &signature);
            quote!(__flyte::Option::Some(#checked))
        }
        None => quote!(__flyte::Option::None),
    };
    let FunctionItem {
        attrs, vis, sig, ..
    } = &function;
    let parts = EntityParts {
        krate: &krate,
        vis,
        type_name,
        explicit_name: options.name.as_ref().map(|name| name.value.as_str()),
        signature: &signature,
        fixed: &[],
        docs: &model::docs(attrs),
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
        #beside
        #build
        #errors
    }
}

/// The handler's description, given only by a handler that takes what the workflow takes.
fn failure_handler(handler: &syn::Path, signature: &Signature) -> TokenStream {
    let names = signature.parameters.iter().map(Parameter::name);
    // The compiler shows a parameter of this kind by its name alone.
    let shown = signature.parameters.iter().map(|parameter| {
        let mut shown = parameter.ident.clone();
        shown.set_span(handler.span());
        shown
    });
    let shown: Vec<Ident> = shown.collect();
    let count = shown.len();
    let positions = 0..count;
    // What is wrong with the handler is wrong where it is named.
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

/// The function with the workflow's name: same parameters, and the result of a run.
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

pub(super) fn parse_block(function: &FunctionItem, diag: &mut Diag) -> Option<Block> {
    // One that is missing was reported.
    if function.bodiless.is_some() {
        return None;
    }
    match Block::parse_within.parse2(function.body.stream()) {
        Ok(stmts) => {
            let brace_token = syn::token::Brace {
                span: function.body.delim_span(),
            };
            Some(Block { brace_token, stmts })
        }
        Err(error) => {
            diag.push_error(error);
            None
        }
    }
}

/// The implementation of `Build`.
pub(super) fn build_function(
    signature: &Signature,
    type_name: &Ident,
    block: Option<Block>,
    krate: &TokenStream,
    diag: &mut Diag,
) -> TokenStream {
    let mut clean = Diag::new();
    let rewritten =
        block.map(|block| body::rewrite(signature, body::Inputs::Promises, block, &mut clean));
    let valid = clean.is_empty();
    diag.absorb(clean);
    // All uses of one name have one span, since a body that comes out of a `macro_rules!` has names of its own.
    let end_span = rewritten
        .as_ref()
        .map_or_else(Span::call_site, |body| body.end_span);
    let body = Ident::new("__body", end_span);
    let built = match rewritten.filter(|_| valid) {
        // The mistakes are reported; a body beside them would only repeat them in other words.
        None => quote!(::core::unimplemented!()),
        Some(rewritten) => {
            let inputs = signature.parameters.iter().enumerate().map(|(index, parameter)| {
                let (ident, mutability) = (&parameter.ident, &parameter.mutability);
                let index = position(index);
                quote!(let #mutability #ident = __flyte::declare::promise::<#type_name, #index>(#body);)
            });
            let end = finish(rewritten, signature, type_name, &body);
            quote!(#(#inputs)* #end)
        }
    };
    let build = quote! {
        impl __flyte::declare::Build for #type_name {
            #[allow(clippy::let_unit_value, clippy::redundant_clone, clippy::redundant_closure)]
            fn build(#body: &mut __flyte::WorkflowBody) {
                #[allow(unused_imports)]
                use __flyte::{Entity as _, NodeOutputs as _};
                #built
            }
        }
    };
    by_itself(build, krate)
}

/// The body, and what it ends with as the outputs.
pub(super) fn finish(
    rewritten: body::Rewritten,
    signature: &Signature,
    type_name: &Ident,
    body: &Ident,
) -> TokenStream {
    let block = rewritten.block.into_token_stream();
    if rewritten.diverges {
        return block;
    }
    // What is wrong with the end is wrong where it is written.
    let end = Ident::new("__end", rewritten.end_span);
    let finish = if signature.output.to_string() == "()" {
        quote_spanned!(rewritten.end_span=> __flyte::slot::finish_without_outputs(#end))
    } else {
        quote_spanned!(rewritten.end_span=> __flyte::slot::finish::<#type_name>(#body, #end))
    };
    quote!(let #end = #block; #finish;)
}

//! `#[dynamic]`: a task whose body builds a graph from real values; the function that runs it, and the type beside it.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Block, Ident};

use super::{
    body,
    entity::EntityParts,
    options, task,
    workflow::{parse_block, run_function},
};
use crate::{
    diag::Diag,
    model::{self, Passing, Signature, signature},
    parse::{self, FunctionItem},
};

/// Expands `#[dynamic(attr)] item`.
pub(crate) fn dynamic(attr: TokenStream, item: TokenStream) -> TokenStream {
    const NAME: &str = "#[dynamic]";
    let mut diag = Diag::new();
    let options = parse::task_options(NAME, attr, &mut diag);
    let Some(mut function) = parse::function(NAME, &item, &mut diag) else {
        let errors = diag.finish();
        return quote!(#item #errors);
    };
    let krate = options
        .krate
        .as_ref()
        .map_or_else(|| quote!(::flyte_runtime), |path| quote!(#path));
    if let Some(token) = &function.sig.asyncness {
        diag.push_spanned(
            token,
            "a dynamic task's body only builds a graph and has nothing to wait for: remove `async`, or write `#[eager]` to await calls",
        );
    }
    let is_wrapped =
        signature::refuse_wrapped_output("a dynamic task", &mut function.sig, &mut diag);
    let signature = signature::signature(NAME, &mut function.sig, &krate, &mut diag);
    let block = parse_block(&function, &mut diag).filter(|_| !is_wrapped);
    let FunctionItem {
        attrs, vis, sig, ..
    } = &function;
    let Some(signature) = signature else {
        // The function stays, so that its callers see no further error.
        let errors = diag.finish();
        return quote! {
            #(#attrs)*
            #[allow(unused_variables)]
            #vis #sig { ::core::unimplemented!() }
            #errors
        };
    };
    task::check_ignored_inputs(&options, &signature, &mut diag);
    let option_values = options::task(&options, &item, &krate);
    let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
    let functions = build_function(&signature, type_name, block, &mut diag);
    let output = &signature.output;
    let returned = quote_spanned!(signature.output_span=> type Output = #output;);
    let parts = EntityParts {
        krate: &krate,
        vis,
        type_name,
        explicit_name: options.name.as_ref().map(|name| name.value.as_str()),
        signature: &signature,
        fixed: &[],
        docs: &model::docs(attrs),
        outputs: quote!(#output),
        assume: quote!(for<'__checked> #output: __flyte::TaskOutputs),
        declaration: quote! {
            #[automatically_derived]
            impl __flyte::Entity for #type_name {
                #returned

                fn descriptor() -> &'static __flyte::EntityDescriptor {
                    &__DESCRIPTOR
                }
            }
        },
        body: quote!(__flyte::EntityBody::Task { options: #option_values, run: __flyte::RunTask::Dynamic(__build) }),
        functions,
    };
    let beside = parts.expand();
    let runs = run_function(&signature, sig, type_name, &krate);
    let errors = diag.finish();
    quote! {
        #(#attrs)*
        #[allow(clippy::used_underscore_binding)]
        #vis #runs
        #beside
        #errors
    }
}

/// The function that takes the inputs out of the engine's hands and builds the graph.
fn build_function(
    signature: &Signature,
    type_name: &Ident,
    block: Option<Block>,
    diag: &mut Diag,
) -> TokenStream {
    let mut clean = Diag::new();
    let rewritten =
        block.map(|block| body::rewrite(signature, body::Inputs::Values, block, &mut clean));
    let valid = clean.is_empty();
    diag.absorb(clean);
    let Some(rewritten) = rewritten.filter(|_| valid) else {
        // The mistakes are reported; a body beside them would only repeat them in other words.
        return quote!(
            fn __build(
                _: &mut __flyte::TaskInputs,
                _: &mut __flyte::WorkflowBody,
            ) -> __flyte::Result<(), __flyte::BoxError> {
                ::core::unimplemented!()
            }
        );
    };
    // All uses of one name have one span, since a body that comes out of a `macro_rules!` has names of its own.
    let [body, end] = ["__body", "__end"].map(|name| Ident::new(name, rewritten.end_span));
    let take = signature
        .parameters
        .iter()
        .enumerate()
        .map(|(index, parameter)| {
            let (slot, argument) = (&parameter.ident, format_ident!("__argument{index}"));
            let way = match parameter.passing {
                Passing::ByValue => quote!(take),
                _ => quote!(share),
            };
            quote!(let #argument = __flyte::slot::#way::<__inputs::#slot>(__inputs, #index)?;)
        });
    let bind = signature
        .parameters
        .iter()
        .enumerate()
        .map(|(index, parameter)| {
            let (ident, mutability, ty) = (&parameter.ident, &parameter.mutability, &parameter.ty);
            let argument = format_ident!("__argument{index}");
            match parameter.passing {
                Passing::ByValue => quote!(let #mutability #ident: #ty = #argument;),
                _ => quote!(let #ident: #ty = &#argument;),
            }
        });
    let block = rewritten.block.into_token_stream();
    let finish = if rewritten.diverges {
        block
    } else {
        // What is wrong with the end is wrong where it is written.
        let finish = if signature.output.to_string() == "()" {
            quote_spanned!(rewritten.end_span=> __flyte::slot::finish_without_outputs(#end))
        } else {
            quote_spanned!(rewritten.end_span=> __flyte::slot::finish::<#type_name>(#body, #end))
        };
        quote!(let #end = #block; #finish; __flyte::Result::Ok(()))
    };
    quote! {
        #[allow(clippy::let_unit_value, clippy::redundant_clone, clippy::redundant_closure)]
        fn __build(
            __inputs: &mut __flyte::TaskInputs,
            #body: &mut __flyte::WorkflowBody,
        ) -> __flyte::Result<(), __flyte::BoxError> {
            #[allow(unused_imports)]
            use __flyte::NodeOutputs as _;
            #(#take)*
            #(#bind)*
            #finish
        }
    }
}

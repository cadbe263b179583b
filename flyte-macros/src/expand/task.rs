//! `#[task]`: the function as written, and the type beside it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{entity::EntityParts, options};
use crate::{
    diag::Diag,
    model::{self, Passing, Signature, signature},
    parse::{self, TaskOptions},
};

/// Expands `#[task(attr)] item`.
pub(crate) fn task(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    // Options and signature are read independently, so that a mistake in one does not hide one in the other.
    let options = parse::task_options(attr, &mut diag);
    let Some(mut function) = parse::function("#[task]", &item, &mut diag) else {
        let errors = diag.finish();
        return quote!(#item #errors);
    };
    let krate = options
        .krate
        .as_ref()
        .map_or_else(|| quote!(::flyte_runtime), |path| quote!(#path));
    let signature = signature::signature("#[task]", &mut function.sig, &krate, &mut diag);
    let parse::FunctionItem {
        attrs,
        vis,
        sig,
        body,
    } = &function;
    let beside = signature.map(|signature| {
        check_ignored_inputs(&options, &signature, &mut diag);
        let (run, functions) = run_function(&signature);
        let option_values = options::task(&options, &krate);
        let output = &signature.output;
        let outputs =
            quote_spanned!(signature.output_span=> <#output as __flyte::TaskReturn>::Outputs);
        let parts = EntityParts {
            krate: &krate,
            vis,
            type_name: options.type_name.as_ref().unwrap_or(&signature.ident),
            explicit_name: options.name.as_ref().map(|name| name.value.as_str()),
            signature: &signature,
            docs: &model::docs(attrs),
            outputs,
            body: quote!(__flyte::EntityBody::Task { options: #option_values, run: #run }),
            functions,
            shared_attrs: TokenStream::new(),
        };
        parts.expand()
    });
    let errors = diag.finish();
    quote! {
        #(#attrs)*
        #vis #sig #body
        #beside
        #errors
    }
}

fn check_ignored_inputs(options: &TaskOptions, signature: &Signature, diag: &mut Diag) {
    let Some(cache) = &options.cache else { return };
    for ignored in &cache.ignored_inputs {
        if !signature
            .parameters
            .iter()
            .any(|parameter| parameter.ident == *ignored)
        {
            let names: Vec<_> = signature
                .parameters
                .iter()
                .map(|parameter| format!("`{}`", parameter.ident))
                .collect();
            diag.push(
                ignored.span(),
                format!(
                    "`{ignored}` is no input of this task, whose inputs are {}",
                    names.join(", ")
                ),
            );
        }
    }
}

/// The function that takes the inputs out of the engine's hands, calls the user's function and gives the outputs back.
fn run_function(signature: &Signature) -> (TokenStream, TokenStream) {
    let ident = &signature.ident;
    let arguments: Vec<Ident> = (0..signature.parameters.len())
        .map(|index| format_ident!("__argument{index}"))
        .collect();
    let take = signature.parameters.iter().zip(&arguments).enumerate().map(
        |(index, (parameter, argument))| {
            let owned = &parameter.owned;
            match parameter.passing {
                Passing::ByValue => quote!(let #argument = __inputs.take::<#owned>(#index)?;),
                Passing::Borrowed => quote!(let #argument = __inputs.share::<#owned>(#index)?;),
            }
        },
    );
    let pass: Vec<_> = signature
        .parameters
        .iter()
        .zip(&arguments)
        .map(|(parameter, argument)| match parameter.passing {
            Passing::ByValue => quote!(#argument),
            Passing::Borrowed => quote_spanned!(parameter.ty.span()=> &#argument),
        })
        .collect();
    if signature.is_async {
        let functions = quote! {
            fn __run(__inputs: &mut __flyte::TaskInputs) -> __flyte::Result<__flyte::TaskFuture, __flyte::BoxError> {
                #(#take)*
                let __future = async move {
                    let __outcome = #ident(#(#pass),*).await;
                    let mut __outputs = __flyte::Vec::new();
                    __flyte::TaskOutputs::into_values(__flyte::TaskReturn::outcome(__outcome)?, &mut __outputs);
                    __flyte::Result::Ok(__outputs)
                };
                __flyte::Result::Ok(__flyte::future_of_an_async_task_must_be_send(__future))
            }
        };
        (quote!(__flyte::RunTask::Async(__run)), functions)
    } else {
        let call = quote!(#ident(#(#pass),*));
        let functions = quote! {
            #[allow(clippy::unit_arg, clippy::let_unit_value)]
            fn __run(
                __inputs: &mut __flyte::TaskInputs,
                __outputs: &mut __flyte::Vec<__flyte::Value>,
            ) -> __flyte::Result<(), __flyte::BoxError> {
                #(#take)*
                __flyte::TaskOutputs::into_values(__flyte::TaskReturn::outcome(#call)?, __outputs);
                __flyte::Result::Ok(())
            }
        };
        (quote!(__flyte::RunTask::Sync(__run)), functions)
    }
}

//! `#[task(task_type = ..)]` on a signature: a task that a plugin of the cluster runs, without code of this program.

use proc_macro2::TokenStream;
use quote::quote;

use super::{cache_version, options, process, task};
use crate::{
    diag::Diag,
    model::signature,
    parse::{self, FunctionItem, TaskOptions},
};

/// Expands the macro on a function whose body is a `;`.
pub(super) fn without_body(
    options: &TaskOptions,
    item: &TokenStream,
    mut function: FunctionItem,
    krate: &TokenStream,
    mut diag: Diag,
) -> TokenStream {
    const OWNER: &str = "#[task]";
    if let Some(token) = &function.sig.asyncness {
        diag.push_spanned(
            token,
            "a task without a body has nothing to wait for: remove `async`",
        );
    }
    parse::check_without_container(options, &mut diag);
    if let Some(cache) = &options.cache
        && cache.version.value == cache_version::AUTO
    {
        diag.push(
            cache.version.span,
            "`auto` makes a version of the code of a function, and a task without a body has none; write a version, as in `cache = \"1\"`",
        );
    }
    let signature = signature::signature(OWNER, &mut function.sig, krate, &mut diag);
    let Some(signature) = signature else {
        let FunctionItem {
            attrs,
            vis,
            sig,
            body,
            ..
        } = &function;
        let errors = diag.finish();
        // The function is kept, so that its callers produce no further errors.
        return quote! {
            #(#attrs)*
            #vis #sig #body
            #errors
        };
    };
    task::check_ignored_inputs(options, &signature, &mut diag);
    let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
    let values = options::task(options, item, None, krate);
    let declared = process::Signed {
        options,
        attrs: &function.attrs,
        vis: &function.vis,
        sig: &function.sig,
        signature: &signature,
        krate,
        arguments: quote!(#values, __flyte::RunTask::Sync(__flyte::slot::no_plugin::<#type_name>)),
        functions: TokenStream::new(),
    };
    let shown = declared.expand();
    let errors = diag.finish();
    quote! {
        #shown
        #errors
    }
}

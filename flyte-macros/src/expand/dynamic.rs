//! `#[dynamic]`: a task whose body builds a graph from real values. Generates the function that runs it, and the type
//! beside it.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Ident};

use super::{
    body,
    entity::{Declared, EntityParts, by_itself},
    inputs::{Inputs, taken_names},
    options, task,
    workflow::{Body, Built, attributes, built, read_body, run_function},
};
use crate::{
    diag::Diag,
    editor, externs,
    model::{self, Parameter, Passing, Signature, signature},
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
    function.prepare_body();
    let krate = options
        .krate
        .as_ref()
        .map_or_else(externs::runtime, |path| quote!(#path));
    if let Some(token) = &function.sig.asyncness {
        diag.push_spanned(
            token,
            "a dynamic task's body only builds a graph and has nothing to wait for: remove `async`, or write `#[eager]` to await calls",
        );
    }
    let is_wrapped =
        signature::refuse_wrapped_output("a dynamic task", &mut function.sig, &mut diag);
    let signature = signature::signature(NAME, &mut function.sig, &krate, &mut diag);
    let body = read_body(&function).filter(|_| !is_wrapped);
    let FunctionItem { vis, sig, .. } = &function;
    let (attrs, levels) = attributes(&function.attrs);
    let Some(signature) = signature else {
        // The function is kept, so that its callers produce no further errors.
        let errors = diag.finish();
        return quote! {
            #(#attrs)*
            #[allow(unused_variables)]
            #vis #sig { ::core::unimplemented!() }
            #errors
        };
    };
    task::check_ignored_inputs(&options, &signature, &mut diag);
    let option_values = options::task(&options, &item, None, &krate);
    let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
    let build = build_function(&signature, type_name, body, &krate, &levels, &mut diag);
    let parts = EntityParts {
        krate: &krate,
        vis,
        type_name,
        explicit_name: options.name.as_ref().map(|name| name.value.as_str()),
        signature: &signature,
        fixed: &[],
        docs: &model::docs(&function.attrs),
        declared: Declared::Graph { launchable: false },
        constructor: "dynamic",
        arguments: option_values,
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

/// The implementation of `BuildDynamic`.
fn build_function(
    signature: &Signature,
    type_name: &Ident,
    body: Option<Body>,
    krate: &TokenStream,
    levels: &[&Attribute],
    diag: &mut Diag,
) -> TokenStream {
    let inputs = Ident::new("__inputs", Span::mixed_site());
    let (inputs, value) = editor::unseen(&inputs);
    let parameters = &signature.parameters;
    let taken = Inputs {
        type_name,
        parameters,
    };
    let names = taken_names(parameters, |name| Ident::new(name, Span::mixed_site()));
    let bind = |_: &Ident| {
        let take = taken.taken(&names, &value);
        let bind = parameters.iter().zip(&names).map(|(parameter, name)| {
            let (ident, mutability, ty) = (&parameter.ident, &parameter.mutability, &parameter.ty);
            match parameter.passing {
                Passing::ByValue => quote!(let #mutability #ident: #ty = #name;),
                _ => quote!(let #ident: #ty = &#name;),
            }
        });
        // An editor completes hidden names, too.
        match editor::asks() {
            true => parameters.iter().map(in_editor).collect(),
            false => quote!(#take #(#bind)*),
        }
    };
    let Built {
        code,
        body,
        diverges,
    } = built(signature, body::Inputs::Values, type_name, body, diag, bind);
    let (body, _) = editor::unseen(&body);
    let unused = diverges.then(|| quote!(#[allow(unused_imports)]));
    let done = (!diverges).then(|| quote!(__flyte::Result::Ok(())));
    let build = quote! {
        impl __flyte::declare::BuildDynamic for #type_name {
            #[allow(clippy::let_unit_value, clippy::redundant_clone, clippy::redundant_closure)]
            #(#levels)*
            fn build(
                #inputs: &mut __flyte::TaskInputs,
                #body: &mut __flyte::WorkflowBody,
            ) -> __flyte::Result<(), __flyte::BoxError> {
                #unused
                use __flyte::in_bodies::*;
                #code
                #done
            }
        }
    };
    by_itself(build, krate)
}

/// A parameter in an editor, which needs only the type.
fn in_editor(parameter: &Parameter) -> TokenStream {
    let (ident, mutability, ty) = (&parameter.ident, &parameter.mutability, &parameter.ty);
    quote!(let #mutability #ident: #ty = __flyte::Option::None.unwrap();)
}

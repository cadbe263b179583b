//! `#[task]`: the function as written, and the type beside it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    calls_of_tasks,
    entity::{Declared, EntityParts},
    guard,
    inputs::{Inputs, taken_names},
    options, plugin,
};
use crate::{
    diag::Diag,
    externs,
    model::{self, Parameter, Passing, Signature, signature},
    parse::{self, TaskOptions, listed},
};

/// Expands `#[task(attr)] item`.
pub(crate) fn task(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand(Kind::Task, attr, item)
}

/// Expands `#[eager(attr)] item`.
pub(crate) fn eager(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand(Kind::Eager, attr, item)
}

/// The macros that keep the function as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Task,
    Eager,
}

impl Kind {
    fn macro_name(self) -> &'static str {
        match self {
            Self::Task => "#[task]",
            Self::Eager => "#[eager]",
        }
    }
}

fn expand(kind: Kind, attr: TokenStream, item: TokenStream) -> TokenStream {
    let macro_name = kind.macro_name();
    let mut diag = Diag::new();
    // Options and signature are parsed independently, so that an error in one does not hide one in the other.
    let options = parse::task_options(macro_name, attr, &mut diag);
    let read = match options.plugin {
        Some(_) => parse::function_or_signature,
        None => parse::function,
    };
    let Some(mut function) = read(macro_name, &item, &mut diag) else {
        let errors = diag.finish();
        return quote!(#item #errors);
    };
    let krate = options
        .krate
        .as_ref()
        .map_or_else(externs::runtime, |path| quote!(#path));
    if options.plugin.is_some() && function.bodiless.is_some() {
        return plugin::without_body(&options, &item, function, &krate, diag);
    }
    if kind == Kind::Eager && function.sig.asyncness.is_none() {
        diag.push_spanned(
            function.sig.fn_token,
            "an eager task awaits what it calls: write `async fn`, or `#[task]` if it calls nothing",
        );
    }
    let signature = signature::signature(macro_name, &mut function.sig, &krate, &mut diag);
    let parse::FunctionItem {
        attrs,
        vis,
        sig,
        body,
        ..
    } = &function;
    let body = match &signature {
        // A `const fn` does nothing that a graph could miss, and cannot call the check.
        Some(signature) if sig.constness.is_none() && function.bodiless.is_none() => {
            let mut body = body.clone();
            if kind == Kind::Eager {
                body = calls_of_tasks::through_the_engine(&body, signature, &krate);
            }
            let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
            let has_options = options.say_how_it_runs();
            let check =
                guard::check_of_task(kind, &signature.ident, type_name, has_options, &krate);
            guard::guarded(&body, &check)
        }
        _ => body.clone(),
    };
    let beside = signature.map(|signature| {
        check_ignored_inputs(&options, &signature, &mut diag);
        let option_values = options::task(&options, &item, None, &krate);
        let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
        let run = run_function(kind, &signature, type_name);
        let parts = EntityParts {
            krate: &krate,
            vis,
            type_name,
            explicit_name: options.name.as_ref().map(|name| name.value.as_str()),
            signature: &signature,
            fixed: &[],
            docs: &model::docs(attrs),
            declared: Declared::Task {
                plain: plain(&signature, options.say_how_it_runs()),
            },
            constructor: "task",
            arguments: quote!(#option_values, #run),
            functions: TokenStream::new(),
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

/// What the runtime's `callee` calls a plain call of the function.
pub(super) fn plain(signature: &Signature, has_options: bool) -> Ident {
    let kind = match signature.is_async {
        _ if has_options => "WithoutItsOptions",
        true => "AsyncFunction",
        false => "SyncFunction",
    };
    format_ident!("{kind}")
}

pub(super) fn check_ignored_inputs(options: &TaskOptions, signature: &Signature, diag: &mut Diag) {
    let Some(cache) = &options.cache else { return };
    for ignored in &cache.ignored_inputs {
        if !signature
            .parameters
            .iter()
            .any(|parameter| parameter.ident == *ignored)
        {
            let names = signature.parameters.iter().map(Parameter::name);
            let names: Vec<_> = names.collect();
            let hint = match names.as_slice() {
                [] => "which has none; remove `ignored_inputs`".to_owned(),
                names => format!(
                    "which takes {}",
                    listed(names.iter().map(String::as_str), "and")
                ),
            };
            diag.push(
                ignored.span(),
                format!("`{ignored}` is not an input of this task, {hint}"),
            );
        }
    }
}

/// A `RunTask` that takes the inputs from the engine, calls the user's function and returns the outputs.
pub(super) fn run_function(kind: Kind, signature: &Signature, type_name: &Ident) -> TokenStream {
    let ident = &signature.ident;
    let parameters = &signature.parameters;
    let inputs = Inputs {
        type_name,
        parameters,
    };
    let names = taken_names(parameters, |name| format_ident!("{name}"));
    let take = inputs.taken(&names, &quote!(__inputs));
    let arguments = parameters.iter().zip(&names);
    let arguments = arguments.map(|(parameter, name)| match parameter.passing {
        Passing::ByValue => quote!(#name),
        _ => quote!(&*#name),
    });
    let called = quote!(#ident(#(#arguments),*));
    if !signature.is_async {
        let outcome = quote!(__flyte::slot::outcome::<#type_name>(#called, __outputs));
        return match parameters.is_empty() {
            true => quote!(__flyte::RunTask::Sync(|_, __outputs| #outcome)),
            false => quote!(__flyte::RunTask::Sync(|__inputs, __outputs| { #take #outcome })),
        };
    }
    let variant = match kind {
        Kind::Task => quote!(Async),
        Kind::Eager => quote!(Eager),
    };
    quote! {
        __flyte::RunTask::#variant(|__inputs| {
            #take
            __flyte::slot::future_of_an_async_task_must_be_send::<#type_name>(async move { #called.await })
        })
    }
}

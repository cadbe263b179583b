//! `#[reference_task]` and its relatives: an entity on the cluster, declared by its signature, with or without a local
//! stub.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    entity::{Declared, EntityParts},
    guard, task, workflow,
};
use crate::{
    diag::Diag,
    externs,
    model::{self, Signature, signature},
    parse::{self, ReferenceOptions, Spanned, StubItem},
};

/// Which of the three macros it is.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Task,
    Workflow,
    LaunchPlan,
}

impl Kind {
    fn macro_name(self) -> &'static str {
        match self {
            Self::Task => "#[reference_task]",
            Self::Workflow => "#[reference_workflow]",
            Self::LaunchPlan => "#[reference_launch_plan]",
        }
    }

    /// The variant of the runtime's `EntityKind`.
    fn variant(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Workflow => "Workflow",
            Self::LaunchPlan => "LaunchPlan",
        }
    }
}

/// Expands `#[reference_task(attr)] item` and its relatives.
pub(crate) fn reference(kind: Kind, attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let owner = kind.macro_name();
    let options = parse::reference_options(owner, attr, &mut diag);
    let Some(mut function) = parse::stub(owner, &item, &mut diag) else {
        let errors = diag.finish();
        return quote!(#item #errors);
    };
    let krate = options
        .krate
        .as_ref()
        .map_or_else(externs::runtime, |path| quote!(#path));
    if function.body.is_none()
        && let Some(token) = &function.sig.asyncness
    {
        diag.push_spanned(
            token,
            "a reference without a body has nothing to wait for: remove `async`",
        );
    }
    let signature = signature::signature(owner, &mut function.sig, &krate, &mut diag);
    let shown = shown(&function, &options, signature.as_ref(), &krate);
    let beside = signature.map(|signature| entity(kind, &options, &function, &signature, &krate));
    let errors = diag.finish();
    quote! {
        #shown
        #beside
        #errors
    }
}

/// The function that users call: their own, or one that runs the reference.
fn shown(
    function: &StubItem,
    options: &ReferenceOptions,
    signature: Option<&Signature>,
    krate: &TokenStream,
) -> TokenStream {
    let StubItem {
        attrs,
        vis,
        sig,
        body,
    } = function;
    match (body, signature) {
        (Some(body), signature) => {
            let guarded = signature
                .filter(|_| sig.constness.is_none())
                .map(|signature| guard::guarded(body, &guard::check(&signature.ident, krate)));
            let body = guarded.as_ref().unwrap_or(body);
            quote!(#(#attrs)* #vis #sig #body)
        }
        (None, Some(signature)) => {
            let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
            let runs = workflow::run_function(signature, sig, type_name, krate);
            quote! {
                #(#attrs)*
                #[allow(clippy::used_underscore_binding)]
                #vis #runs
            }
        }
        // The function is kept, so that its callers produce no further errors.
        (None, None) => quote! {
            #(#attrs)*
            #[allow(unused_variables)]
            #vis #sig { ::core::unimplemented!() }
        },
    }
}

fn entity(
    kind: Kind,
    options: &ReferenceOptions,
    function: &StubItem,
    signature: &Signature,
    krate: &TokenStream,
) -> TokenStream {
    let type_name = options.type_name.as_ref().unwrap_or(&signature.ident);
    let (declared, run) = if function.body.is_some() {
        (
            Declared::Task {
                plain: task::plain(signature, false),
            },
            task::run_function(task::Kind::Task, signature, type_name),
        )
    } else {
        (
            Declared::Graph { launchable: false },
            quote!(__flyte::RunTask::Sync(__flyte::slot::not_here::<#type_name>)),
        )
    };
    let launchable = match kind {
        Kind::Workflow => quote!(impl __flyte::Launchable for #type_name {}),
        Kind::Task | Kind::LaunchPlan => TokenStream::new(),
    };
    let variant = format_ident!("{}", kind.variant());
    let part = |part: &Option<Spanned<String>>| {
        // A missing part was reported.
        part.as_ref()
            .map_or_else(String::new, |part| part.value.clone())
    };
    let (project, domain) = (part(&options.project), part(&options.domain));
    let (name, version) = (part(&options.name), part(&options.version));
    let stubbed = function.body.is_some();
    let parts = EntityParts {
        krate,
        vis: &function.vis,
        type_name,
        explicit_name: None,
        signature,
        fixed: &[],
        docs: &model::docs(&function.attrs),
        declared,
        constructor: "reference",
        arguments: quote! {
            __flyte::Reference::new(
                __flyte::EntityKind::#variant,
                [#project, #domain, #name, #version],
                #stubbed,
            ),
            #run
        },
        functions: launchable,
    };
    parts.expand()
}

//! The common parts of tasks and workflows: the type beside the function, and its implementations.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Visibility, ext::IdentExt, spanned::Spanned};

use super::{callee, calls_of_tasks, inputs::Inputs, macros};
use crate::model::{self, Parameter, Passing, Signature};

/// The parts in which tasks and workflows differ.
pub(crate) struct EntityParts<'a> {
    pub(crate) krate: &'a TokenStream,
    pub(crate) vis: &'a Visibility,
    /// The type that stands for the entity.
    pub(crate) type_name: &'a Ident,
    pub(crate) explicit_name: Option<&'a str>,
    pub(crate) signature: &'a Signature,
    /// The inputs with fixed values, which a call cannot set.
    pub(crate) fixed: &'a [Ident],
    pub(crate) docs: &'a str,
    pub(crate) declared: Declared,
    /// The function of the runtime's `declare` that makes the descriptor, and its arguments besides the source.
    pub(crate) constructor: &'static str,
    pub(crate) arguments: TokenStream,
    /// More generated items.
    pub(crate) functions: TokenStream,
}

/// The trait that the type implements.
pub(crate) enum Declared {
    /// `DeclaredTask`; `plain` is what the runtime's `callee` calls a plain call of the function.
    Task { plain: Ident },
    /// `Entity`, and `Launchable`.
    Graph { launchable: bool },
}

impl EntityParts<'_> {
    /// The type, its methods, the descriptor and the registration.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self {
            krate,
            vis,
            type_name,
            signature,
            docs,
            arguments,
            functions,
            ..
        } = self;
        let defaults = signature.parameters.iter();
        callee::declare(type_name, defaults.map(|p| p.default.is_some()).collect());
        let span = signature.ident.span();
        let name = self.explicit_name.map(|name| quote!(#name =>));
        let function = signature.ident.unraw().to_string();
        // The line is that of the name.
        let source =
            quote_spanned!(span=> __flyte::declare::source!(#type_name, #name #function, #docs));
        let constructor = Ident::new(self.constructor, Span::call_site());
        let types = self.inputs().types();
        let defaults = self.defaults();
        let declaration = self.declaration();
        let methods = self.methods();
        let inputs = self.inputs().fields(vis, krate);
        let fixed = self
            .fixed
            .iter()
            .map(|ident| quote!(#vis #ident: #krate::__private::named::Fixed<#type_name>,));
        // If the name is already taken, the error points to the name.
        let declared = Span::call_site().located_at(type_name.span());
        let fields = quote!(#inputs #(#fixed)*);
        let declared = quote_spanned!(declared=> #vis struct #type_name { #fields });
        quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types, non_snake_case, dead_code, clippy::pub_underscore_fields)]
            #declared

            const _: () = {
                use #krate::__private as __flyte;

                // Lints set by the user concern the user's own calls. If every option is set, `..` has nothing left to
                // take.
                #[allow(deprecated, clippy::unit_arg, clippy::needless_update)]
                static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::declare::#constructor(#source, #arguments);

                __flyte::register!(&__DESCRIPTOR);

                #types
                #defaults
                #declaration
                #methods
                #functions
            };
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        Inputs {
            type_name: self.type_name,
            parameters: &self.signature.parameters,
        }
    }

    /// The defaults of inputs.
    fn defaults(&self) -> TokenStream {
        let type_name = self.type_name;
        let parameters = self.signature.parameters.iter().enumerate();
        let defaults = parameters.filter_map(|(index, parameter)| {
            let (position, owned) = (self.inputs().position(index), &parameter.owned);
            let value = default_value(parameter, parameter.default.as_ref()?);
            Some(quote! {
                impl __flyte::declare::DefaultInput<#position> for #type_name {
                    fn default_input() -> #owned {
                        #value
                    }
                }
            })
        });
        defaults.collect()
    }

    /// The implementation of `Entity`, or of a trait that implies it.
    fn declaration(&self) -> TokenStream {
        let Self {
            type_name,
            signature,
            ..
        } = self;
        let output = &signature.output;
        let (implemented, returned, more) = match &self.declared {
            Declared::Task { plain } => (
                quote!(DeclaredTask),
                quote_spanned!(signature.output_span=> type Return = #output;),
                quote!(type Plain = __flyte::callee::#plain;),
            ),
            Declared::Graph { .. } => (
                quote!(Entity),
                quote_spanned!(signature.output_span=> type Output = #output;),
                TokenStream::new(),
            ),
        };
        let launchable = matches!(self.declared, Declared::Graph { launchable: true })
            .then(|| quote!(impl __flyte::Launchable for #type_name {}));
        let (slots, described) = (self.inputs().slots(), self.inputs().described());
        quote! {
            #[automatically_derived]
            impl __flyte::#implemented for #type_name {
                #returned
                type Slots = #slots;
                #more
                const INPUTS: __flyte::Inputs = #described;

                fn descriptor() -> &'static __flyte::EntityDescriptor {
                    &__DESCRIPTOR
                }
            }

            #launchable
        }
    }

    fn methods(&self) -> TokenStream {
        let Self {
            vis,
            type_name,
            signature,
            ..
        } = self;
        let output = &signature.output;
        // A declaration checks the return type once, and the rest assumes it. So a type that cannot be returned is one
        // error.
        let (promises, result, assume) = match self.declared {
            Declared::Task { .. } => (
                quote!(__flyte::TaskPromises<#output>),
                quote!(__flyte::TaskResult<#output>),
                quote!(__flyte::TaskReturn),
            ),
            Declared::Graph { .. } => (
                quote!(__flyte::Promises<#output>),
                quote!(__flyte::Result<#output, __flyte::RunError>),
                quote!(__flyte::TaskOutputs),
            ),
        };
        let assume = (!is_known(output)).then(|| quote!(for<'__checked> #output: #assume,));
        let cloned = self.inputs().cloned();
        let (of_call, of_run) = (wherever(&cloned), wherever(&quote!(#assume #cloned)));
        let assume = wherever(&quote!(#assume));
        let parameters = &signature.parameters;
        let idents: Vec<_> = parameters.iter().map(|p| &p.ident).collect();
        let types: Vec<_> = parameters.iter().map(|p| &p.ty).collect();
        let owned: Vec<_> = parameters.iter().map(|p| &p.owned).collect();
        let (values, made) = (self.inputs().values(), self.inputs().node());
        // Allowed here, because the user's own function has the same parameters and gets these lints itself.
        let many = (parameters.len() > 7).then(|| quote!(, clippy::too_many_arguments));
        let underscore = |parameter: &Parameter| parameter.name().starts_with('_');
        let underscores = parameters.iter().any(underscore);
        let underscores = underscores.then(|| quote!(, clippy::used_underscore_binding));
        let more_allowed = quote!(#many #underscores);
        // Where the compiler writes "defined here", it points to the user's function.
        let [node, call, run] =
            ["node", "call", "run"].map(|method| Ident::new(method, signature.ident.span()));
        quote! {
            #[allow(dead_code, private_interfaces, private_bounds #more_allowed)]
            impl #type_name {
                /// Adds a node to the workflow whose body is being compiled.
                #[track_caller]
                #vis fn #node(#(#idents: impl __flyte::IntoBinding<#owned>),*) -> #promises #assume {
                    #made
                }

                /// The call as a value, to be run later.
                #vis fn #call(#(#idents: #types),*) -> __flyte::Call<Self> #of_call {
                    __flyte::Call::new(#values)
                }

                /// Runs it here, through the engine, and waits for the result.
                #vis fn #run(#(#idents: #types),*) -> #result #of_run {
                    __flyte::Call::run(Self::call(#(#idents),*))
                }
            }
        }
    }
}

/// A `where` with these bounds, if there are any.
fn wherever(bounds: &TokenStream) -> Option<TokenStream> {
    (!bounds.is_empty()).then(|| quote!(where #bounds))
}

/// Whether every program has this return type, so that it needs no check, and nothing has to assume one. If a user's
/// type with the same name cannot be returned, the error appears more than once.
fn is_known(output: &TokenStream) -> bool {
    const NAMES: [&str; 5] = ["()", "bool", "f64", "i64", "String"];
    let output = output.to_string();
    NAMES.contains(&output.as_str())
}

/// Self-contained code: nothing in it gives the runtime another name.
pub(super) fn by_itself(code: TokenStream, krate: &TokenStream) -> TokenStream {
    let tokens = code.into_iter().flat_map(|token| match token {
        TokenTree::Ident(ident) if ident == "__flyte" => {
            let span = ident.span();
            // The whole path has the span of the code; otherwise messages about it would point elsewhere.
            let here = krate.clone().into_iter().map(|mut token| {
                if token.to_string() != "$crate" {
                    token.set_span(span);
                }
                token
            });
            quote_spanned!(span=> #(#here)*::__private)
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), by_itself(group.stream(), krate));
            inner.set_span(group.span());
            TokenTree::Group(inner).into()
        }
        other => other.into(),
    });
    tokens.collect()
}

/// The default as a value of the owned type: a `"x"` for a `&str` becomes a `String`.
fn default_value(parameter: &Parameter, default: &syn::Expr) -> TokenStream {
    let ty = &parameter.ty;
    let checked = calls_of_tasks::in_default(default, &quote!(__flyte));
    let is_text = matches!(
        default,
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(_),
            ..
        })
    );
    match parameter.passing {
        Passing::ByValue if is_text => {
            // Marked as generated, so that the compiler does not warn that the path is longer than needed.
            let span = Span::mixed_site().located_at(default.span());
            let text = quote_spanned!(span=> __flyte::slot::text(#default));
            match model::is_option(ty) {
                true => quote_spanned!(span=> __flyte::Option::Some(#text)),
                false => text,
            }
        }
        Passing::ByValue => {
            let texts = list_of_texts(default).map(|list| match model::is_option(ty) {
                true => quote!(__flyte::Option::Some(#list)),
                false => list,
            });
            texts.unwrap_or(checked)
        }
        _ => {
            quote!({ let __default: #ty = #checked; __flyte::ToOwned::to_owned(__default) })
        }
    }
}

/// `vec!["a", "b"]` as a list of what a text is converted to, as a single text is.
fn list_of_texts(default: &syn::Expr) -> Option<TokenStream> {
    let syn::Expr::Macro(list) = default else {
        return None;
    };
    let texts = macros::list_elements(&list.mac).filter(|_| list.mac.path.is_ident("vec"))?;
    let is_text = |element: &syn::Expr| matches!(element, syn::Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Str(_)));
    if texts.is_empty() || !texts.iter().all(is_text) {
        return None;
    }
    let texts = texts.iter().map(|text| {
        let span = Span::mixed_site().located_at(text.span());
        quote_spanned!(span=> __flyte::slot::text(#text))
    });
    Some(quote_spanned!(default.span()=> __flyte::vec![#(#texts),*]))
}

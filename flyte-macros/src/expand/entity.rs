//! What tasks and workflows have in common: the type beside the function and everything it carries.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Visibility, spanned::Spanned};

use crate::model::{Parameter, Passing, Signature};

/// The pieces a task and a workflow differ in.
pub(crate) struct EntityParts<'a> {
    pub(crate) krate: &'a TokenStream,
    pub(crate) vis: &'a Visibility,
    /// The type that stands for the entity.
    pub(crate) type_name: &'a Ident,
    pub(crate) explicit_name: Option<&'a str>,
    pub(crate) signature: &'a Signature,
    pub(crate) docs: &'a str,
    /// The type of the outputs.
    pub(crate) outputs: TokenStream,
    /// An `EntityBody`, and the functions it names.
    pub(crate) body: TokenStream,
    pub(crate) functions: TokenStream,
    /// Attributes such as `#[cfg(..)]` that the type shares with the function.
    pub(crate) shared_attrs: TokenStream,
}

/// The names a builder uses itself; an input of such a name is given with an underscore behind it.
const BUILDER_METHODS: [&str; 3] = ["run", "call", "start"];

/// The method of the builder that gives an input.
pub(crate) fn setter(input: &Ident) -> Ident {
    if BUILDER_METHODS.iter().any(|taken| input == taken) {
        format_ident!("{}_", input, span = input.span())
    } else {
        input.clone()
    }
}

impl EntityParts<'_> {
    /// The type, its methods, the description and the registration.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self {
            krate,
            vis,
            type_name,
            signature,
            docs,
            outputs,
            body,
            functions,
            shared_attrs,
            ..
        } = self;
        let span = signature.ident.span();
        let name = match self.explicit_name {
            Some(name) => quote!(__flyte::Option::Some(#name)),
            None => quote!(__flyte::Option::None),
        };
        let function = {
            use syn::ext::IdentExt;
            signature.ident.unraw().to_string()
        };
        let inputs = signature.parameters.iter().map(input_descriptor);
        let methods = self.methods();
        let builder = self.builder();
        let location = quote_spanned!(span=> __flyte::Location { file: ::core::file!(), line: ::core::line!() });
        quote! {
            #shared_attrs
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #vis struct #type_name {}

            #shared_attrs
            const _: () = {
                use #krate::__private as __flyte;

                static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::EntityDescriptor::new(
                    #name,
                    ::core::module_path!(),
                    #function,
                    #location,
                    #docs,
                    &[#(#inputs),*],
                    <#outputs as __flyte::TaskOutputs>::variables,
                    #body,
                );

                __flyte::register!(&__DESCRIPTOR);

                #[automatically_derived]
                impl __flyte::Entity for #type_name {
                    type Output = #outputs;

                    fn descriptor() -> &'static __flyte::EntityDescriptor {
                        &__DESCRIPTOR
                    }
                }

                #methods
                #builder
                #functions
            };
        }
    }

    fn methods(&self) -> TokenStream {
        let Self {
            vis,
            type_name,
            signature,
            outputs,
            ..
        } = self;
        let parameters = &signature.parameters;
        let idents: Vec<_> = parameters.iter().map(|p| &p.ident).collect();
        let types: Vec<_> = parameters.iter().map(|p| &p.ty).collect();
        let owned: Vec<_> = parameters.iter().map(|p| &p.owned).collect();
        let values = parameters.iter().map(to_value);
        let initial: Vec<_> = parameters.iter().map(|p| initial_place(p).1).collect();
        let places: Vec<_> = parameters.iter().map(|p| initial_place(p).0).collect();
        quote! {
            #[allow(dead_code, clippy::too_many_arguments)]
            #[automatically_derived]
            impl #type_name {
                /// Adds a node to the workflow whose body is being compiled.
                #vis fn node(#(#idents: impl __flyte::IntoBinding<#owned>),*) -> <#outputs as __flyte::TaskOutputs>::Promises {
                    __flyte::call_node::<#type_name>(__flyte::vec![#(__flyte::IntoBinding::<#owned>::into_binding(#idents)),*])
                }

                /// The call as a value, to be run later.
                #vis fn call(#(#idents: #types),*) -> __flyte::Call<#type_name> {
                    __flyte::Call::new(__flyte::vec![#(#values),*])
                }

                /// Runs it here, through the engine, and waits for the result.
                #vis fn run(#(#idents: #types),*) -> __flyte::Result<#outputs, __flyte::RunError> {
                    Self::call(#(#idents),*).run()
                }

                /// Starts it here, through the engine; the future gives the result.
                #vis fn start(#(#idents: #types),*) -> __flyte::Start<#outputs> {
                    Self::call(#(#idents),*).start()
                }

                /// A call by name; inputs with a default may be left out.
                #vis fn builder() -> __Builder<__flyte::builder::Values, #(#places),*> {
                    __Builder(#(#initial,)* ::core::marker::PhantomData)
                }

                #[doc(hidden)]
                #vis fn __node_builder() -> __Builder<__flyte::builder::Bindings, #(#places),*> {
                    __Builder(#(#initial,)* ::core::marker::PhantomData)
                }

                /// The compiled graph.
                #vis fn graph() -> __flyte::Result<__flyte::Arc<__flyte::Graph>, __flyte::CompileError> {
                    <Self as __flyte::Entity>::descriptor().graph()
                }
            }
        }
    }

    fn builder(&self) -> TokenStream {
        let Self {
            type_name,
            signature,
            outputs,
            ..
        } = self;
        let parameters = &signature.parameters;
        let places: Vec<Ident> = (0..parameters.len())
            .map(|index| format_ident!("__P{index}"))
            .collect();
        let kept: Vec<Ident> = (0..parameters.len())
            .map(|index| format_ident!("__p{index}"))
            .collect();
        let markers: Vec<&Ident> = parameters.iter().map(|p| &p.ident).collect();
        let defaults = parameters.iter().filter_map(|p| {
            let (ident, owned, default) = (&p.ident, &p.owned, p.default.as_ref()?);
            let value = default_value(p, default);
            Some(quote! {
                impl __flyte::builder::DefaultInput for __inputs::#ident {
                    type Type = #owned;

                    fn default_input() -> #owned {
                        #value
                    }
                }
            })
        });
        let setters = parameters.iter().enumerate().map(|(index, parameter)| {
            let (setter, owned) = (setter(&parameter.ident), &parameter.owned);
            let place = initial_place(parameter).0;
            let others: Vec<_> = places.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, place)| place).collect();
            let before = places.iter().enumerate().map(|(other, p)| if other == index { quote!(#place) } else { quote!(#p) });
            let given = quote!(__flyte::builder::Given<<__M as __flyte::builder::Accepts<__V, #owned>>::Kept>);
            let after = places.iter().enumerate().map(|(other, p)| if other == index { quote!(#given) } else { quote!(#p) });
            let moved = kept.iter().enumerate().map(|(other, p)| {
                if other == index { quote!(__flyte::builder::Given(<__M as __flyte::builder::Accepts<__V, #owned>>::keep(__value))) } else { quote!(#p) }
            });
            let taken = kept.iter().enumerate().map(|(other, p)| if other == index { quote!(_) } else { quote!(#p) });
            let text = format!("Gives the input `{}`.", parameter.name());
            quote! {
                impl<__M, #(#others),*> __Builder<__M, #(#before),*> {
                    #[doc = #text]
                    pub fn #setter<__V>(self, __value: __V) -> __Builder<__M, #(#after),*>
                    where
                        __M: __flyte::builder::Accepts<__V, #owned>,
                    {
                        let __Builder(#(#taken,)* _) = self;
                        __Builder(#(#moved,)* ::core::marker::PhantomData)
                    }
                }
            }
        });
        quote! {
            #[allow(non_camel_case_types)]
            mod __inputs {
                #(#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)] pub struct #markers;)*
            }

            #(#defaults)*

            #[must_use = "a call by name does nothing before `run`, `call` or `start`"]
            pub struct __Builder<__M, #(#places),*>(#(#places,)* ::core::marker::PhantomData<__M>);

            #[allow(dead_code)]
            const _: () = { #(#setters)* };

            #[allow(dead_code)]
            impl<#(#places),*> __Builder<__flyte::builder::Values, #(#places),*> {
                /// The call as a value, to be run later.
                pub fn call(self) -> __flyte::Call<#type_name>
                where
                    #(#places: __flyte::builder::Supply<__flyte::Value>,)*
                {
                    let __Builder(#(#kept,)* _) = self;
                    __flyte::Call::new(__flyte::vec![#(__flyte::builder::Supply::<__flyte::Value>::supply(#kept)),*])
                }

                /// Runs it here, through the engine, and waits for the result.
                pub fn run(self) -> __flyte::Result<#outputs, __flyte::RunError>
                where
                    #(#places: __flyte::builder::Supply<__flyte::Value>,)*
                {
                    self.call().run()
                }

                /// Starts it here, through the engine; the future gives the result.
                pub fn start(self) -> __flyte::Start<#outputs>
                where
                    #(#places: __flyte::builder::Supply<__flyte::Value>,)*
                {
                    self.call().start()
                }
            }

            #[allow(dead_code)]
            impl<#(#places),*> __Builder<__flyte::builder::Bindings, #(#places),*> {
                #[doc(hidden)]
                pub fn __node(self) -> <#outputs as __flyte::TaskOutputs>::Promises
                where
                    #(#places: __flyte::builder::Supply<__flyte::BindingData>,)*
                {
                    let __Builder(#(#kept,)* _) = self;
                    __flyte::call_node::<#type_name>(__flyte::vec![#(__flyte::builder::Supply::<__flyte::BindingData>::supply(#kept)),*])
                }
            }
        }
    }
}

/// The type and the value of an input's place before the input is given.
fn initial_place(parameter: &Parameter) -> (TokenStream, TokenStream) {
    let ident = &parameter.ident;
    let kind = if parameter.default.is_some() {
        quote!(Defaulted)
    } else {
        quote!(Missing)
    };
    (
        quote!(__flyte::builder::#kind<__inputs::#ident>),
        quote!(__flyte::builder::#kind::NEW),
    )
}

fn to_value(parameter: &Parameter) -> TokenStream {
    let (ident, owned) = (&parameter.ident, &parameter.owned);
    match parameter.passing {
        Passing::ByValue => quote!(__flyte::Value::new::<#owned>(#ident)),
        Passing::Borrowed => {
            quote!(__flyte::Value::new::<#owned>(__flyte::ToOwned::to_owned(#ident)))
        }
    }
}

/// The default as a value of the owned type; `"x"` for a `&str` is owned here.
fn default_value(parameter: &Parameter, default: &syn::Expr) -> TokenStream {
    let ty = &parameter.ty;
    let is_text = matches!(
        default,
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(_),
            ..
        })
    );
    match parameter.passing {
        Passing::ByValue if is_text => {
            // Marked as generated, or the user is told that the path is longer than it must be.
            let span = Span::mixed_site().located_at(default.span());
            quote_spanned!(span=> __flyte::From::from(#default))
        }
        Passing::ByValue => quote!(#default),
        Passing::Borrowed => {
            quote!({ let __default: #ty = #default; __flyte::ToOwned::to_owned(__default) })
        }
    }
}

fn input_descriptor(parameter: &Parameter) -> TokenStream {
    let (ident, owned, docs, name) = (
        &parameter.ident,
        &parameter.owned,
        &parameter.docs,
        parameter.name(),
    );
    let default = match &parameter.default {
        Some(_) => quote!(__flyte::Option::Some(|| __flyte::Value::new(
            <__inputs::#ident as __flyte::builder::DefaultInput>::default_input()
        ))),
        None => quote!(__flyte::Option::None),
    };
    let info = quote_spanned!(parameter.ty.span()=> __flyte::TypeInfo::of::<#owned>());
    quote!(__flyte::InputDescriptor { name: #name, description: #docs, info: #info, default: #default })
}

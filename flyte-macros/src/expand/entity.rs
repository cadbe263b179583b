//! What tasks and workflows have in common: the type beside the function and everything it carries.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Visibility, ext::IdentExt, spanned::Spanned};

use super::calls_of_tasks;
use crate::model::{Parameter, Passing, Signature};

/// The pieces a task and a workflow differ in.
pub(crate) struct EntityParts<'a> {
    pub(crate) krate: &'a TokenStream,
    pub(crate) vis: &'a Visibility,
    /// The type that stands for the entity.
    pub(crate) type_name: &'a Ident,
    pub(crate) explicit_name: Option<&'a str>,
    pub(crate) signature: &'a Signature,
    /// The inputs that are given already, which a call cannot give.
    pub(crate) fixed: &'a [Ident],
    pub(crate) docs: &'a str,
    /// The type of the outputs.
    pub(crate) outputs: TokenStream,
    /// What must be true of the return type. A declaration checks it once; code that needs it assumes it, so that a type
    /// that cannot be returned is one error.
    pub(crate) assume: TokenStream,
    /// The implementation of `Entity`, or of what implies it.
    pub(crate) declaration: TokenStream,
    /// An `EntityBody`, and the functions it names.
    pub(crate) body: TokenStream,
    pub(crate) functions: TokenStream,
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
            declaration,
            body,
            functions,
            ..
        } = self;
        let span = signature.ident.span();
        let name = match self.explicit_name {
            Some(name) => quote!(__flyte::Option::Some(#name)),
            None => quote!(__flyte::Option::None),
        };
        let function = signature.ident.unraw().to_string();
        let inputs = signature.parameters.iter().map(input_descriptor);
        let slots = self.slots();
        let methods = self.methods();
        let builder = self.builder();
        // Its fields are what the compiler lists when a call by name misspells one.
        let fields = self.input_names();
        let location = quote_spanned!(span=> __flyte::Location { file: ::core::file!(), line: ::core::line!() });
        // Where the name is taken by something else, that is told where the name is written.
        let declared = Span::call_site().located_at(type_name.span());
        let fields = quote!(#(#vis #fields: #krate::__private::builder::InputName,)*);
        let declared = quote_spanned!(declared=> #vis struct #type_name { #fields });
        quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types, non_snake_case, dead_code, clippy::pub_underscore_fields)]
            #declared

            const _: () = {
                use #krate::__private as __flyte;

                // Where every option is given, nothing is left to take from the rest.
                #[allow(clippy::needless_update)]
                static __DESCRIPTOR: __flyte::EntityDescriptor = __flyte::EntityDescriptor::new(
                    #name,
                    ::core::module_path!(),
                    #function,
                    #location,
                    #docs,
                    &[#(#inputs),*],
                    __flyte::slot::variables::<#type_name>,
                    #body,
                );

                __flyte::register!(&__DESCRIPTOR);

                #declaration
                #slots
                #methods
                #builder
                #functions
            };
        }
    }

    /// The inputs that a call by name may name, those included that it is told of that they are fixed.
    fn input_names(&self) -> Vec<&Ident> {
        let parameters = self.signature.parameters.iter().map(|p| &p.ident);
        parameters.chain(self.fixed).collect()
    }

    /// A type for each input, and what it holds.
    fn slots(&self) -> TokenStream {
        let parameters = &self.signature.parameters;
        let vis = inside_module(self.vis);
        let markers = parameters.iter().map(|p| &p.ident);
        let (type_name, places) = (self.type_name, markers.clone());
        let names = parameters.iter().map(Parameter::name);
        let slots = parameters.iter().map(|parameter| {
            let (ident, owned) = (&parameter.ident, &parameter.owned);
            // What is wrong with a type is wrong where the user wrote it.
            let span = parameter.ty.span();
            match &parameter.passing {
                Passing::BorrowedSlice(element) => {
                    let element = quote_spanned!(span=> type Element = #element;);
                    quote!(impl __flyte::slot::SliceSlot for __inputs::#ident { #element })
                }
                _ => {
                    let owned = quote_spanned!(span=> type Type = #owned;);
                    quote!(impl __flyte::slot::Slot for __inputs::#ident { #owned })
                }
            }
        });
        let defaults = parameters.iter().filter_map(|parameter| {
            let (ident, owned, default) = (
                &parameter.ident,
                &parameter.owned,
                parameter.default.as_ref()?,
            );
            let value = default_value(parameter, default);
            Some(quote! {
                impl __flyte::slot::DefaultInput for __inputs::#ident {
                    fn default_input() -> #owned {
                        #value
                    }
                }
            })
        });
        quote! {
            #[allow(non_camel_case_types)]
            mod __inputs {
                #(#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)] #vis struct #markers;)*
            }

            #(#slots)*
            #(#defaults)*

            #[automatically_derived]
            impl __flyte::Mockable for #type_name {
                type Slots = (#(__inputs::#places,)*);
            }

            #[automatically_derived]
            impl __flyte::slot::InputNames for #type_name {
                const NAMES: &'static [&'static str] = &[#(#names),*];
            }
        }
    }

    fn methods(&self) -> TokenStream {
        let Self {
            vis,
            type_name,
            signature,
            outputs,
            assume,
            ..
        } = self;
        let parameters = &signature.parameters;
        let idents: Vec<_> = parameters.iter().map(|p| &p.ident).collect();
        let types: Vec<_> = parameters.iter().map(|p| &p.ty).collect();
        let owned: Vec<_> = parameters.iter().map(|p| &p.owned).collect();
        let values = parameters.iter().map(to_value);
        let initial: Vec<_> = parameters.iter().map(|p| initial_place(p).1).collect();
        let places: Vec<_> = parameters.iter().map(|p| initial_place(p).0).collect();
        // Where the compiler says "defined here", it shows the user's function.
        let names = self.input_names();
        let [node, call, run, start] = ["node", "call", "run", "start"]
            .map(|method| Ident::new(method, signature.ident.span()));
        quote! {
            #[allow(dead_code, private_interfaces, private_bounds, clippy::too_many_arguments, clippy::used_underscore_binding)]
            #[automatically_derived]
            impl #type_name {
                /// Adds a node to the workflow whose body is being compiled.
                #[track_caller]
                #vis fn #node(#(#idents: impl __flyte::IntoBinding<#owned>),*) -> <#outputs as __flyte::TaskOutputs>::Promises
                where
                    #assume
                {
                    __flyte::call_node::<#type_name>(__flyte::vec![#(__flyte::IntoBinding::<#owned>::into_binding(#idents)),*])
                }

                /// The call as a value, to be run later.
                #vis fn #call(#(#idents: #types),*) -> __flyte::Call<#type_name> {
                    __flyte::Call::new(__flyte::vec![#(#values),*])
                }

                /// Runs it here, through the engine, and waits for the result.
                #vis fn #run(#(#idents: #types),*) -> __flyte::Result<#outputs, __flyte::RunError>
                where
                    #assume
                {
                    __flyte::Call::run(Self::call(#(#idents),*))
                }

                /// Starts it here, through the engine; the future gives the result.
                #vis fn #start(#(#idents: #types),*) -> __flyte::Start<#outputs>
                where
                    #assume
                {
                    __flyte::Call::start(Self::call(#(#idents),*))
                }

                /// A call by name; inputs with a default may be left out.
                ///
                /// An input called `run`, `call` or `start` is given with `run_`, `call_` or `start_`.
                #vis fn builder() -> __Builder<__flyte::builder::Values, #(#places),*> {
                    __Builder(#(#initial,)* ::core::marker::PhantomData)
                }

                #[doc(hidden)]
                #vis fn __node_builder() -> __Builder<__flyte::builder::Bindings, #(#places),*> {
                    __Builder(#(#initial,)* ::core::marker::PhantomData)
                }

                #[doc(hidden)]
                #vis fn __names() -> Self {
                    Self { #(#names: __flyte::builder::InputName,)* }
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
            assume,
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
        let setters = parameters.iter().enumerate().map(|(index, parameter)| {
            let (setter, owned) = (setter(&parameter.ident), &parameter.owned);
            let (place, marker) = (&places[index], &parameter.ident);
            let given = quote!(__flyte::builder::Given<<__M as __flyte::builder::Accepts<__V, #owned>>::Kept>);
            let after = replaced(&places, index, &given);
            let taken = replaced(&kept, index, &quote!(_));
            let moved = replaced(&kept, index, &quote!(__flyte::builder::Given(<__M as __flyte::builder::Accepts<__V, #owned>>::keep(__value))));
            let text = format!("Gives the input `{}`.", parameter.name());
            quote! {
                #[doc = #text]
                pub fn #setter<__V>(self, __value: __V) -> __Builder<__M, #(#after),*>
                where
                    #place: __flyte::builder::Open<__inputs::#marker>,
                    __M: __flyte::builder::Accepts<__V, #owned>,
                {
                    let __Builder(#(#taken,)* _) = self;
                    __Builder(#(#moved,)* ::core::marker::PhantomData)
                }
            }
        });
        let fixed = self.fixed.iter().map(|input| {
            let (setter, input) = (setter(input), input.unraw());
            let text = format!("The input `{input}` is fixed and cannot be given.");
            quote! {
                #[doc = #text]
                pub fn #setter<__V>(self, __value: __V) -> Self
                where
                    __M: __flyte::builder::GivesFixedInputs,
                {
                    __flyte::unreachable!("no builder gives fixed inputs")
                }
            }
        });
        let [call, run, start, node] = ["call", "run", "start", "__node"]
            .map(|method| Ident::new(method, signature.ident.span()));
        quote! {
            #[must_use = "a call by name does nothing before `run`, `call` or `start`"]
            pub struct __Builder<__M, #(#places),*>(#(#places,)* ::core::marker::PhantomData<__M>);

            #[allow(dead_code, private_bounds, private_interfaces)]
            impl<__M, #(#places),*> __Builder<__M, #(#places),*> {
                #(#setters)*
                #(#fixed)*
            }

            #[allow(dead_code, private_bounds, private_interfaces)]
            impl<#(#places),*> __Builder<__flyte::builder::Values, #(#places),*> {
                /// The call as a value, to be run later.
                pub fn #call(self) -> __flyte::Call<#type_name>
                where
                    #(#places: __flyte::builder::Supply<__flyte::Value, __inputs::#markers>,)*
                {
                    let __Builder(#(#kept,)* _) = self;
                    __flyte::Call::new(__flyte::vec![#(__flyte::builder::Supply::<__flyte::Value, __inputs::#markers>::supply(#kept)),*])
                }

                /// Runs it here, through the engine, and waits for the result.
                pub fn #run(self) -> __flyte::Result<#outputs, __flyte::RunError>
                where
                    #(#places: __flyte::builder::Supply<__flyte::Value, __inputs::#markers>,)*
                    #assume
                {
                    __flyte::Call::run(self.call())
                }

                /// Starts it here, through the engine; the future gives the result.
                pub fn #start(self) -> __flyte::Start<#outputs>
                where
                    #(#places: __flyte::builder::Supply<__flyte::Value, __inputs::#markers>,)*
                    #assume
                {
                    __flyte::Call::start(self.call())
                }
            }

            #[allow(dead_code, private_bounds, private_interfaces)]
            impl<#(#places),*> __Builder<__flyte::builder::Bindings, #(#places),*> {
                #[doc(hidden)]
                #[track_caller]
                pub fn #node(self) -> <#outputs as __flyte::TaskOutputs>::Promises
                where
                    #(#places: __flyte::builder::Supply<__flyte::BindingData, __inputs::#markers>,)*
                    #assume
                {
                    let __Builder(#(#kept,)* _) = self;
                    __flyte::call_node::<#type_name>(__flyte::vec![#(__flyte::builder::Supply::<__flyte::BindingData, __inputs::#markers>::supply(#kept)),*])
                }
            }
        }
    }
}

/// A visibility as it is written one module further in.
pub(super) fn inside_module(vis: &Visibility) -> TokenStream {
    let Visibility::Restricted(restricted) = vis else {
        return match vis {
            Visibility::Inherited => quote!(pub(super)),
            _ => vis.to_token_stream(),
        };
    };
    let path = &restricted.path;
    if path.is_ident("self") {
        quote!(pub(super))
    } else if path
        .segments
        .first()
        .is_some_and(|first| first.ident == "super")
    {
        quote!(pub(in super::#path))
    } else {
        vis.to_token_stream()
    }
}

/// The idents, with something else at one place.
fn replaced(idents: &[Ident], at: usize, by: &TokenStream) -> Vec<TokenStream> {
    let replaced = idents.iter().enumerate().map(|(index, ident)| {
        if index == at {
            by.clone()
        } else {
            ident.to_token_stream()
        }
    });
    replaced.collect()
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
    let ident = &parameter.ident;
    match parameter.passing {
        Passing::ByValue => quote!(__flyte::slot::value::<__inputs::#ident>(#ident)),
        Passing::BorrowedStr => {
            quote!(__flyte::slot::value::<__inputs::#ident>(__flyte::ToOwned::to_owned(#ident)))
        }
        Passing::BorrowedSlice(_) => {
            quote!(__flyte::slot::cloned_slice::<__inputs::#ident>(#ident))
        }
        Passing::Borrowed => quote!(__flyte::slot::cloned::<__inputs::#ident>(#ident)),
    }
}

/// The default as a value of the owned type; `"x"` for a `&str` is owned here.
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
            // Marked as generated, or the user is told that the path is longer than it must be.
            let span = Span::mixed_site().located_at(default.span());
            quote_spanned!(span=> __flyte::slot::text(#default))
        }
        Passing::ByValue => checked,
        _ => {
            quote!({ let __default: #ty = #checked; __flyte::ToOwned::to_owned(__default) })
        }
    }
}

fn input_descriptor(parameter: &Parameter) -> TokenStream {
    let (ident, docs, name) = (&parameter.ident, &parameter.docs, parameter.name());
    let default = match &parameter.default {
        Some(_) => {
            quote!(__flyte::Option::Some(__flyte::slot::default::<__inputs::#ident>))
        }
        None => quote!(__flyte::Option::None),
    };
    quote!(__flyte::InputDescriptor { name: #name, description: #docs, info: __flyte::slot::info::<__inputs::#ident>(), default: #default })
}

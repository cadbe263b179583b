//! `#[derive(FlyteType)]` and `#[derive(FlyteOutputs)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::{
    diag::Diag,
    model::{Field, Struct},
};

/// Expands `#[derive(FlyteType)]`.
pub(crate) fn flyte_type(item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let Some(Struct {
        ident,
        vis,
        fields,
        krate,
    }) = Struct::parse("#[derive(FlyteType)]", item, &mut diag)
    else {
        return diag.finish();
    };
    let name = ident.to_string();
    let stored: Vec<(&Field, &String)> = fields
        .iter()
        .filter_map(|field| Some((field, field.stored_as.as_ref()?)))
        .collect();
    let slots = slots(stored.iter().map(|(field, _)| *field));
    let types = stored.iter().map(|(field, name)| {
        let field = &field.ident;
        quote!(__flyte::StructField { name: __flyte::String::from(#name), literal_type: __flyte::slot::literal_type::<__slots::#field>() })
    });
    let members = stored.iter().map(|(field, _)| {
        let (ident, ty, docs) = (&field.ident, &field.ty, &field.docs);
        quote!(#[doc = #docs] pub #ident: __flyte::Promise<#ty>)
    });
    let parts = stored.iter().map(|(field, name)| {
        let ident = &field.ident;
        quote! {
            #ident: __promise.project(__flyte::PathStep::Field(#name), |__value, _| {
                match __value.downcast_ref::<Self>() {
                    __flyte::Option::Some(__struct) => __flyte::Result::Ok(__flyte::slot::cloned::<__slots::#ident>(&__struct.#ident)),
                    __flyte::Option::None => __flyte::Result::Err(__flyte::wrong_struct(#name)),
                }
            })
        }
    });
    let errors = diag.finish();
    quote! {
        const _: () = {
            use #krate::__private as __flyte;

            #slots

            #[automatically_derived]
            impl __flyte::DerivedStruct for #ident {}

            #[automatically_derived]
            impl __flyte::FlyteType for #ident {
                fn literal_type() -> __flyte::LiteralType {
                    __flyte::LiteralType::Struct(__flyte::StructType {
                        name: __flyte::String::from(#name),
                        fields: __flyte::vec![#(#types),*],
                    })
                }

                fn to_literal(&self) -> __flyte::Result<__flyte::Literal, __flyte::TypeError> {
                    __flyte::struct_to_literal(self, #name)
                }

                fn from_literal(__literal: __flyte::Literal) -> __flyte::Result<Self, __flyte::TypeError> {
                    __flyte::struct_from_literal(__literal, #name)
                }
            }

            #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
            #[allow(missing_docs, dead_code)]
            #vis struct __Fields {
                #(#members,)*
            }

            #[automatically_derived]
            impl __flyte::FlyteFields for #ident {
                type Fields = __Fields;

                fn fields(__promise: __flyte::Promise<Self>) -> __Fields {
                    __Fields { #(#parts),* }
                }
            }
        };
        #errors
    }
}

/// Expands `#[derive(FlyteOutputs)]`.
pub(crate) fn flyte_outputs(item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let Some(Struct {
        ident,
        vis,
        fields,
        krate,
    }) = Struct::parse("#[derive(FlyteOutputs)]", item, &mut diag)
    else {
        return diag.finish();
    };
    if fields.is_empty() {
        diag.push_spanned(&ident, "`#[derive(FlyteOutputs)]` names outputs, and this struct has none: return nothing instead");
    }
    let names: Vec<String> = fields.iter().map(Field::name).collect();
    let docs: Vec<&String> = fields.iter().map(|field| &field.docs).collect();
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let slots = slots(fields.iter());
    let indices: Vec<u32> = (0..fields.len() as u32).collect();
    let errors = diag.finish();
    quote! {
        const _: () = {
            use #krate::__private as __flyte;

            #slots

            #[automatically_derived]
            impl __flyte::TaskOutputs for #ident {
                type Promises = __Promises;

                fn variables() -> __flyte::Vec<__flyte::OutputVariable> {
                    __flyte::vec![#(__flyte::OutputVariable { name: #names, info: __flyte::slot::info::<__slots::#idents>(), description: #docs }),*]
                }

                fn promises(__node: __flyte::NodeRef) -> __Promises {
                    __Promises { #(#idents: __flyte::Promise::__of(__node, #indices)),* }
                }

                fn into_values(self, __values: &mut __flyte::Vec<__flyte::Value>) {
                    #(__values.push(__flyte::slot::value::<__slots::#idents>(self.#idents));)*
                }

                fn from_values(__values: __flyte::Vec<__flyte::Value>) -> __flyte::Option<Self> {
                    let mut __values = __flyte::IntoIterator::into_iter(__values);
                    __flyte::Option::Some(Self { #(#idents: __flyte::slot::next::<__slots::#idents>(&mut __values)?),* })
                }
            }

            #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
            #[allow(missing_docs, dead_code)]
            #vis struct __Promises {
                #(#[doc = #docs] pub #idents: __flyte::Promise<#types>,)*
            }

            #[automatically_derived]
            impl __flyte::NodeOutputs for __Promises {
                fn for_each_node(&self, __each: &mut dyn ::core::ops::FnMut(__flyte::NodeRef)) {
                    #(__flyte::NodeOutputs::for_each_node(&self.#idents, __each);)*
                }
            }

            #[automatically_derived]
            impl __flyte::BranchValue for __Promises {
                type Outputs = Self;

                fn __bind(self, __sources: &mut __flyte::Sources) {
                    #(__flyte::slot::source::<__slots::#idents>(__sources, self.#idents);)*
                }
            }

            #[automatically_derived]
            impl __flyte::BranchOutputs for __Promises {
                fn __promises(__node: __flyte::NodeRef, __next: &mut u32) -> Self {
                    __Promises { #(#idents: __flyte::BranchOutputs::__promises(__node, __next)),* }
                }
            }

            #[automatically_derived]
            impl __flyte::IntoOutputs<#ident> for __Promises {
                fn bind_outputs(self, __outputs: &mut __flyte::BindOutputs) {
                    #(__outputs.bind::<#types>(self.#idents);)*
                }
            }

            #[automatically_derived]
            impl __flyte::IntoOutputs<#ident> for __flyte::NamedOutputs<#ident> {
                fn bind_outputs(self, __outputs: &mut __flyte::BindOutputs) {
                    self.bind_fields(__outputs);
                }
            }
        };
        #errors
    }
}

/// A type for each field, and what it holds.
fn slots<'a>(fields: impl Iterator<Item = &'a Field> + Clone) -> TokenStream {
    let names = fields.clone().map(|field| &field.ident);
    let slots = fields.map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        let ty = quote_spanned!(ty.span()=> type Type = #ty;);
        quote!(impl __flyte::slot::Slot for __slots::#ident { #ty })
    });
    quote! {
        #[allow(non_camel_case_types)]
        mod __slots {
            #(pub(super) struct #names;)*
        }

        #(#slots)*
    }
}

//! `#[derive(FlyteType)]` and `#[derive(FlyteOutputs)]`.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Ident, Type, spanned::Spanned};

use crate::{
    diag::Diag,
    editor,
    expand::derive_enum,
    model::{Field, Stored, Struct},
};

/// Expands `#[derive(FlyteType)]`.
pub(crate) fn flyte_type(item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => {
            diag.push_error(error);
            return diag.finish();
        }
    };
    if matches!(input.data, Data::Enum(_)) {
        let expanded = derive_enum::flyte_type(input, &mut diag);
        let errors = diag.finish();
        return quote!(#expanded #errors);
    }
    if refuse_both("FlyteType", "FlyteOutputs", &input.ident, &mut diag) {
        return diag.finish();
    }
    let Some(Struct {
        ident,
        vis,
        fields,
        krate,
        name,
        deny_unknown,
    }) = Struct::parse("#[derive(FlyteType)]", input, true, &mut diag)
    else {
        return diag.finish();
    };
    let stored: Vec<(&Field, &String)> = fields
        .iter()
        .filter_map(|field| Some((field, &field.stored.as_ref()?.name)))
        .collect();
    let slots = slots(stored.iter().map(|(field, _)| *field));
    let types = stored.iter().map(|(field, name)| {
        let ident = &field.ident;
        let aliases = field.stored.iter().flat_map(|stored| &stored.aliases);
        let aliases: Vec<_> = aliases.collect();
        let with_aliases = (!aliases.is_empty()).then(|| quote!(.with_aliases(&[#(#aliases),*])));
        match &field.default {
            Some(default) => {
                quote!(__flyte::slot::struct_field_or::<__slots::#ident>(#name, || #default)#with_aliases)
            }
            None => quote!(__flyte::slot::struct_field::<__slots::#ident>(#name)#with_aliases),
        }
    });
    let writes = stored.iter().map(|(field, name)| {
        let ident = &field.ident;
        quote!(__flyte::slot::write_field::<__slots::#ident>(&__struct.#ident, #name, __writer)?;)
    });
    let reads = fields.iter().map(|field| {
        let Field { ident, default, stored, .. } = field;
        match (stored, default) {
            (Some(Stored { name, aliases }), Some(default)) => {
                quote!(#ident: __flyte::slot::read_field_or::<__slots::#ident>(&mut __reader, &[#name, #(#aliases),*], || #default)?)
            }
            (Some(Stored { name, aliases }), None) => {
                quote!(#ident: __flyte::slot::read_field::<__slots::#ident>(&mut __reader, &[#name, #(#aliases),*])?)
            }
            (None, default) => quote!(#ident: #default),
        }
    });
    let names = stored.iter().map(|(_, name)| *name);
    let deny_unknown = deny_unknown.then(|| quote!(__reader.deny_unknown(&[#(#names),*])?;));
    let length = stored.len();
    let members = stored.iter().map(|(field, _)| {
        let (ident, ty, docs) = (&field.ident, &field.ty, &field.docs);
        quote!(#[doc = #docs] pub #ident: __flyte::Promise<#ty>)
    });
    let parts = stored.iter().map(|(field, name)| {
        let ident = &field.ident;
        quote! {
            #ident: __flyte::slot::part::<__slots::#ident, _>(__promise, __flyte::PathStep::Field(#name), |__value, _| {
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

            fn __write(__struct: &#ident, __writer: &mut __flyte::MsgpackWriter) -> __flyte::Result<(), __flyte::TypeError> {
                __writer.map(#length);
                #(#writes)*
                __flyte::Result::Ok(())
            }

            #[automatically_derived]
            impl __flyte::FlyteType for #ident {
                fn literal_type() -> __flyte::LiteralType {
                    __flyte::struct_type::<Self>(#name, || __flyte::vec![#(#types),*])
                }

                fn to_literal(&self) -> __flyte::Result<__flyte::Literal, __flyte::TypeError> {
                    __flyte::struct_to_literal(|__writer| __write(self, __writer))
                }

                fn write_msgpack(&self, __writer: &mut __flyte::MsgpackWriter) -> __flyte::Result<(), __flyte::TypeError> {
                    __write(self, __writer)
                }

                fn from_literal(__literal: __flyte::Literal) -> __flyte::Result<Self, __flyte::TypeError> {
                    #[allow(unused_mut)]
                    let mut __reader = __flyte::StructReader::new(__literal, #name)?;
                    let __struct = Self { #(#reads),* };
                    #deny_unknown
                    __flyte::Result::Ok(__struct)
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
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => {
            diag.push_error(error);
            return diag.finish();
        }
    };
    if refuse_both("FlyteOutputs", "FlyteType", &input.ident, &mut diag) {
        return diag.finish();
    }
    let Some(Struct {
        ident,
        vis,
        fields,
        krate,
        ..
    }) = Struct::parse("#[derive(FlyteOutputs)]", input, false, &mut diag)
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
                    __flyte::vec![#(__flyte::OutputVariable::new(#names, __flyte::slot::info::<__slots::#idents>(), #docs)),*]
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
            impl __flyte::fields::HasFields for __Promises {
                type Fields = Self;

                fn __fields(&self) -> &Self {
                    self
                }
            }

            #[automatically_derived]
            impl<__P> __flyte::fields::TakenApart<__P> for __Promises
            where
                #ident: __flyte::fields::TakenByPosition<__P>,
            {
                fn outputs(self) -> __P {
                    ::core::unreachable!("outputs with names are not taken apart by position")
                }
            }

            #[automatically_derived]
            impl<__T> __flyte::IntoBinding<__T> for __Promises
            where
                __T: __flyte::fields::PassedOnWhole<#ident>,
            {
                fn into_binding(self) -> __flyte::BindingData {
                    ::core::unreachable!("outputs are passed on one by one")
                }
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

/// The structs with one of the derives, in this run of the compiler: the derive, and the struct by its name and place.
static DERIVED: Mutex<BTreeSet<(&str, String)>> = Mutex::new(BTreeSet::new());

/// Refuses the second of the two derives on one struct. A derive does not see the others, but is expanded in the same
/// run of the compiler, and gets the name with the same place.
fn refuse_both(derive: &'static str, other: &'static str, ident: &Ident, diag: &mut Diag) -> bool {
    // An editor expands a derive again after the other one was removed.
    if !proc_macro::is_available() || editor::asks() {
        return false;
    }
    let place = format!("{ident} {:?}", ident.span());
    // The set is consistent between any two of its operations.
    let mut derived = DERIVED.lock().unwrap_or_else(PoisonError::into_inner);
    let is_second = derived.contains(&(other, place.clone()));
    derived.insert((derive, place));
    if is_second {
        diag.push_spanned(
            ident,
            format!("`{ident}` derives both `FlyteType` and `FlyteOutputs`: keep `FlyteOutputs` for a struct whose fields are the outputs of a task, or `FlyteType` for a struct that is one value"),
        );
    }
    is_second
}

fn slots<'a>(fields: impl Iterator<Item = &'a Field> + Clone) -> TokenStream {
    slots_of(fields.map(|field| (&field.ident, &field.ty)))
}

/// A type for each position, and what it holds.
pub(super) fn slots_of<'a>(
    places: impl Iterator<Item = (&'a Ident, &'a Type)> + Clone,
) -> TokenStream {
    let names = places.clone().map(|(ident, _)| ident);
    let slots = places.map(|(ident, ty)| {
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

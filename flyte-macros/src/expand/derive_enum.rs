//! `#[derive(FlyteType)]` on enums.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{DeriveInput, Ident, ext::IdentExt};

use super::derive::slots_of;
use crate::{
    diag::Diag,
    model::{Enum, StringVariant, TypeVariant, Variants},
};

/// Expands the derive.
pub(super) fn flyte_type(input: DeriveInput, diag: &mut Diag) -> TokenStream {
    let Some(Enum {
        ident,
        krate,
        variants,
    }) = Enum::parse(input, diag)
    else {
        return TokenStream::new();
    };
    let name = ident.unraw().to_string();
    let (slots, body, also) = match &variants {
        // Flyte compares strings, so conditions and `match` can compare promises of it.
        Variants::Strings(variants) => {
            let compared = quote! {
                impl __flyte::StringEnum for #ident {}

                impl __flyte::Comparable for #ident {}

                impl __flyte::Matchable for #ident {
                    type Pattern = #ident;
                }
            };
            (TokenStream::new(), strings(&name, variants), compared)
        }
        Variants::Types(variants) => {
            let places = variants.iter();
            let places = places.filter_map(|variant| Some((&variant.ident, variant.ty.as_ref()?)));
            (
                slots_of(places),
                types(&name, variants),
                casts(&ident, variants),
            )
        }
    };
    quote! {
        const _: () = {
            use #krate::__private as __flyte;

            #slots

            #[automatically_derived]
            impl __flyte::FlyteType for #ident {
                #body
            }

            #also
        };
    }
}

fn strings(name: &str, variants: &[StringVariant]) -> TokenStream {
    let values = variants.iter().map(|variant| &variant.value);
    let aliases = variants.iter().flat_map(|variant| {
        let value = &variant.value;
        variant
            .aliases
            .iter()
            .map(move |alias| quote!((#alias, #value)))
    });
    let aliases: Vec<_> = aliases.collect();
    let with_aliases = (!aliases.is_empty()).then(|| quote!(.with_aliases(&[#(#aliases),*])));
    let writes = variants
        .iter()
        .map(|StringVariant { ident, value, .. }| quote!(Self::#ident => #value));
    let names = variants.iter().map(|variant| {
        let StringVariant {
            ident,
            value,
            aliases,
        } = variant;
        (ident, std::iter::once(value).chain(aliases))
    });
    let (read_values, read_variants): (Vec<_>, Vec<_>) = names
        .flat_map(|(ident, names)| names.map(move |name| (name, ident)))
        .unzip();
    // The last one is the wildcard, so that the match is exhaustive.
    let (last, others) = read_variants
        .split_last()
        .map_or((None, &[][..]), |(last, others)| (Some(last), others));
    let places = 0..others.len();
    quote! {
        fn literal_type() -> __flyte::LiteralType {
            __flyte::LiteralType::Enum(__flyte::EnumType::new([#(#values),*])#with_aliases)
        }

        fn to_literal(&self) -> __flyte::Result<__flyte::Literal, __flyte::TypeError> {
            __flyte::Result::Ok(__flyte::Literal::string(match self { #(#writes),* }))
        }

        fn from_literal(__literal: __flyte::Literal) -> __flyte::Result<Self, __flyte::TypeError> {
            __flyte::Result::Ok(match __flyte::enum_from_literal(__literal, #name, &[#(#read_values),*])? {
                #(#places => Self::#others,)*
                _ => Self::#last,
            })
        }
    }
}

fn types(name: &str, variants: &[TypeVariant]) -> TokenStream {
    let list = variants.iter().map(|TypeVariant { ident, ty }| {
        let name = ident.unraw().to_string();
        match ty {
            Some(_) => quote!(__flyte::slot::variant::<__slots::#ident>(#name)),
            None => quote!(__flyte::none_variant(#name)),
        }
    });
    let list = quote!(__flyte::vec![#(#list),*]);
    let (mut to_literal, mut write, mut from_literal) = (Vec::new(), Vec::new(), Vec::new());
    for (index, TypeVariant { ident, ty }) in variants.iter().enumerate() {
        // Exhaustive, because the positions of variants are.
        let place = match index + 1 == variants.len() {
            true => quote!(_),
            false => quote!(#index),
        };
        match ty {
            Some(_) => {
                to_literal.push(quote!(Self::#ident(__value) => (#index, __flyte::slot::to_literal::<__slots::#ident>(__value)?)));
                write.push(quote!(Self::#ident(__value) => (#index, __flyte::slot::msgpack::<__slots::#ident>(__value)?)));
                from_literal.push(quote!(#place => Self::#ident(__flyte::slot::from_literal::<__slots::#ident>(__value)?)));
            }
            None => {
                to_literal.push(quote!(Self::#ident => (#index, __flyte::Literal::NONE)));
                write.push(quote!(Self::#ident => (#index, __flyte::nil()?)));
                from_literal.push(quote!(#place => Self::#ident));
            }
        }
    }
    quote! {
        fn literal_type() -> __flyte::LiteralType {
            __flyte::union_type::<Self>(|| #list)
        }

        fn to_literal(&self) -> __flyte::Result<__flyte::Literal, __flyte::TypeError> {
            let (__place, __literal) = match self { #(#to_literal),* };
            __flyte::to_union(#name, &__flyte::union_variants::<Self>(|| #list), __place, __literal)
        }

        fn write_msgpack(&self, __writer: &mut __flyte::MsgpackWriter) -> __flyte::Result<(), __flyte::TypeError> {
            let (__place, __bytes) = match self { #(#write),* };
            __flyte::write_untagged(&__flyte::union_variants::<Self>(|| #list), __place, &__bytes, __writer)
        }

        fn from_literal(__literal: __flyte::Literal) -> __flyte::Result<Self, __flyte::TypeError> {
            let (__place, __value) = __flyte::from_union(#name, &__flyte::union_variants::<Self>(|| #list), __literal)?;
            __flyte::Result::Ok(match __place { #(#from_literal),* })
        }
    }
}

/// A promise of a variant's contents can be passed for the enum. If two variants hold the same type, it is ambiguous,
/// so neither can.
fn casts(ident: &Ident, variants: &[TypeVariant]) -> TokenStream {
    let texts: Vec<_> = variants
        .iter()
        .map(|variant| Some(variant.ty.as_ref()?.to_token_stream().to_string()))
        .collect();
    let told_apart = variants
        .iter()
        .zip(&texts)
        .filter(|(_, text)| {
            text.is_some() && texts.iter().filter(|other| other == text).count() == 1
        })
        .map(|(variant, _)| &variant.ident);
    let casts = told_apart.map(|variant| {
        let held = quote!(__flyte::Promise<<__slots::#variant as __flyte::slot::Slot>::Type>);
        quote! {
            impl __flyte::VariantOf<#ident> for __slots::#variant {
                fn variant(__value: Self::Type) -> #ident {
                    #ident::#variant(__value)
                }
            }

            impl __flyte::IntoBinding<#ident> for #held {
                fn into_binding(self) -> __flyte::BindingData {
                    __flyte::variant_binding::<__slots::#variant, #ident>(self)
                }
            }

            impl __flyte::IntoBinding<#ident> for &#held {
                fn into_binding(self) -> __flyte::BindingData {
                    __flyte::variant_binding::<__slots::#variant, #ident>(*self)
                }
            }
        }
    });
    quote!(#(#casts)*)
}

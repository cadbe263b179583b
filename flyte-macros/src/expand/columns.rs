//! `#[derive(DatasetColumns)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, spanned::Spanned};

use crate::{diag::Diag, model::Struct};

/// Expands `#[derive(DatasetColumns)]`.
pub(crate) fn dataset_columns(item: TokenStream) -> TokenStream {
    let mut diag = Diag::new();
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => {
            diag.push_error(error);
            return diag.finish();
        }
    };
    let Some(Struct {
        ident,
        fields,
        krate,
        ..
    }) = Struct::parse("#[derive(DatasetColumns)]", input, true, &mut diag)
    else {
        return diag.finish();
    };
    let columns = fields.iter().filter_map(|field| {
        let (ty, name) = (&field.ty, &field.stored.as_ref()?.name);
        Some(quote_spanned! {ty.span()=>
            <#ty as __flyte::ColumnType>::add_columns(#name, &mut __columns);
        })
    });
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    if columns.clone().next().is_none() {
        diag.push_spanned(
            &ident,
            "`#[derive(DatasetColumns)]` names columns, and this struct has none: for any columns use `AnyColumns`",
        );
    }
    let errors = diag.finish();
    quote! {
        const _: () = {
            use #krate::__private as __flyte;

            #[automatically_derived]
            impl __flyte::DatasetColumns for #ident {
                fn columns() -> __flyte::Vec<__flyte::DatasetColumn> {
                    let mut __columns = __flyte::Vec::new();
                    #(#columns)*
                    __columns
                }
            }

            #[automatically_derived]
            impl __flyte::ColumnType for #ident {
                fn add_columns(__name: &str, __columns: &mut __flyte::Vec<__flyte::DatasetColumn>) {
                    __flyte::add_nested::<Self>(__name, __columns);
                }
            }

            // The struct exists only for the names of its fields, so the compiler should not warn about unused ones.
            #[allow(dead_code)]
            fn __used(#ident { #(#idents),* }: #ident) -> #ident {
                #ident { #(#idents),* }
            }
        };
        #errors
    }
}

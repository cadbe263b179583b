//! Documentation and other attributes of items, parameters and fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use crate::{diag::Diag, externs};

/// The text of doc comments, without the space after `///`.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines
        .flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let lines: Vec<&str> = lines
        .iter()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// The runtime's path from `#[flyte(crate = path)]`, or the usual one.
pub(crate) fn flyte_crate(attrs: &[Attribute], diag: &mut Diag) -> TokenStream {
    let mut krate = externs::runtime();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("flyte")) {
        let result = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error(
                    "unknown option of `#[flyte(..)]`; the only one here is `crate = path`",
                ));
            }
            let path: syn::Path = meta.value()?.parse()?;
            if path.leading_colon.is_none()
                && path
                    .segments
                    .first()
                    .is_none_or(|first| first.ident != "crate")
            {
                let path = quote!(#path).to_string().replace(' ', "");
                return Err(meta.error(format!(
                    "`crate` needs an absolute path: write `crate = ::{path}`"
                )));
            }
            krate = quote!(#path);
            Ok(())
        });
        if let Err(error) = result {
            diag.push_error(error);
        }
    }
    krate
}

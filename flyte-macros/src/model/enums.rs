//! An enum: of strings, or of types.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Type, ext::IdentExt};

use super::{
    serde_attributes::{ContainerSerde, FieldSerde, Kind},
    structs::without_parameters,
};
use crate::diag::Diag;

/// A checked enum.
pub(crate) struct Enum {
    pub(crate) ident: Ident,
    pub(crate) krate: TokenStream,
    pub(crate) variants: Variants,
}

pub(crate) enum Variants {
    /// Variants without data: Python's `Enum` of strings.
    Strings(Vec<StringVariant>),
    /// Variants with data: Python's `Union`.
    Types(Vec<TypeVariant>),
}

pub(crate) struct StringVariant {
    pub(crate) ident: Ident,
    /// The string that represents it.
    pub(crate) value: String,
    /// Other strings that are read as this variant.
    pub(crate) aliases: Vec<String>,
}

pub(crate) struct TypeVariant {
    pub(crate) ident: Ident,
    /// The type of its contents; `None` for Python's `None`.
    pub(crate) ty: Option<Type>,
}

impl Enum {
    /// Reads the item of `#[derive(FlyteType)]`; `None` if no code can be generated for it.
    pub(crate) fn parse(input: DeriveInput, diag: &mut Diag) -> Option<Self> {
        let krate = super::flyte_crate(&input.attrs, diag);
        without_parameters("#[derive(FlyteType)]", &input, diag)?;
        let Data::Enum(data) = &input.data else {
            return None;
        };
        if data.variants.is_empty() {
            diag.push_spanned(
                &input.ident,
                "`#[derive(FlyteType)]` needs an enum with variants: one without has no values",
            );
            return None;
        }
        let variants = data.variants.iter();
        let unit = |variant: &syn::Variant| matches!(variant.fields, Fields::Unit);
        let variants = match variants.clone().all(unit) {
            true => Variants::Strings(strings(&input, variants, diag)),
            false => Variants::Types(types(&input, variants, diag)?),
        };
        Some(Self {
            ident: input.ident,
            krate,
            variants,
        })
    }
}

fn strings<'a>(
    input: &DeriveInput,
    variants: impl Iterator<Item = &'a syn::Variant>,
    diag: &mut Diag,
) -> Vec<StringVariant> {
    let mut values: HashMap<String, Ident> = HashMap::new();
    let container = ContainerSerde::read(&input.attrs, Kind::Strings, diag);
    let mut strings: Vec<StringVariant> = Vec::new();
    for variant in variants {
        let serde = FieldSerde::read_variant(&variant.attrs, Kind::Strings, diag);
        let given = given_value(&variant.attrs, diag);
        let name = variant.ident.unraw().to_string();
        if let (Some(given), Some(rename)) = (&given, &serde.rename)
            && given.value() != *rename
        {
            diag.push_spanned(given, format!("serde stores this variant as {rename:?}; write the same value, or remove one of the two"));
        }
        let value = match (&given, serde.rename) {
            (Some(given), _) => given.value(),
            (None, Some(rename)) => rename,
            (None, None) => container.rename_all.variant(&name),
        };
        if let Some(other) = values.get(&value) {
            let message = format!(
                "{value:?} already stands for `{other}`; every variant needs a value of its own",
            );
            match &given {
                Some(given) => diag.push_spanned(given, message),
                None => diag.push_spanned(&variant.ident, message),
            }
        }
        values
            .entry(value.clone())
            .or_insert_with(|| variant.ident.clone());
        strings.push(StringVariant {
            ident: variant.ident.clone(),
            value,
            aliases: serde.aliases,
        });
    }
    // After all values: an alias is read as its own variant even if a later variant is written so.
    for variant in &strings {
        for alias in &variant.aliases {
            match values.get(alias) {
                Some(other) if *other != variant.ident => diag.push_spanned(
                    &variant.ident,
                    format!("{alias:?} already stands for `{other}`, and is an alias here: a value is read as one variant"),
                ),
                _ => {
                    values.insert(alias.clone(), variant.ident.clone());
                }
            }
        }
    }
    strings
}

fn types<'a>(
    input: &DeriveInput,
    variants: impl Iterator<Item = &'a syn::Variant>,
    diag: &mut Diag,
) -> Option<Vec<TypeVariant>> {
    ContainerSerde::read(&input.attrs, Kind::Union, diag);
    let mut types: Vec<TypeVariant> = Vec::new();
    let mut complete = true;
    for variant in variants {
        FieldSerde::read_variant(&variant.attrs, Kind::Union, diag);
        if let Some(given) = given_value(&variant.attrs, diag) {
            diag.push_spanned(given, "a variant of an enum with data is known by its type, as in Python's `Union`; only enums without data have values");
        }
        for field in &variant.fields {
            FieldSerde::read_variant(&field.attrs, Kind::Union, diag);
        }
        let ident = variant.ident.clone();
        let ty = match &variant.fields {
            Fields::Unit => {
                if let Some(other) = types.iter().find(|other| other.ty.is_none()) {
                    diag.push_spanned(&ident, format!("`{}` is this union's `None` already; a second variant without data could not be told from it", other.ident));
                }
                None
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                fields.unnamed.first().map(|field| field.ty.clone())
            }
            fields => {
                diag.push_spanned(fields, format!("a variant holds one value, as in Python's `Union`: write `{ident}(Type)`, with a struct that derives `FlyteType` for several"));
                complete = false;
                continue;
            }
        };
        types.push(TypeVariant { ident, ty });
    }
    refuse_alike(&types, diag);
    complete.then_some(types)
}

/// Refuses two variants of the same type: a stored value contains only the name of its type.
fn refuse_alike(types: &[TypeVariant], diag: &mut Diag) {
    let held = types
        .iter()
        .filter_map(|variant| Some((variant, variant.ty.as_ref()?)));
    let mut seen: Vec<(String, &TypeVariant)> = Vec::new();
    for (variant, ty) in held {
        let stored = stored_as(ty.to_token_stream());
        let Some((_, other)) = seen.iter().find(|(other, _)| *other == stored) else {
            seen.push((stored, variant));
            continue;
        };
        let message = format!(
            "`{}` and `{}` both hold `{stored}` in Flyte, which stores the type of a value but not the variant, so a reader cannot tell \
             them apart; give each its own struct that derives `FlyteType`, with a field named after the variant",
            other.ident, variant.ident,
        );
        diag.push_spanned(ty, message);
    }
}

/// A type as written, with each scalar replaced by its Flyte form.
fn stored_as(tokens: TokenStream) -> String {
    let parts = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) => match ident.to_string().as_str() {
            "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => "i64".to_owned(),
            "f32" | "f64" => "f64".to_owned(),
            "char" | "String" => "String".to_owned(),
            other => other.to_owned(),
        },
        TokenTree::Group(group) => format!("({})", stored_as(group.stream())),
        other => other.to_string(),
    });
    parts.collect()
}

/// `#[flyte(value = "..")]`.
fn given_value(attrs: &[Attribute], diag: &mut Diag) -> Option<LitStr> {
    let mut value = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("flyte")) {
        let read = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("value") {
                return Err(meta.error(
                    "unknown option of `#[flyte(..)]`; the only one on a variant is `value = \"..\"`",
                ));
            }
            value = Some(meta.value()?.parse()?);
            Ok(())
        });
        if let Err(error) = read {
            diag.push_error(error);
        }
    }
    value
}

//! A struct with named fields.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, Type, Visibility, ext::IdentExt};

use super::{
    docs, flyte_crate,
    serde_attributes::{ContainerSerde, Fallback, FieldSerde, Kind},
};
use crate::diag::Diag;

/// One field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) docs: String,
    /// How it is stored; `None` for a skipped field.
    pub(crate) stored: Option<Stored>,
    /// Its value when it is not stored, of the field's type.
    pub(crate) default: Option<TokenStream>,
}

/// How a field is stored.
pub(crate) struct Stored {
    /// The name under which it is stored.
    pub(crate) name: String,
    /// Other names under which it is read.
    pub(crate) aliases: Vec<String>,
}

impl Field {
    /// The name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

/// A checked struct.
pub(crate) struct Struct {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) fields: Vec<Field>,
    pub(crate) krate: TokenStream,
    /// Its name in Flyte.
    pub(crate) name: String,
    /// Whether unknown fields are refused.
    pub(crate) deny_unknown: bool,
}

/// Refuses a field that is stored or read under another field's name.
fn names_once(fields: &[Field], diag: &mut Diag) {
    let mut taken: HashMap<&str, &Ident> = HashMap::new();
    let stored =
        || (fields.iter()).filter_map(|field| Some((&field.ident, field.stored.as_ref()?)));
    let names = stored().map(|(ident, stored)| (ident, &stored.name));
    let aliases =
        stored().flat_map(|(ident, stored)| stored.aliases.iter().map(move |a| (ident, a)));
    for (ident, name) in names.chain(aliases) {
        match taken.get(name.as_str()) {
            // An alias may repeat the field's own name.
            Some(other) if *other != ident => diag.push_spanned(
                ident,
                format!("{name:?} is the name of `{other}` in Flyte already; every field needs a name of its own"),
            ),
            _ => {
                taken.insert(name, ident);
            }
        }
    }
}

impl Struct {
    /// Reads the item of `#[derive(derive)]`; `None` for another kind of item. serde's attributes apply if the fields
    /// are `stored` in one value.
    pub(crate) fn parse(
        derive: &str,
        input: DeriveInput,
        stored: bool,
        diag: &mut Diag,
    ) -> Option<Self> {
        let krate = flyte_crate(&input.attrs, diag);
        without_parameters(derive, &input, diag)?;
        let fields = match &input.data {
            Data::Struct(data) => &data.fields,
            Data::Enum(data) => {
                diag.push_spanned(
                    data.enum_token,
                    format!("`{derive}` works on structs with named fields; an enum has none"),
                );
                return None;
            }
            Data::Union(data) => {
                diag.push_spanned(
                    data.union_token,
                    format!("`{derive}` works on structs with named fields; write `struct`"),
                );
                return None;
            }
        };
        let Fields::Named(fields) = fields else {
            diag.push_spanned(&input.ident, format!("`{derive}` needs names to store the fields under: write `struct {} {{ name: Type }}`", input.ident));
            return None;
        };
        let container = match stored {
            true => ContainerSerde::read(&input.attrs, Kind::Struct, diag),
            false => ContainerSerde::default(),
        };
        let fields = fields.named.iter().filter_map(|field| {
            let ident = field.ident.clone()?;
            let serde = match stored {
                true => FieldSerde::read(&field.attrs, diag),
                false => FieldSerde::default(),
            };
            let default = match (&serde.default, &container.default) {
                (Some(Fallback::Standard), _) => Some(quote!(::core::default::Default::default())),
                (Some(Fallback::Function(path)), _) => Some(quote!(#path())),
                (None, Some(Fallback::Standard)) => {
                    Some(quote!(<Self as ::core::default::Default>::default().#ident))
                }
                (None, Some(Fallback::Function(path))) => {
                    Some(quote!({ let __default: Self = #path(); __default.#ident }))
                }
                (None, None) if serde.skip => Some(quote!(::core::default::Default::default())),
                (None, None) => None,
            };
            let name = serde
                .rename
                .unwrap_or_else(|| container.rename_all.field(&ident.unraw().to_string()));
            let aliases = serde.aliases;
            Some(Field {
                docs: docs(&field.attrs),
                ty: field.ty.clone(),
                ident,
                stored: (!serde.skip).then_some(Stored { name, aliases }),
                default,
            })
        });
        let fields: Vec<Field> = fields.collect();
        names_once(&fields, diag);
        Some(Self {
            fields,
            name: container
                .rename
                .unwrap_or_else(|| input.ident.unraw().to_string()),
            ident: input.ident,
            vis: input.vis,
            krate,
            deny_unknown: container.deny_unknown,
        })
    }
}

/// Refuses a generic type, and returns `None` in that case.
pub(crate) fn without_parameters(derive: &str, input: &DeriveInput, diag: &mut Diag) -> Option<()> {
    if input.generics.params.is_empty() {
        return Some(());
    }
    diag.push_spanned(
        &input.generics.params,
        format!("`{derive}` needs a type without parameters, because an interface names one type"),
    );
    None
}

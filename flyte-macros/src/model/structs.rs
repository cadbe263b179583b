//! A struct with named fields.

use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Type, Visibility, ext::IdentExt};

use super::{docs, flyte_crate};
use crate::diag::Diag;

/// One field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) docs: String,
    /// The name serde stores it under; `None` for a field that serde skips.
    pub(crate) stored_as: Option<String>,
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
}

impl Struct {
    /// Reads the item of `#[derive(derive)]`; nothing comes back when it is of another kind.
    pub(crate) fn parse(derive: &str, item: TokenStream, diag: &mut Diag) -> Option<Self> {
        let input: DeriveInput = match syn::parse2(item) {
            Ok(input) => input,
            Err(error) => {
                diag.push_error(error);
                return None;
            }
        };
        let krate = flyte_crate(&input.attrs, diag);
        if !input.generics.params.is_empty() {
            diag.push_spanned(&input.generics.params, format!("`{derive}` needs a type without parameters, because an interface names one type"));
            return None;
        }
        let fields = match &input.data {
            Data::Struct(data) => &data.fields,
            Data::Enum(data) => {
                diag.push_spanned(
                    data.enum_token,
                    format!(
                        "`{derive}` works on structs with named fields; an enum is not supported"
                    ),
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
        let fields = fields.named.iter().filter_map(|field| {
            let ident = field.ident.clone()?;
            let stored_as = stored_as(&ident, &field.attrs);
            Some(Field {
                docs: docs(&field.attrs),
                ty: field.ty.clone(),
                ident,
                stored_as,
            })
        });
        Some(Self {
            ident: input.ident,
            vis: input.vis,
            fields: fields.collect(),
            krate,
        })
    }
}

/// What serde calls a field. Attributes that are wrong are serde's to report.
fn stored_as(ident: &Ident, attrs: &[Attribute]) -> Option<String> {
    let mut name = Some(ident.unraw().to_string());
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // Stops at the first part it cannot read; what came before has been taken.
        let _read = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("skip") {
                name = None;
            } else if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if let Ok(value) = meta.value() {
                value.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    name
}

//! The inputs of an entity in generated code.
//!
//! Up to sixteen inputs have a module of the runtime for their number, such as `of3`, whose functions take or give all
//! of them at once. Of more inputs, each is taken and given by itself.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::entity::by_itself;
use crate::model::{Parameter, Passing};

/// The largest number of inputs with a module of their own.
const MOST_AT_ONCE: usize = 16;

/// The inputs of the entity for which `type_name` stands. Names of the runtime begin with `__flyte`.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a> {
    pub(super) type_name: &'a Ident,
    pub(super) parameters: &'a [Parameter],
}

impl<'a> Inputs<'a> {
    /// The module for so many inputs. None is needed for no inputs.
    fn module(self) -> Option<Ident> {
        let count = self.parameters.len();
        (1..=MOST_AT_ONCE)
            .contains(&count)
            .then(|| format_ident!("of{count}"))
    }

    /// The type of a position, as an argument of a generic type.
    pub(super) fn position(self, index: usize) -> TokenStream {
        match self.module() {
            Some(module) => {
                let position = format_ident!("P{index}");
                quote!(__flyte::#module::#position)
            }
            None => quote!(__flyte::At<#index>),
        }
    }

    /// Each parameter, with its position.
    fn each(self) -> impl Iterator<Item = (TokenStream, &'a Parameter)> {
        let parameters = self.parameters.iter().enumerate();
        parameters.map(move |(index, parameter)| (self.position(index), parameter))
    }

    /// The fields of the type. The compiler lists them when a call by name misspells one.
    pub(super) fn fields(self, vis: &syn::Visibility, krate: &TokenStream) -> TokenStream {
        let type_name = self.type_name;
        let fields = self
            .parameters
            .iter()
            .enumerate()
            .map(|(index, Parameter { ident, .. })| {
                let input = match self.module() {
                    Some(module) => {
                        let name = format_ident!("I{index}");
                        quote!(__flyte::#module::#name<#type_name>)
                    }
                    None => {
                        let position = self.position(index);
                        quote!(__flyte::Input<#type_name, #position>)
                    }
                };
                let input = by_itself(input, krate);
                quote!(#vis #ident: #input,)
            });
        fields.collect()
    }

    /// The inputs as types that name them.
    pub(super) fn slots(self) -> TokenStream {
        if let Some(module) = self.module() {
            return quote!(__flyte::#module::Slots<Self>);
        }
        let slots = self
            .each()
            .map(|(position, _)| quote!(__flyte::Input<Self, #position>,));
        quote!((#(#slots)*))
    }

    /// The implementations that name the type of each input.
    pub(super) fn types(self) -> TokenStream {
        let type_name = self.type_name;
        let types = self.parameters.iter().enumerate().map(|(index, parameter)| {
            // An error in a type must point to where the user wrote it.
            let span = parameter.ty.span();
            let owned = match &parameter.passing {
                Passing::BorrowedSlice(element) => {
                    quote_spanned!(element.span()=> __flyte::Elements<#element>)
                }
                _ => parameter.owned.clone(),
            };
            match self.module() {
                Some(_) => {
                    let input = format_ident!("T{index}");
                    quote_spanned!(span=> type #input = #owned;)
                }
                None => {
                    let (position, owned) = (
                        self.position(index),
                        quote_spanned!(span=> type Type = #owned;),
                    );
                    quote!(impl __flyte::declare::InputSlot<#position> for #type_name { #owned })
                }
            }
        });
        match self.module() {
            Some(_) => {
                let inputs = format_ident!("Inputs{}", self.parameters.len());
                quote!(impl __flyte::#inputs for #type_name { #(#types)* })
            }
            None => types.collect(),
        }
    }

    /// The descriptions of the inputs, for a constant.
    pub(super) fn described(self) -> TokenStream {
        let is_named =
            |parameter: &Parameter| parameter.docs.is_empty() && parameter.default.is_none();
        if let Some(module) = self.module()
            && self.parameters.iter().all(is_named)
        {
            let names = self.parameters.iter().map(Parameter::name);
            return quote!(&__flyte::#module::named::<Self>([#(#names),*]));
        }
        let described = self.each().map(|(position, parameter)| {
            let (name, docs) = (parameter.name(), &parameter.docs);
            let described = match parameter.default {
                Some(_) => quote!(__flyte::defaulted::<Self, #position>(#name, #docs)),
                None => quote!(__flyte::input(#name, #docs)),
            };
            match self.module() {
                Some(_) => described,
                None => quote!(#described.at::<Self, #position>()),
            }
        });
        match self.module() {
            Some(module) => quote!(&__flyte::#module::inputs::<Self>([#(#described),*])),
            None => quote!(&[#(#described),*]),
        }
    }

    /// Statements that take the inputs from the engine, a borrowed one shared, into variables of these names.
    pub(super) fn taken(self, names: &[Ident], inputs: &TokenStream) -> TokenStream {
        let type_name = self.type_name;
        let Some(module) = self.module() else {
            let taken = self.each().zip(names).map(|((position, parameter), name)| {
                let take = match parameter.passing {
                    Passing::ByValue => quote!(take),
                    _ => quote!(share),
                };
                quote!(let #name = __flyte::declare::#take::<#type_name, #position>(#inputs)?;)
            });
            return taken.collect();
        };
        let is_moved = |parameter: &Parameter| matches!(parameter.passing, Passing::ByValue);
        if self.parameters.iter().all(is_moved) {
            return quote!(let (#(#names,)*) = __flyte::#module::moved::<#type_name>(#inputs)?;);
        }
        let passing = self
            .parameters
            .iter()
            .map(|parameter| match is_moved(parameter) {
                true => quote!(__flyte::Moved),
                false => quote!(__flyte::Shared),
            });
        quote! {
            let (#(#names,)*) = __flyte::#module::taken::<#type_name, #(#passing),*>(#inputs)?;
        }
    }

    /// Statements that name the promises of the inputs.
    pub(super) fn promises(self, body: &TokenStream) -> TokenStream {
        let type_name = self.type_name;
        let Some(module) = self.module() else {
            let promises = self.each().map(|(position, parameter)| {
                let (ident, mutability) = (&parameter.ident, &parameter.mutability);
                quote!(let #mutability #ident = __flyte::declare::promise::<#type_name, #position>(#body);)
            });
            return promises.collect();
        };
        let names = self.parameters.iter().map(|parameter| {
            let (ident, mutability) = (&parameter.ident, &parameter.mutability);
            quote!(#mutability #ident,)
        });
        quote!(let (#(#names)*) = __flyte::#module::promises::<#type_name>(#body);)
    }

    /// The values of a call whose arguments have the names of the parameters.
    pub(super) fn values(self) -> TokenStream {
        let idents = self.parameters.iter().map(|parameter| &parameter.ident);
        match self.module() {
            Some(module) => quote!(__flyte::#module::values::<Self>(#(#idents),*)),
            None => {
                let values = self.each().map(|(position, Parameter { ident, .. })| {
                    quote!(__flyte::declare::value::<Self, #position>(#ident))
                });
                quote!(__flyte::vec![#(#values),*])
            }
        }
    }

    /// Bounds for a call: the elements of borrowed slices are cloned. The declaration of an input checks its type, so a
    /// type that is not a Flyte type is one error, and this assumes the rest.
    pub(super) fn cloned(self) -> TokenStream {
        let bounds = self
            .parameters
            .iter()
            .filter_map(|parameter| match &parameter.passing {
                Passing::BorrowedSlice(element) if !is_clone(element) => {
                    Some(quote!(for<'__checked> #element: __flyte::Clone,))
                }
                _ => None,
            });
        bounds.collect()
    }

    /// The node of a call whose arguments have the names of the parameters.
    pub(super) fn node(self) -> TokenStream {
        let idents = self.parameters.iter().map(|parameter| &parameter.ident);
        match self.module() {
            Some(module) => quote!(__flyte::#module::node::<Self>(#(#idents),*)),
            None => quote!(__flyte::declare::node::<Self>([#(#idents.into_binding()),*])),
        }
    }
}

/// Whether every program can clone this type, so that nothing has to assume it.
fn is_clone(ty: &syn::Type) -> bool {
    const NAMES: [&str; 15] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32",
        "u64", "usize", "String",
    ];
    let ty = ty.to_token_stream().to_string();
    NAMES.contains(&ty.as_str())
}

/// Names for inputs that generated code takes from the engine.
pub(super) fn taken_names(parameters: &[Parameter], named: impl Fn(&str) -> Ident) -> Vec<Ident> {
    (0..parameters.len())
        .map(|index| named(&format!("__{index}")))
        .collect()
}

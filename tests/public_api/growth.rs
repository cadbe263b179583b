//! What may grow can grow without breaking programs: public structs whose fields are public, and public enums, are
//! `#[non_exhaustive]`, or on a list with the reason why they are not.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Fields, Item, visit::Visit};

use super::crates::{Crates, Declared, attributes, is_hidden, is_offered};

/// What is closed for good, and why.
const CLOSED: &[(&str, &str)] = &[
    ("flyte_core::BindingData", MESSAGE),
    ("flyte_core::BlobDimensionality", MESSAGE),
    ("flyte_core::BooleanExpression", MESSAGE),
    (
        "flyte_core::Bytes",
        "programs make it of bytes, and take these out of it",
    ),
    ("flyte_core::ComparisonOperator", MESSAGE),
    ("flyte_core::ConjunctionOperator", MESSAGE),
    (
        "flyte_core::Constant",
        "a value and its type, and nothing else, is a constant",
    ),
    ("flyte_core::LiteralType", MESSAGE),
    ("flyte_core::LiteralValue", MESSAGE),
    ("flyte_core::Operand", MESSAGE),
    ("flyte_core::PathStep", MESSAGE),
    (
        "flyte_core::Producer",
        "an output comes from a node or is an input of the graph",
    ),
];

const MESSAGE: &str = "a `oneof` or an enum of Flyte's protocol, which the engine, the checks and the serializer \
                       consider whole: a new variant that one of them forgets must not compile";

/// Associated types of traits of the standard library.
const OF_STD: [&str; 5] = ["Err", "Error", "Item", "Output", "Target"];

/// Whether programs rely on all fields or variants of an item.
fn is_closed(item: &Item) -> bool {
    let grows = |attributes: &[syn::Attribute]| {
        attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("non_exhaustive"))
    };
    match item {
        Item::Enum(item) => !grows(&item.attrs),
        Item::Struct(item) => {
            let open = matches!(item.fields, Fields::Named(_) | Fields::Unnamed(_))
                && !item.fields.is_empty()
                && item
                    .fields
                    .iter()
                    .all(|field| is_offered(&field.vis, &field.attrs));
            open && !grows(&item.attrs)
        }
        _ => false,
    }
}

/// The types that signatures of items name, and those that these name, and so on.
pub(crate) fn reached(
    crates: &Crates,
    items: &BTreeMap<Declared, String>,
) -> BTreeMap<Declared, String> {
    let impls = crates.impls();
    let mut all = items.clone();
    let mut waiting: Vec<_> = items.keys().cloned().collect();
    while let Some(at) = waiting.pop() {
        let mut paths = Paths::default();
        paths.visit(crates.item(&at));
        let mut found: BTreeSet<_> = paths
            .found
            .iter()
            .filter_map(|path| crates.meant(&at.module, path))
            .collect();
        let own = impls.iter().filter(|(_, _, of)| of.as_ref() == Some(&at));
        for (module, block, _) in own {
            let mut paths = Paths::default();
            paths.visit_block(block);
            found.extend(
                paths
                    .found
                    .iter()
                    .filter_map(|path| crates.meant(module, path)),
            );
        }
        for next in found {
            let item = crates.item(&next);
            let is_type = matches!(item, Item::Struct(_) | Item::Enum(_));
            if is_type && !is_hidden(attributes(item)) && !all.contains_key(&next) {
                let path = format!(
                    "{}::{} (of {})",
                    next.module.join("::"),
                    next.name,
                    all[&at]
                );
                all.insert(next.clone(), path);
                waiting.push(next);
            }
        }
    }
    all
}

/// The paths of types in what is public of an item.
#[derive(Default)]
struct Paths {
    found: Vec<syn::Path>,
}

impl Paths {
    fn visit(&mut self, item: &Item) {
        match item {
            Item::Struct(item) => {
                for field in &item.fields {
                    if is_offered(&field.vis, &field.attrs) {
                        self.visit_type(&field.ty);
                    }
                }
            }
            Item::Enum(item) => {
                for field in item.variants.iter().flat_map(|variant| &variant.fields) {
                    self.visit_type(&field.ty);
                }
            }
            Item::Fn(item) => self.visit_signature(&item.sig),
            Item::Type(item) => self.visit_type(&item.ty),
            Item::Trait(item) => {
                for inner in &item.items {
                    if let syn::TraitItem::Fn(method) = inner
                        && !is_hidden(&method.attrs)
                    {
                        self.visit_signature(&method.sig);
                    }
                }
            }
            _ => {}
        }
    }

    fn visit_block(&mut self, block: &syn::ItemImpl) {
        for inner in &block.items {
            match inner {
                syn::ImplItem::Fn(method) if is_offered(&method.vis, &method.attrs) => {
                    self.visit_signature(&method.sig);
                }
                // `type Err = ..` and the like, of traits that anybody can use.
                syn::ImplItem::Type(ty) if OF_STD.iter().any(|name| ty.ident == name) => {
                    self.visit_type(&ty.ty);
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.found.push(path.clone());
        syn::visit::visit_path(self, path);
    }
}

/// What is wrong: types that are closed without a reason, and reasons without a type.
pub(crate) fn mistakes(crates: &Crates, items: &BTreeMap<Declared, String>) -> Vec<String> {
    let reached = reached(crates, items);
    let closed: BTreeSet<_> = reached
        .iter()
        .filter(|(at, _)| is_closed(crates.item(at)))
        .map(|(at, path)| (format!("{}::{}", at.module[0], at.name), path))
        .collect();
    let known: BTreeSet<_> = CLOSED.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut mistakes: Vec<_> = closed
        .iter()
        .filter(|(name, _)| !known.contains(name))
        .map(|(name, path)| format!("`{name}` is not `#[non_exhaustive]`: {path}"))
        .collect();
    for name in &known {
        if !closed.iter().any(|(closed, _)| closed == name) {
            mistakes.push(format!("`{name}` is on the list and is not closed"));
        }
    }
    mistakes
}

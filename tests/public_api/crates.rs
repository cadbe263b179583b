//! The items of the product's crates, with what their macros make, and what a path in one of them stands for.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Attribute, ImplItem, Item, ItemImpl, ItemMacro, Meta, punctuated::Punctuated};

use super::{is_public, leaves_of, macros::Macro, parse};

/// A module of a crate: its path, which begins with the name of the crate, as `["flyte_core", "graph"]`.
pub(crate) type Place = Vec<String>;

#[derive(Default)]
pub(crate) struct Module {
    pub(crate) items: Vec<Item>,
    pub(crate) impls: Vec<ItemImpl>,
    /// What is imported under which name.
    uses: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

pub(crate) struct Crates {
    features: BTreeSet<String>,
    pub(crate) modules: BTreeMap<Place, Module>,
    /// By crate and name.
    macros: BTreeMap<(String, String), Vec<(Place, Macro)>>,
}

/// Where an item is declared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Declared {
    pub(crate) module: Place,
    pub(crate) name: String,
}

impl Crates {
    /// Reads the libraries of these names and directories, as they are with features.
    pub(crate) fn read(
        libraries: impl IntoIterator<Item = (String, PathBuf)>,
        features: BTreeSet<String>,
    ) -> Self {
        let mut crates = Self {
            features,
            modules: BTreeMap::new(),
            macros: BTreeMap::new(),
        };
        for (name, directory) in libraries {
            let file = directory.join("src/lib.rs");
            crates.module(vec![name], parse(&file), &file);
        }
        crates.expand();
        crates
    }

    fn module(&mut self, place: Place, items: Vec<Item>, file: &Path) {
        let mut module = Module::default();
        for item in items {
            if !self.is_built(attributes(&item)) {
                continue;
            }
            match item {
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let at = [&place[..], std::slice::from_ref(&name)].concat();
                    match &inner.content {
                        Some((_, items)) => self.module(at, items.clone(), file),
                        None => {
                            let file = file_of(&name, &inner.attrs, file);
                            self.module(at, parse(&file), &file);
                        }
                    }
                    module.items.push(Item::Mod(inner));
                }
                Item::Macro(item) if item.mac.path.is_ident("macro_rules") => {
                    let name = item.ident.as_ref().expect("a macro has a name").to_string();
                    let definition = Macro::parse(item.mac.tokens.clone());
                    let known = self.macros.entry((place[0].clone(), name)).or_default();
                    known.push((place.clone(), definition));
                    module.items.push(Item::Macro(item));
                }
                item => module.add(item),
            }
        }
        self.modules.insert(place, module);
    }

    /// Puts what macros make in the place of their calls.
    fn expand(&mut self) {
        let places: Vec<_> = self.modules.keys().cloned().collect();
        for place in places {
            let mut module = self.modules.remove(&place).expect("it is there");
            let mut waiting = std::mem::take(&mut module.items);
            waiting.reverse();
            while let Some(item) = waiting.pop() {
                let Item::Macro(call) = item else {
                    module.add(item);
                    continue;
                };
                match self.expanded(&place, &call) {
                    Some(tokens) => {
                        let file: syn::File = syn::parse2(tokens).expect("macros make items");
                        waiting.extend(file.items.into_iter().rev());
                    }
                    None => module.items.push(Item::Macro(call)),
                }
            }
            for item in &mut module.impls {
                self.expand_in(&place, item);
            }
            self.modules.insert(place, module);
        }
    }

    fn expand_in(&self, place: &Place, item: &mut ItemImpl) {
        let mut all = Vec::new();
        for inner in std::mem::take(&mut item.items) {
            let tokens = match &inner {
                ImplItem::Macro(call) => self.call(place, &call.mac),
                _ => None,
            };
            match tokens {
                Some(tokens) => {
                    let block: ItemImpl = syn::parse2(quote::quote!(impl Here { #tokens }))
                        .expect("macros make methods");
                    all.extend(block.items);
                }
                None => all.push(inner),
            }
        }
        item.items = all;
    }

    fn expanded(&self, place: &Place, item: &ItemMacro) -> Option<TokenStream> {
        if item.ident.is_some() {
            return None;
        }
        self.call(place, &item.mac)
    }

    fn call(&self, place: &Place, call: &syn::Macro) -> Option<TokenStream> {
        let name = call.path.segments.last()?.ident.to_string();
        let known = self.macros.get(&(place[0].clone(), name.clone()))?;
        // Of two of one name that of the module, or of one around it.
        let (_, definition) = known
            .iter()
            .max_by_key(|(at, _)| place.starts_with(at).then_some(at.len()))?;
        let expanded = definition.expand(&call.tokens);
        Some(expanded.unwrap_or_else(|| panic!("`{name}!` in {place:?} has no arm that matches")))
    }

    /// Whether something is built on this system, with the features, and not for tests.
    pub(crate) fn is_built(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().all(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg") => {
                let condition = list.parse_args().expect("a condition");
                self.holds(&condition)
            }
            _ => true,
        })
    }

    fn holds(&self, condition: &Meta) -> bool {
        match condition {
            Meta::Path(path) => path.is_ident("unix"),
            Meta::NameValue(pair) => {
                let value = pair.value.to_token_stream().to_string();
                pair.path.is_ident("feature") && self.features.contains(value.trim_matches('"'))
            }
            Meta::List(list) => {
                let inner = list
                    .parse_args_with(Punctuated::<Meta, syn::Token![,]>::parse_terminated)
                    .expect("conditions");
                let mut inner = inner.iter();
                match () {
                    () if list.path.is_ident("not") => !inner.all(|one| self.holds(one)),
                    () if list.path.is_ident("any") => inner.any(|one| self.holds(one)),
                    () => inner.all(|one| self.holds(one)),
                }
            }
        }
    }

    /// The declaration that a path stands for, whose first part is the name of a crate.
    pub(crate) fn find(&self, path: &[String]) -> Option<Declared> {
        self.find_below(path, 0)
    }

    fn find_below(&self, path: &[String], depth: usize) -> Option<Declared> {
        let (name, module) = path.split_last()?;
        // A path through itself, as of a name that is imported from where it is imported to.
        if depth > 20 {
            return None;
        }
        let module = self.module_of(module, depth)?;
        let here = &self.modules[&module];
        if here
            .items
            .iter()
            .any(|item| ident(item) == Some(name.clone()))
        {
            return Some(Declared {
                module,
                name: name.clone(),
            });
        }
        if let Some(target) = here.uses.get(name) {
            return self.find_below(&self.absolute(&module, target, depth)?, depth + 1);
        }
        here.globs.iter().find_map(|glob| {
            let mut path = self.absolute(&module, glob, depth)?;
            path.push(name.clone());
            self.find_below(&path, depth + 1)
        })
    }

    /// The module that a path stands for, which may lead through imported names.
    fn module_of(&self, path: &[String], depth: usize) -> Option<Place> {
        if self.modules.contains_key(path) {
            return Some(path.to_vec());
        }
        if depth > 20 {
            return None;
        }
        let (name, around) = path.split_last()?;
        let around = self.module_of(around, depth + 1)?;
        let target = self.modules[&around].uses.get(name)?;
        let target = self.absolute(&around, target, depth)?;
        self.module_of(&target, depth + 1)
    }

    /// A path that stands in a module, from the crate on.
    fn absolute(&self, module: &Place, path: &[String], depth: usize) -> Option<Vec<String>> {
        let mut module = module.clone();
        let mut path = path;
        match path.first().map(String::as_str) {
            Some("crate") => {
                module.truncate(1);
                path = &path[1..];
            }
            Some("self") => path = &path[1..],
            Some("super") => {
                while path.first().is_some_and(|part| part == "super") {
                    module.pop();
                    path = &path[1..];
                }
            }
            Some(first) => {
                let first = first.to_owned();
                let here = &self.modules[&module];
                let is_here = here
                    .items
                    .iter()
                    .any(|item| ident(item) == Some(first.clone()))
                    || here.uses.contains_key(&first);
                if !is_here && self.modules.contains_key(std::slice::from_ref(&first)) {
                    return Some(path.to_vec());
                }
                if !is_here {
                    return None;
                }
                if depth > 20 {
                    return None;
                }
            }
            None => {}
        }
        Some([&module[..], path].concat())
    }

    /// The declaration that a path means which stands in the code of a module.
    pub(crate) fn meant(&self, module: &Place, path: &syn::Path) -> Option<Declared> {
        let parts: Vec<_> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        // As an import of this module would be found.
        let first = parts.first()?;
        let here = self.modules.get(module)?;
        if !matches!(first.as_str(), "crate" | "self" | "super")
            && parts.len() == 1
            && !here
                .items
                .iter()
                .any(|item| ident(item).as_ref() == Some(first))
        {
            let path = [&module[..], &parts].concat();
            return self.find(&path);
        }
        self.find(&self.absolute(module, &parts, 0)?)
    }

    pub(crate) fn item(&self, at: &Declared) -> &Item {
        let items = self.modules[&at.module].items.iter();
        let mut named = items.filter(|item| ident(item).as_ref() == Some(&at.name));
        // A macro and a module, or a function and a type, may have one name.
        let first = named.next().expect("it was found");
        match first {
            Item::Mod(_) => named.next().unwrap_or(first),
            _ => first,
        }
    }

    /// All implementations, each with the module in which it stands, and what it is of if that is a type of the product.
    pub(crate) fn impls(&self) -> Vec<(&Place, &ItemImpl, Option<Declared>)> {
        let modules = self.modules.iter();
        let all =
            modules.flat_map(|(place, module)| module.impls.iter().map(move |item| (place, item)));
        all.map(|(place, item)| {
            let of = match &*item.self_ty {
                syn::Type::Path(path) => self.meant(place, &path.path),
                _ => None,
            };
            (place, item, of)
        })
        .collect()
    }
}

impl Module {
    fn add(&mut self, item: Item) {
        match item {
            Item::Impl(item) => self.impls.push(item),
            Item::Use(item) => {
                let mut leaves = Vec::new();
                leaves_of(&item.tree, &mut Vec::new(), &mut leaves);
                for (target, name) in leaves {
                    match name {
                        Some(name) => drop(self.uses.insert(name, target)),
                        None => self.globs.push(target),
                    }
                }
            }
            item => self.items.push(item),
        }
    }
}

/// The file of a module that is declared in another.
fn file_of(name: &str, attributes: &[Attribute], file: &Path) -> PathBuf {
    let path = attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => {
                Some(pair.value.to_token_stream().to_string())
            }
            _ => None,
        });
    let directory = file.parent().expect("a file is in a directory");
    if let Some(path) = path {
        return directory.join(path.trim_matches('"'));
    }
    let stem = file.file_stem().expect("a file has a name");
    let is_root = ["mod", "lib", "main"].iter().any(|root| stem == *root);
    let directory = if is_root {
        directory.to_owned()
    } else {
        directory.join(stem)
    };
    let beside = directory.join(format!("{name}.rs"));
    if beside.exists() {
        beside
    } else {
        directory.join(name).join("mod.rs")
    }
}

/// The name of an item that can be public.
fn ident(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether a field, a method or an item can be used by others than its crate.
pub(crate) fn is_offered(visibility: &syn::Visibility, attributes: &[Attribute]) -> bool {
    is_public(visibility) && !is_hidden(attributes)
}

pub(crate) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    })
}

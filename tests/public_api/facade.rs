//! The names of the façade, which consists of re-exports, and what each stands for.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use syn::{Attribute, Item, ItemUse, Meta};

use super::{has, is_public, leaves_of, parse, read, repository};

/// The features that `flyte-runtime` has by default.
pub(crate) fn default_features() -> BTreeSet<String> {
    let manifest = read(&repository().join("flyte-runtime/Cargo.toml"));
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix("default = ["))
        .expect("the manifest has default features");
    let names = line.split('"').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

/// A name in a module of the façade, and what it stands for: a path in another crate or in the façade itself.
pub(crate) struct Export {
    path: Vec<String>,
    target: Vec<String>,
}

pub(crate) struct Facade {
    features: BTreeSet<String>,
    exports: Vec<Export>,
    pub(crate) globs: Vec<String>,
}

impl Facade {
    pub(crate) fn read() -> Self {
        let mut facade = Self {
            features: default_features(),
            exports: Vec::new(),
            globs: Vec::new(),
        };
        let file = repository().join("flyte-runtime/src/lib.rs");
        facade.module(&[], &parse(&file), &file, true);
        facade
    }

    fn module(&mut self, path: &[String], items: &[Item], file: &Path, public: bool) {
        for item in items {
            match item {
                Item::Use(item) if public && is_public(&item.vis) && self.is_seen(&item.attrs) => {
                    self.uses(path, item);
                }
                Item::Mod(module) if self.is_seen(&module.attrs) => {
                    let name = module.ident.to_string();
                    let inner = [path, std::slice::from_ref(&name)].concat();
                    let is_public = public && is_public(&module.vis);
                    if is_public {
                        self.export(&inner, inner.clone());
                    }
                    match &module.content {
                        Some((_, items)) => self.module(&inner, items, file, is_public),
                        None => {
                            let beside = file.with_file_name(format!("{name}.rs"));
                            let below = file.with_file_name(format!("{name}/mod.rs"));
                            let file = if beside.exists() { beside } else { below };
                            self.module(&inner, &parse(&file), &file, is_public);
                        }
                    }
                }
                // Those with `#[macro_export]` are at the root, wherever they stand.
                Item::Macro(item) if has(&item.attrs, "macro_export") => {
                    let name = item.ident.as_ref().expect("a macro has a name").to_string();
                    self.export(std::slice::from_ref(&name), vec![name.clone()]);
                }
                _ => {}
            }
        }
    }

    fn export(&mut self, path: &[String], target: Vec<String>) {
        let path = path.to_vec();
        self.exports.push(Export { path, target });
    }

    fn uses(&mut self, module: &[String], item: &ItemUse) {
        let mut leaves = Vec::new();
        leaves_of(&item.tree, &mut Vec::new(), &mut leaves);
        for (mut target, name) in leaves {
            match target.first().map(String::as_str) {
                Some("crate") => {
                    target.remove(0);
                }
                // Names of the standard library are not the façade's.
                Some("std") => continue,
                Some(first) if !first.starts_with("flyte_") => {
                    target = [module, &target[..]].concat();
                }
                _ => {}
            }
            match name {
                Some(name) if name != "_" => {
                    self.export(&[module, &[name]].concat(), target);
                }
                Some(_) => {}
                None => self.globs.push(target.join("::")),
            }
        }
    }

    fn is_seen(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().all(|attribute| {
            let Meta::List(list) = &attribute.meta else {
                return true;
            };
            let tokens = list.tokens.to_string();
            match () {
                () if list.path.is_ident("doc") => tokens != "hidden",
                () if list.path.is_ident("cfg") => {
                    let name = tokens
                        .strip_prefix("feature = \"")
                        .and_then(|rest| rest.strip_suffix('"'));
                    name.is_some_and(|name| self.features.contains(name))
                }
                () => true,
            }
        })
    }

    /// Each item with all the paths that it has.
    pub(crate) fn items(&self) -> BTreeMap<String, BTreeSet<String>> {
        let targets: BTreeMap<_, _> = self
            .exports
            .iter()
            .map(|export| (export.path.join("::"), export.target.join("::")))
            .collect();
        let mut items: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for export in &self.exports {
            let mut origin = export.target.join("::");
            while let Some(next) = targets.get(&origin).filter(|next| **next != origin) {
                origin.clone_from(next);
            }
            items
                .entry(origin)
                .or_default()
                .insert(export.path.join("::"));
        }
        items
    }
}

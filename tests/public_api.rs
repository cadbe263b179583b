//! What programs can name in `flyte_runtime` with its default features, compared with `public_api.txt`.
//!
//! The list is made from the façade's sources, which consist of re-exports. Each item is listed once, by its shortest
//! path; `#[doc(hidden)]` items and what is behind other features are left out.
//! `UPDATE_EXPECT=1 cargo test -p flyte-tests --test public_api` writes the file again.

#![allow(missing_docs, reason = "a test has no users and shows what failed")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use syn::{Attribute, Item, ItemUse, Meta, UseTree, Visibility};

/// How many items there may be, modules among them and those of `compat` not.
const MOST: usize = 200;

const HEADING: &str = "\
# What programs can name in `flyte_runtime` with its default features, each item by its shortest path.
# `UPDATE_EXPECT=1 cargo test -p flyte-tests --test public_api` writes this file.
";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The features that `flyte-runtime` has by default.
fn default_features() -> BTreeSet<String> {
    let manifest = read(&repository().join("flyte-runtime/Cargo.toml"));
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix("default = ["))
        .expect("the manifest has default features");
    let names = line.split('"').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

/// A name in a module of the façade, and what it stands for: a path in another crate or in the façade itself.
struct Export {
    path: Vec<String>,
    target: Vec<String>,
}

struct Facade {
    features: BTreeSet<String>,
    exports: Vec<Export>,
    globs: Vec<String>,
}

impl Facade {
    fn read() -> Self {
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
    fn items(&self) -> BTreeMap<String, BTreeSet<String>> {
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

fn parse(file: &Path) -> Vec<Item> {
    syn::parse_file(&read(file))
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        .items
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident(name))
}

/// The paths of a use tree, each with the name that it gets; a glob has none.
fn leaves_of(
    tree: &UseTree,
    prefix: &mut Vec<String>,
    leaves: &mut Vec<(Vec<String>, Option<String>)>,
) {
    let mut leaf = |ident: &syn::Ident, name: &syn::Ident| {
        let mut path = prefix.clone();
        if ident != "self" {
            path.push(ident.to_string());
        }
        let name = match (name == "self", path.last()) {
            (true, Some(last)) => last.clone(),
            _ => name.to_string(),
        };
        leaves.push((path, Some(name)));
    };
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            leaves_of(&path.tree, prefix, leaves);
            prefix.pop();
        }
        UseTree::Name(name) => leaf(&name.ident, &name.ident),
        UseTree::Rename(rename) => leaf(&rename.ident, &rename.rename),
        UseTree::Glob(_) => leaves.push((prefix.clone(), None)),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves_of(tree, prefix, leaves);
            }
        }
    }
}

/// The shortest path of each item.
fn surface() -> BTreeSet<String> {
    let items = Facade::read().items();
    let shortest = |paths: &BTreeSet<String>| {
        let paths = paths.iter();
        let key = |path: &&String| (path.matches("::").count(), path.starts_with("prelude"));
        paths.min_by_key(key).expect("an item has a path").clone()
    };
    items.values().map(shortest).collect()
}

fn is_compat(path: &str) -> bool {
    path.starts_with("compat::")
}

#[test]
fn the_public_surface_is_the_recorded_one() {
    let surface = surface();
    let mut page = HEADING.to_owned();
    let (compat, others): (Vec<_>, Vec<_>) = surface.iter().partition(|path| is_compat(path));
    for (heading, paths) in [("", others), ("\n# flytekit's names.\n", compat)] {
        page += heading;
        for path in paths {
            page += &format!("flyte_runtime::{path}\n");
        }
    }
    let file = repository().join("tests/public_api.txt");
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, &page).expect("the file can be written");
    }
    let recorded = fs::read_to_string(&file).unwrap_or_default();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (now, then) = (lines(&page), lines(&recorded));
    assert!(
        page == recorded,
        "new: {:#?}\ngone: {:#?}\n`UPDATE_EXPECT=1 cargo test -p flyte-tests --test public_api` records the change",
        now.difference(&then).collect::<Vec<_>>(),
        then.difference(&now).collect::<Vec<_>>()
    );
}

#[test]
fn the_public_surface_stays_small() {
    let surface = surface();
    let count = surface.iter().filter(|path| !is_compat(path)).count();
    assert!(
        count <= MOST,
        "{count} public items, at most {MOST}: hide what users do not write, or group it in a type"
    );
    assert!(count > 100, "only {count} items were found");
}

/// What the root has besides the module that it belongs to.
const ALSO_AT_THE_ROOT: [&str; 3] = ["BoxError", "RunError", "TaskError"];

#[test]
fn an_item_has_one_path() {
    let facade = Facade::read();
    let mut several = Vec::new();
    for paths in facade.items().into_values() {
        let paths: Vec<_> = paths
            .into_iter()
            .filter(|path| !path.starts_with("prelude::"))
            .filter(|path| !ALSO_AT_THE_ROOT.contains(&path.as_str()))
            .collect();
        if paths.len() > 1 {
            several.push(paths);
        }
    }
    assert!(several.is_empty(), "items with several paths: {several:#?}");
}

#[test]
fn a_name_means_one_thing() {
    // A derive beside its trait, a format of files beside markup and an observer, a constructor beside a class.
    let twice = ["FlyteType", "Html", "JsonLines"];
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in surface() {
        let name = path.rsplit("::").next().expect("a path has a name");
        paths.entry(name.to_owned()).or_default().push(path);
    }
    paths.retain(|name, paths| paths.len() > 1 && !twice.contains(&name.as_str()));
    assert!(paths.is_empty(), "names with several meanings: {paths:#?}");
}

#[test]
fn modules_of_the_facade_are_lists_of_names() {
    assert_eq!(Facade::read().globs, Vec::<String>::new());
}

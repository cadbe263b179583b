//! What programs can name in `flyte_runtime` with its default features, compared with `public_api.txt`.
//!
//! The list is made from the façade's sources, which consist of re-exports. Each item is listed once, by its shortest
//! path; `#[doc(hidden)]` items and what is behind other features are left out.
//! `UPDATE_EXPECT=1 cargo test -p flyte-tests --test public_api` writes the file again.

#![allow(missing_docs, reason = "a test has no users and shows what failed")]

#[path = "public_api/crates.rs"]
mod crates;
#[path = "public_api/facade.rs"]
mod facade;
#[path = "public_api/growth.rs"]
mod growth;
#[path = "public_api/macros.rs"]
mod macros;
#[path = "public_api/signatures.rs"]
mod signatures;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use syn::{Attribute, Item, UseTree, Visibility};

use crates::{Crates, Declared};
use facade::{Facade, default_features};

/// How many items there may be, modules among them and those of `compat` not.
const MOST: usize = 200;

const HEADING: &str = "\
# What programs can name in `flyte_runtime` with its default features, each item by its shortest path.
# `UPDATE_EXPECT=1 cargo test -p flyte-tests --test public_api` writes this file.
";

const SIGNATURES: &str = "\
# The signatures of what programs can name in `flyte_runtime` with its default features: what a release must not change
# without a new major version (before 1.0: minor version). Types are written as in the source that declares them.
# `UPDATE_EXPECT=1 cargo test -p flyte-tests --test public_api` writes this file.
";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
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

/// The shortest path of each item, by what it stands for.
fn shortest() -> BTreeMap<String, String> {
    let items = Facade::read().items().into_iter();
    let shortest = |paths: BTreeSet<String>| {
        let key = |path: &String| (path.matches("::").count(), path.starts_with("prelude"));
        paths
            .into_iter()
            .min_by_key(key)
            .expect("an item has a path")
    };
    items
        .map(|(origin, paths)| (origin, shortest(paths)))
        .collect()
}

/// The shortest path of each item.
fn surface() -> BTreeSet<String> {
    shortest().into_values().collect()
}

/// The crates that the façade re-exports.
fn crates() -> Crates {
    let folders = fs::read_dir(repository().join("crates")).expect("the crates are there");
    let mut libraries = Vec::new();
    for folder in folders {
        let folder = folder.expect("an entry").path();
        if folder.is_dir() {
            let name = folder.file_name().expect("a folder has a name");
            let name = name.to_string_lossy();
            // What is generated from Flyte's protobuf files is not the façade's.
            if name != "idl" {
                libraries.push((format!("flyte_{name}"), folder));
            }
        }
    }
    Crates::read(libraries, default_features())
}

/// The declaration of each item that is not declared by the façade itself, with its shortest path.
fn declared(crates: &Crates) -> BTreeMap<Declared, String> {
    let mut declared = BTreeMap::new();
    for (origin, path) in shortest() {
        let is_macro = origin.starts_with("flyte_macros::");
        if is_macro || !origin.starts_with("flyte_") {
            continue;
        }
        let parts: Vec<_> = origin.split("::").map(str::to_owned).collect();
        let found = crates.find(&parts);
        let found = found.unwrap_or_else(|| panic!("{path}: `{origin}` was not found"));
        declared.insert(found, format!("flyte_runtime::{path}"));
    }
    declared
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
    recorded_as("tests/public_api.txt", &page);
}

/// Compares a page with the recorded one, or records it.
fn recorded_as(file: &str, page: &str) {
    let file = repository().join(file);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, page).expect("the file can be written");
    }
    let recorded = fs::read_to_string(&file).unwrap_or_default();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (now, then) = (lines(page), lines(&recorded));
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

#[test]
fn signatures_are_the_recorded_ones() {
    let crates = crates();
    let lines = signatures::lines(&crates, &declared(&crates));
    let mut page = SIGNATURES.to_owned();
    let mut lines: Vec<_> = lines.iter().collect();
    lines.sort_by_key(|line| signatures::by_path(line));
    for line in &lines {
        page += line;
        page.push('\n');
    }
    recorded_as("tests/public_signatures.txt", &page);
    assert!(lines.len() > 1_000, "only {} lines", lines.len());
}

#[test]
fn what_may_grow_is_not_exhaustive() {
    let crates = crates();
    let mistakes = growth::mistakes(&crates, &declared(&crates));
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

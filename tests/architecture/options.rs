//! Options cannot vanish: who reads all fields of options takes them apart without `..`, so that the compiler says who
//! has forgotten a new one.

use std::collections::{BTreeMap, BTreeSet};

use syn::{PatStruct, visit::Visit};

use super::{crates, source};

/// The structs that are taken apart, each with the crates that do.
const READ: [(&str, &str); 12] = [
    ("CacheOptionsFields", "cluster"),
    ("CacheOverrideFields", "cluster"),
    ("ConcurrencyFields", "cluster"),
    ("ContainerProcessFields", "cluster"),
    ("LaunchPlanOptionsFields", "cluster"),
    ("NodeOverridesFields", "cluster"),
    ("NotificationFields", "cluster"),
    ("PluginFields", "cluster"),
    ("ResourcesFields", "cluster"),
    ("SecretRequestFields", "cluster"),
    ("TaskOptionsFields", "cluster"),
    ("WorkflowOptionsFields", "cluster"),
];

/// Patterns of options, by the name of the struct.
struct Patterns<'p> {
    library: &'p str,
    found: &'p mut BTreeMap<String, BTreeSet<String>>,
    open: &'p mut Vec<String>,
}

impl<'ast> Visit<'ast> for Patterns<'_> {
    fn visit_pat_struct(&mut self, pattern: &'ast PatStruct) {
        let last = pattern
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string());
        let name = last.unwrap_or_default();
        if name.ends_with("Fields") {
            match pattern.rest {
                Some(_) => self
                    .open
                    .push(format!("{}: `{name} {{ .. }}`", self.library)),
                None => drop(
                    self.found
                        .entry(name)
                        .or_default()
                        .insert(self.library.to_owned()),
                ),
            }
        }
        syn::visit::visit_pat_struct(self, pattern);
    }
}

#[test]
fn options_are_taken_apart_whole() {
    let (mut found, mut open) = (BTreeMap::new(), Vec::new());
    for library in crates() {
        if library.name == "idl" {
            continue;
        }
        for (_, text) in source::files(&library.directory.join("src")) {
            let file = syn::parse_file(&text).expect("source is Rust");
            let mut patterns = Patterns {
                library: &library.name,
                found: &mut found,
                open: &mut open,
            };
            patterns.visit_file(&file);
        }
    }
    assert!(
        open.is_empty(),
        "name every field, with `_` where it is not read: {open:#?}"
    );
    let missing: Vec<_> = READ
        .iter()
        .filter(|(name, library)| !found.get(*name).is_some_and(|by| by.contains(*library)))
        .collect();
    assert!(missing.is_empty(), "not taken apart: {missing:?}");
}

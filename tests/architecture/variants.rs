//! Enums of the product are `#[non_exhaustive]` for users, and with it for the crates above the one that declares them,
//! where the compiler does not say any more that a `match` forgets a variant. There the last arm is
//! `_ => no_other_variant!(Enum)`, and this says it.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Arm, ExprMatch, Item, Macro, visit::Visit};

use super::{crates, source};

/// The variants of the enums of the product; those of enums of one name together, which does no harm.
fn declared() -> BTreeMap<String, Vec<BTreeSet<String>>> {
    struct Enums(BTreeMap<String, Vec<BTreeSet<String>>>);
    impl<'ast> Visit<'ast> for Enums {
        fn visit_item(&mut self, item: &'ast Item) {
            if let Item::Enum(item) = item {
                let variants = item.variants.iter();
                let variants = variants.map(|variant| variant.ident.to_string()).collect();
                self.0
                    .entry(item.ident.to_string())
                    .or_default()
                    .push(variants);
            }
            syn::visit::visit_item(self, item);
        }
    }
    let mut enums = Enums(BTreeMap::new());
    each_file(|_, file| enums.visit_file(file));
    enums.0
}

fn each_file(mut seen: impl FnMut(&str, &syn::File)) {
    for library in crates() {
        // What is generated from protobuf files is long, and has no such arms.
        if library.name == "idl" {
            continue;
        }
        for (path, text) in source::files(&library.directory.join("src")) {
            let file = syn::parse_file(&text).expect("source is Rust");
            seen(&path.display().to_string(), &file);
        }
    }
}

/// The enum that an arm says to have no other variant of.
fn enum_of(arm: &Arm) -> Option<String> {
    let syn::Expr::Macro(call) = &*arm.body else {
        return None;
    };
    let last = call.mac.path.segments.last()?;
    (last.ident == "no_other_variant").then(|| call.mac.tokens.to_string())
}

/// The variants of an enum that patterns name.
struct Named<'n> {
    of: &'n str,
    found: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut last = path.segments.iter().rev();
        if let (Some(variant), Some(around)) = (last.next(), last.next())
            && around.ident == self.of
        {
            self.found.insert(variant.ident.to_string());
        }
        syn::visit::visit_path(self, path);
    }
}

struct Matches<'m> {
    declared: &'m BTreeMap<String, Vec<BTreeSet<String>>>,
    file: String,
    seen: usize,
    wrong: Vec<String>,
}

impl<'ast> Visit<'ast> for Matches<'_> {
    fn visit_expr_match(&mut self, expr: &'ast ExprMatch) {
        let (file, seen) = (self.file.clone(), &mut self.seen);
        for of in expr.arms.iter().filter_map(enum_of) {
            *seen += 1;
            let mut named = Named {
                of: &of,
                found: BTreeSet::new(),
            };
            for arm in &expr.arms {
                named.visit_pat(&arm.pat);
            }
            let known = self.declared.get(&of).map_or(&[][..], Vec::as_slice);
            if !known.contains(&named.found) {
                let found = named.found;
                self.wrong.push(format!(
                    "{file}: a `match` on `{of}` has {found:?}, of {known:?}"
                ));
            }
        }
        syn::visit::visit_expr_match(self, expr);
    }

    // Arms inside of macros, such as `matches!`, are not looked at.
    fn visit_macro(&mut self, _: &'ast Macro) {}
}

#[test]
fn a_match_on_an_enum_of_another_crate_names_every_variant() {
    let declared = declared();
    let mut matches = Matches {
        declared: &declared,
        file: String::new(),
        seen: 0,
        wrong: Vec::new(),
    };
    each_file(|path, file| {
        path.clone_into(&mut matches.file);
        matches.visit_file(file);
    });
    assert!(matches.wrong.is_empty(), "{:#?}", matches.wrong);
    assert!(matches.seen > 20, "{} arms", matches.seen);
}

#[test]
fn a_forgotten_variant_is_found() {
    let declared = BTreeMap::from([(
        "Kind".to_owned(),
        vec![["A", "B"].map(str::to_owned).into()],
    )]);
    let wrong = |text: &str| {
        let file = syn::parse_file(text).expect("Rust");
        let mut matches = Matches {
            declared: &declared,
            file: String::new(),
            seen: 0,
            wrong: Vec::new(),
        };
        matches.visit_file(&file);
        matches.wrong.len()
    };
    let body = |arms: &str| format!("fn f(k: Option<Kind>) {{ match k {{ {arms} }} }}");
    let last = "Some(_) => no_other_variant!(Kind)";
    let whole = format!("Some(Kind::A | Kind::B(_)) => 1, None => 2, {last}");
    assert_eq!(wrong(&body(&whole)), 0);
    assert_eq!(
        wrong(&body(&format!("Some(Kind::A) => 1, None => 2, {last}"))),
        1
    );
    assert_eq!(wrong(&body("_ => 1")), 0);
}

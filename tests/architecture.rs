//! The architecture that `ARCHITECTURE.md` draws is that of the code: crates import from lower floors alone, modules
//! import one way, and no crate has a dependency that the table does not name. Each crate can be published.

#[path = "architecture/guides.rs"]
mod guides;
#[path = "architecture/options.rs"]
mod options;
#[path = "architecture/packages.rs"]
mod packages;
#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/variants.rs"]
mod variants;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the repository of this file is there")
}

fn architecture() -> String {
    fs::read_to_string(repository().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md can be read")
}

/// A library crate of the product.
struct Crate {
    /// The name of its library without `flyte_`.
    name: String,
    directory: PathBuf,
    /// Crates of the product that it needs, and whether only with a feature.
    inner: BTreeSet<String>,
    third_party: BTreeSet<String>,
}

/// What the manifests of the product's crates say, each with its directory.
fn manifests() -> Vec<(PathBuf, Value)> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let all = packages.iter().map(|package| {
        let manifest = Path::new(text(&package["manifest_path"]));
        let directory = manifest.parent().expect("a manifest is in a directory");
        (directory.to_owned(), package.clone())
    });
    let product = all.filter(|(directory, _)| {
        let relative = directory
            .strip_prefix(repository())
            .expect("members are in the repository");
        relative.starts_with("crates")
            || [Path::new("flyte-runtime"), Path::new("flyte-macros")].contains(&relative)
    });
    product.collect()
}

/// The crates of the product, as their manifests say.
fn crates() -> Vec<Crate> {
    let mut crates = Vec::new();
    for (directory, package) in manifests() {
        let mut inner = BTreeSet::new();
        let mut third_party = BTreeSet::new();
        for dependency in package["dependencies"].as_array().expect("a list") {
            if !dependency["kind"].is_null() {
                continue;
            }
            let name = text(&dependency["name"]);
            if dependency["path"].is_string() {
                let path = Path::new(text(&dependency["path"]));
                let folder = path.file_name().expect("a crate has a folder");
                inner.insert(short(&folder.to_string_lossy()).to_owned());
            } else {
                third_party.insert(name.to_owned());
            }
        }
        let folder = directory.file_name().expect("a crate has a folder");
        crates.push(Crate {
            name: short(&folder.to_string_lossy()).to_owned(),
            directory,
            inner,
            third_party,
        });
    }
    crates
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn short(folder: &str) -> &str {
    folder.strip_prefix("flyte-").unwrap_or(folder)
}

/// The lines of the first block of code behind a heading of `ARCHITECTURE.md`, or of the table there.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page
        .find(heading)
        .unwrap_or_else(|| panic!("ARCHITECTURE.md has no section `{heading}`"));
    let rest = &page[start + heading.len()..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

/// The floor of each crate in the picture.
fn floors(page: &str) -> BTreeMap<String, u32> {
    let section = section(page, "## The crates");
    let picture = section.split("```").nth(1).expect("the picture of floors");
    let mut floors = BTreeMap::new();
    for line in picture.lines() {
        let mut words = line.split_whitespace();
        let Some(Ok(floor)) = words.next().map(str::parse) else {
            continue;
        };
        for name in words {
            floors.insert(name.to_owned(), floor);
        }
    }
    floors
}

/// A crate imports from lower floors alone, and the picture shows every crate.
#[test]
fn crates_import_from_lower_floors() {
    let page = architecture();
    let floors = floors(&page);
    let crates = crates();
    let names: BTreeSet<_> = crates.iter().map(|one| one.name.clone()).collect();
    let drawn: BTreeSet<_> = floors.keys().cloned().collect();
    assert_eq!(names, drawn, "the crates, and those of the picture");
    let mut upwards = Vec::new();
    for one in &crates {
        for other in &one.inner {
            if floors[other] >= floors[&one.name] {
                upwards.push(format!("{} imports {other}", one.name));
            }
        }
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
}

/// What is drawn of recorded and remote runs never needs the engine.
#[test]
fn pictures_need_no_engine() {
    let crates = crates();
    let view = crates.iter().find(|one| one.name == "view").expect("view");
    for other in ["engine", "cluster"] {
        assert!(!view.inner.contains(other), "view imports {other}");
    }
}

/// A dependency that is new has a line in the table, with the reason for it.
#[test]
fn every_dependency_has_its_line() {
    let page = architecture();
    let section = section(&page, "## Dependencies");
    let mut table = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, users, reason] = cells[..] else {
            panic!("three columns: {line}");
        };
        assert!(!reason.is_empty(), "{name} has no reason");
        let users: BTreeSet<_> = users.split(", ").map(str::to_owned).collect();
        table.insert(name.trim_matches('`').to_owned(), users);
    }
    let mut needed: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for one in crates() {
        for name in one.third_party {
            needed.entry(name).or_default().insert(one.name.clone());
        }
    }
    let differ: Vec<_> = needed
        .keys()
        .chain(table.keys())
        .filter(|name| needed.get(*name) != table.get(*name))
        .collect();
    assert!(
        differ.is_empty(),
        "these lines of the table differ from the manifests: {differ:?}\n{needed:#?}"
    );
}

/// Among the modules of each crate there is no circle.
#[test]
fn modules_import_one_way() {
    let mut circles = Vec::new();
    for one in crates() {
        let imports = source::imports(&one.directory.join("src"));
        for circle in source::circles(&imports) {
            circles.push(format!("{}: {}", one.name, circle.join(", ")));
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

/// What the crates must not know, by words that their code does not have.
#[test]
fn crates_keep_to_what_they_are_for() {
    let forbidden: [(&str, &[&str]); 4] = [
        (
            "core",
            &[
                "std::fs",
                "std::net",
                "std::time::Instant",
                "tokio",
                "std::process",
            ],
        ),
        ("engine", &["println", "eprintln", "prost", "clap"]),
        ("context", &["flyte_engine"]),
        ("scope", &["Flyte", "flyte"]),
    ];
    let crates = crates();
    let mut found = Vec::new();
    for (name, words) in forbidden {
        let one = crates.iter().find(|one| one.name == name).expect(name);
        for (path, code) in source::files(&one.directory.join("src")) {
            let code = source::code_of(&code);
            for word in words {
                if code.contains(&word.replace("::", " :: ")) {
                    let path = path.strip_prefix(&one.directory).expect("a file of it");
                    found.push(format!("{name}: {}: {word}", path.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// The front crate has names and documentation, and no code.
#[test]
fn the_front_crate_has_no_logic() {
    let source = repository().join("flyte-runtime/src");
    let mut found = Vec::new();
    let mut lines = 0;
    for (path, text) in source::files(&source) {
        lines += text.lines().filter(|line| !is_comment(line)).count();
        for word in source::code_of(&text).split_whitespace() {
            if ["fn", "impl", "trait", "static"].contains(&word) {
                found.push(format!("{}: {word}", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    assert!(lines <= 1_500, "{lines} lines");
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

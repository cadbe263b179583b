//! What a registry asks of a package, and what Cargo does not refuse when it is missing.

use serde_json::Value;

use super::{manifests, repository, text};

/// A description, words to be found by, the README and the licence: Cargo packages without them, too.
#[test]
fn packages_say_what_they_are() {
    let mut missing = Vec::new();
    for (directory, package) in manifests() {
        let name = text(&package["name"]);
        for field in ["description", "license", "readme", "rust_version"] {
            if !package[field].is_string() {
                missing.push(format!("{name}: {field}"));
            }
        }
        for field in ["keywords", "categories"] {
            let count = package[field].as_array().map_or(0, Vec::len);
            if !(1..=5).contains(&count) {
                missing.push(format!("{name}: 1 to 5 {field}, and not {count}"));
            }
        }
        if !package["publish"].is_null() {
            missing.push(format!("{name}: leave to be published"));
        }
        for file in ["LICENSE", "NOTICE", text(&package["readme"])] {
            // Through the link that stands for it.
            match std::fs::read(directory.join(file)) {
                Ok(text) if !text.is_empty() => {}
                _ => missing.push(format!("{name}: the file {file}")),
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The names of libraries are those of the folders, `flyte_core` in `crates/core`; several of these are taken in the
/// registry, so the packages are `flyte-runtime-core` and its like.
#[test]
fn packages_have_names_of_their_own() {
    for (directory, package) in manifests() {
        let folder = directory.strip_prefix(repository()).expect("it is there");
        let folder = folder.to_str().expect("folders have plain names");
        let short = folder
            .trim_start_matches("crates/")
            .trim_start_matches("flyte-");
        let name = match short {
            "runtime" => "flyte-runtime".to_owned(),
            inner => format!("flyte-runtime-{inner}"),
        };
        assert_eq!(text(&package["name"]), name, "{folder}");
        assert_eq!(library(&package), format!("flyte_{short}"), "{folder}");
    }
}

fn library(package: &Value) -> &str {
    let targets = package["targets"].as_array().expect("a list");
    let of_library = targets.iter().find(|target| {
        let kinds = target["kind"].as_array().expect("a list");
        kinds
            .iter()
            .any(|kind| kind == "lib" || kind == "proc-macro")
    });
    text(&of_library.expect("a crate of the product is a library")["name"])
}

/// A registry knows no paths: each inner crate is needed in exactly the version that it has here.
#[test]
fn inner_crates_are_needed_in_one_version() {
    for (_, package) in manifests() {
        let needs = package["dependencies"].as_array().expect("a list");
        for need in needs.iter().filter(|need| need["path"].is_string()) {
            // Cargo leaves out what only tests need and has no version.
            if need["kind"] == "dev" && need["req"] == "*" {
                continue;
            }
            let version = format!("={}", text(&package["version"]));
            assert_eq!(
                need["req"], version,
                "{}: {}",
                package["name"], need["name"]
            );
        }
    }
}

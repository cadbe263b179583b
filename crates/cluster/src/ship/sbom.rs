//! What a program is made of: the locked packages, as a bill of materials in the form of CycloneDX.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::flyte1::http::{encoded, without_user};

/// The registry of packages that addresses of packages mean when they name none.
const CRATES_IO: [&str; 2] = [
    "registry+https://github.com/rust-lang/crates.io-index",
    "sparse+https://index.crates.io/",
];

/// A package of a lock file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Package {
    name: String,
    version: String,
    /// The registry or repository that it comes from; nothing for one of the workspace.
    source: String,
    checksum: String,
    dependencies: Vec<String>,
}

/// The text between the quotes of `key = "text"`.
fn text_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
    rest.trim().strip_prefix('"')?.strip_suffix('"')
}

/// The packages of a lock file. Cargo writes each key on a line of its own, and nothing else.
fn packages(lock: &str) -> Vec<Package> {
    let mut packages: Vec<Package> = Vec::new();
    let (mut is_package, mut is_list) = (false, false);
    for line in lock.lines().map(str::trim) {
        if line.starts_with('[') && !is_list {
            is_package = line == "[[package]]";
            if is_package {
                packages.push(Package::default());
            }
            continue;
        }
        let Some(package) = packages.last_mut().filter(|_| is_package) else {
            continue;
        };
        if is_list {
            is_list = line != "]";
            let name = line.trim_end_matches(',').trim_matches('"');
            if is_list {
                package.dependencies.push(name.to_owned());
            }
        } else if line == "dependencies = [" {
            is_list = true;
        } else {
            for (key, place) in [
                ("name", &mut package.name),
                ("version", &mut package.version),
                ("source", &mut package.source),
                ("checksum", &mut package.checksum),
            ] {
                if let Some(text) = text_of(line, key) {
                    text.clone_into(place);
                }
            }
        }
    }
    packages
}

impl Package {
    /// The address of a package that all tools for bills of materials know.
    fn purl(&self) -> String {
        let (name, version) = (&self.name, &self.version);
        // Who makes an image publishes it: a token that fetches a package stays here.
        let source = without_user(&self.source);
        let place = match source.split_once('+') {
            None => None,
            Some(_) if CRATES_IO.contains(&&*source) => None,
            Some(("git", _)) => Some(format!("vcs_url={}", encoded(&source))),
            Some((_, registry)) => Some(format!("repository_url={}", encoded(registry))),
        };
        let place = place.map_or(String::new(), |place| format!("?{place}"));
        format!("pkg:cargo/{name}@{version}{place}")
    }
}

/// The names of packages within a bill: their addresses, which two packages may share.
fn references(packages: &[Package]) -> Vec<String> {
    let mut used = BTreeSet::new();
    let references = packages.iter().map(|package| {
        let purl = package.purl();
        let more = (2_u32..).map(|number| format!("{purl}#{number}"));
        let mut names = std::iter::once(purl.clone()).chain(more);
        // There are more numbers than packages.
        let name = names.find(|name| used.insert(name.clone()));
        name.unwrap_or_default()
    });
    references.collect()
}

/// Which package an entry of `dependencies` names: `name`, `name version` or `name version (source)`.
fn named(packages: &[Package], entry: &str) -> Option<usize> {
    let mut words = entry.splitn(3, ' ');
    let (name, version, source) = (words.next()?, words.next(), words.next());
    let source = source.map(|source| source.trim_matches(['(', ')']));
    packages.iter().position(|package| {
        package.name == name
            && version.is_none_or(|version| package.version == version)
            && source.is_none_or(|source| package.source == source)
    })
}

/// The bill of materials of a program, by its lock file. If a package of the workspace has its name, only what that one
/// leads to is in it. A lock file has all targets and features, so it may name more than is linked.
pub(super) fn bill(lock: &str, program: &str, sha256: &str) -> Result<Json, String> {
    let packages = packages(lock);
    if packages.is_empty() {
        return Err("has no packages; give the `Cargo.lock` of the program".to_owned());
    }
    let is_root = |package: &Package| {
        package.source.is_empty() && package.name.replace('-', "_") == program.replace('-', "_")
    };
    let root = packages.iter().position(is_root);
    let mut reached: BTreeSet<usize> = match root {
        Some(root) => BTreeSet::from([root]),
        None => (0..packages.len()).collect(),
    };
    let mut left: Vec<usize> = reached.iter().copied().collect();
    while let Some(number) = left.pop() {
        for entry in &packages[number].dependencies {
            if let Some(next) = named(&packages, entry)
                && reached.insert(next)
            {
                left.push(next);
            }
        }
    }
    let references = references(&packages);
    let used: Vec<_> = reached
        .iter()
        .map(|number| (&packages[*number], &references[*number]))
        .collect();
    let components = used.iter().map(|(package, reference)| {
        let mut component = json!({
            "type": "library",
            "bom-ref": reference,
            "name": package.name,
            "version": package.version,
            "purl": package.purl(),
        });
        if !package.checksum.is_empty() {
            component["hashes"] = json!([{"alg": "SHA-256", "content": package.checksum}]);
        }
        component
    });
    let dependencies = used.iter().map(|(package, reference)| {
        let entries = package.dependencies.iter();
        let needs: Vec<_> = entries
            .filter_map(|entry| Some(&references[named(&packages, entry)?]))
            .collect();
        json!({"ref": reference, "dependsOn": needs})
    });
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": program,
                "name": program,
                "hashes": [{"alg": "SHA-256", "content": sha256}],
            },
        },
        "components": components.collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "my-app"
version = "0.1.0"
dependencies = [
 "serde 1.0.2",
 "tool",
]

[[package]]
name = "serde"
version = "0.9.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "aa"

[[package]]
name = "serde"
version = "1.0.2"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "bb"

[[package]]
name = "tool"
version = "2.0.0"
source = "git+https://example.com/tool#12"

[metadata]
name = "none"
"#;

    #[test]
    fn what_a_program_leads_to_is_in_its_bill() {
        let bill = bill(LOCK, "my_app", "cc").expect("it has packages");
        let components = bill["components"].as_array().expect("a list");
        let names: Vec<_> = components.iter().map(|one| &one["purl"]).collect();
        assert_eq!(
            names,
            [
                "pkg:cargo/my-app@0.1.0",
                "pkg:cargo/serde@1.0.2",
                "pkg:cargo/tool@2.0.0?vcs_url=git%2Bhttps%3A%2F%2Fexample.com%2Ftool%2312"
            ]
        );
        assert_eq!(components[1]["hashes"][0]["content"], "bb");
        assert_eq!(
            bill["dependencies"][0]["dependsOn"][0],
            "pkg:cargo/serde@1.0.2"
        );
    }

    #[test]
    fn a_bill_names_sources_without_their_credentials() {
        let package = |name: &str, source: &str| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"{source}\"\n")
        };
        let crates_io = "registry+https://github.com/rust-lang/crates.io-index";
        let own = "sparse+https://ada:planted@crates.example.com/index/";
        let lock = [
            package("tool", "git+https://ada:planted@example.com/tool?rev=1#12"),
            package("tool", "git+https://eve:planted@example.com/tool?rev=1#12"),
            package("log", crates_io),
            package("log", own),
        ]
        .concat();
        let bill = bill(&lock, "app", "cc").expect("it has packages");
        assert!(!bill.to_string().contains("planted"), "{bill}");
        let components = bill["components"].as_array().expect("a list");
        let references: Vec<_> = components.iter().map(|one| &one["bom-ref"]).collect();
        let tool =
            "pkg:cargo/tool@1.0.0?vcs_url=git%2Bhttps%3A%2F%2Fexample.com%2Ftool%3Frev%3D1%2312";
        assert_eq!(
            references,
            [
                tool,
                &format!("{tool}#2"),
                "pkg:cargo/log@1.0.0",
                "pkg:cargo/log@1.0.0?repository_url=https%3A%2F%2Fcrates.example.com%2Findex%2F",
            ]
        );
        assert_eq!(components[1]["purl"], tool);
    }

    #[test]
    fn without_a_package_of_that_name_everything_is_in_it() {
        let bill = bill(LOCK, "other", "cc").expect("it has packages");
        assert_eq!(bill["components"].as_array().map(Vec::len), Some(4));
        assert!(super::bill("", "other", "cc").is_err());
    }
}

//! What is printed can be given back: every type, by every way in.
//!
//! `FLYTE_VALUES_RUNS` says how many values of each family of types go through each way, `FLYTE_VALUES_SEED` where
//! chance begins.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test has no users, shows what failed, and says where chance began"
)]

mod command_line;
mod families;
mod grammar;
mod random;
mod whole;
mod yaml;

use std::{
    env, fs,
    hash::{BuildHasher as _, RandomState},
    path::{Path, PathBuf},
    sync::atomic::{AtomicI64, Ordering},
};

use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
};

use crate::{
    families::{Group, SEEN},
    random::Random,
};

/// How many values of each family go through each way, by themselves and as often again in structs.
fn runs() -> u64 {
    match env::var("FLYTE_VALUES_RUNS") {
        Ok(runs) => runs.parse().unwrap(),
        Err(_) => 500,
    }
}

/// Runs a check for one case after the other, each with a chance of its own that the seed gives again.
fn each_case<G: Group>(way: &str, check: impl Fn(u64, &G)) {
    let seed = match env::var("FLYTE_VALUES_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => RandomState::new().hash_one(way) >> 16,
    };
    let (runs, families) = (runs(), G::FAMILIES);
    println!("{way}: {runs} values of each of {families:?}, FLYTE_VALUES_SEED={seed}");
    for case in 0..runs {
        let seed = seed + case;
        check(seed, &G::any(&mut Random::new(seed)));
    }
}

/// Runs a check for all groups of families.
macro_rules! each_group {
    ($check:ident) => {
        $check::<families::numbers::All>();
        $check::<families::texts::All>();
        $check::<families::times::All>();
        $check::<families::unions::All>();
        $check::<families::parts::All>();
    };
}

/// Runs the task on the command line; what it has got has to be `all`, and what it prints, too.
fn check<G: Group>(
    registry: &Registry,
    seed: u64,
    all: &G,
    args: impl FnOnce(i64, &str) -> Vec<String>,
) {
    static NEXT: AtomicI64 = AtomicI64::new(0);
    let case = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut words: Vec<String> = ["app", "run", "--json", "echo"].map(str::to_owned).to_vec();
    let document = document(all);
    words.extend(args(case, &document));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = Cli::new(registry).run(&words, &mut stdout, &mut stderr);
    let again = format!("again with FLYTE_VALUES_RUNS=1 FLYTE_VALUES_SEED={seed}");
    assert_eq!(
        exit,
        Exit::Success,
        "{}\n{again}",
        String::from_utf8_lossy(&stderr)
    );
    let seen = SEEN.lock().unwrap().remove(&case).unwrap();
    for ((name, got), (_, expected)) in seen.iter().zip(all.shown()) {
        assert_eq!(*got, expected, "the input `{name}`; {again}");
    }
    assert_eq!(
        String::from_utf8(stdout).unwrap(),
        document + "\n",
        "{again}"
    );
}

/// All values as one JSON document.
fn document<G: Group>(all: &G) -> String {
    let values = all
        .jsons()
        .into_iter()
        .map(|(name, value)| format!("{name:?}:{value}"));
    format!("{{{}}}", values.collect::<Vec<_>>().join(","))
}

/// A directory of a test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("flyte-values-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        Path::to_str(&path).unwrap().to_owned()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// A text that begins with `@` would be a file.
fn escaped(text: &str) -> String {
    match text.starts_with('@') {
        true => format!("@{text}"),
        false => text.to_owned(),
    }
}

/// What is read from a file as this text: a line end behind it is not part of it, and neither is a byte order mark in
/// front.
fn as_file(text: &str) -> String {
    let mark = if text.starts_with('\u{feff}') {
        "\u{feff}"
    } else {
        ""
    };
    let end = if text.ends_with('\r') { "\r\n" } else { "\n" };
    format!("{mark}{text}{end}")
}

fn arguments<G: Group>() {
    let registry = G::registry();
    each_case::<G>("arguments", |seed, all| {
        check(&registry, seed, all, |case, _| {
            let texts = all.texts().into_iter();
            let args = texts.map(|(name, text)| format!("--{name}={}", escaped(&text)));
            args.chain([format!("--case={case}")]).collect()
        });
    });
}

#[test]
fn as_arguments() {
    each_group!(arguments);
}

fn files<G: Group>() {
    let registry = G::registry();
    let directory = Directory::new(G::FAMILIES[0]);
    each_case::<G>("files", |seed, all| {
        check(&registry, seed, all, |case, _| {
            let texts = all.texts().into_iter();
            let args = texts.map(|(name, text)| {
                let path = directory.file(name, &as_file(&text));
                format!("--{name}=@{path}")
            });
            args.chain([format!("--case={case}")]).collect()
        });
    });
}

#[test]
fn in_a_file_for_each() {
    each_group!(files);
}

fn json_file<G: Group>() {
    let registry = G::registry();
    let directory = Directory::new(&format!("json-{}", G::FAMILIES[0]));
    each_case::<G>("inputs file of JSON", |seed, all| {
        check(&registry, seed, all, |case, document| {
            let path = directory.file("inputs.json", document);
            vec![format!("--inputs-file={path}"), format!("--case={case}")]
        });
    });
}

#[test]
fn in_a_file_of_json() {
    each_group!(json_file);
}

fn yaml_file<G: Group>() {
    let registry = G::registry();
    let directory = Directory::new(&format!("yaml-{}", G::FAMILIES[0]));
    each_case::<G>("inputs file of YAML", |seed, all| {
        let mut random = Random::new(!seed);
        let mut document = String::new();
        let (texts, jsons) = (all.texts(), all.jsons());
        for ((name, text), (_, json)) in texts.iter().zip(&jsons) {
            yaml::write_entry(&mut document, name, text, json, &mut random);
        }
        check(&registry, seed, all, |case, _| {
            let path = directory.file("inputs.yaml", &document);
            vec![format!("--inputs-file={path}"), format!("--case={case}")]
        });
    });
}

#[test]
fn in_a_file_of_yaml() {
    each_group!(yaml_file);
}

fn answers<G: Group>() {
    each_case::<G>("answers", |seed, all| {
        all.through_gates(|name, given, expected, got| {
            assert_eq!(
                got, expected,
                "`{name}` was told {given:?}; again with FLYTE_VALUES_RUNS=1 FLYTE_VALUES_SEED={seed}"
            );
        });
    });
}

#[test]
fn as_answers_to_gates() {
    each_group!(answers);
}

//! Programs of the shape and difficulty of the tutorials of other workflow engines, each written as a user of that
//! engine would expect to write it. `docs/idioms.md` lists the idiom of each.
//!
//! Each program runs on the engine and is compared with plain Rust that does the same.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "a test has no users and shows what failed"
)]

mod airflow;
mod dagster;
mod flyte;
mod nextflow;
mod prefect;
mod snakemake;

/// The programs are the modules of each file, and the page has a row for each.
#[test]
fn the_page_lists_every_program() {
    let page = include_str!("../../docs/idioms.md");
    let files = [
        ("airflow", include_str!("airflow.rs")),
        ("dagster", include_str!("dagster.rs")),
        ("flyte", include_str!("flyte.rs")),
        ("nextflow", include_str!("nextflow.rs")),
        ("prefect", include_str!("prefect.rs")),
        ("snakemake", include_str!("snakemake.rs")),
    ];
    let mut programs = Vec::new();
    let mut rows = 0;
    for (file, text) in files {
        rows += page.matches(&format!("| `{file}::")).count();
        for line in text.lines() {
            let module = line
                .strip_prefix("mod ")
                .and_then(|rest| rest.strip_suffix(" {"));
            programs.extend(module.map(|module| format!("| `{file}::{module}` |")));
        }
    }
    assert_eq!(rows, programs.len());
    for program in programs {
        assert!(page.contains(&program), "{program} is not in the page");
    }
}

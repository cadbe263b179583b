//! What the macros say about mistakes, and that right code passes; see `ui/README.md`.

use std::process::Command;

/// The expected messages belong to one release of the compiler: the workspace's `rust-version`.
fn is_expected_compiler() -> bool {
    let expected = env!("CARGO_PKG_RUST_VERSION");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("the compiler that built this test can be started");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    version.starts_with(&format!("rustc {expected}."))
}

#[test]
fn fail() {
    if !is_expected_compiler() {
        // Another compiler words its part of the messages differently; that they are errors at all is not in question.
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/fail/*.rs");
}

#[test]
fn pass() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
}

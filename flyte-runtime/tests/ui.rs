//! What the compiler says about mistakes in `#[derive(DatasetColumns)]`; those of the other macros are in `tests/ui` of the
//! workspace, whose `README.md` says how the messages are kept.

use std::process::Command;

#[test]
fn fail() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("the compiler that built this test can be started");
    let expected = format!("rustc {}.", env!("CARGO_PKG_RUST_VERSION"));
    // Another compiler words its part of the messages differently.
    if String::from_utf8_lossy(&version.stdout).starts_with(&expected) {
        trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
    }
}

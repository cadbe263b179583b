//! What the macros say about mistakes, and that right code passes; see `ui/README.md`.

#[test]
#[cfg_attr(
    other_compiler,
    ignore = "the messages are those of the compiler in rust-toolchain.toml, without the component `rust-src`"
)]
fn fail() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/fail/*.rs");
}

#[test]
fn pass() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
}

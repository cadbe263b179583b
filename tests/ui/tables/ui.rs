//! What the compiler says about mistakes in `#[derive(DatasetColumns)]`; see `../README.md`.

#[test]
#[cfg_attr(
    other_compiler,
    ignore = "the messages are those of the compiler in rust-toolchain.toml, without the component `rust-src`"
)]
fn fail() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/*.rs");
}

//! Tells tests of the compiler's words whether it is the one whose words they expect. With another they are shown as
//! ignored.

use std::{env, ffi::OsStr, fs, path::Path, process::Command};

fn main() {
    let package = env::var_os("CARGO_MANIFEST_DIR").expect("Cargo names the package");
    let toolchain = Path::new(&package)
        .ancestors()
        .map(|directory| directory.join("rust-toolchain.toml"))
        .find(|path| path.exists())
        .expect("rust-toolchain.toml is in the repository");
    println!("cargo::rerun-if-changed={}", toolchain.display());
    println!("cargo::rustc-check-cfg=cfg(other_compiler)");
    let toolchain = fs::read_to_string(toolchain).expect("rust-toolchain.toml can be read");
    let expected = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = \"")?.strip_suffix('"'))
        .expect("rust-toolchain.toml has a line `channel = \"..\"`");
    let rustc = env::var_os("RUSTC").expect("Cargo names the compiler");
    let version = said_by(&rustc, "--version");
    // With the source of the standard library, messages quote it.
    let sysroot = said_by(&rustc, "--print=sysroot");
    let has_source = Path::new(sysroot.trim())
        .join("lib/rustlib/src/rust")
        .exists();
    if has_source || !version.starts_with(&format!("rustc {expected} ")) {
        println!("cargo::rustc-cfg=other_compiler");
        let component = if has_source { ", with `rust-src`" } else { "" };
        println!(
            "cargo::warning=what must not compile is skipped: the messages are those of rustc {expected}, without \
             `rust-src`; this is {}{component}",
            version.trim()
        );
    }
}

fn said_by(rustc: &OsStr, argument: &str) -> String {
    let output = Command::new(rustc)
        .arg(argument)
        .output()
        .expect("the compiler can be started");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

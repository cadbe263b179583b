//! Tasks with the name of another item among types: the compiler's words, see `ui/README.md`.

use flyte_runtime::prelude::*;

mod square {}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn report(x: i64) -> i64 {
    x
}

mod report {
    pub(super) fn text() -> String {
        "a".to_owned()
    }
}

#[allow(non_camel_case_types)]
struct load;

#[workflow]
fn load(x: i64) -> i64 {
    x
}

fn main() {}

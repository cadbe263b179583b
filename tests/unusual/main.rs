//! Unusual but valid programs: each is a workflow, or a dynamic task, that gives what the same Rust gives as a plain
//! function.
//!
//! What only the whole of a graph shows is refused when it is built: see `refused`.
//!
//! Most bodies are written once and compiled twice: `same!` makes a function and a workflow of the same tokens. Where
//! the two have to differ, since a promise is mapped and a list iterated, both are written.

#![allow(
    missing_docs,
    non_snake_case,
    redundant_semicolons,
    unreachable_pub,
    unused,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "unusual is what these programs are for, and a test shows what failed"
)]

mod bodies;
mod branches;
mod fragments;
mod known_lists;
mod lifted;
mod names;
mod peers;
mod refused;
mod types;

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[task]
fn is_even(x: i64) -> bool {
    x % 2 == 0
}

#[task]
fn text(x: i64) -> String {
    format!("<{x}>")
}

#[task]
fn length(text: &str) -> i64 {
    text.len() as i64
}

/// Programs that are the same Rust as a function and as a workflow, or as a dynamic task where `dynamic` stands in
/// front, with the inputs that they are run on.
macro_rules! same {
    ($(
        $kind:ident $name:ident($($input:ident: $ty:ty),*) -> $output:ty $body:block on $(($($value:expr),*))+;
    )*) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[flyte_runtime::$kind]
            pub fn flow($($input: $ty),*) -> $output $body

            fn plain($($input: $ty),*) -> $output $body

            #[test]
            fn gives_what_plain_rust_gives() {
                $(assert_eq!(flow($($value),*).unwrap(), plain($($value),*));)+
            }
        }
    )* };
}

/// Programs that have to be written otherwise in plain Rust: behind `as` stands how.
macro_rules! like {
    ($(
        $kind:ident $name:ident($($input:ident: $ty:ty),*) -> $output:ty $body:block as $plain:block
        on $(($($value:expr),*))+;
    )*) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[flyte_runtime::$kind]
            pub fn flow($($input: $ty),*) -> $output $body

            fn plain($($input: $ty),*) -> $output $plain

            #[test]
            fn gives_what_plain_rust_gives() {
                $(assert_eq!(flow($($value),*).unwrap(), plain($($value),*));)+
            }
        }
    )* };
}

pub(crate) use {like, same};

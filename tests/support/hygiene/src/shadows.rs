//! Items with the names of the standard library's.
#![allow(
    dead_code,
    unused_macros,
    non_camel_case_types,
    missing_copy_implementations,
    reason = "only the names matter"
)]

use flyte_runtime::{FlyteOutputs, FlyteType, task, workflow};
use serde::{Deserialize, Serialize};

mod core {}
mod std {}
mod alloc {}
mod flyte_runtime_too {}
#[derive(Debug)]
struct Option;
#[derive(Debug)]
struct Result;
#[derive(Debug)]
struct Vec;
#[derive(Debug)]
struct Box;
#[derive(Debug)]
struct Some;
#[derive(Debug)]
struct Ok;
#[derive(Debug)]
struct String;
#[derive(Debug)]
struct Value;
#[derive(Debug)]
struct Promise;
trait Into {}
trait From {}
trait Clone {}
trait Copy {}
trait Send {}
trait Fn {}
trait Iterator {}
trait ToOwned {}
macro_rules! vec {
    () => {};
}
macro_rules! panic {
    () => {};
}
macro_rules! line {
    () => {};
}

/// One value.
#[derive(::core::clone::Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
pub struct Shadowed {
    /// A number.
    pub x: i64,
}

/// Two outputs.
#[derive(Debug, PartialEq, FlyteOutputs)]
pub struct Both {
    /// One.
    pub one: Shadowed,
    /// Two.
    pub two: i64,
}

/// By value, with a default.
#[task(retries = 2, timeout = "1m", cache = "1", requests(cpu = "1"))]
pub fn make(#[default(3)] x: i64) -> Shadowed {
    Shadowed { x }
}

/// Borrowed, async.
#[task]
pub async fn read(one: &Shadowed, xs: &[i64], text: &str) -> i64 {
    one.x + xs[0] + i64::from(text == "a")
}

/// All of it in a body.
#[workflow]
pub fn both(x: i64) -> Both {
    let one = make();
    let other = make(x = x);
    other >> one;
    Both {
        two: read(one, [x, 5], "a").with_overrides(|o| o.retries(1)),
        one,
    }
}

//! Every form of signature.

use std::{collections::BTreeMap, fmt};

use flyte_runtime::prelude::*;

/// An error of our own.
#[derive(Clone, Copy, Debug)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

/// A `Result` that is called otherwise.
pub type Fallible<T> = Result<T, Refused>;

/// An alias as the return type.
///
/// # Errors
///
/// For a negative number.
#[task]
pub fn alias(x: i64) -> Fallible<i64> {
    if x < 0 { Err(Refused) } else { Ok(x) }
}

/// Nothing in and nothing out.
#[task]
pub fn nothing() {}

/// A `mut` parameter.
#[task]
pub fn changed(mut x: i64) -> i64 {
    x += 1;
    x
}

/// Each parameter has its own documentation.
#[task]
pub fn documented(
    /// The text.
    text: &str,
    /// How often.
    #[default(2)]
    times: u32,
) -> String {
    text.repeat(times as usize)
}

/// Defaults of every kind.
#[task]
pub fn defaults(
    #[default("a")] owned: String,
    #[default("b")] lent: &str,
    #[default(None)] absent: Option<i64>,
    #[default(Some(1))] present: Option<i64>,
    #[default(vec![1, 2])] list: Vec<i64>,
    #[default(&[3, 4])] slice: &[i64],
    #[default(2 + 3)] computed: i64,
    #[default(BTreeMap::new())] map: BTreeMap<String, i64>,
) -> String {
    format!("{owned} {lent} {absent:?} {present:?} {list:?} {slice:?} {computed} {map:?}")
}

/// Everything by default.
#[workflow]
pub fn all_defaults() -> String {
    defaults()
}

#[cfg(any())]
#[task]
fn never_compiled(x: Missing) {}

#[task]
#[cfg(any())]
fn never_compiled_either(x: Missing) {}

/// Compiled.
#[cfg(not(any()))]
#[task]
pub fn always_compiled() -> i64 {
    1
}

/// Nobody should call it any more.
#[deprecated = "use `changed`"]
#[task]
pub fn old() -> i64 {
    1
}

/// A tuple of outputs.
#[task]
#[must_use]
pub fn pair(x: i64) -> (i64, String) {
    (x, x.to_string())
}

/// Takes the tuple apart.
#[workflow]
pub fn pairs(x: i64) -> (String, i64) {
    let (number, text) = pair(x);
    (documented(text = text), alias(number))
}

/// Ends with a void task.
#[workflow]
pub fn void() {
    let changed = changed(1);
    changed >> nothing();
    nothing()
}

/// An input that is not used.
#[workflow]
pub fn unused(_x: i64, #[default("a")] _text: String) -> i64 {
    always_compiled()
}

/// Returns its input.
#[workflow]
pub fn identity(mut x: i64) -> i64 {
    x = changed(x);
    x
}

/// Not written yet.
#[workflow]
pub fn later(_x: i64) -> i64 {
    todo!()
}

/// An input is fixed.
#[launch_plan]
pub fn fixed() -> i64 {
    identity(x = 1)
}

/// A list from around is passed on in a case, and said before is what the branch looks at.
#[workflow]
pub fn passes_on(x: i64) -> i64 {
    let list = vec![x, changed(x)];
    let big = x > 3;
    if big {
        let kept = list;
        kept[1]
    } else {
        match x {
            1 => list[0],
            _ => x,
        }
    }
}

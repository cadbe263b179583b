//! What a condition may say.

use super::*;

/// `test_type_hints.py::test_comparison_lits`, `test_comparison_refs`: building evaluates nothing, running all of it.
#[workflow]
fn all(x: i64, y: i64) -> Vec<String> {
    let eq = if x == 5 { "==" } else { "" };
    let ne = if 8 != x { "!=" } else { "" };
    let lt = if x < y { "<" } else { "" };
    let le = if y <= x { "<=" } else { "" };
    let gt = if y > x && x > 4 { ">" } else { "" };
    let ge = if x >= y || y >= 8 { ">=" } else { "" };
    let not = if !(x == 5 && y == 9) { "!" } else { "" };
    let known = if 3 > 2 && x == 5 { "known" } else { "" };
    vec![eq, ne, lt, le, gt, ge, not, known]
}

#[test]
fn every_operator_on_promises_and_constants() {
    assert_eq!(
        all(5, 8).unwrap(),
        ["==", "!=", "<", "", ">", ">=", "!", "known"]
    );
    assert_eq!(all(8, 8).unwrap(), ["", "", "", "<=", "", ">=", "!", ""]);
}

#[workflow]
fn kinds(flag: bool, text: Option<String>, ratio: f64) -> (String, String, String) {
    let by_flag = if flag { "yes" } else { "no" };
    let by_option = if text.is_some() && !flag {
        "there"
    } else if text.is_none() {
        "none"
    } else {
        "flag"
    };
    let by_ratio = if flag || ratio > 0.5 { "high" } else { "low" };
    (by_flag, by_option, by_ratio)
}

/// `test_conditions.py::test_condition_unary_bool`: a promise of a `bool` needs no comparison here.
#[test]
fn bools_options_and_floats() {
    let run =
        |flag, text: Option<&str>, ratio| kinds(flag, text.map(str::to_owned), ratio).unwrap();
    assert_eq!(
        run(true, None, 0.0),
        ("yes".into(), "none".into(), "high".into())
    );
    assert_eq!(
        run(false, Some("x"), 0.7),
        ("no".into(), "there".into(), "high".into())
    );
    assert_eq!(
        run(true, Some("x"), 0.1),
        ("yes".into(), "flag".into(), "high".into())
    );
    assert_eq!(
        run(false, None, 0.1),
        ("no".into(), "none".into(), "low".into())
    );
}

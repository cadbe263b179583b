//! What is found in what tasks declare.

use expect_test::{Expect, expect};
use flyte_runtime::{entity::Entity, prelude::*};
use serde_json::{Value, json};

use crate::{found, shown};

#[track_caller]
fn check<E: Entity>(expected: Expect) {
    expected.assert_eq(&shown(&found::<E>(), include_str!("declared.rs")));
}

#[task(task_type = "t", custom = vec![1])]
fn told_a_list(x: i64) -> i64 {
    x
}

#[task(task_type = "t", custom = json!({ "big": 9_007_199_254_740_993_i64 }))]
fn told_a_large_number(x: i64) -> i64 {
    x
}

fn unknown() -> Value {
    panic!("nobody knows")
}

#[task(task_type = "t", custom = unknown())]
fn told_nothing(x: i64) -> i64 {
    x
}

#[test]
fn what_a_plugin_cannot_be_told_has_advice_of_its_own() {
    check::<told_a_list>(expect![[r#"
        error[unstorable-value] task `check.declared.told_a_list`
          > fn told_a_list(x: i64) -> i64 {
          its `custom` cannot be told to a plugin: `custom` is a list, and a plugin takes an object: give it a struct with named fields, or a map with text keys
          instead: give `custom` a struct with named fields, or a map with text keys
    "#]]);
    check::<told_a_large_number>(expect![[r#"
        error[unstorable-value] task `check.declared.told_a_large_number`
          > fn told_a_large_number(x: i64) -> i64 {
          its `custom` cannot be told to a plugin: `custom` has 9007199254740993 at `big`, which a plugin would get as another number, since all its numbers are floats; make it a text
          instead: write the number as a text
    "#]]);
    let findings = found::<told_nothing>();
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].reason.ends_with("nobody knows"),
        "{}",
        findings[0]
    );
    assert_eq!(findings[0].instead, "");
}

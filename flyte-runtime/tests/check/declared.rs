//! What is found in what tasks declare.

use expect_test::{Expect, expect};
use flyte_runtime::{Entity, cluster::Check, prelude::*};
use serde_json::{Value, json};

use crate::{found, registry, shown};

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

#[task(limits(cpu = "1", gpu = 1))]
fn limited(x: i64) -> i64 {
    x
}

#[task(requests(gpu = 1))]
fn with_one(x: i64) -> i64 {
    x
}

#[task(requests(gpu = 0), limits(gpu = 1))]
fn with_one_at_most(x: i64) -> i64 {
    x
}

#[workflow]
fn half(x: i64) -> i64 {
    let own = with_one(x).with_overrides(|o| o.requests(|r| r.gpu("0.5")));
    with_one(own).with_overrides(|o| o.limits(|l| l.gpu("1500m")))
}

#[workflow]
fn uneven(x: i64) -> i64 {
    let own = with_one(x).with_overrides(|o| o.requests(|r| r.gpu(2)).limits(|l| l.gpu(3)));
    with_one(own).with_overrides(|o| o.limits(|l| l.gpu(2)))
}

#[workflow]
fn above(x: i64) -> i64 {
    limited(x).with_overrides(|o| o.requests(|r| r.cpu(4).gpu(2).mem("1Gi")))
}

#[workflow]
fn above_in_a_map(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| limited(x))
        .with_overrides(|o| o.requests(|r| r.cpu("1001m")))
}

#[workflow]
fn even(x: i64) -> i64 {
    let all = with_one(x).with_overrides(|o| o.requests(|r| r.gpu(2)).limits(|l| l.gpu(2)));
    let fewer = limited(all).with_overrides(|o| o.requests(|r| r.gpu(1).cpu("500m")));
    let unsaid = with_one(fewer).with_overrides(|o| o.limits(|l| l.gpu(0)));
    with_one_at_most(unsaid).with_overrides(|o| o.limits(|l| l.cpu(2)))
}

#[test]
fn graphics_processors_of_nodes_are_whole_and_even() {
    check::<half>(expect![[r#"
        error[graphics-processors] node `n0` of `check.declared.half`
          > let own = with_one(x).with_overrides(|o| o.requests(|r| r.gpu("0.5")));
          a part of a graphics processor cannot be asked for
          instead: write a whole number for `gpu`, and the part as `accelerator`
        error[graphics-processors] node `n1` of `check.declared.half`
          > with_one(own).with_overrides(|o| o.limits(|l| l.gpu("1500m")))
          a part of a graphics processor cannot be asked for
          instead: write a whole number for `gpu`, and the part as `accelerator`
    "#]]);
    check::<uneven>(expect![[r#"
        error[graphics-processors] node `n0` of `check.declared.uneven`
          > let own = with_one(x).with_overrides(|o| o.requests(|r| r.gpu(2)).limits(|l| l.gpu(3)));
          it requests another number of graphics processors than its limit is
          instead: override `gpu` in `requests` and in `limits`, with one number
        error[graphics-processors] node `n1` of `check.declared.uneven`
          > with_one(own).with_overrides(|o| o.limits(|l| l.gpu(2)))
          it requests another number of graphics processors than its limit is
          instead: override `gpu` in `requests` and in `limits`, with one number
    "#]]);
    check::<even>(expect![[""]]);
}

#[test]
fn a_request_above_the_limit_of_the_task_is_lowered() {
    check::<above>(expect![[r#"
        warning[request-above-limit] node `n0` of `check.declared.above`
          > limited(x).with_overrides(|o| o.requests(|r| r.cpu(4).gpu(2).mem("1Gi")))
          it requests 4 of `cpu`, which is above the limit of 1, and is lowered to that there
          instead: override `limits`, too
        warning[request-above-limit] node `n0` of `check.declared.above`
          > limited(x).with_overrides(|o| o.requests(|r| r.cpu(4).gpu(2).mem("1Gi")))
          it requests 2 of `gpu`, which is above the limit of 1, and is lowered to that there
          instead: override `limits`, too
    "#]]);
    check::<above_in_a_map>(expect![[r#"
        warning[request-above-limit] node `n0` of `check.declared.above_in_a_map`
          > xs.map(|x| limited(x))
          it requests 1001m of `cpu`, which is above the limit of 1, and is lowered to that there
          instead: override `limits`, too
    "#]]);
}

fn unmade() -> i64 {
    panic!("no default here")
}

#[task]
fn with_unmade(x: i64, #[default(unmade())] y: i64) -> i64 {
    x + y
}

#[workflow]
fn is_given_unmade(#[default(unmade())] x: i64) -> i64 {
    limited(x)
}

#[task]
fn cleans_up(y: i64, #[default(unmade())] x: i64) {
    let _seen = (x, y);
}

#[workflow(on_failure = cleans_up)]
fn cleaned_up(y: i64) -> i64 {
    limited(y)
}

#[test]
fn a_default_that_panics_is_one_finding_among_others() {
    let all = registry(&[
        cleaned_up::descriptor(),
        half::descriptor(),
        is_given_unmade::descriptor(),
        with_unmade::descriptor(),
    ]);
    let findings = Check::new().registry(&all);
    let told: Vec<_> = findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule, finding.place))
        .collect();
    assert_eq!(
        told,
        [
            "unstorable-value task `check.declared.cleans_up`",
            "graphics-processors node `n0` of `check.declared.half`",
            "graphics-processors node `n1` of `check.declared.half`",
            "unstorable-value workflow `check.declared.is_given_unmade`",
            "unstorable-value task `check.declared.with_unmade`",
        ]
    );
    let reason = &findings[0].reason;
    assert!(
        reason.starts_with("the default of `x` panicked at "),
        "{reason}"
    );
    assert!(reason.ends_with(": no default here"), "{reason}");
}

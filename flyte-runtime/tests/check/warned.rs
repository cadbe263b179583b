//! What a cluster does otherwise than a run on this machine.

use std::time::SystemTime;

use expect_test::{Expect, expect};
use flyte_runtime::{
    cluster::check::{Check, Rule},
    entity::Entity,
    prelude::*,
};

use crate::{found, registry, shown};

#[track_caller]
fn check<E: Entity>(expected: Expect) {
    expected.assert_eq(&shown(&found::<E>(), include_str!("warned.rs")));
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task(retries(count = 2, backoff = "1s"), deadline = "1h")]
fn patient(x: i64) -> i64 {
    x
}

#[test]
fn attempts_follow_at_once_and_without_an_end() {
    check::<patient>(expect![[""]]);
    let known = Check::new().allow(Rule::NoBackoff);
    let known = known.allow(Rule::NoDeadline);
    assert_eq!(known.entity(patient::descriptor()), []);
}

#[dynamic(timeout = "1m")]
fn squares(x: i64) -> i64 {
    square(square(x))
}

#[workflow]
fn overridden(x: i64) -> i64 {
    let first = squares(x).with_overrides(|o| o.timeout("1h"));
    square(first).with_overrides(|o| o.cache(false).retries(3).backoff(Backoff::new(std::time::Duration::from_secs(1))))
}

use flyte_runtime::entity::options::Backoff;

#[test]
fn nodes_and_dynamic_tasks_have_their_own_ways() {
    check::<overridden>(expect![[""]]);
}

#[workflow]
fn hasty(x: i64) -> i64 {
    square(x).with_overrides(|o| o.timeout("100ms"))
}

#[test]
fn short_timeouts_are_one_second() {
    check::<hasty>(expect![[""]]);
}

#[container_task(image = "localhost/tool:1", command("false"))]
fn fails();

#[container_task(image = "localhost/tool:1", command("false"), retries = 1)]
fn repeated();

#[test]
fn containers_are_repeated() {
    check::<fails>(expect![[""]]);
    check::<repeated>(expect![[""]]);
}

#[task(retries = 3)]
fn clean_up(x: i64) {
    let _seen = x;
}

#[workflow(on_failure = clean_up)]
fn careful(x: i64) -> i64 {
    square(x)
}

#[test]
fn failure_handlers_run_once() {
    check::<careful>(expect![[""]]);
}

#[workflow]
fn compares(x: f64, at: SystemTime) -> i64 {
    if x <= 1.0 || at > SystemTime::UNIX_EPOCH { square(1) } else { square(2) }
}

#[workflow]
fn compares_strictly(x: f64) -> i64 {
    if x < 1.0 { square(1) } else { square(2) }
}

#[test]
fn the_engine_compares_in_its_own_way() {
    check::<compares>(expect![[""]]);
    check::<compares_strictly>(expect![[""]]);
}

#[task]
fn alone(größe: i64) -> i64 {
    größe
}

#[task]
fn with_default(#[default(3)] x: i64) -> i64 {
    x
}

#[workflow]
fn calls_both() -> i64 {
    with_default(alone(1))
}

#[test]
fn tasks_that_are_started_alone_have_no_defaults() {
    let source = include_str!("warned.rs");
    check::<alone>(expect![[""]]);
    let lonely = Check::new().registry(&registry(&[with_default::descriptor()]));
    expect![[""]].assert_eq(&shown(&lonely, source));
    let called = registry(&[with_default::descriptor(), calls_both::descriptor()]);
    let called = Check::new().allow(Rule::StartedAlone).registry(&called);
    assert_eq!(called, []);
}

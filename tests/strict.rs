//! Strict runs: every value goes through its literal at the boundary of a task.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_runtime::{
    prelude::*,
    testing::TestContext,
    types::{Literal, LiteralType, TypeError},
};

/// A value whose literal form forgets how often it was there.
#[derive(Clone, Debug, PartialEq)]
struct Traveller {
    crossings: i64,
}

impl FlyteType for Traveller {
    fn literal_type() -> LiteralType {
        i64::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        if self.crossings < 0 {
            return Err(TypeError::mismatch("a traveller", "nobody"));
        }
        self.crossings.to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let crossings = i64::from_literal(literal)? + 1;
        Ok(Self { crossings })
    }
}

use flyte_runtime::types::FlyteType;

#[task]
fn start(crossings: i64) -> Traveller {
    Traveller { crossings }
}

#[task]
fn pass(traveller: &Traveller) -> Traveller {
    traveller.clone()
}

#[task]
async fn pass_slowly(traveller: Traveller) -> Traveller {
    tokio::task::yield_now().await;
    traveller
}

#[task]
fn crossings(traveller: Traveller) -> i64 {
    traveller.crossings
}

#[dynamic]
fn unfolds(traveller: Traveller) -> i64 {
    crossings(start(traveller.crossings))
}

#[workflow]
fn travel(from: i64) -> i64 {
    crossings(pass_slowly(pass(start(from))))
}

#[test]
fn values_travel_as_they_are_unless_a_run_is_strict() {
    assert_eq!(travel(0).unwrap(), 0);
    // Out of three tasks and into three.
    let runner = Runner::local().strict(true);
    assert_eq!(runner.run(travel::call(0)).unwrap(), 6);
    assert_eq!(runner.jobs(1).run(travel::call(0)).unwrap(), 6);
}

#[test]
fn the_inputs_of_a_dynamic_task_travel_too() {
    let call = unfolds::call(Traveller { crossings: 0 });
    assert_eq!(Runner::local().run(call.clone()).unwrap(), 0);
    assert_eq!(Runner::local().strict(true).run(call).unwrap(), 3);
}

#[eager]
async fn awaits(from: i64) -> Result<i64, RunError> {
    travel::call(from).await
}

#[test]
fn a_run_inside_of_a_strict_one_is_strict() {
    assert_eq!(awaits::run(0).unwrap(), 0);
    assert_eq!(
        Runner::local().strict(true).run(awaits::call(0)).unwrap(),
        6
    );
}

#[test]
fn a_test_context_is_strict_unless_it_says_otherwise() {
    assert_eq!(TestContext::new().run(|| travel(0)).unwrap(), 6);
    assert_eq!(
        TestContext::new().strict(false).run(|| travel(0)).unwrap(),
        0
    );
}

#[test]
fn a_value_without_a_literal_is_told_by_name() {
    assert_eq!(travel(-1).unwrap(), -1);
    let error = Runner::local()
        .strict(true)
        .run(travel::call(-1))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(
            "task `strict.start` failed (node n0 of `strict.travel`): output `o0` cannot leave the process: expected a traveller, found \
             nobody; a strict run sends every value through its literal, as a cluster does"
        ),
        "{error}"
    );
    let runner = Runner::local().strict(true);
    for error in [
        runner
            .run(crossings::call(Traveller { crossings: -1 }))
            .unwrap_err(),
        runner
            .run(pass_slowly::call(Traveller { crossings: -1 }))
            .unwrap_err(),
    ] {
        let error = error.to_string();
        assert!(
            error.contains("input `traveller` cannot leave the process"),
            "{error}"
        );
    }
}

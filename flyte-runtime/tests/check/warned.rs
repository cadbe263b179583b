//! What a cluster does otherwise than a run on this machine.

use std::{collections::BTreeMap, time::SystemTime};

use expect_test::{Expect, expect};
use flyte_runtime::{
    Entity, RunError,
    cluster::{Check, Rule},
    prelude::*,
};
use jiff::{SignedDuration, Timestamp, civil::Date};

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
    check::<patient>(expect![[r#"
        warning[no-backoff] task `check.warned.patient`
          > fn patient(x: i64) -> i64 {
          it has a `backoff`, and attempts follow one another at once there
          instead: wait in the task, or leave it out
        warning[deadline-per-attempt] task `check.warned.patient`
          > fn patient(x: i64) -> i64 {
          its `deadline` ends each of its attempts there, and all of them together here
          instead: give it the time of one attempt
    "#]]);
    let known = Check::new().allow(Rule::NoBackoff);
    let known = known.allow(Rule::DeadlinePerAttempt);
    assert_eq!(known.entity(patient::descriptor()), []);
}

#[dynamic(timeout = "1m")]
fn squares(x: i64) -> i64 {
    square(square(x))
}

#[workflow]
fn overridden(x: i64) -> i64 {
    let first = squares(x).with_overrides(|o| o.timeout("1h"));
    square(first).with_overrides(|o| {
        o.cache(false)
            .retries(3)
            .backoff(Backoff::new(std::time::Duration::from_secs(1)))
    })
}

use flyte_runtime::compat::options::Backoff;

#[test]
fn nodes_and_dynamic_tasks_have_their_own_ways() {
    check::<overridden>(expect![[r#"
        warning[dynamic-timeout] node `n0` of `check.warned.overridden`
          > let first = squares(x).with_overrides(|o| o.timeout("1h"));
          its `timeout` covers what the dynamic task has built there, and only the building here
          instead: give it the time that its nodes need, too
        warning[node-cache] node `n1` of `check.warned.overridden`
          > square(first).with_overrides(|o| {
          it overrides `cache`, and whether its task is cached there, and under which version, the task says
          instead: say `cache` at the task, or declare a second task that calls the same function
        warning[no-backoff] node `n1` of `check.warned.overridden`
          > square(first).with_overrides(|o| {
          it overrides `backoff`, and attempts follow one another at once there
          instead: wait in the task, or leave it out
        warning[dynamic-timeout] task `check.warned.squares`
          > fn squares(x: i64) -> i64 {
          its `timeout` covers what it has built there, and only the building here
          instead: give it the time that its nodes need, too
    "#]]);
}

#[workflow]
fn hasty(x: i64) -> i64 {
    square(x).with_overrides(|o| o.timeout("100ms"))
}

#[test]
fn short_timeouts_are_one_second() {
    check::<hasty>(expect![[r#"
        warning[short-timeout] node `n0` of `check.warned.hasty`
          > square(x).with_overrides(|o| o.timeout("100ms"))
          a `timeout` of less than a second is over there before the task starts, so it is made one of a second
          instead: give it a second, and the time that a container takes to start
    "#]]);
}

#[container_task(image = "localhost/tool:1", command("false"))]
fn fails();

#[container_task(image = "localhost/tool:1", command("false"), retries = 1)]
fn repeated();

#[test]
fn containers_are_repeated() {
    check::<fails>(expect![[r#"
        warning[system-retries] task `check.warned.fails`
          > fn fails();
          a container that ends with another code than 0 is tried again there, up to 3 times, and once here
          instead: have it do no harm when it is repeated
    "#]]);
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
    check::<careful>(expect![[r#"
        warning[failure-handler] workflow `check.warned.careful`
          > fn careful(x: i64) -> i64 {
          its failure handler `check.warned.clean_up` runs once there, and its `retries` do not count; should it fail, its error takes the place of the cause
          instead: have the handler not fail
    "#]]);
}

#[workflow]
fn compares(x: f64, at: SystemTime) -> i64 {
    if x <= 1.0 || at > SystemTime::UNIX_EPOCH {
        square(1)
    } else {
        square(2)
    }
}

#[workflow]
fn compares_strictly(x: f64) -> i64 {
    if x < 1.0 { square(1) } else { square(2) }
}

#[test]
fn the_engine_compares_in_its_own_way() {
    let as_written = Check::new().as_written().entity(compares::descriptor());
    expect![[r#"
        warning[not-a-number] node `n0` of `check.warned.compares`
          > if x <= 1.0 || at > SystemTime::UNIX_EPOCH {
          `x <= 1.0` holds there when a side is not a number, and does not hold here
          instead: write it with `<` or `>` if a value may be NaN
        warning[whole-seconds] node `n0` of `check.warned.compares`
          > if x <= 1.0 || at > SystemTime::UNIX_EPOCH {
          `at > 1970-01-01T00:00:00+00:00` compares whole seconds there; what is behind the point does not count
          instead: let a task compare the values and give a `bool` if fractions of a second count
    "#]].assert_eq(&shown(&as_written, include_str!("warned.rs")));
    check::<compares>(expect![[r#"
        warning[extra-pod] node `n0` of `check.warned.compares`
          > if x <= 1.0 || at > SystemTime::UNIX_EPOCH {
          its conditions are computed by a task of this program there, in a container of its own
          instead: have the task that gives the value give a `bool` beside it, and look at that
        warning[not-a-number] node `n0` of `check.warned.compares`
          > if x <= 1.0 || at > SystemTime::UNIX_EPOCH {
          `x <= 1.0` holds there when a side is not a number, and does not hold here
          instead: write it with `<` or `>` if a value may be NaN
    "#]]);
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

#[dynamic]
fn calls_it_later(x: i64) -> i64 {
    with_default(x)
}

#[eager]
async fn awaits_it(x: i64) -> Result<i64, RunError> {
    with_default::call(x).await
}

#[test]
fn tasks_that_are_started_alone_have_no_defaults() {
    let source = include_str!("warned.rs");
    check::<alone>(expect![[r#"
        warning[started-alone] task `check.warned.alone`
          > fn alone(größe: i64) -> i64 {
          of `größe` the compiler cannot read the name, so the task runs in workflows, and cannot be started by itself
          instead: name inputs with ASCII letters, digits and `_`
    "#]]);
    let lonely = Check::new().registry(&registry(&[with_default::descriptor()]));
    expect![[r#"
        warning[started-alone] task `check.warned.with_default`
          > fn with_default(#[default(3)] x: i64) -> i64 {
          no workflow of this program calls it, and a task that is started by itself is given no defaults there: all of its inputs have to be given
          instead: give all of its inputs when it is started, or call it in a workflow, which has defaults of its own
    "#]].assert_eq(&shown(&lonely, source));
    // What tasks call when they run is not known.
    for caller in [calls_it_later::descriptor(), awaits_it::descriptor()] {
        let found = Check::new().registry(&registry(&[with_default::descriptor(), caller]));
        assert_eq!(found, [], "{}", caller.name());
    }
    let called = registry(&[with_default::descriptor(), calls_both::descriptor()]);
    let called = Check::new().allow(Rule::StartedAlone).registry(&called);
    assert_eq!(called, []);
}

#[workflow]
fn behind_a_guard(xs: Vec<i64>, ys: BTreeMap<String, i64>, n: i64) -> i64 {
    if n > 0 && xs.at(0) > 3 {
        square(1)
    } else if ys.get("a") > 3 {
        square(2)
    } else {
        square(3)
    }
}

#[workflow]
fn looked_at_first(xs: Vec<i64>, n: i64) -> i64 {
    if xs.at(0) > 3 && (n > 0 || xs.at(0) > 5) {
        square(1)
    } else {
        square(2)
    }
}

#[workflow]
fn inside_of_the_case(xs: Vec<i64>, n: i64) -> i64 {
    if n > 0 {
        if xs.at(0) > 3 { square(1) } else { square(2) }
    } else {
        square(3)
    }
}

#[test]
fn parts_behind_a_condition_are_taken_before_it_is_asked() {
    check::<behind_a_guard>(expect![[r#"
        warning[guarded-part] node `n0` of `check.warned.behind_a_guard`
          > if n > 0 && xs.at(0) > 3 {
          `xs[0] > 3` looks at an element or a key, which is taken there before any condition is asked: where it is missing the run fails
          instead: look at it in an `if` inside of the case
        warning[guarded-part] node `n0` of `check.warned.behind_a_guard`
          > if n > 0 && xs.at(0) > 3 {
          `ys["a"] > 3` looks at an element or a key, which is taken there before any condition is asked: where it is missing the run fails
          instead: look at it in an `if` inside of the case
    "#]]);
    check::<looked_at_first>(expect![[""]]);
    check::<inside_of_the_case>(expect![[""]]);
}

#[task(retries = 2)]
fn patient_task(x: i64) -> i64 {
    x
}

#[workflow]
fn never_again(x: i64) -> i64 {
    let first = patient_task(x).with_overrides(|o| o.retries(0));
    // These have none.
    square(first).with_overrides(|o| o.retries(0))
}

#[test]
fn no_retries_at_a_node_are_those_of_its_task() {
    check::<never_again>(expect![[r#"
        warning[zero-retries] node `n0` of `check.warned.never_again`
          > let first = patient_task(x).with_overrides(|o| o.retries(0));
          it overrides `retries` with 0, which has no effect there: it has the retries of its task
          instead: declare a second task without `retries` that calls the same function
    "#]]);
}

#[workflow]
fn asks() -> (Option<i64>, i64) {
    (
        wait_for_input::<Option<i64>>("maybe", "1h"),
        wait_for_input::<i64>("number", "1h"),
    )
}

#[test]
fn a_gate_takes_no_option() {
    check::<asks>(expect![[r#"
        warning[gate-of-option] node `n0` of `check.warned.asks`
          > wait_for_input::<Option<i64>>("maybe", "1h"),
          it waits for integer or nothing, and the server refuses every answer, which is one of these and not all of them
          instead: wait for a value, or for a struct with an `Option` in it
    "#]]);
}

#[task]
fn nested(xs: Vec<Vec<Vec<i64>>>) -> usize {
    xs.len()
}

#[workflow]
fn nests(xs: Vec<Vec<Vec<i64>>>) -> usize {
    nested(xs)
}

#[launch_plan]
fn plan_of_nests(xs: Vec<Vec<Vec<i64>>>) -> usize {
    nests(xs = xs)
}

#[workflow]
fn starts_it(x: i64) -> (usize, usize, usize) {
    (
        plan_of_nests(vec![vec![vec![]], vec![vec![1]]]),
        plan_of_nests(vec![vec![vec![1]], vec![vec![]]]),
        // Not by itself.
        nested(vec![vec![vec![]], vec![vec![x]]]),
    )
}

#[test]
fn an_execution_is_started_with_values_that_show_their_types() {
    check::<starts_it>(expect![[r#"
        warning[unclear-input] node `n0` of `check.warned.starts_it`
          > plan_of_nests(vec![vec![vec![]], vec![vec![1]]]),
          the input `xs` is given a value that does not show its type by itself, and the execution is not started
          instead: let a task give the value to a workflow that is called without its launch plan
        warning[unclear-input] node `n1` of `check.warned.starts_it`
          > plan_of_nests(vec![vec![vec![1]], vec![vec![]]]),
          the input `xs` is given a value that does not show its type by itself, and the execution is not started
          instead: let a task give the value to a workflow that is called without its launch plan
    "#]]);
    check::<nests>(expect![[""]]);
}

const LONG: SignedDuration = SignedDuration::from_hours(300 * 366 * 24);

#[task]
fn waits(by: SignedDuration, others: Vec<SignedDuration>) -> SignedDuration {
    others
        .iter()
        .fold(by, |sum, other| sum.saturating_add(*other))
}

#[workflow]
fn for_centuries(#[default(LONG)] by: SignedDuration) -> i64 {
    let all = waits(by, vec![LONG, SignedDuration::ZERO]);
    if all > -LONG { square(1) } else { square(2) }
}

#[workflow]
fn for_long(
    #[default(SignedDuration::from_hours(290 * 365 * 24))] by: SignedDuration,
) -> SignedDuration {
    waits(by, vec![])
}

#[test]
fn durations_end_after_292_years() {
    check::<for_centuries>(expect![[r#"
        warning[long-duration] workflow `check.warned.for_centuries`
          > fn for_centuries(#[default(LONG)] by: SignedDuration) -> i64 {
          the default of `by` has a duration of more than 292 years, which Flyte's engine cannot read: no run can begin
          instead: give a shorter duration, or none for no limit
        warning[extra-pod] node `n1` of `check.warned.for_centuries`
          > if all > -LONG { square(1) } else { square(2) }
          its conditions are computed by a task of this program there, in a container of its own
          instead: have the task that gives the value give a `bool` beside it, and look at that
        warning[long-duration] node `n0` of `check.warned.for_centuries`
          > let all = waits(by, vec![LONG, SignedDuration::ZERO]);
          the input `others` has a duration of more than 292 years, which Flyte's engine cannot read: no run can begin
          instead: give a shorter duration, or none for no limit
        warning[long-duration] node `n1` of `check.warned.for_centuries`
          > if all > -LONG { square(1) } else { square(2) }
          what a condition looks at has a duration of more than 292 years, which Flyte's engine cannot read: no run can begin
          instead: give a shorter duration, or none for no limit
    "#]]);
    check::<for_long>(expect![[""]]);
}

#[derive(Clone, Debug, FlyteType)]
struct Visit {
    day: Date,
    times: Vec<Timestamp>,
    takes: Option<SignedDuration>,
    who: String,
}

#[task]
fn visit(who: String) -> Visit {
    Visit {
        day: Date::MIN,
        times: Vec::new(),
        takes: None,
        who,
    }
}

#[task]
fn next(day: Date) -> Date {
    day
}

#[workflow]
fn parts(
    who: String,
) -> (
    Date,
    Vec<Timestamp>,
    Option<SignedDuration>,
    String,
    Date,
    Visit,
) {
    let visit = visit(who);
    let fields = visit.fields();
    (
        fields.day,
        fields.times,
        fields.takes,
        fields.who,
        next(fields.day),
        visit,
    )
}

#[test]
fn times_in_structs_are_texts() {
    check::<parts>(expect![[r#"
        warning[time-in-struct] workflow `check.warned.parts`
          > fn parts(
          the output `o0`, date here, is a part of a struct, and stays a text there until a task takes it
          instead: let a task give the part
        warning[time-in-struct] workflow `check.warned.parts`
          > fn parts(
          the output `o1`, list of datetime here, is a part of a struct, and stays a text there until a task takes it
          instead: let a task give the part
        warning[time-in-struct] workflow `check.warned.parts`
          > fn parts(
          the output `o2`, duration or nothing here, is a part of a struct, and stays a text there until a task takes it
          instead: let a task give the part
    "#]]);
}

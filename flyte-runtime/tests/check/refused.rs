//! What a cluster refuses, or fails to run.

use expect_test::{Expect, expect};
use flyte_runtime::{
    cluster::check::{Check, Rule},
    entity::Entity,
    prelude::*,
    types::{FlyteType, Literal, LiteralType, TypeError},
};

use crate::{found, found_as_written, shown};

#[derive(Clone, Debug, PartialEq, FlyteType)]
pub(crate) struct Parcel {
    weight: f64,
    note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
pub(crate) enum Kind {
    Box,
    Letter,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
pub(crate) enum Lists {
    Numbers(Vec<i64>),
    Words(Vec<String>),
}

#[derive(Clone, Debug, FlyteOutputs)]
pub(crate) struct Measured {
    value: i64,
    detail: i64,
}

#[derive(Clone, Debug, FlyteOutputs)]
pub(crate) struct Described {
    value: i64,
    detail: String,
}

#[task]
pub(crate) fn square(x: i64) -> i64 {
    x * x
}

#[task]
pub(crate) fn parcel(x: i64) -> Parcel {
    Parcel {
        weight: x as f64,
        note: None,
    }
}

#[task]
pub(crate) fn kind(x: i64) -> Kind {
    if x > 1 { Kind::Box } else { Kind::Letter }
}

#[task]
pub(crate) fn maybe(x: i64) -> Option<i64> {
    (x > 1).then_some(x)
}

#[track_caller]
fn check<E: Entity>(expected: Expect) {
    expected.assert_eq(&shown(&found::<E>(), include_str!("refused.rs")));
}

#[track_caller]
fn as_written<E: Entity>(expected: Expect) {
    expected.assert_eq(&shown(&found_as_written::<E>(), include_str!("refused.rs")));
}

#[workflow]
fn clean(x: i64) -> i64 {
    let first = square(x);
    if first > 10 && x != 3 { square(first) } else { square(x) }
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    check::<clean>(expect![[""]]);
    as_written::<clean>(expect![[""]]);
}

#[workflow]
fn same(x: i64) -> i64 {
    x
}

#[workflow]
fn at_most_ten(x: i64) -> i64 {
    if x > 10 { square(x) } else { x }
}

#[test]
fn a_workflow_and_a_case_have_nodes() {
    as_written::<same>(expect![[""]]);
    as_written::<at_most_ten>(expect![[""]]);
    // Lowered they have.
    check::<same>(expect![[""]]);
    check::<at_most_ten>(expect![[""]]);
}

#[workflow]
fn heavy(x: i64) -> i64 {
    let sent = parcel(x);
    if sent.fields().weight > 10.0 { square(x) } else { square(1) }
}

#[workflow]
fn first_of(xs: Vec<i64>) -> i64 {
    let x = xs.at(0);
    if x == 3 { square(x) } else { square(1) }
}

#[test]
fn conditions_look_at_whole_values() {
    as_written::<heavy>(expect![[""]]);
    as_written::<first_of>(expect![[""]]);
    check::<heavy>(expect![[""]]);
}

#[workflow]
fn boxed(x: i64) -> i64 {
    match kind(x) {
        Kind::Box => square(x),
        Kind::Letter => square(1),
    }
}

#[workflow]
fn same_kind(x: i64, y: i64) -> i64 {
    if kind(x) == kind(y) { square(x) } else { square(y) }
}

#[test]
fn enums_are_compared_with_each_other_alone() {
    as_written::<boxed>(expect![[""]]);
    as_written::<same_kind>(expect![[""]]);
    check::<boxed>(expect![[""]]);
}

#[workflow]
fn given(x: i64) -> i64 {
    if maybe(x).is_some() { square(x) } else { square(1) }
}

#[workflow]
fn given_three(x: i64) -> i64 {
    if maybe(x) == Some(3) { square(x) } else { square(1) }
}

#[workflow]
fn both_given(x: i64) -> i64 {
    if maybe(x) == maybe(2) { square(x) } else { square(1) }
}

#[test]
fn options_are_not_looked_into() {
    as_written::<given>(expect![[""]]);
    as_written::<given_three>(expect![[""]]);
    as_written::<both_given>(expect![[""]]);
}

#[task]
fn measured(x: i64) -> Measured {
    Measured {
        value: x,
        detail: x,
    }
}

#[task]
fn described(x: i64) -> Described {
    Described {
        value: x,
        detail: x.to_string(),
    }
}

#[workflow]
fn cases_differ(x: i64) -> i64 {
    let value = if x > 3 { measured(x).value } else { described(x).value };
    square(value)
}

#[test]
fn cases_give_the_same_types_under_one_name() {
    check::<cases_differ>(expect![[""]]);
}

#[workflow]
fn approved_part(x: i64) -> f64 {
    approve(parcel(x).fields().weight, "weight", "1h")
}

#[test]
fn gates_hand_on_whole_values() {
    as_written::<approved_part>(expect![[""]]);
}

#[launch_plan]
fn squared(x: i64) -> i64 {
    clean(x = x)
}

#[workflow]
fn all_squared(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| squared(x))
}

#[reference_task(project = "p", domain = "d", name = "team.double", version = "v1")]
fn double(x: i64) -> i64;

#[workflow]
fn all_doubled(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| double(x))
}

#[test]
fn maps_run_tasks_of_the_program() {
    as_written::<all_squared>(expect![[""]]);
    check::<all_doubled>(expect![[""]]);
}

#[reference_workflow(project = "p", domain = "d", name = "team.whole", version = "v1")]
fn whole(x: i64) -> i64;

#[workflow]
fn calls_a_workflow_of_the_cluster(x: i64) -> i64 {
    square(whole(x))
}

#[test]
fn a_workflow_of_the_cluster_is_started_by_its_launch_plan() {
    as_written::<calls_a_workflow_of_the_cluster>(expect![[""]]);
    // Lowered it is, and that is told.
    check::<calls_a_workflow_of_the_cluster>(expect![[""]]);
}

#[workflow]
fn calls_a_task_of_the_cluster(x: i64) -> i64 {
    square(double(x))
}

#[test]
fn dynamic_tasks_call_tasks_of_the_program() {
    // As what a dynamic task builds is looked at.
    let graph = calls_a_task_of_the_cluster::graph().unwrap();
    let findings = Check::new().built(&graph);
    expect![[""]].assert_eq(&shown(&findings, include_str!("refused.rs")));
    check::<calls_a_task_of_the_cluster>(expect![[""]]);
}

#[workflow]
fn größer(größe: i64) -> i64 {
    square(größe)
}

#[test]
fn names_that_are_read_are_ascii() {
    check::<größer>(expect![[""]]);
}

#[workflow]
fn aliases(x: i64) -> i64 {
    let known = square(x).with_overrides(|o| o.alias("o0", "squared"));
    let unknown = square(known).with_overrides(|o| o.alias("o1", "other"));
    let measured = measured(unknown).with_overrides(|o| o.alias("value", "detail"));
    square(measured.value)
}

#[test]
fn aliases_are_those_of_outputs() {
    check::<aliases>(expect![[""]]);
}

#[task]
fn lists(lists: Lists) -> i64 {
    match lists {
        Lists::Numbers(numbers) => numbers.len() as i64,
        Lists::Words(words) => words.len() as i64,
    }
}

#[workflow]
fn no_list() -> i64 {
    lists(Lists::Words(vec![]))
}

#[workflow]
fn a_list() -> i64 {
    lists(Lists::Words(vec!["a".to_owned()]))
}

#[test]
fn values_fit_one_variant_of_a_union() {
    check::<no_list>(expect![[""]]);
    check::<a_list>(expect![[""]]);
}

/// A text, which Flyte is told is an integer.
#[derive(Clone, Debug, PartialEq)]
struct Confused(String);

impl FlyteType for Confused {
    fn literal_type() -> LiteralType {
        LiteralType::Integer
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        match self.0.as_str() {
            "nothing" => Err(TypeError::mismatch("something", "nothing")),
            _ => self.0.to_literal(),
        }
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        String::from_literal(literal).map(Self)
    }
}

#[task]
fn confused(x: Confused) -> i64 {
    x.0.len() as i64
}

#[workflow]
fn gives_a_text() -> i64 {
    confused(Confused("five".to_owned()))
}

#[workflow]
fn gives_nothing() -> i64 {
    confused(Confused("nothing".to_owned()))
}

#[test]
fn values_have_the_types_of_what_they_are_given_to() {
    check::<gives_a_text>(expect![[""]]);
    check::<gives_nothing>(expect![[""]]);
}

/// One of two texts, and any other.
#[derive(Clone, Debug, PartialEq)]
struct Chosen(String);

impl FlyteType for Chosen {
    fn literal_type() -> LiteralType {
        Kind::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        self.0.to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        String::from_literal(literal).map(Self)
    }
}

#[task]
fn chosen(x: Chosen) -> i64 {
    x.0.len() as i64
}

#[workflow]
fn gives_another() -> i64 {
    chosen(Chosen("Bag".to_owned()))
}

#[test]
fn a_constant_for_an_enum_is_one_of_its_values() {
    check::<gives_another>(expect![[""]]);
}

#[workflow]
fn long() -> i64 {
    let mut x = square(1);
    for _ in 0..100 {
        x = square(x);
    }
    x
}

#[test]
fn workflows_have_a_hundred_nodes() {
    check::<long>(expect![[""]]);
    let findings = Check::new().max_nodes(101).entity(long::descriptor());
    assert_eq!(findings, []);
}

#[launch_plan(labels(team = "the good ones", "größe" = "3"))]
fn labelled(x: i64) -> i64 {
    clean(x = x)
}

#[task(labels("a b" = "c"), annotations("a/b/c" = "anything goes"))]
fn labelled_task(x: i64) -> i64 {
    x
}

#[test]
fn labels_are_those_of_kubernetes() {
    check::<labelled>(expect![[""]]);
    check::<labelled_task>(expect![[""]]);
}

#[task]
fn deep(x: Vec<Vec<Vec<i64>>>) -> i64 {
    x.len() as i64
}

#[workflow]
fn nested(#[default(vec![vec![vec![]], vec![vec![1]]])] x: Vec<Vec<Vec<i64>>>) -> i64 {
    deep(x)
}

#[launch_plan]
fn fixed() -> i64 {
    nested(x = vec![vec![vec![]], vec![vec![1]]])
}

#[test]
fn defaults_and_fixed_values_show_their_types() {
    check::<nested>(expect![[""]]);
    check::<fixed>(expect![[""]]);
}

#[task(requests(gpu = "500m"))]
fn half_a_gpu() {}

#[task(requests(gpu = 1), limits(gpu = 2))]
fn more_gpus() {}

#[task(requests(gpu = 1), limits(gpu = 1))]
fn one_gpu() {}

#[test]
fn graphics_processors_are_whole() {
    check::<half_a_gpu>(expect![[""]]);
    check::<more_gpus>(expect![[""]]);
    check::<one_gpu>(expect![[""]]);
}

#[echo_task]
fn echoes(x: i64, y: i64) -> (i64, i64);

#[workflow]
fn echoed(x: i64) -> i64 {
    let (first, _) = echoes(x, 2);
    first
}

#[test]
fn echo_tasks_have_one_input() {
    as_written::<echoed>(expect![[""]]);
    check::<echoed>(expect![[""]]);
}

#[workflow]
fn named_like_an_end(x: i64) -> i64 {
    square(x).with_overrides(|o| o.node_name("start-node"))
}

#[workflow]
fn with_memory(x: i64) -> i64 {
    clean(x).with_overrides(|o| o.requests(|r| r.mem("1Gi")))
}

#[workflow]
fn far_element(xs: Vec<i64>) -> i64 {
    square(xs.at(3_000_000_000))
}

#[workflow]
fn calls_itself(x: i64) -> i64 {
    calls_itself(x)
}

#[test]
fn what_has_no_place_in_a_message_is_told_too() {
    check::<named_like_an_end>(expect![[""]]);
    check::<with_memory>(expect![[""]]);
    check::<far_element>(expect![[""]]);
    check::<calls_itself>(expect![[""]]);
}

#[test]
fn every_rule_has_a_code_of_its_own() {
    for rule in Rule::ALL {
        assert_eq!(Rule::of_code(rule.code()), Some(*rule));
        assert!(rule.summary().ends_with('.'), "{rule}: {}", rule.summary());
    }
}

#[test]
fn a_rule_can_be_left_out() {
    let check = Check::new().as_written().without(Rule::ConditionOnPart);
    assert_eq!(check.entity(heavy::descriptor()), []);
    // An error is told whatever is allowed.
    let check = Check::new().allow(Rule::MapOverReference);
    assert_eq!(check.entity(all_doubled::descriptor()).len(), 1);
}

//! What a cluster refuses, or fails to run.

use expect_test::{Expect, expect};
use flyte_runtime::{
    Entity,
    cluster::{Check, Finding, Rule},
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
    if first > 10 && x != 3 {
        square(first)
    } else {
        square(x)
    }
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
    as_written::<same>(expect![[r#"
        error[no-nodes] workflow `check.refused.same`
          > fn same(x: i64) -> i64 {
          it calls nothing, and a workflow without nodes is refused
          instead: call a task that gives its result
    "#]]);
    as_written::<at_most_ten>(expect![[r#"
        error[no-nodes] node `n0/n1` of `check.refused.at_most_ten`
          > if x > 10 { square(x) } else { x }
          this case of the branch calls nothing, and a workflow without nodes is refused
          instead: call a task that gives the value of the case
    "#]]);
    // Lowered they have.
    check::<same>(expect![[""]]);
    check::<at_most_ten>(expect![[""]]);
}

#[workflow]
fn heavy(x: i64) -> i64 {
    let sent = parcel(x);
    if sent.fields().weight > 10.0 {
        square(x)
    } else {
        square(1)
    }
}

#[workflow]
fn first_of(xs: Vec<i64>) -> i64 {
    let x = xs.at(0);
    if x == 3 { square(x) } else { square(1) }
}

#[test]
fn conditions_look_at_whole_values() {
    as_written::<heavy>(expect![[r#"
        error[condition-on-part] node `n1` of `check.refused.heavy`
          > if sent.fields().weight > 10.0 {
          `n0.o0.weight > 10.0` looks at a part of a value, and Flyte compares whole values
          instead: let a task look at the value and give a `bool`, or give the part as an output of its own
    "#]]);
    as_written::<first_of>(expect![[r#"
        error[condition-on-part] node `n0` of `check.refused.first_of`
          > if x == 3 { square(x) } else { square(1) }
          `xs[0] == 3` looks at a part of a value, and Flyte compares whole values
          instead: let a task look at the value and give a `bool`, or give the part as an output of its own
    "#]]);
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
    if kind(x) == kind(y) {
        square(x)
    } else {
        square(y)
    }
}

#[test]
fn enums_are_compared_with_each_other_alone() {
    as_written::<boxed>(expect![[r#"
        error[condition-on-enum] node `n1` of `check.refused.boxed`
          > match kind(x) {
          `n0.o0 == "Box"` compares an enum, which Flyte takes for another type than the text that stands for it
          instead: let a task look at the value and give a `bool`, or the text
    "#]]);
    as_written::<same_kind>(expect![[""]]);
    check::<boxed>(expect![[""]]);
}

#[workflow]
fn given(x: i64) -> i64 {
    if maybe(x).is_some() {
        square(x)
    } else {
        square(1)
    }
}

#[workflow]
fn given_three(x: i64) -> i64 {
    if maybe(x) == Some(3) {
        square(x)
    } else {
        square(1)
    }
}

#[workflow]
fn both_given(x: i64) -> i64 {
    if maybe(x) == maybe(2) {
        square(x)
    } else {
        square(1)
    }
}

#[derive(Clone, Debug, FlyteType)]
struct Tagged {
    label: Option<String>,
}

#[task]
fn tagged(x: i64) -> Tagged {
    Tagged {
        label: (x > 0).then(String::new),
    }
}

#[workflow]
fn looks_at_a_field(x: i64) -> i64 {
    if tagged(x).fields().label.is_some() {
        square(1)
    } else {
        square(2)
    }
}

/// Each by itself would be refused.
#[test]
fn an_option_in_a_struct_breaks_two_rules() {
    let written = found_as_written::<looks_at_a_field>();
    let rules: Vec<_> = written.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [Rule::ConditionOnPart, Rule::ConditionOnOption]);
    let lowered = found::<looks_at_a_field>();
    assert!(!lowered.iter().any(Finding::is_error), "{lowered:?}");
}

#[test]
fn options_are_not_looked_into() {
    as_written::<given>(expect![[r#"
        error[condition-on-option] node `n1` of `check.refused.given`
          > if maybe(x).is_some() {
          `n0.o0 != none` looks into an `Option`, and Flyte compares values that are there
          instead: let a task look at the value and give a `bool`
    "#]]);
    as_written::<given_three>(expect![[r#"
        error[condition-on-option] node `n1` of `check.refused.given_three`
          > if maybe(x) == Some(3) {
          `n0.o0 == 3` looks into an `Option`, and Flyte compares values that are there
          instead: let a task look at the value and give a `bool`
    "#]]);
    as_written::<both_given>(expect![[r#"
        error[options-compared] node `n2` of `check.refused.both_given`
          > if maybe(x) == maybe(2) {
          `n0.o0 == n1.o0` compares two values that may be nothing, which is registered and fails when it runs
          instead: let a task look at the values and give a `bool`
    "#]]);
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
    let value = if x > 3 {
        measured(x).value
    } else {
        described(x).value
    };
    square(value)
}

#[test]
fn cases_give_the_same_types_under_one_name() {
    check::<cases_differ>(expect![[""]]);
    as_written::<cases_differ>(expect![[r#"
        error[case-outputs] node `n0` of `check.refused.cases_differ`
          > let value = if x > 3 {
          its cases give `detail` as integer and as string
          instead: give the outputs of the tasks in its cases other names, or one type
    "#]]);
}

#[workflow]
fn approved_part(x: i64) -> f64 {
    approve(parcel(x).fields().weight, "weight", "1h")
}

#[task]
fn doubled(x: f64) -> f64 {
    2.0 * x
}

#[workflow]
fn reads_approved_part(x: i64) -> f64 {
    let approved = approve(parcel(x).fields().weight, "weight", "1h");
    doubled(approved)
}

#[workflow]
fn looks_far(xs: Vec<i64>) -> i64 {
    if xs.at(3_000_000_000) > 1 {
        square(1)
    } else {
        square(2)
    }
}

#[test]
fn what_is_added_for_the_cluster_is_told_in_words_of_the_source() {
    check::<looks_far>(expect![[r#"
        error[index-too-large] node `n0` of `check.refused.looks_far`
          > if xs.at(3_000_000_000) > 1 {
          what a condition looks at is element 3000000000 of a list, and Flyte counts elements up to 2147483647
          instead: pass the list on and take the element in a task
    "#]]);
    let few = Check::new().max_nodes(1);
    let findings = few.entity(weighed::descriptor());
    expect![[r#"
        error[too-many-nodes] workflow `check.refused.weighed`
          > fn weighed(x: i64) -> i64 {
          it has 3 nodes, 1 of them added for the cluster, and the server takes 1
          instead: put some of them into a workflow and call that, use a map, or say what your server takes: `--max-nodes`
    "#]].assert_eq(&shown(&findings, include_str!("refused.rs")));
}

#[workflow]
fn weighed(x: i64) -> i64 {
    if parcel(x).fields().weight > 1.0 {
        square(1)
    } else {
        square(2)
    }
}

#[test]
fn gates_hand_on_whole_values() {
    as_written::<approved_part>(expect![[r#"
        error[approves-part] node `n1` of `check.refused.approved_part`
          > approve(parcel(x).fields().weight, "weight", "1h")
          a gate hands on whole values, and the input `o0` is a part of one: float
          instead: approve what a task makes of it
    "#]]);
    // One finding, whoever reads it.
    let found = found_as_written::<reads_approved_part>();
    let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [Rule::ApprovesPart]);
    check::<approved_part>(expect![[""]]);
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

#[container_task(image = "localhost/tool:1", command("tool"), retries = 1)]
fn by_a_tool(x: i64) -> i64;

#[workflow]
fn all_by_a_tool(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| by_a_tool(x))
}

#[workflow]
fn some_squared(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| squared(x)).min_successes(1)
}

#[workflow]
fn some_doubled(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| double(x)).min_successes(1)
}

#[test]
fn maps_run_tasks_of_the_program() {
    as_written::<all_squared>(expect![[r#"
        error[map-over-launch-plan] node `n0` of `check.refused.all_squared`
          > xs.map(|x| squared(x))
          a map over the launch plan `check.refused.squared` is given lists where the launch plan takes elements
          instead: map without `min_successes` and `min_success_ratio`, or call the launch plan for each element in a `#[dynamic]` task
    "#]]);
    as_written::<all_doubled>(expect![[r#"
        error[map-over-reference] node `n0` of `check.refused.all_doubled`
          > xs.map(|x| double(x))
          a map over `check.refused.double`, a task of the cluster, is given lists where the task takes elements
          instead: map without `min_successes` and `min_success_ratio`, and not in a `#[dynamic]` task, or map a task of this program
    "#]]);
    // Lowered, there is a way where all elements have to succeed.
    check::<all_squared>(expect![[r#"
        warning[extra-pod] node `n0` of `check.refused.all_squared`
          > xs.map(|x| squared(x))
          each element is an execution of its own there, which a task of this program starts, in a container of its own
          instead: 
    "#]]);
    check::<all_doubled>(expect![[r#"
        warning[extra-pod] node `n0` of `check.refused.all_doubled`
          > xs.map(|x| double(x))
          each element is an execution of its own there, which a task of this program starts, in a container of its own
          instead: 
    "#]]);
    check::<some_squared>(expect![[r#"
        error[map-over-launch-plan] node `n0` of `check.refused.some_squared`
          > xs.map(|x| squared(x)).min_successes(1)
          a map over the launch plan `check.refused.squared` is given lists where the launch plan takes elements
          instead: map without `min_successes` and `min_success_ratio`, or call the launch plan for each element in a `#[dynamic]` task
    "#]]);
    check::<all_by_a_tool>(expect![[r#"
        error[map-without-program] node `n0` of `check.refused.all_by_a_tool`
          > xs.map(|x| by_a_tool(x))
          each container of a map has to know which element it is for, and `check.refused.by_a_tool` is not run by this program
          instead: call it in a `#[dynamic]` task, once for each element
    "#]]);
    check::<some_doubled>(expect![[r#"
        error[map-over-reference] node `n0` of `check.refused.some_doubled`
          > xs.map(|x| double(x)).min_successes(1)
          a map over `check.refused.double`, a task of the cluster, is given lists where the task takes elements
          instead: map without `min_successes` and `min_success_ratio`, and not in a `#[dynamic]` task, or map a task of this program
    "#]]);
}

#[reference_workflow(project = "p", domain = "d", name = "team.whole", version = "v1")]
fn whole(x: i64) -> i64;

#[workflow]
fn calls_a_workflow_of_the_cluster(x: i64) -> i64 {
    square(whole(x))
}

#[test]
fn a_workflow_of_the_cluster_is_started_by_its_launch_plan() {
    as_written::<calls_a_workflow_of_the_cluster>(expect![[r#"
        error[reference-workflow] node `n0` of `check.refused.calls_a_workflow_of_the_cluster`
          > square(whole(x))
          a workflow of the cluster cannot be a part of another one
          instead: declare its launch plan, which has its name, with `#[reference_launch_plan]`, and call that
    "#]]);
    // Lowered it is, and that is told.
    check::<calls_a_workflow_of_the_cluster>(expect![[r#"
        warning[started-as-launch-plan] node `n0` of `check.refused.calls_a_workflow_of_the_cluster`
          > square(whole(x))
          the workflow of the cluster is started as the launch plan that has its name, in an execution of its own
          instead: declare that launch plan, with `#[reference_launch_plan]`, and call it
    "#]]);
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
    expect![[r#"
        error[reference-in-dynamic] node `n0` of `check.refused.calls_a_task_of_the_cluster`
          > square(double(x))
          what a dynamic task builds has the tasks of this program, and no others are looked for
          instead: call the `#[reference_task]` in a workflow, and that by a launch plan, or declare the task in this program
    "#]].assert_eq(&shown(&findings, include_str!("refused.rs")));
    check::<calls_a_task_of_the_cluster>(expect![[""]]);
}

#[workflow]
fn größer(größe: i64) -> i64 {
    square(größe)
}

#[test]
fn names_that_are_read_are_ascii() {
    check::<größer>(expect![[r#"
        error[name-not-ascii] node `n0` of `check.refused.größer`
          > square(größe)
          the input `x` is made of `größe`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input
          instead: rename `größe` with ASCII letters, digits and `_`
    "#]]);
}

#[workflow]
fn aliased(x: i64) -> i64 {
    let ascii = square(x).with_overrides(|o| o.alias("o0", "squared"));
    square(square(ascii).with_overrides(|o| o.alias("o0", "größe")))
}

#[test]
fn so_are_aliases() {
    check::<aliased>(expect![[r#"
        error[name-not-ascii] node `n2` of `check.refused.aliased`
          > square(square(ascii).with_overrides(|o| o.alias("o0", "größe")))
          the input `x` is made of `größe`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input
          instead: rename `größe` with ASCII letters, digits and `_`
    "#]]);
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
    check::<no_list>(expect![[r#"
        error[ambiguous-union] node `n0` of `check.refused.no_list`
          > lists(Lists::Words(vec![]))
          the input `lists`, which is list of integer or list of string, is given an empty list, which fits several of its variants
          instead: let a task give the variant that is meant
    "#]]);
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
    check::<gives_a_text>(expect![[r#"
        error[binding-types] node `n0` of `check.refused.gives_a_text`
          > confused(Confused("five".to_owned()))
          the input `x`, which is integer, is given string, and Flyte does not cast that to it
          instead: let a task make one of the other
    "#]]);
    check::<gives_nothing>(expect![[r#"
        error[unstorable-value] node `n0` of `check.refused.gives_nothing`
          > confused(Confused("nothing".to_owned()))
          the value for the input `x` cannot be stored: expected something, found nothing
          instead: give a value that Flyte can store
    "#]]);
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
    check::<gives_another>(expect![[r#"
        error[enum-value] node `n0` of `check.refused.gives_another`
          > chosen(Chosen("Bag".to_owned()))
          the input `x`, which is "Box" or "Letter", is given "Bag", which is none of its values
          instead: give one of its values
    "#]]);
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
    check::<long>(expect![[r#"
        error[too-many-nodes] workflow `check.refused.long`
          > fn long() -> i64 {
          it has 101 nodes, and the server takes 100
          instead: put some of them into a workflow and call that, use a map, or say what your server takes: `--max-nodes`
    "#]]);
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
    check::<labelled>(expect![[r#"
        error[execution-labels] launch plan `check.refused.labelled`
          > fn labelled(x: i64) -> i64 {
          Kubernetes does not take the value `the good ones` of the label `team`
          instead: use letters, digits, `-`, `_` and `.`, at most 63, and in front of a key a domain and `/` if need be
        error[execution-labels] launch plan `check.refused.labelled`
          > fn labelled(x: i64) -> i64 {
          Kubernetes does not take the key `größe` of a label
          instead: use letters, digits, `-`, `_` and `.`, at most 63, and in front of a key a domain and `/` if need be
    "#]]);
    check::<labelled_task>(expect![[r#"
        error[pod-labels] task `check.refused.labelled_task`
          > fn labelled_task(x: i64) -> i64 {
          Kubernetes does not take the key `a b` of a label, and the pod cannot be made
          instead: use letters, digits, `-`, `_` and `.`, at most 63, and in front of a key a domain and `/` if need be
        error[pod-labels] task `check.refused.labelled_task`
          > fn labelled_task(x: i64) -> i64 {
          Kubernetes does not take the key `a/b/c` of an annotation, and the pod cannot be made
          instead: use letters, digits, `-`, `_` and `.`, at most 63, and in front of a key a domain and `/` if need be
    "#]]);
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
    check::<nested>(expect![[r#"
        error[launch-plan-input] workflow `check.refused.nested`
          > fn nested(#[default(vec![vec![vec![]], vec![vec![1]]])] x: Vec<Vec<Vec<i64>>>) -> i64 {
          the default of `x`, which is list of list of list of integer, shows list of list of list of nothing or list of list of integer by itself, and is refused
          instead: make the input an `Option`, and let a task say what it is without a value
    "#]]);
    check::<fixed>(expect![[r#"
        error[launch-plan-input] launch plan `check.refused.fixed`
          > fn fixed() -> i64 {
          the fixed value of `x`, which is list of list of list of integer, shows list of list of list of nothing or list of list of integer by itself, and is refused
          instead: make the input an `Option`, and let a task say what it is without a value
        error[launch-plan-input] workflow `check.refused.nested`
          > fn nested(#[default(vec![vec![vec![]], vec![vec![1]]])] x: Vec<Vec<Vec<i64>>>) -> i64 {
          the default of `x`, which is list of list of list of integer, shows list of list of list of nothing or list of list of integer by itself, and is refused
          instead: make the input an `Option`, and let a task say what it is without a value
    "#]]);
}

#[task(requests(gpu = "500m"))]
fn half_a_gpu() {}

#[task(requests(gpu = 1), limits(gpu = 2))]
fn more_gpus() {}

#[task(requests(gpu = 1), limits(gpu = 1))]
fn one_gpu() {}

#[test]
fn graphics_processors_are_whole() {
    check::<half_a_gpu>(expect![[r#"
        error[graphics-processors] task `check.refused.half_a_gpu`
          > fn half_a_gpu() {}
          a part of a graphics processor cannot be asked for
          instead: write a whole number for `gpu`, and the part as `accelerator`
    "#]]);
    check::<more_gpus>(expect![[r#"
        error[graphics-processors] task `check.refused.more_gpus`
          > fn more_gpus() {}
          it requests another number of graphics processors than its limit is
          instead: write `gpu` once, in `requests`
    "#]]);
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
    as_written::<echoed>(expect![[r#"
        error[echo-inputs] node `n0` of `check.refused.echoed`
          > let (first, _) = echoes(x, 2);
          an echo task with 2 inputs is registered and fails when it runs
          instead: use an echo task for each value, or pass the values on without one
    "#]]);
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
    check::<named_like_an_end>(expect![[r#"
        error[reserved-node-id] node `start-node` of `check.refused.named_like_an_end`
          > square(x).with_overrides(|o| o.node_name("start-node"))
          Flyte keeps the id `start-node` for itself
          instead: give it another `node_name`
    "#]]);
    check::<with_memory>(expect![[r#"
        error[override-without-place] node `n0` of `check.refused.with_memory`
          > clean(x).with_overrides(|o| o.requests(|r| r.mem("1Gi")))
          it overrides `requests`, which changes a container, and the node has none of its own; override it at the tasks inside
          instead: 
    "#]]);
    check::<far_element>(expect![[r#"
        error[index-too-large] node `n0` of `check.refused.far_element`
          > square(xs.at(3_000_000_000))
          the input `x` is element 3000000000 of a list, and Flyte counts elements up to 2147483647
          instead: pass the list on and take the element in a task
    "#]]);
    check::<calls_itself>(expect![[r#"
        error[does-not-compile] workflow `check.refused.calls_itself`
          > fn calls_itself(x: i64) -> i64 {
          a workflow cannot contain itself: check.refused.calls_itself -> check.refused.calls_itself; a recursion that ends depends on a value, so write it as a `#[dynamic]` task, whose inputs are values
          instead: 
    "#]]);
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
    assert_eq!(check.entity(some_doubled::descriptor()).len(), 1);
}

#[workflow]
fn named_like_a_case(n: i64) -> i64 {
    let a = if n > 0 { square(1) } else { square(2) };
    square(a).with_overrides(|o| o.node_name("n0-n0"))
}

#[test]
fn nodes_have_no_ids_of_cases() {
    check::<named_like_a_case>(expect![[r#"
        error[id-of-case] node `n0-n0` of `check.refused.named_like_a_case`
          > square(a).with_overrides(|o| o.node_name("n0-n0"))
          a cluster calls the node of a case of a branch `n0-n0`, too: it is registered, and no run can begin
          instead: give it another `node_name`
    "#]]);
}

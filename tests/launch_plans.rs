//! Launch plans: open, default and fixed inputs, as functions, as nodes, and as descriptions.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use flyte_runtime::{
    compat::{
        FlyteEntities,
        options::{Channel, Concurrency, Phase, RateUnit, When},
    },
    graph::{EntityDescriptor, EntityKind, LaunchPlan, NodeTarget, conditional},
    prelude::*,
    types::FlyteType,
};

#[task]
fn greet(a: i64, b: i64, name: String) -> (String, i64) {
    (format!("{name}-{}", a + b), a + b)
}

/// Greets.
#[workflow]
fn pipeline(a: i64, b: i64, #[default("world")] name: String) -> (String, i64) {
    greet(a, b, name)
}

/// One input open, one with a default, one fixed.
#[launch_plan]
fn open(b: i64, #[default(2)] a: i64) -> (String, i64) {
    pipeline(a = a, b = b, name = "plan")
}

/// Nothing is open; what the call leaves out has the default of the workflow.
#[launch_plan(
    name = "plans.nightly",
    schedule(cron = "30 2 * * mon-fri", offset = "10m"),
    notifications(
        email(phases(failed, timed_out), recipients("a@example.org", "b@example.org")),
        slack(phases(succeeded), recipients("room@example.slack.com"))
    ),
    labels(team = "research"),
    annotations("example.org/owner" = "me"),
    max_parallelism = 10,
    concurrency(max = 1),
    raw_output_prefix = "s3://bucket/raw",
    security_context(service_account = "runner", iam_role = "role"),
    overwrite_cache,
    auto_activate
)]
fn nightly() -> (String, i64) {
    pipeline(a = 2, b = 3)
}

#[task]
fn seconds(due: SystemTime) -> u64 {
    due.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[workflow]
fn at(due: SystemTime) -> u64 {
    seconds(due)
}

#[launch_plan(schedule(rate = "2h", kickoff_time_input = due), trigger = "@hourly")]
fn timed(due: SystemTime) -> u64 {
    at(due = due)
}

#[workflow]
fn collections(
    xs: Vec<i64>,
    names: Vec<String>,
    limit: Option<i64>,
    more: Option<i64>,
) -> Vec<i64> {
    keep(xs, names, limit, more)
}

#[task]
fn keep(xs: &[i64], names: &[String], limit: Option<i64>, more: Option<i64>) -> Vec<i64> {
    let limit = limit.unwrap_or(i64::MAX);
    let kept = xs.iter().copied().filter(|x| *x < limit);
    kept.chain([names.len() as i64]).chain(more).collect()
}

#[launch_plan]
fn fixed_collections(#[default(vec![9])] xs: Vec<i64>, more: Option<i64>) -> Vec<i64> {
    collections(
        xs = xs,
        names = vec!["a", "b"],
        limit = Some(3),
        more = more,
    )
}

#[task]
fn count(rows: &[Vec<i64>], sizes: &BTreeMap<String, i64>, words: &[String]) -> i64 {
    let numbers = rows.iter().map(Vec::len).sum::<usize>();
    (numbers + sizes.len() + words.len()) as i64
}

#[workflow]
fn nested(
    rows: Vec<Vec<i64>>,
    sizes: BTreeMap<String, i64>,
    #[default(vec!["x".to_owned()])] words: Vec<String>,
) -> i64 {
    count(rows, sizes, words)
}

#[launch_plan]
fn fixed_nested() -> i64 {
    nested(
        rows = vec![vec![1, 2], vec![]],
        sizes = BTreeMap::from([("a".to_owned(), 1)]),
    )
}

#[launch_plan]
fn nothing_fixed(xs: Vec<i64>) -> Vec<i64> {
    collections(xs = xs, names = vec![], limit = None, more = None)
}

#[workflow]
fn outer(x: i64) -> (i64, i64) {
    let (_, sum) = open(x, 5);
    let (_, again) = open(b = sum);
    (sum, again)
}

mod elsewhere {
    use flyte_runtime::prelude::*;

    #[launch_plan]
    pub(super) fn qualified(x: i64) -> (i64, i64) {
        super::outer(x = x)
    }
}

fn plan_of(entity: &'static EntityDescriptor) -> LaunchPlan {
    LaunchPlan::of(entity)
        .expect("it compiles")
        .expect("it has a launch plan")
}

/// flytekit's `test_composition.py::test_lp_default_handling`: defaults make inputs optional, fixed ones leave the
/// list.
#[test]
fn defaults_make_inputs_optional_and_fixed_ones_are_no_inputs() {
    assert_eq!(open(3, 2).expect("it runs"), ("plan-5".to_owned(), 5));
    let by_name = call!(open(b = 3)).run().expect("it runs");
    assert_eq!(by_name, ("plan-5".to_owned(), 5));
    let plan = plan_of(open::descriptor());
    let names: Vec<_> = plan.parameters().iter().map(|input| input.name).collect();
    assert_eq!(names, ["b", "a"]);
    assert!(plan.parameters()[0].missing().is_none());
    assert_eq!(
        plan.parameters()[1].missing().expect("a default").preview(),
        "2"
    );
    let fixed: Vec<_> = plan
        .fixed_inputs()
        .iter()
        .map(|(name, value)| (name.as_str(), value.preview()))
        .collect();
    assert_eq!(fixed, [("name", "\"plan\"".to_owned())]);
}

#[test]
fn an_input_that_the_call_leaves_out_is_fixed_to_the_default_of_the_workflow() {
    assert_eq!(nightly().expect("it runs"), ("world-5".to_owned(), 5));
    let plan = plan_of(nightly::descriptor());
    assert!(plan.parameters().is_empty());
    let names: Vec<_> = plan
        .fixed_inputs()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["a", "b", "name"]);
}

#[test]
fn fixed_inputs_may_be_lists_and_options() {
    let kept = fixed_collections(vec![1, 2, 3], None).expect("it runs");
    assert_eq!(kept, [1, 2, 2]);
    let kept = call!(fixed_collections(more = Some(4))).run();
    assert_eq!(kept.expect("it runs"), [2, 4]);
    assert_eq!(nothing_fixed(vec![7]).expect("it runs"), [7, 0]);
    let fixed = |entity: &'static EntityDescriptor| {
        let plan = plan_of(entity);
        let fixed = plan.fixed_inputs().iter();
        fixed
            .map(|(name, value)| {
                let literal = value.to_literal().expect("Flyte has lists");
                (name.clone(), value.preview(), literal)
            })
            .collect::<Vec<_>>()
    };
    let [limit, names] = fixed(fixed_collections::descriptor())
        .try_into()
        .expect("two");
    assert_eq!((limit.0.as_str(), limit.1.as_str()), ("limit", "3"));
    assert_eq!(
        (names.0.as_str(), names.1.as_str()),
        ("names", "[\"a\", \"b\"]")
    );
    assert_eq!(
        names.2,
        vec!["a".to_owned(), "b".to_owned()]
            .to_literal()
            .expect("a list")
    );
    let names: Vec<_> = fixed(nothing_fixed::descriptor())
        .into_iter()
        .map(|(name, preview, _)| format!("{name} = {preview}"))
        .collect();
    assert_eq!(names, ["limit = none", "more = none", "names = []"]);
}

/// A list of lists, a map, and the defaults of a workflow, written in each way.
#[test]
fn fixed_inputs_may_be_nested() {
    let plan = plan_of(fixed_nested::descriptor());
    let fixed: Vec<_> = plan
        .fixed_inputs()
        .iter()
        .map(|(name, value)| format!("{name} = {}", value.preview()))
        .collect();
    assert_eq!(
        fixed,
        [
            "rows = [[1, 2], []]",
            "sizes = {\"a\": 1}",
            "words = [\"x\"]"
        ]
    );
    assert_eq!(fixed_nested().expect("it runs"), 4);
}

#[test]
fn a_launch_plan_is_a_node_of_a_workflow() {
    assert_eq!(outer(1).expect("it runs"), (6, 8));
    assert_eq!(elsewhere::qualified(1).expect("it runs"), (6, 8));
    let graph = outer::graph().expect("it compiles");
    let NodeTarget::LaunchPlan(target) = graph.nodes()[0].target() else {
        panic!("the node runs {:?}", graph.nodes()[0].target());
    };
    assert_eq!(target.name(), open::descriptor().name());
    assert_eq!(graph.nodes()[0].metadata().name, "open");
    let bound: Vec<_> = graph.nodes()[1]
        .bindings()
        .iter()
        .map(|b| b.var.clone())
        .collect();
    assert_eq!(bound, ["a", "b"]);
}

#[test]
fn a_branch_may_start_launch_plans() {
    #[workflow(name = "plans.branched")]
    fn branched(x: i64) -> (String, i64) {
        conditional("size")
            .if_(x.gt(3))
            .then(|| open(x, 1))
            .else_()
            .then(|| nightly())
    }

    assert_eq!(branched(4).expect("it runs").1, 5);
    assert_eq!(branched(3).expect("it runs").0, "world-5");
}

#[tokio::test]
async fn a_launch_plan_can_be_started_from_async_code() {
    assert_eq!(open::call(1, 1).start().await.expect("it runs").1, 2);
}

#[test]
fn every_workflow_has_a_default_launch_plan_of_its_name() {
    let plan = plan_of(pipeline::descriptor());
    assert!(plan.is_default());
    assert_eq!(plan.name(), pipeline::descriptor().name());
    assert_eq!(plan.workflow().name(), pipeline::descriptor().name());
    assert_eq!(plan.options(), &Default::default());
    assert!(plan.fixed_inputs().is_empty());
    assert_eq!(plan.parameters().len(), 3);
    let task = LaunchPlan::of(greet::descriptor()).expect("it compiles");
    assert!(task.is_none());
}

/// flytekit's `test_launch_plan.py::test_lp_each_parameter`.
#[test]
fn each_option_is_kept() {
    let plan = plan_of(nightly::descriptor());
    assert!(!plan.is_default());
    assert_eq!(plan.name(), "plans.nightly");
    assert_eq!(plan.workflow().name(), pipeline::descriptor().name());
    let options = plan.options();
    let schedule = options.schedule.expect("it has one");
    let expected = When::Cron {
        expression: "30 2 * * mon-fri",
        offset: Some(Duration::from_secs(600)),
    };
    assert_eq!(schedule.when, expected);
    assert_eq!(schedule.to_string(), "30 2 * * mon-fri and 10m");
    let [mail, slack] = options.notifications else {
        panic!("{:?}", options.notifications);
    };
    assert_eq!(mail.channel, Channel::Email);
    assert_eq!(mail.phases, [Phase::Failed, Phase::TimedOut]);
    assert_eq!(mail.recipients, ["a@example.org", "b@example.org"]);
    assert_eq!(slack.channel, Channel::Slack);
    assert_eq!(options.labels, [("team", "research")]);
    assert_eq!(options.annotations, [("example.org/owner", "me")]);
    assert_eq!(options.max_parallelism, Some(10));
    assert_eq!(options.concurrency, Some(Concurrency::new(1)));
    assert_eq!(options.raw_output_prefix, Some("s3://bucket/raw"));
    let context = options.security_context.expect("it has one");
    assert_eq!(context.service_account, Some("runner"));
    assert_eq!(context.iam_role, Some("role"));
    assert!(options.overwrite_cache && options.auto_activate);
}

#[test]
fn a_rate_and_the_input_for_the_time_are_kept() {
    let options = *plan_of(timed::descriptor()).options();
    let schedule = options.schedule.expect("it has one");
    let every_two_hours = When::Rate {
        value: 2,
        unit: RateUnit::Hour,
    };
    assert_eq!(schedule.when, every_two_hours);
    assert_eq!(schedule.kickoff_time_input, Some("due"));
    assert_eq!(schedule.to_string(), "every 2 hours");
    assert_eq!(options.trigger.expect("it has one").to_string(), "@hourly");
    let due = SystemTime::UNIX_EPOCH + Duration::from_secs(90);
    assert_eq!(timed(due).expect("it runs"), 90);
}

#[test]
fn the_input_for_the_time_is_a_point_in_time() {
    #[launch_plan(name = "plans.no_time", schedule(cron = "@daily", kickoff_time_input = name))]
    fn no_time(name: String) -> (String, i64) {
        pipeline(a = 1, b = 1, name = name)
    }

    let error = LaunchPlan::of(no_time::descriptor()).expect_err("a text is no time");
    let text = error.to_string();
    assert!(
        text.contains("the schedule gives its time to `name`, which is `alloc::string::String`"),
        "{text}"
    );
}

#[test]
fn the_registry_knows_launch_plans() {
    let registry = FlyteEntities::registry();
    let found = registry.find("nightly").expect("it is registered");
    assert_eq!(found.kind(), EntityKind::LaunchPlan);
    assert_eq!(found.kind().to_string(), "launch plan");
    let names: Vec<_> = registry
        .launch_plans()
        .map(EntityDescriptor::short_name)
        .collect();
    assert!(
        names.contains(&"open") && names.contains(&"nightly"),
        "{names:?}"
    );
    assert!(!names.contains(&"pipeline"), "{names:?}");
}

#[test]
fn a_failure_names_the_way_from_the_launch_plan_to_the_task() {
    #[task(name = "plans.fails")]
    fn fails(x: i64) -> Result<i64, String> {
        Err(format!("{x} is too much"))
    }

    #[workflow(name = "plans.failing")]
    fn failing(x: i64) -> i64 {
        fails(x)
    }

    #[launch_plan(name = "plans.failing_plan")]
    fn failing_plan() -> i64 {
        failing(x = 3)
    }

    let error = failing_plan().expect_err("it fails").to_string();
    assert!(error.contains("node n0/n0 of `plans.failing`"), "{error}");
    assert!(error.contains("3 is too much"), "{error}");
}

//! What a run whose tasks are processes does about every option: a program for each cell of the column "Isolated" of
//! `docs/local-runs.md`.

use std::{
    collections::BTreeMap,
    env, process,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, SystemTime},
};

use flyte_core::options::{LocalEffect, LocalOption};
use flyte_runtime::{
    Entity as _,
    cache::Cache,
    compat::options::{Backoff, LaunchPlanOptions, TaskOptions, WorkflowOptions},
    context::FlyteContext,
    deck::Deck,
    events::{Event, EventKind, NodeState},
    files::TempSandbox,
    graph::NodeOverrides,
    prelude::*,
    testing::{ManualClock, TestContext},
};

use super::{attempt, error, says, variable};

/// What happened in the runs of a runner.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn lines(&self, kind: &str) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told = lines.iter().filter_map(|line| line.strip_prefix(kind));
        told.map(str::to_owned).collect()
    }

    fn runner(&self) -> Runner {
        let told = self.clone();
        let observer = move |event: &Event| {
            let line = match &event.kind {
                EventKind::AttemptStarted { node, .. } => format!("attempt {}", node.entity),
                EventKind::NodeEnded { node, state, .. } if *state == NodeState::Succeeded => {
                    format!("succeeded {}", node.entity)
                }
                EventKind::Notice { message, .. } => format!("notice {message}"),
                _ => return,
            };
            let mut lines = told.0.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(line);
        };
        Runner::local().isolate(true).jobs(2).observe(observer)
    }
}

/// What shows that an option is enforced, or a program that has one that is recorded.
type Cell = (&'static str, Box<dyn Fn(&Told, &Runner)>);

fn enforced(name: &'static str, shows: fn(&Told, &Runner)) -> Cell {
    let check = move |told: &Told, runner: &Runner| {
        shows(told, runner);
        let notices = told.lines("notice ");
        let said = notices
            .iter()
            .any(|notice| notice.contains(&format!("`{name}`")));
        assert!(!said, "`{name}`: {notices:?}");
    };
    (name, Box::new(check))
}

/// The program runs, and says once that the option of this owner has no effect.
fn recorded(name: &'static str, owner: &'static str, run: fn(&Runner)) -> Cell {
    let check = move |told: &Told, runner: &Runner| {
        run(runner);
        let notices = told.lines("notice ");
        let [notice] = notices.as_slice() else {
            panic!("`{name}` of {owner}: {notices:?}");
        };
        let (_, owned) = notice.split_once(": ").unwrap();
        let of_owner = owned.split("; ").find(|told| told.contains(owner)).unwrap();
        says(of_owner, &format!("`{name}`"));
    };
    (name, Box::new(check))
}

/// Every row has a cell that agrees with it, every cell a row.
fn check(of: &str, rows: &[LocalOption], is_recorded: &[&str], cells: Vec<Cell>) {
    let mut cells: BTreeMap<_, _> = cells.into_iter().collect();
    for row in rows {
        let expected = match is_recorded.contains(&row.name) {
            true => LocalEffect::Recorded,
            false => LocalEffect::Enforced,
        };
        assert_eq!(row.isolated, expected, "`{}` of {of}", row.name);
        let cell = cells.remove(row.name);
        let cell = cell.unwrap_or_else(|| panic!("`{}` of {of} has no cell", row.name));
        let told = Told::default();
        cell(&told, &told.runner());
    }
    let left: Vec<_> = cells.keys().collect();
    assert!(left.is_empty(), "cells of {of} without a row: {left:?}");
}

#[task(retries = 2)]
fn tried() -> Result<(u32, u32), String> {
    match attempt() {
        2 => Ok((attempt(), process::id())),
        _ => Err("not yet".into()),
    }
}

#[task(retries = 2, retry_on = recoverable)]
fn tried_once() -> Result<(), String> {
    Err("not recoverable".into())
}

#[task(retries(count = 1, backoff = "1h"))]
fn tried_later() -> Result<u32, String> {
    match attempt() {
        0 => Err("not yet".into()),
        number => Ok(number),
    }
}

#[task(timeout = "100ms")]
fn too_slow() {
    thread::sleep(Duration::from_secs(20));
}

#[task(retries(count = 9, backoff = "1h"), deadline = "90m")]
fn too_late() -> Result<(), String> {
    Err("again".into())
}

#[task(cache = "1")]
fn kept_there() -> u32 {
    process::id()
}

fn eat() -> u8 {
    let eaten = vec![1_u8; 100 << 20];
    thread::sleep(Duration::from_secs(20));
    eaten[0]
}

#[task(requests(mem = "60Mi"))]
fn eats_more_than_requested() -> u8 {
    eat()
}

#[task(requests(mem = "20Mi"), limits(mem = "70Mi"))]
fn eats_more_than_its_limit() -> u8 {
    eat()
}

#[task(secret_requests(secret(group = "truth", key = "table")))]
fn has_secret() {}

#[task(enable_deck)]
fn has_deck(rows: u32) -> u32 {
    let told = flyte_runtime::compat::current_context();
    Deck::new("metrics").append(format!("{rows} rows <there>"));
    told.timeline_deck().measure("count", || rows)
}

#[task(enable_deck, deck_fields(input))]
fn has_part_of_a_deck(rows: u32) -> u32 {
    Deck::new("metrics").append(format!("{rows} rows"));
    rows
}

#[task(docs = "What it is for.")]
fn has_docs() {}

#[shell_task(
    script = "printf '%s' \"$TRUTH_TABLE\" > {outputs.o0}",
    environment(TRUTH_TABLE = "told")
)]
fn has_variables() -> String;

#[task(
    task_type = "spark",
    interruptible,
    deprecated = "use another",
    container_image = "registry/image:tag",
    accelerator = "nvidia-tesla-t4",
    shared_memory,
    pod_template_name = "template",
    labels(team = "research"),
    annotations(key = "value")
)]
fn has_all() -> u32 {
    process::id()
}

/// Which of the tasks' options have no effect, isolated or not.
const RECORDED: [&str; 9] = [
    "task_type",
    "interruptible",
    "deprecated",
    "container_image",
    "accelerator",
    "shared_memory",
    "pod_template_name",
    "labels",
    "annotations",
];

/// Does something on a clock that skips waits; with how much it has skipped.
fn skipped<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
    let done = TestContext::new().clock(clock.clone()).run(work);
    let skipped = clock.now().duration_since(SystemTime::UNIX_EPOCH);
    (done, skipped.unwrap())
}

const HOUR: Duration = Duration::from_secs(3600);

/// Runs something twice with a cache of its own.
fn twice<T>(runner: &Runner, run: impl Fn(&Runner) -> T) -> (T, T) {
    let directory = TempSandbox::new();
    let runner = runner.clone().cache(Cache::at(directory.create().unwrap()));
    (run(&runner), run(&runner))
}

/// The names of the decks that a run leaves, and all that is on its page.
fn page(run: impl FnOnce()) -> (Vec<String>, String) {
    let test = TestContext::new();
    let page = test.run(|| {
        run();
        FlyteContext::current().get_deck()
    });
    let decks = test.decks().tasks();
    let [decks] = decks.as_slice() else {
        panic!("{decks:?}");
    };
    let names = decks.own();
    (
        names.iter().map(|deck| deck.name().to_owned()).collect(),
        page,
    )
}

pub(super) fn options_of_tasks() {
    let mut cells = vec![
        enforced("retries", |_, runner| {
            let (attempts, there) = runner.run(tried::call()).unwrap();
            assert!(attempts == 2 && there != process::id());
        }),
        enforced("retry_on", |told, runner| {
            says(&error(runner.run(tried_once::call())), "not recoverable");
            assert_eq!(told.lines("attempt ").len(), 1);
        }),
        enforced("backoff", |_, runner| {
            let (ran, skipped) = skipped(|| runner.run(tried_later::call()));
            assert_eq!((ran.unwrap(), skipped), (1, HOUR));
        }),
        enforced("timeout", |_, runner| {
            says(
                &error(runner.run(too_slow::call())),
                "timed out after 100ms",
            );
        }),
        enforced("deadline", |told, runner| {
            let (ran, _) = skipped(|| runner.run(too_late::call()));
            says(&error(ran), "deadline of 1h30m");
            assert_eq!(told.lines("attempt ").len(), 2);
        }),
        enforced("cache", |_, runner| {
            let (first, second) = twice(runner, |runner| runner.run(kept_there::call()).unwrap());
            assert!(first == second && first != process::id());
        }),
        enforced("environment", |_, runner| {
            assert_eq!(runner.run(variable::call()).unwrap(), "told");
            assert!(env::var_os("ISOLATE_TEST").is_none());
        }),
        enforced("requests", |_, runner| {
            let text = error(runner.run(eats_more_than_requested::call()));
            says(&text, "more than the 62914560 that the task asks for");
        }),
        enforced("limits", |_, runner| {
            let text = error(runner.run(eats_more_than_its_limit::call()));
            says(&text, "more than the 73400320 that the task asks for");
        }),
        enforced("secret_requests", |told, runner| {
            says(&error(runner.run(has_secret::call())), "truth");
            assert!(told.lines("attempt ").is_empty());
        }),
        enforced("secret_requests(env_var)", |_, _| {
            super::left::the_variable_of_a_secret_is_that_of_a_process();
        }),
        enforced("enable_deck", |_, runner| {
            let (names, page) = page(|| assert_eq!(runner.run(has_deck::call(7)).unwrap(), 7));
            for name in [
                "Input",
                "Source Code",
                "Dependencies",
                "metrics",
                "Timeline",
                "Output",
            ] {
                let count = names.iter().filter(|own| *own == name).count();
                assert_eq!(count, 1, "{name} of {names:?}");
            }
            // What was written there, and how long its steps took there.
            says(&page, "7 rows &lt;there&gt;");
            says(&page, "<td>count</td>");
            assert_eq!(page.matches("has_deck as a whole").count(), 1, "{page}");
        }),
        enforced("deck_fields", |_, runner| {
            let (names, _) =
                page(|| assert_eq!(runner.run(has_part_of_a_deck::call(7)).unwrap(), 7));
            assert_eq!(names, ["Input", "metrics"]);
        }),
        enforced("docs", |_, _| {
            let docs = has_docs::descriptor().task_options().unwrap().docs.unwrap();
            assert_eq!(docs.short, Some("What it is for."));
        }),
        enforced("process", |_, runner| {
            assert_eq!(runner.run(has_variables::call()).unwrap(), "told");
        }),
    ];
    cells.extend(RECORDED.map(|name| {
        recorded(name, "has_all`", |runner| {
            assert_ne!(runner.run(has_all::call()).unwrap(), process::id());
        })
    }));
    check(
        "tasks",
        &TaskOptions::new().local_effects(),
        &RECORDED,
        cells,
    );

    #[task(requests(cpu = "1", mem = "1Gi"))]
    fn wants_a_processor() {}
    // Nothing limits processors.
    let (told, owner) = (Told::default(), "wants_a_processor`");
    let run: fn(&Runner) = |runner| runner.run(wants_a_processor::call()).unwrap();
    recorded("requests", owner, run).1(&told, &told.runner());
}

#[task]
fn fails() -> Result<(), String> {
    Err("no".into())
}

#[task]
fn goes_on() {}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn completes() {
    fails();
    goes_on();
}

#[workflow(interruptible, docs = "What it is for.")]
fn has_workflow_options() {
    goes_on();
}

pub(super) fn options_of_workflows() {
    let cells = vec![
        enforced("failure_policy", |told, runner| {
            runner.clone().jobs(1).run(completes::call()).unwrap_err();
            let succeeded = told.lines("succeeded ");
            assert!(
                succeeded.iter().any(|name| name.ends_with("goes_on")),
                "{succeeded:?}"
            );
        }),
        recorded("interruptible", "has_workflow_options`", |runner| {
            runner.run(has_workflow_options::call()).unwrap();
        }),
        enforced("docs", |_, _| {
            let options = has_workflow_options::descriptor().workflow_options();
            assert_eq!(
                options.unwrap().docs.unwrap().short,
                Some("What it is for.")
            );
        }),
    ];
    let rows = WorkflowOptions::new().local_effects();
    check("workflows", &rows, &["interruptible"], cells);
}

#[workflow]
fn launched() {
    goes_on();
}

#[launch_plan(
    schedule(cron = "0 6 * * *"),
    notifications(email(phases(failed), recipients("a@example.org"))),
    labels(team = "research"),
    annotations(key = "value"),
    max_parallelism = 3,
    concurrency(max = 1),
    raw_output_prefix = "s3://bucket/prefix",
    security_context(service_account = "me"),
    auto_activate,
    docs = "What it is for."
)]
fn has_launch_plan_options() {
    launched()
}

#[launch_plan(trigger(cron = "0 6 * * *"))]
fn has_trigger() {
    launched()
}

#[workflow]
fn runs_what_is_kept() -> u32 {
    kept_there()
}

#[launch_plan(overwrite_cache)]
fn overwrites() -> u32 {
    runs_what_is_kept()
}

const RECORDED_OF_LAUNCH_PLANS: [&str; 10] = [
    "schedule",
    "trigger",
    "notifications",
    "labels",
    "annotations",
    "max_parallelism",
    "concurrency",
    "raw_output_prefix",
    "security_context",
    "auto_activate",
];

pub(super) fn options_of_launch_plans() {
    let cell = |name| match name {
        "trigger" => recorded(name, "has_trigger`", |runner| {
            runner.run(has_trigger::call()).unwrap();
        }),
        name => recorded(name, "has_launch_plan_options`", |runner| {
            runner.run(has_launch_plan_options::call()).unwrap();
        }),
    };
    let mut cells: Vec<_> = RECORDED_OF_LAUNCH_PLANS.map(cell).into();
    cells.push(enforced("overwrite_cache", |_, runner| {
        let (first, second) = twice(runner, |runner| runner.run(overwrites::call()).unwrap());
        assert_ne!(first, second);
    }));
    cells.push(enforced("docs", |_, _| {
        let options = has_launch_plan_options::descriptor().launch_plan_options();
        assert_eq!(
            options.unwrap().docs.unwrap().short,
            Some("What it is for.")
        );
    }));
    let rows = LaunchPlanOptions::new().local_effects();
    check("launch plans", &rows, &RECORDED_OF_LAUNCH_PLANS, cells);
}

#[task]
fn overridden() -> Result<u32, String> {
    match attempt() {
        0 => Err("not yet".into()),
        number => Ok(number),
    }
}

#[workflow]
fn enforces_overrides() -> u32 {
    let hour = Backoff::new(Duration::from_secs(3600));
    overridden().with_overrides(|o| o.node_name("here").name("shown").retries(1).backoff(hour))
}

#[task]
fn never_ends() {
    thread::sleep(Duration::from_secs(20));
}

#[workflow]
fn enforces_a_timeout() {
    never_ends().with_overrides(|o| o.timeout(Duration::from_millis(100)));
}

#[task]
fn not_kept() -> u32 {
    process::id()
}

#[workflow]
fn enforces_a_cache() -> u32 {
    not_kept().with_overrides(|o| o.cache("1"))
}

#[task(limits(mem = "4Gi"))]
fn eats() -> u8 {
    eat()
}

#[task]
fn eats_for(_number: u32) -> u8 {
    eat()
}

#[workflow]
fn requests_memory() -> u8 {
    eats().with_overrides(|o| o.requests(|r| r.mem("61Mi")))
}

#[workflow]
fn limits_memory() -> u8 {
    eats().with_overrides(|o| o.requests(|r| r.mem("20Mi")).limits(|l| l.mem("71Mi")))
}

#[workflow]
fn limits_memory_of_elements(xs: Vec<u32>) -> Vec<u8> {
    xs.map(eats_for)
        .with_overrides(|o| o.limits(|l| l.mem("72Mi")))
}

#[workflow]
fn records_overrides() -> u32 {
    tells_its_process().with_overrides(|o| {
        let o = o.alias("o0", "other").interruptible(true);
        let o = o.container_image("image").accelerator("t4");
        o.shared_memory("1Gi").pod_template_name("template")
    })
}

#[task]
fn tells_its_process() -> u32 {
    process::id()
}

#[workflow]
fn gives() -> u32 {
    tells_its_process()
}

#[workflow]
fn overrides_a_workflow() -> u32 {
    let hour = Backoff::new(Duration::from_secs(3600));
    gives().with_overrides(|o| {
        let o = o.node_name("here").name("shown").alias("o0", "other");
        let o = o.requests(|r| r.mem("1Gi")).limits(|l| l.mem("2Gi"));
        let o = o.retries(1).timeout("1h").backoff(hour).cache("1");
        let o = o.interruptible(true).container_image("image");
        let o = o.accelerator("t4").shared_memory("1Gi");
        o.pod_template_name("template")
    })
}

const RECORDED_OF_NODES: [&str; 6] = [
    "aliases",
    "interruptible",
    "container_image",
    "accelerator",
    "shared_memory",
    "pod_template_name",
];

pub(super) fn overrides_of_nodes() {
    let repeated: fn(&Told, &Runner) = |_, runner| {
        let (ran, skipped) = skipped(|| runner.run(enforces_overrides::call()));
        assert_eq!((ran.unwrap(), skipped), (1, HOUR));
    };
    let named: fn(&Told, &Runner) = |_, _| {
        let graph = enforces_overrides::descriptor().graph().unwrap();
        let node = &graph.nodes()[0];
        assert_eq!((node.id(), &*node.metadata().name), ("here", "shown"));
    };
    let mut cells = vec![
        enforced("node_name", named),
        enforced("name", named),
        enforced("timeout", |_, runner| {
            let text = error(runner.run(enforces_a_timeout::call()));
            says(&text, "timed out after 100ms");
        }),
        enforced("cache", |_, runner| {
            let run = |runner: &Runner| runner.run(enforces_a_cache::call()).unwrap();
            let (first, second) = twice(runner, run);
            assert_eq!(first, second);
        }),
        enforced("retries", repeated),
        enforced("backoff", repeated),
        enforced("requests", |_, runner| {
            let text = error(runner.run(requests_memory::call()));
            says(&text, "more than the 63963136 that the task asks for");
        }),
        enforced("limits", |_, runner| {
            let text = error(runner.run(limits_memory::call()));
            says(&text, "more than the 74448896 that the task asks for");
            let text = error(runner.run(limits_memory_of_elements::call(vec![1])));
            says(&text, "more than the 75497472 that the task asks for");
        }),
    ];
    cells.extend(RECORDED_OF_NODES.map(|name| {
        recorded(name, "node `n0`", |runner| {
            assert_ne!(
                runner.run(records_overrides::call()).unwrap(),
                process::id()
            );
        })
    }));
    let rows = NodeOverrides::new().local_effects(true);
    check("nodes that are tasks", &rows, &RECORDED_OF_NODES, cells);
}

/// A workflow is not attempted as a whole: its tasks are.
const RECORDED_OF_WORKFLOW_NODES: [&str; 12] = [
    "aliases",
    "requests",
    "limits",
    "timeout",
    "retries",
    "backoff",
    "interruptible",
    "cache",
    "container_image",
    "accelerator",
    "shared_memory",
    "pod_template_name",
];

pub(super) fn overrides_of_nodes_that_are_workflows() {
    let named: fn(&Told, &Runner) = |_, _| {
        let graph = overrides_a_workflow::descriptor().graph().unwrap();
        let node = &graph.nodes()[0];
        assert_eq!((node.id(), &*node.metadata().name), ("here", "shown"));
    };
    let mut cells = vec![enforced("node_name", named), enforced("name", named)];
    cells.extend(RECORDED_OF_WORKFLOW_NODES.map(|name| {
        recorded(name, "node `here`", |runner| {
            assert_ne!(
                runner.run(overrides_a_workflow::call()).unwrap(),
                process::id()
            );
        })
    }));
    let rows = NodeOverrides::new().local_effects(false);
    check(
        "nodes that are workflows",
        &rows,
        &RECORDED_OF_WORKFLOW_NODES,
        cells,
    );
}

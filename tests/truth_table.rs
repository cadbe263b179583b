//! What a run on this machine does about every option: `docs/local-runs.md`, and a program for each of its rows.
//!
//! `UPDATE_EXPECT=1 cargo test -p flyte-tests --test truth_table` writes the page again.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeMap,
    env, fs,
    path::Path,
    process,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use flyte_core::options::{LocalEffect, LocalOption};
use flyte_runtime::{
    Entity as _,
    cache::{Cache, CacheMode},
    compat::options::{Backoff, Documentation, LaunchPlanOptions, TaskOptions, WorkflowOptions},
    graph::NodeOverrides,
    prelude::*,
    testing::{ManualClock, TestContext},
};

/// What shows that an option is enforced, or a program that has one that is recorded.
type Cell = Box<dyn Fn()>;

/// The notices that code inside gives.
fn notices(work: impl FnOnce()) -> Vec<String> {
    let test = TestContext::new().clock(SystemTime::UNIX_EPOCH);
    test.run(work);
    let lines = test.logs().lines();
    let lines = lines.iter().map(ToString::to_string);
    lines
        .filter(|line| line.contains("without effect on this machine"))
        .collect()
}

/// The program runs, and says once that the option of this owner has no effect.
fn recorded(name: &'static str, owner: &'static str, run: fn()) -> (&'static str, Cell) {
    let check = move || {
        let notices = notices(run);
        assert_eq!(notices.len(), 1, "`{name}` of {owner}: {notices:?}");
        let (_, owned) = notices[0].split_once(": ").unwrap();
        let told = owned.split("; ").find(|told| told.contains(owner));
        let told = told.unwrap_or_else(|| panic!("`{name}` of {owner}: {}", notices[0]));
        assert!(
            told.contains(&format!("`{name}`")),
            "`{name}` of {owner}: {told}"
        );
    };
    (name, Box::new(check))
}

/// The program shows the effect itself, and says nothing of the option.
fn enforced(name: &'static str, run: fn()) -> (&'static str, Cell) {
    let check = move || {
        let notices = notices(run);
        let said = notices
            .iter()
            .any(|notice| notice.contains(&format!("`{name}`")));
        assert!(!said, "`{name}`: {notices:?}");
    };
    (name, Box::new(check))
}

fn attempt() -> u32 {
    ctx().unwrap().attempt_number()
}

/// Every row has a cell that agrees with it, every cell a row.
fn check(of: &str, rows: &[LocalOption], is_recorded: &[&str], cells: Vec<(&'static str, Cell)>) {
    let mut cells: BTreeMap<_, _> = cells.into_iter().collect();
    for row in rows {
        let expected = if is_recorded.contains(&row.name) {
            LocalEffect::Recorded
        } else {
            LocalEffect::Enforced
        };
        assert_eq!(row.effect, expected, "`{}` of {of}", row.name);
        let cell = cells.remove(row.name);
        cell.unwrap_or_else(|| panic!("`{}` of {of} has no cell", row.name))();
    }
    let left: Vec<_> = cells.keys().collect();
    assert!(left.is_empty(), "cells of {of} without a row: {left:?}");
}

static TRIED: AtomicU32 = AtomicU32::new(0);

#[task(retries = 2)]
fn tried() -> Result<u32, String> {
    if attempt() < 2 {
        Err("not yet".into())
    } else {
        Ok(attempt())
    }
}

#[task(retries = 2, retry_on = recoverable)]
fn tried_once() -> Result<u32, String> {
    TRIED.fetch_add(1, Ordering::Relaxed);
    Err("not recoverable".into())
}

#[task(retries(count = 1, backoff = "1h"))]
fn tried_later() -> Result<SystemTime, String> {
    match attempt() {
        0 => Err("not yet".into()),
        _ => Ok(SystemTime::UNIX_EPOCH),
    }
}

#[task(timeout = "1ms")]
async fn too_slow() {
    std::future::pending::<()>().await;
}

#[task(retries(count = 9, backoff = "1h"), deadline = "90m")]
fn too_late() -> Result<(), String> {
    Err("again".into())
}

#[task(
    interruptible,
    deprecated = "use another",
    environment(TRUTH_TABLE = "told"),
    requests(cpu = "1"),
    limits(cpu = "2"),
    container_image = "registry/image:tag",
    accelerator = "nvidia-tesla-t4",
    shared_memory,
    pod_template_name = "template",
    labels(team = "research"),
    annotations(key = "value")
)]
fn has_all() -> bool {
    env::var_os("TRUTH_TABLE").is_none()
}

#[shell_task(
    script = "printf '%s' \"$TRUTH_TABLE\" > {outputs.o0}",
    environment(TRUTH_TABLE = "told")
)]
fn has_variables() -> String;

static RAN: Mutex<Vec<thread::ThreadId>> = Mutex::new(Vec::new());

#[task(cache = "1")]
fn kept() -> String {
    RAN.lock().unwrap().push(thread::current().id());
    "kept".to_owned()
}

#[task]
fn not_kept() -> String {
    kept()
}

#[workflow]
fn enforces_a_cache() -> String {
    not_kept().with_overrides(|o| o.cache("1"))
}

/// What is kept runs once of twice.
fn runs_once(run: fn(&Runner)) {
    runs_times(1, run);
}

/// Runs something twice with a cache of its own; with one job it runs on the thread of the test.
fn runs_times(times: usize, run: fn(&Runner)) {
    let directory = env::temp_dir().join(format!(
        "truth-table-{:?}-{}",
        thread::current().id(),
        process::id()
    ));
    let runner = Runner::local()
        .jobs(1)
        .cache(Cache::at(&directory))
        .cache_mode(CacheMode::Use);
    let ran = || {
        RAN.lock()
            .unwrap()
            .iter()
            .filter(|id| **id == thread::current().id())
            .count()
    };
    let before = ran();
    run(&runner);
    run(&runner);
    fs::remove_dir_all(&directory).unwrap();
    assert_eq!(ran() - before, times);
}

#[task(secret_requests(secret(group = "truth", key = "table")))]
fn has_secret() {}

#[task(secret_requests(secret(group = "truth", key = "table", env_var = "TRUTH_TABLE_SECRET")))]
fn has_secret_variable() {}

#[task(task_type = "spark", custom = BTreeMap::from([("executors", 4)]), config(a = "b"))]
fn has_plugin() {}

/// The variable is there: nothing is said.
#[task(secret_requests(secret(group = "truth", key = "table", env_var = "PATH")))]
fn has_known_variable() {}

#[task(enable_deck)]
fn has_deck() {}

#[task(enable_deck, deck_fields(input))]
fn has_part_of_a_deck() {}

#[task(docs = "What it is for.")]
fn has_docs() {}

fn error<T: std::fmt::Debug>(result: Result<T, RunError>) -> String {
    result.unwrap_err().to_string()
}

const WHAT: &str = "What it is for.";

fn short(docs: Option<Documentation>) -> &'static str {
    docs.unwrap().short.unwrap()
}

fn decks_of(run: fn() -> Result<(), RunError>) -> Vec<String> {
    let test = TestContext::new();
    test.run(run).unwrap();
    let decks = test.decks().tasks();
    let decks = decks.iter().flat_map(flyte_runtime::deck::Decks::all);
    decks.map(|deck| deck.name().to_owned()).collect()
}

const VARIABLE: &str = "secret_requests(env_var)";

const RECORDED: [&str; 13] = [
    "interruptible",
    "deprecated",
    "environment",
    VARIABLE,
    "requests",
    "limits",
    "container_image",
    "accelerator",
    "shared_memory",
    "pod_template_name",
    "labels",
    "annotations",
    "task_type",
];

#[test]
fn options_of_tasks() {
    let mut cells = vec![
        enforced("retries", || assert_eq!(tried::run().unwrap(), 2)),
        enforced("retry_on", || {
            let before = TRIED.load(Ordering::Relaxed);
            tried_once::run().unwrap_err();
            assert_eq!(TRIED.load(Ordering::Relaxed), before + 1);
        }),
        enforced("backoff", || {
            let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
            let test = TestContext::new().clock(clock.clone());
            test.run(tried_later::run).unwrap();
            let later = SystemTime::UNIX_EPOCH + Duration::from_secs(3600);
            assert_eq!(clock.now(), later);
        }),
        enforced("timeout", || {
            // In the time of the world.
            let error = error(TestContext::new().run(too_slow::run));
            assert!(error.contains("timed out after 1ms"), "{error}");
        }),
        enforced("deadline", || {
            let error = error(too_late::run());
            assert!(error.contains("deadline of 1h30m"), "{error}");
        }),
        enforced("cache", || {
            runs_once(|runner| drop(runner.run(kept::call()).unwrap()));
        }),
        enforced("secret_requests", || {
            let error = error(has_secret::run());
            assert!(error.contains("truth"), "{error}");
        }),
        enforced("enable_deck", || {
            assert!(!decks_of(has_deck::run).is_empty());
        }),
        enforced("deck_fields", || {
            let (all, part) = (decks_of(has_deck::run), decks_of(has_part_of_a_deck::run));
            assert!(
                !part.is_empty() && part.len() < all.len(),
                "{part:?} of {all:?}"
            );
        }),
        enforced("docs", || {
            assert_eq!(
                short(has_docs::descriptor().task_options().unwrap().docs),
                WHAT
            );
        }),
        enforced("process", || {
            assert_eq!(has_variables::run().unwrap(), "told");
        }),
    ];
    let has_all: fn() = || assert!(has_all::run().unwrap());
    cells.extend(RECORDED.map(|name| match name {
        VARIABLE => recorded(name, "task `truth_table.has_secret_variable`", || {
            assert!(error(has_secret_variable::run()).contains("truth"));
        }),
        "task_type" => recorded(name, "task `truth_table.has_plugin`", || {
            has_plugin::run().unwrap();
        }),
        name => recorded(name, "task `truth_table.has_all`", has_all),
    }));
    check(
        "tasks",
        &TaskOptions::new().local_effects(),
        &RECORDED,
        cells,
    );
    assert_eq!(
        notices(|| assert!(error(has_known_variable::run()).contains("truth"))),
        [""; 0]
    );
    // Scripts get the variables.
    assert_eq!(
        notices(|| assert_eq!(has_variables::run().unwrap(), "told")),
        [""; 0]
    );
}

#[task]
fn fails() -> Result<(), String> {
    Err("no".into())
}

static WENT_ON: AtomicU32 = AtomicU32::new(0);

#[task]
fn goes_on() {
    WENT_ON.fetch_add(1, Ordering::Relaxed);
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn completes() {
    fails();
    goes_on();
}

#[workflow(interruptible, docs = "What it is for.")]
fn has_workflow_options() {
    goes_on();
}

#[test]
fn options_of_workflows() {
    let cells = vec![
        enforced("failure_policy", || {
            let before = WENT_ON.load(Ordering::Relaxed);
            Runner::local().jobs(1).run(completes::call()).unwrap_err();
            assert!(WENT_ON.load(Ordering::Relaxed) > before);
        }),
        recorded(
            "interruptible",
            "workflow `truth_table.has_workflow_options`",
            || {
                has_workflow_options().unwrap();
            },
        ),
        enforced("docs", || {
            let entity = has_workflow_options::descriptor();
            assert_eq!(short(entity.workflow_options().unwrap().docs), WHAT);
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
fn runs_what_is_kept() -> String {
    kept()
}

#[launch_plan(overwrite_cache)]
fn overwrites() -> String {
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

#[test]
fn options_of_launch_plans() {
    let all: fn() = || has_launch_plan_options::run().unwrap();
    let cell = |name| match name {
        "trigger" => recorded(name, "launch plan `truth_table.has_trigger`", || {
            has_trigger::run().unwrap();
        }),
        name => recorded(
            name,
            "launch plan `truth_table.has_launch_plan_options`",
            all,
        ),
    };
    let mut cells: Vec<_> = RECORDED_OF_LAUNCH_PLANS.map(cell).into();
    cells.push(enforced("overwrite_cache", || {
        runs_times(2, |runner| drop(runner.run(overwrites::call()).unwrap()));
    }));
    cells.push(enforced("docs", || {
        let entity = has_launch_plan_options::descriptor();
        assert_eq!(short(entity.launch_plan_options().unwrap().docs), WHAT);
    }));
    let rows = LaunchPlanOptions::new().local_effects();
    check("launch plans", &rows, &RECORDED_OF_LAUNCH_PLANS, cells);
}

#[task]
fn overridden() -> Result<u32, String> {
    if attempt() < 1 {
        Err("not yet".into())
    } else {
        Ok(attempt())
    }
}

#[task]
async fn never_ends() -> u32 {
    std::future::pending().await
}

#[workflow]
fn enforces_overrides() -> u32 {
    let hour = Backoff::new(Duration::from_secs(3600));
    overridden().with_overrides(|o| o.node_name("here").name("shown").retries(1).backoff(hour))
}

#[workflow]
fn enforces_a_timeout() -> u32 {
    never_ends().with_overrides(|o| o.timeout(Duration::from_millis(1)))
}

#[workflow]
fn records_overrides() -> bool {
    has_none().with_overrides(|o| {
        let o = o
            .alias("o0", "other")
            .requests(|r| r.cpu(1))
            .limits(|l| l.cpu(2));
        let o = o
            .interruptible(true)
            .container_image("image")
            .accelerator("t4");
        o.shared_memory("1Gi").pod_template_name("template")
    })
}

#[task]
fn has_none() -> bool {
    true
}

const RECORDED_OF_NODES: [&str; 8] = [
    "aliases",
    "requests",
    "limits",
    "interruptible",
    "container_image",
    "accelerator",
    "shared_memory",
    "pod_template_name",
];

#[test]
fn overrides_of_nodes() {
    let repeated: fn() = || {
        let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
        let test = TestContext::new().clock(clock.clone());
        assert_eq!(test.run(enforces_overrides).unwrap(), 1);
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(3600);
        assert_eq!(clock.now(), later);
    };
    let named: fn() = || {
        let graph = enforces_overrides::descriptor().graph().unwrap();
        let node = &graph.nodes()[0];
        assert_eq!((node.id(), &*node.metadata().name), ("here", "shown"));
    };
    let mut cells = vec![
        enforced("node_name", named),
        enforced("name", named),
        enforced("timeout", || {
            let error = error(TestContext::new().run(enforces_a_timeout));
            assert!(error.contains("timed out after 1ms"), "{error}");
        }),
        enforced("cache", || {
            runs_once(|runner| drop(runner.run(enforces_a_cache::call()).unwrap()));
        }),
        enforced("retries", repeated),
        enforced("backoff", repeated),
    ];
    cells.extend(
        RECORDED_OF_NODES
            .map(|name| recorded(name, "node `n0`", || assert!(records_overrides().unwrap()))),
    );
    let rows = NodeOverrides::new().local_effects(true);
    check("nodes that are tasks", &rows, &RECORDED_OF_NODES, cells);
}

#[workflow]
fn gives() -> bool {
    has_none()
}

#[workflow]
fn overrides_a_workflow() -> bool {
    let hour = Backoff::new(Duration::from_secs(3600));
    gives().with_overrides(|o| {
        let o = o.node_name("here").name("shown").alias("o0", "other");
        let o = o.requests(|r| r.cpu(1)).limits(|l| l.cpu(2));
        let o = o.retries(1).timeout("1h").backoff(hour).cache("1");
        let o = o.interruptible(true).container_image("image");
        let o = o.accelerator("t4").shared_memory("1Gi");
        o.pod_template_name("template")
    })
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

#[test]
fn overrides_of_nodes_that_are_workflows() {
    let named: fn() = || {
        let graph = overrides_a_workflow::descriptor().graph().unwrap();
        let node = &graph.nodes()[0];
        assert_eq!((node.id(), &*node.metadata().name), ("here", "shown"));
    };
    let mut cells = vec![enforced("node_name", named), enforced("name", named)];
    cells.extend(RECORDED_OF_WORKFLOW_NODES.map(|name| {
        recorded(name, "node `here`", || {
            assert!(overrides_a_workflow().unwrap());
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

/// Runs inside of tasks do not say it again, nor do the attempts of a task.
#[test]
fn a_run_gives_one_notice() {
    #[task(retries = 1)]
    fn runs_inside() -> Result<bool, RunError> {
        let ran = has_all::run()?;
        assert!(attempt() > 0, "once more");
        Ok(ran)
    }
    #[workflow]
    fn calls_both() -> (bool, bool) {
        (has_all(), runs_inside())
    }
    assert_eq!(notices(|| assert!(calls_both().unwrap().0)).len(), 1);
    assert_eq!(notices(|| assert_eq!(tried::run().unwrap(), 2)).len(), 0);
}

/// What no option is about; `error_values` and the tests of the command line run it.
const BROKEN: &str = "
## What a task fails with

If an error, a panic or a value is itself broken, one attempt fails and nothing else.

| What is broken | Here | What that means |
|-|-|-|
| `Display` or `source` of an error panics, `Display` gives `fmt::Error` | a failed attempt | the report says so instead of showing the text |
| `Debug` of an error panics | a failed attempt | it is not called |
| an error is its own cause, or has more than 128 causes | a failed attempt | only the first 128 causes are read |
| an error or a value panics when it is dropped | the run continues | a `tracing` warning says so; if a value panics during an attempt, the attempt fails |
| what a panic carries panics when it is dropped | a failed attempt | the first panic is reported like any other |
| a text has more than 64 KiB | it is cut | the text says how many bytes are missing; the causes of an error share 64 KiB |
| a text has control characters or lines | shown as escapes, and indented | on standard error, in `runs show`, `describe`, progress and logs; JSON and histories keep the original text |
";

/// Values and no options; `tests/cluster/judge` runs it here and on the engine.
const VALUES: &str = "
## Values that clusters handle differently

| What | Here | Flyte 1 | Flyte 2 |
|-|-|-|-|
| a value that does not show its type by itself, such as `[[[]], [[1]]]`: an empty list or map beside others, two or more levels deep | a normal value | refused if an execution is started with it; strict runs and `check` report it (`unclear-input`) | not sent yet |
| a gate that waits for an `Option` | accepts a value or nothing | accepts no answer (`gate-of-option`) | not sent yet |
| a duration of more than 292 years | a normal value | no run can start (`long-duration`) | not sent yet |
| a point in time, a date or a duration that is a field of a struct, as an output of a workflow | keeps its type | becomes a text (`time-in-struct`) | not sent yet |
";

/// The end of the page, about files instead of options.
const KEPT: &str = "
## What stays on this machine

| What | Where | Rules |
|-|-|-|
| Results of tasks with a `cache` | `cache` in the state directory, or `FLYTE_LOCAL_CACHE_DIR`, or `--cache-dir` | A file is the result of a call if it has the call's whole key and its checksums are correct. Otherwise it is a miss, with a notice. |
| Histories of runs | `history` in the state directory | Each run has its own directory. Ids sort in the order in which the runs started, whatever the clock shows. |
| Lines of attempts | the history of the run | The first and the last 16 KiB of what a script, a container, an isolated attempt or the writer `FlyteContext::attempt_log` wrote; the number of bytes between them is recorded. |
| Checkpoints | `__cp` in the directory of an attempt, which is `files/NODE/NUMBER` in that of a recorded run | The next attempt gets the newest attempt's finished checkpoint, in this process or in one that resumes the run, isolated or not. |
| Pages of tasks | the directory of `--deck` | Each page is written under a name that cannot be guessed, and then renamed. |

The state directory is `FLYTE_LOCAL_STATE_DIR`, or `~/.flyte/rust`. Only your user can access what the program creates
there: directories have the mode 0700 and files 0600. The program makes `cache` and `history/v1` private if they are
not. It leaves a directory that you named yourself unchanged, and prints a notice if others can write to it. Files that
tasks wrote keep their modes, inside private directories.

The program opens only regular files there. Anything else in place of a file, such as a pipe or a link, counts as
damage. Files that a killed process left incomplete are removed later, when the program stores or records something.

If the log of a run was changed after it was written, it is used up to the change; `run --resume` keeps the whole log in
`log.damaged` and says so. `runs list` and `runs show` report a log of another format, from an earlier or later release.
Such a run is never resumed, and only `runs prune ID` removes it.
";

#[test]
fn the_page_says_what_the_table_says() {
    let mut page = "# What a run on this machine does about options\n\n\
        Every option is either *enforced* or *recorded*. A recorded option is kept for a cluster and shown by\n\
        `describe`, and each run that has one gives one notice, as a `tracing` event and on the command line.\n\
        *Isolated* is the effect with `Runner::isolate` and `--isolate`. Only one thing is refused: a task that only\n\
        a cluster's plugin can run. A test generates this page and runs a program for each row.\n\n\
        *Flyte 1* is what a cluster was seen to do; *sent* means that the cluster receives the option, but its\n\
        effect was not seen. [The rules of `check`](cluster-rules.md) list all other differences. This library does\n\
        not register anything with *Flyte 2* yet; there, *sent* means that `Serializer::flyte2_metadata` contains\n\
        the option.\n"
        .to_owned();
    let sections = [
        ("Tasks: `#[task(..)]`", TaskOptions::new().local_effects()),
        (
            "Workflows: `#[workflow(..)]`",
            WorkflowOptions::new().local_effects(),
        ),
        (
            "Launch plans: `#[launch_plan(..)]`",
            LaunchPlanOptions::new().local_effects(),
        ),
        (
            "Nodes that are tasks or maps: `with_overrides(..)`",
            NodeOverrides::new().local_effects(true),
        ),
        (
            "Nodes that are workflows or launch plans: `with_overrides(..)`",
            NodeOverrides::new().local_effects(false),
        ),
    ];
    for (title, rows) in sections {
        page += &format!(
            "\n## {title}\n\n| Option | Here | Isolated | What that means here | Flyte 1 | Flyte 2 |\n|-|-|-|-|-|-|\n"
        );
        for row in rows {
            let LocalOption {
                name,
                effect,
                isolated,
                meaning,
                flyte1,
                flyte2,
                ..
            } = row;
            assert!(
                !flyte1.is_empty() && !flyte2.is_empty(),
                "nothing is said of `{name}` on a cluster"
            );
            page += &format!(
                "| `{name}` | {effect} | {isolated} | {meaning} | {flyte1} | {flyte2} |\n"
            );
        }
    }
    page += "\n## Time limits of sync tasks\n\n\
        Sync code cannot be stopped from outside. An attempt of a sync task with a `timeout` or a `deadline` runs\n\
        like any other, beside a timer that costs a few microseconds. When the time is over, the run continues in\n\
        another thread. The attempt's thread is left behind until the task's code ends by itself, together with its\n\
        stack (8 MiB of addresses) and the values that the task holds. A long task should check\n\
        `flyte_runtime::is_cancelled()` and return; then its thread is used again and no longer counts.\n\n\
        A run, including the runs inside its tasks, may leave at most 256 threads behind at once;\n\
        `Runner::max_abandoned_threads` and `run --max-abandoned-threads N` change the limit. A run that exceeds it\n\
        is cancelled and fails with `RunError::TooManyAbandoned`. It then starts nothing more, but each attempt that\n\
        is still running, up to the number given by `--jobs`, may also be left behind. With `--isolate` attempts\n\
        leave no threads behind, because their processes are killed.\n";
    page += BROKEN;
    page += VALUES;
    page += KEPT;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/local-runs.md");
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "write it again with UPDATE_EXPECT=1");
}

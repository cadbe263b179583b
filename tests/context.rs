//! Contexts: each thread and each async scope sees its own, whatever happens inside.
//!
//! `FLYTE_TEST_ROUNDS=10000 cargo test -p flyte-tests --test context` runs the torture tests in full.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use flyte_runtime::{
    context::{
        BranchEvalMode, ExecutionParameters, ExecutionState, FlyteClient, FlyteContext,
        FlyteContextManager, Mode, contextual_run, ctx, custom_context, get_custom_context, group,
    },
    prelude::*,
};

#[derive(Debug)]
struct Client(&'static str);

impl FlyteClient for Client {
    fn endpoint(&self) -> &str {
        self.0
    }
}

fn endpoint() -> Option<String> {
    FlyteContext::with_current(|context| {
        context
            .flyte_client()
            .map(|client| client.endpoint().to_owned())
    })
}

/// `test_context_manager.py::test_levels`
#[test]
fn an_outer_context_is_untouched_by_inner_ones() {
    let first = FlyteContext::current();
    let one = FlyteContextManager::enter(first.with_client(Arc::new(Client("one"))));
    {
        let _two = FlyteContextManager::enter(one.with_client(Arc::new(Client("two"))));
        assert_eq!(endpoint().as_deref(), Some("two"));
        let compiling = FlyteContextManager::enter(one.with_new_compilation_state());
        assert_eq!(endpoint().as_deref(), Some("one"));
        assert!(
            compiling
                .compilation_state()
                .unwrap()
                .task_resolver()
                .is_some()
        );
        assert_eq!(
            (one.level(), compiling.level(), FlyteContextManager::size()),
            (2, 3, 4)
        );
    }
    assert_eq!(endpoint().as_deref(), Some("one"));
    drop(one);
    assert_eq!((endpoint(), FlyteContextManager::size()), (None, 1));
    assert!(Arc::ptr_eq(&first, &FlyteContext::current()));
}

#[test]
fn what_was_pushed_can_be_popped_and_nothing_else() {
    let context = FlyteContext::current().with_group("a").build();
    let pushed = FlyteContextManager::push_context(context);
    assert!(pushed.get_origin_stackframe_repr().contains("context.rs"));
    assert_eq!(FlyteContextManager::get_origin_stackframe().file(), file!());
    assert!(Arc::ptr_eq(
        &FlyteContextManager::pop_context().unwrap(),
        &pushed
    ));
    let before = FlyteContext::current();
    let text = FlyteContextManager::pop_context().unwrap_err().to_string();
    assert!(
        text.contains("pop only what `push_context` has pushed"),
        "{text}"
    );
    assert!(Arc::ptr_eq(&before, &FlyteContext::current()));
    assert_eq!(FlyteContextManager::size(), 1);
}

#[task]
fn pops_too_much() -> bool {
    FlyteContextManager::pop_context().is_err() && ctx().is_some()
}

#[task]
fn pushes_and_forgets(x: i64) -> i64 {
    FlyteContextManager::push_context(FlyteContext::current().with_group("left behind").build());
    std::mem::forget(custom_context([("left", "behind")]));
    x
}

#[test]
fn a_task_cannot_disturb_the_contexts_around_it() {
    let _inside = custom_context([("mine", "1")]);
    assert!(pops_too_much::run().unwrap());
    assert_eq!(pushes_and_forgets::run(1).unwrap(), 1);
    assert_eq!(FlyteContextManager::size(), 2);
    assert_eq!(
        get_custom_context(),
        BTreeMap::from([("mine".to_owned(), "1".to_owned())])
    );
}

#[test]
fn initialize_starts_again() {
    std::mem::forget(custom_context([("a", "b")]));
    FlyteContextManager::initialize();
    assert_eq!(
        (FlyteContextManager::size(), FlyteContext::current().level()),
        (1, 1)
    );
    assert!(get_custom_context().is_empty());
}

#[test]
fn a_panic_and_an_early_return_restore_the_context() {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        FlyteContextManager::with_context(FlyteContext::current().with_group("g"), |_| {
            panic!("inside")
        });
    }));
    assert!(outcome.is_err());
    assert_eq!(FlyteContextManager::size(), 1);
    let early = || -> Option<()> {
        let _guard = group("g");
        None?;
        unreachable!()
    };
    assert!(early().is_none());
    assert_eq!(FlyteContextManager::size(), 1);
}

#[test]
fn a_condition_counts_its_nodes_anew_and_skips_until_a_branch_is_taken() {
    let context = FlyteContext::current();
    let compiling = context
        .with_compilation_state(context.new_compilation_state("d"))
        .build();
    let section = compiling.enter_conditional_section().build();
    let state = section.compilation_state().unwrap();
    assert!(section.in_a_condition() && state.nodes().is_empty());
    assert_eq!(
        (
            state.prefix().as_str(),
            state.mode(),
            state.task_resolver().is_some()
        ),
        ("d", 1, true)
    );

    let local = ExecutionState::new("work")
        .unwrap()
        .with_mode(Mode::LocalWorkflowExecution);
    let running = context.with_execution_state(local).build();
    let section = running.enter_conditional_section().build();
    let state = section.execution_state().unwrap();
    assert_eq!(
        state.branch_eval_mode(),
        Some(BranchEvalMode::BranchSkipped)
    );
    state.take_branch();
    let nested = section.enter_conditional_section().build();
    assert_eq!(
        nested.execution_state().unwrap().branch_eval_mode(),
        Some(BranchEvalMode::BranchActive)
    );
    nested.execution_state().unwrap().branch_complete();
    assert_eq!(
        state.branch_eval_mode().unwrap().to_string(),
        "branch skipped"
    );
    assert_eq!(running.execution_state().unwrap().branch_eval_mode(), None);
}

#[test]
fn an_execution_state_needs_a_directory_and_knows_what_is_local() {
    let text = ExecutionState::new("").unwrap_err().to_string();
    assert!(text.starts_with("a working directory is needed"), "{text}");
    let state = ExecutionState::new("a").unwrap();
    let local = [
        Mode::LocalWorkflowExecution,
        Mode::LocalTaskExecution,
        Mode::EagerLocalExecution,
        Mode::LocalDynamicTaskExecution,
    ];
    assert!(
        local
            .into_iter()
            .all(|mode| state.clone().with_mode(mode).is_local_execution())
    );
    let remote = [
        Mode::TaskExecution,
        Mode::DynamicTaskExecution,
        Mode::EagerExecution,
    ];
    assert!(
        !remote
            .into_iter()
            .any(|mode| state.clone().with_mode(mode).is_local_execution())
    );
    assert!(!state.is_local_execution());
    assert_eq!(
        state.with_engine_dir("b").engine_dir(),
        std::path::Path::new("b")
    );
}

#[test]
fn attributes_are_typed_and_found_whatever_their_case() {
    let outer = ExecutionParameters::builder()
        .add_attr("spark_session", 7i32)
        .build();
    assert_eq!(*outer.get::<i32>("Spark_Session").unwrap(), 7);
    assert!(outer.has_attr("SPARK_SESSION"));
    let text = outer
        .get::<String>("spark_session")
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("SPARK_SESSION of type `alloc::string::String` is not available"),
        "{text}"
    );
    // flytekit shares the attributes of a parent with its children.
    let inner = outer.new_builder().add_attr("other", 1u8).build();
    assert!(inner.has_attr("other") && !outer.has_attr("other"));
}

#[task]
fn scratch(text: String) -> String {
    let parameters = flyte_runtime::current_context();
    let directory = parameters.working_directory().unwrap();
    std::fs::write(directory.join("scratch.txt"), text).unwrap();
    assert_eq!(std::fs::read_dir(directory).unwrap().count(), 1);
    directory.to_str().unwrap().to_owned()
}

#[workflow]
fn scratches() -> Vec<String> {
    (0..50).map(|n| scratch(n.to_string())).collect::<Vec<_>>()
}

#[test]
fn every_attempt_has_a_directory_of_its_own_that_ends_with_the_run() {
    let directories = scratches().unwrap();
    let distinct: std::collections::BTreeSet<_> = directories.iter().collect();
    assert_eq!(distinct.len(), 50);
    for directory in &directories {
        let run = std::path::Path::new(directory).parent().unwrap();
        assert!(!run.exists(), "{directory}");
    }
    let parameters = ExecutionParameters::builder()
        .build()
        .with_task_sandbox()
        .build();
    let directory = parameters.working_directory().unwrap().to_owned();
    assert!(directory.is_dir());
    drop(parameters);
    assert!(!directory.exists());
}

#[task]
fn told() -> Vec<String> {
    let parameters = flyte_runtime::current_context();
    let ctx = ctx().unwrap();
    vec![
        parameters.execution_id().to_string(),
        parameters.task_id().name().to_owned(),
        ctx.action().name().to_owned(),
        ctx.attempt_number().to_string(),
        ctx.group().unwrap_or_default().to_owned(),
        ctx.custom_context()
            .get("tenant")
            .cloned()
            .unwrap_or_default(),
        ctx.data().get("key").cloned().unwrap_or_default(),
        ctx.raw_data_path()
            .map_or_else(|error| error.to_string(), str::to_owned),
    ]
}

#[workflow]
fn tells() -> Vec<String> {
    told()
}

#[workflow]
fn tells_from_inside() -> Vec<String> {
    tells()
}

/// `test_type_hints.py::test_default_wf_params_works`, and what scopes around a run say to its tasks.
#[test]
fn a_task_is_told_who_it_is_and_what_the_scopes_around_say() {
    let told = tells_from_inside().unwrap();
    assert_eq!(
        told[..5],
        ["ex:local:local:local", "context.told", "n0.n0", "0", ""]
    );
    assert!(told[7].contains("where offloaded data goes"), "{}", told[7]);
    let builder = FlyteContext::current()
        .with_custom_context([("tenant", "a")])
        .with_data([("key", "value")]);
    let told = FlyteContextManager::with_context(
        builder.with_group("g").with_raw_data_path("s3://b"),
        |_| tells_from_inside(),
    )
    .unwrap();
    assert_eq!(told[4..], ["g", "a", "value", "s3://b"]);
    assert!(ctx().is_none());
    assert_eq!(FlyteContextManager::size(), 1);
}

#[task]
fn dates() -> u64 {
    let date = flyte_runtime::current_context().execution_date();
    date.duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64
}

#[workflow]
fn two_dates() -> (u64, u64) {
    let first = dates();
    let second = dates();
    first >> second;
    (first, second)
}

#[test]
fn a_run_has_one_clock() {
    let (first, second) = two_dates().unwrap();
    assert_eq!(first, second);
}

fn tenant() -> String {
    get_custom_context().remove("tenant").unwrap_or_default()
}

fn with_tenant(name: &str) -> FlyteContext {
    FlyteContext::current()
        .with_custom_context([("tenant", name)])
        .build()
}

#[tokio::test]
async fn several_scopes_under_one_join_each_see_their_own() {
    let look = |name: &'static str| {
        with_tenant(name).scope(async move {
            let mut seen = Vec::new();
            for round in 0..10 {
                let _inside = custom_context([("round", round.to_string())]);
                tokio::task::yield_now().await;
                seen.push((
                    tenant(),
                    get_custom_context()["round"].clone(),
                    FlyteContextManager::size(),
                ));
            }
            seen
        })
    };
    let (a, b, c) = tokio::join!(look("a"), look("b"), async {
        tokio::task::yield_now().await;
        (tenant(), FlyteContextManager::size())
    });
    for (name, seen) in [("a", a), ("b", b)] {
        assert!(
            seen.iter()
                .enumerate()
                .all(|(round, entry)| *entry == (name.to_owned(), round.to_string(), 3)),
            "{seen:?}"
        );
    }
    assert_eq!(c, (String::new(), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_spawned_goes_on_in_the_context() {
    let seen = with_tenant("a")
        .scope(async {
            let plain = tokio::spawn(async { tenant() }).await.unwrap();
            let spawned = flyte_runtime::spawn(async {
                tokio::time::sleep(Duration::from_millis(1)).await;
                tenant()
            });
            let blocking = flyte_runtime::spawn_blocking(tenant).await.unwrap();
            let thread = flyte_runtime::thread::spawn(tenant).join().unwrap();
            [plain, spawned.await.unwrap(), blocking, thread]
        })
        .await;
    assert_eq!(seen, ["", "a", "a", "a"]);
}

#[tokio::test]
async fn a_contextual_run_keeps_its_changes() {
    let outer = custom_context([("tenant", "a")]);
    let seen = contextual_run(|| async {
        std::mem::forget(custom_context([("tenant", "b")]));
        tokio::task::yield_now().await;
        tenant()
    })
    .await;
    assert_eq!((seen.as_str(), tenant().as_str()), ("b", "a"));
    drop(outer);
}

#[tokio::test]
async fn a_dropped_future_takes_only_its_own_contexts() {
    let outer = custom_context([("tenant", "outer")]);
    let mut inside = Box::pin(with_tenant("inner").scope(async {
        let _guard = custom_context([("tenant", "deeper")]);
        std::future::pending::<()>().await;
    }));
    let polled =
        std::future::poll_fn(|cx| std::task::Poll::Ready(inside.as_mut().poll(cx).is_pending()))
            .await;
    assert!(polled);
    drop(inside);
    assert_eq!(
        (tenant().as_str(), FlyteContextManager::size()),
        ("outer", 2)
    );
    drop(outer);
    assert_eq!(FlyteContextManager::size(), 1);
}

#[task]
async fn spawns(x: i64) -> Vec<String> {
    let _inside = x;
    let spawned = flyte_runtime::spawn(async { ctx().map(|ctx| ctx.action().name().to_owned()) })
        .await
        .unwrap();
    let plain = tokio::spawn(async { ctx().map(|ctx| ctx.action().name().to_owned()) })
        .await
        .unwrap();
    vec![
        spawned.unwrap_or_default(),
        plain.unwrap_or_default(),
        tenant(),
    ]
}

#[test]
fn a_task_can_hand_its_context_on() {
    let _outer = custom_context([("tenant", "t")]);
    assert_eq!(spawns::run(1).unwrap(), ["n0", "", "t"]);
}

/// A small generator of numbers, the same in every run of the tests.
fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn rounds(usual: u64) -> u64 {
    std::env::var("FLYTE_TEST_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(usual)
}

/// 64 tasks on 4 threads, each nesting 5 contexts with waits between, some dropped half-way.
#[test]
fn torture_async_scopes_never_mix() {
    async fn nest(id: u64, depth: u64, mut seed: u64) {
        if depth == 0 {
            return;
        }
        let name = format!("{id}/{depth}");
        let context = with_tenant(&name);
        let inside = context.scope(async move {
            for _ in 0..next(&mut seed) % 3 {
                tokio::task::yield_now().await;
                assert_eq!(tenant(), name);
            }
            {
                // Cannot be kept across the next wait: a guard is not `Send`.
                let _guard = custom_context([("guarded", name.clone())]);
                assert_eq!(
                    (tenant(), get_custom_context()["guarded"].clone()),
                    (name.clone(), name.clone())
                );
            }
            Box::pin(nest(id, depth - 1, seed)).await;
            assert_eq!(tenant(), name);
        });
        inside.await;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..64u64)
            .map(|id| {
                tokio::spawn(async move {
                    let mut seed = id;
                    for _ in 0..rounds(200) {
                        if next(&mut seed).is_multiple_of(8) {
                            // Dropped half-way.
                            let mut half = Box::pin(nest(id, 5, seed));
                            let _pending = std::future::poll_fn(|cx| {
                                std::task::Poll::Ready(half.as_mut().poll(cx))
                            })
                            .await;
                            drop(half);
                        } else {
                            nest(id, 5, seed).await;
                        }
                        assert_eq!((tenant().as_str(), FlyteContextManager::size()), ("", 1));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// 16 threads, each nesting 5 contexts, with panics thrown inside.
#[test]
fn torture_threads_never_mix() {
    fn nest(id: u64, depth: u64, seed: &mut u64) {
        let name = format!("{id}/{depth}");
        FlyteContextManager::with_context(
            FlyteContext::current().with_custom_context([("tenant", &name)]),
            |_| {
                if depth > 1 {
                    nest(id, depth - 1, seed);
                }
                assert_eq!(tenant(), name);
                if next(seed).is_multiple_of(5) {
                    std::panic::resume_unwind(Box::new("planned"));
                }
            },
        );
    }
    std::thread::scope(|scope| {
        for id in 0..16 {
            scope.spawn(move || {
                let mut seed = id;
                for _ in 0..rounds(500) {
                    let outcome = catch_unwind(AssertUnwindSafe(|| nest(id, 5, &mut seed)));
                    if let Err(panic) = outcome {
                        assert_eq!(panic.downcast_ref::<&str>(), Some(&"planned"));
                    }
                    assert_eq!((tenant().as_str(), FlyteContextManager::size()), ("", 1));
                }
            });
        }
    });
}

#[task]
fn counts_rows(rows: i64) -> i64 {
    flyte_runtime::current_context()
        .stats()
        .incr_by("rows", rows);
    rows
}

#[workflow]
fn counts_twice(rows: i64) -> i64 {
    counts_rows(counts_rows(rows))
}

/// What the caller's parameters say reaches its tasks; a test sees the metrics of exactly its own run.
#[test]
fn tasks_inherit_the_parameters_of_whoever_started_the_run() {
    let recorded = flyte_runtime::stats::RecordingStats::new();
    let parameters = ExecutionParameters::builder()
        .stats(flyte_runtime::stats::Stats::new(recorded.clone()))
        .build();
    let state = FlyteContext::current()
        .new_execution_state()
        .with_user_space_params(parameters);
    FlyteContextManager::with_context(FlyteContext::current().with_execution_state(state), |_| {
        assert_eq!(counts_twice(3).unwrap(), 3);
    });
    assert_eq!(recorded.counter("rows"), 6);
}

#[task]
fn says(x: i64) -> bool {
    use flyte_runtime::output_metadata::OutputMetadata;
    let _ = x;
    let context = FlyteContext::current();
    let tracker = context.output_metadata_tracker().unwrap();
    let fresh = tracker.get(0).is_none();
    tracker.add(
        0,
        OutputMetadata::new().with_dynamic_partition("region", "a"),
    );
    let seen_below = FlyteContextManager::with_context(context.with_group("g"), |below| {
        below.output_metadata_tracker().unwrap().get(0).is_some()
    });
    fresh && seen_below
}

#[test]
fn every_attempt_has_an_output_metadata_tracker_of_its_own() {
    assert!(says::run(1).unwrap() && says::run(1).unwrap());
    assert!(FlyteContext::current().output_metadata_tracker().is_none());
}

#[task]
fn writes_a_deck(text: String) {
    let parameters = flyte_runtime::current_context();
    parameters.default_deck().append(&text);
    parameters
        .decks()
        .deck("mine")
        .append(flyte_runtime::deck::Html::raw("<b>raw</b>"));
}

#[workflow]
fn writes_decks(text: String) {
    writes_a_deck(text) >> writes_a_deck("second");
}

/// What is appended adds up, where flytekit keeps the last line, and is text unless it is said to be HTML.
#[test]
fn the_decks_of_the_last_run_are_found_by_whoever_started_it() {
    let context = FlyteContextManager::enter(FlyteContext::current().new_builder());
    writes_decks("<first>".to_owned()).unwrap();
    let page = context.get_deck();
    assert!(
        page.contains("&lt;first&gt;") && page.contains("second") && page.contains("<b>raw</b>"),
        "{page}"
    );
    writes_decks("third".to_owned()).unwrap();
    assert!(!context.get_deck().contains("first"));
}

#[task]
fn resumes(n: i64) -> i64 {
    let parameters = flyte_runtime::current_context();
    let checkpoint = parameters.checkpoint().unwrap();
    assert_eq!(checkpoint.read().unwrap(), None);
    checkpoint.write(&(n + 1).to_le_bytes()).unwrap();
    i64::from_le_bytes(checkpoint.read().unwrap().unwrap().try_into().unwrap())
}

#[workflow]
fn sixteen_resume() -> Vec<i64> {
    (0..16).map(|n| resumes(n)).collect::<Vec<_>>()
}

/// `test_checkpoint.py::test_checkpoint_task`; siblings have checkpoints of their own.
#[test]
fn a_task_has_a_checkpoint_and_code_outside_of_one_has_none() {
    assert_eq!(resumes::run(5).unwrap(), 6);
    assert_eq!(sixteen_resume().unwrap(), (1..=16).collect::<Vec<_>>());
    let text = flyte_runtime::current_context()
        .checkpoint()
        .unwrap_err()
        .to_string();
    assert!(
        text.starts_with("checkpointing is not available outside of a task"),
        "{text}"
    );
}

#[task]
fn reads_a_secret() -> usize {
    let parameters = flyte_runtime::current_context();
    parameters
        .secrets()
        .unwrap()
        .get("group", "key")
        .unwrap()
        .expose()
        .len()
}

#[test]
fn a_task_finds_the_secrets_of_its_parameters() {
    use flyte_runtime::{
        config::{Environment, SecretsConfig},
        secrets::SecretsManager,
    };
    let environment = Environment::empty().with_var("_FSEC_GROUP_KEY", "12345");
    let secrets = SecretsManager::new(SecretsConfig::default(), environment);
    let parameters = ExecutionParameters::builder().secrets(secrets).build();
    let state = FlyteContext::current()
        .new_execution_state()
        .with_user_space_params(parameters);
    FlyteContextManager::with_context(FlyteContext::current().with_execution_state(state), |_| {
        assert_eq!(reads_a_secret::run().unwrap(), 5);
    });
}

#[test]
fn contexts_made_from_one_another_share_their_files() {
    let outer = FlyteContextManager::enter(FlyteContext::current().new_builder());
    let inner = outer.with_group("g").build();
    let sandbox = |context: &FlyteContext| {
        context
            .file_access()
            .unwrap()
            .local_sandbox_dir()
            .to_owned()
    };
    assert_eq!(sandbox(&outer), sandbox(&inner));
    assert!(!sandbox(&outer).exists(), "asking creates nothing");
    let other = flyte_runtime::data::FileAccessProvider::temporary().unwrap();
    let changed = outer.with_file_access(other).build();
    assert_ne!(sandbox(&outer), sandbox(&changed));
}

#[task]
fn says_too_much(x: i64) -> i64 {
    use flyte_runtime::output_metadata::OutputMetadata;
    let context = FlyteContext::current();
    context
        .output_metadata_tracker()
        .unwrap()
        .add("o3", OutputMetadata::new());
    x
}

#[task]
async fn says_too_much_later(x: i64) -> i64 {
    tokio::time::sleep(Duration::from_millis(1)).await;
    says_too_much(x)
}

#[test]
fn metadata_of_an_output_that_is_not_there_fails_the_task() {
    for error in [
        says_too_much::run(1).unwrap_err(),
        says_too_much_later::run(1).unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(text.contains("o3") && text.contains("o0"), "{text}");
    }
}

#[test]
fn a_context_knows_where_it_was_entered() {
    let _inside = custom_context([("a", "b")]);
    let line = line!() - 1;
    assert_eq!(FlyteContextManager::get_origin_stackframe().line(), line);
    FlyteContextManager::with_context(FlyteContext::current().new_builder(), |context| {
        assert!(
            context
                .get_origin_stackframe_repr()
                .ends_with("context.rs)"),
            "{}",
            context.get_origin_stackframe_repr()
        );
    });
}

#[task]
fn own_directory() -> String {
    let parameters = flyte_runtime::current_context();
    parameters
        .working_directory()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

#[workflow]
fn one_inside() -> String {
    own_directory()
}

#[workflow]
fn names_that_could_be_paths() -> (String, String) {
    let inside = one_inside();
    (
        inside,
        own_directory().with_overrides(|o| o.node_name("n0-n0")),
    )
}

#[test]
fn attempts_never_share_a_directory_whatever_their_nodes_are_called() {
    let (inside, outside) = names_that_could_be_paths().unwrap();
    assert_ne!(inside, outside);
}

#[test]
fn a_directory_cannot_be_had_after_the_end_of_its_run() {
    static KEPT: std::sync::Mutex<Option<ExecutionParameters>> = std::sync::Mutex::new(None);
    #[task]
    fn keeps(use_it: bool) {
        let parameters = flyte_runtime::current_context();
        if use_it {
            parameters.working_directory().unwrap();
        }
        *KEPT.lock().unwrap() = Some(parameters);
    }
    for use_it in [true, false] {
        keeps::run(use_it).unwrap();
        let kept = KEPT.lock().unwrap().take().unwrap();
        let text = kept.working_directory().unwrap_err().to_string();
        assert!(text.starts_with("the run has ended"), "{text}");
    }
}

#[test]
fn outside_of_a_run_a_directory_is_nobody_elses() {
    let parameters = ExecutionParameters::builder().build();
    let directory = parameters.working_directory().unwrap().to_owned();
    assert_ne!(directory, std::env::temp_dir());
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 0);
    drop(parameters);
    assert!(!directory.exists());
}

#[test]
fn nothing_inside_a_skipped_branch_can_take_it() {
    let local = ExecutionState::new("work")
        .unwrap()
        .with_mode(Mode::EagerLocalExecution);
    let outer = FlyteContext::current()
        .with_execution_state(local)
        .build()
        .enter_conditional_section()
        .build();
    let inner = outer.enter_conditional_section().build();
    inner.execution_state().unwrap().take_branch();
    assert_eq!(
        outer.execution_state().unwrap().branch_eval_mode(),
        Some(BranchEvalMode::BranchSkipped)
    );
}

/// A client whose end asks for the context it was in.
#[derive(Debug)]
struct Nosy;

impl FlyteClient for Nosy {
    fn endpoint(&self) -> &str {
        "nosy"
    }
}

impl Drop for Nosy {
    fn drop(&mut self) {
        let _seen = (ctx(), FlyteContextManager::size());
    }
}

#[test]
fn what_a_context_holds_may_ask_for_the_context_when_it_is_dropped() {
    drop(FlyteContextManager::enter(
        FlyteContext::current().with_client(Arc::new(Nosy)),
    ));
    FlyteContextManager::with_context(FlyteContext::current().new_builder(), |_| {
        std::mem::forget(FlyteContextManager::enter(
            FlyteContext::current().with_client(Arc::new(Nosy)),
        ));
    });
    std::mem::forget(FlyteContextManager::enter(
        FlyteContext::current().with_client(Arc::new(Nosy)),
    ));
    FlyteContextManager::initialize();
    assert_eq!(FlyteContextManager::size(), 1);
}

#[test]
fn a_run_that_writes_no_deck_leaves_none_of_the_run_before() {
    let context = FlyteContextManager::enter(FlyteContext::current().new_builder());
    writes_decks("earlier".to_owned()).unwrap();
    assert!(context.get_deck().contains("earlier"));
    assert!(own_directory::run().is_ok());
    assert!(!context.get_deck().contains("earlier"));
}

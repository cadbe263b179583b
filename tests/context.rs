//! Contexts: each thread and each async scope sees its own, whatever happens inside.

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
    compat::{
        BranchEvalMode, ExecutionParameters, ExecutionState, FlyteClient, FlyteContextManager,
        Mode, contextual_run,
    },
    context::{FlyteContext, custom_context, get_custom_context, group},
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
    let current = FlyteContext::current();
    assert!(Arc::ptr_eq(
        &FlyteContextManager::pop_context(pushed).unwrap(),
        &current
    ));
    let before = FlyteContext::current();
    let outer = FlyteContextManager::push_context(before.with_group("b").build());
    let inner = FlyteContextManager::push_context(before.with_group("c").build());
    assert_eq!(
        FlyteContextManager::pop_context(outer).unwrap().group(),
        Some("b")
    );
    let text = FlyteContextManager::pop_context(inner)
        .unwrap_err()
        .to_string();
    assert!(text.contains("in reverse order"), "{text}");
    assert!(Arc::ptr_eq(&before, &FlyteContext::current()));
    assert_eq!(FlyteContextManager::size(), 1);
}

#[task]
fn pops_too_much() -> bool {
    let pushed = FlyteContextManager::push_context(FlyteContext::current().new_builder().build());
    FlyteContextManager::initialize();
    FlyteContextManager::pop_context(pushed).is_err() && ctx().is_some()
}

#[task]
fn pushes_and_forgets(x: i64) -> i64 {
    let pushed = FlyteContext::current().with_group("left behind").build();
    std::mem::forget(FlyteContextManager::push_context(pushed));
    std::mem::forget(custom_context([("left", "behind")]));
    x
}

#[task]
fn initializes() -> bool {
    std::mem::forget(custom_context([("inside", "1")]));
    FlyteContextManager::initialize();
    let expected = BTreeMap::from([("mine".to_owned(), "1".to_owned())]);
    ctx().is_some_and(|task| *task.custom_context() == expected)
}

/// What runs stays a task, and the contexts of the thread it runs on are not its own.
#[test]
fn a_task_that_initializes_starts_again_from_its_own_context() {
    let outermost = FlyteContext::current();
    let inside = custom_context([("mine", "1")]);
    assert!(Runner::local().jobs(1).run(initializes::call()).unwrap());
    assert_eq!(FlyteContextManager::size(), 2);
    drop(inside);
    assert!(Arc::ptr_eq(&outermost, &FlyteContext::current()));
}

/// What is entered while somebody reads a context is seen by who asks inside, and the reader's stays what it was.
#[test]
fn contexts_can_be_entered_while_one_is_being_read() {
    let _outer = custom_context([("a", "1")]);
    FlyteContext::with_current(|read| {
        let entered = custom_context([("b", "2")]);
        assert_eq!(
            (get_custom_context().len(), read.custom_context().len()),
            (2, 1)
        );
        let nested = FlyteContext::with_current(|inner| inner.custom_context().len());
        assert_eq!(nested, 2);
        assert!(pops_too_much::run().unwrap());
        drop(entered);
        assert_eq!(get_custom_context(), *read.custom_context());
    });
    assert_eq!(FlyteContextManager::size(), 2);
}

struct AsksAtTheEnd;

impl Drop for AsksAtTheEnd {
    fn drop(&mut self) {
        let _current = FlyteContext::current();
        assert!(get_custom_context().is_empty() && ctx().is_none());
        let _entered = custom_context([("late", "1")]);
        FlyteContextManager::initialize();
        assert_eq!(FlyteContextManager::size(), 1);
        FlyteContext::with_current(|context| assert_eq!(context.level(), 1));
    }
}

/// A destructor of a thread-local value runs when the thread's contexts may be gone.
#[test]
fn the_context_may_be_asked_for_when_a_thread_ends() {
    thread_local! {
        static LAST: AsksAtTheEnd = const { AsksAtTheEnd };
    }
    // Destructors run in an order of the system's choosing: before the contexts, and after them.
    for first in [true, false] {
        let thread = std::thread::spawn(move || {
            if first {
                LAST.with(|_| ());
            }
            let _entered = custom_context([("a", "1")]);
            let _current = FlyteContext::current();
            LAST.with(|_| ());
        });
        thread.join().unwrap();
    }
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
    assert_eq!(
        text,
        "SPARK_SESSION is there as a parameter in the Flyte context, and its type is `i32`, not `alloc::string::String`; ask \
         for `i32`"
    );
    let text = outer.get::<i32>("ray").unwrap_err().to_string();
    assert_eq!(
        text,
        "RAY is not available as a parameter in the Flyte context; there are SPARK_SESSION"
    );
    let text = ExecutionParameters::builder()
        .working_directory("")
        .unwrap_err()
        .to_string();
    assert!(text.contains("a working directory is needed"), "{text}");
    // flytekit shares the attributes of a parent with its children.
    let inner = outer.new_builder().add_attr("other", 1u8).build();
    assert!(inner.has_attr("other") && !outer.has_attr("other"));
}

#[task]
fn scratch(text: String) -> String {
    let parameters = flyte_runtime::compat::current_context();
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
    let parameters = flyte_runtime::compat::current_context();
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
    let date = flyte_runtime::compat::current_context().execution_date();
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
            let spawned = flyte_runtime::context::spawn(async {
                tokio::time::sleep(Duration::from_millis(1)).await;
                tenant()
            });
            let blocking = flyte_runtime::context::spawn_blocking(tenant)
                .await
                .unwrap();
            let thread = flyte_runtime::context::thread::spawn(tenant)
                .join()
                .unwrap();
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
    let spawned =
        flyte_runtime::context::spawn(async { ctx().map(|ctx| ctx.action().name().to_owned()) })
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
fn code_that_builds_a_graph_has_one_context_with_that_graph() {
    use flyte_runtime::graph::WorkflowBuilder;

    let mut builder = WorkflowBuilder::new("tests.context.building");
    let seen = builder.add(|| {
        let first = FlyteContext::current();
        let second = FlyteContext::current();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!((first.level(), FlyteContextManager::size()), (1, 2));
        assert!(first.compilation_state().is_some());
        // What is made from it has the graph, too.
        FlyteContextManager::with_context(first.with_group("inside"), |inside| {
            assert_eq!(inside.level(), 2);
            inside.compilation_state().is_some()
        })
    });
    assert!(seen);
    // Nothing of the code around.
    let _group = group("around");
    assert_eq!(
        builder.add(|| FlyteContext::current().group().map(str::to_owned)),
        None
    );
}

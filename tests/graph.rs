//! What a workflow compiles to: ids, bindings, upstream nodes, overrides, and the mistakes only compiling can show.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{cell::Cell, sync::Mutex};

use flyte_core::graph::entity::EntityBody;
use flyte_runtime::{
    Entity,
    compat::options::WorkflowOptions,
    context::FlyteContext,
    graph::{EntityDescriptor, EntityKind, IntoBinding, Node},
    prelude::*,
};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(zeta: i64, alpha: i64) -> i64 {
    zeta + alpha
}

#[task]
fn log(x: i64) {
    let _ = x;
}

fn upstream<E: Entity>(id: &str) -> Vec<String> {
    let graph = E::descriptor().graph().unwrap();
    let node = graph.node(id).unwrap();
    graph.upstream_ids(node).map(str::to_owned).collect()
}

#[workflow]
fn diamond(x: i64) -> i64 {
    let left = square(x);
    let right = square(x);
    add(left, right)
}

/// `test_promise.py::test_create_and_link_node`
#[test]
fn nodes_are_numbered_and_bound_by_sorted_names() {
    let graph = diamond::graph().unwrap();
    let ids: Vec<_> = graph.nodes().iter().map(Node::id).collect();
    assert_eq!(ids, ["n0", "n1", "n2"]);
    let vars: Vec<_> = graph.nodes()[2]
        .bindings()
        .iter()
        .map(|binding| binding.var.as_ref())
        .collect();
    assert_eq!(vars, ["alpha", "zeta"]);
    assert_eq!(graph.nodes()[2].metadata().name, "add");
    assert_eq!(upstream::<diamond>("n0"), [""; 0]);
    assert_eq!(upstream::<diamond>("n2"), ["n1", "n0"]);
}

#[workflow]
fn calls_diamond(x: i64) -> i64 {
    diamond(square(x))
}

#[test]
fn ids_do_not_depend_on_who_compiled_first() {
    let outer = calls_diamond::graph().unwrap();
    assert_eq!(
        outer.nodes().iter().map(Node::id).collect::<Vec<_>>(),
        ["n0", "n1"]
    );
    assert_eq!(diamond::graph().unwrap().nodes()[0].id(), "n0");
}

#[workflow]
fn ordered(x: i64) {
    let a = log(x);
    let b = square(x);
    let c = log(b);
    let d = log(x);
    a >> b >> d;
    (b, d) >> c;
    a.runs_before(&b);
}

/// `test_node_creation.py::test_normal_task`: `>>` and `runs_before` add to the upstream nodes, once.
#[test]
fn order_without_data_is_an_upstream_node() {
    assert_eq!(upstream::<ordered>("n1"), ["n0"]);
    assert_eq!(upstream::<ordered>("n2"), ["n1", "n3"]);
    assert_eq!(upstream::<ordered>("n3"), ["n1"]);
    ordered(2).unwrap();
}

#[workflow]
fn overridden(x: i64) -> i64 {
    let first = square(x).with_overrides(|o| o.node_name("t_1").name("foo").retries(3));
    square(first)
        .with_overrides(|o| o.timeout("1m30s"))
        .with_overrides(|o| o.retries(0))
}

/// `test_node_creation.py::test_name_override`, and chained overrides, of which flytekit loses the first.
#[test]
fn overrides_rename_and_add_up() {
    let graph = overridden::graph().unwrap();
    assert_eq!(
        (
            graph.nodes()[0].id(),
            graph.nodes()[0].metadata().name.as_str()
        ),
        ("t-1", "foo")
    );
    assert_eq!(upstream::<overridden>("n1"), ["t-1"]);
    let both = format!("{:?}", graph.nodes()[1].overrides().unwrap());
    assert!(
        both.contains("timeout: Some(90s)") && both.contains("retries: Some(0)"),
        "{both}"
    );
    assert_eq!(overridden(2).unwrap(), 16);
}

fn problems(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[workflow]
fn same_name_twice(x: i64) -> i64 {
    let a = square(x).with_overrides(|o| o.node_name("big"));
    // Written where it is used, a text that is no duration does not compile.
    let timeout = "soon";
    square(a).with_overrides(|o| o.node_name("big").timeout(timeout))
}

#[test]
fn all_mistakes_of_a_body_are_told_at_once() {
    let text = problems(same_name_twice::graph().unwrap_err());
    assert!(text.contains("tests/graph.rs:"), "{text}");
    assert!(text.contains("two nodes have the id `big`"), "{text}");
    assert!(text.contains("soon"), "{text}");
    assert!(same_name_twice(1).is_err());
}

#[workflow]
fn in_a_circle(x: i64) -> i64 {
    let a = square(x);
    let b = square(a);
    b >> a;
    b
}

#[test]
fn a_circle_of_order_and_data_is_refused_with_its_nodes() {
    let text = problems(in_a_circle::graph().unwrap_err());
    assert!(
        text.contains("nodes wait for each other: n0 >> n1 >> n0"),
        "{text}"
    );
}

#[workflow]
fn orders_an_input(x: i64) -> i64 {
    let a = square(x);
    a >> x;
    a
}

#[test]
fn nothing_runs_before_an_input() {
    let text = problems(orders_an_input::graph().unwrap_err());
    assert!(
        text.contains("nothing can run before an input of the workflow"),
        "{text}"
    );
}

thread_local! {
    static KEPT: Cell<Option<Promise<i64>>> = const { Cell::new(None) };
}

#[workflow]
fn keeps_a_promise(x: i64) -> i64 {
    let kept = square(x);
    KEPT.set(Some(kept));
    kept
}

#[workflow]
fn uses_a_kept_promise(x: i64) -> i64 {
    let foreign = KEPT.get().unwrap_or(x);
    square(foreign)
}

#[test]
fn a_promise_means_nothing_in_another_workflow() {
    keeps_a_promise::graph().unwrap();
    let text = problems(uses_a_kept_promise::graph().unwrap_err());
    assert!(
        text.contains("is given a promise that was made in another workflow"),
        "{text}"
    );
}

#[workflow]
fn returns_a_kept_promise(x: i64) -> i64 {
    let _ = x;
    KEPT.get().unwrap_or(x)
}

#[test]
fn a_foreign_promise_is_no_output_either() {
    keeps_a_promise::descriptor().compile_again().unwrap();
    let text = problems(returns_a_kept_promise::graph().unwrap_err());
    assert!(
        text.contains("is given a promise that was made in another workflow"),
        "{text}"
    );
}

#[workflow]
fn panics(x: i64) -> i64 {
    assert!((std::hint::black_box)(false), "no graph today");
    square(x)
}

#[test]
fn a_panic_in_a_body_is_a_compile_error_with_its_place() {
    let text = problems(panics::graph().unwrap_err());
    assert!(
        text.contains("its body panicked at tests/graph.rs:")
            || text.contains("its body panicked at graph.rs:"),
        "{text}"
    );
    assert!(text.contains("no graph today"), "{text}");
}

#[workflow]
fn contains_itself(x: i64) -> i64 {
    also_contains(x)
}

#[workflow]
fn also_contains(x: i64) -> i64 {
    contains_itself(x)
}

#[test]
fn a_workflow_that_contains_itself_is_refused_with_the_way() {
    let text = problems(contains_itself(1).unwrap_err());
    assert!(
        text.contains("graph.contains_itself -> graph.also_contains -> graph.contains_itself"),
        "{text}"
    );
}

#[test]
#[should_panic(
    expected = "cannot create a node of `graph.square` while no workflow is being compiled; use `square::run(..)`"
)]
fn a_node_needs_a_workflow() {
    let _ = square::node(3);
}

#[test]
fn compiling_leaves_no_context_behind() {
    use flyte_runtime::compat::FlyteContextManager;
    diamond::descriptor().compile_again().unwrap();
    panics::descriptor().compile_again().unwrap_err();
    assert_eq!(FlyteContextManager::size(), 1);
    assert!(
        FlyteContextManager::current_context()
            .compilation_state()
            .is_none()
    );
}

#[test]
fn eight_threads_compile_one_workflow_once() {
    std::thread::scope(|scope| {
        let graphs: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| overridden::graph().unwrap()))
            .collect();
        let graphs: Vec<_> = graphs
            .into_iter()
            .map(|graph| graph.join().unwrap())
            .collect();
        assert!(
            graphs
                .windows(2)
                .all(|pair| std::sync::Arc::ptr_eq(&pair[0], &pair[1]))
        );
    });
}

macro_rules! nested {
    ($inner:ident) => {};
    ($inner:ident $outer:ident $($rest:ident)*) => {
        #[workflow]
        fn $outer(x: i64) -> i64 {
            $inner(x)
        }

        nested!($outer $($rest)*);
    };
}

mod deep {
    use super::*;

    #[workflow]
    fn w0(x: i64) -> i64 {
        square(x)
    }

    macro_rules! levels {
        ($($first:ident $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident $last:ident;)*) => { $(
            nested!($first $a $b $c $d $e $f $g $h $last);
        )* };
    }

    levels! {
        w0 a1 b1 c1 d1 e1 f1 g1 h1 w1;
        w1 a2 b2 c2 d2 e2 f2 g2 h2 w2;
        w2 a3 b3 c3 d3 e3 f3 g3 h3 w3;
    }

    #[test]
    fn workflows_nest() {
        assert_eq!(w3(3).unwrap(), 9);
    }
}

/// The entities of a pile of workflows, each with the next as its only node; the last is a task.
fn pile(levels: usize) -> &'static EntityDescriptor {
    static INNER: Mutex<Vec<&'static EntityDescriptor>> = Mutex::new(Vec::new());
    let leaf = square::descriptor();
    let mut levels: Vec<&'static EntityDescriptor> = (0..levels)
        .map(|level| {
            let name: &'static str = Box::leak(format!("level{level}").into_boxed_str());
            let body = EntityBody::Workflow {
                options: const { &WorkflowOptions::new() },
                on_failure: None,
                build: |_| {
                    let inner = INNER.lock().unwrap().remove(0);
                    let context = FlyteContext::current();
                    let state = context.compilation_state().unwrap();
                    let arguments = match inner.kind() {
                        EntityKind::Task => vec![IntoBinding::<i64>::into_binding(1)],
                        _ => Vec::new(),
                    };
                    state.add_node(inner, arguments);
                },
            };
            let place = square::descriptor().location();
            let entity = EntityDescriptor::new(
                Some(name),
                module_path!(),
                name,
                place,
                "",
                &[],
                Vec::new,
                body,
            );
            &*Box::leak(Box::new(entity))
        })
        .collect();
    let outermost = levels.remove(0);
    levels.push(leaf);
    *INNER.lock().unwrap() = levels;
    outermost
}

/// A plan is made by recursion, and the stacks of threads end.
#[test]
fn workflows_nested_too_deep_are_refused() {
    let run = |levels| Runner::local().run_values(pile(levels), Vec::new());
    run(256).unwrap();
    let text = run(257).unwrap_err().to_string();
    assert!(
        text.ends_with(
            "workflows are nested more than 256 deep; call some of them side by side instead of one inside the other"
        ),
        "{text}"
    );
}

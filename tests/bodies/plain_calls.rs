//! No task runs while a graph is built, however a call of it is written: it is a node, or there is no graph.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
};

use flyte_runtime::{
    context,
    graph::{CompileProblem, Graph, conditional},
    testing::mock,
};

use super::*;

/// Counts how often the tasks of one test have run.
macro_rules! runs {
    ($name:ident) => {
        static $name: AtomicUsize = AtomicUsize::new(0);
    };
}

fn count(runs: &AtomicUsize) -> usize {
    runs.load(Ordering::Relaxed)
}

fn add_one(runs: &AtomicUsize) {
    runs.fetch_add(1, Ordering::Relaxed);
}

/// What each node runs, sorted.
fn nodes(graph: &Graph) -> Vec<String> {
    let nodes = graph
        .nodes()
        .iter()
        .map(|node| node.metadata().name.clone());
    let mut nodes: Vec<String> = nodes.collect();
    nodes.sort();
    nodes
}

/// Names that are no snake case, or are taken by the preludes.
mod kinds {
    #![allow(non_snake_case)]
    use super::*;

    runs!(RUNS);

    macro_rules! tasks {
        ($($name:ident)*) => { $(
            #[task]
            pub fn $name(x: i64) -> i64 {
                add_one(&RUNS);
                x
            }
        )* };
    }

    tasks!(Load ETL 名前 drop conditional fail map sleep approve wait_for_input partial create_node);

    pub mod jobs {
        use super::*;

        tasks!(Load 名前 drop fail);
    }

    #[task]
    fn Sum(a: i64, b: i64) -> i64 {
        add_one(&RUNS);
        a + b
    }

    #[task]
    fn Nothing() -> i64 {
        add_one(&RUNS);
        7
    }

    struct Wrapper(i64);
    struct Generic<T>(T);
    struct 型(i64);
    enum Kind {
        Of(i64),
        種(i64),
    }
    use Kind::{Of, 種};

    fn Helper(x: i64) -> i64 {
        x + 1
    }

    const OPERATION: fn(i64) -> i64 = Helper;

    #[workflow]
    fn of_every_kind(x: i64) -> i64 {
        let a = add(Load(3), ETL(x));
        let b = add(名前(a), drop(x));
        let c = add(conditional(3), map(b));
        let d = add(sleep(c), approve(c));
        let e = add(wait_for_input(d), fail(d));
        let f = add(partial(e), create_node(e));
        Sum(Nothing(), f)
    }

    #[workflow]
    fn in_modules(x: i64) -> i64 {
        add(
            add(jobs::Load(x), self::jobs::名前(x)),
            add(jobs::drop(x), jobs::fail(x)),
        )
    }

    #[workflow]
    fn by_name(x: i64) -> i64 {
        add(Load(x = x), add(drop(x = 3), fail(x = x)))
    }

    #[workflow]
    fn structs_and_variants(x: i64) -> i64 {
        let a = Wrapper(1);
        let b = Generic(vec![2]);
        let c = 型(3);
        let d = (Of(4), 種(5));
        let (Of(four) | 種(four), Of(five) | 種(five)) = d;
        let boxed: Generic<Box<dyn Fn(i64) -> i64>> = Generic(Box::new(|x| x + 1));
        let lent: Generic<&[i64]> = Generic(&b.0);
        let seen = lent.0.len() as i64;
        let six = Helper(5);
        add(
            add(x, a.0 + b.0[0] + c.0 + four + five),
            add((boxed.0)(5) + six + seen, OPERATION(6)),
        )
    }

    #[test]
    fn tasks_are_nodes_whatever_their_name() {
        let graph = of_every_kind::graph().unwrap();
        assert_eq!(
            nodes(&graph),
            [
                "ETL",
                "Load",
                "Nothing",
                "Sum",
                "add",
                "add",
                "add",
                "add",
                "add",
                "add",
                "approve",
                "conditional",
                "create_node",
                "drop",
                "fail",
                "map",
                "partial",
                "sleep",
                "wait_for_input",
                "名前",
            ]
        );
        assert_eq!(in_modules::graph().unwrap().nodes().len(), 7);
        assert_eq!(by_name::graph().unwrap().nodes().len(), 5);
        assert_eq!(count(&RUNS), 0, "while the graphs were built");
        // a 5, b 7, c 10, d 20, e 40, f 80
        assert_eq!(of_every_kind(2).unwrap(), 87);
        assert_eq!(in_modules(2).unwrap(), 8);
        assert_eq!(by_name(2).unwrap(), 7);
    }

    #[test]
    fn structs_and_variants_are_what_they_are() {
        let graph = structs_and_variants::graph().unwrap();
        assert_eq!(nodes(&graph), ["add", "add", "add"]);
        assert_eq!(structs_and_variants(1).unwrap(), 16 + 13 + 7);
    }

    #[test]
    fn a_node_knows_where_it_is_written() {
        #[workflow]
        fn foreign(x: i64) -> i64 {
            let promise = (kept)(x);
            Load(promise)
        }
        let line = line!() - 2;
        let error = foreign::graph().unwrap_err();
        let at = error.problems.iter().find_map(|problem| match problem {
            CompileProblem::LeftBranch { used_at, .. } => Some(used_at.line),
            _ => None,
        });
        assert_eq!(at, Some(line), "{error}");
    }
}

fn kept(_: Promise<i64>) -> Promise<i64> {
    let mut kept = None;
    let condition: flyte_runtime::graph::Condition = true.into();
    let _ = conditional("kept")
        .if_(condition)
        .then(|| {
            let node = square::node(1);
            kept = Some(node);
            node
        })
        .else_()
        .fail("never");
    kept.unwrap()
}

/// Tasks that are called where the macro cannot see that it is a task.
mod hidden {
    use super::*;

    runs!(RUNS);

    #[task]
    fn seen(x: i64) -> i64 {
        add_one(&RUNS);
        x
    }

    #[task(name = "another.name")]
    fn named(x: i64) -> i64 {
        add_one(&RUNS);
        x
    }

    #[task]
    async fn waits(x: i64) -> i64 {
        add_one(&RUNS);
        x
    }

    #[workflow]
    fn inner(x: i64) -> i64 {
        seen(x)
    }

    #[dynamic]
    fn unrolled(x: i64) -> i64 {
        seen(x)
    }

    #[allow(non_snake_case)]
    mod Jobs {
        use super::*;

        #[task]
        pub fn load(x: i64) -> i64 {
            add_one(&RUNS);
            x
        }
    }

    struct Helper {
        function: fn(i64) -> i64,
    }

    impl Helper {
        fn call(&self, x: i64) -> i64 {
            (self.function)(x)
        }

        fn of_a_type(x: i64) -> i64 {
            seen(x)
        }
    }

    mod elsewhere {
        pub(super) fn helper(x: i64) -> i64 {
            super::seen(x)
        }
    }

    fn apply(function: impl Fn(i64) -> i64, x: i64) -> i64 {
        function(x)
    }

    macro_rules! call {
        ($function:ident, $x:expr) => {
            $function($x)
        };
    }

    macro_rules! hidden_name {
        ($name:ident) => {
            let $name = seen;
        };
    }

    fn block_on<F: Future>(future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(future)
    }

    /// A workflow that calls a task where nobody sees it, and the line in which it does.
    macro_rules! refused {
        ($($test:ident: $task:literal, $name:literal, $body:expr;)*) => { $(
            #[test]
            fn $test() {
                #[workflow]
                fn flow(x: i64) -> i64 {
                    let k = $body;
                    add(x, k)
                }

                refuses(flow::graph().unwrap_err(), $task, $name);
                // So is a run, and a second look.
                let error = flow(1).unwrap_err().to_string();
                assert!(error.contains("would run while the graph is built"), "{error}");
                flow::graph().unwrap_err();
            }
        )* };
    }

    #[track_caller]
    fn refuses(error: flyte_runtime::graph::CompileError, path: &str, name: &str) {
        let shown = error.to_string();
        let [CompileProblem::PlainCall { task, function, at }] = &error.problems[..] else {
            panic!("{shown}");
        };
        assert_eq!(
            *task,
            format!("bodies::plain_calls::hidden::{path}"),
            "{shown}"
        );
        assert_eq!(function, name, "{shown}");
        let at = at.unwrap_or_else(|| panic!("{shown}"));
        assert!(at.file.ends_with("plain_calls.rs"), "{shown}");
        for part in [
            &format!("at {at} `{task}` would run while the graph is built"),
            &format!("write `{name}(..)`"),
            &format!("|x| {name}(x)"),
            "flow",
        ] {
            assert!(shown.contains(part), "{shown}");
        }
        assert_eq!(count(&RUNS), 0, "{shown}");
    }

    refused! {
        in_parentheses: "seen", "seen", (seen)(3);
        of_a_path_in_parentheses: "seen", "seen", (self::seen)(3);
        with_a_name_of_its_own: "named", "named", (named)(3);
        of_a_module_with_a_capital: "Jobs::load", "load", Jobs::load(3);
        in_a_helper: "seen", "seen", (elsewhere::helper)(3);
        in_a_function_of_a_type: "seen", "seen", Helper::of_a_type(3);
        in_a_field: "seen", "seen", (Helper { function: elsewhere::helper }.function)(3);
        in_a_method: "seen", "seen", Helper { function: elsewhere::helper }.call(3);
        in_a_function_that_is_passed: "seen", "seen", (apply)(elsewhere::helper, 3);
        in_an_iterator: "seen", "seen", [1, 2].into_iter().map(|x| (seen)(x)).sum::<i64>();
        in_a_filter: "seen", "seen", [1, 2].into_iter().filter(|x| (seen)(*x) > 0).sum::<i64>();
        in_an_option: "seen", "seen", Some(3).map_or(0, |x| (seen)(x));
        in_a_closure: "seen", "seen", { let f = |x: i64| (seen)(x); f(3) };
        in_a_macro: "seen", "seen", call!(seen, 3);
        behind_a_name_of_a_macro: "seen", "seen", { hidden_name!(f); (f)(3) };
        in_a_block: "seen", "seen", { let _two = 2; (seen)(3) };
        in_a_case: "seen", "seen", { let known = true; if known { (seen)(3) } else { 4 } };
        in_an_arm: "seen", "seen", match 3 { 3 => (seen)(3), _ => 4 };
        in_an_if_let: "seen", "seen", if let Some(x) = Some(3) { (seen)(x) } else { 4 };
        in_a_loop: "seen", "seen", { let mut k = 0; for i in 0..3 { k += (seen)(i); } k };
        in_a_thread: "seen", "seen", (context::thread::spawn)(|| (seen)(3)).join().unwrap_or(0);
        of_an_async_task: "waits", "waits", (block_on)((waits)(3));
        of_a_workflow: "inner", "inner", (inner)(3).unwrap();
        of_a_dynamic_task: "unrolled", "unrolled", (unrolled)(3).unwrap();
        whose_panic_is_caught: "seen", "seen",
            (catch_unwind)(AssertUnwindSafe(|| (seen)(3))).unwrap_or(0);
    }

    #[test]
    fn in_a_case_on_a_promise() {
        #[workflow]
        fn flow(x: i64) -> i64 {
            if x > 3 {
                add(x, 1)
            } else {
                let y = add(x, 2);
                add(y, (seen)(3))
            }
        }
        let line = line!() - 3;

        let error = flow::graph().unwrap_err();
        let at = error.problems.iter().find_map(|problem| match problem {
            CompileProblem::PlainCall { at, .. } => *at,
            _ => None,
        });
        assert_eq!(at.map(|at| at.line), Some(line), "{error}");
        assert_eq!(count(&RUNS), 0);
    }

    #[test]
    fn the_place_is_the_statement_that_calls() {
        #[workflow]
        fn flow(x: i64) -> i64 {
            let a = add(x, 1);
            let _b = (i64::from)(3_i32);
            let c = add(a, (seen)(3));
            add(c, 1)
        }
        let line = line!() - 3;

        let error = flow::graph().unwrap_err();
        match &error.problems[..] {
            [CompileProblem::PlainCall { at: Some(at), .. }] => assert_eq!(at.line, line),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn of_a_local_task_that_the_prelude_has_too() {
        #[task]
        fn drop(x: i64) -> i64 {
            add_one(&RUNS);
            x
        }
        #[workflow]
        fn flow(x: i64) -> i64 {
            add(x, drop(3))
        }

        refuses(flow::graph().unwrap_err(), "drop", "drop");
    }

    #[test]
    fn an_element_of_a_map_is_no_way_round() {
        #[workflow]
        fn flow(xs: Vec<i64>) -> Vec<i64> {
            xs.map(|x| add(x, (seen)(3)))
        }

        let error = flow::graph().unwrap_err().to_string();
        assert!(
            error.contains("`bodies::plain_calls::hidden::seen` would run"),
            "{error}"
        );
        assert_eq!(count(&RUNS), 0);
    }

    #[test]
    fn nor_is_a_launch_plan() {
        #[workflow]
        fn flow(x: i64, by: i64) -> i64 {
            add(x, by)
        }

        #[launch_plan]
        fn plan(x: i64) -> i64 {
            flow(x = x, by = (seen)(3))
        }

        let error = plan::graph().unwrap_err().to_string();
        assert!(
            error.contains("`bodies::plain_calls::hidden::seen` would run"),
            "{error}"
        );
        assert_eq!(count(&RUNS), 0);
    }
}

/// Plain calls that stay what they are.
mod plain {
    use super::*;

    #[task]
    fn double(x: i64) -> i64 {
        2 * x
    }

    #[task]
    async fn later(x: i64) -> i64 {
        3 * x
    }

    #[task]
    const fn half(x: i64) -> i64 {
        x / 2
    }

    #[task]
    fn in_a_task(x: i64) -> i64 {
        double(double(x)) + half(x)
    }

    #[task]
    async fn in_an_async_task(x: i64) -> i64 {
        double(later(x).await)
    }

    #[task]
    fn looks_at_a_graph(x: i64) -> i64 {
        let nodes = (of_plain_calls::graph)().map_or(0, |graph| graph.nodes().len());
        // Behind the building of a graph in a task the task goes on.
        double(x) + nodes as i64
    }

    #[workflow]
    fn of_plain_calls(x: i64) -> i64 {
        add(in_a_task(x), in_an_async_task(x))
    }

    #[dynamic]
    fn with_a_plain_part(x: i64) -> i64 {
        let known = (double)(x) + [1, 2].into_iter().map(|x| (double)(x)).sum::<i64>();
        add(known, x)
    }

    #[workflow]
    fn runs_one_itself(x: i64) -> i64 {
        // A run that a body starts runs tasks on this thread, and they may call others.
        let known = (in_a_task::call)(4);
        let known = Runner::local().jobs(1).run(known.clone()).unwrap();
        add(x, known)
    }

    #[workflow]
    fn looks_at_another(x: i64) -> i64 {
        let nodes = (of_plain_calls::graph)().map_or(0, |graph| graph.nodes().len());
        add(x, nodes as i64)
    }

    #[workflow]
    fn looks_and_calls(x: i64) -> i64 {
        let nodes = (of_plain_calls::graph)().map_or(0, |graph| graph.nodes().len());
        add(x, (double)(nodes as i64))
    }

    fn helper(x: i64) -> i64 {
        x + 1
    }

    #[workflow]
    fn helpers(x: i64) -> i64 {
        let f = helper;
        let functions = [helper, i64::abs];
        let sum: i64 = [1, 2].into_iter().map(|x| (helper)(x)).sum();
        let kept: Vec<i64> = [1, 2].into_iter().filter(|x| *x > 1).collect();
        let text = Some("a").map_or(0, str::len) as i64;
        add(
            x,
            f(1) + functions[0](2) + sum + kept[0] + text + Some(3).map_or(0, helper),
        )
    }

    #[test]
    fn outside_of_bodies_a_call_is_a_call() {
        assert_eq!(double(2), 4);
        assert_eq!([1, 2].map(double), [2, 4]);
        assert_eq!(in_a_task(4), 18);
        assert_eq!(of_plain_calls(4).unwrap(), 18 + 24);
        assert_eq!(with_a_plain_part(4).unwrap(), 8 + 6 + 4);
        assert_eq!(in_a_task::run(4).unwrap(), 18);
        assert_eq!(looks_at_a_graph::run(4).unwrap(), 8 + 3);
    }

    #[test]
    fn tasks_that_a_body_runs_may_call_others() {
        assert_eq!(runs_one_itself(1).unwrap(), 19);
    }

    #[test]
    fn a_graph_in_a_graph_ends() {
        assert_eq!(looks_at_another(1).unwrap(), 4);
        let error = looks_and_calls::graph().unwrap_err();
        assert!(
            matches!(&error.problems[..], [CompileProblem::PlainCall { .. }]),
            "{error}"
        );
        // A graph that could not be built leaves nothing behind.
        assert_eq!(double(2), 4);
    }

    #[test]
    fn helpers_are_called_while_the_graph_is_built() {
        assert_eq!(helpers(1).unwrap(), 1 + 2 + 3 + 5 + 2 + 1 + 4);
        assert_eq!(helpers::graph().unwrap().nodes().len(), 1);
    }

    #[test]
    fn a_mock_may_call_what_it_replaces() {
        let _mock = mock::<double>(|x: i64| double(x) + 100);
        #[workflow]
        fn flow(x: i64) -> i64 {
            double(x)
        }
        assert_eq!(flow(1).unwrap(), 102);
        assert_eq!(double(1), 2);
    }
}

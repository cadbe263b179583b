//! No task runs to make a default.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
};

use flyte_runtime::{
    cli::{Cli, Exit},
    compat::FlyteEntities,
};

use super::*;

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[task]
fn counted(x: i64) -> i64 {
    RUNS.fetch_add(1, Ordering::Relaxed);
    x
}

#[workflow]
fn counted_twice(x: i64) -> i64 {
    counted(counted(x))
}

fn hidden() -> i64 {
    counted(3)
}

#[workflow]
fn of_a_helper(#[default(hidden())] x: i64) -> i64 {
    square(x)
}

#[workflow]
fn of_parentheses(#[default((counted)(3))] x: i64) -> i64 {
    square(x)
}

#[workflow]
fn of_a_workflow(#[default((counted_twice)(3).unwrap())] x: i64) -> i64 {
    square(x)
}

#[task]
fn task_of_a_helper(#[default(hidden())] x: i64) -> i64 {
    x
}

#[workflow]
fn leaves_it_out() -> i64 {
    add(task_of_a_helper(), 1)
}

#[launch_plan]
fn launched(#[default(hidden())] x: i64) -> i64 {
    of_a_helper(x = x)
}

fn cli(args: &[&str]) -> (Exit, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let args = [&["app"], args].concat();
    let exit = Cli::new(FlyteEntities::registry()).run(args, &mut stdout, &mut stderr);
    stdout.extend(stderr);
    (exit, String::from_utf8(stdout).unwrap())
}

#[test]
fn asking_for_a_default_runs_no_task() {
    for name in [
        "of_a_helper",
        "of_parentheses",
        "of_a_workflow",
        "task_of_a_helper",
        "launched",
    ] {
        let full = format!("bodies.defaults.{name}");
        for args in [
            &["run", &full, "--help"][..],
            &["describe", &full],
            &["run", &full, "--x", "1"],
        ] {
            let (exit, text) = cli(args);
            assert_eq!(exit, Exit::Failed, "{args:?}: {text}");
            let told = format!("error: the default of `x` of `{full}` panicked");
            assert!(text.contains(&told), "{args:?}: {text}");
            assert!(
                text.contains("would run to make a default"),
                "{args:?}: {text}"
            );
        }
    }
    assert_eq!(RUNS.load(Ordering::Relaxed), 0);
}

#[test]
fn a_call_that_leaves_such_an_input_out_runs_no_task() {
    let call = AssertUnwindSafe(|| call!(of_a_helper()));
    let panic = catch_unwind(call).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    let begin = "`bodies::defaults::counted` would run to make a default";
    assert!(message.starts_with(begin), "{message}");
    let error = leaves_it_out::graph().unwrap_err().to_string();
    assert!(error.contains(begin), "{error}");
    assert_eq!(RUNS.load(Ordering::Relaxed), 0);
}

mod plain {
    use super::*;

    fn three() -> i64 {
        3
    }

    fn same<T>(x: T) -> T {
        x
    }

    mod named {
        pub(super) fn three() -> i64 {
            3
        }
    }

    #[workflow]
    fn functions(
        #[default(three())] a: i64,
        #[default(same(named::three()))] b: i64,
        #[default([1, 2].map(|three| same(three)).iter().sum())] c: i64,
        #[default({ let three = three(); three })] d: i64,
        #[default(Vec::from([same(1)]))] xs: Vec<i64>,
    ) -> i64 {
        add(sum(vec![a, b, c, d]), sum(xs))
    }

    #[test]
    fn functions_make_defaults() {
        assert_eq!(call!(functions()).run().unwrap(), 3 + 3 + 3 + 3 + 1);
        // So do they after a default that could not be made.
        assert!(catch_unwind(|| call!(of_a_helper())).is_err());
        assert_eq!(square(2), 4);
    }
}

//! Attempts, their errors and time limits, checkpoints, handlers, and results that are kept.

use std::fs;

use flyte_remote::{
    doomed, patient, recalled,
    workflows::attempts::{
        either_kind, exhausted, found_again, handled, in_time_at_last, kept_between, limited,
        panics, survived,
    },
};
use flyte_runtime::{RunError, cluster::Execution, error::FailureCause};

use crate::here::Here;

/// How many attempts the first node of an execution took.
fn attempts(here: &Here, execution: &Execution) -> usize {
    here.remote.show(execution).unwrap().nodes[0].attempts.len()
}

pub(crate) fn errors_are_the_same(here: &Here) {
    here.fails_the_same(&either_kind::call(1), "fatal at attempt 1");
    here.fails_the_same(&exhausted::call("x".to_owned()), "x never succeeds");
    here.fails_the_same(&panics::call(vec![1]), "there is no element 7");
    here.fails_the_same(&doomed::call("gold".to_owned()), "gold is not to be had");
}

pub(crate) fn attempts_follow_the_kind_of_error(here: &Here) {
    let recovered = here.started(&either_kind::call(9));
    let fatal = here.started(&either_kind::call(0));
    let exhausted = here.started(&exhausted::call("y".to_owned()));
    let doomed = here.started(&doomed::call("gold".to_owned()));
    here.gives_the_same(&either_kind::call(9), &recovered, Default::default());
    assert_eq!(attempts(here, &recovered), 2);
    here.fails(&fatal);
    assert_eq!(attempts(here, &fatal), 1);
    here.fails(&exhausted);
    assert_eq!(attempts(here, &exhausted), 2);
    here.fails(&doomed);
    let tree = here.remote.show(&doomed).unwrap();
    // That of the task, without what the engine puts in front.
    let own = tree.nodes[0].error.as_ref().unwrap();
    assert!(
        own.starts_with("task `flyte_remote.broken` failed: gold"),
        "{own}"
    );
    here.is_the_same(&patient::call("x".to_owned()));
}

pub(crate) fn time_limits_end_attempts(here: &Here) {
    let late = here.started(&limited::call("never".to_owned()));
    let mended = here.started(&in_time_at_last::call(3));
    here.is_the_same(&limited::call("at once".to_owned()));
    let error = here.runner().run(limited::call("never".to_owned()));
    let Err(RunError::Failed(failure)) = error else {
        panic!("it has ended in time");
    };
    assert!(matches!(failure.first.cause, FailureCause::TimedOut { .. }));
    let error = here.fails(&late);
    assert!(error.to_lowercase().contains("time"), "{error}");
    here.gives_the_same(&in_time_at_last::call(3), &mended, Default::default());
    assert_eq!(attempts(here, &mended), 2);
}

pub(crate) fn checkpoints_are_kept_between_attempts(here: &Here) {
    let execution = here.started(&kept_between::call(3));
    here.gives_the_same(&kept_between::call(3), &execution, Default::default());
    assert_eq!(attempts(here, &execution), 3);
    here.fails_the_same(&kept_between::call(9), "4 of 9 steps are done");
}

/// Here such a task would end the tests, so it is not run here.
pub(crate) fn a_process_that_dies_is_a_failed_attempt(here: &Here) {
    let execution = here.started(&survived::call(5));
    here.remote.wait(&execution).unwrap();
    assert_eq!(here.remote.outputs::<survived>(&execution).unwrap(), 5);
    assert_eq!(attempts(here, &execution), 2);
}

pub(crate) fn handlers_are_told_the_same(here: &Here) {
    let mut told = Vec::new();
    for name in ["handled-there", "handled-here"] {
        let directory = here.scratch(name);
        let call = handled::call(directory.display().to_string(), 0.0);
        if name == "handled-there" {
            let error = here.fails(&here.started(&call));
            assert!(error.contains("nothing can be divided by 0"), "{error}");
        } else {
            here.runner().run(call).unwrap_err();
        }
        told.push(fs::read_to_string(directory.join("told")).unwrap());
    }
    for text in &told {
        assert!(
            text.starts_with("0: ") && text.contains("nothing can be divided by 0"),
            "{told:?}"
        );
    }
    let directory = here.scratch("not-handled");
    here.is_the_same(&handled::call(directory.display().to_string(), 4.0));
    assert!(!directory.join("told").exists());
}

pub(crate) fn results_are_kept(here: &Here) {
    here.is_the_same(&found_again::call(vec![1, 2], "?".to_owned()));
    here.is_the_same(&recalled::call("kept, too".to_owned()));
}

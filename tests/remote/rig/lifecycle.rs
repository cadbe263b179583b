//! Names, ends from outside, and executions that are started once more.

use std::{collections::BTreeMap, fs};

use flyte_remote::{depends, endless, square, workflows::attempts::recoverable};
use flyte_runtime::cluster::{ClusterError, ExecuteOptions, RelaunchOptions, Status};

use crate::here::Here;

pub(crate) fn a_name_is_taken_once(here: &Here) {
    let options = ExecuteOptions::new()
        .name("mine")
        .label("team", "a")
        .tag("nightly")
        .env("A", "b");
    let execution = here.started_with(&square::call(3), &options);
    let error = here
        .remote
        .execute(&square::call(4), &here.version, &options)
        .unwrap_err();
    assert!(matches!(error, ClusterError::Taken { .. }), "{error}");
    here.remote.wait(&execution).unwrap();
    assert_eq!(here.remote.outputs::<square>(&execution).unwrap(), 9);
}

pub(crate) fn an_abort_ends_an_execution(here: &Here) {
    let execution = here.started(&endless::call(60));
    here.remote.terminate(&execution, "enough").unwrap();
    let error = here.remote.wait(&execution).unwrap_err();
    assert!(error.to_string().contains("was aborted: enough"), "{error}");
    here.remote.terminate(&execution, "again").unwrap();
    assert_eq!(
        here.remote.show(&execution).unwrap().record.status,
        Status::Aborted
    );
}

/// With the inputs of the first, and where one recovers without what has succeeded.
pub(crate) fn relaunching_and_recovering_differ(here: &Here) {
    let path = here.scratch("relaunch").join("meanwhile");
    let text = path.display().to_string();
    let first = here.started(&depends::call(text.clone()));
    here.fails(&first);
    fs::write(&path, "here").unwrap();
    let options = RelaunchOptions::new().name("relaunched");
    let again = here.noted(here.remote.relaunch(&first, &options).unwrap());
    here.remote.wait(&again).unwrap();
    let expected = ("here".to_owned(), text.to_uppercase());
    assert_eq!(here.remote.outputs::<depends>(&again).unwrap(), expected);
    let taken = here.remote.recover(&first, &options).unwrap_err();
    assert!(matches!(taken, ClusterError::Taken { .. }), "{taken}");
    let recovered = here.remote.recover(&first, &RelaunchOptions::new());
    let recovered = here.noted(recovered.unwrap());
    let tree = here.remote.wait(&recovered).unwrap();
    assert_eq!(
        here.remote.outputs::<depends>(&recovered).unwrap(),
        expected
    );
    let nodes = tree.all_nodes().map(|node| (&*node.path, node.status));
    let nodes: BTreeMap<_, _> = nodes.collect();
    let expected = [("n0", Status::Recovered), ("n1", Status::Succeeded)];
    assert_eq!(nodes, BTreeMap::from(expected));
}

/// As resuming does here.
pub(crate) fn what_had_succeeded_does_not_run_again(here: &Here) {
    let directory = here.scratch("recover");
    let first = here.started(&recoverable::call(directory.display().to_string(), 5));
    let error = here.fails(&first);
    assert!(error.contains("it fails the first time"), "{error}");
    let again = here.remote.recover(&first, &RelaunchOptions::new());
    let again = here.noted(again.unwrap());
    here.remote.wait(&again).unwrap();
    assert_eq!(here.remote.outputs::<recoverable>(&again).unwrap(), (5, 50));
    assert_eq!(fs::read(directory.join("count")).unwrap(), b"x");
}

//! Parents that die, and calls that go wrong.

use std::{thread, time::Duration};

use flyte_idl::flyteidl2::common::ActionPhase;
use flyte_runtime::testing::cluster::Fault;
use serde_json::json;

use crate::cluster::{Cluster, integer, list};

#[test]
fn a_parent_that_is_killed_again_and_again_finds_its_children() {
    let cluster = Cluster::start();
    // The time between two kills, in milliseconds: from before the first call to after the last.
    let pauses = [0, 10, 40, 90, 160, 250, 360, 490, 640, 810];
    for (number, first) in pauses.iter().enumerate() {
        let run = format!("killed{number}");
        cluster.start_run(&run, "squares", &[("xs", list(&[1, 2, 3, 4]))]);
        let mut kills = 0;
        let mut pause = *first;
        while kills < 2 && cluster.phase(&run) != ActionPhase::Succeeded {
            thread::sleep(Duration::from_millis(pause));
            if cluster.plane.kill(&run, "a0") {
                kills += 1;
                pause = pauses[(number + kills * 3) % pauses.len()] / 2;
            }
        }
        assert_eq!(cluster.outputs(&run), json!({"o0": 30}));
        let children = cluster.children(&run);
        let processes: Vec<_> = children.iter().map(|action| action.processes).collect();
        assert_eq!(processes, [1; 5], "{children:#?}");
    }
}

#[test]
fn calls_that_fail_or_whose_answers_are_lost_are_made_again() {
    let cluster = Cluster::start();
    let plane = &cluster.plane;
    plane.order("Enqueue", 1, Fault::Absent);
    // What exists then is not a failure.
    plane.order("Enqueue", 1, Fault::LostAnswer);
    plane.order(
        "Enqueue",
        1,
        Fault::Refused(9, "the queue is full".to_owned()),
    );
    plane.order("WatchForUpdates", 1, Fault::Absent);
    cluster.start_run("faults", "hypotenuse", &[("b", integer(4))]);
    assert_eq!(cluster.outputs("faults"), json!({"o0": 25}));
    let processes: Vec<_> = cluster
        .children("faults")
        .iter()
        .map(|action| action.processes)
        .collect();
    assert_eq!(processes, [1; 3]);
    assert!(plane.calls("WatchForUpdates") >= 2);
}

#[test]
fn a_call_that_is_refused_for_good_ends_the_run() {
    let cluster = Cluster::start();
    cluster
        .plane
        .order("Enqueue", 9, Fault::Refused(3, "not like this".to_owned()));
    cluster.start_run("refused", "hypotenuse", &[("b", integer(4))]);
    let error = cluster.error("refused");
    assert!(
        error.contains("cannot be run: InvalidArgument: not like this"),
        "{error}"
    );
}

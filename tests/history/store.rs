//! Histories as files: what is damaged, held or no run, and what is removed.

use super::*;

#[test]
fn a_tail_that_was_not_finished_is_not_read() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = chain::call("torn".into(), 1);
    runner.run(call.clone()).unwrap_err();
    let id = id(&history);
    let log = history.run(&id).unwrap().directory().join("log");
    let whole = fs::read(&log).unwrap();
    for length in (0..whole.len()).step_by(13) {
        fs::write(&log, &whole[..length]).unwrap();
        match history.run(&id) {
            Ok(run) => assert!(run.nodes().len() <= 3),
            Err(error) => assert!(error.to_string().contains("history in"), "{error}"),
        }
    }
    // A bit that is not what it was ends what is read, or is found in the value.
    for at in (16..whole.len()).step_by(17) {
        let mut changed = whole.clone();
        changed[at] ^= 4;
        fs::write(&log, &changed).unwrap();
        if let Ok(run) = history.run(&id) {
            for node in run.nodes() {
                if let Some(literal) = node.outputs.get("o0") {
                    assert_eq!(*literal, Literal::integer(2));
                }
            }
        }
    }
    // Without the end of the first node's record both run again, and what is written then is read.
    let without = (0..whole.len()).rev().find(|length| {
        fs::write(&log, &whole[..*length]).unwrap();
        let run = history.run(&id);
        run.is_ok_and(|run| run.node("n0").is_none())
    });
    fs::write(&log, &whole[..without.unwrap()]).unwrap();
    let runner = runner.resume(&id);
    assert_eq!(runner.run(call).unwrap(), 6);
    assert_eq!(history.run(&id).unwrap().status(), RunStatus::Succeeded);
}

/// What runs are given and give is nobody else's business.
#[cfg(unix)]
#[test]
fn nobody_else_may_look_into_a_run() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = chain::call("private".into(), 1);
    runner.run(call).unwrap_err();
    let directory = history.run("last").unwrap().directory().to_owned();
    let mode = fs::metadata(directory).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[test]
fn a_damaged_history_is_told_of_and_kept_when_the_run_goes_on() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = chain::call("damaged".into(), 1);
    runner.run(call.clone()).unwrap_err();
    let run = history.run("last").unwrap();
    assert_eq!(run.damage(), 0);
    let log = run.directory().join("log");
    let whole = fs::read(&log).unwrap();
    // One that was not finished is no damage.
    fs::write(&log, &whole[..whole.len() - 3]).unwrap();
    assert_eq!(history.run("last").unwrap().damage(), 0);
    let mut damaged = whole.clone();
    let middle = whole.len() * 3 / 4;
    damaged[middle..middle + 8].fill(b'#');
    fs::write(&log, &damaged).unwrap();
    let damage = history.run("last").unwrap().damage();
    assert!(damage > 0);
    let events = RecordedEvents::new();
    let resumed = runner.resume("last").observe(events.clone());
    assert_eq!(resumed.run(call).unwrap(), 6);
    let lines = events.lines();
    let notice = format!("notice: the history of the run is damaged, and its last {damage} bytes");
    assert!(
        lines.iter().any(|line| line.starts_with(&notice)),
        "{lines:?}"
    );
    assert_eq!(
        fs::read(run.directory().join("log.damaged")).unwrap(),
        damaged
    );
    assert_eq!(history.run("last").unwrap().damage(), 0);
}

#[test]
fn a_run_that_is_going_on_cannot_be_resumed_and_is_not_removed() {
    let (_sandbox, history) = history();
    let test = history.clone();
    let runner =
        Runner::local()
            .history(&history)
            .observe(move |event: &flyte_runtime::events::Event| {
                let run = &event.run;
                let flyte_runtime::events::EventKind::NodeStarted { node, .. } = &event.kind else {
                    return;
                };
                let record = test.run(&run.id).unwrap();
                assert_eq!(record.status(), RunStatus::Running);
                assert_eq!(record.node(&node.path).unwrap().status, RunStatus::Running);
                assert_eq!(test.prune(0).unwrap(), 0);
                let again = runner_of(&test, &run.id).run(chain::call("running".into(), 1));
                let error = again.unwrap_err().to_string();
                assert!(error.contains("is still going on"), "{error}");
            });
    runner.run(chain::call("running".into(), 1)).unwrap_err();
    assert_eq!(ran("running fails_once 2"), 1);
    assert_eq!(history.run("last").unwrap().status(), RunStatus::Failed);
    assert_eq!(history.prune(0).unwrap(), 1);
    assert!(history.runs().unwrap().is_empty());
}

/// Another process that looks at the same time is not taken for the one that works on it.
#[test]
fn a_run_that_is_only_looked_at_is_not_going_on() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    runner.run(double::call("looked at".into(), 1)).unwrap();
    let directory = history.run("last").unwrap().directory().to_owned();
    // What a process leaves that was killed.
    let log = fs::read(directory.join("log")).unwrap();
    fs::write(directory.join("log"), &log[..log.len() - 1]).unwrap();
    let looking = fs::File::open(directory.join("lock")).unwrap();
    looking.lock_shared().unwrap();
    assert_eq!(
        history.run("last").unwrap().status(),
        RunStatus::Interrupted
    );
    // Neither is one that cannot be locked, as on a disk that cannot be written.
    fs::remove_file(directory.join("lock")).unwrap();
    assert_eq!(
        history.run("last").unwrap().status(),
        RunStatus::Interrupted
    );
    assert!(!directory.join("lock").exists());
}

#[test]
fn what_is_no_run_is_left_alone() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    runner.run(double::call("left alone".into(), 1)).unwrap();
    let other = history.directory().join("notes");
    fs::create_dir(&other).unwrap();
    assert_eq!(history.run("last").unwrap().entity(), "history.double");
    assert_eq!(history.prune(0).unwrap(), 1);
    assert_eq!(fs::read_dir(other).unwrap().count(), 0);
}

#[test]
fn old_runs_and_large_ones_make_room() {
    let (_sandbox, history) = history();
    let run = |history: &History| {
        let runner = Runner::local().history(history);
        runner.run(double::call("room".into(), 1)).unwrap();
        history.run("last").unwrap()
    };
    let worked_on = |run: &flyte_runtime::history::RunRecord, ago: Duration| {
        let log = fs::File::options()
            .append(true)
            .open(run.directory().join("log"));
        log.unwrap().set_modified(SystemTime::now() - ago).unwrap();
    };
    let day = Duration::from_secs(24 * 3600);
    let runs: Vec<_> = (0..4).map(|_| run(&history)).collect();
    worked_on(&runs[0], day * 40);
    worked_on(&runs[2], day * 20);
    assert_eq!(history.prune_older_than(day * 30).unwrap(), 1);
    assert_eq!(history.runs().unwrap().len(), 3);
    // When another is recorded.
    run(&history.clone().max_age(day));
    assert_eq!(history.runs().unwrap().len(), 3);

    let files = runs[1].directory().join("files");
    fs::create_dir_all(&files).unwrap();
    fs::write(files.join("large"), vec![0; 1 << 20]).unwrap();
    assert_eq!(history.prune_to_size(2 << 20).unwrap(), 0);
    let last = run(&history.clone().max_size(1 << 20));
    let left: Vec<_> = history.runs().unwrap();
    assert_eq!(left.len(), 3);
    assert!(left.iter().all(|left| left.id() != runs[1].id()));
    assert_eq!(history.prune_to_size(0).unwrap(), 3);
    assert!(history.run(last.id()).is_err());
}

#[test]
fn the_oldest_runs_make_room() {
    let (_sandbox, history) = history();
    let history = history.keep(2);
    let runner = Runner::local().history(&history);
    for x in 0..4 {
        runner.run(double::call("kept".into(), x)).unwrap();
        std::thread::sleep(Duration::from_millis(2));
    }
    let runs = history.runs().unwrap();
    assert_eq!(runs.len(), 2);
    let inputs = runs.iter().map(|run| history.run(run.id()).unwrap());
    let inputs: Vec<_> = inputs.map(|run| run.inputs().get("x").cloned()).collect();
    assert_eq!(
        inputs,
        [Some(Literal::integer(3)), Some(Literal::integer(2))]
    );
}

#[test]
fn a_history_that_cannot_be_written_is_an_error_before_anything_runs() {
    let (sandbox, _) = history();
    let file = sandbox.path().join("file");
    fs::write(&file, "").unwrap();
    let runner = Runner::local().history(&History::in_dir(&file));
    let error = runner
        .run(double::call("unwritable".into(), 1))
        .unwrap_err();
    assert!(matches!(error, RunError::History(_)), "{error}");
    assert_eq!(ran("unwritable double 1"), 0);
}

/// A run with many files does not slow each that comes behind it.
#[test]
fn a_run_is_measured_again_when_it_was_worked_on() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = chain::call("measured".into(), 1);
    runner.run(call.clone()).unwrap_err();
    let first = history.run("last").unwrap();
    let another = |x| {
        let runner = Runner::local().history(&history.clone().max_size(1 << 19));
        runner.run(double::call("measured".into(), x)).unwrap();
        history.run(first.id()).is_ok()
    };
    assert!(another(1));
    fs::write(first.directory().join("large"), vec![0; 1 << 20]).unwrap();
    assert!(another(2), "it was looked at again");
    // Its log is changed when it goes on.
    std::thread::sleep(Duration::from_millis(20));
    runner.resume(first.id()).run(call).unwrap();
    assert!(!another(3));
}

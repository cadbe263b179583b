//! What a task gives back may be anything, errors whose own code is broken among it. None of it hangs a run, or gets
//! out of one as a panic: a table of faults, crossed with the kinds of tasks, the ways to start a run, and what watches
//! it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

mod faults;
mod started;
mod texts;
mod values;

use std::{
    collections::BTreeSet,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use flyte_runtime::{
    cache::Cache,
    cluster::{Check, Finding},
    events::{Event, JsonLines},
    files::TempSandbox,
    history::History,
    prelude::*,
    view::Progress,
};

/// How long one case may take before it counts as hanging: far more than any takes, on a machine that has other things
/// to do, too.
const HANGS: Duration = Duration::from_secs(120);

/// How a run is started.
#[derive(Clone, Copy, Debug)]
enum Door {
    Run,
    Start,
    Deadline,
    Jobs1,
    Jobs4,
    StartJobs1,
}

const DOORS: [Door; 6] = [
    Door::Run,
    Door::Start,
    Door::Deadline,
    Door::Jobs1,
    Door::Jobs4,
    Door::StartJobs1,
];

/// What is told of a run.
#[derive(Clone, Copy, Debug)]
enum Watch {
    Nothing,
    Observer,
    Everything,
}

const WATCHES: [Watch; 3] = [Watch::Nothing, Watch::Observer, Watch::Everything];

/// Gives a runner what a case says, and runs with it.
fn go<E: Entity>(
    door: Door,
    watch: Watch,
    sandbox: &TempSandbox,
    call: &Call<E>,
) -> Result<E::Output, RunError> {
    let directory = sandbox.create().unwrap();
    let mut runner = Runner::local().cache(Cache::at(directory.join("cache")));
    runner = match watch {
        Watch::Nothing => runner,
        Watch::Observer => runner.observe(|event: &Event| drop(event.to_json())),
        Watch::Everything => runner
            .observe(Progress::new(std::io::sink()))
            .observe(JsonLines::new(std::io::sink()))
            .history(&History::in_dir(directory.join("runs")))
            .deck_dir(directory.join("decks")),
    };
    // A strict run refuses what no cluster would take.
    let is_taken = || {
        !Check::new()
            .entity(E::descriptor())
            .iter()
            .any(Finding::is_error)
    };
    if matches!(watch, Watch::Everything) && is_taken() {
        runner = runner.strict(true);
    }
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().unwrap()
    };
    match door {
        Door::Run => runner.run(call.clone()),
        Door::Start => runtime().block_on(runner.start(call.clone())),
        Door::Deadline => runner.deadline(HANGS * 5).run(call.clone()),
        Door::Jobs1 => runner.jobs(1).run(call.clone()),
        Door::Jobs4 => runner.jobs(4).run(call.clone()),
        Door::StartJobs1 => runtime().block_on(runner.jobs(1).start(call.clone())),
    }
}

/// What is run, with its name.
type Case = (String, Box<dyn FnOnce() -> Result<(), String> + Send>);

/// Runs cases on a thread, each with a name, and says what hung, what got out as a panic, and what was wrong about a
/// result.
fn table(cases: Vec<Case>) {
    let count = cases.len();
    let (done, ended) = mpsc::channel();
    let mut left = cases
        .iter()
        .map(|(name, _)| name.clone())
        .collect::<Vec<_>>()
        .into_iter();
    thread::spawn(move || {
        for (_, case) in cases {
            let result = catch_unwind(AssertUnwindSafe(case));
            let result = result.unwrap_or_else(|payload| {
                // Whatever it is, it is not to be dropped.
                let text = payload.downcast_ref::<String>().cloned();
                std::mem::forget(payload);
                Err(format!("a panic got out: {text:?}"))
            });
            let _ = done.send(result);
        }
    });
    let mut wrong = BTreeSet::new();
    while let Some(name) = left.next() {
        match ended.recv_timeout(HANGS) {
            Ok(Ok(())) => {}
            Ok(Err(problem)) => {
                wrong.insert(format!("{name}: {problem}"));
            }
            Err(RecvTimeoutError::Timeout) => {
                wrong.insert(format!(
                    "{name}: hangs, and {} cases behind it were not run",
                    left.len()
                ));
                break;
            }
            Err(RecvTimeoutError::Disconnected) => {
                wrong.insert(format!("{name}: its thread is gone"));
                break;
            }
        }
    }
    let list: Vec<_> = wrong.iter().take(20).map(|wrong| &**wrong).collect();
    assert!(
        wrong.is_empty(),
        "{} of {count} cases:\n{}",
        wrong.len(),
        list.join("\n")
    );
}

/// One kind of task with every one of some faults, however it is started and whatever watches it.
fn every<F, E>(
    name: &str,
    faults: &[F],
    call: fn(F) -> Call<E>,
    check: impl Fn(F, Result<E::Output, RunError>) -> Result<(), String> + Copy + Send + 'static,
) where
    F: Copy + fmt::Debug + Send + 'static,
    E: Entity + 'static,
{
    let mut cases: Vec<Case> = Vec::new();
    for &fault in faults {
        for door in DOORS {
            for watch in WATCHES {
                let case = move || {
                    let sandbox = TempSandbox::new();
                    let call = call(fault);
                    let result = go(door, watch, &sandbox, &call);
                    // Inputs are the test's to drop.
                    std::mem::forget(call);
                    check(fault, result)
                };
                cases.push((
                    format!("{name}, {fault:?}, {door:?}, {watch:?}"),
                    Box::new(case),
                ));
            }
        }
    }
    table(cases);
}

/// The report of a run that was to fail has all of these in it; showing it runs nothing of the error.
fn has_all<T>(result: Result<T, RunError>, parts: &[&str]) -> Result<(), String> {
    let Err(error) = result else {
        return Err("it succeeded".to_owned());
    };
    let text = error.to_string();
    let _shown = format!("{error:?} {error:#?}");
    match parts.iter().find(|part| !text.contains(**part)) {
        Some(part) => Err(format!("`{part}` is not in {text:?}")),
        None => Ok(()),
    }
}

/// A run ends, with whatever it gives.
fn ends<T>(result: Result<T, RunError>) -> Result<(), String> {
    match result {
        // Outputs are the test's to drop.
        Ok(outputs) => std::mem::forget(outputs),
        Err(error) => drop(format!("{error} {error:?} {error:#?}")),
    }
    Ok(())
}

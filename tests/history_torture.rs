//! A run whose process is killed again and again, and goes on each time.
//!
//! `FLYTE_TEST_ROUNDS=200 cargo test -p flyte-tests --test history_torture` kills 200 times, and not 20.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::{HashMap, HashSet},
    env,
    fs::{self, OpenOptions},
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use flyte_runtime::{
    files::TempSandbox,
    history::{History, RunStatus},
    prelude::*,
};

/// Says in a file that it runs, takes a while, and adds.
#[task]
fn step(directory: String, number: i64, xs: Vec<i64>) -> i64 {
    let ran = Path::new(&directory).join("ran");
    let mut ran = OpenOptions::new()
        .append(true)
        .create(true)
        .open(ran)
        .unwrap();
    ran.write_all(format!("{number}\n").as_bytes()).unwrap();
    thread::sleep(Duration::from_micros(500));
    number + xs.iter().sum::<i64>() % 1_000_003
}

const LAYERS: i64 = 25;
const WIDTH: i64 = 4;

/// 100 nodes: 25 layers of four, each of which needs all of the layer before.
#[workflow]
fn layers(directory: String) -> Vec<i64> {
    let mut layer = Vec::new();
    for row in 0..LAYERS {
        let mut next = Vec::new();
        for column in 0..WIDTH {
            next.push(step(directory, WIDTH * row + column, layer.clone()));
        }
        layer = next;
    }
    layer
}

fn expected() -> Vec<i64> {
    let mut layer = Vec::<i64>::new();
    for row in 0..LAYERS {
        let sum = layer.iter().sum::<i64>() % 1_000_003;
        layer = (0..WIDTH)
            .map(|column| WIDTH * row + column + sum)
            .collect();
    }
    layer
}

fn history(directory: &Path) -> History {
    History::in_dir(directory.join("history"))
}

const DIRECTORY: &str = "FLYTE_TEST_HISTORY_DIRECTORY";

/// In a process of its own: begins the run, or goes on with it.
fn work(directory: &Path) {
    let history = history(directory);
    let runner = Runner::local().jobs(4).history(&history);
    let runner = match history.runs().unwrap().first() {
        Some(run) => runner.resume(run.id()),
        None => runner,
    };
    let call = layers::call(directory.to_str().unwrap().to_owned());
    assert_eq!(runner.run(call).unwrap(), expected());
    fs::write(directory.join("done"), "").unwrap();
}

/// How often each step has run.
fn ran(directory: &Path) -> HashMap<String, u32> {
    let text = fs::read_to_string(directory.join("ran")).unwrap_or_default();
    let mut ran = HashMap::new();
    for line in text.lines() {
        *ran.entry(line.to_owned()).or_default() += 1;
    }
    ran
}

/// The steps whose ends are recorded.
fn finished(directory: &Path) -> HashSet<String> {
    let Ok(run) = history(directory).run("last") else {
        return HashSet::new();
    };
    let finished = run
        .nodes()
        .iter()
        .filter(|node| node.status == RunStatus::Succeeded);
    let numbers = finished.map(|node| node.path.trim_start_matches('n').to_owned());
    numbers.collect()
}

#[test]
fn a_run_that_is_killed_again_and_again_runs_nothing_twice_that_had_ended() {
    if let Some(directory) = env::var_os(DIRECTORY) {
        return work(Path::new(&directory));
    }
    let rounds = env::var("FLYTE_TEST_ROUNDS").map_or(20, |rounds| rounds.parse().unwrap());
    let (mut seed, mut kills, mut runs) = (1_u64, 0, 0_u32);
    while kills < rounds {
        let sandbox = TempSandbox::new();
        let directory = sandbox.create().unwrap();
        runs += 1;
        // On a slow machine a process may need longer than that to do anything at all.
        let mut longest = 15_000;
        while !directory.join("done").exists() {
            let before = finished(directory);
            let counts = ran(directory);
            let mut child = Command::new(env::current_exe().unwrap())
                .args([
                    "--exact",
                    "a_run_that_is_killed_again_and_again_runs_nothing_twice_that_had_ended",
                    "--nocapture",
                ])
                .env(DIRECTORY, directory)
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // The moment does not matter, only that it is another every time.
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            thread::sleep(Duration::from_micros(2_000 + (seed >> 33) % longest));
            child.kill().unwrap();
            let ended = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(!said.contains("panicked"), "{said}");
            for step in before {
                assert_eq!(
                    ran(directory)[&step],
                    counts[&step],
                    "step {step} ran again"
                );
            }
            // It was running, and had not ended.
            let progress = ran(directory).values().sum::<u32>() > counts.values().sum();
            kills += u32::from(progress && !directory.join("done").exists());
            longest = if progress { 15_000 } else { longest + 1_000 };
        }
        let run = history(directory).run("last").unwrap();
        assert_eq!(run.status(), RunStatus::Succeeded);
        assert_eq!(finished(directory).len(), 100);
        assert_eq!(ran(directory).len(), 100);
        assert_eq!(history(directory).runs().unwrap().len(), 1);
    }
    println!("{kills} kills of {runs} runs");
}

//! Many processes on one cache, some of which are killed in the middle of whatever they do.
//!
//! `FLYTE_TEST_ROUNDS=200 cargo test -p flyte-tests --test cache_torture` makes 200 calls in each of 64 processes, and not 20.

#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test has no users and shows what failed"
)]

use std::{
    env,
    fmt::{self, Write as _},
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use flyte_runtime::{
    cache::Cache,
    files::{DataError, TempSandbox, Text},
    prelude::*,
};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

const PROCESSES: usize = 64;

fn rounds() -> usize {
    env::var("FLYTE_TEST_ROUNDS").map_or(20, |rounds| rounds.parse().unwrap())
}

/// Numbers that are another sequence for every seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The text that belongs to a number; longer than what is written at once, for some.
fn text(x: i64) -> String {
    let times = 1 + usize::try_from(x * 7919 % 3000).unwrap();
    format!("{x};").repeat(times)
}

/// Only one process is ever in it for each number, and it keeps a list of how often it ran.
#[task(cache(version = "1", serialize, ignored_inputs(directory)))]
fn alone(x: i64, directory: String) -> String {
    let path = |end: &str| Path::new(&directory).join(format!("{x}.{end}"));
    let running = File::create(path("running")).unwrap();
    running.try_lock().expect("two run at once");
    thread::sleep(Duration::from_millis(1));
    let mut ran = File::options()
        .create(true)
        .append(true)
        .open(path("ran"))
        .unwrap();
    ran.write_all(b".").unwrap();
    text(x)
}

#[derive(Clone, Debug, FlyteType)]
struct Page {
    number: i64,
    text: FlyteFile<Text>,
}

/// Whoever wants it runs it.
#[task(cache = "1")]
fn page(x: i64) -> Result<Page, DataError> {
    let file = FlyteFile::create("page.txt")?;
    file.write(text(x))?;
    Ok(Page {
        number: x,
        text: file,
    })
}

#[task(cache = "1")]
async fn waits(x: i64) -> String {
    tokio::time::sleep(Duration::from_micros(100)).await;
    text(x)
}

/// What goes wrong without being an error is a warning: counts those.
struct Warnings;

static WARNINGS: AtomicU64 = AtomicU64::new(0);

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                write!(self.0, "{field}={value:?} ").unwrap();
            }
        }
        WARNINGS.fetch_add(1, Ordering::Relaxed);
        let mut text = Text(String::new());
        event.record(&mut text);
        eprintln!("{}", text.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

const DIRECTORY: &str = "FLYTE_TEST_CACHE_DIRECTORY";
const SEED: &str = "FLYTE_TEST_SEED";
const EVICTS: &str = "FLYTE_TEST_EVICTS";

/// In a process of its own.
fn call_and_call(directory: &Path) {
    let mut random = Random(env::var(SEED).unwrap().parse().unwrap());
    let cache = Cache::at(directory.join("cache"));
    let counts = directory.join("counts").to_str().unwrap().to_owned();
    let evicts = env::var_os(EVICTS).is_some();
    tracing::subscriber::set_global_default(Warnings).unwrap();
    let runner = Runner::local().cache(cache.clone());
    for round in 0..rounds() {
        let x = i64::try_from(round).unwrap();
        let known = i64::try_from(random.below(50)).unwrap();
        match random.below(3) {
            // Everybody wants the same at about the same time.
            0 => {
                let given = runner.run(alone::call(x, counts.clone())).unwrap();
                assert_eq!(given, text(x));
            }
            1 if !evicts => {
                let page = runner.run(page::call(known)).unwrap();
                assert_eq!(page.number, known);
                assert_eq!(page.text.read_to_string().unwrap(), text(known));
            }
            _ => assert_eq!(runner.run(waits::call(known)).unwrap(), text(known)),
        }
        if evicts && random.below(10) == 0 {
            cache.evict(random.below(200_000)).unwrap();
        }
    }
    let warnings = WARNINGS.load(Ordering::Relaxed);
    assert!(evicts || warnings == 0, "{warnings} warnings");
}

struct Torture<'a> {
    test: &'a str,
    directory: &'a Path,
    evicts: bool,
    started: u64,
}

impl Torture<'_> {
    fn start(&mut self) -> Child {
        self.started += 1;
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["--exact", self.test, "--nocapture"])
            .env(DIRECTORY, self.directory)
            .env(SEED, self.started.to_string())
            // What killed processes leave is removed with the rest.
            .env("TMPDIR", self.directory)
            .stdout(Stdio::null());
        if self.evicts {
            command.env(EVICTS, "1");
        }
        let told = File::create(self.told(self.started)).unwrap();
        command.stderr(told).spawn().unwrap()
    }

    fn told(&self, number: u64) -> std::path::PathBuf {
        self.directory.join(format!("{number}.stderr"))
    }

    fn check(&self, number: u64, status: ExitStatus) {
        let told = || fs::read_to_string(self.told(number)).unwrap();
        assert!(status.success(), "process {number}, {status}: {}", told());
    }

    /// Runs all processes to their ends, each of which is killed once or twice before; returns how often one was.
    fn run(&mut self) -> u64 {
        let mut random = Random(7);
        let mut lives = [2_u8; PROCESSES];
        let mut running: Vec<_> = (0..PROCESSES)
            .map(|slot| (slot, self.start(), self.started))
            .collect();
        let mut killed = 0;
        while !running.is_empty() {
            thread::sleep(Duration::from_micros(500 + random.below(4_000)));
            let one = usize::try_from(random.below(running.len() as u64)).unwrap();
            let (slot, child, number) = &mut running[one];
            if let Some(status) = child.try_wait().unwrap() {
                self.check(*number, status);
                running.swap_remove(one);
            } else if lives[*slot] > 0 {
                lives[*slot] -= 1;
                child.kill().unwrap();
                child.wait().unwrap();
                killed += 1;
                let slot = *slot;
                running[one] = (slot, self.start(), self.started);
            }
        }
        killed
    }
}

/// Nobody ever gets a wrong value, an error or as much as a warning; and a call that runs alone runs again only after a kill.
#[test]
fn killed_processes_leave_whole_results() {
    if let Some(directory) = env::var_os(DIRECTORY) {
        return call_and_call(Path::new(&directory));
    }
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let counts = directory.join("counts");
    fs::create_dir(&counts).unwrap();
    let killed = Torture {
        test: "killed_processes_leave_whole_results",
        directory,
        evicts: false,
        started: 0,
    }
    .run();
    assert!(killed > 0, "nobody was killed");
    let (mut calls, mut runs) = (0, 0);
    for file in fs::read_dir(&counts).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|end| end == "ran") {
            calls += 1;
            runs += fs::metadata(&path).unwrap().len();
        }
    }
    assert!(
        calls > 0 && runs <= calls + killed,
        "{runs} runs of {calls} calls, {killed} killed"
    );
    // What is there is whole, to a process that was not.
    let cache = Cache::at(directory.join("cache"));
    let stats = cache.stats().unwrap();
    assert!(stats.entries >= calls);
    let runner = Runner::local().cache(cache);
    for x in 0..i64::try_from(rounds()).unwrap() {
        let call = alone::call(x, counts.to_str().unwrap().to_owned());
        assert_eq!(runner.run(call).unwrap(), text(x));
    }
}

/// The same while others remove what they do not know to be in use.
#[test]
fn results_are_removed_while_others_want_them() {
    if let Some(directory) = env::var_os(DIRECTORY) {
        return call_and_call(Path::new(&directory));
    }
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    fs::create_dir(directory.join("counts")).unwrap();
    let mut torture = Torture {
        test: "results_are_removed_while_others_want_them",
        directory,
        evicts: true,
        started: 0,
    };
    assert!(torture.run() > 0, "nobody was killed");
    let cache = Cache::at(directory.join("cache"));
    cache.clear(None).unwrap();
    assert_eq!(cache.stats().unwrap().entries, 0);
}

//! The client against Flyte 1's own engine, which `tests/cluster/run` builds: `FLYTE1_CLUSTER` names the program.
//!
//! All tests use one cluster, and run side by side. Some run a second time through a proxy that loses calls, and some
//! on a cluster that is killed in the middle. `--long` runs all of them in each of these ways in which they are right,
//! and a text runs the tests whose names have it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test has no users and shows what failed"
)]

mod absence;
mod attempts;
mod branches;
mod commands;
mod data;
mod gates;
mod graphs;
mod here;
mod lifecycle;
mod maps;
mod registration;
mod sign_in;
mod ways;

use std::{
    collections::BTreeMap,
    env,
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use flyte_rig::{Data, Rig};

use here::Here;
use ways::Way;

/// The program whose entities are registered, and which runs in containers.
const BINARY: &str = env!("CARGO_BIN_EXE_remote-program");

/// How long a test may take: a machine with other work needs some minutes for what takes seconds.
const LONGEST: Duration = Duration::from_secs(240);

/// A test, and the ways in which it is right.
struct Test {
    name: &'static str,
    body: fn(&Here),
    /// Whether the short run has it through the proxy.
    is_unreliable: bool,
    /// Whether a cluster that is killed gives the same, and whether the short run has it there.
    kills: Kills,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kills {
    /// It counts attempts, of which a kill makes more, or starts what is not kept.
    Never,
    Long,
    Always,
}

macro_rules! tests {
    ($($is_unreliable:literal $kills:ident $module:ident::$name:ident,)*) => {
        const TESTS: &[Test] = &[$(Test {
            name: concat!(stringify!($module), "::", stringify!($name)),
            body: $module::$name,
            is_unreliable: $is_unreliable,
            kills: Kills::$kills,
        }),*];
    };
}

tests! {
    true  Always branches::the_same_case_is_chosen,
    false Long   branches::a_case_that_fails_fails_the_same,
    false Long   maps::elements_may_fail,
    true  Always maps::maps_are_in_maps,
    false Never  maps::elements_are_tried_again,
    true  Always graphs::one_in_another_gives_the_same,
    false Always graphs::graphs_that_are_made_give_the_same,
    false Long   graphs::a_task_alone_gives_the_same,
    false Never  graphs::trees_show_what_is_inside,
    true  Long   graphs::a_watch_tells_what_a_run_here_tells,
    false Long   gates::simple_values_are_signals,
    false Long   gates::compound_values_are_signals,
    true  Always gates::an_approval_follows_a_value,
    true  Long   gates::answers_are_checked,
    false Never  gates::a_refusal_and_silence_fail,
    false Never  attempts::errors_are_the_same,
    true  Never  attempts::attempts_follow_the_kind_of_error,
    false Never  attempts::time_limits_end_attempts,
    false Never  attempts::checkpoints_are_kept_between_attempts,
    false Never  attempts::a_process_that_dies_is_a_failed_attempt,
    false Long   attempts::handlers_are_told_the_same,
    false Long   attempts::results_are_kept,
    true  Always data::files_go_there_and_come_back,
    false Long   data::tables_go_there_and_come_back,
    false Long   data::unions_are_the_same,
    true  Always data::large_values_are_the_same,
    false Long   data::scripts_are_the_same,
    false Long   lifecycle::a_name_is_taken_once,
    true  Long   lifecycle::an_abort_ends_an_execution,
    true  Always lifecycle::relaunching_and_recovering_differ,
    false Never  lifecycle::what_had_succeeded_does_not_run_again,
    false Never  registration::conflicts_show_what_differs,
    false Never  sign_in::tokens_are_renewed,
    false Never  commands::a_run_on_a_cluster_is_as_one_here,
    false Never  commands::executions_are_one_noun,
    false Never  commands::a_program_that_is_not_in_the_image_runs,
}

/// What was asked for.
struct Asked {
    program: PathBuf,
    is_long: bool,
    part: String,
}

impl Asked {
    fn of(args: impl Iterator<Item = String>) -> Result<Self, String> {
        let program = env::var_os("FLYTE1_CLUSTER");
        let mut asked = Self {
            program: program.ok_or("FLYTE1_CLUSTER names the cluster")?.into(),
            is_long: false,
            part: String::new(),
        };
        for arg in args {
            match arg.as_str() {
                "--long" => asked.is_long = true,
                // Cargo hands its own option on.
                "--quiet" => {}
                option if option.starts_with('-') => {
                    return Err(format!(
                        "there is no {option}; there are --long and a part of a name"
                    ));
                }
                _ => asked.part = arg,
            }
        }
        Ok(asked)
    }

    fn tests(&self, way: Way) -> Vec<&'static Test> {
        let all = TESTS.iter().filter(|test| match way {
            Way::Plain => true,
            // The commands have a connection of their own, and what is signed in has a cluster of its own.
            Way::Unreliable => {
                let is_own = ["commands::", "sign_in::"];
                test.is_unreliable
                    || self.is_long && !is_own.iter().any(|own| test.name.starts_with(own))
            }
            Way::Killed => test.kills == Kills::Always || self.is_long && test.kills == Kills::Long,
        });
        all.filter(|test| test.name.contains(&self.part)).collect()
    }
}

/// Runs tests side by side, and gives what has failed, with the reason.
fn run(way: Way, here: &Arc<Here>, tests: &[&'static Test]) -> BTreeMap<String, String> {
    let (sender, ended) = mpsc::channel();
    let mut left = BTreeMap::new();
    let began = Instant::now();
    for test in tests {
        let name = format!("{}: {}", way.name(), test.name);
        left.insert(name.clone(), format!("it has not ended after {LONGEST:?}"));
        let (here, sender, body) = (Arc::clone(here), sender.clone(), test.body);
        let work = move || {
            let result = panic::catch_unwind(AssertUnwindSafe(|| body(&here)));
            // Where all have been given up there is no receiver.
            let _ = sender.send((thread::current().name().unwrap().to_owned(), result.is_ok()));
        };
        thread::Builder::new().name(name).spawn(work).unwrap();
    }
    let mut failed = BTreeMap::new();
    while !left.is_empty() {
        let Ok((name, is_good)) = ended.recv_timeout(LONGEST.saturating_sub(began.elapsed()))
        else {
            break;
        };
        left.remove(&name);
        println!(
            "{} {name}, {:.1} s",
            if is_good { "ok    " } else { "FAILED" },
            began.elapsed().as_secs_f64()
        );
        if !is_good {
            failed.insert(name, "it has panicked".to_owned());
        }
    }
    failed.extend(left);
    failed
}

fn main() -> ExitCode {
    let asked = match Asked::of(env::args().skip(1)) {
        Ok(asked) => Arc::new(asked),
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    let data = Data::new().unwrap();
    let directory = data.join("");
    let rig = Rig::start(&asked.program, &data.join("cluster"), &["--binary", BINARY]).unwrap();
    let address = rig.address().to_owned();
    let (sender, ended) = mpsc::channel();
    let ways = [Way::Plain, Way::Unreliable, Way::Killed];
    for way in ways {
        let (asked, address, directory) = (
            Arc::clone(&asked),
            address.clone(),
            directory.join(way.name()),
        );
        let sender = sender.clone();
        let work = move || {
            let all = || ways::run_in(way, &asked, &address, directory);
            let failed = panic::catch_unwind(AssertUnwindSafe(all));
            let panicked =
                |_| BTreeMap::from([(way.name().to_owned(), "it has panicked".to_owned())]);
            let _ = sender.send((way, failed.unwrap_or_else(panicked)));
        };
        thread::Builder::new()
            .name(way.name().to_owned())
            .spawn(work)
            .unwrap();
    }
    let mut failed = BTreeMap::new();
    let mut left: BTreeMap<_, _> = ways
        .map(|way| (way.name().to_owned(), "it has not ended".to_owned()))
        .into();
    // Registration and what is looked at behind the tests take their time, too.
    let began = Instant::now();
    while !left.is_empty() {
        let Ok((way, own)) = ended.recv_timeout((2 * LONGEST).saturating_sub(began.elapsed()))
        else {
            break;
        };
        left.remove(way.name());
        failed.extend(own);
    }
    failed.extend(left);
    let stopped = rig.stop();
    if let Err(error) = stopped {
        failed.insert("the cluster".to_owned(), format!("{error:#}"));
    }
    println!("\n{:.0} s", began.elapsed().as_secs_f64());
    for (name, reason) in &failed {
        println!("FAILED {name}: {reason}");
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("the data is in {}", data.keep().display());
    ExitCode::FAILURE
}

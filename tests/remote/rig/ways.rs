//! The ways to a cluster: directly, by a proxy that loses calls, and to one that is killed in the middle.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use flyte_rig::{Cluster, Proxy, Rig};
use flyte_runtime::{cluster::BlockingRemote, config::Config};

use crate::{Asked, BINARY, absence, here::Here, registration, run};

/// How often a call is made again where calls are lost: the tests are about what becomes of them, not of luck.
const RETRIES: u32 = 10;

/// The pause before a cluster is killed. Tasks that are lost are run again three times, so it is not too short.
const BETWEEN_KILLS: Duration = Duration::from_secs(4);

/// A way to a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Plain,
    Unreliable,
    Killed,
}

impl Way {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Unreliable => "unreliable",
            Self::Killed => "killed",
        }
    }
}

/// Runs the tests that can be run in a way, and gives those that have failed with their reasons.
pub(crate) fn run_in(
    way: Way,
    asked: &Asked,
    address: &str,
    directory: PathBuf,
) -> BTreeMap<String, String> {
    let tests = asked.tests(way);
    if tests.is_empty() {
        return BTreeMap::new();
    }
    match way {
        Way::Plain => {
            let project = "flytesnacks";
            let (here, first) = Here::new(asked.program.clone(), address, project, directory, 3);
            registration::is_complete_and_not_repeated(&here, &first, false);
            let here = Arc::new(here);
            let failed = run(way, &here, &tests);
            if failed.is_empty() && asked.part.is_empty() {
                here.nothing_is_there_twice_or_missing();
            }
            failed
        }
        Way::Unreliable => {
            make_project(address, way.name());
            let args = ["--refused", "0.04", "--lost", "0.03", "--delayed", "0.03"];
            let proxy =
                Proxy::start(&asked.program, address, &directory.join("proxy"), &args).unwrap();
            let (program, project) = (asked.program.clone(), way.name());
            let (here, first) = Here::new(program, proxy.address(), project, directory, RETRIES);
            registration::is_complete_and_not_repeated(&here, &first, true);
            let here = Arc::new(here);
            let failed = run(way, &here, &tests);
            if failed.is_empty() {
                here.nothing_is_there_twice_or_missing();
                absence::refusals_are_legible(&asked.program, address, &here.scratch("refused"));
            }
            failed
        }
        Way::Killed => killed(asked, &tests, &directory),
    }
}

fn killed(
    asked: &Asked,
    tests: &[&'static crate::Test],
    directory: &Path,
) -> BTreeMap<String, String> {
    let data = directory.join("cluster");
    let mut rig = Rig::start(&asked.program, &data, &["--binary", BINARY]).unwrap();
    let address = rig.address().to_owned();
    let is_over = AtomicBool::new(false);
    let (here, failed, kills) = thread::scope(|scope| {
        let killer = scope.spawn(|| {
            // The first time while entities are registered.
            let (mut kills, mut pause) = (0, Duration::from_millis(300));
            while !is_over.load(Ordering::Relaxed) && (kills < 3 || asked.is_long && kills < 12) {
                thread::sleep(pause);
                rig.kill().unwrap();
                rig.start_again().unwrap();
                kills += 1;
                pause = BETWEEN_KILLS;
            }
            kills
        });
        let work = || {
            let (program, directory) = (asked.program.clone(), directory.to_owned());
            let (here, _) = Here::new(program, &address, "flytesnacks", directory, RETRIES);
            let here = Arc::new(here);
            let failed = run(Way::Killed, &here, tests);
            (here, failed)
        };
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        is_over.store(true, Ordering::Relaxed);
        let kills = killer.join().unwrap();
        let (here, failed) = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (here, failed, kills)
    });
    println!("the cluster was killed {kills} times");
    if failed.is_empty() {
        here.nothing_is_there_twice_or_missing();
        rig.kill().unwrap();
        absence::an_absence_is_legible(&here);
    }
    failed
}

fn make_project(address: &str, project: &str) {
    let config = Config::default().with_endpoint(address, true);
    let remote = BlockingRemote::connect(&config).unwrap();
    let made = remote.wait_for(async |_| Cluster::connect(address, project).await.map(drop));
    made.unwrap();
}

//! A control plane of Flyte 2 in this process, which runs actions as processes of this machine.
//!
//! It answers as the open-source services do, also where that is surprising: a child that exists is an internal error,
//! a second deployment of a task replaces the first, every update comes twice, and a process that is killed is started
//! again as the same attempt. Conditions, triggers, secrets and logs are not part of it.

mod actions;
mod data;
mod details;
mod outcome;
mod process;
mod runs;
mod serve;
mod state;
mod stream;
mod tasks;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::runtime::{Builder, Runtime};

use super::faults::Fault;
use flyte_config::{
    config::{Config, Environment},
    private,
    random::random_hex,
};
use state::{Settings, Shared};

/// A control plane of Flyte 2 on a port of this machine, which ends when this is dropped, with all that it has started.
///
/// ```no_run
/// use flyte_runtime::testing::cluster::flyte2::ControlPlane;
///
/// // What the containers of registered tasks would run.
/// let plane = ControlPlane::start("target/debug/my-program")?;
/// println!("{}", plane.address());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct ControlPlane {
    shared: Arc<Shared>,
    address: SocketAddr,
    directory: PathBuf,
    runtime: Option<Runtime>,
}

/// An action of a run, as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionRecord {
    /// Its name; `a0` is the run itself.
    pub name: String,
    /// The name of its task.
    pub task: String,
    /// The action that has enqueued it; empty for the run itself.
    pub parent: String,
    /// Its group.
    pub group: String,
    /// Its phase, as `SUCCEEDED`.
    pub phase: String,
    /// How many processes were started for it.
    pub processes: usize,
    /// How many attempts it had.
    pub attempts: u32,
}

impl ControlPlane {
    /// Starts one. `program` is what containers run, whatever their image and the name of their program.
    ///
    /// # Errors
    ///
    /// When no port, directory or thread is to be had.
    pub fn start(program: impl Into<PathBuf>) -> std::io::Result<Self> {
        let directory = std::env::temp_dir().join(format!("flyte-2-plane-{}", random_hex()));
        private::make_new(&directory)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let settings = Settings {
            program: std::path::absolute(program.into())?,
            directory: directory.clone(),
        };
        // On a thread of its own, since this one may be an async runtime's, which must not be blocked.
        let started = std::thread::scope(|scope| {
            let start = || runtime.block_on(serve::start(settings));
            scope.spawn(start).join()
        });
        let started = started.map_err(|_| std::io::Error::other("the services do not start"));
        let (shared, address) = started??;
        Ok(Self {
            shared,
            address,
            directory,
            runtime: Some(runtime),
        })
    }

    /// The host and port that it listens at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The settings that lead to it, and none of this machine's.
    pub fn config(&self) -> Config {
        Config::default().with_endpoint(self.address.to_string(), true)
    }

    /// An environment without the user's variables and home.
    pub fn environment(&self) -> Environment {
        Environment::empty().with_home(self.directory.join("home"))
    }

    /// Where its files are: inputs, outputs, and what processes say. It is removed at the end.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Has the next calls of a method, such as `Enqueue`, end with a fault.
    pub fn order(&self, method: &str, times: usize, fault: Fault) {
        self.shared.faults.order(method, times, fault);
    }

    /// How many calls of a method there were, such as `Enqueue`.
    pub fn calls(&self, method: &str) -> usize {
        self.shared.faults.calls(method)
    }

    /// The actions of a run, in the order in which they were enqueued.
    pub fn actions(&self, run: &str) -> Vec<ActionRecord> {
        self.shared.records(run)
    }

    /// Kills the process of an action, as a machine that is gone does. Whether there was one.
    pub fn kill(&self, run: &str, action: &str) -> bool {
        self.shared.kill(run, action)
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        self.shared.end();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        // Nobody could be told, and nothing depends on it.
        let _removed = std::fs::remove_dir_all(&self.directory);
    }
}

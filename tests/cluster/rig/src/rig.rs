//! The cluster, as a process.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::process::Process;

/// The directory of one test, which is removed at its end.
#[derive(Debug)]
pub struct Data {
    path: PathBuf,
    is_kept: bool,
}

impl Data {
    /// A new one, of this process.
    pub fn new() -> Result<Self> {
        let path = env::temp_dir().join(format!("flyte-rig-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self {
            path,
            is_kept: false,
        })
    }

    /// A path in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Leaves it there, and says where.
    pub fn keep(mut self) -> PathBuf {
        self.is_kept = true;
        self.path.clone()
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        if !self.is_kept {
            // Nobody could be told, and nothing depends on it.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// What the pods of a cluster leave: each has a log.
#[derive(Clone, Debug)]
pub struct Pods {
    logs: PathBuf,
}

impl Pods {
    /// The names of the pods of an execution.
    pub fn of(&self, execution: &str) -> Result<Vec<String>> {
        let mut pods = Vec::new();
        for entry in fs::read_dir(&self.logs)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if let Some(pod) = name
                .strip_suffix(".log")
                .filter(|pod| pod.starts_with(execution))
            {
                pods.push(pod.to_owned());
            }
        }
        pods.sort();
        Ok(pods)
    }

    /// The end of what a pod has printed.
    pub fn log(&self, pod: &str) -> String {
        let text = fs::read(self.logs.join(format!("{pod}.log"))).unwrap_or_default();
        let start = text.len().saturating_sub(2000);
        String::from_utf8_lossy(&text[start..]).into_owned()
    }
}

/// What all clusters are started with.
const ARGS: [&str; 15] = [
    "serve",
    "--run-timeout",
    "1h",
    "--workers",
    "8",
    "--max-pods",
    "8",
    // The limits of a new flyteadmin are less than what examples ask for.
    "--limit",
    "cpu=64",
    "--limit",
    "memory=256Gi",
    "--limit",
    "gpu=8",
    "--limit",
    "storage=1Ti",
];

/// A running cluster, which is killed when this is dropped.
#[derive(Debug)]
pub struct Rig {
    process: Process,
    program: PathBuf,
    args: Vec<String>,
    data: PathBuf,
}

impl Rig {
    /// Starts a cluster with its data in this directory, and with arguments besides those that all have.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(program: &Path, data: &Path, args: &[&str]) -> Result<Self> {
        fs::create_dir_all(data)?;
        let args: Vec<_> = args.iter().map(|arg| (*arg).to_owned()).collect();
        Ok(Self {
            process: process(program, data, &args, &[])?,
            program: program.to_owned(),
            args,
            data: data.to_owned(),
        })
    }

    /// `HOST:PORT` of its services.
    pub fn address(&self) -> &str {
        &self.process.address
    }

    /// What its pods leave.
    pub fn pods(&self) -> Pods {
        Pods {
            logs: self.data.join("logs"),
        }
    }

    /// Kills it in the middle of what it does.
    ///
    /// # Errors
    ///
    /// When it has ended already.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Starts it again at the same address, with the data of the one that was killed.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<()> {
        let address = self.address().to_owned();
        let listen = ["--listen", &address];
        self.process = process(&self.program, &self.data, &self.args, &listen)?;
        Ok(())
    }

    /// Ends it.
    ///
    /// # Errors
    ///
    /// When it fails at that.
    pub fn stop(mut self) -> Result<()> {
        let status = self.process.stop().context("the cluster")?;
        match status.success() {
            true => Ok(()),
            false => bail!("the cluster ended with {status}"),
        }
    }
}

fn process(program: &Path, data: &Path, args: &[String], more: &[&str]) -> Result<Process> {
    let mut command = Command::new(program);
    command.args(ARGS).args(args).args(more);
    command.args(["--log-level", "1"]).arg("--data").arg(data);
    let (ready, log) = (data.join("address"), data.join("cluster.log"));
    Process::start(&mut command, &ready, &log).context("the cluster")
}

//! The cluster, as a process.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long the cluster may take to start and to end. A machine with other work needs more than a moment.
const PATIENCE: Duration = Duration::from_secs(60);

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

#[derive(Debug)]
/// A running cluster, which is killed when this is dropped.
pub struct Rig {
    child: Child,
    data: PathBuf,
    address: String,
}

impl Rig {
    /// Starts a cluster with its data in this directory, and with arguments besides those that all have.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(program: &Path, data: &Path, args: &[&str]) -> Result<Self> {
        fs::create_dir_all(data)?;
        let (ready, log) = (data.join("address"), data.join("cluster.log"));
        let log = fs::File::create(log)?;
        let child = Command::new(program)
            .args([
                "serve",
                "--run-timeout",
                "1h",
                "--workers",
                "8",
                "--max-pods",
                "8",
            ])
            // The limits of a new flyteadmin are less than what examples ask for.
            .args([
                "--limit",
                "cpu=64",
                "--limit",
                "memory=256Gi",
                "--limit",
                "gpu=8",
                "--limit",
                "storage=1Ti",
            ])
            .args(args)
            .args(["--log-level", "1"])
            .arg("--data")
            .arg(data)
            .arg("--ready-file")
            .arg(&ready)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", program.display()))?;
        let mut rig = Self {
            child,
            data: data.to_owned(),
            address: String::new(),
        };
        let began = Instant::now();
        while !ready.exists() {
            if let Some(status) = rig.child.try_wait()? {
                bail!(
                    "the cluster ended with {status}: {}",
                    fs::read_to_string(data.join("cluster.log"))?
                );
            }
            if began.elapsed() > PATIENCE {
                bail!("the cluster is not ready after {PATIENCE:?}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        rig.address = fs::read_to_string(&ready)?.trim().to_owned();
        Ok(rig)
    }

    /// `HOST:PORT` of its services.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What its pods leave.
    pub fn pods(&self) -> Pods {
        Pods {
            logs: self.data.join("logs"),
        }
    }

    /// Ends it.
    pub fn stop(mut self) -> Result<()> {
        let id = i32::try_from(self.child.id())?;
        kill(Pid::from_raw(id), Signal::SIGTERM)?;
        let began = Instant::now();
        loop {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("the cluster ended with {status}"),
                None if began.elapsed() > PATIENCE => bail!("the cluster does not end"),
                None => thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // It is gone, or cannot be killed: nothing can be done about the latter.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

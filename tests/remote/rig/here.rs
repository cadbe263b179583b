//! What each test is given: a way to a cluster on which the program is registered.

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use flyte_runtime::{
    Registry, RunError, Runner,
    cache::Cache,
    cluster::{
        BlockingRemote, ClusterError, ExecuteOptions, Execution, RegisterOptions, Registration,
    },
    compat::settings::ImageConfig,
    config::{Config, Environment},
    gate::Answers,
    prelude::*,
};

/// How long anything that a test waits for may take. A machine with other work needs more than a moment.
const PATIENCE: Duration = Duration::from_secs(120);

/// A way to a cluster: directly, by a proxy that is unreliable, or to one that is killed now and then.
pub(crate) struct Here {
    pub(crate) remote: BlockingRemote,
    pub(crate) config: Config,
    pub(crate) version: String,
    /// The program that starts clusters.
    pub(crate) program: PathBuf,
    directory: PathBuf,
    started: Mutex<BTreeSet<String>>,
}

/// Everything, in containers of an image.
pub(crate) fn options(image: &str) -> RegisterOptions {
    let images = ImageConfig::validate_image("--image", &[image]).unwrap();
    // The tests are another program than the one that runs in containers.
    RegisterOptions::new(images).program("remote-program")
}

/// Asks again and again until there is an answer.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "not after {PATIENCE:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

impl Here {
    /// Connects to a project of a cluster, which is made, and registers the program.
    pub(crate) fn new(
        program: PathBuf,
        address: &str,
        project: &str,
        directory: PathBuf,
        retries: u32,
    ) -> (Self, Registration) {
        let mut config = Config::default().with_endpoint(address, true);
        config.task.project = project.into();
        config.platform.rpc_retries = retries.into();
        let environment = Environment::empty().with_home(directory.join("home"));
        let remote = BlockingRemote::connect_in(&config, &environment).unwrap();
        let registration = remote
            .register(Registry::of_program(), &options("remote:v1"))
            .unwrap();
        let here = Self {
            remote,
            config,
            version: registration.version.clone(),
            program,
            directory,
            started: Mutex::default(),
        };
        (here, registration)
    }

    /// A directory of this name, for files of one test.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        let path = self.directory.join(name);
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// Starts a call.
    #[track_caller]
    pub(crate) fn started<E: Entity>(&self, call: &Call<E>) -> Execution {
        self.started_with(call, &ExecuteOptions::new())
    }

    #[track_caller]
    pub(crate) fn started_with<E: Entity>(
        &self,
        call: &Call<E>,
        options: &ExecuteOptions,
    ) -> Execution {
        let execution = self.remote.execute(call, &self.version, options).unwrap();
        self.noted(execution)
    }

    /// Keeps in mind that an execution was started.
    pub(crate) fn noted(&self, execution: Execution) -> Execution {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.insert(execution.name.clone());
        execution
    }

    /// A runner for this machine, with a cache of its own.
    pub(crate) fn runner(&self) -> Runner {
        Runner::local()
            .cache(Cache::at(self.directory.join("cache")))
            .deadline(PATIENCE)
    }

    /// What a call gives here and there is the same.
    #[track_caller]
    pub(crate) fn is_the_same<E: Entity>(&self, call: &Call<E>)
    where
        E::Output: PartialEq + fmt::Debug,
    {
        let execution = self.started(call);
        self.gives_the_same(call, &execution, Answers::new());
    }

    /// What an execution gives is what its call gives here.
    #[track_caller]
    pub(crate) fn gives_the_same<E: Entity>(
        &self,
        call: &Call<E>,
        execution: &Execution,
        answers: Answers,
    ) where
        E::Output: PartialEq + fmt::Debug,
    {
        let here = self.runner().answers(answers).run(call.clone()).unwrap();
        self.remote.wait(execution).unwrap();
        let there = self.remote.outputs::<E>(execution).unwrap();
        assert_eq!(there, here, "{call:?}");
    }

    /// A call fails here and there with the error of the task that has this text in it.
    #[track_caller]
    pub(crate) fn fails_the_same<E: Entity>(&self, call: &Call<E>, text: &str)
    where
        E::Output: fmt::Debug,
    {
        let execution = self.started(call);
        let here = self.runner().run(call.clone()).unwrap_err();
        let RunError::Failed(failure) = &here else {
            panic!("{here}");
        };
        let own = failure.first.cause.rendered().message().to_owned();
        assert!(own.contains(text), "{own}");
        let there = self.fails(&execution);
        assert!(there.contains(text), "{there}");
    }

    /// The error of an execution, which fails.
    #[track_caller]
    pub(crate) fn fails(&self, execution: &Execution) -> String {
        let error = self.remote.wait(execution).unwrap_err();
        assert!(
            matches!(&error, ClusterError::Ended(end) if end.phase == "failed"),
            "{error}"
        );
        error.to_string()
    }

    /// Whatever was lost on the way: all is registered, each execution was started once, and no other was.
    #[track_caller]
    pub(crate) fn nothing_is_there_twice_or_missing(&self) {
        let again = self
            .remote
            .register(Registry::of_program(), &options("remote:v1"))
            .unwrap();
        assert_eq!((again.sent(), again.bytes), (0, 0));
        let mut expected = self.started.lock().unwrap().clone();
        for name in expected.clone() {
            let tree = self.remote.show(&self.remote.execution(&name)).unwrap();
            assert!(tree.record.status.is_end(), "{name} has not ended");
            expected.extend(tree.all_nodes().filter_map(|node| node.execution.clone()));
        }
        let all = self.remote.executions(10_000).unwrap();
        let names: BTreeSet<_> = all.iter().map(|record| record.name.clone()).collect();
        assert_eq!(names.len(), all.len(), "an execution is listed twice");
        assert_eq!(names, expected);
    }
}

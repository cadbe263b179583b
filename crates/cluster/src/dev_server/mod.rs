//! A control plane in this process, for tests of what talks to one.
//!
//! It keeps what is registered in memory, runs executions of the program's entities by the engine of this process, and
//! answers as flyteadmin does, in what is surprising, too. It compiles nothing: what Flyte's compiler refuses is
//! known to [`Check`](flyte_check::check::Check). An execution that recovers another runs all of it again.

mod admin;
mod authority;
mod executions;
mod faults;
pub mod flyte2;
mod listing;
mod nodes;
mod others;
mod paths;
mod projects;
mod registry;
mod runs;
mod serve;
mod signals;
mod state;
mod store;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};

use flyte_config::{
    config::{AuthType, Config, Environment, SecretText},
    private,
    random::random_hex,
};
use flyte_core::registry::Registry;

use authority::{Accepts, Authority};
pub use faults::Fault;
use state::Shared;

/// A control plane on a port of this machine, which ends when this is dropped.
///
/// ```
/// use flyte_runtime::{
///     cluster::{BlockingRemote, ExecuteOptions, RegisterOptions}, compat::settings::ImageConfig, prelude::*,
///     testing::cluster::ControlPlane,
/// };
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = flyte_runtime::Registry::builder().with::<square>().build()?;
/// let plane = ControlPlane::start(&registry)?;
/// let remote = BlockingRemote::connect_in(&plane.config(), &plane.environment())?;
/// let images = ImageConfig::validate_image("--image", &["registry.example.com/hello:v1"])?;
/// let registration = remote.register(&registry, &RegisterOptions::new(images))?;
/// let execution = remote.execute(&square::call(7), &registration.version, &ExecuteOptions::new())?;
/// remote.wait(&execution)?;
/// assert_eq!(remote.outputs::<square>(&execution)?, 49);
/// assert_eq!(plane.calls("CreateTask"), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ControlPlane {
    shared: Shared,
    address: SocketAddr,
    directory: PathBuf,
    runtime: Option<Runtime>,
}

/// What a control plane does otherwise than usually.
#[derive(Clone, Debug)]
#[must_use]
pub struct ControlPlaneOptions {
    client: Option<(String, String)>,
    token_lifetime: Duration,
    has_links: bool,
    projects: Vec<String>,
    authority: Option<Authority>,
    proxy: Option<Accepts>,
}

impl Default for ControlPlaneOptions {
    fn default() -> Self {
        Self {
            client: None,
            token_lifetime: Duration::from_secs(3600),
            has_links: true,
            projects: vec!["flytesnacks".to_owned()],
            authority: None,
            proxy: None,
        }
    }
}

impl ControlPlaneOptions {
    /// Wants a token with every call, and gives one to this client alone.
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client = Some((id.into(), secret.into()));
        self
    }

    /// Wants a token with every call that an OAuth 2 server of the test has given. `address` is that server's, with
    /// `/oauth2/token`, `/oauth2/authorize` and `/oauth2/device` below it; `accepts` says which tokens are valid.
    pub fn authority(
        mut self,
        address: impl Into<String>,
        accepts: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.authority = Some(Authority::new(address.into(), accepts));
        self
    }

    /// Where browsers are sent after a sign-in: `http://127.0.0.1/callback` unless this says otherwise, where the
    /// program chooses the port. Only with an [`authority`](Self::authority).
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        if let Some(authority) = &mut self.authority {
            authority.redirect_uri = uri.into();
        }
        self
    }

    /// Lets through only calls with a token for a proxy, in `proxy-authorization`; `accepts` says which are valid.
    pub fn proxy(mut self, accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.proxy = Some(Accepts::new(accepts));
        self
    }

    /// How long a token is valid: an hour unless this says otherwise.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Has a project besides `flytesnacks`; can be repeated. What is not in a project of the server is refused.
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.projects.push(id.into());
        self
    }

    /// Whether its store signs links, without which nothing can be uploaded, as with a store that is a file system.
    pub fn links(mut self, has_links: bool) -> Self {
        self.has_links = has_links;
        self
    }
}

impl ControlPlane {
    /// Starts one that runs the entities of a registry.
    ///
    /// # Errors
    ///
    /// When no port, directory or thread is to be had.
    pub fn start(registry: &Registry) -> std::io::Result<Self> {
        Self::start_with(registry, ControlPlaneOptions::default())
    }

    /// The same with options.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_with(registry: &Registry, options: ControlPlaneOptions) -> std::io::Result<Self> {
        let directory = std::env::temp_dir().join(format!("flyte-control-plane-{}", random_hex()));
        private::make_new(&directory)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let entities = registry
            .entities()
            .map(|entity| (entity.name().to_owned(), entity));
        let entities: BTreeMap<_, _> = entities.collect();
        // On a thread of its own, since this one may be an async runtime's, which must not be blocked.
        let started = std::thread::scope(|scope| {
            let start = || runtime.block_on(serve::start(entities, options, &directory));
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
        let mut config = Config::default().with_endpoint(self.address.to_string(), true);
        if let Some((id, secret)) = &self.shared.options.client {
            config.platform.auth_mode = AuthType::ClientSecret.into();
            config.platform.client_id = id.as_str().into();
            config.platform.client_credentials_secret = SecretText::new(secret).into();
        }
        config
    }

    /// An environment without the user's variables and home, in which tokens are kept below [`directory`].
    ///
    /// [`directory`]: Self::directory
    pub fn environment(&self) -> Environment {
        Environment::empty().with_home(self.directory.join("home"))
    }

    /// Where its files are: uploads, and outputs of executions. It is removed at the end.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Has the next calls of a method, such as `CreateTask`, end with a fault: so many, which come after faults that
    /// were ordered before. `PutFile` and `GetFile` are what its store does behind signed links.
    pub fn order(&self, method: &str, times: usize, fault: Fault) {
        self.shared.faults.order(method, times, fault);
    }

    /// Answers nothing any more: every call ends as if nobody was there.
    pub fn leave(&self) {
        self.shared.faults.set_absent(true);
    }

    /// Answers again.
    pub fn come_back(&self) {
        self.shared.faults.set_absent(false);
    }

    /// How many calls of a method there were, such as `CreateTask`; those that ended with a fault among them.
    pub fn calls(&self, method: &str) -> usize {
        self.shared.faults.calls(method)
    }

    /// The headers of the last upload, by their names in small letters.
    pub fn last_upload(&self) -> Option<BTreeMap<String, String>> {
        self.shared.store.last_upload()
    }

    /// The value of an input that is kept for an execution, in the text form of its literal.
    pub fn kept_input(&self, execution: &str, input: &str) -> Option<String> {
        executions::kept_input(&self.shared, execution, input)
    }
}

impl ControlPlane {
    /// What an execution was started with, as text: the message in its `Debug` form.
    pub fn spec(&self, execution: &str) -> Option<String> {
        let rows = self.shared.rows();
        let execution = rows.executions.get(execution)?;
        Some(format!("{:#?}", execution.info.spec.as_ref()?))
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

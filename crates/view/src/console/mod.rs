//! The console: all runs of a user in the browser, served on this machine.
//!
//! It shows what histories record, so a run of this process, one of another process and one that was brought from a
//! cluster look the same. What its buttons do is given as [`Actions`]; nothing here knows how a task is run.
//!
//! A request passes `guard` before anything else is done. Secrets protect the console, in `keys`: the token of the
//! address that is printed, which is good for one use; the cookie and the token of pages that a browser gets for it,
//! which are good for this process, and which each request for data needs; and a pass in the memory of a page, with
//! which it comes back after the console was started again, once that has proved that it is one of the same user.

mod answer;
mod assets;
mod connection;
mod form;
mod guard;
mod hub;
mod keys;
mod model;
mod race;
mod routes;
mod streams;

#[cfg(test)]
mod tests;

pub use form::is_secret;

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket},
    sync::Arc,
    thread,
};

use tokio::sync::watch;

use flyte_core::registry::Registry;
use flyte_events::history::History;
use guard::Guard;
use hub::Hub;
use keys::Keys;
use model::Models;
use routes::Shared;

/// How many threads read histories and make pages.
const READERS: usize = 4;

/// What the console can do besides showing runs. All methods may block.
pub trait Actions: Send + Sync + 'static {
    /// Starts a run of an entity with inputs as a user writes them, and returns its id.
    ///
    /// # Errors
    ///
    /// When an input is missing or wrong, or the run does not begin.
    fn start(&self, entity: &str, inputs: &BTreeMap<String, String>) -> Result<String, Refused>;

    /// Starts a run of the entity of a node with the inputs that are recorded, and returns its id.
    ///
    /// # Errors
    ///
    /// When the node is not recorded, or its entity or one of its inputs is not known.
    fn again(&self, run: &str, node: &str) -> Result<String, Refused>;

    /// Resumes a run.
    ///
    /// # Errors
    ///
    /// When it goes on, or is a run of something else than this program has.
    fn resume(&self, run: &str) -> Result<String, Refused>;

    /// Cancels a run of this process.
    ///
    /// # Errors
    ///
    /// When it does not go on here.
    fn cancel(&self, run: &str) -> Result<(), Refused>;

    /// The runs that go on in this process.
    fn own(&self) -> Vec<String>;

    /// The questions of gates of these runs that are not answered yet.
    fn questions(&self) -> Vec<OpenQuestion>;

    /// Answers a question.
    ///
    /// # Errors
    ///
    /// When it is answered or over, is not one of this node of this run, or the answer is not of the type that the gate
    /// waits for. A page may have the number from a process before this one.
    fn answer(&self, question: u64, run: &str, node: &str, answer: &str) -> Result<(), Refused>;

    /// A number that changes whenever [`own`](Self::own) or [`questions`](Self::questions) do.
    fn revision(&self) -> u64;
}

/// A gate of a run of this process that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// Its number.
    pub number: u64,
    /// The run.
    pub run: String,
    /// The path of the node.
    pub node: String,
    /// The name of the gate.
    pub gate: String,
    /// The value to approve of, if it waits for an approval.
    pub value: Option<String>,
    /// The type of the value that it waits for, if it does.
    pub wanted: Option<String>,
    /// Whether the answer is masked while it is typed.
    pub is_secret: bool,
}

/// Why something is not done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// The reason.
    pub message: String,
    /// What is wrong with inputs, by name.
    pub inputs: BTreeMap<String, String>,
    /// Whether what it is about does not exist.
    pub is_missing: bool,
}

impl Refused {
    /// A refusal with a reason.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    /// A refusal because something does not exist.
    pub fn missing(message: impl Into<String>) -> Self {
        Self {
            is_missing: true,
            ..Self::new(message)
        }
    }
}

/// Where and for whom the console is served.
#[derive(Clone)]
pub struct Settings {
    /// The address, usually `127.0.0.1`.
    pub address: IpAddr,
    /// The port; zero for any that is free.
    pub port: u16,
    /// Random bytes of this process.
    pub seed: [u8; 32],
    /// Random bytes of the user, the same in each process, so that open pages find a console that was started again.
    pub key: [u8; 32],
    /// What the console is for: the name of the program.
    pub title: String,
}

/// A console that listens, and is not yet served.
pub struct Console {
    listener: TcpListener,
    shared: Arc<Shared>,
    stop: Stop,
}

/// Ends a console.
#[derive(Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Ends it.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("listener", &self.listener)
            .finish_non_exhaustive()
    }
}

impl Console {
    /// Listens for browsers; from now on connections wait until [`serve`](Self::serve) is called.
    ///
    /// # Errors
    ///
    /// When the port is taken, or the address is not one of this machine.
    pub fn bind(
        settings: Settings,
        history: &History,
        registry: Registry,
        actions: Arc<dyn Actions>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::new(settings.address, settings.port))?;
        let address = listener.local_addr()?;
        let keys = Keys::new(settings.seed, settings.key, address.port());
        let hub = Hub::new(history, Arc::clone(&actions), keys.epoch());
        let shared = Shared {
            guard: Guard::new(address),
            keys,
            hub,
            history: history.clone(),
            models: Models::default(),
            registry,
            actions,
            title: settings.title,
            address: reachable(address),
        };
        Ok(Self {
            listener,
            shared: Arc::new(shared),
            stop: Stop(Arc::new(watch::Sender::new(false))),
        })
    }

    /// The address to open, with a token that is good for one use.
    pub fn address(&self) -> String {
        self.shared.invitation()
    }

    /// Ends [`serve`](Self::serve) from another thread.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Serves browsers until it is stopped.
    ///
    /// # Errors
    ///
    /// When the system has no thread or no poll for it.
    pub fn serve(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(READERS)
            .thread_name("flyte-console-read")
            .build()?;
        let hub = Arc::downgrade(&self.shared.hub);
        thread::Builder::new()
            .name("flyte-console".to_owned())
            .spawn(move || hub::look_again_and_again(&hub))?;
        self.listener.set_nonblocking(true)?;
        let stopped = self.stop.0.subscribe();
        let served = runtime.block_on(connection::serve(self.listener, self.shared, stopped));
        // A reader that is busy with a large history is not waited for.
        runtime.shutdown_background();
        served
    }
}

/// An address at which browsers find a console that listens at all addresses of this machine: that with which it
/// reaches other machines, if it does.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        // Nothing is sent: the system only chooses the way. The addresses are reserved for documentation.
        IpAddr::V4(any) => own(any.into(), Ipv4Addr::new(192, 0, 2, 1).into())
            .unwrap_or(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(any) => own(
            any.into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        )
        .unwrap_or(Ipv6Addr::LOCALHOST.into()),
    };
    SocketAddr::new(ip, address.port())
}

fn own(any: IpAddr, other: IpAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((other, 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified()).then_some(own)
}

//! Sends metrics to a statsd server over UDP.

use std::{
    fmt::Write,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use super::{Metric, MetricValue, StatsSink};
use flyte_core::lock::lock;

/// How many metrics are queued while the name of the server is resolved.
const MAX_WAITING: usize = 512;

/// Sends metrics to a statsd server, one datagram each.
///
/// Sending never blocks: the socket is non-blocking, and the server's name is resolved on a separate thread while up to
/// 512 metrics are queued. Metrics that cannot be sent are dropped and counted. Nothing happens before the first
/// metric. Clones share the socket.
///
/// The text of a metric is that of the `statsd` package which flytekit uses, with flytekit's tags: each tag is appended
/// to the name as `.__key=value`, sorted by key, with `|`, `.` and `:` in values replaced by `_`. As there, tags with
/// an empty value are left out, and all tags if one key is not ASCII. In addition, a `:`, `|`, `@`, newline or other
/// control character in a name or a set's value becomes `_`, because it would end the name.
#[derive(Clone, Debug)]
pub struct StatsdSink(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    host: String,
    port: u16,
    /// `Some(None)` if the server cannot be reached.
    socket: OnceLock<Option<UdpSocket>>,
    lookup: Mutex<Lookup>,
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct Lookup {
    started: bool,
    waiting: Vec<String>,
}

impl StatsdSink {
    /// A sink for a server, by name or address.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self(Arc::new(Shared {
            host: host.into(),
            port,
            socket: OnceLock::new(),
            lookup: Mutex::default(),
            dropped: AtomicU64::new(0),
        }))
    }

    /// The number of dropped metrics: the server's name was not resolved, or the system could not send them.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }
}

impl StatsSink for StatsdSink {
    fn send(&self, metric: Metric) {
        let text = render(&metric);
        match self.0.socket.get() {
            Some(socket) => self.0.transmit(socket.as_ref(), &text),
            None => Shared::wait(&self.0, text),
        }
    }
}

impl Shared {
    /// Queues a metric until there is a socket, and starts the thread that creates it.
    fn wait(this: &Arc<Self>, text: String) {
        let mut lookup = this.lock();
        if let Some(socket) = this.socket.get() {
            drop(lookup);
            return this.transmit(socket.as_ref(), &text);
        }
        if lookup.waiting.len() < MAX_WAITING {
            lookup.waiting.push(text);
        } else {
            this.dropped.fetch_add(1, Ordering::Relaxed);
        }
        if lookup.started {
            return;
        }
        lookup.started = true;
        drop(lookup);
        if let Some(address) = known_address(&this.host) {
            return this.ready(open(SocketAddr::new(address, this.port)));
        }
        let shared = Arc::clone(this);
        let resolve = move || {
            let addresses = (shared.host.as_str(), shared.port).to_socket_addrs();
            shared.ready(
                addresses
                    .ok()
                    .and_then(|mut addresses| addresses.next())
                    .and_then(open),
            );
        };
        if thread::Builder::new()
            .name("flyte-statsd-lookup".to_owned())
            .spawn(resolve)
            .is_err()
        {
            this.ready(None);
        }
    }

    /// Sets the socket, and sends the queued metrics first.
    fn ready(&self, socket: Option<UdpSocket>) {
        let mut lookup = self.lock();
        let socket = self.socket.get_or_init(|| socket);
        for text in lookup.waiting.drain(..) {
            self.transmit(socket.as_ref(), &text);
        }
    }

    fn transmit(&self, socket: Option<&UdpSocket>, text: &str) {
        let sent = socket.is_some_and(|socket| match socket.send(text.as_bytes()) {
            // This answers an earlier datagram and replaced the sending of this one: try again, the server may be back.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                socket.send(text.as_bytes()).is_ok()
            }
            sent => sent.is_ok(),
        });
        if !sent {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// No change under this lock can be interrupted halfway, so a panic elsewhere does not matter.
    fn lock(&self) -> MutexGuard<'_, Lookup> {
        lock(&self.lookup)
    }
}

/// The address of a host whose name need not be resolved.
fn known_address(host: &str) -> Option<IpAddr> {
    if host == "localhost" {
        Some(Ipv4Addr::LOCALHOST.into())
    } else {
        host.parse().ok()
    }
}

fn open(server: SocketAddr) -> Option<UdpSocket> {
    let any: IpAddr = if server.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.set_nonblocking(true).ok()?;
    socket.connect(server).ok()?;
    Some(socket)
}

/// The text of a datagram.
pub(super) fn render(metric: &Metric) -> String {
    let mut name = clean(&metric.name);
    if metric.tags.keys().all(|key| key.is_ascii()) {
        for (key, value) in metric.tags.iter().filter(|(_, value)| !value.is_empty()) {
            let value = clean(value).replace('.', "_");
            // Writing to a `String` does not fail.
            let _ = write!(name, ".__{}={value}", clean(key));
        }
    }
    match &metric.value {
        MetricValue::Count(count) => format!("{name}:{count}|c"),
        // A sign would make it a change, so a negative value is set from 0.
        MetricValue::Gauge(value) if *value < 0.0 => format!("{name}:0|g\n{name}:{value}|g"),
        MetricValue::Gauge(value) => format!("{name}:{value}|g"),
        MetricValue::Timing(took) => format!("{name}:{:.6}|ms", took.as_secs_f64() * 1e3),
        MetricValue::Unique(seen) => format!("{name}:{}|s", clean(seen)),
    }
}

fn clean(text: &str) -> String {
    text.replace(
        |c: char| matches!(c, ':' | '|' | '@') || c.is_control(),
        "_",
    )
}

//! A console in this process, and a browser that says whatever a test wants.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write},
    net::TcpStream,
    path::PathBuf,
    process,
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
    history::History,
};
use serde_json::Value as Json;

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A directory that is removed after the test.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("flyte-console-{}-{number}", process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("it can be made");
        Self(path)
    }

    pub(crate) fn history(&self) -> History {
        History::in_dir(&self.0)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.0);
    }
}

/// Sends what is written to it.
struct Lines(mpsc::Sender<String>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let sent = self.0.send(text).map_err(|_| io::ErrorKind::BrokenPipe);
        sent?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A console, which is served until the tests end.
pub(crate) struct Console {
    pub(crate) port: u16,
    /// The token of the address that was printed.
    pub(crate) token: String,
}

impl Console {
    /// Starts one for the runs in a directory.
    pub(crate) fn of(directory: &Directory) -> Self {
        let (send, received) = mpsc::channel();
        let history = directory.history();
        thread::spawn(move || -> Exit {
            let cli = Cli::new(Registry::of_program()).history(&history);
            cli.run(
                ["program", "ui", "--port", "0"],
                &mut Lines(send),
                &mut io::sink(),
            )
        });
        let line = received
            .recv_timeout(PATIENCE)
            .expect("it prints its address");
        let address = line
            .trim()
            .strip_prefix("http://127.0.0.1:")
            .expect("it is of this machine");
        let (port, token) = address.split_once("/?token=").expect("it has a token");
        Self {
            port: port.parse().expect("it is a number"),
            token: token.to_owned(),
        }
    }

    /// A browser that was let in.
    pub(crate) fn browser(&self) -> Browser {
        let entered = self.get(&format!("/?token={}", self.token), "");
        assert_eq!(entered.status, 200, "{entered:?}");
        let page = entered.page();
        assert!(!page.is_empty(), "{entered:?}");
        self.with(&entered.cookie(), &page)
    }

    /// A browser with a cookie, and a page with a token.
    pub(crate) fn with(&self, cookie: &str, page: &str) -> Browser {
        Browser {
            port: self.port,
            cookie: cookie.to_owned(),
            page: page.to_owned(),
        }
    }

    /// A request with these headers besides `Host`.
    pub(crate) fn get(&self, path: &str, headers: &str) -> Reply {
        let host = format!("Host: 127.0.0.1:{}\r\n{headers}", self.port);
        self.send(&format!(
            "GET {path} HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
        ))
    }

    /// Sends a request as it is.
    pub(crate) fn send(&self, request: &str) -> Reply {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("it is sent");
        Reply::read(&mut stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("it can be set");
        stream
    }
}

/// A browser that has a cookie, and a page of the console.
pub(crate) struct Browser {
    pub(crate) port: u16,
    pub(crate) cookie: String,
    pub(crate) page: String,
}

impl Browser {
    fn console(&self) -> Console {
        Console {
            port: self.port,
            token: String::new(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.get_with(path, "")
    }

    pub(crate) fn get_with(&self, path: &str, headers: &str) -> Reply {
        let Self { cookie, page, .. } = self;
        self.console().get(
            path,
            &format!("Cookie: {cookie}\r\nX-Flyte-Page: {page}\r\n{headers}"),
        )
    }

    pub(crate) fn json(&self, path: &str) -> Json {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        reply.json()
    }

    /// The headers of a page of the console that writes.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Host", format!("127.0.0.1:{}", self.port)),
            ("Cookie", self.cookie.clone()),
            ("Origin", format!("http://127.0.0.1:{}", self.port)),
            ("Sec-Fetch-Site", "same-origin".to_owned()),
            ("Content-Type", "application/json".to_owned()),
            ("X-Flyte-Page", self.page.clone()),
        ]
    }

    pub(crate) fn post(&self, path: &str, body: &Json) -> Reply {
        self.post_with(path, body, &self.headers())
    }

    pub(crate) fn post_with(&self, path: &str, body: &Json, headers: &[(&str, String)]) -> Reply {
        let body = body.to_string();
        let headers = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let headers: String = headers.collect();
        self.console().send(&format!(
            "POST {path} HTTP/1.1\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    /// Starts a run, and returns its id.
    pub(crate) fn start(&self, entity: &str, inputs: Json) -> String {
        let reply = self.post(
            "/api/start",
            &serde_json::json!({"entity": entity, "inputs": inputs}),
        );
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()["run"]
            .as_str()
            .expect("there is an id")
            .to_owned()
    }

    /// What the list says of a run.
    pub(crate) fn run(&self, id: &str) -> Option<Json> {
        let list = self.json("/api/runs");
        let mut runs = list["runs"].as_array().expect("they are a list").iter();
        runs.find(|run| run["id"] == id).cloned()
    }

    /// The run once it has a status.
    pub(crate) fn until(&self, id: &str, status: &str) -> Json {
        until(|| self.run(id).filter(|run| run["status"] == status))
    }

    /// The events after the last one with this id.
    pub(crate) fn events(&self, last: &str) -> Events {
        let last = match last {
            "" => String::new(),
            last => format!("Last-Event-ID: {last}\r\n"),
        };
        self.events_at("/api/events?", &last)
    }

    /// The events at an address, to which the token of the page is added, as a page does.
    pub(crate) fn events_at(&self, path: &str, headers: &str) -> Events {
        let mut stream = self.console().connect();
        let Self { port, cookie, page } = self;
        let request = format!(
            "GET {path}&key={page} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut events = Events(BufReader::new(stream));
        let status = events.line();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        while !events.line().is_empty() {}
        events
    }
}

/// Runs an entity as another process would: by the command line, into the same history.
pub(crate) fn elsewhere(directory: &Directory, args: &[&str]) -> Exit {
    let history = directory.history();
    let args = ["program", "run"].iter().chain(args);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    Cli::new(Registry::of_program())
        .history(&history)
        .run(args, &mut stdout, &mut stderr)
}

/// Waits until there is something.
pub(crate) fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "it does not happen");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A stream of events.
pub(crate) struct Events(BufReader<TcpStream>);

/// An event.
#[derive(Debug, Default)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) data: Json,
}

impl Events {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("the stream goes on");
        assert!(!line.is_empty(), "the stream has ended");
        line.trim_end().to_owned()
    }

    /// The next event. The lengths of chunks have no colon in them, so they are passed over.
    pub(crate) fn next(&mut self) -> Event {
        let mut event = Event::default();
        loop {
            let line = self.line();
            match line.split_once(": ") {
                Some(("id", id)) => event.id = id.to_owned(),
                Some(("event", kind)) => event.kind = kind.to_owned(),
                Some(("data", data)) => {
                    event.data = serde_json::from_str(data).expect("it is JSON");
                    return event;
                }
                _ => {}
            }
        }
    }

    /// The next event that fits.
    pub(crate) fn find(&mut self, fits: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next();
            if fits(&event) {
                return event;
            }
        }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn read(stream: &mut TcpStream) -> Self {
        let mut all = Vec::new();
        // A connection that was refused may end with a reset, behind what was said before.
        if let Err(error) = stream.read_to_end(&mut all) {
            let is_open = [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut];
            assert!(
                !is_open.contains(&error.kind()),
                "the connection stays open"
            );
        }
        Self::of(&all)
    }

    /// What is sent within a time, even if the connection stays open.
    pub(crate) fn read_within(stream: &mut TcpStream, time: Duration) -> Self {
        stream.set_read_timeout(Some(time)).expect("it can be set");
        let mut all = Vec::new();
        let _ended = stream.read_to_end(&mut all);
        Self::of(&all)
    }

    fn of(all: &[u8]) -> Self {
        let end = all.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or(all.len());
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let bytes = all.get(end + 4..).unwrap_or_default().to_vec();
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_lowercase(), value.to_owned()))
        });
        Self {
            status: status.unwrap_or(0),
            headers: headers.collect(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    /// The cookie that it sets.
    pub(crate) fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").expect("there is a cookie");
        let cookie = cookie.split(';').next();
        cookie.expect("it has a value").to_owned()
    }

    /// The token of pages that a document has.
    pub(crate) fn page(&self) -> String {
        let body = &self.body;
        let page = body.split_once("name=\"page-token\" content=\"");
        let page = page.and_then(|(_, rest)| rest.split_once('"'));
        page.map(|(page, _)| page.to_owned()).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

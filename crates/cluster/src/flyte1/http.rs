//! Plain requests: tokens, and files behind signed links.

use std::{
    borrow::Cow,
    convert::Infallible,
    fs::File,
    io::{Read as _, Write as _},
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use http_body_util::{BodyExt as _, Either, Full};
use hyper::{
    Method, Request,
    body::{Body, Bytes, Frame, SizeHint},
    client::conn::http1,
    header,
};
use hyper_util::rt::TokioIo;

use super::connect::{Address, Dialer, Protocol};

/// How long a server may take for an answer to what is no file.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How long nothing may be sent or received. A file has no other limit: a large one takes its time.
const IDLE: Duration = Duration::from_secs(60);

/// How much of an answer is kept that is not a file.
pub(crate) const MOST_TEXT: u64 = 4 << 20;

/// How much of a file is read at once.
const CHUNK: usize = 64 * 1024;

/// An address of the web.
#[derive(Clone, Debug)]
struct Url {
    address: Address,
    /// The path and what follows it.
    path: String,
}

impl Url {
    fn parse(text: &str) -> Result<Self, String> {
        let (is_tls, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(format!("`{}` is not an address of HTTP", shown(text))),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let path = match path.starts_with('/') {
            true => path.to_owned(),
            false => format!("/{path}"),
        };
        let address = Address::of_authority(authority, is_tls)?;
        Ok(Self { address, path })
    }
}

/// The host of an address of the web, in small letters.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    Some(url.address.host.to_ascii_lowercase())
}

/// Whether two addresses are of the same server, so that one may be told what the other is.
pub(crate) fn is_same_server(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.address == other.address,
        _ => false,
    }
}

/// An address as it is told: what is behind the question mark may be a signature, and what is in front of the host a
/// password.
pub(crate) fn shown(url: &str) -> Cow<'_, str> {
    without_user(url.split('?').next().unwrap_or_default())
}

/// An address without the user and the password that may be in it.
pub(crate) fn without_user(url: &str) -> Cow<'_, str> {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (_, host) = authority.rsplit_once('@')?;
        Some(format!("{scheme}://{host}{path}"))
    });
    parts.map_or(Cow::Borrowed(url), Cow::Owned)
}

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether it is longer than was to be kept, and ends early here.
    pub(crate) is_cut: bool,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the same request may succeed later: the server is too busy, or has a fault of its own.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..)
    }

    /// What it says instead of giving what was asked for.
    pub(super) fn refusal(&self) -> String {
        format!("HTTP {}: {}", self.status, self.text().trim())
    }

    /// The beginning of what it says.
    pub(crate) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        text.chars().take(500).collect()
    }
}

/// The contents of a file, read while they are sent.
struct FileBody {
    file: File,
    left: u64,
    progress: Progress,
}

/// How much has happened since a request began, in steps of any size.
#[derive(Clone, Debug, Default)]
struct Progress(Arc<AtomicU64>);

impl Progress {
    fn step(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn steps(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let most = usize::try_from(self.left).unwrap_or(CHUNK).min(CHUNK);
        let mut chunk = vec![0; most];
        match self.file.read(&mut chunk) {
            Ok(0) => Poll::Ready(Some(Err(std::io::Error::other(
                "the file has become shorter meanwhile",
            )))),
            Ok(read) => {
                chunk.truncate(read);
                self.left -= read as u64;
                self.progress.step();
                Poll::Ready(Some(Ok(Frame::data(chunk.into()))))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Bytes that are sent in parts, so that something is seen to happen meanwhile.
struct BytesBody {
    left: Bytes,
    progress: Progress,
}

impl Body for BytesBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let most = self.left.len().min(CHUNK);
        let part = self.left.split_to(most);
        self.progress.step();
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

/// Where the body of an answer goes.
enum Target<'a> {
    /// Into the answer, up to this size.
    Memory(u64),
    /// Into a file, if the server does not refuse.
    File(&'a mut File),
}

type Sent = Either<Full<Bytes>, Either<FileBody, BytesBody>>;

/// Makes requests, each on a connection of its own.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    dialer: Arc<Dialer>,
    idle: Duration,
}

impl Http {
    pub(crate) fn new(dialer: Arc<Dialer>) -> Self {
        Self { dialer, idle: IDLE }
    }

    /// Sends a form, perhaps through a proxy.
    pub(crate) async fn post_form(
        &self,
        url: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
        proxy: Option<&str>,
    ) -> Result<Answer, String> {
        let fields = fields.iter();
        let body: Vec<_> = fields
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let mut all = vec![
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "application/json"),
        ];
        all.extend(headers);
        let proxy = proxy.map(Url::parse).transpose()?;
        let body = Either::Left(Full::new(Bytes::from(body.join("&"))));
        let proxy = proxy.map(|url| url.address);
        let send = self.send(Method::POST, url, &all, body, proxy, Progress::default());
        match tokio::time::timeout(TIMEOUT, send).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", TIMEOUT.as_secs())),
        }
    }

    /// Sends a file. The length is always the file's own. It takes as long as something of it is sent.
    pub(super) async fn put_file(
        &self,
        url: &str,
        path: &Path,
        headers: &[(&str, &str)],
    ) -> Result<Answer, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let metadata = file.metadata().map_err(|error| error.to_string())?;
        let progress = Progress::default();
        let body = Either::Right(Either::Left(FileBody {
            file,
            left: metadata.len(),
            progress: progress.clone(),
        }));
        self.send(Method::PUT, url, headers, body, None, progress)
            .await
    }

    /// Fetches a file. It takes as long as something of it arrives.
    pub(super) async fn get(&self, url: &str) -> Result<Answer, String> {
        self.get_with(url, &[], Target::Memory(u64::MAX)).await
    }

    /// Fetches a file into one of this machine, as it arrives. The answer has a body if the server has refused.
    pub(super) async fn get_into(&self, url: &str, file: &mut File) -> Result<Answer, String> {
        self.get_with(url, &[], Target::File(file)).await
    }

    /// Fetches what a file has from a byte on. A server may send all of it: then the status is not 206.
    pub(super) async fn get_from(&self, url: &str, byte: u64) -> Result<Answer, String> {
        let range = format!("bytes={byte}-");
        let into = Target::Memory(u64::MAX);
        self.get_with(url, &[("range", &range)], into).await
    }

    async fn get_with(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        into: Target<'_>,
    ) -> Result<Answer, String> {
        let body = Either::Left(Full::new(Bytes::new()));
        let progress = Progress::default();
        self.exchange(Method::GET, url, headers, body, None, progress, into)
            .await
    }

    /// Any other request with a short body.
    pub(crate) async fn request(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, String> {
        let body = Either::Left(Full::new(Bytes::from(body)));
        let send = self.send(method, url, headers, body, None, Progress::default());
        match tokio::time::timeout(TIMEOUT, send).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", TIMEOUT.as_secs())),
        }
    }

    /// A request with a body of any size, or an answer with one. It takes as long as something is sent or arrives.
    pub(crate) async fn transfer(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, String> {
        self.transfer_within(method, url, headers, body, u64::MAX)
            .await
    }

    /// As [`Self::transfer`], with an answer of which no more than this is kept.
    pub(crate) async fn transfer_within(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Bytes,
        most: u64,
    ) -> Result<Answer, String> {
        let progress = Progress::default();
        let body = Either::Right(Either::Right(BytesBody {
            left: body,
            progress: progress.clone(),
        }));
        let into = Target::Memory(most);
        self.exchange(method, url, headers, body, None, progress, into)
            .await
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Sent,
        proxy: Option<Address>,
        progress: Progress,
    ) -> Result<Answer, String> {
        let into = Target::Memory(u64::MAX);
        self.exchange(method, url, headers, body, proxy, progress, into)
            .await
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "it is the end of all ways to ask"
    )]
    async fn exchange(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Sent,
        proxy: Option<Address>,
        progress: Progress,
        mut into: Target<'_>,
    ) -> Result<Answer, String> {
        let url = Url::parse(url)?;
        let address = &url.address;
        let connection = self
            .dialer
            .dial(address, Protocol::Http1, proxy.as_ref())
            .await
            .map_err(|error| format!("{} does not answer: {error}", address.authority()))?;
        let failed = |error: hyper::Error| {
            let error = super::error::with_causes(&error);
            format!("{}: {error}", address.authority())
        };
        let (mut sender, connection) = http1::handshake(TokioIo::new(connection))
            .await
            .map_err(failed)?;
        let mut request = Request::builder().method(method).uri(&url.path);
        let host = match (address.is_tls, address.port) {
            (true, 443) | (false, 80) => address.host.clone(),
            _ => address.authority(),
        };
        request = request.header(header::HOST, host);
        if let Some(length) = body.size_hint().exact() {
            request = request.header(header::CONTENT_LENGTH, length);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).map_err(|error| error.to_string())?;
        let exchange = async {
            let answer = sender.send_request(request).await.map_err(failed)?;
            let status = answer.status().as_u16();
            let headers = answer.headers().clone();
            progress.step();
            let (mut incoming, mut body) = (answer.into_body(), Vec::new());
            if !(200..300).contains(&status) && matches!(into, Target::File(_)) {
                into = Target::Memory(MOST_TEXT);
            }
            let mut is_cut = false;
            while let Some(frame) = incoming.frame().await {
                progress.step();
                let Ok(data) = frame.map_err(failed)?.into_data() else {
                    continue;
                };
                match &mut into {
                    Target::File(file) => {
                        file.write_all(&data).map_err(|error| error.to_string())?;
                    }
                    Target::Memory(most) => {
                        let left = most.saturating_sub(body.len() as u64);
                        let end = usize::try_from(left).unwrap_or(usize::MAX);
                        body.extend_from_slice(&data[..data.len().min(end)]);
                        is_cut = data.len() > end;
                    }
                }
                if is_cut {
                    break;
                }
            }
            Ok(Answer {
                status,
                headers,
                body,
                is_cut,
            })
        };
        // The connection works for as long as it is polled beside the request.
        let mut connection = std::pin::pin!(connection.without_shutdown());
        let mut exchange = std::pin::pin!(exchange);
        let mut idle = std::pin::pin!(tokio::time::sleep(self.idle));
        let (mut is_over, mut steps) = (false, progress.steps());
        let answer = std::future::poll_fn(|cx| {
            if !is_over && connection.as_mut().poll(cx).is_ready() {
                is_over = true;
            }
            if let Poll::Ready(answer) = exchange.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            if steps != progress.steps() {
                steps = progress.steps();
                idle.as_mut().reset(tokio::time::Instant::now() + self.idle);
            }
            idle.as_mut().poll(cx).map(|()| {
                let (peer, idle) = (address.authority(), self.idle.as_secs_f64());
                Err(format!("{peer}: nothing was sent or received for {idle} s"))
            })
        });
        answer.await
    }
}

/// A text in a form or an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            byte => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, net::TcpListener, thread};

    use super::*;

    /// What becomes of a request when a server answers with these parts, each 100 ms after the one before, and then
    /// waits.
    fn answered_by(parts: &'static [&'static str], idle: Duration) -> Result<Answer, String> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}/a", listener.local_addr().expect("it is bound"));
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("the client connects");
            for part in parts {
                thread::sleep(Duration::from_millis(100));
                stream.write_all(part.as_bytes()).expect("it is open");
            }
            stream
        });
        let platform = flyte_config::config::PlatformConfig::for_endpoint("localhost", true);
        let http = Http {
            dialer: Arc::new(Dialer::new(&platform)),
            idle,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let answer = runtime.expect("it starts").block_on(http.get(&url));
        drop(server.join());
        answer
    }

    #[test]
    fn a_server_may_be_slow() {
        let mut parts = ["a"; 25];
        parts[0] = "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n";
        let parts = Vec::leak(parts.to_vec());
        let answer = answered_by(parts, Duration::from_secs(2)).expect("it goes on");
        assert_eq!(answer.body, [b'a'; 24]);
    }

    #[test]
    fn a_server_may_not_be_silent() {
        for silent in [
            &[][..],
            &["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "a"],
        ] {
            let answer = answered_by(silent, Duration::from_millis(500));
            let error = answer.err().expect("it does not end");
            assert!(
                error.ends_with("nothing was sent or received for 0.5 s"),
                "{error}"
            );
        }
    }

    #[test]
    fn addresses_are_taken_apart() {
        let url = Url::parse("https://store.example.com/a/b?sig=x").expect("it is valid");
        assert_eq!(url.address.authority(), "store.example.com:443");
        assert_eq!(url.path, "/a/b?sig=x");
        let url = Url::parse("http://[::1]:9000?x").expect("it is valid");
        assert_eq!(
            (url.address.host.as_str(), url.address.port),
            ("[::1]", 9000)
        );
        assert_eq!(url.path, "/?x");
        assert!(Url::parse("s3://bucket/key").is_err());
        assert_eq!(shown("http://a/b?X-Amz-Signature=1"), "http://a/b");
        assert_eq!(shown("https://ada:planted@a:1/b@c"), "https://a:1/b@c");
        let error = Url::parse("https://ada:planted@a/b").expect_err("it has a password");
        assert!(
            error.contains("`a`") && !error.contains("planted"),
            "{error}"
        );
    }

    #[test]
    fn endpoints_say_host_port_and_tls() {
        let of =
            |endpoint, insecure| Address::of_endpoint(endpoint, insecure).expect("it is valid");
        assert_eq!(
            of("flyte.example.com", false).authority(),
            "flyte.example.com:443"
        );
        assert_eq!(of("localhost:30080", true).authority(), "localhost:30080");
        assert!(of("https://flyte.example.com", true).is_tls);
        assert!(!of("http://flyte.example.com:81", false).is_tls);
        for wrong in ["", "host:port", "ftp://host", "host/path"] {
            assert!(Address::of_endpoint(wrong, true).is_err(), "{wrong}");
        }
    }

    #[test]
    fn forms_are_encoded() {
        assert_eq!(encoded("a b&c=é"), "a%20b%26c%3D%C3%A9");
    }
}

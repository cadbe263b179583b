//! Plain requests: tokens, and files behind signed links.

use std::{
    fs::File,
    io::Read as _,
    path::Path,
    pin::Pin,
    sync::Arc,
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

/// How long a server may take for the first byte of an answer to what is no file.
const TIMEOUT: Duration = Duration::from_secs(60);

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
pub(super) fn host_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    Some(url.address.host.to_ascii_lowercase())
}

/// An address as it is told: what is behind the question mark may be a signature.
pub(super) fn shown(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

/// An answer that was read to its end.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: header::HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the same request may succeed later: the server is too busy, or has a fault of its own.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..)
    }

    /// The beginning of what it says.
    pub(super) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        text.chars().take(500).collect()
    }
}

/// The contents of a file, read while they are sent.
struct FileBody {
    file: File,
    left: u64,
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
                Poll::Ready(Some(Ok(Frame::data(chunk.into()))))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

type Sent = Either<Full<Bytes>, FileBody>;

/// Makes requests, each on a connection of its own.
#[derive(Clone, Debug)]
pub(super) struct Http {
    dialer: Arc<Dialer>,
}

impl Http {
    pub(super) fn new(dialer: Arc<Dialer>) -> Self {
        Self { dialer }
    }

    /// Sends a form, perhaps through a proxy.
    pub(super) async fn post_form(
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
        let send = self.send(Method::POST, url, &all, body, proxy.map(|url| url.address));
        match tokio::time::timeout(TIMEOUT, send).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", TIMEOUT.as_secs())),
        }
    }

    /// Sends a file. The length is always the file's own.
    pub(super) async fn put_file(
        &self,
        url: &str,
        path: &Path,
        headers: &[(&str, &str)],
    ) -> Result<Answer, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let metadata = file.metadata().map_err(|error| error.to_string())?;
        let body = Either::Right(FileBody {
            file,
            left: metadata.len(),
        });
        self.send(Method::PUT, url, headers, body, None).await
    }

    pub(super) async fn get(&self, url: &str) -> Result<Answer, String> {
        let body = Either::Left(Full::new(Bytes::new()));
        self.send(Method::GET, url, &[], body, None).await
    }

    /// Any other request with a short body.
    pub(super) async fn request(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, String> {
        let body = Either::Left(Full::new(Bytes::from(body)));
        let send = self.send(method, url, headers, body, None);
        match tokio::time::timeout(TIMEOUT, send).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", TIMEOUT.as_secs())),
        }
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Sent,
        proxy: Option<Address>,
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
            let body = answer.into_body().collect().await.map_err(failed)?;
            Ok(Answer {
                status,
                headers,
                body: body.to_bytes().into(),
            })
        };
        // The connection works for as long as it is polled beside the request.
        let mut connection = std::pin::pin!(connection.without_shutdown());
        let mut exchange = std::pin::pin!(exchange);
        let mut is_over = false;
        let answer = std::future::poll_fn(|cx| {
            if !is_over && connection.as_mut().poll(cx).is_ready() {
                is_over = true;
            }
            exchange.as_mut().poll(cx)
        });
        answer.await
    }
}

/// A text in a form or an address.
pub(super) fn encoded(text: &str) -> String {
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
    use super::*;

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

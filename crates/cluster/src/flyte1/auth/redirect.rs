//! The end of a sign-in in a browser: the server sends the browser to an address of this machine.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr},
    task::Poll,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, timeout},
};

use super::Failure;

/// How much of a request is read.
const MOST: usize = 16 << 10;

/// How long a browser may take for its request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Listens at the address to which the browser is sent.
pub(super) struct Redirect {
    listeners: Vec<TcpListener>,
    /// The address, with the port.
    pub(super) uri: String,
    path: String,
    refused: usize,
}

/// What the browser brings.
#[derive(Debug, PartialEq, Eq)]
enum Brought {
    Code(String),
    /// The server has refused, for this reason.
    Error(String),
    /// Another page of this address, such as its icon.
    Nothing,
    /// It belongs to another sign-in, or to none.
    Foreign,
}

impl Redirect {
    /// Listens at the address that the server knows. One without a port may have any (RFC 8252, 7.3).
    pub(super) async fn listen(uri: &str) -> Result<Self, Failure> {
        let not_here = || {
            Failure::other(format!(
                "the server sends browsers to `{uri}`, which is not an http address of this machine; \
                 set `admin.authType: DeviceFlow`"
            ))
        };
        let rest = uri.strip_prefix("http://").ok_or_else(not_here)?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| not_here())?)
            }
            _ => (authority, 0),
        };
        let (v4, v6) = match host {
            "localhost" => (true, true),
            "127.0.0.1" => (true, false),
            "[::1]" => (false, true),
            _ => return Err(not_here()),
        };
        let in_use = |error: io::Error| {
            Failure::other(format!(
                "the server sends browsers to port {port} of this machine, which cannot be listened at: {error}; \
                 end the program that uses it, or set `admin.authType: DeviceFlow`"
            ))
        };
        let first = match v4 {
            true => TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await,
            false => TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await,
        };
        let first = first.map_err(in_use)?;
        let port = first.local_addr().map_err(in_use)?.port();
        // `localhost` is either for a browser; a machine may lack the second.
        let second = match v4 && v6 {
            true => TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok(),
            false => None,
        };
        Ok(Self {
            listeners: [Some(first), second].into_iter().flatten().collect(),
            uri: format!("http://{host}:{port}{path}"),
            path: path.to_owned(),
            refused: 0,
        })
    }

    /// Waits for the code of a sign-in. Requests that bring another state are answered and otherwise ignored, because
    /// any page that is open in the browser can make them.
    pub(super) async fn code(
        &mut self,
        state: &str,
        patience: Duration,
    ) -> Result<String, Failure> {
        let answered = timeout(patience, self.answered(state)).await;
        answered.unwrap_or_else(|_| {
            let foreign = match self.refused {
                0 => String::new(),
                n => format!(" ({n} requests of another sign-in were refused)"),
            };
            Err(Failure::other(format!(
                "nobody has signed in with the browser within {patience:?}{foreign}; try again, \
                 with more time by `login --timeout TIME`, \
                 or set `admin.authType: DeviceFlow` if the browser is on another machine"
            )))
        })
    }

    async fn answered(&mut self, state: &str) -> Result<String, Failure> {
        let (sender, mut answered) = mpsc::unbounded_channel();
        loop {
            let next = std::future::poll_fn(|cx| {
                if let Poll::Ready(Some(brought)) = answered.poll_recv(cx) {
                    return Poll::Ready(Next::Answered(brought));
                }
                let mut listeners = self.listeners.iter();
                let accepted = listeners.find_map(|listener| match listener.poll_accept(cx) {
                    Poll::Ready(accepted) => Some(accepted),
                    Poll::Pending => None,
                });
                match accepted {
                    Some(accepted) => {
                        Poll::Ready(Next::Accepted(accepted.map(|(stream, _)| stream)))
                    }
                    None => Poll::Pending,
                }
            });
            match next.await {
                // Each on its own: browsers open connections that they do not use.
                Next::Accepted(Ok(stream)) => {
                    let (path, state) = (self.path.clone(), state.to_owned());
                    tokio::spawn(serve(stream, path, state, sender.clone()));
                }
                Next::Accepted(Err(error)) => {
                    tracing::warn!("the browser is not heard: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
                Next::Answered(Brought::Code(code)) => return Ok(code),
                Next::Answered(Brought::Error(text)) => {
                    let text = format!("the server refuses the sign-in: {text}");
                    return Err(Failure::other(text));
                }
                Next::Answered(Brought::Nothing) => {}
                Next::Answered(Brought::Foreign) => {
                    self.refused += 1;
                    tracing::warn!("a request of another sign-in is refused");
                }
            }
        }
    }
}

enum Next {
    Accepted(io::Result<TcpStream>),
    Answered(Brought),
}

/// Answers one request, and hands on what it brings.
async fn serve(
    mut stream: TcpStream,
    path: String,
    state: String,
    sender: mpsc::UnboundedSender<Brought>,
) {
    let Ok(Some(target)) = timeout(PATIENCE, target_of(&mut stream)).await else {
        return;
    };
    let brought = brought(&target, &path, &state);
    // A browser that does not wait for its page has brought what it has.
    let _shown = timeout(PATIENCE, answer(&mut stream, &brought)).await;
    // Nobody waits for a second one.
    let _first = sender.send(brought);
}

/// The path of a request with what follows it.
async fn target_of(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut chunk = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut chunk).await.ok()?;
        if read == 0 || head.len() > MOST {
            return None;
        }
        head.extend_from_slice(&chunk[..read]);
    }
    let head = String::from_utf8_lossy(&head);
    let mut words = head.lines().next()?.split(' ');
    match words.next() {
        Some("GET") => words.next().map(str::to_owned),
        _ => None,
    }
}

fn brought(target: &str, path: &str, state: &str) -> Brought {
    let (at, query) = target.split_once('?').unwrap_or((target, ""));
    if at.trim_end_matches('/') != path.trim_end_matches('/') {
        return Brought::Nothing;
    }
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map(|(_, value)| decoded(value))
    };
    if value("state").as_deref() != Some(state) {
        return Brought::Foreign;
    }
    match (value("code"), value("error")) {
        (Some(code), None) if !code.is_empty() => Brought::Code(code),
        (_, Some(error)) => {
            let description = value("error_description").unwrap_or_default();
            Brought::Error(format!("{error} {description}").trim().to_owned())
        }
        _ => Brought::Error("it brings neither a code nor an error".to_owned()),
    }
}

/// A value of a query.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Shows the user a page that has nothing of the sign-in in it.
async fn answer(stream: &mut TcpStream, brought: &Brought) -> io::Result<()> {
    let (status, text) = match brought {
        Brought::Code(_) => ("200 OK", "Signed in. You can close this page."),
        Brought::Error(_) => (
            "400 Bad Request",
            "The sign-in was refused. The program says why; you can close this page.",
        ),
        Brought::Nothing => ("404 Not Found", "Nothing is here."),
        Brought::Foreign => (
            "400 Bad Request",
            "This is not the sign-in that the program waits for. Open the address that it shows.",
        ),
    };
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign-in</title><p>{text}</p></html>\n"
    );
    // The address of the page has the code in it: it goes to no other page.
    let response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    stream.write_all(response.as_bytes()).await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_sign_in_brings_a_code() {
        let of = |target| brought(target, "/callback", "s 1");
        assert_eq!(
            of("/callback?code=a%2Fb+c&state=s%201"),
            Brought::Code("a/b c".to_owned())
        );
        assert_eq!(of("/callback?code=a&state=other"), Brought::Foreign);
        assert_eq!(of("/callback?code=a"), Brought::Foreign);
        assert_eq!(of("/favicon.ico"), Brought::Nothing);
        assert_eq!(
            of("/callback?state=s+1&error=access_denied&error_description=not%20today"),
            Brought::Error("access_denied not today".to_owned())
        );
        assert!(matches!(of("/callback?state=s+1"), Brought::Error(_)));
    }

    #[test]
    fn broken_escapes_stay_what_they_are() {
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%C3%A9"), "%zzé");
    }
}

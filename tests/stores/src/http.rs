//! As much of HTTP as the clients of stores speak.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    sync::atomic::Ordering,
};

use crate::state::{Object, State};

/// A connection.
pub(crate) trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// What one kind of store does.
pub(crate) trait Protocol: Send + Sync + 'static {
    /// What who may not enter is told.
    fn refuse(&self, request: &Request) -> Option<Reply>;

    /// What is said to requests of which there are too many.
    fn slow_down(&self) -> Reply;

    /// `None` closes the connection.
    fn answer(&self, state: &State, request: Request) -> Option<Reply>;
}

pub(crate) struct Request {
    pub(crate) method: String,
    /// As it was sent.
    pub(crate) raw_path: String,
    /// Without the first slash.
    pub(crate) path: String,
    /// As it was sent.
    pub(crate) raw_query: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Object,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

pub(crate) struct Reply {
    status: &'static str,
    headers: String,
    body: Object,
}

impl Reply {
    pub(crate) fn new(status: &'static str) -> Self {
        Self::text(status, "")
    }

    pub(crate) fn text(status: &'static str, body: &str) -> Self {
        Self {
            status,
            headers: String::new(),
            body: Object::of(body.as_bytes()),
        }
    }

    /// An object as stores give it out.
    pub(crate) fn object(body: Object) -> Self {
        Self {
            body,
            ..Self::new("200 OK")
        }
        .header("ETag", "\"e\"")
        .header("Last-Modified", "Wed, 01 Jan 2025 00:00:00 GMT")
        .header("Content-Type", "binary/octet-stream")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }

    fn send(self, stream: &mut impl Write, is_head: bool) -> Option<()> {
        let (status, headers, length) = (self.status, self.headers, self.body.len());
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).ok()?;
        if is_head {
            return stream.flush().ok();
        }
        stream.write_all(&self.body.bytes).ok()?;
        let mut left = self.body.zeros;
        while left > 0 {
            let most = left.min(64 * 1024);
            stream.write_all(&vec![0; most]).ok()?;
            left -= most;
        }
        stream.flush().ok()
    }
}

/// One request; `None` when there are no more.
pub(crate) fn serve(
    state: &State,
    protocol: &dyn Protocol,
    mut stream: &mut dyn Stream,
) -> Option<()> {
    let request = read_request(&mut BufReader::new(&mut stream))?;
    state.requests.fetch_add(1, Ordering::SeqCst);
    let is_head = request.method == "HEAD";
    if !is_head && request.query.is_empty() {
        state.meeting.join();
    }
    let too_many = || {
        let counted = state
            .refuse
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        counted.is_ok()
    };
    let reply = match protocol.refuse(&request) {
        Some(refused) => refused,
        None if too_many() => protocol.slow_down(),
        None => protocol.answer(state, request)?,
    };
    reply.send(&mut stream, is_head)
}

fn read_request(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|l| l.parse().ok());
    let mut body = Object::default();
    let mut left: usize = length.unwrap_or(0);
    let mut buffer = vec![0; 64 * 1024];
    while left > 0 {
        let most = left.min(buffer.len());
        let read = reader.read(&mut buffer[..most]).ok().filter(|r| *r > 0)?;
        left -= read;
        body.push(&buffer[..read]);
    }
    let (path, raw_query) = target.split_once('?').unwrap_or((&target, ""));
    let pairs = raw_query.split('&').filter(|pair| !pair.is_empty());
    let query = pairs.map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key, true), decode(value, true))
    });
    Some(Request {
        method,
        path: decode(path.trim_start_matches('/'), false),
        query: query.collect(),
        raw_path: path.to_owned(),
        raw_query: raw_query.to_owned(),
        headers,
        body,
    })
}

/// Text of an address; in a query a space may be a `+`.
pub(crate) fn decode(text: &str, is_query: bool) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        bytes.push(match first {
            b'+' if is_query => b' ',
            b'%' => {
                let (digits, tail) = rest.split_at(2);
                rest = tail;
                u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap()
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

/// Text for an address, with nothing left but what never has a meaning there.
pub(crate) fn encode(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

/// Text in XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

//! A small part of S3 in this process: objects, parts, lists, and refusals on demand.
//!
//! It checks no signatures, only which access key a request names.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// The access key that is let in.
pub const KEY: &str = "test-key";

#[derive(Default)]
struct State {
    /// Contents are kept only where they are small; of others the length is.
    objects: Mutex<BTreeMap<String, Object>>,
    uploads: Mutex<BTreeMap<String, BTreeMap<usize, Object>>>,
    /// How many requests are still to be refused, each with `SlowDown`.
    refuse: AtomicUsize,
    requests: AtomicUsize,
    parts: AtomicUsize,
}

#[derive(Clone, Default)]
struct Object {
    bytes: Vec<u8>,
    /// Zeros behind the bytes, which need no memory.
    zeros: usize,
    headers: BTreeMap<String, String>,
}

/// A store that is gone with the process.
#[derive(Clone)]
pub struct FakeS3 {
    state: Arc<State>,
    endpoint: String,
}

struct Request {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: Object,
}

impl FakeS3 {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let server = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || while serve(&server, &stream).is_some() {});
            }
        });
        Self { state, endpoint }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The next requests are refused with `SlowDown`.
    pub fn throttle(&self, times: usize) {
        self.state.refuse.store(times, Ordering::SeqCst);
    }

    pub fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// How many parts were uploaded.
    pub fn parts(&self) -> usize {
        self.state.parts.load(Ordering::SeqCst)
    }

    /// How many uploads were begun and neither completed nor given up.
    pub fn open_uploads(&self) -> usize {
        self.state.uploads.lock().unwrap().len()
    }

    /// The bytes of an object, `bucket/key`.
    pub fn object(&self, name: &str) -> Option<Vec<u8>> {
        let objects = self.state.objects.lock().unwrap();
        let object = objects.get(name)?;
        Some([object.bytes.clone(), vec![0; object.zeros]].concat())
    }

    /// A header that an object was put with.
    pub fn header(&self, name: &str, header: &str) -> Option<String> {
        let objects = self.state.objects.lock().unwrap();
        objects.get(name)?.headers.get(header).cloned()
    }
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
        if body.bytes.is_empty() && buffer[..read].iter().all(|byte| *byte == 0) {
            body.zeros += read;
        } else {
            // Zeros come last or alone.
            body.bytes.extend(vec![0; std::mem::take(&mut body.zeros)]);
            body.bytes.extend_from_slice(&buffer[..read]);
        }
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = query.split('&').map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key.to_owned(), value.replace("%2F", "/"))
    });
    Some(Request {
        method,
        path: path.trim_start_matches('/').to_owned(),
        query: query.collect(),
        headers,
        body,
    })
}

fn serve(state: &State, stream: &TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let request = read_request(&mut reader)?;
    state.requests.fetch_add(1, Ordering::SeqCst);
    let authorization = request.headers.get("authorization");
    let known = authorization.is_some_and(|text| text.contains(&format!("Credential={KEY}/")));
    let mut refused = |n: usize| n.checked_sub(1);
    if !known {
        let text = "The AWS Access Key Id you provided does not exist in our records.";
        return fail(stream, "403 Forbidden", "InvalidAccessKeyId", text);
    }
    let refused = state
        .refuse
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, &mut refused);
    if refused.is_ok() {
        let text = "Please reduce your request rate.";
        return fail(stream, "503 Slow Down", "SlowDown", text);
    }
    answer(state, stream, request)
}

fn fail(stream: &TcpStream, status: &str, code: &str, text: &str) -> Option<()> {
    let body = format!("<Error><Code>{code}</Code><Message>{text}</Message></Error>");
    reply(stream, status, "", body.as_bytes(), 0)
}

fn reply(
    mut stream: &TcpStream,
    status: &str,
    headers: &str,
    body: &[u8],
    zeros: usize,
) -> Option<()> {
    let length = body.len() + zeros;
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()?;
    let mut left = zeros;
    while left > 0 {
        let most = left.min(64 * 1024);
        stream.write_all(&vec![0; most]).ok()?;
        left -= most;
    }
    Some(())
}

const FOUND: &str = "ETag: \"e\"\r\nLast-Modified: Wed, 01 Jan 2025 00:00:00 GMT\r\nContent-Type: binary/octet-stream\r\n";

fn answer(state: &State, stream: &TcpStream, request: Request) -> Option<()> {
    let Request {
        method,
        path,
        query,
        headers,
        body,
    } = request;
    let mut objects = state.objects.lock().unwrap();
    let mut uploads = state.uploads.lock().unwrap();
    let upload = query.get("uploadId");
    match (method.as_str(), upload) {
        ("POST", None) if query.contains_key("uploads") => {
            let id = format!("upload-{}", uploads.len());
            uploads.insert(id.clone(), BTreeMap::new());
            objects.entry(path).or_default().headers = headers;
            let body = format!(
                "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
            );
            reply(stream, "200 OK", "", body.as_bytes(), 0)
        }
        ("PUT", Some(id)) => {
            state.parts.fetch_add(1, Ordering::SeqCst);
            let number = query["partNumber"].parse().unwrap();
            uploads.get_mut(id)?.insert(number, body);
            reply(stream, "200 OK", "ETag: \"e\"\r\n", b"", 0)
        }
        ("POST", Some(id)) => {
            let object = objects.entry(path).or_default();
            for part in uploads.remove(id)?.into_values() {
                if part.bytes.is_empty() {
                    object.zeros += part.zeros;
                } else {
                    object
                        .bytes
                        .extend(vec![0; std::mem::take(&mut object.zeros)]);
                    object.bytes.extend(part.bytes);
                    object.zeros = part.zeros;
                }
            }
            let body =
                "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
            reply(stream, "200 OK", "", body.as_bytes(), 0)
        }
        ("DELETE", Some(id)) => {
            uploads.remove(id);
            objects.remove(&path);
            reply(stream, "204 No Content", "", b"", 0)
        }
        ("PUT", None) => {
            objects.insert(path, Object { headers, ..body });
            reply(stream, "200 OK", "ETag: \"e\"\r\n", b"", 0)
        }
        ("GET", None) if query.contains_key("list-type") => {
            let bucket = path.trim_end_matches('/');
            let wanted = format!(
                "{bucket}/{}",
                query.get("prefix").map_or("", String::as_str)
            );
            let found = objects.iter().filter(|(name, _)| name.starts_with(&wanted));
            let found: String = found
                .map(|(name, object)| {
                    let (key, size) = (&name[bucket.len() + 1..], object.bytes.len() + object.zeros);
                    format!("<Contents><Key>{key}</Key><LastModified>2025-01-01T00:00:00.000Z</LastModified><ETag>\"e\"</ETag><Size>{size}</Size></Contents>")
                })
                .collect();
            let body = format!(
                "<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>"
            );
            reply(stream, "200 OK", "", body.as_bytes(), 0)
        }
        (method, _) => match objects.get(&path).cloned() {
            // What answers HEAD has no body.
            None if method == "HEAD" => reply(stream, "404 Not Found", "", b"", 0),
            None => fail(
                stream,
                "404 Not Found",
                "NoSuchKey",
                "There is no such key.",
            ),
            Some(object) if method == "HEAD" => {
                let length = object.bytes.len() + object.zeros;
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n{FOUND}\r\n");
                let mut stream = stream;
                stream.write_all(head.as_bytes()).ok()
            }
            Some(object) => {
                drop((objects, uploads));
                reply(stream, "200 OK", FOUND, &object.bytes, object.zeros)
            }
        },
    }
}

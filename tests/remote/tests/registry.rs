//! A registry of images in this process, which can be told to fail.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use sha2::{Digest as _, Sha256};

/// What users have to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Open,
    /// `ada` with the password `planted-secret`, in each request.
    Basic,
    /// The same for a token, which each request has.
    Bearer,
}

/// What goes wrong, and how often.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Uploads that end in the middle; what has arrived is kept.
    pub(crate) half_blobs: u32,
    /// The same, and the upload is forgotten.
    pub(crate) lost_blobs: u32,
    /// Requests that are refused because there are too many.
    pub(crate) busy: u32,
    /// Whether it says that content has another digest.
    pub(crate) lies_about_blobs: bool,
    /// Whether it says so of manifests.
    pub(crate) lies_about_manifests: bool,
    /// How long it takes for each 64 KB.
    pub(crate) slow: Option<Duration>,
}

#[derive(Default)]
struct State {
    faults: Faults,
    /// By repository and digest.
    blobs: BTreeMap<(String, String), Vec<u8>>,
    uploads: BTreeMap<String, Vec<u8>>,
    /// By repository and tag or digest, with the media type.
    manifests: BTreeMap<(String, String), (String, Vec<u8>)>,
    requests: Vec<String>,
}

pub(crate) struct TestRegistry {
    pub(crate) host: String,
    state: Arc<Mutex<State>>,
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

impl TestRegistry {
    pub(crate) fn start(access: Access) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let state: Arc<Mutex<State>> = Arc::default();
        let (own, of_threads) = (host.clone(), Arc::clone(&state));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (state, host) = (Arc::clone(&of_threads), own.clone());
                thread::spawn(move || serve(&state, &host, access, stream.unwrap()));
            }
        });
        Self { host, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn order(&self, faults: Faults) {
        self.state().faults = faults;
    }

    /// The manifest of a tag or digest.
    pub(crate) fn manifest(&self, repository: &str, version: &str) -> Option<serde_json::Value> {
        let key = (repository.to_owned(), version.to_owned());
        let (_, bytes) = self.state().manifests.get(&key)?.clone();
        Some(serde_json::from_slice(&bytes).unwrap())
    }

    pub(crate) fn blob(&self, repository: &str, digest: &str) -> Option<Vec<u8>> {
        let key = (repository.to_owned(), digest.to_owned());
        self.state().blobs.get(&key).cloned()
    }

    pub(crate) fn put_blob(&self, repository: &str, bytes: &[u8]) -> String {
        let digest = digest(bytes);
        let key = (repository.to_owned(), digest.clone());
        self.state().blobs.insert(key, bytes.to_vec());
        digest
    }

    pub(crate) fn put_manifest(&self, repository: &str, version: &str, kind: &str, bytes: &[u8]) {
        let value = (kind.to_owned(), bytes.to_vec());
        for version in [version.to_owned(), digest(bytes)] {
            let key = (repository.to_owned(), version);
            self.state().manifests.insert(key, value.clone());
        }
    }

    /// How many requests began like this.
    pub(crate) fn count(&self, beginning: &str) -> usize {
        let state = self.state();
        let requests = state.requests.iter();
        requests.filter(|one| one.starts_with(beginning)).count()
    }
}

struct Request {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn answer(status: u16) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Vec::new(),
    }
}

impl Answer {
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

fn decoded(text: &str) -> String {
    text.replace("%3A", ":")
        .replace("%2F", "/")
        .replace("%2C", ",")
}

fn serve(state: &Mutex<State>, host: &str, access: Access, stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: pairs
            .map(|(name, value)| (name.to_owned(), decoded(value)))
            .collect(),
        headers: BTreeMap::new(),
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        let name = name.to_ascii_lowercase();
        request.headers.insert(name, value.to_owned());
    }
    let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
    lock().requests.push(format!("{method} {target}"));
    let length = request.headers.get("content-length");
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    let mut body = Vec::new();
    let slow = lock().faults.slow;
    // Whether an upload ends in the middle, and whether its half is kept.
    let half = if method == "PATCH" {
        let faults = &mut lock().faults;
        match take(&mut faults.half_blobs) {
            true => Some(true),
            false => take(&mut faults.lost_blobs).then_some(false),
        }
    } else {
        None
    };
    let wanted = if half.is_some() { length / 2 } else { length };
    while body.len() < wanted {
        let most = (wanted - body.len()).min(64 * 1024);
        let mut part = vec![0; most];
        if reader.read_exact(&mut part).is_err() {
            return;
        }
        body.extend(part);
        if let Some(pause) = slow {
            thread::sleep(pause);
        }
    }
    if let Some(is_kept) = half {
        let mut state = lock();
        match is_kept {
            true => state.uploads.entry(request.path).or_default().extend(body),
            false => drop(state.uploads.remove(&request.path)),
        }
        // The other half is never read.
        let _gone = stream.shutdown(Shutdown::Both);
        return;
    }
    let given = respond(&mut lock(), host, access, &request, body);
    let mut text = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", given.status);
    for (name, value) in &given.headers {
        text += &format!("{name}: {value}\r\n");
    }
    if method != "HEAD" {
        text += &format!("Content-Length: {}\r\n", given.body.len());
    }
    let mut stream = stream;
    // A client that has gone away has what it wanted.
    let _sent = stream
        .write_all(format!("{text}\r\n").as_bytes())
        .and_then(|()| stream.write_all(&given.body));
}

fn take(left: &mut u32) -> bool {
    let is_some = *left > 0;
    *left = left.saturating_sub(1);
    is_some
}

/// Whether a request proves who makes it, or the refusal.
fn refusal(access: Access, host: &str, request: &Request) -> Option<Answer> {
    let given = request.headers.get("authorization");
    let (wanted, challenge) = match access {
        Access::Open => return None,
        Access::Basic => (BASIC, "Basic realm=\"registry\"".to_owned()),
        Access::Bearer => (
            "Bearer planted-token",
            format!(
                "Bearer realm=\"http://{host}/token\",service=\"tests\",scope=\"repository:x:pull\""
            ),
        ),
    };
    (given.map(String::as_str) != Some(wanted))
        .then(|| answer(401).with("WWW-Authenticate", challenge))
}

/// `ada:planted-secret`.
const BASIC: &str = "Basic YWRhOnBsYW50ZWQtc2VjcmV0";

fn respond(
    state: &mut State,
    host: &str,
    access: Access,
    request: &Request,
    body: Vec<u8>,
) -> Answer {
    if request.path == "/token" {
        let is_right = request.headers.get("authorization").map(String::as_str) == Some(BASIC);
        let may_push = request
            .query
            .get("scope")
            .is_some_and(|scope| scope.contains("push"));
        return match is_right && may_push {
            true => answer(200).body(r#"{"token": "planted-token"}"#),
            false => {
                answer(401).body(r#"{"errors": [{"code": "DENIED", "message": "who are you?"}]}"#)
            }
        };
    }
    if let Some(refusal) = refusal(access, host, request) {
        return refusal;
    }
    if take(&mut state.faults.busy) {
        let body = r#"{"errors": [{"code": "TOOMANYREQUESTS", "message": "slow down"}]}"#;
        return answer(429).with("Retry-After", "1").body(body);
    }
    let rest = request.path.strip_prefix("/v2/").unwrap();
    let kinds = ["/blobs/uploads/", "/blobs/", "/manifests/"];
    let (kind, (repository, name)) = kinds
        .iter()
        .find_map(|kind| Some((*kind, rest.split_once(kind)?)))
        .unwrap();
    let key = (repository.to_owned(), name.to_owned());
    match (request.method.as_str(), kind) {
        ("HEAD" | "GET", "/blobs/") => match state.blobs.get(&key) {
            Some(bytes) => {
                let told = match state.faults.lies_about_blobs {
                    true => digest(b"something else"),
                    false => name.to_owned(),
                };
                let length = bytes.len().to_string();
                let found = answer(200).with("Docker-Content-Digest", told);
                match request.method.as_str() {
                    "HEAD" => found.with("Content-Length", length),
                    _ if state.faults.lies_about_blobs => found.body(*b"something else"),
                    _ => found.body(bytes.clone()),
                }
            }
            None => answer(404),
        },
        ("POST", "/blobs/uploads/") => {
            if let (Some(mount), Some(from)) =
                (request.query.get("mount"), request.query.get("from"))
                && let Some(bytes) = state.blobs.get(&(from.clone(), mount.clone())).cloned()
            {
                state
                    .blobs
                    .insert((repository.to_owned(), mount.clone()), bytes);
                return answer(201);
            }
            let location = format!("/v2/{repository}/blobs/uploads/{}", state.requests.len());
            state.uploads.insert(location.clone(), Vec::new());
            answer(202).with("Location", location)
        }
        ("GET", "/blobs/uploads/") => match state.uploads.get(&request.path) {
            Some(bytes) => {
                let end = bytes.len().saturating_sub(1);
                answer(204)
                    .with("Range", format!("0-{end}"))
                    .with("Location", &*request.path)
            }
            None => answer(404),
        },
        ("PATCH", "/blobs/uploads/") => {
            let Some(upload) = state.uploads.get_mut(&request.path) else {
                return answer(404);
            };
            let range = request.headers.get("content-range");
            let start = range.and_then(|range| range.split('-').next()?.parse().ok());
            if start.unwrap_or(0) != upload.len() {
                return answer(416);
            }
            upload.extend(body);
            answer(202).with("Location", &*request.path)
        }
        ("PUT", "/blobs/uploads/") => {
            let bytes = state.uploads.remove(&request.path).unwrap_or_default();
            let wanted = &request.query["digest"];
            if digest(&bytes) != *wanted {
                let body =
                    r#"{"errors": [{"code": "DIGEST_INVALID", "message": "other content"}]}"#;
                return answer(400).body(body);
            }
            let told = match state.faults.lies_about_blobs {
                true => digest(b"something else"),
                false => wanted.clone(),
            };
            state
                .blobs
                .insert((repository.to_owned(), wanted.clone()), bytes);
            answer(201).with("Docker-Content-Digest", told)
        }
        ("GET" | "HEAD", "/manifests/") => match state.manifests.get(&key) {
            Some((kind, bytes)) => answer(200)
                .with("Content-Type", kind)
                .with("Docker-Content-Digest", digest(bytes))
                .body(bytes.clone()),
            None => answer(404),
        },
        ("PUT", "/manifests/") => {
            let told = match state.faults.lies_about_manifests {
                true => digest(b"something else"),
                false => digest(&body),
            };
            let kind = request.headers["content-type"].clone();
            state.manifests.insert(key, (kind, body));
            answer(201).with("Docker-Content-Digest", told)
        }
        other => panic!("{other:?}"),
    }
}

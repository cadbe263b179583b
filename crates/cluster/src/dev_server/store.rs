//! The store: files in a directory, behind links over HTTP; and tokens, for which that is the server, too.

use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use md5::{Digest as _, Md5};
use serde_json::json;
use tokio::net::TcpListener;

use super::state::Shared;
use flyte_config::random::random_hex;
use flyte_core::lock::lock;

#[derive(Debug)]
pub(super) struct Store {
    directory: PathBuf,
    has_links: bool,
    address: OnceLock<SocketAddr>,
    last_upload: Mutex<Option<BTreeMap<String, String>>>,
    tokens: Mutex<HashMap<String, Instant>>,
}

impl Store {
    pub(super) fn new(directory: &Path, has_links: bool) -> Self {
        Self {
            directory: directory.to_owned(),
            has_links,
            address: OnceLock::new(),
            last_upload: Mutex::default(),
            tokens: Mutex::default(),
        }
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The address of a file in the store.
    pub(super) fn uri(&self, path: &Path) -> String {
        format!("file://{}", path.display())
    }

    /// Where something of a client's goes.
    pub(super) fn place(&self, root: &str, name: &str) -> PathBuf {
        self.directory.join("uploads").join(root).join(name)
    }

    pub(super) fn base(&self) -> String {
        let address = self.address.get();
        address
            .map(|address| format!("http://{address}"))
            .unwrap_or_default()
    }

    /// A link to a file of the store, if it signs any.
    pub(super) fn link(&self, uri: &str) -> Option<String> {
        let path = uri.strip_prefix("file://")?;
        let is_inside = Path::new(path).starts_with(&self.directory) && !path.contains("..");
        (self.has_links && is_inside).then(|| format!("{}/data{path}?signed", self.base()))
    }

    pub(super) fn last_upload(&self) -> Option<BTreeMap<String, String>> {
        lock(&self.last_upload).clone()
    }

    /// Whether a call has a token that is valid.
    pub(super) fn knows(&self, token: &str) -> bool {
        let tokens = lock(&self.tokens);
        tokens.get(token).is_some_and(|end| Instant::now() < *end)
    }

    fn issue(&self, lifetime: Duration) -> String {
        let token = random_hex();
        lock(&self.tokens).insert(token.clone(), Instant::now() + lifetime);
        token
    }
}

type Answer = Response<Full<Bytes>>;

fn answer(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    answer
}

/// Serves links and tokens until the runtime ends.
pub(super) async fn serve(shared: Shared, listener: TcpListener) -> std::io::Result<()> {
    let _first = shared.store.address.set(listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let shared = shared.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| {
                    let shared = shared.clone();
                    async move { Ok::<_, Infallible>(respond(&shared, request).await) }
                });
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                // A client that has gone away is none of its business.
                let _ended = connection.await;
            });
        }
    });
    Ok(())
}

async fn respond(shared: &Shared, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return answer(
            StatusCode::BAD_REQUEST,
            "the body has another length than it says",
        );
    };
    let body = body.to_bytes();
    let path = head.uri.path().to_owned();
    if head.method == Method::POST && path == "/oauth2/token" {
        return token(shared, &head.headers, &body);
    }
    let Some(file) = path.strip_prefix("/data").map(PathBuf::from) else {
        return answer(StatusCode::NOT_FOUND, "nothing is here");
    };
    if !file.starts_with(shared.store.directory()) {
        return answer(StatusCode::FORBIDDEN, "not a file of the store");
    }
    let name = if head.method == Method::PUT {
        "PutFile"
    } else {
        "GetFile"
    };
    if let super::faults::Fate::Refused(status) = shared.faults.fate(name) {
        return answer(StatusCode::SERVICE_UNAVAILABLE, status.message().to_owned());
    }
    match head.method {
        Method::GET => match fs::read(&file) {
            Ok(bytes) => match first_byte(&head.headers) {
                None => answer(StatusCode::OK, bytes),
                Some(first) => match bytes.get(first..).filter(|rest| !rest.is_empty()) {
                    Some(rest) => answer(StatusCode::PARTIAL_CONTENT, rest.to_vec()),
                    None => answer(StatusCode::RANGE_NOT_SATISFIABLE, ""),
                },
            },
            Err(error) => answer(StatusCode::NOT_FOUND, error.to_string()),
        },
        Method::PUT => {
            let headers = head.headers.iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            });
            let headers: BTreeMap<_, _> = headers.collect();
            let digest = BASE64_STANDARD.encode(Md5::digest(&body));
            let is_whole = headers.get("content-md5") == Some(&digest);
            *lock(&shared.store.last_upload) = Some(headers);
            if !is_whole {
                return answer(StatusCode::BAD_REQUEST, "BadDigest");
            }
            let directory = file.parent().unwrap_or(&file);
            match fs::create_dir_all(directory).and_then(|()| fs::write(&file, &body)) {
                Ok(()) => answer(StatusCode::OK, ""),
                Err(error) => answer(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
            }
        }
        _ => answer(StatusCode::METHOD_NOT_ALLOWED, ""),
    }
}

/// Where the part of a file begins that is asked for.
fn first_byte(headers: &hyper::HeaderMap) -> Option<usize> {
    let range = headers.get("range")?.to_str().ok()?;
    let first = range.strip_prefix("bytes=")?.strip_suffix('-')?;
    first.parse().ok()
}

/// Gives a token to the client that has the secret.
fn token(shared: &Shared, headers: &hyper::HeaderMap, body: &[u8]) -> Answer {
    if let super::faults::Fate::Refused(status) = shared.faults.fate("Token") {
        return answer(StatusCode::SERVICE_UNAVAILABLE, status.message().to_owned());
    }
    let refused = |status, error: &str| {
        answer(
            status,
            json!({"error": error, "error_description": "refused"}).to_string(),
        )
    };
    let body = String::from_utf8_lossy(body);
    if !body
        .split('&')
        .any(|field| field == "grant_type=client_credentials")
    {
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    // A server knows none that it was not told of.
    if body.contains("audience=") {
        return refused(StatusCode::BAD_REQUEST, "invalid_request");
    }
    let client = shared.options.client.as_ref();
    let expected = client
        .map(|(id, secret)| format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}"))));
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if given.is_none() || given != expected.as_deref() {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let lifetime = shared.options.token_lifetime;
    let issued = json!({
        "access_token": shared.store.issue(lifetime),
        "token_type": "bearer",
        "expires_in": lifetime.as_secs_f64(),
        "scope": "all",
    });
    answer(StatusCode::OK, issued.to_string())
}

//! What is answered at each address.

use std::{
    collections::BTreeMap, fs, net::SocketAddr, path::Path, pin::Pin, sync::Arc, thread,
    time::Duration,
};

use hyper::{
    HeaderMap, Method, Request, StatusCode,
    body::{Body as _, Bytes, Incoming},
    header,
};
use serde_json::{Value as Json, json};
use tokio::{sync::oneshot, task, time};

use super::{
    Actions, Refused,
    answer::{self, Answer},
    assets, form,
    guard::{Guard, PAGE, text},
    hub::Hub,
    keys::Keys,
    model::{self, Models},
    streams,
};
use flyte_core::registry::Registry;
use flyte_events::history::History;

/// The largest request.
const LARGEST: usize = 1 << 20;

/// How long a browser may take for the body of a request.
const BODY: Duration = Duration::from_secs(10);

/// The largest page of decks.
const LARGEST_DECK: u64 = 64 << 20;

/// What all requests have in common.
pub(super) struct Shared {
    pub(super) guard: Guard,
    pub(super) keys: Keys,
    pub(super) hub: Arc<Hub>,
    pub(super) history: History,
    pub(super) models: Models,
    pub(super) registry: Registry,
    pub(super) actions: Arc<dyn Actions>,
    pub(super) title: String,
    /// Where browsers find it.
    pub(super) address: SocketAddr,
}

impl Shared {
    /// An address with a token that is good for one use.
    pub(super) fn invitation(&self) -> String {
        format!("http://{}/?token={}", self.address, self.keys.invite())
    }
}

pub(super) async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let query = head.uri.query().unwrap_or_default().to_owned();
    // Programs that only look whether there is something use no invitation up.
    let invitation = (head.method == Method::GET && path == "/")
        .then(|| parameter(&query, "token"))
        .flatten();
    let checked = shared
        .guard
        .check(&head.method, &head.headers, invitation.is_some());
    if let Err(refused) = checked {
        return answer::refusal(&refused);
    }
    let headers = head.headers;
    if head.method == Method::POST {
        return write(shared, path, &headers, body).await;
    }
    if let Some(token) = invitation {
        return enter(&shared, &token, &headers);
    }
    if path == "/api/proof" {
        return proof(&shared, &query);
    }
    if !is_known(&shared, &headers) {
        return unknown(&path);
    }
    if path.starts_with("/api/") {
        // A stream of events and a frame have no headers of their own.
        let page = text(&headers, PAGE).map(str::to_owned);
        let page = page.or_else(|| parameter(&query, "key"));
        if !page.is_some_and(|page| shared.keys.is_page(&page)) {
            return unknown(&path);
        }
    }
    match path.as_str() {
        "/" => shell(&shared, ""),
        "/api/entities" => {
            // Defaults are the user's code, and may take any time.
            apart(move || {
                let forms = form::all(&shared.registry).to_string();
                answer::packed(&headers, "application/json", forms.into())
            })
            .await
        }
        "/api/events" => {
            // The browser says it when it tries again; the page says it when another tab goes on.
            let last = text(&headers, "last-event-id").map(str::to_owned);
            let last = last.or_else(|| parameter(&query, "after"));
            streams::events(&shared, last.as_deref()).unwrap_or_else(|| {
                let why = "too many browsers watch this console";
                answer::error(StatusCode::SERVICE_UNAVAILABLE, why)
            })
        }
        _ => blocking(move || look(&shared, &path, &query, &headers)).await,
    }
}

/// Whether a request is from a browser that has used an invitation.
fn is_known(shared: &Shared, headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter();
    let mut cookies = cookies.filter_map(|cookies| cookies.to_str().ok());
    cookies.any(|cookies| shared.keys.knows(cookies))
}

/// Lets a browser in that has an invitation. Its script replaces the address by one without it. A redirect would not
/// do: behind one that began at another site browsers do not send the cookie.
fn enter(shared: &Shared, token: &str, headers: &HeaderMap) -> Answer {
    if shared.keys.accept(token) {
        let mut answer = shell(shared, shared.keys.page());
        answer::set(&mut answer, header::SET_COOKIE, &shared.keys.set_cookie());
        return answer;
    }
    if !is_known(shared, headers) {
        return unknown("/");
    }
    // It is the browser that has used the address before.
    let mut answer = answer::page(StatusCode::SEE_OTHER, String::new());
    answer::set(&mut answer, header::LOCATION, "/");
    answer
}

/// Proves to a page of a console before this one that this is one of the same user.
fn proof(shared: &Shared, query: &str) -> Answer {
    let issued = parameter(query, "issued").and_then(|issued| issued.parse().ok());
    match (issued, parameter(query, "nonce")) {
        (Some(issued), Some(nonce)) => {
            let proof = shared.keys.prove(issued, &nonce);
            answer::json(StatusCode::OK, &json!({"proof": proof}))
        }
        _ => answer::error(
            StatusCode::BAD_REQUEST,
            "`issued` is a number, and `nonce` a text",
        ),
    }
}

/// The answer to a browser that the console does not know.
fn unknown(path: &str) -> Answer {
    let why = "This browser has not been let in, or the console was started again since.";
    let what = "Open the address that `ui` has printed. It is good for one use within ten minutes; for another browser \
                choose “Open in another browser” in the console, or start `ui` again.";
    match path.starts_with("/api/") || path.starts_with("/assets/") {
        true => answer::error(StatusCode::UNAUTHORIZED, &format!("{why} {what}")),
        false => answer::page(
            StatusCode::UNAUTHORIZED,
            format!(
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not let in</title>\
                 <h1>{why}</h1><p>{what}</p></html>\n"
            ),
        ),
    }
}

/// The document of the console. Only a browser that has used an invitation is told the token of pages; whoever has the
/// cookie alone may be another program, to which a browser has sent it.
fn shell(shared: &Shared, page: &str) -> Answer {
    answer::page(StatusCode::OK, assets::shell(&shared.title, page))
}

/// Answers on a thread for what may block.
async fn blocking(work: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    let answered = task::spawn_blocking(work).await;
    answered.unwrap_or_else(|_| failed())
}

/// Answers on a thread of its own, so that what waits for the user's code keeps none that reads.
async fn apart(work: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    let (send, answer) = oneshot::channel();
    let started = thread::Builder::new()
        .name("flyte-console-act".to_owned())
        // A browser that has gone away needs no answer.
        .spawn(move || drop(send.send(work())));
    match started {
        Ok(_) => answer.await.unwrap_or_else(|_| failed()),
        Err(error) => {
            let why = format!("no thread could be started: {error}");
            answer::error(StatusCode::SERVICE_UNAVAILABLE, &why)
        }
    }
}

fn failed() -> Answer {
    let why = "the console has failed here; this is a bug in flyte-runtime";
    answer::error(StatusCode::INTERNAL_SERVER_ERROR, why)
}

/// What is only looked at.
fn look(shared: &Shared, path: &str, query: &str, headers: &HeaderMap) -> Answer {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts[..] {
        ["runs", id] if shared.hub.version(id).is_some() => shell(shared, ""),
        ["assets", name] => match assets::find(name) {
            Some(asset) => answer::versioned(headers, &asset.version(), asset.kind, || {
                Bytes::from_static(asset.text.as_bytes())
            }),
            None => nothing(path),
        },
        ["api", "runs"] => match shared.hub.runs() {
            Ok(runs) => answer::packed(headers, "application/json", runs.to_string().into()),
            Err(error) => answer::error(StatusCode::INTERNAL_SERVER_ERROR, &error),
        },
        ["api", "here"] => answer::json(StatusCode::OK, &shared.hub.here()),
        ["api", "runs", id] => match shared.hub.version(id) {
            Some(version) => run(shared, id, &version, headers),
            None => nothing(path),
        },
        ["api", "runs", id, "deck"] if shared.hub.version(id).is_some() => {
            let file = parameter(query, "file").unwrap_or_default();
            deck(shared, id, Path::new(&file)).unwrap_or_else(|| nothing(path))
        }
        _ => nothing(path),
    }
}

fn run(shared: &Shared, id: &str, version: &str, headers: &HeaderMap) -> Answer {
    let has = text(headers, header::IF_NONE_MATCH.as_str());
    if has.is_some_and(|has| has == version) {
        return answer::versioned(headers, version, "application/json", Bytes::new);
    }
    match shared
        .models
        .of(&shared.history, &shared.registry, id, version)
    {
        Ok(model) => answer::versioned(headers, version, "application/json", || model),
        Err(error) => answer::error(StatusCode::INTERNAL_SERVER_ERROR, &error),
    }
}

/// The page of decks of an attempt. Only a file that the run has recorded is read.
fn deck(shared: &Shared, id: &str, file: &Path) -> Option<Answer> {
    let run = model::read(&shared.history, id).ok()?;
    let mut tried = run.nodes().iter().flat_map(|node| &node.tried);
    let is_recorded = tried.any(|tried| tried.deck.as_deref() == Some(file));
    let about = is_recorded.then(|| fs::metadata(file).ok()).flatten()?;
    let is_small = about.is_file() && about.len() <= LARGEST_DECK;
    let html = is_small.then(|| fs::read(file).ok()).flatten()?;
    Some(answer::deck(html))
}

fn nothing(path: &str) -> Answer {
    match path.starts_with("/api/") {
        true => answer::error(StatusCode::NOT_FOUND, "there is nothing at this address"),
        false => answer::page(
            StatusCode::NOT_FOUND,
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not found</title>\
             <h1>There is nothing at this address.</h1><p><a href=\"/\">All runs</a></p></html>\n"
                .to_owned(),
        ),
    }
}

/// The body of a request, if it is not too large.
async fn read(mut body: Incoming) -> Result<Vec<u8>, Answer> {
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(frame) = frame else {
            let why = "the request has ended early";
            return Err(answer::error(StatusCode::BAD_REQUEST, why));
        };
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > LARGEST {
            let why = "the request is larger than 1 MiB";
            return Err(answer::error(StatusCode::PAYLOAD_TOO_LARGE, why));
        }
    }
    Ok(bytes)
}

/// What changes something. It needs the token of pages besides the cookie; to come back after the console was started
/// again, a pass alone. Nothing is read of the body before.
async fn write(shared: Arc<Shared>, path: String, headers: &HeaderMap, body: Incoming) -> Answer {
    let page = text(headers, PAGE).unwrap_or_default();
    if path == "/api/return" {
        if !shared.keys.is_pass(page) {
            let why = "the page is older than a day, or not of this console; open the address that `ui` has printed";
            return answer::error(StatusCode::FORBIDDEN, why);
        }
        let mut answer = answer::json(StatusCode::OK, &json!({"page": shared.keys.page()}));
        answer::set(&mut answer, header::SET_COOKIE, &shared.keys.set_cookie());
        return answer;
    }
    if !is_known(&shared, headers) {
        return unknown("/api/");
    }
    if !shared.keys.is_page(page) {
        let why = "the page is not of this console; open the address that `ui` has printed";
        return answer::error(StatusCode::FORBIDDEN, why);
    }
    let body = match time::timeout(BODY, read(body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(refused)) => return refused,
        Err(_) => {
            return answer::error(StatusCode::REQUEST_TIMEOUT, "the request did not arrive");
        }
    };
    let Ok(body) = serde_json::from_slice::<Json>(&body) else {
        return answer::error(StatusCode::BAD_REQUEST, "the request is not JSON");
    };
    apart(move || act(&shared, &path, &body)).await
}

fn act(shared: &Shared, path: &str, body: &Json) -> Answer {
    let actions = &shared.actions;
    let word = |name: &str| body.get(name).and_then(Json::as_str).unwrap_or_default();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    // Only whole ids: what a page shows is what is changed, and not whatever is now the last.
    if let ["api", "runs", id, _] = parts[..]
        && shared.hub.version(id).is_none()
    {
        return nothing("/api/");
    }
    let of_run = |id: Result<String, Refused>| id.map(|id| json!({"run": id}));
    let done = match parts[..] {
        ["api", "invite"] => Ok(json!({"address": shared.invitation()})),
        ["api", "start"] => {
            let inputs = body.get("inputs").and_then(Json::as_object);
            let inputs = inputs.into_iter().flatten();
            let inputs: Option<BTreeMap<_, _>> = inputs
                .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect();
            match inputs {
                Some(inputs) => of_run(actions.start(word("entity"), &inputs)),
                None => Err(Refused::new("inputs are texts by name")),
            }
        }
        ["api", "runs", id, "cancel"] => actions.cancel(id).map(|()| json!({})),
        ["api", "runs", id, "resume"] => of_run(actions.resume(id)),
        ["api", "runs", id, "again"] => of_run(actions.again(id, word("node"))),
        ["api", "answer"] => match body.get("question").and_then(Json::as_u64) {
            Some(question) => actions
                .answer(question, word("run"), word("node"), word("answer"))
                .map(|()| json!({})),
            None => Err(Refused::new("`question` is the number of a question")),
        },
        _ => return nothing("/api/"),
    };
    match done {
        Ok(done) => answer::json(StatusCode::OK, &done),
        Err(refused) => {
            let status = match refused.is_missing {
                true => StatusCode::NOT_FOUND,
                false => StatusCode::CONFLICT,
            };
            let json = json!({"error": refused.message, "inputs": refused.inputs});
            answer::json(status, &json)
        }
    }
}

/// A parameter of an address.
fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(own, _)| *own == name)?;
    decoded(value)
}

/// A text in which `%` and two digits stand for a byte.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let (byte, next) = match (first, behind) {
            (b'%', [a, b, behind @ ..]) => {
                let digit = |digit: u8| char::from(digit).to_digit(16);
                ((digit(*a)? * 16 + digit(*b)?) as u8, behind)
            }
            (b'%', _) => return None,
            (byte, behind) => (*byte, behind),
        };
        bytes.push(byte);
        rest = next;
    }
    String::from_utf8(bytes).ok()
}

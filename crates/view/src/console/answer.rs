//! Answers, and the headers that all of them have.

use std::{
    convert::Infallible,
    io::Write as _,
    pin::Pin,
    task::{Context, Poll},
};

use flate2::{Compression, write::GzEncoder};
use hyper::{
    HeaderMap, Response, StatusCode,
    body::{Body, Bytes, Frame, SizeHint},
    header::{self, HeaderName, HeaderValue},
};
use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::guard::{Refusal, text};

/// What a page of the console may load and do: its own scripts, styles and data, and nothing else. Nothing that a name,
/// a value or a log contains can become a script, even if it became markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// What a deck may do: nothing, in an origin of its own. Its styles are in it.
const OF_DECK: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
                       base-uri 'none'; frame-ancestors 'self'";

/// From this length on, an answer is compressed.
const COMPRESSED: usize = 1024;

pub(super) type Answer = Response<Content>;

/// The body of an answer.
pub(super) enum Content {
    Whole(Option<Bytes>),
    /// Parts that another task sends, until it ends.
    Parts(mpsc::Receiver<Bytes>),
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Parts(parts) => {
                let part = parts.poll_recv(context);
                part.map(|part| part.map(|part| Ok(Frame::data(part))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Parts(_) => SizeHint::default(),
        }
    }
}

pub(super) fn of(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Answer {
    let body: Bytes = body.into();
    with(
        status,
        kind,
        Content::Whole((!body.is_empty()).then_some(body)),
    )
}

fn with(status: StatusCode, kind: &'static str, content: Content) -> Answer {
    let mut answer = Response::new(content);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_TYPE, kind);
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "no-store");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    answer
}

pub(super) fn page(status: StatusCode, html: String) -> Answer {
    of(status, "text/html; charset=utf-8", html)
}

pub(super) fn json(status: StatusCode, json: &Json) -> Answer {
    of(status, "application/json", json.to_string())
}

/// An error, for a script.
pub(super) fn error(status: StatusCode, message: &str) -> Answer {
    json(status, &serde_json::json!({"error": message}))
}

pub(super) fn refusal(Refusal(status, why): &Refusal) -> Answer {
    of(*status, "text/plain; charset=utf-8", format!("{why}\n"))
}

/// Events, as their sender sends them.
pub(super) fn events(parts: mpsc::Receiver<Bytes>) -> Answer {
    with(StatusCode::OK, "text/event-stream", Content::Parts(parts))
}

/// A page of decks, which the console shows in a frame.
pub(super) fn deck(html: Vec<u8>) -> Answer {
    let mut answer = of(StatusCode::OK, "text/html; charset=utf-8", html);
    set(&mut answer, header::CONTENT_SECURITY_POLICY, OF_DECK);
    set(&mut answer, header::X_FRAME_OPTIONS, "SAMEORIGIN");
    answer
}

/// Sets a header to a value that is text of this program.
pub(super) fn set(answer: &mut Answer, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// The answer to a request for something that has a version: nothing, if the browser has this one.
pub(super) fn versioned(
    request: &HeaderMap,
    version: &str,
    kind: &'static str,
    make: impl FnOnce() -> Bytes,
) -> Answer {
    let has = text(request, header::IF_NONE_MATCH.as_str());
    let mut answer = match has.is_some_and(|has| has == version) {
        true => of(StatusCode::NOT_MODIFIED, kind, Bytes::new()),
        false => packed(request, kind, make()),
    };
    set(&mut answer, header::ETAG, version);
    set(&mut answer, header::CACHE_CONTROL, "no-cache, private");
    answer
}

/// An answer that is compressed if the browser takes that, and it is worth it.
pub(super) fn packed(request: &HeaderMap, kind: &'static str, body: Bytes) -> Answer {
    let takes = text(request, header::ACCEPT_ENCODING.as_str()).unwrap_or_default();
    let takes = takes
        .split(',')
        .any(|one| one.split(';').next().map(str::trim) == Some("gzip"));
    let gzip = |body: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
        encoder.write_all(body).ok()?;
        encoder.finish().ok()
    };
    let small = (takes && body.len() >= COMPRESSED)
        .then(|| gzip(&body))
        .flatten();
    let is_packed = small.is_some();
    let mut answer = of(StatusCode::OK, kind, small.map_or(body, Bytes::from));
    if is_packed {
        set(&mut answer, header::CONTENT_ENCODING, "gzip");
    }
    set(&mut answer, header::VARY, "Accept-Encoding");
    answer
}

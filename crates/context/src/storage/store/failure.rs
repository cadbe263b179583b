//! Error messages of stores, without details that only their programmers can use.

use std::{error::Error, io::ErrorKind};

use object_store::Error as Store;
use serde_json::Value as Json;

/// How a client's text begins when it reports the answer of a store.
const ANSWERED: [&str; 2] = [
    "Server returned non-2xx status code: ",
    "Server returned error response: ",
];
/// The addresses at which a client asks the machine for credentials, of Amazon, Google and Azure, if none are
/// configured.
const MACHINE: [&str; 4] = [
    "/latest/api/token",
    "/latest/meta-data",
    "/computeMetadata/",
    "/metadata/identity/",
];
/// How a client's text begins when it refuses a certificate.
const UNTRUSTED: &str = "invalid peer certificate: ";
/// The maximum number of characters of an answer that are shown.
const SHOWN: usize = 300;

/// An error of a store: its kind, and its text.
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) text: String,
    /// Whether the credentials are wrong or not sufficient.
    pub(super) is_refusal: bool,
    /// Whether there are no credentials, neither configured nor from the machine.
    pub(super) lacks_credentials: bool,
    /// Whether the server does not support this kind of request.
    pub(super) is_unknown_request: bool,
}

impl Failure {
    pub(super) fn of(error: &Store) -> Self {
        let mut texts = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(inner) = cause {
            texts.push(inner.to_string());
            cause = inner.source();
        }
        let answer = texts.iter().find_map(|text| {
            let after = ANSWERED.iter().find_map(|begin| text.strip_prefix(begin));
            after.map(|answer| (text, answer))
        });
        let status = answer.map_or("", |(_, answer)| answer.split(' ').next().unwrap_or(""));
        let kind = match error {
            Store::NotFound { .. } => ErrorKind::NotFound,
            Store::PermissionDenied { .. } | Store::Unauthenticated { .. } => {
                ErrorKind::PermissionDenied
            }
            // The client does not distinguish these errors when it lists objects.
            _ if matches!(status, "401" | "403") => ErrorKind::PermissionDenied,
            Store::InvalidPath { .. } => ErrorKind::InvalidInput,
            Store::NotSupported { .. } | Store::NotImplemented { .. } => ErrorKind::Unsupported,
            _ => ErrorKind::Other,
        };
        let asked_machine = texts
            .iter()
            .any(|text| MACHINE.iter().any(|path| text.contains(path)));
        Self {
            text: match (answer, texts.iter().find_map(|text| untrusted(text))) {
                (Some((whole, answer)), _) => {
                    format!("{}{}", shown(answer), retries(&texts, whole))
                }
                (None, Some(text)) => text,
                (None, None) => joined(&texts),
            },
            is_refusal: kind == ErrorKind::PermissionDenied,
            lacks_credentials: asked_machine,
            is_unknown_request: matches!(status, "400" | "405" | "501"),
            kind,
        }
    }
}

/// `403 Forbidden, AccessDenied: You may not.`
fn shown(answer: &str) -> String {
    let (status, body) = answer.split_once(": ").unwrap_or((answer, ""));
    let element = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        let (text, _) = rest.split_once(&format!("</{name}>"))?;
        // Azure adds the request's number and the time below the message.
        text.lines().next()
    };
    match (element("Code"), element("Message")) {
        (Some(code), Some(message)) => format!("{status}, {code}: {message}"),
        (Some(code), None) => format!("{status}, {code}"),
        _ => match of_json(body) {
            Some(text) => format!("{status}, {text}"),
            // An answer that does not come from a store may be a whole page.
            None if body.trim().is_empty() || body.contains('<') => status.to_owned(),
            None => {
                let body: String = body.trim().chars().take(SHOWN).collect();
                format!("{status}: {body}")
            }
        },
    }
}

/// What is wrong with the certificate of an https server.
fn untrusted(text: &str) -> Option<String> {
    let why = text.strip_prefix(UNTRUSTED)?;
    let advice = match why.starts_with("UnknownIssuer") {
        true => "; name the file with the certificate of who has signed it in SSL_CERT_FILE",
        false => "",
    };
    Some(format!(
        "the certificate of the server is not trusted ({why}){advice}"
    ))
}

/// The errors of token services: `{"error": "..", "error_description": ".."}`, or Google's
/// `{"error": {"message": ".."}}`.
fn of_json(body: &str) -> Option<String> {
    let answer: Json = serde_json::from_str(body).ok()?;
    let error = answer.get("error")?;
    if let Some(message) = error.get("message").and_then(Json::as_str) {
        return Some(message.to_owned());
    }
    let code = error.as_str()?;
    Some(
        match answer.get("error_description").and_then(Json::as_str) {
            // Azure adds the request's number and the time below it.
            Some(text) => format!("{code}: {}", text.lines().next().unwrap_or_default()),
            None => code.to_owned(),
        },
    )
}

/// How often the request was retried, which the client reports around the answer.
fn retries(texts: &[String], answer: &str) -> String {
    let outer = texts.iter().find(|text| text.ends_with(answer));
    let count = outer.and_then(|text| {
        let (_, rest) = text.split_once(", after ")?;
        rest.split_once(" retries").map(|(count, _)| count)
    });
    count.map_or_else(String::new, |count| {
        format!(", also when tried {count} times more")
    })
}

fn joined(texts: &[String]) -> String {
    let mut all = String::new();
    for text in texts {
        // Most of them repeat the inner text.
        if !all.contains(text) {
            all.push_str(if all.is_empty() { "" } else { ": " });
            all.push_str(text);
        }
    }
    all
}

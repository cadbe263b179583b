//! Azure Blob Storage: blobs, blocks, and the shared key of an account.

use std::sync::atomic::Ordering;

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    KEY, SECRET,
    http::{Protocol, Reply, Request, escape},
    state::{Object, State},
};

pub(crate) struct Azure;

impl Protocol for Azure {
    fn refuse(&self, request: &Request) -> Option<Reply> {
        if request.path.ends_with("/oauth2/v2.0/token") {
            return Some(token(request));
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        let signature = hmac::sign(&key, to_sign(request).as_bytes());
        let shared_key = format!("SharedKey {KEY}:{}", BASE64_STANDARD.encode(signature));
        let authorization = request.header("authorization");
        let by_link = request.query.get("sig").is_some_and(|sig| sig == SECRET);
        if authorization == shared_key || authorization == format!("Bearer {TOKEN}") || by_link {
            return None;
        }
        let text = "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.\nRequestId:1\nTime:2025-01-01T00:00:00.0000000Z";
        let more = "<AuthenticationErrorDetail>The MAC signature found in the HTTP request is not the same as any computed signature.</AuthenticationErrorDetail>";
        Some(error("403 Forbidden", "AuthenticationFailed", text, more))
    }

    fn slow_down(&self) -> Reply {
        let text = "The server is busy.";
        error("503 Server Busy", "ServerBusy", text, "")
    }

    fn answer(&self, state: &State, request: Request) -> Option<Reply> {
        let query = |name: &str| request.query.get(name).map(String::as_str);
        if query("comp") == Some("list") {
            let prefix = query("prefix").unwrap_or_default();
            let container = request.path.trim_end_matches('/');
            let page = state.page(container, prefix, query("delimiter"), query("marker"));
            return Some(list(page));
        }
        let mut objects = state.objects.lock().unwrap();
        let mut uploads = state.uploads.lock().unwrap();
        let Request {
            method,
            path,
            headers,
            body,
            ..
        } = &request;
        let created = || Reply::new("201 Created").header("ETag", "\"e\"");
        Some(match (method.as_str(), query("comp")) {
            ("PUT", Some("block")) => {
                state.parts.fetch_add(1, Ordering::SeqCst);
                let id = query("blockid")?.to_owned();
                uploads
                    .entry(path.clone())
                    .or_default()
                    .insert(id, body.clone());
                created()
            }
            ("PUT", Some("blocklist")) => {
                let mut blocks = uploads.remove(path)?;
                let list = String::from_utf8(body.bytes.clone()).unwrap();
                let mut object = Object {
                    headers: headers.clone(),
                    ..Object::default()
                };
                for id in list.split("<Uncommitted>").skip(1) {
                    let (id, _) = id.split_once("</Uncommitted>")?;
                    object.append(blocks.remove(id)?);
                }
                objects.insert(path.clone(), object);
                created()
            }
            ("PUT", None) => {
                let headers = headers.clone();
                let object = Object {
                    headers,
                    ..body.clone()
                };
                objects.insert(path.clone(), object);
                created()
            }
            _ => match objects.get(path).cloned() {
                None => error(
                    "404 The specified blob does not exist.",
                    "BlobNotFound",
                    "The specified blob does not exist.",
                    "",
                ),
                Some(object) => Reply::object(object),
            },
        })
    }
}

/// What an application is given for its secret.
const TOKEN: &str = "token-of-an-application";

/// What gives out tokens: not the store, but who knows its users.
fn token(request: &Request) -> Reply {
    let form = String::from_utf8(request.body.bytes.clone()).unwrap();
    let secret = format!("client_secret={SECRET}&");
    let is_known = form.contains("client_id=application&") && form.contains(&secret);
    if is_known && request.path.starts_with("tenant/") {
        let body =
            format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{TOKEN}"}}"#);
        return Reply::text("200 OK", &body).header("Content-Type", "application/json");
    }
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}"#;
    Reply::text("401 Unauthorized", body).header("Content-Type", "application/json")
}

/// What the signature is of: Shared Key.
fn to_sign(request: &Request) -> String {
    let length = Some(request.header("content-length")).filter(|length| *length != "0");
    let mut text = format!("{}\n", request.method);
    for value in [
        request.header("content-encoding"),
        request.header("content-language"),
        length.unwrap_or_default(),
        request.header("content-md5"),
        request.header("content-type"),
        request.header("date"),
        request.header("if-modified-since"),
        request.header("if-match"),
        request.header("if-none-match"),
        request.header("if-unmodified-since"),
        request.header("range"),
    ] {
        text += &format!("{value}\n");
    }
    for (name, value) in &request.headers {
        if name.starts_with("x-ms-") {
            text += &format!("{name}:{value}\n");
        }
    }
    text += &format!("/{KEY}{}", request.raw_path);
    for (name, value) in &request.query {
        text += &format!("\n{name}:{value}");
    }
    text
}

fn error(status: &'static str, code: &str, text: &str, more: &str) -> Reply {
    let body = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{text}</Message>{more}</Error>"
    );
    Reply::text(status, &body).header("x-ms-error-code", code)
}

fn list((page, more): (Vec<(String, Option<usize>)>, bool)) -> Reply {
    let next = match page.last() {
        Some((last, _)) if more => escape(last),
        _ => String::new(),
    };
    let found: String = page
        .iter()
        .map(|(name, size)| {
            let name = escape(name);
            let Some(size) = size else {
                return format!("<BlobPrefix><Name>{name}</Name></BlobPrefix>");
            };
            format!("<Blob><Name>{name}</Name><Properties><Last-Modified>Wed, 01 Jan 2025 00:00:00 GMT</Last-Modified><Etag>e</Etag><Content-Length>{size}</Content-Length><Content-Type>application/octet-stream</Content-Type></Properties></Blob>")
        })
        .collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>{found}</Blobs><NextMarker>{next}</NextMarker></EnumerationResults>"
    );
    Reply::text("200 OK", &body)
}

//! Amazon S3, and the protocol that Google Cloud Storage has in common with it.

use std::sync::atomic::Ordering;

use aws_lc_rs::{digest, hmac};

use crate::{
    KEY, SECRET,
    http::{Protocol, Reply, Request, encode, escape},
    state::{Object, State},
};

pub(crate) struct S3;

impl Protocol for S3 {
    fn refuse(&self, request: &Request) -> Option<Reply> {
        let authorization = request.header("authorization");
        let part = |name: &str| {
            let (_, rest) = authorization.split_once(&format!("{name}="))?;
            Some(rest.split(',').next().unwrap_or(rest))
        };
        let (Some(credential), Some(signed), Some(signature)) =
            (part("Credential"), part("SignedHeaders"), part("Signature"))
        else {
            return Some(error("403 Forbidden", "AccessDenied", "Access Denied.", ""));
        };
        let (key, scope) = credential.split_once('/').unwrap();
        if key != KEY {
            let text = "The AWS Access Key Id you provided does not exist in our records.";
            let more = format!("<AWSAccessKeyId>{key}</AWSAccessKeyId>");
            return Some(error("403 Forbidden", "InvalidAccessKeyId", text, &more));
        }
        let to_sign = to_sign(request, signed, scope);
        if signature != sign(scope, &to_sign) {
            let text = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
            let more = format!(
                "<AWSAccessKeyId>{key}</AWSAccessKeyId><StringToSign>{to_sign}</StringToSign><SignatureProvided>{signature}</SignatureProvided>"
            );
            return Some(error("403 Forbidden", "SignatureDoesNotMatch", text, &more));
        }
        let sent = request.header("x-amz-content-sha256");
        if sent != "UNSIGNED-PAYLOAD" && sent != sha256(&request.body) {
            let text =
                "The provided 'x-amz-content-sha256' header does not match what was computed.";
            return Some(error(
                "400 Bad Request",
                "XAmzContentSHA256Mismatch",
                text,
                "",
            ));
        }
        None
    }

    fn slow_down(&self) -> Reply {
        let text = "Please reduce your request rate.";
        error("503 Slow Down", "SlowDown", text, "")
    }

    fn answer(&self, state: &State, request: Request) -> Option<Reply> {
        answer(state, request)
    }
}

/// What the signature is of: Signature Version 4.
fn to_sign(request: &Request, signed: &str, scope: &str) -> String {
    let mut query: Vec<_> = request
        .query
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
        .collect();
    query.sort_unstable();
    let headers: String = signed
        .split(';')
        .map(|name| format!("{name}:{}\n", request.header(name)))
        .collect();
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{signed}\n{}",
        request.method,
        request.raw_path,
        query.join("&"),
        request.header("x-amz-content-sha256"),
    );
    let date = request.header("x-amz-date");
    let hash = sha256(&Object::of(canonical.as_bytes()));
    format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}")
}

fn sign(scope: &str, to_sign: &str) -> String {
    let secret = format!("AWS4{SECRET}").into_bytes();
    let key = scope.split('/').fold(secret, |key, part| hmac(&key, part));
    hex(&hmac(&key, to_sign))
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_owned()
}

fn sha256(object: &Object) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(&object.bytes);
    let mut left = object.zeros;
    while left > 0 {
        let most = left.min(64 * 1024);
        context.update(&vec![0; most]);
        left -= most;
    }
    hex(context.finish().as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn error(status: &'static str, code: &str, text: &str, more: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{text}</Message>{more}<RequestId>1</RequestId></Error>"
    );
    Reply::text(status, &body).header("Content-Type", "application/xml")
}

/// Objects in one piece and in parts.
pub(crate) fn answer(state: &State, request: Request) -> Option<Reply> {
    let Request {
        method,
        path,
        query,
        headers,
        body,
        ..
    } = request;
    let upload = query.get("uploadId");
    if method == "GET" && query.contains_key("list-type") {
        let after = query.get("continuation-token");
        let page = state.page(
            path.trim_end_matches('/'),
            query.get("prefix").map_or("", String::as_str),
            query.get("delimiter").map(String::as_str),
            after.map(String::as_str),
        );
        return Some(list(page));
    }
    let mut objects = state.objects.lock().unwrap();
    let mut uploads = state.uploads.lock().unwrap();
    Some(match (method.as_str(), upload) {
        ("POST", None) if query.contains_key("uploads") => {
            let id = format!("upload-{}", uploads.len());
            uploads.insert(id.clone(), Default::default());
            objects.entry(path).or_default().headers = headers;
            let body = format!(
                "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
            );
            Reply::text("200 OK", &body)
        }
        ("PUT", Some(id)) => {
            state.parts.fetch_add(1, Ordering::SeqCst);
            let number = format!("{:0>5}", query["partNumber"]);
            uploads.get_mut(id)?.insert(number, body);
            Reply::new("200 OK").header("ETag", "\"e\"")
        }
        ("POST", Some(id)) => {
            let object = objects.entry(path).or_default();
            for part in uploads.remove(id)?.into_values() {
                object.append(part);
            }
            let body =
                "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
            Reply::text("200 OK", body)
        }
        ("DELETE", Some(id)) => {
            uploads.remove(id);
            objects.remove(&path);
            Reply::new("204 No Content")
        }
        ("PUT", None) => {
            objects.insert(path, Object { headers, ..body });
            Reply::new("200 OK").header("ETag", "\"e\"")
        }
        _ => match objects.get(&path).cloned() {
            None => error("404 Not Found", "NoSuchKey", "There is no such key.", ""),
            Some(object) => Reply::object(object),
        },
    })
}

fn list((page, more): (Vec<(String, Option<usize>)>, bool)) -> Reply {
    let next = match page.last() {
        Some((last, _)) if more => {
            format!(
                "<NextContinuationToken>{}</NextContinuationToken>",
                escape(last)
            )
        }
        _ => String::new(),
    };
    let found: String = page
        .iter()
        .map(|(key, size)| {
            let key = escape(key);
            let Some(size) = size else {
                return format!("<CommonPrefixes><Prefix>{key}</Prefix></CommonPrefixes>");
            };
            format!("<Contents><Key>{key}</Key><LastModified>2025-01-01T00:00:00.000Z</LastModified><ETag>\"e\"</ETag><Size>{size}</Size></Contents>")
        })
        .collect();
    let body = format!(
        "<ListBucketResult><IsTruncated>{more}</IsTruncated>{next}{found}</ListBucketResult>"
    );
    Reply::text("200 OK", &body)
}

//! A server of the web: files, and with WebDAV directories.

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    KEY, SECRET,
    http::{Protocol, Reply, Request, encode},
    state::{Object, State},
};

pub(crate) struct Web {
    /// It knows nothing of directories, and nobody may write.
    pub(crate) files_only: bool,
}

impl Protocol for Web {
    fn refuse(&self, request: &Request) -> Option<Reply> {
        let user = BASE64_STANDARD.encode(format!("{KEY}:{SECRET}"));
        if self.files_only || request.header("authorization") == format!("Basic {user}") {
            return None;
        }
        let refused = Reply::text("401 Unauthorized", "who are you?");
        Some(refused.header("WWW-Authenticate", "Basic realm=\"files\""))
    }

    fn slow_down(&self) -> Reply {
        Reply::text("429 Too Many Requests", "not so fast")
    }

    fn answer(&self, state: &State, request: Request) -> Option<Reply> {
        let mut objects = state.objects.lock().unwrap();
        let Request {
            method, body, path, ..
        } = request;
        // What ends with a slash is a directory.
        let path = path.trim_end_matches('/').to_owned();
        let directory = format!("{path}/");
        let parent = match path.rsplit_once('/') {
            Some((parent, _)) => format!("{parent}/"),
            None => "/".to_owned(),
        };
        let is_flat = request
            .headers
            .get("depth")
            .is_some_and(|depth| depth == "1");
        let has_parent = parent == "/" || objects.contains_key(&parent);
        let not_found = || Reply::text("404 Not Found", "there is no such file");
        Some(match method.as_str() {
            "GET" | "HEAD" => match objects.get(&path).cloned() {
                Some(object) => Reply::object(object),
                None if request.raw_query == "redirect" => {
                    Reply::new("302 Found").header("Location", "/moved.txt")
                }
                None => not_found(),
            },
            _ if self.files_only => Reply::text("501 Unsupported method", "files only"),
            "PUT" | "MKCOL" if !has_parent => Reply::text("409 Conflict", "no such directory"),
            "PUT" => {
                objects.insert(
                    path,
                    Object {
                        headers: request.headers,
                        ..body
                    },
                );
                Reply::new("201 Created")
            }
            "MKCOL" => {
                objects.insert(directory, Object::default());
                Reply::new("201 Created")
            }
            "PROPFIND" => {
                let found: String = objects
                    .iter()
                    .filter(|(name, _)| {
                        let inner = name.strip_prefix(&directory);
                        // What is deeper is not asked for with a depth of 1; a directory has a slash at its end.
                        let inner = inner
                            .filter(|inner| !is_flat || !inner.trim_end_matches('/').contains('/'));
                        **name == path || inner.is_some()
                    })
                    .map(|(name, object)| entry(name, object))
                    .collect();
                if found.is_empty() {
                    return Some(not_found());
                }
                let body = format!(
                    "<?xml version=\"1.0\"?><D:multistatus xmlns:D=\"DAV:\">{found}</D:multistatus>"
                );
                Reply::text("207 Multi-Status", &body)
            }
            _ => Reply::new("405 Method Not Allowed"),
        })
    }
}

fn entry(name: &str, object: &Object) -> String {
    let parts: Vec<_> = name.split('/').map(encode).collect();
    let (href, length) = (parts.join("/"), object.len());
    let kind = match name.ends_with('/') {
        true => "<D:collection/>",
        false => "",
    };
    format!(
        "<D:response><D:href>/{href}</D:href><D:propstat><D:prop><D:getlastmodified>Wed, 01 Jan 2025 00:00:00 GMT</D:getlastmodified><D:getcontentlength>{length}</D:getcontentlength><D:resourcetype>{kind}</D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )
}

//! Content into a registry: what is there already is not sent, and what was half sent is completed.

use hyper::{Method, body::Bytes};

use super::{
    super::error::ShipError,
    client::{Failed, Registry, TRIES, header, pause_before, retry_after, said},
};
use crate::flyte1::http::{Answer, encoded, is_same_server, shown};

/// How much is sent with one request. Some proxies in front of registries take no more than 100 MB.
const PART: usize = 64 << 20;

/// An upload that was begun, and how much of it the registry has.
pub(super) struct Session {
    location: String,
    done: usize,
}

/// What becomes of content that is in another repository of the registry.
pub(super) enum Mount {
    Done,
    /// It has to be sent. The registry may have begun an upload for that.
    Send(Option<Session>),
}

impl Registry {
    /// Whether the repository has content, by what the registry says of it.
    pub(super) async fn has(&self, digest: &str, size: u64) -> Result<bool, ShipError> {
        let url = self.url(&format!("blobs/{digest}"));
        let answer = self.again(Method::HEAD, &url, &[], Bytes::new()).await?;
        match answer.status {
            200..=299 => {
                if let Some(told) = header(&answer, "docker-content-digest")
                    && told != digest
                {
                    return Err(self.failed(format!(
                        "says that the digest of {digest} is {told}; do not use it"
                    )));
                }
                let length = header(&answer, "content-length");
                let length = length.and_then(|length| length.parse().ok());
                // One that is not whole is sent again. Some tell no length here, or none.
                Ok(length.is_none_or(|length: u64| length == size || length == 0))
            }
            // Some send readers on to the server that has it.
            301 | 302 | 303 | 307 | 308 => Ok(true),
            404 => Ok(false),
            _ => Err(self.unexpected(&format!("say whether it has {digest}"), &answer)),
        }
    }

    /// Takes content from another repository of this registry, if it can.
    pub(super) async fn mount(&self, digest: &str, from: &str) -> Result<Mount, ShipError> {
        let scope = format!("repository:{from}:pull");
        self.add_scope(scope.clone());
        let rest = format!(
            "blobs/uploads/?mount={}&from={}",
            encoded(digest),
            encoded(from)
        );
        let url = self.url(&rest);
        match self.again(Method::POST, &url, &[], Bytes::new()).await {
            Ok(answer) if answer.status == 201 => Ok(Mount::Done),
            Ok(answer) if answer.status == 202 => Ok(Mount::Send(Some(self.session(&answer)?))),
            // It may be that only the other repository is out of reach. Who asks for it may be refused all.
            Ok(_) | Err(_) => {
                self.drop_scope(&scope);
                Ok(Mount::Send(None))
            }
        }
    }

    /// Sends content, as often as it takes, perhaps with an upload that was begun.
    pub(super) async fn upload(
        &self,
        digest: &str,
        content: &Bytes,
        begun: Option<Session>,
    ) -> Result<(), ShipError> {
        let mut session = match begun {
            Some(session) => session,
            None => self.begin().await?,
        };
        let mut tried = 0;
        loop {
            let (problem, pause) = match self.send(&mut session, digest, content).await {
                Ok(()) => return Ok(()),
                Err(Trouble::Refused(error)) => return Err(error),
                Err(Trouble::Passing(problem, pause)) => (problem, pause),
            };
            tried += 1;
            if tried == TRIES {
                return Err(self.failed(format!(
                    "does not take {digest}, of {} bytes, in {TRIES} tries; the last ended with: {problem}",
                    content.len()
                )));
            }
            pause_before(tried, pause).await;
            session = match self.resumed(&session, content.len()).await? {
                Some(session) => session,
                None => self.begin().await?,
            };
        }
    }

    async fn begin(&self) -> Result<Session, ShipError> {
        let url = self.url("blobs/uploads/");
        let answer = self.again(Method::POST, &url, &[], Bytes::new()).await?;
        self.session(&answer)
    }

    /// The upload that an answer begins.
    fn session(&self, answer: &Answer) -> Result<Session, ShipError> {
        match (answer.status, header(answer, "location")) {
            (202, Some(location)) => Ok(Session {
                location: self.absolute(&location)?,
                done: 0,
            }),
            _ => Err(self.unexpected(&format!("take uploads for `{}`", self.repository), answer)),
        }
    }

    /// What the registry has of an upload that has ended early; `None` if it has to be begun again.
    async fn resumed(&self, session: &Session, size: usize) -> Result<Option<Session>, ShipError> {
        let (location, nothing) = (&session.location, Bytes::new());
        let asked = self.request(&Method::GET, location, &[], &nothing).await;
        let answer = asked.ok().filter(Answer::is_success);
        let range = answer.as_ref().and_then(|answer| header(answer, "range"));
        let end = range.and_then(|range| range.rsplit('-').next()?.trim().parse::<usize>().ok());
        // `0-0` is nothing to some registries and a byte to others.
        let end = end.filter(|end| *end > 0 && *end < size);
        let (Some(answer), Some(end)) = (answer, end) else {
            return Ok(None);
        };
        let location = match header(&answer, "location") {
            Some(next) => self.absolute(&next)?,
            None => session.location.clone(),
        };
        let done = end + 1;
        Ok(Some(Session { location, done }))
    }

    /// Sends the rest, and ends the upload.
    async fn send(
        &self,
        session: &mut Session,
        digest: &str,
        content: &Bytes,
    ) -> Result<(), Trouble> {
        let size = content.len();
        while session.done < size {
            let end = size.min(session.done + PART);
            let part = content.slice(session.done..end);
            let range = format!("{}-{}", session.done, end - 1);
            let mut headers = vec![("content-type", "application/octet-stream")];
            // A whole is sent without, which every registry takes.
            if part.len() < size {
                headers.push(("content-range", &range));
            }
            let location = session.location.clone();
            let answer = self.ask(Method::PATCH, &location, &headers, &part).await?;
            match (answer.status, header(&answer, "location")) {
                (200..300, Some(next)) => {
                    session.location = self.absolute(&next).map_err(Trouble::Refused)?;
                }
                (200..300, None) => {}
                _ => return Err(self.trouble(&format!("take {digest}"), &answer)),
            }
            session.done = end;
        }
        let join = if session.location.contains('?') {
            '&'
        } else {
            '?'
        };
        let url = format!("{}{join}digest={}", session.location, encoded(digest));
        let answer = self.ask(Method::PUT, &url, &[], &Bytes::new()).await?;
        match answer.status {
            200..300 => match header(&answer, "docker-content-digest") {
                Some(told) if told != digest => Err(Trouble::Refused(self.failed(format!(
                    "says that it has kept {digest} as {told}; nothing was named"
                )))),
                _ => Ok(()),
            },
            _ => Err(self.trouble(&format!("keep {digest}"), &answer)),
        }
    }

    async fn ask(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: &Bytes,
    ) -> Result<Answer, Trouble> {
        if self.root.starts_with("https://")
            && !is_same_server(url, &self.root)
            && !url.starts_with("https://")
        {
            return Err(Trouble::Refused(self.failed(format!(
                "wants the content at {}, which is not an address of HTTPS",
                shown(url)
            ))));
        }
        match self.request(&method, url, headers, body).await {
            Ok(answer) => Ok(answer),
            Err(Failed::Refused(error)) => Err(Trouble::Refused(error)),
            Err(Failed::Lost(reason)) => Err(Trouble::Passing(reason, None)),
        }
    }

    /// Whether another try may succeed: the registry is too busy, or has got something else than was sent.
    fn trouble(&self, what: &str, answer: &Answer) -> Trouble {
        let is_damaged = matches!(answer.status, 400 | 404 | 416);
        match answer.is_passing() || is_damaged {
            true => Trouble::Passing(
                format!("HTTP {}: {}", answer.status, said(answer)),
                retry_after(answer),
            ),
            false => Trouble::Refused(self.unexpected(what, answer)),
        }
    }
}

/// Why an upload has not ended.
enum Trouble {
    /// Another try may end it.
    Passing(String, Option<std::time::Duration>),
    /// No other would.
    Refused(ShipError),
}

//! Which requests are answered at all: what hosts they name, what page has sent them, what methods they use.
//!
//! A page of another site can make a browser send requests here, and with a name that it lets point to this machine
//! (DNS rebinding) even read the answers. So the host that a request names must be one of this console, and what a
//! browser says of the page that sent it must be true of a page of the console.

use std::net::SocketAddr;

use hyper::{HeaderMap, Method, StatusCode, header};

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) StatusCode, pub(super) &'static str);

pub(super) struct Guard {
    /// The values of `Host` that are of this console.
    hosts: Vec<String>,
    /// The port, if other machines reach the console under addresses that it does not know.
    port: Option<u16>,
}

/// The port that an address without one has.
const HTTP: u16 = 80;

/// The header in which the browser says what kind of page has sent a request.
const SITE: &str = "sec-fetch-site";

/// The header with the token of a page.
pub(super) const PAGE: &str = "x-flyte-page";

impl Guard {
    pub(super) fn new(address: SocketAddr) -> Self {
        let port = address.port();
        let mut hosts = vec![address.to_string()];
        if address.ip().is_loopback() || address.ip().is_unspecified() {
            hosts.push(format!("127.0.0.1:{port}"));
            hosts.push(format!("localhost:{port}"));
            hosts.push(format!("[::1]:{port}"));
        }
        if port == HTTP {
            // Browsers leave the port out that is that of HTTP.
            let whole = hosts.iter();
            let short = whole.filter_map(|host| Some(host.rsplit_once(':')?.0.to_owned()));
            let short: Vec<_> = short.collect();
            hosts.extend(short);
        }
        let port = (!address.ip().is_loopback()).then_some(port);
        Self { hosts, port }
    }

    /// Refuses what no page of the console sends. A page of this user, which is not of the console, may lead to an
    /// address with an invitation.
    pub(super) fn check(
        &self,
        method: &Method,
        headers: &HeaderMap,
        has_invitation: bool,
    ) -> Result<(), Refusal> {
        let host = self.host(headers)?;
        let site = text(headers, SITE);
        match *method {
            Method::GET | Method::HEAD => match site {
                None | Some("none" | "same-origin") => Ok(()),
                Some("cross-site" | "same-site") if has_invitation => Ok(()),
                // Also a page of another port of this machine, which is another program.
                Some(_) => Err(Refusal(
                    StatusCode::FORBIDDEN,
                    "a page of another site has asked for this; open the console in a tab of its own",
                )),
            },
            Method::POST => self.check_write(host, headers, site),
            _ => Err(Refusal(
                StatusCode::METHOD_NOT_ALLOWED,
                "the console answers GET, HEAD and POST",
            )),
        }
    }

    fn host<'h>(&self, headers: &'h HeaderMap) -> Result<&'h str, Refusal> {
        let mut all = headers.get_all(header::HOST).iter();
        let host = match (all.next(), all.next()) {
            (Some(host), None) => host.to_str().unwrap_or_default(),
            _ => "",
        };
        // A number is not a name, so nobody can let it point to this machine.
        let is_number = || {
            let whole = host
                .parse::<SocketAddr>()
                .or_else(|_| format!("{host}:{HTTP}").parse());
            whole.is_ok_and(|address| Some(address.port()) == self.port)
        };
        match self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host)) || is_number() {
            true => Ok(host),
            false => Err(Refusal(
                StatusCode::MISDIRECTED_REQUEST,
                "the request names a host that is not this console's",
            )),
        }
    }

    fn check_write(
        &self,
        host: &str,
        headers: &HeaderMap,
        site: Option<&str>,
    ) -> Result<(), Refusal> {
        let refused = |why| Err(Refusal(StatusCode::FORBIDDEN, why));
        if !matches!(site, None | Some("same-origin")) {
            return refused("a page of another site has sent this");
        }
        let origin = text(headers, header::ORIGIN.as_str()).unwrap_or_default();
        let is_own = origin
            .strip_prefix("http://")
            .is_some_and(|origin| origin == host);
        if !is_own {
            return refused("the request does not come from a page of the console");
        }
        let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
        // A form of another site cannot send this type, whatever the browser says of sites.
        if kind.split(';').next().map(str::trim) != Some("application/json") {
            return Err(Refusal(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the console takes `application/json`",
            ));
        }
        Ok(())
    }
}

/// The value of a header that is there once.
pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => None,
        (Some(value), None) => Some(value.to_str().unwrap_or("?")),
        (Some(_), Some(_)) => Some("?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_own(address: &str, host: &str) -> bool {
        let guard = Guard::new(address.parse().expect("it is an address"));
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("it is a value"));
        guard.check(&Method::GET, &headers, false).is_ok()
    }

    /// Browsers leave the port of HTTP out.
    #[test]
    fn at_port_80_a_host_has_no_port() {
        for host in ["127.0.0.1", "localhost", "[::1]", "127.0.0.1:80"] {
            assert!(is_own("127.0.0.1:80", host), "{host}");
            assert!(is_own("0.0.0.0:80", host), "{host}");
        }
        assert!(is_own("0.0.0.0:80", "10.0.0.1"));
        assert!(!is_own("127.0.0.1:80", "10.0.0.1"));
        assert!(!is_own("127.0.0.1:80", "evil.example"));
        assert!(!is_own("127.0.0.1:4411", "127.0.0.1"));
        assert!(!is_own("0.0.0.0:4411", "10.0.0.1"));
    }
}

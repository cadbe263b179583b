//! Who gives tokens, and which are valid.

use std::{fmt, sync::Arc};

use flyte_idl::tonic::{Status, body::Body, codegen::http::Request};

use super::{ControlPlaneOptions, others::KEY, state::Shared};

/// Which tokens are valid.
#[derive(Clone)]
pub(super) struct Accepts(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl fmt::Debug for Accepts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accepts")
    }
}

impl Accepts {
    pub(super) fn new(accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(accepts))
    }
}

/// An OAuth 2 server of a test.
#[derive(Clone, Debug)]
pub(super) struct Authority {
    pub(super) address: String,
    pub(super) redirect_uri: String,
    accepts: Accepts,
}

impl Authority {
    pub(super) fn new(
        address: String,
        accepts: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            address,
            redirect_uri: "http://127.0.0.1/callback".to_owned(),
            accepts: Accepts::new(accepts),
        }
    }
}

impl ControlPlaneOptions {
    /// Whether calls need a token.
    pub(super) fn wants_tokens(&self) -> bool {
        self.client.is_some() || self.authority.is_some()
    }
}

impl Shared {
    /// Whether a call has the token of the proxy, if there is a proxy.
    pub(super) fn passed(&self, request: &Request<Body>) -> Result<(), Status> {
        let Some(Accepts(accepts)) = &self.options.proxy else {
            return Ok(());
        };
        match token(request, "proxy-authorization") {
            Some(token) if accepts(token) => Ok(()),
            _ => Err(Status::unauthenticated("the proxy wants a token")),
        }
    }

    /// Whether a call has the token that it needs, if it needs one.
    pub(super) fn signed(&self, request: &Request<Body>) -> Result<(), Status> {
        if !self.options.wants_tokens() {
            return Ok(());
        }
        let is_valid = |token: &str| match &self.options.authority {
            Some(authority) => authority.accepts.0(token),
            None => self.store.knows(token),
        };
        // Flyte's own key counts only where there is not the other.
        match token(request, "authorization").or_else(|| token(request, KEY)) {
            Some(token) if is_valid(token) => Ok(()),
            Some(_) => Err(Status::unauthenticated(
                "token parse error: Token is expired",
            )),
            None => Err(Status::unauthenticated(
                "token parse error: Could not retrieve bearer token from metadata",
            )),
        }
    }
}

fn token<'a>(request: &'a Request<Body>, key: &str) -> Option<&'a str> {
    let value = request.headers().get(key)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

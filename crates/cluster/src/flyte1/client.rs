//! The connection to a cluster: every call goes through [`Client::call`].

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use flyte_idl::{
    client::{Calls, Method},
    prost::{Message, bytes::Bytes},
    tonic::{
        Code, Request, Status,
        codegen::{Service, http::Uri},
        transport::{Channel, Endpoint},
    },
};
// The services that `call!` knows.
pub(super) use flyte_idl::flyteidl::service::{
    admin_service as admin, data_proxy_service as data, identity_service as identity,
    signal_service as signals,
};
use hyper_util::rt::TokioIo;

use super::{
    auth::{Auth, ConnectOptions},
    connect::{Address, CONNECT_TIMEOUT, Connection, Dialer, Protocol, advice, reason_of},
    error::{ClusterError, is_absence, with_causes},
    http::Http,
};
use flyte_config::config::{Config, PlatformConfig};

/// An error travels in headers, twice; with less than this a connection breaks at a long one.
const MOST_HEADERS: u32 = 1 << 20;

/// Outputs of 2 MiB are part of an answer, and lists have a thousand things.
const MOST_BYTES: usize = 64 << 20;

/// A workflow of a thousand nodes takes a server some seconds, and one of ten thousand a quarter of a minute.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A connection to a cluster, for one project and domain.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    inner: Arc<Inner>,
    /// The project and the domain, if they are others than those of the settings.
    place: Option<Arc<(String, String)>>,
}

#[derive(Debug)]
struct Inner {
    channel: Channel,
    auth: Auth,
    http: Http,
    config: Config,
    address: Address,
}

/// Whether a call may be made again without harm when it is not known what has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    Yes,
    No,
}

/// Calls a method of a service: `call!(client, admin, get_task, Again::Yes, request)`.
macro_rules! call {
    ($client:expr, $service:ident, $method:ident, $again:expr, $request:expr) => {
        $client
            .call(
                $crate::flyte1::client::$service::$method(),
                $again,
                $request,
            )
            .await
    };
}
pub(super) use call;

impl Client {
    /// A client by these settings. It connects at its first call.
    pub(crate) fn new(config: &Config, options: &ConnectOptions) -> Result<Self, ClusterError> {
        let platform = &config.platform;
        let address = Address::of_endpoint(&platform.endpoint, *platform.insecure);
        let address = address.map_err(|problem| {
            ClusterError::Setting(format!(
                "platform.endpoint from {}: {problem}; write HOST:PORT",
                platform.endpoint.origin()
            ))
        })?;
        let dialer = Arc::new(Dialer::new(platform));
        let http = Http::new(Arc::clone(&dialer));
        let authority = address.authority();
        let uri = |scheme: &str| {
            let uri = Uri::try_from(format!("{scheme}://{authority}"));
            uri.map_err(|error| {
                ClusterError::Setting(format!("`{authority}` is not an address: {error}"))
            })
        };
        // TLS is the connector's, so that tonic is told of none; peers see the scheme of the origin.
        let endpoint = Endpoint::from(uri("http")?)
            .origin(uri(if address.is_tls { "https" } else { "http" })?)
            .http2_max_header_list_size(MOST_HEADERS)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT);
        let connector = Connector {
            dialer,
            address: address.clone(),
        };
        let auth = Auth::new(platform, http.clone(), options);
        Ok(Self {
            inner: Arc::new(Inner {
                channel: endpoint.connect_with_connector_lazy(connector),
                auth,
                http,
                config: config.clone(),
                address,
            }),
            place: None,
        })
    }

    /// The same connection for another project and domain.
    pub(super) fn within(&self, project: &str, domain: &str) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            place: Some(Arc::new((project.to_owned(), domain.to_owned()))),
        }
    }

    pub(super) fn config(&self) -> &Config {
        &self.inner.config
    }

    fn platform(&self) -> &PlatformConfig {
        &self.inner.config.platform
    }

    pub(super) fn project(&self) -> &str {
        match &self.place {
            Some(place) => &place.0,
            None => &self.inner.config.task.project,
        }
    }

    pub(super) fn domain(&self) -> &str {
        match &self.place {
            Some(place) => &place.1,
            None => &self.inner.config.task.domain,
        }
    }

    /// `project:domain`, for errors.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.project(), self.domain())
    }

    pub(super) fn http(&self) -> &Http {
        &self.inner.http
    }

    pub(super) fn address(&self) -> &Address {
        &self.inner.address
    }

    /// Calls a method; see [`Self::exchange`].
    pub(super) fn call<Q: Message, A: Message + Default>(
        &self,
        method: Method<Q, A>,
        again: Again,
        request: Q,
    ) -> impl Future<Output = Result<A, ClusterError>> + Send {
        let path = method.path();
        let answer = self.exchange(path, again, method.encode(&request));
        async move {
            let answer = method.decode(&answer.await?);
            answer.map_err(|status| self.failed(path, &status))
        }
    }

    /// A request with a token if there is one, and where to send it, for calls that are not made through
    /// [`call`](Self::call).
    pub(crate) async fn signed<Q>(
        &self,
        message: Q,
    ) -> Result<(Channel, Request<Q>), ClusterError> {
        let (auth, channel) = (&self.inner.auth, &self.inner.channel);
        let signature = auth.signature(channel).await?;
        let mut request = Request::new(message);
        auth.sign(&mut request, &signature)?;
        Ok((channel.clone(), request))
    }

    /// Makes a call with a token if there is one, and once more with a new one if it is refused; again, if it may be,
    /// when nobody answers. What was refused, or not sent for want of a token, may always be made again.
    ///
    /// Of bytes, and boxed, so that a program has this code once and not for each method.
    fn exchange(
        &self,
        path: &'static str,
        again: Again,
        request: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<Bytes, ClusterError>> + Send + '_>> {
        Box::pin(async move {
            let (auth, channel) = (&self.inner.auth, &self.inner.channel);
            let mut calls = Calls::new(channel.clone()).max_decoding_message_size(MOST_BYTES);
            let (mut kept, mut tries) = (None, 0);
            loop {
                let signature = match &mut kept {
                    Some(signature) => signature,
                    None => match auth.signature(channel).await {
                        Ok(signature) => kept.insert(signature),
                        Err(error)
                            if error.is_absence() && self.may_try_again(&mut tries).await =>
                        {
                            continue;
                        }
                        Err(error) => return Err(error),
                    },
                };
                let mut own = Request::new(request.clone());
                auth.sign(&mut own, signature)?;
                let status = match calls.exchange(path, own).await {
                    Ok(answer) => return Ok(answer.into_inner()),
                    Err(status) => status,
                };
                if status.code() == Code::Unauthenticated {
                    match auth.refused(channel, signature).await {
                        Ok(true) => continue,
                        Ok(false) => {}
                        Err(error)
                            if error.is_absence() && self.may_try_again(&mut tries).await =>
                        {
                            continue;
                        }
                        Err(error) => return Err(error),
                    }
                }
                if is_absence(&status)
                    && again == Again::Yes
                    && self.may_try_again(&mut tries).await
                {
                    continue;
                }
                return Err(self.failed(path, &status));
            }
        })
    }

    /// Waits a while before another try, longer each time, unless there were enough.
    pub(super) async fn may_try_again(&self, tries: &mut u32) -> bool {
        if *tries >= *self.platform().rpc_retries {
            return false;
        }
        *tries += 1;
        tokio::time::sleep(Duration::from_millis(100 << (*tries).min(5))).await;
        true
    }

    /// Signs in now. Whether the cluster wants that.
    pub(super) async fn sign_in(&self) -> Result<bool, ClusterError> {
        self.inner.auth.sign_in(&self.inner.channel).await
    }

    /// Forgets the token. Whether one was kept.
    pub(super) async fn sign_out(&self) -> Result<bool, ClusterError> {
        self.inner.auth.sign_out().await
    }

    fn failed(&self, path: &'static str, status: &Status) -> ClusterError {
        let endpoint = &self.platform().endpoint;
        if is_absence(status) {
            let reason = match std::error::Error::source(status) {
                Some(source) => with_causes(source),
                None => status.message().to_owned(),
            };
            return ClusterError::Unreachable {
                endpoint: endpoint.clone().into_value(),
                origin: Box::new(endpoint.origin().clone()),
                advice: advice(&reason, self.inner.address.is_tls),
                reason,
            };
        }
        if status.code() == Code::Unauthenticated {
            let reason = format!("the token is refused: {}", status.message());
            return self.inner.auth.failed(reason);
        }
        let mode = &self.platform().auth_mode;
        ClusterError::Refused {
            endpoint: endpoint.clone().into_value(),
            origin: Box::new(endpoint.origin().clone()),
            mode: format!("{} (from {})", **mode, mode.origin()),
            call: name_of(path),
            code: format!("{:?}", status.code()),
            message: status.message().to_owned(),
        }
    }
}

/// The name of the method of a path.
fn name_of(path: &'static str) -> &'static str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Connects to one address, whatever it is asked for.
struct Connector {
    dialer: Arc<Dialer>,
    address: Address,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Connection>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let (dialer, address) = (Arc::clone(&self.dialer), self.address.clone());
        Box::pin(async move {
            let connection = dialer.dial(&address, Protocol::Http2, None).await;
            let connection =
                connection.map_err(|error| io::Error::new(error.kind(), reason_of(&error)))?;
            Ok(TokioIo::new(connection))
        })
    }
}

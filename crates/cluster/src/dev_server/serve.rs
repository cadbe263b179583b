//! Which service a call goes to, and what becomes of it on the way.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};

use flyte_idl::{
    flyteidl::service::{
        admin_service_server::AdminServiceServer,
        auth_metadata_service_server::AuthMetadataServiceServer,
        data_proxy_service_server::DataProxyServiceServer,
        identity_service_server::IdentityServiceServer, signal_service_server::SignalServiceServer,
    },
    tonic::{
        Status,
        body::Body,
        codegen::{
            Service,
            http::{Request, Response},
        },
        transport::{Server, server::TcpIncoming},
    },
};
use tokio::net::TcpListener;

use super::{
    ControlPlaneOptions,
    faults::{Fate, absent},
    state::Shared,
    store::{self, Store},
};
use flyte_core::graph::entity::EntityDescriptor;

const LOCAL: (std::net::Ipv4Addr, u16) = (std::net::Ipv4Addr::LOCALHOST, 0);

/// Starts the services and the store.
pub(super) async fn start(
    entities: BTreeMap<String, &'static EntityDescriptor>,
    options: ControlPlaneOptions,
    directory: &Path,
) -> std::io::Result<(Shared, SocketAddr)> {
    let store = Store::new(directory, options.has_links);
    let shared = Shared::new(options, entities, store);
    store::serve(shared.clone(), TcpListener::bind(LOCAL).await?).await?;
    let listener = TcpListener::bind(LOCAL).await?;
    let address = listener.local_addr()?;
    let dispatch = Dispatch {
        admin: AdminServiceServer::new(shared.clone()),
        data: DataProxyServiceServer::new(shared.clone()),
        signals: SignalServiceServer::new(shared.clone()),
        auth: AuthMetadataServiceServer::new(shared.clone()),
        identity: IdentityServiceServer::new(shared.clone()),
        shared: shared.clone(),
    };
    let incoming = TcpIncoming::from(listener);
    tokio::spawn(async move {
        // It ends with the runtime.
        let _ended = Server::builder()
            .serve_with_incoming(dispatch, incoming)
            .await;
    });
    Ok((shared, address))
}

#[derive(Clone)]
struct Dispatch {
    admin: AdminServiceServer<Shared>,
    data: DataProxyServiceServer<Shared>,
    signals: SignalServiceServer<Shared>,
    auth: AuthMetadataServiceServer<Shared>,
    identity: IdentityServiceServer<Shared>,
    shared: Shared,
}

type Answer = Result<Response<Body>, Infallible>;

impl Service<Request<Body>> for Dispatch {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let mut own = self.clone();
        Box::pin(async move { Ok(own.answer(request).await) })
    }
}

impl Dispatch {
    async fn answer(&mut self, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let method = path.rsplit('/').next().unwrap_or_default();
        let fate = self.shared.faults.fate(method);
        match &fate {
            Fate::Refused(status) => return status.clone().into_http(),
            Fate::Slow(time) => tokio::time::sleep(*time).await,
            Fate::Usual | Fate::LostAnswer => {}
        }
        let is_of = |service: &str| path.starts_with(&format!("/flyteidl.service.{service}/"));
        if let Err(status) = self.shared.passed(&request) {
            return status.into_http();
        }
        let is_about_sign_in = is_of("AuthMetadataService") || is_of("IdentityService");
        let answer = if is_about_sign_in && !self.shared.options.wants_tokens() {
            return Status::unimplemented(format!("unknown service {path}")).into_http();
        } else if is_of("AuthMetadataService") {
            self.auth.call(request).await
        } else if let Err(status) = self.shared.signed(&request) {
            return status.into_http();
        } else if is_of("IdentityService") {
            self.identity.call(request).await
        } else if is_of("AdminService") {
            self.admin.call(request).await
        } else if is_of("DataProxyService") {
            self.data.call(request).await
        } else if is_of("IdentityService") && self.shared.options.client.is_some() {
            self.identity.call(request).await
        } else if is_of("SignalService") {
            self.signals.call(request).await
        } else {
            return Status::unimplemented(format!("unknown service {path}")).into_http();
        };
        match (fate, answer) {
            (Fate::LostAnswer, _) => absent().into_http(),
            (_, Ok(answer)) => answer,
            (_, Err(never)) => match never {},
        }
    }
}

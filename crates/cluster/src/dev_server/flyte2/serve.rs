//! Which service a call goes to.

use std::{
    convert::Infallible,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use flyte_idl::{
    flyteidl2::{
        actions::actions_service_server::ActionsServiceServer,
        dataproxy::data_proxy_service_server::DataProxyServiceServer,
        task::task_service_server::TaskServiceServer,
        workflow::run_service_server::RunServiceServer,
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
    super::faults::{Fate, absent},
    state::{Settings, Shared},
};

/// A service, with the state that all have.
#[derive(Clone, Debug)]
pub(super) struct Services(pub(super) Arc<Shared>);

/// A specification has at most this many bytes here.
const MOST_BYTES: usize = 64 << 20;

pub(super) async fn start(settings: Settings) -> std::io::Result<(Arc<Shared>, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let shared = Shared::new(settings, address.to_string());
    let services = Services(Arc::clone(&shared));
    let dispatch = Dispatch {
        actions: ActionsServiceServer::new(services.clone()).max_decoding_message_size(MOST_BYTES),
        data: DataProxyServiceServer::new(services.clone()).max_decoding_message_size(MOST_BYTES),
        runs: RunServiceServer::new(services.clone()).max_decoding_message_size(MOST_BYTES),
        tasks: TaskServiceServer::new(services).max_decoding_message_size(MOST_BYTES),
        shared: Arc::clone(&shared),
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
    actions: ActionsServiceServer<Services>,
    data: DataProxyServiceServer<Services>,
    runs: RunServiceServer<Services>,
    tasks: TaskServiceServer<Services>,
    shared: Arc<Shared>,
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
        let fate = self
            .shared
            .faults
            .fate(path.rsplit('/').next().unwrap_or_default());
        match &fate {
            Fate::Refused(status) => return status.clone().into_http(),
            Fate::Slow(time) => tokio::time::sleep(*time).await,
            Fate::Usual | Fate::LostAnswer => {}
        }
        let answer = match path.split('/').nth(1).unwrap_or_default() {
            "flyteidl2.actions.ActionsService" => self.actions.call(request).await,
            "flyteidl2.dataproxy.DataProxyService" => self.data.call(request).await,
            "flyteidl2.workflow.RunService" => self.runs.call(request).await,
            "flyteidl2.task.TaskService" => self.tasks.call(request).await,
            _ => {
                let text = "Received http2 header with status: 404";
                return Status::unimplemented(text).into_http();
            }
        };
        match (fate, answer) {
            (Fate::LostAnswer, _) => absent().into_http(),
            (_, Ok(answer)) => answer,
            (_, Err(never)) => match never {},
        }
    }
}

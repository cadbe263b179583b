//! What a cluster says about how to sign in to it.

use flyte_idl::{
    flyteidl::service::{
        OAuth2MetadataRequest, PublicClientAuthConfigRequest, PublicClientAuthConfigResponse,
        auth_metadata_service_client::AuthMetadataServiceClient,
    },
    tonic::{Code, Request, Status, transport::Channel},
};

use super::{Auth, Failure, signature, token::DEFAULT_KEY};

/// The addresses of an OAuth 2 server; those that it does not have are empty.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    pub(super) token: String,
    pub(super) authorization: String,
    pub(super) device: String,
}

/// As what programs without a secret sign in.
#[derive(Clone, Debug)]
pub(super) struct PublicClient {
    id: String,
    pub(super) redirect_uri: String,
    pub(super) scopes: Vec<String>,
    pub(super) audience: String,
    /// The key of the metadata that the server wants tokens under.
    pub(super) key: String,
}

impl PublicClient {
    pub(super) fn id(&self) -> Result<&str, Failure> {
        match &*self.id {
            "" => Err(Failure::other(
                "the cluster does not say as which client programs sign in; \
                 set `admin.authType: ClientSecret` or `ExternalCommand`",
            )),
            id => Ok(id),
        }
    }
}

impl From<PublicClientAuthConfigResponse> for PublicClient {
    fn from(answer: PublicClientAuthConfigResponse) -> Self {
        let key = match &*answer.authorization_metadata_key {
            "" => DEFAULT_KEY.to_owned(),
            key => key.to_ascii_lowercase(),
        };
        Self {
            id: answer.client_id,
            redirect_uri: answer.redirect_uri,
            scopes: answer.scopes,
            audience: answer.audience,
            key,
        }
    }
}

impl Auth {
    /// The addresses to sign in at.
    pub(super) async fn endpoints(&self, channel: &Channel) -> Result<&Endpoints, Failure> {
        let ask = async || match self.asked_endpoints(channel).await? {
            Some(endpoints) => Ok(endpoints),
            None => Err(Failure::other(
                "the cluster wants a token and does not say who gives one",
            )),
        };
        self.endpoints.get_or_try_init(ask).await
    }

    /// The same; `None` if the cluster has no sign-in.
    pub(super) async fn asked_endpoints(
        &self,
        channel: &Channel,
    ) -> Result<Option<Endpoints>, Failure> {
        let mut client = AuthMetadataServiceClient::new(channel.clone());
        let request = self.to_proxy(OAuth2MetadataRequest {}).await?;
        match client.get_o_auth2_metadata(request).await {
            Ok(answer) => {
                let answer = answer.into_inner();
                Ok(Some(Endpoints {
                    token: answer.token_endpoint,
                    authorization: answer.authorization_endpoint,
                    device: answer.device_authorization_endpoint,
                }))
            }
            Err(status) if status.code() == Code::Unimplemented => Ok(None),
            Err(status) => Err(unknown(&status)),
        }
    }

    /// As what to sign in; what the cluster does not say is empty.
    pub(super) async fn public_client(&self, channel: &Channel) -> PublicClient {
        if let Some(known) = self.client.get() {
            return known.clone();
        }
        let mut client = AuthMetadataServiceClient::new(channel.clone());
        let answer = match self.to_proxy(PublicClientAuthConfigRequest {}).await {
            Ok(request) => client.get_public_client_config(request).await,
            Err(_) => Err(Status::unavailable("the proxy")),
        };
        // One that does not answer now is asked again.
        let is_final = match &answer {
            Ok(_) => true,
            Err(status) => status.code() == Code::Unimplemented,
        };
        let answer = answer.map(flyte_idl::tonic::Response::into_inner);
        let client = PublicClient::from(answer.unwrap_or_default());
        if is_final {
            // Another call may have been faster, with the same answer.
            let _known = self.client.set(client.clone());
        }
        client
    }

    /// The key of the metadata that the server wants tokens under.
    pub(super) async fn key(&self, channel: &Channel) -> String {
        self.public_client(channel).await.key
    }

    /// The scopes to ask for, and the audience: those of the settings, otherwise those of the server.
    pub(super) fn scopes_and_audience(&self, client: &PublicClient) -> (String, Option<String>) {
        let scopes = match self.platform.scopes.is_empty() {
            true => &client.scopes,
            false => &*self.platform.scopes,
        };
        let audience = self
            .platform
            .audience
            .as_deref()
            .unwrap_or(&client.audience);
        let audience = (!audience.is_empty()).then(|| audience.to_owned());
        (scopes.join(" "), audience)
    }

    /// A request without a token for the cluster, which a proxy lets through.
    async fn to_proxy<Q>(&self, request: Q) -> Result<Request<Q>, Failure> {
        let mut request = Request::new(request);
        if let Some(token) = self.proxy_token(None).await? {
            signature::insert(&mut request, &token)
                .map_err(|()| Failure::other("the proxy's token cannot be part of a call"))?;
        }
        Ok(request)
    }
}

fn unknown(status: &Status) -> Failure {
    let (message, code) = (status.message(), status.code());
    let text = format!("who gives tokens is not known: {message} [{code:?}]");
    match crate::flyte1::error::is_absence(status) {
        true => Failure::outage(text),
        false => Failure::other(text),
    }
}

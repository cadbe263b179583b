//! Uploads and downloads, and how to sign in.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flyte_idl::{
    flyteidl::service::{
        CreateDownloadLinkRequest, CreateDownloadLinkResponse, CreateDownloadLocationRequest,
        CreateDownloadLocationResponse, CreateUploadLocationRequest, CreateUploadLocationResponse,
        GetDataRequest, GetDataResponse, OAuth2MetadataRequest, OAuth2MetadataResponse,
        PreSignedUrLs, PublicClientAuthConfigRequest, PublicClientAuthConfigResponse,
        UserInfoRequest, UserInfoResponse, auth_metadata_service_server::AuthMetadataService,
        create_download_link_request::Source, data_proxy_service_server::DataProxyService,
        identity_service_server::IdentityService,
    },
    tonic::{self, Request, Response, Status},
};

use super::{nodes, state::Shared};
use flyte_config::random::random_hex;

/// The key of calls' metadata that clients are told to put their tokens under.
pub(super) const KEY: &str = "flyte-authorization";

pub(super) fn no_links() -> Status {
    Status::internal("failed to create a signed url. Error: unsupported")
}

#[tonic::async_trait]
impl DataProxyService for Shared {
    async fn create_upload_location(
        &self,
        request: Request<CreateUploadLocationRequest>,
    ) -> Result<Response<CreateUploadLocationResponse>, Status> {
        let request = request.into_inner();
        let root = match request.filename_root.as_str() {
            "" if request.content_md5.is_empty() => {
                return Err(Status::invalid_argument(
                    "content_md5 or filename_root is a required parameter",
                ));
            }
            "" => request
                .content_md5
                .iter()
                .map(|byte| format!("{byte:02X}"))
                .collect(),
            root => root.to_owned(),
        };
        let name = match request.filename.as_str() {
            "" => random_hex(),
            name if name.contains("..") => {
                return Err(Status::invalid_argument("not a name for a file"));
            }
            name => name.to_owned(),
        };
        let native_url = self.store.uri(&self.store.place(&root, &name));
        let signed_url = self.store.link(&native_url).ok_or_else(no_links)?;
        let digest = BASE64_STANDARD.encode(&request.content_md5);
        // The length is that of the digest's text, as flyteadmin has it.
        let headers = [
            ("Content-Length".to_owned(), digest.len().to_string()),
            ("Content-MD5".to_owned(), digest),
        ];
        Ok(Response::new(CreateUploadLocationResponse {
            signed_url,
            native_url,
            headers: headers.into(),
            expires_at: None,
        }))
    }

    async fn create_download_location(
        &self,
        request: Request<CreateDownloadLocationRequest>,
    ) -> Result<Response<CreateDownloadLocationResponse>, Status> {
        let link = self.store.link(&request.into_inner().native_url);
        Ok(Response::new(CreateDownloadLocationResponse {
            signed_url: link.ok_or_else(no_links)?,
            expires_at: None,
        }))
    }

    async fn create_download_link(
        &self,
        request: Request<CreateDownloadLinkRequest>,
    ) -> Result<Response<CreateDownloadLinkResponse>, Status> {
        let Some(Source::NodeExecutionId(id)) = request.into_inner().source else {
            return Err(Status::invalid_argument("a node execution is required"));
        };
        Ok(Response::new(CreateDownloadLinkResponse {
            pre_signed_urls: Some(PreSignedUrLs {
                signed_url: vec![nodes::deck_link(self, &id)?],
                expires_at: None,
            }),
            ..Default::default()
        }))
    }

    async fn get_data(
        &self,
        _: Request<GetDataRequest>,
    ) -> Result<Response<GetDataResponse>, Status> {
        Err(Status::unimplemented(
            "this server, which is for tests, has no flyte:// addresses",
        ))
    }
}

#[tonic::async_trait]
impl AuthMetadataService for Shared {
    async fn get_o_auth2_metadata(
        &self,
        _: Request<OAuth2MetadataRequest>,
    ) -> Result<Response<OAuth2MetadataResponse>, Status> {
        if let Some(authority) = &self.options.authority {
            let base = &authority.address;
            return Ok(Response::new(OAuth2MetadataResponse {
                issuer: base.clone(),
                token_endpoint: format!("{base}/oauth2/token"),
                authorization_endpoint: format!("{base}/oauth2/authorize"),
                device_authorization_endpoint: format!("{base}/oauth2/device"),
                ..Default::default()
            }));
        }
        let base = self.store.base();
        Ok(Response::new(OAuth2MetadataResponse {
            token_endpoint: format!("{base}/oauth2/token"),
            issuer: base,
            grant_types_supported: vec!["client_credentials".to_owned()],
            ..Default::default()
        }))
    }

    async fn get_public_client_config(
        &self,
        _: Request<PublicClientAuthConfigRequest>,
    ) -> Result<Response<PublicClientAuthConfigResponse>, Status> {
        Ok(Response::new(PublicClientAuthConfigResponse {
            client_id: "flytectl".to_owned(),
            // Not for a client with a secret.
            scopes: vec!["offline".to_owned(), "all".to_owned()],
            authorization_metadata_key: KEY.to_owned(),
            redirect_uri: self
                .options
                .authority
                .as_ref()
                .map(|authority| authority.redirect_uri.clone())
                .unwrap_or_default(),
            ..Default::default()
        }))
    }
}

#[tonic::async_trait]
impl IdentityService for Shared {
    async fn user_info(
        &self,
        _: Request<UserInfoRequest>,
    ) -> Result<Response<UserInfoResponse>, Status> {
        let is_user = self.options.authority.is_some();
        // A client with a secret has no more than its id, and where nobody signs in there is nobody.
        let subject = match &self.options.client {
            Some((id, _)) => id.clone(),
            None if is_user => "0001".to_owned(),
            None => String::new(),
        };
        Ok(Response::new(UserInfoResponse {
            subject,
            email: if is_user { "ada@example.com" } else { "" }.to_owned(),
            ..Default::default()
        }))
    }
}

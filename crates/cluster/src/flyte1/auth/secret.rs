//! Signing in with the secret of a client.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flyte_idl::tonic::transport::Channel;

use super::{Auth, Failure, Token, grant};
use crate::flyte1::http::encoded;

/// The token of the client in the settings.
pub(super) async fn token(auth: &Auth, channel: &Channel) -> Result<Token, Failure> {
    let platform = &auth.platform;
    let (Some(id), Some(secret)) = (&*platform.client_id, &*platform.client_credentials_secret)
    else {
        return Err(Failure::other(
            "it needs `admin.clientId`, and the secret in the file of `admin.clientSecretLocation` \
             or the variable of `admin.clientSecretEnvVar`",
        ));
    };
    let endpoint = &auth.endpoints(channel).await?.token;
    // The scopes and the audience of the server are for public clients, and it refuses what a client may not ask for.
    let scopes = platform.scopes.join(" ");
    let mut fields = vec![("grant_type", "client_credentials")];
    if !scopes.is_empty() {
        fields.push(("scope", &scopes));
    }
    if let Some(audience) = &*platform.audience {
        fields.push(("audience", audience));
    }
    let pair = format!("{}:{}", encoded(id), encoded(secret.expose()));
    let basic = format!("Basic {}", BASE64_STANDARD.encode(pair));
    let headers = [("authorization", &*basic)];
    match grant::ask(auth, endpoint, &fields, &headers).await? {
        Ok(issued) => Ok(Token::new(
            issued.access_token,
            // The secret is there; nothing else is needed for the next one.
            None,
            auth.key(channel).await,
            issued.lifetime,
        )),
        Err(refusal) if refusal.is_outage => {
            Err(refusal.failure(&format!("{endpoint} gives no token")))
        }
        Err(refusal) => Err(Failure::refusal(format!(
            "{endpoint} refuses client `{id}`: {}; look at the client's id and secret",
            refusal.text
        ))),
    }
}

//! The tokens of one call.

use flyte_idl::tonic::{
    Request,
    metadata::{AsciiMetadataKey, MetadataValue},
    transport::Channel,
};

use super::{Auth, Token, Why};
use crate::flyte1::error::ClusterError;

/// What a call is signed with, and what was made for it after a refusal.
#[derive(Debug, Default)]
pub(in crate::flyte1) struct Signature {
    token: Option<Token>,
    proxy: Option<Token>,
    is_renewed: bool,
    is_proxy_renewed: bool,
}

impl Auth {
    /// The tokens that there are. A call is made without, and the server says whether it wants one.
    pub(in crate::flyte1) async fn signature(
        &self,
        channel: &Channel,
    ) -> Result<Signature, ClusterError> {
        let proxy = self.proxy_token(None).await;
        Ok(Signature {
            proxy: proxy.map_err(|failure| self.proxy_failed(failure))?,
            token: self.token(channel).await?,
            is_renewed: false,
            is_proxy_renewed: false,
        })
    }

    /// Makes what was refused again: the token of the proxy, and then that of the cluster, each once. Whether the call
    /// is worth another try.
    pub(in crate::flyte1) async fn refused(
        &self,
        channel: &Channel,
        signature: &mut Signature,
    ) -> Result<bool, ClusterError> {
        if signature.proxy.is_some() && !signature.is_proxy_renewed {
            signature.is_proxy_renewed = true;
            let proxy = self.proxy_token(signature.proxy.as_ref()).await;
            let proxy = proxy.map_err(|failure| self.proxy_failed(failure))?;
            let is_other = !proxy
                .as_ref()
                .is_some_and(|proxy| proxy.is_same(signature.proxy.as_ref()));
            signature.proxy = proxy;
            // The same as before would be refused again.
            if is_other {
                return Ok(true);
            }
        }
        if signature.is_renewed {
            return Ok(false);
        }
        let renewed = self.renew(channel, signature.token.as_ref(), Why::Refused);
        signature.token = Some(renewed.await?);
        // What an outage has prevented is not done: it may be asked for again.
        signature.is_renewed = true;
        Ok(true)
    }

    /// Adds the tokens to a call.
    pub(in crate::flyte1) fn sign<Q>(
        &self,
        request: &mut Request<Q>,
        signature: &Signature,
    ) -> Result<(), ClusterError> {
        for token in [&signature.token, &signature.proxy].into_iter().flatten() {
            insert(request, token)
                .map_err(|()| self.failed("the token cannot be part of a call"))?;
        }
        Ok(())
    }
}

/// Adds a token to a call, hidden from whatever prints it.
pub(super) fn insert<Q>(request: &mut Request<Q>, token: &Token) -> Result<(), ()> {
    let key = AsciiMetadataKey::from_bytes(token.key().as_bytes()).map_err(|_| ())?;
    let mut value = MetadataValue::try_from(token.value().expose()).map_err(|_| ())?;
    value.set_sensitive(true);
    request.metadata_mut().insert(key, value);
    Ok(())
}

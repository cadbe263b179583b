//! Signing in and out, and as whom.

use flyte_idl::flyteidl::service::{UserInfoRequest, UserInfoResponse};

use super::{
    client::{Again, call},
    error::ClusterError,
    remote::Remote,
};

impl Remote {
    /// Signs in now, whatever is kept. Calls do so by themselves when the cluster wants a token, so this is for
    /// programs that want it done before. Returns `false` if the cluster wants no token.
    ///
    /// # Errors
    ///
    /// [`ClusterError::SignIn`], also if a user has to sign in and the program has not said how; see
    /// [`ConnectOptions::on_sign_in`](super::ConnectOptions::on_sign_in).
    pub async fn sign_in(&self) -> Result<bool, ClusterError> {
        self.client().sign_in().await
    }

    /// Forgets the token of these settings, also where it is kept. Returns `false` if none was kept. The server is not
    /// told: a copy of the token stays valid until its end.
    ///
    /// # Errors
    ///
    /// [`ClusterError::SignIn`] if the token is still kept.
    pub async fn sign_out(&self) -> Result<bool, ClusterError> {
        self.client().sign_out().await
    }

    /// Who the cluster says is signed in: the first of email, user name, name and subject that it knows; `None` if it
    /// knows none, or has no sign-in.
    ///
    /// # Errors
    ///
    /// [`ClusterError`].
    pub async fn user(&self) -> Result<Option<String>, ClusterError> {
        let request = UserInfoRequest::default();
        let info = match call!(self.client(), identity, user_info, Again::Yes, request) {
            Ok(info) => info,
            Err(ClusterError::Refused { code, .. }) if code == "Unimplemented" => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(who(info))
    }
}

/// The first of email, user name, name and subject that is known.
pub(super) fn who(info: UserInfoResponse) -> Option<String> {
    let known = [info.email, info.preferred_username, info.name, info.subject];
    known.into_iter().find(|name| !name.is_empty())
}

//! Google Cloud Storage: the protocol of S3, with tokens that a service account signs.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};

use crate::{
    http::{Protocol, Reply, Request},
    s3,
    state::State,
};

/// A service account with a key of its own.
pub struct ServiceAccount(KeyPair);

impl ServiceAccount {
    pub fn generate() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The file that Google gives out for it.
    pub fn file(&self, endpoint: &str) -> String {
        let der: Pkcs8V1Der<'_> = self.0.as_der().unwrap();
        let key = BASE64_STANDARD.encode(der.as_ref());
        format!(
            r#"{{
  "type": "service_account",
  "client_email": "someone@example.com",
  "private_key_id": "1",
  "private_key": "-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n",
  "gcs_base_url": "{endpoint}"
}}"#
        )
    }
}

pub(crate) struct Gcs {
    /// `None` where the machine has the account, and gives out tokens for it.
    public_key: Option<Vec<u8>>,
}

/// What a machine gives its programs.
const TOKEN: &str = "token-of-the-machine";

impl Gcs {
    pub(crate) fn new(account: &ServiceAccount) -> Self {
        let public_key = Some(account.0.public_key().as_ref().to_owned());
        Self { public_key }
    }

    pub(crate) fn of_machine() -> Self {
        Self { public_key: None }
    }

    fn lets_in(&self, request: &Request) -> Option<()> {
        let token = request.header("authorization").strip_prefix("Bearer ")?;
        let Some(public_key) = &self.public_key else {
            return (token == TOKEN).then_some(());
        };
        let (message, signature) = token.rsplit_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key)
            .verify(message.as_bytes(), &signature)
            .ok()
    }

    /// What a machine of Google's tells its programs, and no web page that they show.
    fn told(&self, request: &Request) -> Reply {
        let is_program = request.header("metadata-flavor") == "Google";
        let is_token = request.path.ends_with("/service-accounts/default/token");
        if self.public_key.is_none() && is_program && is_token {
            let body =
                format!(r#"{{"access_token":"{TOKEN}","expires_in":3599,"token_type":"Bearer"}}"#);
            return Reply::text("200 OK", &body).header("Content-Type", "application/json");
        }
        Reply::text("404 Not Found", "<html>there is no such account</html>")
    }
}

impl Protocol for Gcs {
    fn refuse(&self, request: &Request) -> Option<Reply> {
        if request.path.starts_with("computeMetadata/v1/") {
            return Some(self.told(request));
        }
        if self.lets_in(request).is_some() {
            return None;
        }
        let text = "Invalid argument.";
        let more = "<Details>The provided token is not valid.</Details>";
        Some(s3::error(
            "401 Unauthorized",
            "AuthenticationRequired",
            text,
            more,
        ))
    }

    fn slow_down(&self) -> Reply {
        let text = "The rate of requests is too high.";
        s3::error("429 Too Many Requests", "SlowDown", text, "")
    }

    fn answer(&self, state: &State, request: Request) -> Option<Reply> {
        s3::answer(state, request)
    }
}

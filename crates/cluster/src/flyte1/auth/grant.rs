//! Requests to a token endpoint, and what it answers.

use std::time::Duration;

use serde::Deserialize;

use super::{Auth, Failure};
use crate::flyte1::http::{Answer, encoded, host_of};
use flyte_config::config::SecretText;

/// How much of what a server says is told.
const TOLD: usize = 500;

/// The fields whose values a server must not get back into a message.
const SECRET_FIELDS: [&str; 4] = ["refresh_token", "code", "code_verifier", "device_code"];

/// A token that was issued.
pub(super) struct Issued {
    pub(super) access_token: SecretText,
    pub(super) refresh_token: Option<SecretText>,
    pub(super) lifetime: Option<Duration>,
}

/// What a server says instead.
pub(super) struct Refusal {
    /// The code of OAuth 2, such as `invalid_grant`; empty if there is none.
    pub(super) code: String,
    /// The code with what the server says about it, and the status of HTTP.
    pub(super) text: String,
    /// Whether asking again later may help.
    pub(super) is_outage: bool,
}

impl Refusal {
    /// The failure of which this is the reason.
    pub(super) fn failure(&self, what: &str) -> Failure {
        let text = format!("{what}: {}", self.text);
        match self.is_outage {
            true => Failure::outage(text),
            false => Failure::refusal(text),
        }
    }
}

#[derive(Deserialize)]
struct IssuedBody {
    access_token: String,
    refresh_token: Option<String>,
    expires_in: Option<f64>,
}

#[derive(Deserialize)]
struct RefusalBody {
    error: String,
    error_description: Option<String>,
}

/// Asks a token endpoint.
pub(super) async fn ask(
    auth: &Auth,
    endpoint: &str,
    fields: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> Result<Result<Issued, Refusal>, Failure> {
    let answer = match post(auth, endpoint, fields, headers).await? {
        Ok(answer) => answer,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // What cannot be read may have a token in it.
    let issued: IssuedBody = serde_json::from_slice(&answer.body)
        .map_err(|_| Failure::other(format!("what {endpoint} answers is not a token")))?;
    let is_usable = |token: &str| !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
    if !is_usable(&issued.access_token) {
        let text = format!("what {endpoint} answers is not a token for a call");
        return Err(Failure::other(text));
    }
    let lifetime = issued.expires_in.filter(|seconds| *seconds > 0.0);
    let refresh_token = issued.refresh_token.filter(|token| !token.is_empty());
    Ok(Ok(Issued {
        access_token: SecretText::new(issued.access_token),
        refresh_token: refresh_token.map(SecretText::new),
        lifetime: lifetime.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
    }))
}

/// Sends a form of OAuth 2 and gives the answer if it is a success.
pub(super) async fn post(
    auth: &Auth,
    endpoint: &str,
    fields: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> Result<Result<Answer, Refusal>, Failure> {
    let mut headers = headers.to_vec();
    // The proxy in front of the cluster may be in front of its tokens, too; others are not to see what it wants.
    let proxy_token = match host_of(endpoint) == auth.host() {
        true => auth.proxy_token(None).await?,
        false => None,
    };
    let value = proxy_token.as_ref().map(super::Token::value);
    if let (Some(token), Some(value)) = (&proxy_token, &value) {
        headers.push((token.key(), value.expose()));
    }
    let proxy = auth.platform.http_proxy_url.as_deref();
    let answer = auth.http.post_form(endpoint, fields, &headers, proxy).await;
    let answer =
        answer.map_err(|reason| Failure::outage(format!("{endpoint} gives no token: {reason}")))?;
    if answer.is_success() {
        return Ok(Ok(answer));
    }
    let body: Option<RefusalBody> = serde_json::from_slice(&answer.body).ok();
    let (code, said) = match body {
        Some(body) => {
            let description = body.error_description.unwrap_or_default();
            (body.error.clone(), format!("{} {description}", body.error))
        }
        None => (
            String::new(),
            String::from_utf8_lossy(&answer.body).into_owned(),
        ),
    };
    let secret = auth.platform.client_credentials_secret.as_ref();
    let sent = fields
        .iter()
        .filter(|(name, _)| SECRET_FIELDS.contains(name));
    // All headers here are credentials.
    let sent = sent.chain(&headers).map(|(_, value)| *value);
    let said = masked(&said, sent.chain(secret.map(SecretText::expose)));
    let said: String = said.trim().chars().take(TOLD).collect();
    Ok(Err(Refusal {
        is_outage: is_outage(answer.status, &code),
        text: format!("{said} [HTTP {}]", answer.status),
        code,
    }))
}

/// A text without secrets, as they are and as they are in forms and addresses. It is to be the whole text: of one that
/// is cut first, the beginning of a secret may be left.
fn masked<'s>(text: &str, secrets: impl Iterator<Item = &'s str>) -> String {
    let mut forms = Vec::new();
    for secret in secrets {
        let bare = secret.split_once(' ').map_or(secret, |(_, value)| value);
        for form in [secret, bare] {
            forms.extend([form.to_owned(), encoded(form)]);
        }
    }
    forms.retain(|form| !form.is_empty());
    // One may begin with another.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms
        .iter()
        .fold(text.to_owned(), |text, form| text.replace(form, "***"))
}

/// Whether an answer says that the server cannot answer now.
fn is_outage(status: u16, code: &str) -> bool {
    status >= 500
        || [408, 429].contains(&status)
        || ["temporarily_unavailable", "server_error"].contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_in_each_form() {
        let secrets = ["a+b/c", "a+b/cd", "Basic cm9ib3Q6cGxhbnRlZA==", ""];
        let text = "a+b/c, a+b/cd, x=a%2Bb%2Fcd&y, cm9ib3Q6cGxhbnRlZA==, cm9ib3Q6cGxhbnRlZA%3D%3D.";
        assert_eq!(
            masked(text, secrets.into_iter()),
            "***, ***, x=***&y, ***, ***."
        );
    }

    #[test]
    fn an_outage_is_no_refusal() {
        assert!(is_outage(503, ""));
        assert!(is_outage(429, "slow"));
        assert!(is_outage(400, "temporarily_unavailable"));
        assert!(!is_outage(400, "invalid_grant"));
        assert!(!is_outage(404, ""));
    }
}

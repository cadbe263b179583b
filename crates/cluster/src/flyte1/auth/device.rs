//! Signing in on another device: the authorization grant of RFC 8628.

use std::time::Duration;

use flyte_idl::tonic::transport::Channel;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::{Auth, Failure, Token, grant, options::SignInRequest};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How long to wait between two questions if the server does not say.
const INTERVAL: Duration = Duration::from_secs(5);

/// How much longer to wait when the server asks for it.
const SLOWER: Duration = Duration::from_secs(5);

/// The least and the most that is waited, whatever the server says.
const LEAST: Duration = Duration::from_millis(100);
const MOST: Duration = Duration::from_secs(60);

/// How long a code is valid at most, whatever the server says.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What a server says about a sign-in that begins.
#[derive(Deserialize)]
struct Begun {
    device_code: String,
    user_code: String,
    #[serde(alias = "verification_url")]
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: f64,
    interval: Option<f64>,
}

/// Asks the user to sign in on any device, and waits until that is done.
pub(super) async fn token(auth: &Auth, channel: &Channel) -> Result<Token, Failure> {
    let prompt = auth.prompt()?;
    let endpoints = auth.endpoints(channel).await?;
    let client = auth.public_client(channel).await;
    if endpoints.device.is_empty() {
        return Err(Failure::other(
            "the server has no address for devices; set `admin.authType: Pkce` to sign in \
             with a browser of this machine",
        ));
    }
    let id = client.id()?;
    let (scopes, audience) = auth.scopes_and_audience(&client);
    let mut fields = vec![("client_id", id), ("scope", &*scopes)];
    if let Some(audience) = &audience {
        fields.push(("audience", audience));
    }
    let endpoint = &endpoints.device;
    let answer = grant::post(auth, endpoint, &fields, &[]).await?;
    let answer =
        answer.map_err(|refusal| refusal.failure(&format!("{endpoint} refuses to begin")))?;
    let begun: Begun = serde_json::from_slice(&answer.body)
        .map_err(|_| Failure::other(format!("what {endpoint} answers is not a device code")))?;
    let lifetime = lifetime(begun.expires_in);
    prompt(&SignInRequest {
        endpoint: auth.platform.endpoint.clone().into_value(),
        url: begun.verification_uri.clone(),
        code: Some(begun.user_code.clone()),
        url_with_code: begun.verification_uri_complete.clone(),
    });
    let mut polling = Polling::new(begun.interval);
    let patience = auth.options.patience;
    let start = Instant::now();
    let end = start + lifetime;
    let fields = [
        ("grant_type", GRANT),
        ("device_code", &*begun.device_code),
        ("client_id", id),
    ];
    loop {
        if Instant::now() + polling.pause > end {
            return Err(Failure::other(format!(
                "nobody has signed in within {lifetime:?}, and the code is no longer valid; try again"
            )));
        }
        let left = patience.saturating_sub(start.elapsed());
        if left.is_zero() {
            return Err(Failure::other(format!(
                "nobody has signed in within {patience:?}; try again, with more time by `login --timeout TIME`"
            )));
        }
        // The last question is when the time is over.
        sleep(polling.pause.min(left)).await;
        let refusal = match grant::ask(auth, &endpoints.token, &fields, &[]).await {
            Ok(Ok(issued)) => {
                return Ok(Token::new(
                    issued.access_token,
                    issued.refresh_token,
                    auth.key(channel).await,
                    issued.lifetime,
                ));
            }
            Ok(Err(refusal)) if refusal.is_outage => None,
            Ok(Err(refusal)) => Some(refusal),
            Err(failure) if failure.is_outage() => None,
            Err(failure) => return Err(failure),
        };
        let code = refusal.as_ref().map(|refusal| &*refusal.code);
        match polling.after(code) {
            Next::Wait => {}
            Next::Denied => return Err(Failure::other("the sign-in was denied on the device")),
            Next::Expired => {
                return Err(Failure::other(
                    "the code is no longer valid; try again, and enter the new one sooner",
                ));
            }
            Next::Refused => {
                let text = refusal.map(|refusal| refusal.text).unwrap_or_default();
                return Err(Failure::other(format!(
                    "{} refuses the sign-in: {text}",
                    endpoints.token
                )));
            }
        }
    }
}

/// How long a code is valid. What is too long for a duration is as long as can be.
fn lifetime(seconds: f64) -> Duration {
    let most = LONGEST.as_secs_f64();
    Duration::try_from_secs_f64(seconds.min(most)).unwrap_or_default()
}

/// How long to wait before the next question.
struct Polling {
    pause: Duration,
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    Wait,
    Denied,
    Expired,
    Refused,
}

impl Polling {
    fn new(interval: Option<f64>) -> Self {
        let interval = interval.map(|seconds| seconds.min(MOST.as_secs_f64()));
        let interval = interval.map_or(Ok(INTERVAL), Duration::try_from_secs_f64);
        Self {
            pause: interval.unwrap_or(INTERVAL).clamp(LEAST, MOST),
        }
    }

    /// What follows from a code of the server, or from its absence.
    fn after(&mut self, code: Option<&str>) -> Next {
        match code {
            Some("authorization_pending") => Next::Wait,
            Some("slow_down") => {
                self.pause += SLOWER;
                Next::Wait
            }
            Some("access_denied") => Next::Denied,
            Some("expired_token") => Next::Expired,
            Some(_) => Next::Refused,
            None => {
                self.pause = (self.pause * 2).min(MOST);
                Next::Wait
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_how_often_it_is_asked() {
        let mut polling = Polling::new(Some(2.0));
        assert_eq!(polling.after(Some("authorization_pending")), Next::Wait);
        assert_eq!(polling.pause, Duration::from_secs(2));
        assert_eq!(polling.after(Some("slow_down")), Next::Wait);
        assert_eq!(polling.after(Some("slow_down")), Next::Wait);
        assert_eq!(polling.pause, Duration::from_secs(12));
        assert_eq!(polling.after(None), Next::Wait);
        assert_eq!(polling.pause, Duration::from_secs(24));
        assert_eq!(polling.after(Some("access_denied")), Next::Denied);
        assert_eq!(polling.after(Some("expired_token")), Next::Expired);
        assert_eq!(polling.after(Some("invalid_client")), Next::Refused);
        assert_eq!(Polling::new(None).pause, INTERVAL);
        assert_eq!(Polling::new(Some(0.0)).pause, LEAST);
        assert_eq!(Polling::new(Some(-1.0)).pause, INTERVAL);
        assert_eq!(Polling::new(Some(1e300)).pause, MOST);
    }

    #[test]
    fn no_code_is_valid_for_ever() {
        assert_eq!(lifetime(600.0), Duration::from_secs(600));
        assert_eq!(lifetime(1e300), LONGEST);
        assert_eq!(lifetime(f64::INFINITY), LONGEST);
        assert_eq!(lifetime(-1.0), Duration::ZERO);
    }
}

//! Tokens: how long they are used, and the text in which they are kept.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use flyte_config::config::SecretText;

/// The key of calls' metadata that a server wants tokens under unless it says otherwise.
pub(super) const DEFAULT_KEY: &str = "authorization";

/// How long before its end a token is renewed, at most. A token that lives for minutes is renewed later.
const MARGIN: Duration = Duration::from_secs(60);

/// How far in the future a token may have been received. Beyond it the clock was set back since then.
const SKEW: Duration = Duration::from_secs(60);

/// What a call proves with who makes it.
#[derive(Clone)]
pub(in crate::flyte1) struct Token {
    secret: SecretText,
    /// What another token can be had for, without the user.
    pub(super) refresh: Option<SecretText>,
    /// The key of the metadata that it goes under.
    key: String,
    /// By the clock of this machine, like everything here: the server's may be another.
    received: SystemTime,
    /// For how long it is valid after that.
    lifetime: Option<Duration>,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("key", &self.key)
            .field("received", &self.received)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

impl Token {
    /// A token that was received now.
    pub(super) fn new(
        secret: SecretText,
        refresh: Option<SecretText>,
        key: impl Into<String>,
        lifetime: Option<Duration>,
    ) -> Self {
        Self {
            secret,
            refresh,
            key: key.into(),
            received: SystemTime::now(),
            lifetime,
        }
    }

    /// A token that a command has printed, which may say itself when it ends. One that has ended by this machine's
    /// clock is used until the server refuses it, because the command would print no other.
    pub(super) fn printed(secret: SecretText, key: impl Into<String>) -> Self {
        let now = SystemTime::now();
        let left = end_of(secret.expose()).and_then(|end| end.duration_since(now).ok());
        Self::new(secret, None, key, left)
    }

    pub(in crate::flyte1) fn key(&self) -> &str {
        &self.key
    }

    pub(in crate::flyte1) fn value(&self) -> SecretText {
        SecretText::new(format!("Bearer {}", self.secret.expose()))
    }

    pub(super) fn is_same(&self, other: Option<&Self>) -> bool {
        other.is_some_and(|other| self.secret == other.secret)
    }

    fn expires(&self) -> Option<SystemTime> {
        self.received.checked_add(self.lifetime?)
    }

    /// Whether it is used without asking for another.
    pub(super) fn is_fresh(&self, now: SystemTime) -> bool {
        let (Some(expires), Some(lifetime)) = (self.expires(), self.lifetime) else {
            return true;
        };
        self.received <= now + SKEW && now + MARGIN.min(lifetime / 5) < expires
    }

    pub(super) fn is_valid(&self, now: SystemTime) -> bool {
        self.expires().is_none_or(|expires| now < expires)
    }

    /// The text in which a store keeps it.
    pub(super) fn to_text(&self, owner: Owner) -> SecretText {
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let received = self.received.duration_since(UNIX_EPOCH);
        let kept = Kept {
            endpoint: owner.endpoint,
            secret: owner.secret,
            access_token: self.secret.expose().to_owned(),
            refresh_token: self.refresh.as_ref().map(|text| text.expose().to_owned()),
            key: self.key.clone(),
            received: received.map(milliseconds).unwrap_or_default(),
            lifetime: self.lifetime.map(milliseconds),
        };
        // A struct of texts and numbers has no form that JSON lacks.
        SecretText::new(serde_json::to_string(&kept).unwrap_or_default())
    }

    /// The token of a kept text; otherwise what is wrong with it, without anything of the text itself.
    pub(super) fn of_text(text: &str, owner: &Owner) -> Result<Self, &'static str> {
        let kept: Kept = serde_json::from_str(text).map_err(|_| "it is not a kept token")?;
        if kept.endpoint != owner.endpoint {
            return Err("it is the token of another cluster");
        }
        if kept.secret != owner.secret {
            return Err("it was asked for with another secret");
        }
        Ok(Self {
            secret: SecretText::new(kept.access_token),
            refresh: kept.refresh_token.map(SecretText::new),
            key: kept.key,
            received: UNIX_EPOCH
                .checked_add(Duration::from_millis(kept.received))
                .ok_or("its time is not one")?,
            lifetime: kept.lifetime.map(Duration::from_millis),
        })
    }
}

/// Whose a kept token is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) endpoint: String,
    /// A digest of the secret that it was asked for with, if it was one.
    pub(super) secret: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    endpoint: String,
    #[serde(default)]
    secret: Option<String>,
    access_token: String,
    refresh_token: Option<String>,
    key: String,
    /// Milliseconds since 1970.
    received: u64,
    /// Milliseconds.
    lifetime: Option<u64>,
}

/// When a token ends that says so itself.
fn end_of(token: &str) -> Option<SystemTime> {
    #[derive(Deserialize)]
    struct Claims {
        exp: f64,
    }
    let claims = token.split('.').nth(1)?;
    let claims = BASE64_URL_SAFE_NO_PAD
        .decode(claims.trim_end_matches('='))
        .ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(claims.exp).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_000_000)
    }

    fn token(age: i64, lifetime: u64) -> Token {
        let by = Duration::from_secs(age.unsigned_abs());
        let received = if age < 0 { now() + by } else { now() - by };
        Token {
            received,
            ..Token::new(
                SecretText::new("planted"),
                Some(SecretText::new("planted-too")),
                DEFAULT_KEY,
                Some(Duration::from_secs(lifetime)),
            )
        }
    }

    #[test]
    fn a_token_is_renewed_before_its_end() {
        assert!(token(3539, 3600).is_fresh(now()));
        assert!(!token(3541, 3600).is_fresh(now()) && token(3541, 3600).is_valid(now()));
        // Of a short life a fifth.
        assert!(token(15, 20).is_fresh(now()));
        assert!(!token(16, 20).is_fresh(now()));
        assert!(!token(20, 20).is_valid(now()));
    }

    #[test]
    fn a_token_of_a_clock_that_was_ahead_is_renewed() {
        assert!(token(-30, 3600).is_fresh(now()));
        assert!(!token(-3600, 3600).is_fresh(now()));
    }

    #[test]
    fn a_token_is_not_printed() {
        assert!(!format!("{:?}", token(1, 1)).contains("planted"));
    }

    #[test]
    fn a_token_is_kept_and_read() {
        let owner = |endpoint: &str, secret: Option<&str>| Owner {
            endpoint: endpoint.to_owned(),
            secret: secret.map(str::to_owned),
        };
        let here = owner("here:80", Some("digest"));
        let text = token(5, 3600).to_text(here.clone());
        let read = Token::of_text(text.expose(), &here).expect("it was kept");
        assert!(read.is_same(Some(&token(5, 3600))));
        assert_eq!(
            (read.received, read.lifetime),
            (token(5, 1).received, Some(Duration::from_secs(3600)))
        );
        let with_another = Token::of_text(text.expose(), &owner("here:80", Some("other")));
        assert_eq!(
            with_another.err(),
            Some("it was asked for with another secret")
        );
        let of_another = Token::of_text(text.expose(), &owner("there:80", Some("digest")));
        assert_eq!(of_another.err(), Some("it is the token of another cluster"));
        let broken = Token::of_text("{\"planted", &here);
        assert_eq!(broken.err(), Some("it is not a kept token"));
    }

    #[test]
    fn a_printed_token_says_when_it_ends() {
        // {"exp":1700000000}
        let text = "e30.eyJleHAiOjE3MDAwMDAwMDB9.c2ln";
        assert_eq!(
            end_of(text),
            Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
        );
        assert_eq!(end_of("opaque"), None);
        // Its end is in the past, and no other would be printed.
        let printed = Token::printed(SecretText::new(text), DEFAULT_KEY);
        assert!(printed.is_fresh(SystemTime::now()));
    }
}

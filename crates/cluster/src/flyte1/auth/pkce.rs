//! Signing in with a browser of this machine: the authorization code grant with proof of the key (RFC 7636).

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use flyte_idl::tonic::transport::Channel;
use sha2::{Digest as _, Sha256};
use tokio_rustls::rustls::crypto::aws_lc_rs;

use super::{Auth, Failure, Token, browser, grant, options::SignInRequest, redirect::Redirect};
use crate::flyte1::http::encoded;

/// Shows the user a page to sign in at, opens it, and waits until the browser comes back from there.
pub(super) async fn token(auth: &Auth, channel: &Channel) -> Result<Token, Failure> {
    let prompt = auth.prompt()?;
    let endpoints = auth.endpoints(channel).await?;
    let client = auth.public_client(channel).await;
    if endpoints.authorization.is_empty() {
        return Err(Failure::other(
            "the server has no page to sign in at; set `admin.authType: DeviceFlow` or `ClientSecret`",
        ));
    }
    check_page(&endpoints.authorization)?;
    let id = client.id()?;
    let mut redirect = Redirect::listen(&client.redirect_uri).await?;
    let (verifier, state) = (random()?, random()?);
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let (scopes, audience) = auth.scopes_and_audience(&client);
    let mut query = vec![
        ("response_type", "code"),
        ("client_id", id),
        ("redirect_uri", &*redirect.uri),
        ("scope", &*scopes),
        ("state", &*state),
        ("code_challenge", &*challenge),
        ("code_challenge_method", "S256"),
    ];
    if let Some(audience) = &audience {
        query.push(("audience", audience));
    }
    let url = with_query(&endpoints.authorization, &query);
    prompt(&SignInRequest {
        endpoint: auth.platform.endpoint.clone().into_value(),
        url: url.clone(),
        code: None,
        url_with_code: None,
    });
    if auth.options.opens_browser && !browser::open(&url, &auth.options.environment) {
        tracing::info!("no browser is opened; open the page that is shown");
    }
    let code = redirect.code(&state, auth.options.patience).await?;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", &*redirect.uri),
        ("client_id", id),
        ("code_verifier", &*verifier),
    ];
    let endpoint = &endpoints.token;
    let answer = grant::ask(auth, endpoint, &fields, &[]).await;
    let answer = answer.map_err(Failure::after_prompt)?;
    let issued = answer.map_err(|refusal| {
        let failure = refusal.failure(&format!("{endpoint} refuses the sign-in"));
        failure.after_prompt()
    })?;
    Ok(Token::new(
        issued.access_token,
        issued.refresh_token,
        client.key,
        issued.lifetime,
    ))
}

/// Refuses what a browser or a terminal could take for more than a page: a file, a program, an option, an escape.
fn check_page(address: &str) -> Result<(), Failure> {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    let is_plain = !address.contains(|c: char| c.is_whitespace() || c.is_control());
    match is_web && is_plain {
        true => Ok(()),
        false => Err(Failure::other(format!(
            "the cluster's page to sign in at is not an address of https or http: {address:?}; ask who runs it"
        ))),
    }
}

fn with_query(address: &str, query: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = query
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let between = if address.contains('?') { '&' } else { '?' };
    format!("{address}{between}{}", pairs.join("&"))
}

/// A text that nobody can guess.
fn random() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    aws_lc_rs::default_provider()
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| Failure::other("this system has no random numbers"))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_have_a_query_already() {
        let query = [("scope", "all offline"), ("state", "x")];
        assert_eq!(
            with_query("http://a/b", &query),
            "http://a/b?scope=all%20offline&state=x"
        );
        assert_eq!(
            with_query("http://a/b?tenant=1", &query),
            "http://a/b?tenant=1&scope=all%20offline&state=x"
        );
    }

    #[test]
    fn what_is_not_a_page_is_not_opened() {
        for page in ["https://a/b", "http://localhost:1/b?tenant=1"] {
            assert!(check_page(page).is_ok(), "{page}");
        }
        for other in [
            "file:///bin/sh",
            "-a",
            "/bin/sh",
            "https://a/\u{1b}[2J",
            "http://a b",
        ] {
            let failure = check_page(other).expect_err("it is not a page");
            assert!(
                failure.text().contains(&format!("{other:?}")),
                "{failure:?}"
            );
        }
    }

    #[test]
    fn no_two_sign_ins_have_the_same_secret() {
        let (first, second) = (
            random().expect("it is there"),
            random().expect("it is there"),
        );
        assert_eq!(first.len(), 43);
        assert_ne!(first, second);
    }
}

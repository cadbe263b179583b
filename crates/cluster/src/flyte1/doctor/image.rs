//! Whether the image of containers is in its registry, as far as this machine can tell.

use std::sync::Arc;

use flyte_config::config::PlatformConfig;
use hyper::Method;
use serde::Deserialize;

use super::{
    super::{
        connect::Dialer,
        http::{Answer, Http},
        images::{Challenge, MANIFESTS, Reference},
    },
    HealthCheck,
};

pub(super) async fn check(image: &str) -> HealthCheck {
    let reference = match Reference::parse(image) {
        Ok(reference) => reference,
        Err(problem) => {
            return HealthCheck::failed("image", problem, "give another with `--image IMAGE`");
        }
    };
    let Reference {
        registry,
        repository,
        version,
    } = &reference;
    let pods = match reference.is_local() {
        true => {
            format!("\nto the cluster `{registry}` is its own machine, which need not be this one")
        }
        false => String::new(),
    };
    // As for Docker: a registry on this machine has no certificate.
    let scheme = if reference.is_local() {
        "http"
    } else {
        "https"
    };
    let url = format!("{scheme}://{registry}/v2/{repository}/manifests/{version}");
    // The settings of the cluster, such as its own root certificate, are not the registry's.
    let http = Http::new(Arc::new(Dialer::new(&PlatformConfig::default())));
    let answer = match ask(&http, &url).await {
        Ok(answer) => answer,
        Err(reason) => {
            let reason = format!("{image}: the registry cannot be asked from here: {reason}{pods}");
            return HealthCheck::skipped("image", reason);
        }
    };
    match answer.status {
        200..300 => HealthCheck::ok("image", format!("{image} is in its registry{pods}")),
        401 | 403 => HealthCheck::skipped(
            "image",
            format!(
                "{image}: the registry shows it to those who are signed in; whether the cluster's pods are, through an \
                 `imagePullSecrets` of their service account, cannot be told from here"
            ),
        ),
        404 => HealthCheck::failed(
            "image",
            format!("{image} is not in its registry{pods}"),
            format!("build it and send it with `image push {image}`"),
        ),
        status => HealthCheck::skipped(
            "image",
            format!(
                "{image}: the registry answers HTTP {status}: {}{pods}",
                answer.text().trim()
            ),
        ),
    }
}

/// Asks for an image, and once more with the token that a registry gives to everybody.
async fn ask(http: &Http, url: &str) -> Result<Answer, String> {
    let accept = ("accept", MANIFESTS);
    let answer = http
        .request(Method::HEAD, url, &[accept], Vec::new())
        .await?;
    let challenge = answer.headers.get("www-authenticate");
    let challenge = challenge.and_then(|value| Challenge::parse(value.to_str().ok()?));
    let (401, Some(challenge)) = (answer.status, challenge) else {
        return Ok(answer);
    };
    let token = http
        .request(Method::GET, &challenge.url(&[]), &[], Vec::new())
        .await;
    let token = token.ok().filter(Answer::is_success);
    let token = token.and_then(|token| serde_json::from_slice::<Issued>(&token.body).ok());
    match token.and_then(|issued| issued.token.or(issued.access_token)) {
        Some(token) => {
            let bearer = format!("Bearer {token}");
            let headers = [accept, ("authorization", &*bearer)];
            http.request(Method::HEAD, url, &headers, Vec::new()).await
        }
        None => Ok(answer),
    }
}

#[derive(Deserialize)]
struct Issued {
    token: Option<String>,
    access_token: Option<String>,
}

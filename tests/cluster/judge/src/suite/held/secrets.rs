//! Secrets. The cluster and the environment of this program have those of the group `judge`.

use flyte_runtime::{BoxError, compat::current_context, prelude::*, secrets::SecretName};

use crate::case::{Case, Expected, Kind, case, held};

fn secret(key: &str) -> Result<String, BoxError> {
    let me = current_context();
    Ok(me.secrets()?.get("judge", key)?.expose().to_owned())
}

#[task(secret_requests(secret(group = "judge", key = "token")))]
fn one(before: String) -> Result<String, BoxError> {
    Ok(before + &secret("token")?)
}

#[task(secret_requests(
    secret(group = "judge", key = "token"),
    secret(group = "judge", key = "key")
))]
fn two() -> Result<(String, usize), BoxError> {
    let me = current_context();
    let key = me
        .secrets()?
        .get_named_bytes(SecretName::new("judge", "key"))?;
    Ok((secret("token")?, key.expose().len()))
}

#[workflow]
fn of_several_tasks() -> (String, String, usize) {
    let (token, length) = two();
    (one("1: "), one(token), length)
}

#[task(secret_requests(secret(group = "judge", key = "key")))]
async fn of_async_code(n: u32) -> Result<Vec<String>, BoxError> {
    tokio::task::yield_now().await;
    let key = secret("key")?;
    Ok((0..n).map(|n| format!("{key}{n}")).collect())
}

#[dynamic(secret_requests(secret(group = "judge", key = "key")))]
fn of_a_graph() -> String {
    // What is asked for here is known to the nodes as a value.
    let key = (secret)("key").unwrap_or_default();
    one(key)
}

#[workflow]
fn in_a_map(texts: Vec<String>) -> Vec<String> {
    texts.map(one)
}

#[eager(secret_requests(secret(group = "judge", key = "token")))]
async fn of_eager_code(text: String) -> Result<String, RunError> {
    match secret("token") {
        Ok(token) => Ok(text + &token),
        Err(error) => Ok(error.to_string()),
    }
}

/// A file instead of a variable is found the same way.
#[task(secret_requests(secret(group = "judge", key = "token", mount_requirement = file)))]
fn as_a_file() -> Result<Option<String>, BoxError> {
    Ok(Some(secret("token")?))
}

#[task]
fn not_asked_for(key: String) -> Result<usize, BoxError> {
    let _unused = current_context();
    Ok(key.len())
}

#[workflow]
fn one_without(key: String) -> (usize, String) {
    (not_asked_for(key), one(key))
}

#[task(secret_requests(secret(group = "judge", key = "nothing")))]
fn not_there(x: f64) -> f64 {
    x
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    held(
        "secrets",
        [
            case(one::call("token: ".to_owned())).gives("token: open sesame".to_owned()),
            case(of_several_tasks::call()).gives((
                "1: open sesame".to_owned(),
                "open sesameopen sesame".to_owned(),
                4,
            )),
            case(of_async_code::call(2)).gives(vec!["a1b20".to_owned(), "a1b21".to_owned()]),
            case(of_a_graph::call()).gives("a1b2open sesame".to_owned()),
            case(in_a_map::call(vec!["x".to_owned(), String::new()]))
                .gives(vec!["xopen sesame".to_owned(), "open sesame".to_owned()]),
            case(of_eager_code::call("e: ".to_owned())).gives("e: open sesame".to_owned()),
            case(as_a_file::call()).gives(Some("open sesame".to_owned())),
            case(one_without::call("k".to_owned())).gives((1, "kopen sesame".to_owned())),
            case(not_there::call(1.0))
                .fails(
                    Kind::Task,
                    "Unable to find secret for group = \"judge\", key = \"nothing\"",
                )
                .but_there(
                    Expected::Fails(Kind::Task, "FLYTE_SECRETS_JUDGE_NOTHING: not set"),
                    "each side says where it has looked",
                ),
        ],
    )
}

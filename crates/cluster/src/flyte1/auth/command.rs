//! Tokens that a command prints: for the cluster, and for a proxy in front of it.

use std::process::{Command, Stdio};

use super::{Auth, Failure, Token};
use flyte_config::config::SecretText;

/// The token that `admin.command` prints.
pub(super) async fn token(auth: &Auth, key: &str) -> Result<Token, Failure> {
    let command = &*auth.platform.command;
    if command.is_empty() {
        return Err(Failure::other(
            "it needs an `admin.command` that prints a token",
        ));
    }
    Ok(Token::printed(printed(command).await?, key))
}

/// What a command prints, which has to be a token.
pub(super) async fn printed(command: &[String]) -> Result<SecretText, Failure> {
    let Some((program, args)) = command.split_first() else {
        return Err(Failure::other("the command is empty"));
    };
    let mut run = Command::new(program);
    run.args(args).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || run.output()).await;
    let output = output
        .map_err(std::io::Error::other)
        .flatten()
        .map_err(|error| {
            Failure::other(format!("the command `{program}` does not start: {error}"))
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::other(format!(
            "the command `{program}` ended with {}: {}",
            output.status,
            said.trim()
        )));
    }
    let token = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if token.is_empty() || token.contains(|c: char| c.is_ascii_control() || !c.is_ascii()) {
        return Err(Failure::other(format!(
            "the command `{program}` has to print a token, one line and nothing else"
        )));
    }
    Ok(SecretText::new(token))
}

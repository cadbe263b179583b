//! Tokens that a command prints: for the cluster, and for a proxy in front of it.

use std::{
    io::{self, Read, Write as _},
    process::{Command, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use super::{Auth, Failure, Token};
use flyte_config::config::SecretText;

/// How long a command may take. It may ask a user, on a page that it opens.
const LIMIT: Duration = Duration::from_secs(90);

/// How often to look whether it has ended.
const LOOK: Duration = Duration::from_millis(10);

/// How much of what a failed command says is told, and how long a word of it may be that is not a token.
const TOLD: usize = 200;
const LONGEST_WORD: usize = 40;

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
    let command = command.to_vec();
    let run = tokio::task::spawn_blocking(move || printed_within(&command, LIMIT));
    run.await
        .map_err(|error| Failure::other(format!("the command was not run: {error}")))?
}

fn printed_within(command: &[String], limit: Duration) -> Result<SecretText, Failure> {
    let Some((program, args)) = command.split_first() else {
        return Err(Failure::other("the command is empty"));
    };
    let mut run = Command::new(program);
    run.args(args);
    let output = output_within(&mut run, b"", limit).map_err(|error| {
        Failure::other(match error.kind() {
            io::ErrorKind::TimedOut => format!(
                "the command `{program}` has not ended within {limit:?}, and is stopped; run it by hand to see what \
                 it waits for"
            ),
            _ => format!("the command `{program}` does not start: {error}"),
        })
    })?;
    if !output.status.success() {
        let said = last_words(&String::from_utf8_lossy(&output.stderr));
        return Err(Failure::other(format!(
            "the command `{program}` ended with {}: {said}",
            output.status,
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

/// What a command prints to this input, if it ends in time; otherwise it is killed.
pub(crate) fn output_within(
    command: &mut Command,
    input: &[u8],
    limit: Duration,
) -> io::Result<Output> {
    let end = Instant::now() + limit;
    let mut child = command
        .stdin(match input.is_empty() {
            true => Stdio::null(),
            false => Stdio::piped(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // It is short enough for a pipe. A command that does not read it has ended, or needs none.
        let _unread = stdin.write_all(input);
    }
    // Read meanwhile: a full pipe would stop the command.
    let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
    let late = || io::Error::from(io::ErrorKind::TimedOut);
    let left = || end.saturating_duration_since(Instant::now());
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if left().is_zero() {
            // It may have ended this moment, which comes to the same.
            let _ended = child.kill();
            child.wait()?;
            return Err(late());
        }
        thread::sleep(LOOK.min(left()));
    };
    // What it has started itself may keep the pipes open.
    Ok(Output {
        status,
        stdout: stdout.recv_timeout(left()).map_err(|_| late())?,
        stderr: stderr.recv_timeout(left()).map_err(|_| late())?,
    })
}

/// Reads a pipe to its end, in a thread of its own.
fn read(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before a pipe breaks is all that there is.
            let _broken = pipe.read_to_end(&mut bytes);
        }
        // Nobody waits any longer after the limit.
        let _late = sender.send(bytes);
    });
    receiver
}

/// The last line of what a command says, without what is as long as a token.
fn last_words(said: &str) -> String {
    let line = said.trim().lines().next_back().unwrap_or_default();
    let words = line.split_whitespace().map(|word| {
        let is_long = word.chars().count() > LONGEST_WORD;
        if is_long { "***" } else { word }
    });
    let words = words.collect::<Vec<_>>().join(" ");
    words.chars().take(TOLD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_told_by_its_last_line_without_tokens() {
        let token = "t".repeat(41);
        let said = format!("debug: token {token}\ncannot  use {token} now\n\n");
        assert_eq!(last_words(&said), "cannot use *** now");
        assert_eq!(last_words(&"word ".repeat(100)).len(), 200);
        assert_eq!(last_words(""), "");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_does_not_end_is_stopped() {
        // The second leaves a program behind that keeps its output open.
        for script in ["exec sleep 60", "sleep 60 & echo token"] {
            let command = ["sh", "-c", script].map(str::to_owned);
            let start = Instant::now();
            let failure = printed_within(&command, Duration::from_millis(300));
            let failure = failure.expect_err("it does not end");
            assert!(
                failure
                    .text()
                    .starts_with("the command `sh` has not ended within 300ms, and is stopped"),
                "{failure:?}"
            );
            assert!(start.elapsed() < Duration::from_secs(30));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_command_may_say_more_than_a_pipe_holds() {
        let script = "head -c 300000 /dev/zero >&2; echo token";
        let command = ["sh", "-c", script].map(str::to_owned);
        let token = printed_within(&command, LIMIT).expect("it ends");
        assert_eq!(token.expose(), "token");
    }
}

//! Tokens: when they are asked for, where they are kept, and what is told when there is none.

use std::{fs, thread, time::Duration};

use flyte_runtime::{
    cluster::{BlockingRemote, ClusterError},
    compat::AuthType,
    testing::cluster::{ControlPlane, ControlPlaneOptions},
};

use crate::{plane, plane_with, remote, user_sign_in::kept_file as file_of};

const SECRET: &str = "planted-secret-4711";

fn closed() -> ControlPlane {
    plane_with(ControlPlaneOptions::default().client("robot", SECRET))
}

fn token_in(plane: &ControlPlane) -> String {
    let kept = fs::read_to_string(file_of(plane)).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    kept["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn a_server_that_wants_no_token_is_asked_for_none() {
    let plane = plane();
    remote(&plane).executions(1).unwrap();
    assert_eq!(plane.calls("GetOAuth2Metadata"), 0);
}

#[test]
fn one_token_is_made_for_all_threads() {
    let plane = closed();
    let remote = remote(&plane);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| remote.executions(1).unwrap());
        }
    });
    assert_eq!(plane.calls("Token"), 1);
}

#[test]
fn a_token_is_kept_for_the_next_process_and_from_others() {
    let plane = closed();
    remote(&plane).executions(1).unwrap();
    remote(&plane).executions(1).unwrap();
    assert_eq!(plane.calls("Token"), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(file_of(&plane)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // What cannot be read any more is made again.
    fs::write(file_of(&plane), "{").unwrap();
    remote(&plane).executions(1).unwrap();
    assert_eq!(plane.calls("Token"), 2);
}

#[test]
fn a_token_at_its_end_is_renewed_before_it_is_refused() {
    let lifetime = Duration::from_secs(1);
    let options = ControlPlaneOptions::default().client("robot", SECRET);
    let plane = plane_with(options.token_lifetime(lifetime));
    let remote = remote(&plane);
    remote.executions(1).unwrap();
    let calls = plane.calls("ListExecutions");
    thread::sleep(lifetime);
    remote.executions(1).unwrap();
    assert_eq!(plane.calls("Token"), 2);
    // A call with the old one would have been a call more.
    assert_eq!(plane.calls("ListExecutions"), calls + 1);
}

#[test]
fn a_token_that_is_refused_is_made_again_once() {
    let plane = closed();
    remote(&plane).executions(1).unwrap();
    // Another server's, or one that was taken back.
    let text = fs::read_to_string(file_of(&plane)).unwrap();
    fs::write(file_of(&plane), text.replace(&token_in(&plane), "stale")).unwrap();
    remote(&plane).executions(1).unwrap();
    assert_eq!(plane.calls("Token"), 2);
}

#[test]
fn a_wrong_secret_is_told_without_the_secret() {
    let plane = closed();
    let mut config = plane.config();
    let secret = flyte_runtime::compat::SecretText::new("planted-and-wrong");
    config.platform.client_credentials_secret = secret.into();
    let remote = BlockingRemote::connect_in(&config, &plane.environment()).unwrap();
    let error = remote.executions(1).unwrap_err();
    assert!(matches!(error, ClusterError::SignIn { .. }), "{error}");
    let text = format!("{error} {error:?} {remote:?}");
    assert!(
        text.contains("refuses client `robot`: invalid_client refused [HTTP 401]"),
        "{text}"
    );
    assert!(!text.contains("planted"), "{text}");
}

#[test]
fn a_token_is_in_nothing_that_is_printed() {
    let plane = closed();
    let remote = remote(&plane);
    remote.executions(1).unwrap();
    let token = token_in(&plane);
    let error = remote.show(&remote.execution("nobody")).unwrap_err();
    let text = format!("{remote:?} {error} {error:?}");
    assert!(!text.contains(&token) && !text.contains(SECRET), "{text}");
}

#[test]
fn a_command_gives_a_token() {
    let plane = closed();
    remote(&plane).executions(1).unwrap();
    let mut config = plane.config();
    config.platform.auth_mode = AuthType::ExternalCommand.into();
    let command = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    config.platform.command = command(&["echo", &token_in(&plane)]).into();
    let own = BlockingRemote::connect_in(&config, &plane.environment()).unwrap();
    own.executions(1).unwrap();
    assert_eq!(plane.calls("Token"), 1);
    for (words, expected) in [
        (
            &["false"][..],
            "the command `false` ended with exit status: 1",
        ),
        (
            &["not-a-program"],
            "the command `not-a-program` does not start",
        ),
        (
            &[
                "sh",
                "-c",
                "echo its token is planted >&2; echo it is $0 >&2; exit 3",
                &"planted".repeat(6),
            ],
            "the command `sh` ended with exit status: 3: it is ***;",
        ),
        (&["true"], "the command `true` has to print a token"),
        (&[], "it needs an `admin.command` that prints a token"),
    ] {
        config.platform.command = command(words).into();
        let own = BlockingRemote::connect_in(&config, &plane.environment()).unwrap();
        let error = own.executions(1).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("planted"), "{error}");
    }
}

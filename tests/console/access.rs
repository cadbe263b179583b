//! Who is let in, and for how long.

use std::io;

use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
};
use serde_json::json;

use crate::client::{Console, Directory};

/// The address is used up by the first browser that opens it, and leads to one without the token.
#[test]
fn a_token_is_good_for_one_use_and_becomes_a_cookie() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let path = format!("/?token={}", console.token);
    let wrong = console.get(&format!("/?token={}", "0".repeat(64)), "");
    assert_eq!(wrong.status, 401, "{wrong:?}");
    let entered = console.get(&path, "");
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, Some("/"))
    );
    let cookie = entered.header("set-cookie").expect("there is a cookie");
    assert!(
        cookie.starts_with(&format!("flyte_ui_{}_", console.port)),
        "{cookie}"
    );
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    assert!(!cookie.contains(&console.token), "{cookie}");
    let again = console.get(&path, "");
    assert_eq!(again.status, 401, "{again:?}");
    assert_eq!(again.header("set-cookie"), None);
    assert!(
        again
            .body
            .contains("Open the address that `ui` has printed"),
        "{}",
        again.body
    );
}

/// Without the cookie nothing is shown, not even which runs there are.
#[test]
fn a_browser_that_was_not_let_in_sees_nothing() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let run = browser.start("double", json!({"x": "3"}));
    let (name, value) = browser
        .cookie
        .split_once('=')
        .expect("a cookie has a value");
    let other = format!("{name}={}", "0".repeat(value.len()));
    for path in [
        "/",
        "/api/runs",
        "/api/events",
        "/api/entities",
        "/assets/main.js",
        &format!("/runs/{run}"),
    ] {
        for cookie in [
            "",
            &format!("Cookie: {other}\r\n"),
            &format!("Cookie: x{}\r\n", browser.cookie),
        ] {
            let reply = console.get(path, cookie);
            assert_eq!(reply.status, 401, "{path} {cookie}: {reply:?}");
            assert!(
                !reply.body.contains(&run) && !reply.body.contains("double"),
                "{reply:?}"
            );
        }
        if path != "/api/events" {
            assert_eq!(browser.get(path).status, 200, "{path}");
        }
    }
}

/// Another browser gets an address of its own, which only a page of the console can ask for.
#[test]
fn a_page_invites_another_browser() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let invited = browser.post("/api/invite", &json!({})).json();
    let address = invited["address"].as_str().expect("there is one");
    let (_, path) = address
        .split_once(&format!(":{}", console.port))
        .expect("it is of this console");
    assert_eq!(console.get(path, "").status, 303);
    assert_eq!(console.get(path, "").status, 401);
}

/// The cookie is of one process. A page that is open has a token that the next process of the user knows.
#[test]
fn an_open_page_finds_a_console_that_was_started_again() {
    let (directory, other) = (Directory::new(), Directory::new());
    let before = Console::of(&directory).browser();
    let after = Console::of(&directory);
    let refused = after.get("/api/runs", &format!("Cookie: {}\r\n", before.cookie));
    assert_eq!(refused.status, 401, "{refused:?}");
    let mut page = after.with_cookie("none=1".to_owned());
    page.page = before.page.clone();
    let back = page.post("/api/return", &json!({}));
    assert_eq!(back.status, 200, "{back:?}");
    let cookie = back.header("set-cookie").expect("there is a cookie");
    let cookie = cookie.split(';').next().expect("it has a value");
    assert_eq!(
        after
            .get("/api/runs", &format!("Cookie: {cookie}\r\n"))
            .status,
        200
    );
    // A console of another user has another secret.
    let mut page = Console::of(&other).with_cookie("none=1".to_owned());
    page.page = before.page;
    let refused = page.post("/api/return", &json!({}));
    assert_eq!(
        (refused.status, refused.header("set-cookie")),
        (403, None),
        "{refused:?}"
    );
}

/// A port that is taken is an error that says what to do, and so is a user without a history.
#[test]
fn what_cannot_be_served_is_told() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let history = directory.history();
    let ui = |cli: Cli<'_>, port: &str| {
        let mut errors = Vec::new();
        let exit = cli.run(
            ["program", "ui", "--port", port],
            &mut io::sink(),
            &mut errors,
        );
        (exit, String::from_utf8(errors).expect("it is text"))
    };
    let cli = Cli::new(Registry::of_program());
    let (exit, problem) = ui(cli.history(&history), &console.port.to_string());
    assert_eq!(exit, Exit::Failed, "{problem}");
    assert!(
        problem.contains(&format!("port {} of 127.0.0.1 is taken", console.port)),
        "{problem}"
    );
    assert!(problem.contains("`--port 0`"), "{problem}");
    let (exit, problem) = ui(cli, "0");
    assert_eq!(exit, Exit::Failed, "{problem}");
    assert!(problem.contains("no runs are recorded"), "{problem}");
    let (exit, _) = ui(cli, "70000");
    assert_eq!(exit, Exit::Usage);
}

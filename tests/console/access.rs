//! Who is let in, and for how long.

use std::io;

use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
};
use serde_json::json;

use crate::client::{Console, Directory};

/// The address is used up by the first browser that opens it, which gets a cookie and the token of pages for it.
#[test]
fn a_token_is_good_for_one_use_and_becomes_a_cookie() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let path = format!("/?token={}", console.token);
    let wrong = console.get(&format!("/?token={}", "0".repeat(64)), "");
    assert_eq!(wrong.status, 401, "{wrong:?}");
    // What only looks whether there is something, as other programs do with links, uses nothing up.
    let host = format!("Host: 127.0.0.1:{}\r\n", console.port);
    let looked = console.send(&format!(
        "HEAD {path} HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
    ));
    assert_eq!((looked.status, looked.header("set-cookie")), (401, None));
    // A file of this user leads the browser here, which is another site.
    let entered = console.get(&path, "Sec-Fetch-Site: cross-site\r\n");
    assert_eq!(entered.status, 200, "{entered:?}");
    assert!(!entered.page().is_empty(), "{entered:?}");
    assert!(!entered.body.contains(&console.token), "{entered:?}");
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

/// A browser that was let in may open the address once more, as when it restores its tabs.
#[test]
fn a_browser_that_was_let_in_is_led_on_by_the_used_address() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let again = browser.get(&format!("/?token={}", console.token));
    assert_eq!((again.status, again.header("location")), (303, Some("/")));
    assert_eq!(again.page(), "", "the token of pages is told once");
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
            let page = format!("X-Flyte-Page: {}\r\n{cookie}", browser.page);
            let reply = console.get(path, &page);
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
    assert_eq!(console.get(path, "").status, 200);
    assert_eq!(console.get(path, "").status, 401);
}

/// The cookie is of one process. A page that is open has a pass, for the next console of the user at the same port.
#[test]
fn an_open_page_finds_a_console_that_was_started_again() {
    let (directory, other) = (Directory::new(), Directory::new());
    let console = Console::of(&directory);
    let browser = console.browser();
    let hello = browser.events("").next();
    assert_eq!(hello.kind, "hello");
    let pass = &hello.data["pass"];
    let token = pass["token"].as_str().expect("there is one");
    // A browser without a cookie, as after the console was started again, when that which it has is worth nothing.
    let back = console
        .with("none=1", token)
        .post("/api/return", &json!({}));
    assert_eq!(back.status, 200, "{back:?}");
    let back_page = back.json()["page"]
        .as_str()
        .expect("there is one")
        .to_owned();
    assert_eq!(
        console
            .with(&back.cookie(), &back_page)
            .get("/api/runs")
            .status,
        200
    );
    // It is good for this alone.
    assert_eq!(
        console.with(&browser.cookie, token).get("/api/runs").status,
        401
    );
    assert_eq!(
        console
            .with("none=1", &browser.page)
            .post("/api/return", &json!({}))
            .status,
        403
    );
    // Neither another port nor another user takes it: their consoles have other keys.
    for other in [Console::of(&directory), Console::of(&other)] {
        let refused = other.with("none=1", token).post("/api/return", &json!({}));
        assert_eq!(
            (refused.status, refused.header("set-cookie")),
            (403, None),
            "{refused:?}"
        );
        let refused = other.with(&browser.cookie, &browser.page).get("/api/runs");
        assert_eq!(refused.status, 401, "{refused:?}");
    }
}

/// Before a page shows its pass to what listens at the port, that has to prove that it is a console of the same user.
/// The proof is for the port, so a program cannot fetch it from the console of the user at another one.
#[test]
fn a_console_proves_itself_to_open_pages() {
    let (directory, other) = (Directory::new(), Directory::new());
    let console = Console::of(&directory);
    let hello = console.browser().events("").next();
    let issued = &hello.data["pass"]["issued"];
    let asked = |console: &Console| {
        let reply = console.get(&format!("/api/proof?issued={issued}&nonce=abc"), "");
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()["proof"]
            .as_str()
            .expect("there is one")
            .to_owned()
    };
    let proof = asked(&console);
    assert_eq!(proof.len(), 64, "{proof}");
    assert_ne!(
        proof, hello.data["pass"]["proof"],
        "the key itself is not told"
    );
    assert_ne!(asked(&Console::of(&directory)), proof, "another port");
    assert_ne!(asked(&Console::of(&other)), proof, "another user");
    for query in ["", "?issued=x&nonce=a", "?issued=1"] {
        let reply = console.get(&format!("/api/proof{query}"), "");
        assert_eq!(reply.status, 400, "{query}: {reply:?}");
    }
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

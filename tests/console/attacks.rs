//! What pages of other sites, other programs and planted texts try, and that it fails.

use std::{
    io::Write as _,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use flyte_runtime::cli::Exit;
use serde_json::json;

use crate::{
    client::{Console, Directory, Reply, elsewhere, until},
    program::PLANTED,
};

/// A site can let its name point to this machine; the browser then says that name (DNS rebinding).
#[test]
fn a_host_that_is_not_the_consoles_is_refused() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let port = console.port;
    let ask = |hosts: &str| {
        let (cookie, page) = (&browser.cookie, &browser.page);
        console.send(&format!(
            "GET /api/runs?key={page} HTTP/1.1\r\n{hosts}Cookie: {cookie}\r\nConnection: close\r\n\r\n"
        ))
    };
    for host in ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"] {
        let reply = ask(&format!("Host: {host}:{port}\r\n"));
        assert_eq!(reply.status, 200, "{host}: {reply:?}");
    }
    let foreign = [
        format!("Host: evil.example:{port}\r\n"),
        format!("Host: 127.0.0.1.evil.example:{port}\r\n"),
        format!("Host: 10.0.0.1:{port}\r\n"),
        "Host: 127.0.0.1\r\n".to_owned(),
        "Host: 127.0.0.1:1\r\n".to_owned(),
        "Host:\r\n".to_owned(),
        String::new(),
        format!("Host: 127.0.0.1:{port}\r\nHost: evil.example:{port}\r\n"),
    ];
    for hosts in foreign {
        let reply = ask(&hosts);
        assert_eq!(reply.status, 421, "{hosts}: {reply:?}");
        assert!(!reply.body.contains("runs\""), "{reply:?}");
    }
}

/// A page of another site, or of another port of this machine, makes the browser send a request with the cookie (CSRF).
#[test]
fn pages_of_other_sites_change_nothing() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let start = json!({"entity": "double", "inputs": {"x": "3"}});
    let changed = |name: &str, value: Option<&str>| {
        let mut headers = browser.headers();
        headers.retain(|(own, _)| *own != name);
        if let Some(value) = value {
            let name = browser
                .headers()
                .iter()
                .find(|(own, _)| *own == name)
                .map(|(own, _)| *own);
            headers.push((name.expect("it is one of them"), value.to_owned()));
        }
        browser.post_with("/api/start", &start, &headers)
    };
    let another_port = "http://127.0.0.1:1";
    let refused = [
        ("Origin", None, 403),
        ("Origin", Some("https://evil.example"), 403),
        ("Origin", Some("null"), 403),
        ("Origin", Some(another_port), 403),
        ("Sec-Fetch-Site", Some("cross-site"), 403),
        ("Sec-Fetch-Site", Some("same-site"), 403),
        ("Sec-Fetch-Site", Some("none"), 403),
        ("Content-Type", None, 415),
        ("Content-Type", Some("text/plain"), 415),
        (
            "Content-Type",
            Some("application/x-www-form-urlencoded"),
            415,
        ),
        ("X-Flyte-Page", None, 403),
        ("X-Flyte-Page", Some("1.0"), 403),
        ("X-Flyte-Page", Some(""), 403),
        ("Cookie", None, 401),
    ];
    for (name, value, status) in refused {
        let reply = changed(name, value);
        assert_eq!(reply.status, status, "{name}: {value:?}: {reply:?}");
    }
    let forged = format!("{}0", &browser.page[..browser.page.len() - 1]);
    if forged != browser.page {
        assert_eq!(changed("X-Flyte-Page", Some(&forged)).status, 403);
    }
    let runs = browser.json("/api/runs");
    assert_eq!(runs["runs"], json!([]), "nothing was started");
    // A browser that says nothing of sites is known by its origin.
    assert_eq!(changed("Sec-Fetch-Site", None).status, 200);
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let host = format!("Host: 127.0.0.1:{}\r\n", console.port);
        let reply = console.send(&format!(
            "{method} /api/start HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
        ));
        assert_eq!(reply.status, 405, "{method}: {reply:?}");
    }
}

/// What other sites may not even look at: scripts, pictures and frames that they would embed.
#[test]
fn pages_of_other_sites_read_nothing() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    for path in ["/", "/api/runs", "/api/events", "/assets/main.js"] {
        for site in ["cross-site", "same-site", "?"] {
            let reply = browser.get_with(path, &format!("Sec-Fetch-Site: {site}\r\n"));
            assert_eq!(reply.status, 403, "{path} {site}: {reply:?}");
        }
    }
    assert_eq!(
        browser.get_with("/", "Sec-Fetch-Site: none\r\n").status,
        200
    );
}

/// Each answer forbids what the console does not need, also those that refuse.
#[test]
fn answers_forbid_what_the_console_does_not_need() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let answers = [
        browser.get("/"),
        browser.get("/api/runs"),
        browser.get("/assets/console.js"),
        browser.get("/nothing"),
        console.get("/", ""),
        browser.post("/api/nothing", &json!({})),
    ];
    for reply in answers {
        let header = |name| {
            reply
                .header(name)
                .unwrap_or_else(|| panic!("{name}: {reply:?}"))
        };
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        for part in [
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
    let shell = browser.get("/").body;
    assert!(
        !shell.contains("<style") && !shell.contains(" style=") && !shell.contains("onclick"),
        "{shell}"
    );
    assert_eq!(
        shell.matches("<script").count(),
        shell.matches("<script type=\"module\" src=").count()
    );
}

/// Names, values, errors and decks of a run are data; the document is the same whatever they contain.
#[test]
fn planted_markup_is_never_part_of_a_document() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let run = browser.start("complain", json!({"text": PLANTED}));
    browser.until(&run, "failed");
    let shell = browser.get(&format!("/runs/{run}"));
    assert_eq!(shell.status, 200);
    assert!(!shell.body.contains("planted"), "{}", shell.body);
    for path in ["/api/runs".to_owned(), format!("/api/runs/{run}")] {
        let reply = browser.get(&path);
        assert!(reply.body.contains("planted"), "{path}");
        assert_eq!(
            reply.header("content-type"),
            Some("application/json"),
            "{path}"
        );
    }
    let odd = browser.get("/runs/<script>alert(1)</script>");
    assert!(!odd.body.contains("alert"), "{odd:?}");
}

/// The page of a deck is what a user has written, so it runs in a sandbox, in an origin of its own.
#[test]
fn a_deck_is_served_for_a_sandbox_alone() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let pages = directory.0.join("decks");
    let pages = pages.to_str().expect("it is text");
    assert_eq!(
        elsewhere(&directory, &["decked", "--deck", pages]),
        Exit::Success
    );
    let run = browser.json("/api/runs")["runs"][0]["id"]
        .as_str()
        .expect("it is there")
        .to_owned();
    let model = browser.json(&format!("/api/runs/{run}"));
    let file = model["nodes"][0]["runs"][0]["deck"]
        .as_str()
        .expect("it has one");
    let deck = browser.get(&format!(
        "/api/runs/{run}/deck?file={}",
        file.replace('/', "%2F")
    ));
    assert_eq!(deck.status, 200, "{deck:?}");
    assert!(deck.body.contains("planted"), "{}", deck.body);
    let policy = deck
        .header("content-security-policy")
        .expect("there is one");
    assert!(
        policy.starts_with("sandbox; default-src 'none'"),
        "{policy}"
    );
    assert!(
        !policy.contains("script") && !policy.contains("allow-"),
        "{policy}"
    );
    let index = file
        .rsplit_once('/')
        .expect("it is in a directory")
        .0
        .to_owned()
        + "/index.html";
    for other in [
        "/etc/passwd",
        "..%2F..%2Fetc%2Fpasswd",
        "%zz",
        "",
        &index,
        &format!("{file}%00"),
    ] {
        let reply = browser.get(&format!("/api/runs/{run}/deck?file={other}"));
        assert_eq!(reply.status, 404, "{other}: {reply:?}");
    }
}

/// Ids and names are looked up, and never become paths.
#[test]
fn paths_lead_nowhere_else() {
    let directory = Directory::new();
    let browser = Console::of(&directory).browser();
    let run = browser.start("double", json!({"x": "3"}));
    browser.until(&run, "succeeded");
    let places = [
        "/assets/../mod.rs",
        "/assets/..%2f..%2fmod.rs",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/assets//etc/passwd",
        "/assets/console.html",
        "/assets/",
        "/runs/../../etc/passwd",
        "/runs/..",
        "/runs/last",
        "/runs/",
        "/api/runs/last",
        "/api/runs/..%2f..%2fconsole.key",
        "/api/runs/../console.key",
        "/api/runs/..",
        &format!("/api/runs/{}", &run[..run.len() - 1]),
        &format!("/api/runs/{run}/log"),
        &format!("/api/runs/{run}%00"),
        "//etc/passwd",
        "/etc/passwd",
        "/console.key",
    ];
    for path in places {
        let reply = browser.get(path);
        assert_eq!(reply.status, 404, "{path}: {reply:?}");
    }
    for path in [
        "/api/runs/last/resume",
        "/api/runs/..%2f/cancel",
        "/api/runs/x/again",
    ] {
        let reply = browser.post(path, &json!({"node": "../x"}));
        assert_eq!(reply.status, 404, "{path}: {reply:?}");
    }
}

/// A browser that takes forever for a request does not keep its connection.
#[test]
fn slow_clients_are_not_waited_for() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let mut head = console.connect();
    head.write_all(b"GET / HTTP/1.1\r\nHost: 127")
        .expect("it is sent");
    let mut body = console.connect();
    let headers = browser.headers();
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let request = format!("POST /api/start HTTP/1.1\r\n{headers}Content-Length: 100\r\n\r\n{{");
    body.write_all(request.as_bytes()).expect("it is sent");
    let began = Instant::now();
    let slow = thread::spawn(move || Reply::read(&mut head));
    let reply = Reply::read(&mut body);
    assert_eq!(reply.status, 408, "{reply:?}");
    let reply = slow.join().expect("it ends");
    assert!([0, 408].contains(&reply.status), "{reply:?}");
    // The limit is 10 s; without it the reads above wait for a minute, and fail.
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "{:?}",
        began.elapsed()
    );
    // A request that is too large is refused before all of it has arrived.
    let large = format!("POST /api/start HTTP/1.1\r\n{headers}Content-Length: 9000000\r\n\r\n");
    let mut stream = console.connect();
    stream.write_all(large.as_bytes()).expect("it is sent");
    let mut sender = stream.try_clone().expect("it is a stream");
    thread::spawn(move || sender.write_all(&vec![b' '; 2 << 20]));
    let reply = Reply::read(&mut stream);
    assert!([0, 413].contains(&reply.status), "{reply:?}");
    assert_eq!(browser.get("/api/runs").status, 200);
}

/// Secrets are checked before anything is read of a request, so nobody else can keep a connection busy with a body.
#[test]
fn no_body_is_read_without_the_secrets() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    for (missing, path, status) in [
        ("Cookie", "/api/start", 401),
        ("X-Flyte-Page", "/api/start", 403),
        ("X-Flyte-Page", "/api/return", 403),
    ] {
        let headers = browser.headers();
        let headers = headers.iter().filter(|(name, _)| *name != missing);
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let mut stream = console.connect();
        let request = format!("POST {path} HTTP/1.1\r\n{headers}Content-Length: 100\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it is sent");
        // With the secrets it would be waited for the body, and the answer were 408.
        let reply = Reply::read(&mut stream);
        assert_eq!(reply.status, status, "{missing}: {reply:?}");
    }
}

/// A browser sends its cookies to all ports of this machine, where other users' programs may listen. Whoever gets the
/// cookie can read no data with it, gets no token of pages, and can do nothing.
#[test]
fn the_cookie_alone_is_good_for_nothing() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let run = browser.start("double", json!({"x": "3"}));
    let thief = console.with(&browser.cookie, "");
    for path in ["/", &format!("/runs/{run}")] {
        let shell = thief.get(path);
        assert_eq!((shell.status, shell.page()), (200, String::new()), "{path}");
        assert!(!shell.body.contains(&browser.page), "{path}");
    }
    let guess = "0".repeat(browser.page.len());
    for path in [
        "/api/runs",
        "/api/here",
        "/api/events",
        "/api/entities",
        &format!("/api/runs/{run}"),
        &format!("/api/runs/{run}/deck?file=x"),
    ] {
        for reply in [
            thief.get(path),
            console.with(&browser.cookie, &guess).get(path),
            thief.get(&format!(
                "{path}{}key={guess}",
                if path.contains('?') { '&' } else { '?' }
            )),
        ] {
            assert_eq!(reply.status, 401, "{path}: {reply:?}");
        }
    }
    assert_eq!(thief.post("/api/invite", &json!({})).status, 403);
    // Nor does the cookie of one console, in a browser, follow a token to another: both are needed.
    let other = console.with("none=1", &browser.page);
    assert_eq!(other.get("/api/runs").status, 401);
}

/// A thousand connections at once: those that are too many are told so, and the console goes on.
#[test]
fn connections_are_bounded() {
    let directory = Directory::new();
    let console = Console::of(&directory);
    let browser = console.browser();
    let (mut held, mut refused): (Vec<TcpStream>, u32) = (Vec::new(), 0);
    for _ in 0..1000 {
        let mut stream = console.connect();
        if held.len() < 250 {
            held.push(stream);
            continue;
        }
        // One that is served says nothing until it is asked.
        match Reply::read_within(&mut stream, Duration::from_millis(100)).status {
            503 => refused += 1,
            _ => held.push(stream),
        }
        assert!(held.len() < 300, "{refused} were refused");
    }
    assert!(
        refused > 650,
        "{} are held, {refused} were refused",
        held.len()
    );
    drop(held);
    until(|| (browser.get("/api/runs").status == 200).then_some(()));
}

//! `doctor`: each check where it is ok, where it is not, and what it says then.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use flyte_runtime::{
    cli::Exit,
    cluster::{BlockingRemote, Health, HealthCheck},
    config::{Config, Environment},
    testing::cluster::{ControlPlane, ControlPlaneOptions, Fault},
};

use crate::{
    commands::{said, say},
    plane, plane_with,
    tls::{DIRECTORY, in_front_of},
};

const UNIMPLEMENTED: i32 = 12;

fn checks(config: &Config, environment: &Environment) -> Vec<HealthCheck> {
    BlockingRemote::diagnose(config, environment, &[]).unwrap()
}

#[track_caller]
fn check<'a>(checks: &'a [HealthCheck], name: &str) -> &'a HealthCheck {
    let mut all = checks.iter();
    all.find(|check| check.name == name).unwrap()
}

/// The names of the checks that have not failed and were made, and the one that has failed.
fn ends(checks: &[HealthCheck]) -> (Vec<&str>, &HealthCheck) {
    let ok = checks.iter().filter(|check| check.health == Health::Ok);
    let failed: Vec<_> = checks
        .iter()
        .filter(|check| check.health == Health::Failed)
        .collect();
    assert_eq!(failed.len(), 1, "{checks:#?}");
    (ok.map(|check| check.name).collect(), failed[0])
}

fn closed() -> ControlPlane {
    plane_with(ControlPlaneOptions::default().client("robot", "planted-secret"))
}

#[test]
fn a_cluster_without_problems_has_none() {
    let plane = plane();
    let said = say(&plane, "doctor");
    assert_eq!(said.exit, Exit::Success, "{}", said.stdout);
    let address = plane.address();
    for line in [
        &format!("endpoint {address} (from the option --endpoint)"),
        &format!("ok       address     {address}"),
        &format!("ok       connection  {address} listens"),
        "skipped  TLS         the settings say that there is none (from the option --insecure)",
        "ok       API         Flyte 1, flyteadmin 1.16.8",
        "ok       sign-in     the cluster asks nobody who they are",
        "ok       project     flytesnacks",
        "ok       domain      development",
        "skipped  image       none is set; give `--image IMAGE`, or `images` in the file of the settings",
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        "ok       program     linux/",
        "for other machines: `rustup target add aarch64-unknown-linux-musl`",
    ] {
        assert!(said.stdout.contains(line), "{line}: {}", said.stdout);
    }
    assert!(
        said.stdout
            .contains("ok       store       45 bytes are at file:"),
        "{}",
        said.stdout
    );
    let json = say(&plane, "doctor --json").json();
    assert_eq!(json["ok"], true);
    assert_eq!(json["checks"][3]["health"], "skipped");
}

#[test]
fn a_cluster_that_goes_while_it_is_asked_who_is_signed_in_has_a_problem() {
    let plane = plane();
    plane.order("UserInfo", 10, Fault::Absent);
    let all = checks(&plane.config(), &plane.environment());
    let (ok, failed) = ends(&all);
    assert_eq!(ok, ["settings", "address", "connection", "API"]);
    assert_eq!(failed.name, "sign-in");
    assert!(
        failed.detail.contains("no cluster answers at"),
        "{}",
        failed.detail
    );
}

#[test]
fn who_is_signed_in_is_told_and_no_secret() {
    let plane = closed();
    let all = checks(&plane.config(), &plane.environment());
    assert_eq!(
        check(&all, "sign-in").detail,
        "as robot with ClientSecret (from the program)"
    );
    assert!(!format!("{all:?}").contains("planted"));
    let mut config = plane.config();
    config.platform.client_id = "nobody".into();
    let environment = Environment::empty().with_home(plane.directory().join("other"));
    let all = checks(&config, &environment);
    let (ok, failed) = ends(&all);
    assert_eq!(ok, ["settings", "address", "connection", "API"]);
    assert_eq!(failed.name, "sign-in");
    assert!(
        failed.detail.contains("refuses client `nobody`"),
        "{}",
        failed.detail
    );
    assert!(
        failed
            .advice
            .as_ref()
            .unwrap()
            .contains("ClientSecret (from the program)")
    );
    assert_eq!(
        check(&all, "project").detail,
        "`sign-in` has to be ok first"
    );
    assert!(!format!("{all:?}").contains("planted"));
}

#[test]
fn settings_that_cannot_be_read_are_the_first_problem() {
    let words = ["app", "doctor", "--config", "/not/there.yaml"];
    let said = said(words.into_iter());
    assert_eq!(said.exit, Exit::Failed);
    assert!(
        said.stdout.starts_with("failed   settings    "),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout
            .contains("> correct the file, or name another with `--config FILE`")
    );
}

#[test]
fn addresses_that_are_not_there_are_told_with_their_origin() {
    let environment = Environment::empty();
    let to = |endpoint: &str| {
        checks(
            &Config::default().with_endpoint(endpoint, true),
            &environment,
        )
    };
    let all = to("no.such.host.invalid:80");
    let (ok, failed) = ends(&all);
    assert_eq!((ok, failed.name), (vec!["settings"], "address"));
    assert!(
        failed
            .detail
            .contains("no.such.host.invalid is the name of no machine"),
        "{}",
        failed.detail
    );
    assert!(
        failed
            .advice
            .as_ref()
            .unwrap()
            .contains("(the program), or give `--endpoint HOST:PORT`")
    );
    let all = to("host:port");
    assert!(
        ends(&all)
            .1
            .detail
            .contains("`port` is not the number of a port")
    );
    // A port of this machine that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let all = to(&free.to_string());
    let (ok, failed) = ends(&all);
    assert_eq!(
        (ok, failed.name),
        (vec!["settings", "address"], "connection")
    );
    assert!(
        failed
            .detail
            .contains(&format!("nothing listens at {free}")),
        "{}",
        failed.detail
    );
    assert!(
        failed
            .advice
            .as_ref()
            .unwrap()
            .contains("start the cluster")
    );
    assert_eq!(check(&all, "store").health, Health::Skipped);
}

#[test]
fn a_certificate_is_shown_whether_it_is_believed_or_not() {
    let plane = plane();
    let (_runtime, port) = in_front_of(&plane);
    let to = |insecure| Config::default().with_endpoint(format!("localhost:{port}"), insecure);
    let environment = plane.environment();
    let mut config = to(false);
    config.platform.ca_cert_file_path = format!("{DIRECTORY}/ca.pem").into();
    let all = checks(&config, &environment);
    let tls = check(&all, "TLS");
    assert_eq!(tls.health, Health::Ok, "{tls:?}");
    assert!(
        tls.detail.contains("localhost") && tls.detail.contains(", issued by "),
        "{tls:?}"
    );
    assert_eq!(check(&all, "API").health, Health::Ok);
    // Those of the system alone.
    let all = checks(&to(false), &environment);
    let (_, failed) = ends(&all);
    assert_eq!(failed.name, "TLS");
    assert!(
        failed.detail.contains("\nit is that of ") && failed.detail.contains("localhost"),
        "{failed:?}"
    );
    assert!(
        failed
            .advice
            .as_ref()
            .unwrap()
            .contains("`admin.caCertFilePath`")
    );
    // TLS where the settings say that there is none, and the other way round.
    let all = checks(&to(true), &environment);
    let (_, failed) = ends(&all);
    assert_eq!(failed.name, "API");
    assert!(failed.detail.contains("speaks TLS"), "{failed:?}");
    let plain = Config::default().with_endpoint(plane.address().to_string(), false);
    let all = checks(&plain, &environment);
    let (_, failed) = ends(&all);
    assert_eq!(failed.name, "TLS");
    assert!(
        failed.advice.as_ref().unwrap().contains("`--insecure`"),
        "{failed:?}"
    );
}

#[test]
fn another_api_is_not_taken_for_flyte_1() {
    let plane = plane();
    plane.order(
        "GetVersion",
        1,
        Fault::Refused(UNIMPLEMENTED, "unknown service".to_owned()),
    );
    let all = checks(&plane.config(), &plane.environment());
    let (_, failed) = ends(&all);
    assert_eq!(failed.name, "API");
    assert!(
        failed.detail.starts_with("what answers is not flyteadmin"),
        "{failed:?}"
    );
    // A service of Flyte 2 has the same name for its list, and answers before anything else is known.
    plane.order(
        "GetVersion",
        1,
        Fault::Refused(UNIMPLEMENTED, "unknown service".to_owned()),
    );
    plane.order(
        "ListProjects",
        1,
        Fault::Refused(7, "not allowed".to_owned()),
    );
    let all = checks(&plane.config(), &plane.environment());
    let (_, failed) = ends(&all);
    assert!(
        failed.detail.contains("is a cluster of Flyte 2"),
        "{failed:?}"
    );
}

#[test]
fn projects_domains_and_stores_that_are_not_there_are_told() {
    let plane = plane_with(ControlPlaneOptions::default().project("ml").links(false));
    let said = say(&plane, "doctor --project mll");
    assert_eq!(said.exit, Exit::Failed);
    assert!(
        said.stdout
            .contains("mll (from the option --project): there is none of this name"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout
            .contains("> give one of flytesnacks, ml with `--project`; `projects list` shows all"),
        "{}",
        said.stdout
    );
    let said = say(&plane, "doctor --domain test");
    assert!(
        said.stdout
            .contains("> give one of development, staging, production with `--domain`")
    );
    let said = say(&plane, "doctor --json");
    assert_eq!(said.exit, Exit::Failed);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let store = json["checks"].as_array().unwrap().iter();
    let mut store = store.filter(|check| check["check"] == "store");
    let store = store.next().unwrap();
    assert_eq!(store["health"], "failed");
    assert!(
        store["detail"]
            .as_str()
            .unwrap()
            .contains("signs no link for an upload")
    );
}

/// A registry on this machine that wants a token of everybody, and has one image.
fn registry() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap();
            let challenge = format!(
                "401 Unauthorized\r\nwww-authenticate: Bearer realm=\"http://127.0.0.1:{port}/token\",\
                 service=\"here\",scope=\"repository:app:pull\""
            );
            let (status, body) = match path {
                "/token?service=here&scope=repository%3Aapp%3Apull" => {
                    ("200 OK", "{\"token\": \"t0\"}")
                }
                _ if !head.contains("Bearer t0") => (&*challenge, ""),
                "/v2/app/manifests/v1" => ("200 OK", ""),
                "/v2/closed/manifests/v1" => ("403 Forbidden", ""),
                _ => ("404 Not Found", ""),
            };
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    port
}

#[test]
fn images_are_looked_for_in_their_registries() {
    let plane = plane();
    let port = registry();
    let of = |image: &str| {
        let said = say(
            &plane,
            &format!("doctor --image 127.0.0.1:{port}/{image} --json"),
        );
        let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        let last = json["checks"].as_array().unwrap().last().unwrap().clone();
        let text = |key: &str| last[key].as_str().unwrap_or_default().to_owned();
        (text("health"), text("detail"), text("advice"))
    };
    let (health, detail, _) = of("app:v1");
    assert_eq!(health, "ok", "{detail}");
    assert!(detail.contains("app:v1 is in its registry"), "{detail}");
    assert!(detail.contains("which need not be this one"), "{detail}");
    let (health, detail, advice) = of("app:v2");
    assert_eq!(health, "failed", "{detail}");
    assert_eq!(
        advice,
        format!("build it and send it with `image push 127.0.0.1:{port}/app:v2`")
    );
    let (health, detail, _) = of("closed:v1");
    assert_eq!(health, "skipped");
    assert!(detail.contains("`imagePullSecrets`"), "{detail}");
    let (health, ..) = of("App:v1");
    assert_eq!(health, "failed");
}

/// Files of settings are named with the places of what counts.
#[test]
fn settings_are_told_with_their_file() {
    let plane = plane();
    let file = plane.directory().join("config.yaml");
    let text = format!(
        "admin:\n  endpoint: dns:///{}\n  insecure: true\n",
        plane.address()
    );
    fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let said = said(["app", "doctor", "--config", path].into_iter());
    assert_eq!(said.exit, Exit::Success, "{}", said.stdout);
    assert!(
        said.stdout
            .starts_with(&format!("ok       settings    {path}\n")),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout
            .contains(&format!("(from admin.endpoint at {path}:2:13)")),
        "{}",
        said.stdout
    );
}

/// Errors of all commands lead on.
#[test]
fn refusals_say_where_the_address_comes_from_and_what_to_do() {
    let plane = closed();
    let remote = crate::remote(&plane);
    plane.order(
        "ListExecutions",
        1,
        Fault::Refused(7, "not allowed".to_owned()),
    );
    let error = remote.executions(1).unwrap_err().to_string();
    let start = format!(
        "{} (from the program) refuses ListExecutions: not allowed",
        plane.address()
    );
    assert!(error.starts_with(&start), "{error}");
    assert!(
        error
            .ends_with("signs in with ClientSecret (from the program), and `doctor` tells as whom"),
        "{error}"
    );
    let said = say(
        &crate::plane(),
        "register square --image tests:v1 --project nope",
    );
    assert!(
        said.stderr
            .contains("`projects list` shows the projects, and `--project` gives another"),
        "{}",
        said.stderr
    );
}

//! Programs of users: `login` and `logout`, several processes at once, and what all of them write.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Output, Stdio},
};

use flyte_runtime::testing::cluster::ControlPlane;

use crate::{
    oauth::{PLANTED, get, sent_back},
    user_sign_in::{closed, kept_file},
    written::files_with_secrets,
};

/// A program of the user whose home is below the directory of a cluster.
fn program(plane: &ControlPlane, mode: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_remote-program"));
    command
        .args(arguments)
        .env_clear()
        .env("HOME", plane.directory().join("home"))
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("FLYTE_PLATFORM_URL", plane.address().to_string())
        .env("FLYTE_PLATFORM_INSECURE", "true")
        .env("FLYTE_CREDENTIALS_AUTH_MODE", mode)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn end(child: Child) -> Output {
    let output = child.wait_with_output().unwrap();
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains(PLANTED), "{text}");
    }
    output
}

#[track_caller]
fn success(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn login_shows_the_page_and_tells_as_whom() {
    let (oauth, plane) = closed();
    let mut child = program(&plane, "Pkce", &["login", "--no-browser"])
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = [String::new(), String::new()];
    for line in &mut lines {
        stderr.read_line(line).unwrap();
    }
    let address = plane.address();
    assert_eq!(
        lines[0],
        format!("to sign in to {address}, open in a browser of this machine\n")
    );
    get(&sent_back(lines[1].trim()));
    let said = success(&end(child));
    assert_eq!(
        said,
        format!("signed in to {address} with Pkce as ada@example.com\n")
    );
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    // Other commands need no user, and no other file has what was kept.
    let list = end(program(&plane, "Pkce", &["runs", "list", "--remote"])
        .spawn()
        .unwrap());
    success(&list);
    assert_eq!(
        files_with_secrets(plane.directory()),
        [kept_file(&plane).display().to_string()]
    );
    assert_eq!(oauth.asked("authorization_code"), 1);
    let logout = || success(&end(program(&plane, "Pkce", &["logout"]).spawn().unwrap()));
    assert_eq!(logout(), format!("signed out of {address}\n"));
    assert_eq!(logout(), format!("no token of {address} is kept\n"));
    assert_eq!(files_with_secrets(plane.directory()), [""; 0]);
    let refused = end(program(&plane, "Pkce", &["runs", "list", "--remote"])
        .spawn()
        .unwrap());
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(
        text,
        format!(
            "error: not signed in to {address} with Pkce (from the environment variable FLYTE_CREDENTIALS_AUTH_MODE): \
             a user has to sign in: run this program's command `login`, or set `admin.authType: ClientSecret` for a \
             program that runs without one; `doctor` looks at each step\n"
        )
    );
}

#[cfg(unix)]
#[test]
fn login_opens_the_browser_of_the_user() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_oauth, plane) = closed();
    let browser = plane.directory().join("browser");
    let opened = plane.directory().join("opened");
    let script = format!(
        "#!/bin/sh\nprintf %s \"$1\" > {0}.part && mv {0}.part {0}\n",
        opened.display()
    );
    fs::write(&browser, script).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o700)).unwrap();
    let mut login = program(&plane, "standard", &["login", "--json"]);
    let mut child = login.env("BROWSER", &browser).spawn().unwrap();
    let url = loop {
        if let Ok(url) = fs::read_to_string(&opened) {
            break url;
        }
        assert!(child.try_wait().unwrap().is_none(), "it opens nothing");
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    get(&sent_back(&url));
    let output = end(child);
    assert!(String::from_utf8_lossy(&output.stderr).contains(&url));
    let said: serde_json::Value = serde_json::from_str(&success(&output)).unwrap();
    assert_eq!(said["mode"], "Pkce");
    assert_eq!(said["user"], "ada@example.com");
}

#[test]
fn one_refresh_is_made_for_all_processes() {
    let (oauth, plane) = closed();
    success(&end(program(&plane, "DeviceFlow", &["login"])
        .spawn()
        .unwrap()));
    let file = kept_file(&plane);
    let mut kept: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    kept["received"] = 1.into();
    fs::write(&file, kept.to_string()).unwrap();
    let all: Vec<_> = (0..4)
        .map(|_| {
            program(&plane, "DeviceFlow", &["runs", "list", "--remote"])
                .spawn()
                .unwrap()
        })
        .collect();
    for child in all {
        success(&end(child));
    }
    assert_eq!(oauth.asked("refresh_token"), 1);
}

#[test]
fn a_cluster_that_wants_no_sign_in_says_so() {
    let plane = crate::plane();
    let said = success(&end(program(&plane, "Pkce", &["login"]).spawn().unwrap()));
    assert_eq!(said, format!("{} wants no sign-in\n", plane.address()));
}

#[test]
fn a_run_records_nothing_of_a_sign_in() {
    let (_oauth, plane) = closed();
    success(&end(program(&plane, "DeviceFlow", &["login"])
        .spawn()
        .unwrap()));
    let arguments = [
        "run",
        "hypotenuse",
        "--b",
        "4",
        "--remote",
        "--image",
        "tests:v1",
        "--wait",
    ];
    let run = end(program(&plane, "DeviceFlow", &arguments).spawn().unwrap());
    assert_eq!(success(&run), "25\n");
    let shown = end(program(&plane, "DeviceFlow", &["config", "show"])
        .spawn()
        .unwrap());
    let shown = success(&shown);
    assert!(
        shown.contains("the environment variable FLYTE_CREDENTIALS_AUTH_MODE"),
        "{shown}"
    );
    assert_eq!(
        files_with_secrets(plane.directory()),
        [kept_file(&plane).display().to_string()]
    );
}

/// A script that has nobody at a terminal does not wait for ten minutes.
#[test]
fn login_waits_as_long_as_it_is_told_to() {
    let (oauth, plane) = closed();
    let pending = ["authorization_pending"; 1000];
    oauth.state().device_answers.extend(pending);
    for mode in ["Pkce", "DeviceFlow"] {
        let arguments = ["login", "--no-browser", "--timeout", "1s"];
        let output = end(program(&plane, mode, &arguments).spawn().unwrap());
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains("to sign in to "), "{text}");
        assert!(
            text.contains("within 1s") && text.contains("`login --timeout TIME`"),
            "{text}"
        );
    }
    let wrong = end(program(&plane, "Pkce", &["login", "--timeout", "soon"])
        .spawn()
        .unwrap());
    assert_eq!(wrong.status.code(), Some(2));
}

/// Who has no secret any more can still sign out.
#[test]
fn logout_needs_no_secret() {
    let plane = crate::plane_with(
        flyte_runtime::testing::cluster::ControlPlaneOptions::default().client("robot", PLANTED),
    );
    let secret = plane.directory().join("secret");
    for by_file in [true, false] {
        let with = |arguments: &[&str], has_secret: bool| {
            let mut command = program(&plane, "Pkce", arguments);
            command.env("FLYTE_CREDENTIALS_CLIENT_ID", "robot");
            match by_file {
                true => command.env("FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION", &secret),
                false => command.env("FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR", "APP_SECRET"),
            };
            if has_secret {
                fs::write(&secret, PLANTED).unwrap();
                command.env("APP_SECRET", PLANTED);
            }
            command.spawn().unwrap()
        };
        let said = success(&end(with(&["login"], true)));
        assert!(said.contains(" with ClientSecret"), "{said}");
        fs::remove_file(&secret).unwrap();
        let address = plane.address();
        let out = success(&end(with(&["logout"], false)));
        assert_eq!(out, format!("signed out of {address}\n"));
        assert_eq!(files_with_secrets(plane.directory()), [""; 0]);
        let none = success(&end(with(&["logout"], true)));
        assert_eq!(none, format!("no token of {address} is kept\n"));
    }
}

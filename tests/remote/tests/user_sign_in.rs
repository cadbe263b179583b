//! Users who sign in: with a browser, on another device, and not again for as long as that can be avoided.

use std::{
    collections::BTreeMap,
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use flyte_remote::endless;
use flyte_runtime::{
    cluster::{BlockingRemote, ClusterError, ConnectOptions, SignInRequest, Status, TokenStore},
    compat::{AuthType, SecretText},
    testing::cluster::{ControlPlane, ControlPlaneOptions},
};
use serde_json::Value as Json;

use crate::{
    oauth::{OAuth, PLANTED, get, sent_back},
    plane_with, started, written,
};

/// A cluster whose tokens an OAuth 2 server gives.
pub(crate) fn closed() -> (OAuth, ControlPlane) {
    let oauth = OAuth::start();
    let options = ControlPlaneOptions::default().authority(oauth.url(), oauth.accepts());
    (oauth, plane_with(options))
}

fn connect(plane: &ControlPlane, mode: AuthType, options: ConnectOptions) -> BlockingRemote {
    written::watch();
    let mut config = plane.config();
    config.platform.auth_mode = mode.into();
    let options = options.environment(plane.environment());
    BlockingRemote::connect_with(&config, &options).unwrap()
}

/// A program without a user.
fn alone(plane: &ControlPlane) -> BlockingRemote {
    connect(plane, AuthType::DeviceFlow, ConnectOptions::new())
}

/// A program whose user enters the code of each request at once, and what was requested.
fn with_device(plane: &ControlPlane) -> (BlockingRemote, Arc<Mutex<Vec<SignInRequest>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let own = Arc::clone(&requests);
    let options =
        ConnectOptions::new().on_sign_in(move |request| own.lock().unwrap().push(request.clone()));
    (connect(plane, AuthType::DeviceFlow, options), requests)
}

/// A program whose user's browser does this with each page that it is to open.
fn with_browser(
    plane: &ControlPlane,
    browser: impl Fn(&str) + Send + Sync + 'static,
) -> BlockingRemote {
    let (sender, pages) = mpsc::channel::<String>();
    thread::spawn(move || pages.iter().for_each(|url| browser(&url)));
    let options = ConnectOptions::new().on_sign_in(move |request| {
        assert_eq!(request.code, None);
        sender.send(request.url.clone()).unwrap();
    });
    connect(plane, AuthType::Pkce, options)
}

/// Signs in, so that a token is kept.
fn signed_in(plane: &ControlPlane) {
    with_device(plane).0.executions(1).unwrap();
}

pub(crate) fn kept_file(plane: &ControlPlane) -> PathBuf {
    let tokens = plane.directory().join("home/.flyte/rust/cluster/tokens");
    let entries = fs::read_dir(tokens).unwrap();
    let mut files = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"));
    let file = files.next().unwrap();
    assert_eq!(files.next(), None);
    file
}

/// Changes what is kept as if the token had this age, in seconds.
fn age(plane: &ControlPlane, seconds: i64) {
    let file = kept_file(plane);
    let mut kept: Json = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let received = i64::try_from(now.as_millis()).unwrap() - seconds * 1000;
    kept["received"] = received.into();
    fs::write(file, kept.to_string()).unwrap();
}

#[test]
fn a_user_signs_in_on_another_device_once() {
    let (oauth, plane) = closed();
    oauth.state().device_answers = ["authorization_pending", "authorization_pending"].into();
    let (remote, requests) = with_device(&plane);
    remote.executions(1).unwrap();
    let shown = requests.lock().unwrap()[0].to_string();
    let expected = format!(
        "to sign in to {}, open on any device\n  {}/device\nand enter the code BDWP-HQPK",
        plane.address(),
        oauth.url()
    );
    assert_eq!(shown, expected);
    assert_eq!(oauth.asked("device_code"), 3);
    assert_eq!(remote.user().unwrap().as_deref(), Some("ada@example.com"));
    // The next program needs no user.
    alone(&plane).executions(1).unwrap();
    assert_eq!(oauth.asked("device_code"), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = kept_file(&plane);
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file.clone()), 0o600);
        assert_eq!(mode(file.parent().unwrap().to_owned()), 0o700);
    }
}

#[test]
fn a_server_is_asked_less_often_when_it_says_so() {
    let (oauth, plane) = closed();
    oauth.state().device_answers = ["slow_down"].into();
    with_device(&plane).0.executions(1).unwrap();
    let state = oauth.state();
    let between = state.asked[1].1.duration_since(state.asked[0].1);
    assert!(between >= Duration::from_secs(5), "{between:?}");
}

#[test]
fn a_sign_in_that_is_denied_or_too_late_is_told() {
    let (oauth, plane) = closed();
    for (code, expected) in [
        ("access_denied", "the sign-in was denied on the device"),
        ("expired_token", "the code is no longer valid; try again"),
        (
            "invalid_client",
            "refuses the sign-in: invalid_client [HTTP 400]",
        ),
    ] {
        oauth.state().device_answers = [code].into();
        let error = with_device(&plane).0.executions(1).unwrap_err();
        assert!(matches!(error, ClusterError::SignIn { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(
            error
                .to_string()
                .contains("with DeviceFlow (from the program)")
        );
    }
}

#[test]
fn a_user_signs_in_with_a_browser() {
    let (oauth, plane) = closed();
    let (pages, seen) = mpsc::channel();
    let remote = with_browser(&plane, move |url| {
        let back = sent_back(url);
        // Another page of the browser tries first, with a state that it has made up.
        let (address, _) = back.split_once('?').unwrap();
        let forged = get(&format!("{address}?code=forged&state=made-up"));
        let missing = get(&address.replace("/callback", "/favicon.ico"));
        pages.send([forged, missing, get(&back)]).unwrap();
    });
    remote.executions(1).unwrap();
    let [forged, missing, page] = seen.recv().unwrap();
    assert_eq!(
        (forged.status, missing.status, page.status),
        (400, 404, 200)
    );
    assert!(
        forged
            .body
            .contains("not the sign-in that the program waits for")
    );
    assert!(page.body.contains("Signed in."));
    for page in [forged, missing, page] {
        assert!(!page.body.contains(PLANTED) && !page.head.contains(PLANTED));
        assert!(page.head.contains("Referrer-Policy: no-referrer"));
    }
    assert_eq!(oauth.asked("authorization_code"), 1);
    // What a browser has brought serves the other way, too: it is the same user.
    alone(&plane).executions(1).unwrap();
}

#[test]
fn a_user_who_says_no_in_the_browser_is_not_asked_again() {
    let (oauth, plane) = closed();
    oauth.state().denies = true;
    let (statuses, seen) = mpsc::channel();
    let remote = with_browser(&plane, move |url| {
        statuses.send(get(&sent_back(url)).status).unwrap();
    });
    let error = remote.executions(1).unwrap_err().to_string();
    assert!(
        error.contains("the server refuses the sign-in: access_denied not today"),
        "{error}"
    );
    assert_eq!(seen.iter().take(1).collect::<Vec<_>>(), [400]);
    assert_eq!(oauth.asked("authorization_code"), 0);
}

#[test]
fn an_address_that_cannot_be_listened_at_is_told() {
    let oauth = OAuth::start();
    // The port of the server itself is in use.
    for (uri, expected) in [
        (oauth.url() + "/callback", "which cannot be listened at"),
        (
            "https://example.com/callback".to_owned(),
            "which is not an http address of this machine; set `admin.authType: DeviceFlow`",
        ),
    ] {
        let options = ControlPlaneOptions::default().authority(oauth.url(), oauth.accepts());
        let plane = plane_with(options.redirect_uri(uri));
        let remote = with_browser(&plane, |_| panic!("there is nothing to open"));
        let error = remote.executions(1).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_token_at_its_end_is_refreshed_without_the_user() {
    let (oauth, plane) = closed();
    signed_in(&plane);
    for (seconds, refreshed) in [(3000, 0), (3599, 1), (9999, 2)] {
        age(&plane, seconds);
        alone(&plane).executions(1).unwrap();
        assert_eq!(oauth.asked("refresh_token"), refreshed);
    }
    assert_eq!(oauth.asked("device_code"), 1);
}

#[test]
fn one_refresh_is_made_for_all_threads() {
    let (oauth, plane) = closed();
    signed_in(&plane);
    age(&plane, 9999);
    let remote = alone(&plane);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| remote.executions(1).unwrap());
        }
    });
    assert_eq!(oauth.asked("refresh_token"), 1);
}

#[test]
fn a_sign_in_that_fails_is_not_repeated_for_each_thread() {
    let (oauth, plane) = closed();
    oauth.state().device_answers = ["authorization_pending", "access_denied"].into();
    let (remote, requests) = with_device(&plane);
    let barrier = std::sync::Barrier::new(4);
    let denied = thread::scope(|scope| {
        let calls = [(); 4].map(|()| {
            scope.spawn(|| {
                barrier.wait();
                remote.executions(1).is_err()
            })
        });
        calls.map(|call| call.join().unwrap())
    });
    // A thread that came later than the answer may have asked again, and been let in.
    assert!(denied.contains(&true));
    assert!(requests.lock().unwrap().len() <= 2);
}

#[test]
fn two_clocks_may_differ() {
    let (oauth, plane) = closed();
    signed_in(&plane);
    // For the server it is later: it refuses what is valid here.
    oauth.state().valid.clear();
    alone(&plane).executions(1).unwrap();
    assert_eq!(oauth.asked("refresh_token"), 1);
    // This machine's clock was ahead when the token was received, and was set back.
    age(&plane, -86_400);
    alone(&plane).executions(1).unwrap();
    assert_eq!(oauth.asked("refresh_token"), 2);
    assert_eq!(oauth.asked("device_code"), 1);
}

#[test]
fn a_refresh_that_is_refused_needs_the_user() {
    let (oauth, plane) = closed();
    signed_in(&plane);
    oauth.state().refresh.clear();
    age(&plane, 9999);
    let error = alone(&plane).executions(1).unwrap_err().to_string();
    assert!(
        error.contains("the last sign-in is no longer accepted: invalid_grant *** [HTTP 400]; a user has to sign in"),
        "{error}"
    );
    assert!(
        error.contains("run this program's command `login`"),
        "{error}"
    );
    assert!(!error.contains(PLANTED), "{error}");
    let (remote, requests) = with_device(&plane);
    remote.executions(1).unwrap();
    assert_eq!(requests.lock().unwrap().len(), 1);
    alone(&plane).executions(1).unwrap();
}

#[test]
fn an_outage_in_the_middle_of_a_refresh_costs_nothing_while_the_token_is_valid() {
    let (oauth, plane) = closed();
    signed_in(&plane);
    oauth.state().is_down = true;
    // Half a minute is left.
    age(&plane, 3570);
    let remote = alone(&plane);
    remote.executions(1).unwrap();
    remote.executions(1).unwrap();
    // Now nothing is left, and the user is not asked either: the last sign-in is still good.
    age(&plane, 9999);
    let (late, requests) = with_device(&plane);
    let error = late.executions(1).unwrap_err().to_string();
    assert!(
        error.contains("gives no token: \"not now\" [HTTP 503]"),
        "{error}"
    );
    assert_eq!(requests.lock().unwrap().len(), 0);
    oauth.state().is_down = false;
    late.executions(1).unwrap();
    assert_eq!(oauth.asked("refresh_token"), 1);
    assert_eq!(requests.lock().unwrap().len(), 0);
}

#[test]
fn a_watch_outlives_the_end_of_its_token_while_nobody_renews_it() {
    let (oauth, plane) = closed();
    oauth.state().lifetime = 1.0;
    let (remote, requests) = with_device(&plane);
    let execution = started(&remote, &endless::call(1));
    plane.leave();
    oauth.state().is_down = true;
    let tree = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_secs(1));
            plane.come_back();
            // The first look, with all its tries, is over when there are more of them than it makes.
            while oauth.state().missed < 6 {
                thread::sleep(Duration::from_millis(10));
            }
            oauth.state().is_down = false;
        });
        remote.wait_for(async |remote| remote.watch(&execution, |_: &_| {}).await)
    });
    assert_eq!(tree.unwrap().record.status, Status::Succeeded);
    assert_eq!(requests.lock().unwrap().len(), 1);
}

#[test]
fn what_is_not_a_kept_token_is_replaced() {
    let (oauth, plane) = closed();
    signed_in(&plane);
    let file = kept_file(&plane);
    let kept = fs::read_to_string(&file).unwrap();
    let address = plane.address().to_string();
    for text in [
        "{",
        "",
        "\u{fffd}",
        &kept.replace(&address, "another.example.com:443"),
    ] {
        fs::write(&file, text).unwrap();
        let before = oauth.asked("device_code");
        signed_in(&plane);
        assert_eq!(oauth.asked("device_code"), before + 1, "{text}");
        let now: Json = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!(now["endpoint"], *address);
    }
    #[cfg(unix)]
    {
        // Another user's file, which this one was led to by a link.
        let other = plane.directory().join("other");
        fs::write(&other, &kept).unwrap();
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(&other, &file).unwrap();
        signed_in(&plane);
        assert!(fs::symlink_metadata(&file).unwrap().is_file());
        assert_eq!(fs::read_to_string(other).unwrap(), kept);
    }
}

#[test]
fn without_a_user_it_is_told_what_to_run() {
    let (_oauth, plane) = closed();
    for mode in [AuthType::Pkce, AuthType::DeviceFlow] {
        let error = connect(&plane, mode, ConnectOptions::new()).executions(1);
        let error = error.unwrap_err().to_string();
        let expected = format!(
            "not signed in to {} with {mode} (from the program): a user has to sign in: run this program's command \
             `login`, or set `admin.authType: ClientSecret` for a program that runs without one; `doctor` looks at \
             each step",
            plane.address()
        );
        assert_eq!(error, expected);
    }
}

/// Keeps tokens for as long as it is there.
#[derive(Clone, Debug, Default)]
struct InMemory(Arc<Mutex<BTreeMap<String, SecretText>>>);

impl TokenStore for InMemory {
    fn read(&self, name: &str) -> io::Result<Option<SecretText>> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn write(&self, name: &str, token: &SecretText) -> io::Result<()> {
        self.0
            .lock()
            .unwrap()
            .insert(name.to_owned(), token.clone());
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<bool> {
        Ok(self.0.lock().unwrap().remove(name).is_some())
    }
}

#[test]
fn tokens_are_kept_where_the_program_says() {
    let (oauth, plane) = closed();
    let store = InMemory::default();
    let with_store = || {
        let options = ConnectOptions::new().token_store(store.clone());
        connect(&plane, AuthType::DeviceFlow, options.on_sign_in(|_| {}))
    };
    with_store().executions(1).unwrap();
    with_store().executions(1).unwrap();
    assert_eq!(oauth.asked("device_code"), 1);
    let entries = store.0.lock().unwrap().clone();
    assert_eq!(entries.len(), 1);
    assert!(entries.values().all(|kept| kept.expose().contains(PLANTED)));
    assert!(alone(&plane).executions(1).is_err(), "it is in a file, too");
    assert!(with_store().sign_out().unwrap());
    assert!(!with_store().sign_out().unwrap());
    with_store().executions(1).unwrap();
    assert_eq!(oauth.asked("device_code"), 2);
}

#[test]
fn signing_in_does_so_whatever_is_kept() {
    let (oauth, plane) = closed();
    let (remote, requests) = with_device(&plane);
    assert!(remote.sign_in().unwrap());
    assert!(remote.sign_in().unwrap());
    assert_eq!(requests.lock().unwrap().len(), 2);
    assert_eq!(oauth.asked("refresh_token"), 0);
    assert!(remote.sign_out().unwrap());
    assert!(alone(&plane).executions(1).is_err());
}

#[test]
fn a_proxy_gets_a_token_of_its_own() {
    let oauth = OAuth::start();
    let options = ControlPlaneOptions::default().authority(oauth.url(), oauth.accepts());
    let plane = plane_with(options.proxy(|token| token == "planted-proxy"));
    let mut config = plane.config();
    config.platform.auth_mode = AuthType::DeviceFlow.into();
    let connect = |config: &_| {
        let options = ConnectOptions::new().environment(plane.environment());
        BlockingRemote::connect_with(config, &options.on_sign_in(|_| {})).unwrap()
    };
    let command = |words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_owned());
        words.collect::<Vec<_>>()
    };
    let file = plane.directory().join("proxy-token");
    fs::write(&file, "planted-proxy").unwrap();
    config.platform.proxy_command = command(&["cat", &file.to_string_lossy()]).into();
    let remote = connect(&config);
    remote.executions(1).unwrap();
    assert_eq!(oauth.asked("device_code"), 1);
    assert!(!format!("{remote:?}").contains("planted-"), "{remote:?}");
    // A token that the proxy refuses is asked for again once.
    fs::write(&file, "planted-old").unwrap();
    let once = format!("cat {0}; printf planted-proxy > {0}", file.display());
    config.platform.proxy_command = command(&["sh", "-c", &once]).into();
    connect(&config).executions(1).unwrap();
    // Also where nobody but the proxy wants one.
    let plane = plane_with(ControlPlaneOptions::default().proxy(|token| token == "planted-proxy"));
    fs::write(&file, "planted-old").unwrap();
    let mut config = plane.config();
    config.platform.proxy_command = command(&["sh", "-c", &once]).into();
    connect(&config).executions(1).unwrap();
    config.platform.proxy_command = command(&["false"]).into();
    let error = connect(&config).executions(1).unwrap_err().to_string();
    assert!(
        error.contains("with proxyCommand (from the program): the command `false` ended with"),
        "{error}"
    );
}

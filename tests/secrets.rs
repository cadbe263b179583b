//! Secrets in tasks: they are there before a task starts, and nothing that a run writes has them in it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test has no users and shows what failed"
)]

use std::{
    env, fs,
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use flyte_runtime::{
    cache::Cache,
    checkpoint::CheckpointError,
    compat::{ExecutionParameters, FlyteContextManager, SecretsConfig, current_context},
    config::Environment,
    context::FlyteContext,
    events::JsonLines,
    files::TempSandbox,
    history::History,
    prelude::*,
    secrets::{SecretName, SecretsManager},
    testing::{TestContext, mock},
    view::Progress,
};

/// Runs code where these variables are all the environment there is for secrets.
fn with_secrets<R>(variables: &[(&str, &str)], work: impl FnOnce() -> R) -> R {
    let environment = variables
        .iter()
        .fold(Environment::empty(), |environment, (name, value)| {
            environment.with_var(*name, *value)
        });
    let sandbox = TempSandbox::new();
    let config = SecretsConfig::default().default_dir(sandbox.path().to_str().unwrap());
    let secrets = SecretsManager::new(config, environment).allow_unprefixed(true);
    let context = FlyteContext::current();
    let state = context
        .new_execution_state()
        .with_user_space_params(ExecutionParameters::builder().secrets(secrets).build());
    FlyteContextManager::with_context(context.with_execution_state(state), |_| work())
}

static STARTED: AtomicUsize = AtomicUsize::new(0);

#[task(
    retries = 3,
    secret_requests(
        secret(group = "db", key = "user"),
        secret(group = "db", key = "password", group_version = "v2")
    )
)]
fn needs_two() -> String {
    STARTED.fetch_add(1, Ordering::SeqCst);
    let told = current_context();
    let secrets = told.secrets().unwrap();
    let password = secrets
        .get_named(SecretName::new("db", "password").version("v2"))
        .unwrap();
    let user = secrets.group("db").get("user").unwrap();
    format!("{}:{}", user.expose(), password.expose())
}

#[task(secret_requests(secret(group = "db", key = "user")))]
async fn needs_one_later() -> String {
    STARTED.fetch_add(1_000, Ordering::SeqCst);
    "started".to_owned()
}

#[dynamic(secret_requests(secret(group = "db", key = "user")))]
fn needs_one_to_unfold() -> String {
    STARTED.fetch_add(1_000_000, Ordering::SeqCst);
    needs_one_later()
}

#[test]
fn a_task_does_not_start_without_the_secrets_it_asks_for() {
    let error = with_secrets(&[("DB_USER", "me")], needs_two::run).unwrap_err();
    let error = error.to_string();
    for part in [
        "task `secrets.needs_two` failed: Unable to find secret for group = \"db\", key = \"password\", group_version = \"v2\"",
        "\n      Env Var _FSEC_DB_V2_PASSWORD: not set\n",
        "\n      Env Var DB_V2_PASSWORD: not set\n",
        "/db/v2/password: not there\n",
        "\n      Env Var FLYTE_SECRETS_DB_V2_PASSWORD: not set\n",
        "\n      to fix it: export _FSEC_DB_V2_PASSWORD='...'\n",
    ] {
        assert!(error.contains(part), "{part} is not in:\n{error}");
    }
    for error in [
        with_secrets(&[], needs_one_later::run).unwrap_err(),
        with_secrets(&[], needs_one_to_unfold::run).unwrap_err(),
    ] {
        assert!(error.to_string().contains("_FSEC_DB_USER"), "{error}");
    }
    assert_eq!(STARTED.load(Ordering::SeqCst), 0, "a body was run");

    let both = [("DB_USER", "me"), ("_FSEC_DB_V2_PASSWORD", "secret")];
    assert_eq!(with_secrets(&both, needs_two::run).unwrap(), "me:secret");
    assert_eq!(
        with_secrets(&both, needs_one_to_unfold::run).unwrap(),
        "started"
    );
    // What stands for the task asks for nothing.
    let _mocked = mock::<needs_two>(|()| "mocked".to_owned());
    assert_eq!(with_secrets(&[], needs_two::run).unwrap(), "mocked");
}

#[task(secret_requests(secret(group = "key")))]
fn uses_a_binary_secret() -> i64 {
    let told = current_context();
    let key = told
        .secrets()
        .unwrap()
        .get_named_bytes(SecretName::group("key"))
        .unwrap();
    key.expose().len() as i64
}

#[test]
fn a_binary_secret_is_found_before_and_in_the_task() {
    let sandbox = TempSandbox::new();
    fs::write(sandbox.create().unwrap().join("key"), [0xff, 0, b'\n']).unwrap();
    let config = SecretsConfig::default().default_dir(sandbox.path().to_str().unwrap());
    let secrets = SecretsManager::new(config, Environment::empty());
    let test = TestContext::new().secrets(secrets);
    assert_eq!(test.run(uses_a_binary_secret::run).unwrap(), 3);
}

/// Shows whether the variables are set, and to what.
#[cfg(unix)]
#[shell_task(
    script = r#"printf '%s|%s|%s|%s' "$_FSEC_SHELL_ONE" "$TOKEN" "${_FSEC_SHELL_OTHER-none}" "${_FSEC_SHELL_FILE-none}" > {outputs.o0}"#,
    secret_requests(
        secret(group = "shell", key = "one"),
        secret(group = "shell", key = "two", env_var = "TOKEN"),
        secret(group = "shell", key = "file", mount_requirement = file)
    )
)]
fn shows_variables() -> String;

/// On a cluster its container would have no others either.
#[cfg(unix)]
#[test]
fn a_script_has_the_secrets_that_it_asks_for_and_no_others() {
    const CHILD: &str = "FLYTE_TEST_SHELL_SECRETS";
    if env::var_os(CHILD).is_some() {
        let shown = with_secrets(
            &[
                ("SHELL_ONE", "$(first) \"'\n"),
                ("SHELL_TWO", "second"),
                ("SHELL_FILE", "third"),
            ],
            shows_variables::run,
        );
        assert_eq!(shown.unwrap(), "$(first) \"'\n|second|none|none");
        return;
    }
    let ran = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "a_script_has_the_secrets_that_it_asks_for_and_no_others",
        ])
        .env(CHILD, "1")
        .env("_FSEC_SHELL_OTHER", "of another task")
        .env("_FSEC_SHELL_FILE", "in another place")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stdout)
    );
}

/// Two secrets that occur nowhere by chance, and a third that is not text.
const PLANTED: [&str; 2] = ["Zq8-planted-in-a-variable-kR3", "Vw5-planted-in-a-file-pT9"];
const DIRECTORY: &str = "FLYTE_TEST_SECRETS_DIRECTORY";

/// The test starts itself again, with the variable.
#[cfg(unix)]
#[test]
fn a_variable_may_have_a_binary_secret() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    let secrets = SecretsManager::new(SecretsConfig::default(), Environment::process());
    if env::var_os("_FSEC_BINARY_VARIABLE").is_none() {
        let test = Command::new(env::current_exe().unwrap())
            .args(["--exact", "a_variable_may_have_a_binary_secret"])
            .env("_FSEC_BINARY_VARIABLE", OsStr::from_bytes(b"\xff\xfe\n"))
            .output()
            .unwrap();
        assert!(test.status.success(), "{test:?}");
        return;
    }
    let bytes = secrets.get_bytes("binary", "variable").unwrap();
    assert_eq!(bytes.expose(), b"\xff\xfe\n");
    assert_eq!(
        secrets.get("binary", "variable").unwrap_err().to_string(),
        "the secret in the environment variable _FSEC_BINARY_VARIABLE is not UTF-8; get it as bytes"
    );
}

fn planted() -> impl std::fmt::Debug {
    let told = current_context();
    let secrets = told.secrets().unwrap();
    let variable = secrets.get("scan", "variable").unwrap();
    let file = secrets.get("scan", "file").unwrap();
    let bytes = secrets.get_bytes("scan", "file").unwrap();
    assert_eq!([variable.expose(), file.expose()], PLANTED);
    assert_eq!(bytes.expose(), PLANTED[1].as_bytes());
    // All that can be said of them without asking for their text.
    (variable, file, bytes, secrets.clone(), told.clone())
}

#[task(
    cache = "1",
    enable_deck = true,
    secret_requests(
        secret(group = "scan", key = "variable"),
        secret(group = "scan", key = "file")
    )
)]
fn writes(directory: String) -> String {
    let secret = planted();
    let told = current_context();
    told.default_deck().append(format!("{secret:?}"));
    told.stats().incr("used");
    tracing::error!(?secret, "used");
    println!("{secret:?}");
    eprintln!("{secret:?}");
    let kept: Result<(), CheckpointError> = told
        .checkpoint()
        .unwrap()
        .write(format!("{secret:?}").as_bytes());
    kept.unwrap();
    // What a task leaves in its directory is removed with the run, so it is copied.
    let own = told.working_directory().unwrap();
    fs::write(own.join("note"), format!("{secret:?}")).unwrap();
    for (number, file) in files(own).iter().enumerate() {
        fs::copy(file, Path::new(&directory).join(number.to_string())).unwrap();
    }
    format!("{secret:?}")
}

#[task(enable_deck, secret_requests(secret(group = "scan", key = "variable")))]
fn fails() -> Result<i64, String> {
    let secret = planted();
    Err(format!("{secret:?} in {:?}", FlyteContext::current()))
}

#[task(enable_deck, secret_requests(secret(group = "scan", key = "file")))]
fn panics() -> i64 {
    let secret = planted();
    panic!("{secret:?}")
}

#[task(
    enable_deck,
    secret_requests(
        secret(group = "scan", key = "variable"),
        secret(group = "scan", key = "missing")
    )
)]
fn misses_one() -> i64 {
    0
}

/// In a process of its own: tasks that do with secrets what they should not.
fn run_with_planted_secrets(directory: &Path) {
    let test = TestContext::new().secrets(
        SecretsManager::new(
            SecretsConfig::default().default_dir(directory.join("mounted").to_str().unwrap()),
            Environment::process(),
        )
        .allow_unprefixed(true),
    );
    let written = directory.join("written");
    fs::create_dir(&written).unwrap();
    let events = fs::File::create(written.join("events")).unwrap();
    let watched = Runner::local()
        .history(&History::in_dir(written.join("history")))
        .observe(JsonLines::new(events.try_clone().unwrap()))
        .observe(Progress::new(events));
    test.run(|| {
        // The pages of each run in a directory of its own.
        let pages = |name: &str| watched.clone().deck_dir(written.join(name));
        let text = pages("pages of writes")
            .cache(Cache::at(written.join("cache")))
            .run(writes::call(written.to_str().unwrap().to_owned()))
            .unwrap();
        fs::write(written.join("output"), text).unwrap();
        for (name, error) in [
            (
                "error",
                pages("pages of fails").run(fails::call()).unwrap_err(),
            ),
            (
                "panic",
                pages("pages of panics").run(panics::call()).unwrap_err(),
            ),
            (
                "missing",
                pages("pages of misses_one")
                    .run(misses_one::call())
                    .unwrap_err(),
            ),
        ] {
            fs::write(written.join(name), format!("{error}\n{error:?}")).unwrap();
        }
        fs::write(written.join("deck"), FlyteContext::current().get_deck()).unwrap();
    });
    let lines: Vec<_> = test
        .logs()
        .lines()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(lines.iter().any(|line| line.contains("used")));
    fs::write(
        written.join("logs"),
        format!("{lines:?}{:?}", test.logs().spans()),
    )
    .unwrap();
    fs::write(
        written.join("metrics"),
        format!("{:?}{test:?}", test.stats()),
    )
    .unwrap();
    std::thread::spawn(|| {
        // Past the engine, to the standard error.
        let secret = PLANTED.map(|_| "not a secret");
        panic!("{secret:?}");
    })
    .join()
    .unwrap_err();
}

/// All files below a directory.
fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(directory).unwrap();
    let entries = entries.flat_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    entries.collect()
}

#[test]
fn no_secret_is_in_anything_that_a_run_writes() {
    if let Some(directory) = env::var_os(DIRECTORY) {
        return run_with_planted_secrets(Path::new(&directory));
    }
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    fs::create_dir_all(directory.join("mounted/scan")).unwrap();
    fs::write(directory.join("mounted/scan/file"), PLANTED[1]).unwrap();
    let temporary = directory.join("temporary");
    fs::create_dir(&temporary).unwrap();
    let ran = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "no_secret_is_in_anything_that_a_run_writes",
            "--nocapture",
        ])
        .env(DIRECTORY, directory)
        .env("_FSEC_SCAN_VARIABLE", PLANTED[0])
        .env("TMPDIR", &temporary)
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(ran.status.success(), "{}", told(&ran.stderr));
    assert!(told(&ran.stdout).contains("Secret(***)"));
    let mut written = vec![
        ("the standard output".into(), ran.stdout),
        ("the standard error".into(), ran.stderr),
    ];
    for file in [files(&directory.join("written")), files(&temporary)].concat() {
        let bytes = fs::read(&file).unwrap();
        written.push((file, bytes));
    }
    for name in [
        "output",
        "error",
        "panic",
        "missing",
        "deck",
        "logs",
        "metrics",
        "pages of writes/000-secrets-writes-n0.html",
        "pages of fails/000-secrets-fails-n0.html",
        "pages of panics/000-secrets-panics-n0.html",
        "pages of misses_one/000-secrets-misses_one-n0.html",
    ] {
        let (_, bytes) = written
            .iter()
            .find(|(path, _)| path.ends_with(name))
            .unwrap();
        assert!(!bytes.is_empty(), "{name} is empty");
    }
    let in_cache = |path: &Path| {
        path.ancestors()
            .any(|around| around.ends_with("written/cache"))
    };
    assert!(
        written
            .iter()
            .any(|(path, bytes)| in_cache(path) && !bytes.is_empty())
    );
    for (place, bytes) in written {
        for secret in PLANTED {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(
                !found,
                "{secret} is in {}: {}",
                place.display(),
                told(&bytes)
            );
        }
    }
}

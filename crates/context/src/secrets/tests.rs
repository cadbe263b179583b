#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use super::*;
use crate::storage::TempSandbox;
use flyte_config::config::{Environment, SecretsConfig};
use flyte_core::options::SecretRequest;

fn config(dir: &Path) -> SecretsConfig {
    SecretsConfig::default().default_dir(dir.to_str().unwrap())
}

/// A manager that looks in a directory that does not exist.
fn with_vars(vars: &[(&str, &str)]) -> SecretsManager {
    let env = vars
        .iter()
        .fold(Environment::empty(), |env, (name, value)| {
            env.with_var(*name, *value)
        });
    SecretsManager::new(config(Path::new("/no/such/directory")), env)
}

/// A manager that looks in a directory with one file.
fn with_file(path: &str, contents: &[u8]) -> (TempSandbox, SecretsManager) {
    let dir = TempSandbox::new();
    let file = dir.path().join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, contents).unwrap();
    let manager = SecretsManager::new(config(dir.path()), Environment::empty());
    (dir, manager)
}

fn not_found(result: Result<Secret, SecretError>) -> (Vec<String>, String) {
    match result.unwrap_err() {
        SecretError::NotFound { tried, fix, .. } => {
            (tried.iter().map(ToString::to_string).collect(), fix)
        }
        error => panic!("{error}"),
    }
}

/// flytekit: `test_context_manager.py::test_secrets_manager_get_envvar`.
#[test]
fn variables_are_named_by_group_version_and_key() {
    let secrets = SecretsManager::new(SecretsConfig::default(), Environment::empty());
    for (name, variable) in [
        (SecretName::new("group", "test"), "_FSEC_GROUP_TEST"),
        (
            SecretName::new("group", "test").version("v1"),
            "_FSEC_GROUP_V1_TEST",
        ),
        (SecretName::group("group").version("v1"), "_FSEC_GROUP_V1"),
        (SecretName::group("group"), "_FSEC_GROUP"),
        (SecretName::new("", "key"), "_FSEC_KEY"),
        (SecretName::new("my-group", "key"), "_FSEC_MY-GROUP_KEY"),
    ] {
        assert_eq!(secrets.get_secrets_env_var(name).unwrap(), variable);
    }
}

/// flytekit: `test_context_manager.py::test_secrets_manager_get_file`.
#[test]
fn files_are_named_by_group_version_and_key() {
    let secrets = SecretsManager::new(SecretsConfig::default(), Environment::empty());
    let file = |name| secrets.get_secrets_file(name).unwrap();
    assert_eq!(
        file(SecretName::new("group", "test")),
        Path::new("/etc/secrets/group/test")
    );
    assert_eq!(
        file(SecretName::new("Group", "TEST").version("V1")),
        Path::new("/etc/secrets/group/v1/test")
    );
    assert_eq!(
        file(SecretName::group("group")),
        Path::new("/etc/secrets/group")
    );

    let prefixed = SecretsConfig::default()
        .file_prefix("flyte_")
        .default_dir("relative");
    let env = Environment::empty().with_current_dir("/here");
    let secrets = SecretsManager::new(prefixed, env);
    assert_eq!(
        secrets.get_secrets_file(("group", "test")).unwrap(),
        Path::new("/here/relative/group/flyte_test")
    );
}

/// flytekit: `test_context_manager.py::test_secrets_manager_default`.
#[test]
fn an_unknown_secret_is_an_error_with_every_place() {
    let secrets = with_vars(&[]);
    let (tried, fix) = not_found(secrets.get("group", "key2"));
    assert_eq!(
        tried,
        [
            "Env Var _FSEC_GROUP_KEY2: not set",
            "FilePath /no/such/directory/group/key2: not there",
            "Env Var FLYTE_SECRETS_GROUP_KEY2: not set",
        ]
    );
    assert_eq!(
        fix,
        r#"#[task(secret_requests(secret(group = "group", key = "key2")))], and the secret itself on the cluster"#
    );
    assert!(secrets.group("group").get("key2").is_err());
    assert!(secrets.group("group").get_bytes("key2").is_err());

    let local = secrets.allow_unprefixed(true);
    let (tried, fix) = not_found(local.get("group", "key2"));
    assert_eq!(
        (tried.len(), tried[1].as_str()),
        (4, "Env Var GROUP_KEY2: not set")
    );
    assert_eq!(fix, "export _FSEC_GROUP_KEY2='...'");
    let (_, fix) = not_found(local.get("group", "my-key"));
    assert_eq!(fix, "write it to /no/such/directory/group/my-key");
    assert_eq!(
        local
            .get("group", "my-key")
            .unwrap_err()
            .to_string()
            .lines()
            .next(),
        Some(r#"Unable to find secret for group = "group", key = "my-key""#)
    );
}

/// flytekit: `test_context_manager.py::test_secrets_manager_bad_env`.
#[test]
fn a_variable_named_by_the_key_alone_is_not_the_secret() {
    let secrets = with_vars(&[("TEST", "value")]);
    assert!(secrets.get("group", "test").is_err());
    assert!(secrets.allow_unprefixed(true).get("group", "test").is_err());
}

/// flytekit: `test_context_manager.py::test_secrets_manager_execution`.
#[test]
fn names_without_the_prefix_count_on_this_machine_only() {
    let bare = with_vars(&[("ABC_XYZ", "my-abc-secret")]);
    assert!(bare.get("abc", "xyz").is_err());
    let local = bare.allow_unprefixed(true);
    assert_eq!(local.get("ABC", "XYZ").unwrap().expose(), "my-abc-secret");
    assert!(local.allow_unprefixed(false).get("abc", "xyz").is_err());

    let prefixed = with_vars(&[("_FSEC_ABC_XYZ", "my-abc-secret"), ("ABC_XYZ", "other")]);
    for allow in [false, true] {
        let secrets = prefixed.clone().allow_unprefixed(allow);
        assert_eq!(secrets.get("abc", "xyz").unwrap().expose(), "my-abc-secret");
    }
}

/// flytekit: `test_type_hints.py::test_secrets`, without the request of another type, which does not compile here.
#[test]
fn the_named_variable_is_where_the_secret_is() {
    let request = SecretRequest::new("group").key("key");
    let name = with_vars(&[]).get_secrets_env_var(&request).unwrap();
    assert!(with_vars(&[]).get_named(&request).is_err());
    assert_eq!(
        with_vars(&[(&name, "value")])
            .get_named(&request)
            .unwrap()
            .expose(),
        "value"
    );
}

#[test]
fn the_order_is_variable_bare_variable_file_documented_variable() {
    let (_dir, files) = with_file("g/k", b"file");
    let config = config(
        Path::new(&files.get_secrets_file(SecretName::group("x")).unwrap())
            .parent()
            .unwrap(),
    );
    let all = [
        ("_FSEC_G_K", "prefixed"),
        ("G_K", "bare"),
        ("FLYTE_SECRETS_G_K", "documented"),
    ];
    let value = |vars: &[(&str, &str)], config: &SecretsConfig| {
        let env = vars
            .iter()
            .fold(Environment::empty(), |env, (name, value)| {
                env.with_var(*name, *value)
            });
        let secrets = SecretsManager::new(config.clone(), env).allow_unprefixed(true);
        secrets.get("g", "k").unwrap().expose().to_owned()
    };
    assert_eq!(value(&all, &config), "prefixed");
    assert_eq!(value(&all[1..], &config), "bare");
    assert_eq!(value(&all[2..], &config), "file");
    let elsewhere = config.default_dir("/no/such/directory");
    assert_eq!(value(&all[2..], &elsewhere), "documented");
}

#[test]
fn settings_of_secrets_are_not_secrets() {
    let secrets = with_vars(&[("FLYTE_SECRETS_DEFAULT_DIR", "/etc/secrets")]);
    let (tried, _) = not_found(secrets.get("default", "dir"));
    assert_eq!(tried.len(), 2);

    let prefixed = config(Path::new("/no/such/directory")).env_prefix("FLYTE_SECRETS_");
    let (tried, _) = not_found(SecretsManager::new(prefixed, Environment::empty()).get("g", "k"));
    assert_eq!(tried[0], "Env Var FLYTE_SECRETS_G_K: not set");
    assert_eq!(tried.len(), 2);
}

#[test]
fn texts_are_trimmed_and_bytes_are_as_they_are() {
    let variable = with_vars(&[("_FSEC_G_K", " a b\n"), ("_FSEC_EMPTY", "")]);
    assert_eq!(variable.get("g", "k").unwrap().expose(), "a b");
    assert_eq!(variable.get_bytes("g", "k").unwrap().expose(), b" a b\n");
    assert_eq!(
        variable
            .get_named(SecretName::group("empty"))
            .unwrap()
            .expose(),
        ""
    );

    let (_dir, file) = with_file("g/v1/k", b"\tline\r\n");
    let name = SecretName::new("g", "k").version("v1");
    assert_eq!(file.get_named(name).unwrap().expose(), "line");
    assert_eq!(file.get_named_bytes(name).unwrap().expose(), b"\tline\r\n");

    let (dir, binary) = with_file("g/k", b"\xff\n");
    assert_eq!(binary.get_bytes("g", "k").unwrap().expose(), b"\xff\n");
    let text = binary.get("g", "k").unwrap_err().to_string();
    assert!(
        text.contains(dir.path().to_str().unwrap()) && text.contains("not UTF-8"),
        "{text}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_not_the_end() {
    let (_dir, secrets) = with_file("g/k/inner", b"");
    let (tried, _) = not_found(secrets.get("g", "k"));
    assert!(tried[1].contains("directory"), "{tried:?}");
    assert_eq!(tried.len(), 3);
}

/// What is no file, or too large for a secret, is told; nothing waits for it or fills the memory with it.
#[cfg(unix)]
#[test]
fn only_files_of_a_size_for_secrets_are_read() {
    let (dir, secrets) = with_file("g/large", b"x");
    let reason = |key: &str| not_found(secrets.get("g", key)).0.swap_remove(1);
    let file = fs::File::options()
        .write(true)
        .open(dir.path().join("g/large"))
        .unwrap();
    file.set_len(16 << 20).unwrap();
    assert_eq!(
        secrets.get_bytes("g", "large").unwrap().expose().len(),
        16 << 20
    );
    file.set_len(1 << 40).unwrap();
    assert!(reason("large").ends_with("larger than 16 MiB, the most that a secret may have"));
    let linked = dir.path().join("g/endless");
    std::os::unix::fs::symlink("/dev/zero", linked).unwrap();
    assert!(reason("endless").ends_with("neither a file nor a directory"));
    let long = "k".repeat(300);
    assert!(reason(&long).contains("too long"), "{}", reason(&long));
    assert!(reason("größe 日本").ends_with("not there"));
}

/// Bytes of a variable are as they are, and no text is made of what is none.
#[cfg(unix)]
#[test]
fn a_binary_secret_can_be_in_a_variable() {
    use std::os::unix::ffi::OsStrExt as _;

    let environment =
        Environment::empty().with_var_os("_FSEC_G_K", std::ffi::OsStr::from_bytes(b"\xff\n"));
    let secrets = SecretsManager::new(SecretsConfig::default(), environment);
    assert_eq!(secrets.get_bytes("g", "k").unwrap().expose(), b"\xff\n");
    assert_eq!(
        secrets.get("g", "k").unwrap_err().to_string(),
        "the secret in the environment variable _FSEC_G_K is not UTF-8; get it as bytes"
    );
}

#[test]
fn a_name_cannot_lead_out_of_the_directory() {
    let (_dir, secrets) = with_file("k", b"outside");
    for part in [
        "..",
        ".",
        "../k",
        "a/b",
        "a\\b",
        "/etc",
        "nul\0",
        "a/../../k",
    ] {
        for name in [
            SecretName::new(part, "k"),
            SecretName::new("g", part),
            SecretName::new("g", "k").version(part),
        ] {
            for error in [
                secrets.get_named(name).unwrap_err(),
                secrets.get_secrets_env_var(name).unwrap_err(),
                secrets.get_secrets_file(name).unwrap_err(),
            ] {
                assert!(
                    matches!(&error, SecretError::Name { part: named } if named == part),
                    "{error}"
                );
            }
        }
    }
    assert!(matches!(
        secrets.get("", "").unwrap_err(),
        SecretError::NoName
    ));

    let dots = SecretsConfig::default().file_prefix("..");
    let secrets = SecretsManager::new(dots, Environment::empty());
    assert_eq!(
        secrets.get_secrets_file(("g", "k")).unwrap(),
        Path::new("/etc/secrets/g/..k")
    );
}

#[test]
fn values_are_not_shown() {
    let secrets = with_vars(&[("_FSEC_G_K", "hunter2")]);
    assert!(!format!("{secrets:?} {:?}", secrets.group("g")).contains("hunter2"));
    let shown = format!(
        "{:?} {:?}",
        secrets.get("g", "k").unwrap(),
        secrets.get_bytes("g", "k").unwrap()
    );
    assert_eq!(shown, "Secret(***) SecretBytes(***)");
    // Nor by what they were found in.
    let environment = Environment::empty().with_var("_FSEC_G_K", "hunter2");
    let shown = format!("{environment:?}");
    assert!(
        shown.contains("_FSEC_G_K") && !shown.contains("hunter2"),
        "{shown}"
    );
}

#[test]
fn a_manager_is_shared_by_threads() {
    let secrets = with_vars(&[("_FSEC_G_K", "value")]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(secrets.get("g", "k").unwrap().expose(), "value"));
        }
    });
}
